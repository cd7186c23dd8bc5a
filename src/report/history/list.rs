//! One line for each delivery, cut to the width of the terminal.

use std::time::SystemTime;

use super::super::clock::Clock;
use super::super::grammar::{capped, count, latency, plural};
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::{Cell, PagedText};
use super::super::pager::Paging;
use super::super::theme::Ink;
use super::super::wording::{SESSION_ENDED, label};
use super::{answered, name};
use crate::delivery::{
    DeliveryVerdict, EventOutcome, ForwardRole, Provenance, StoredDelivery, StoredRoute, StoredWait,
};
use crate::history::Reference;
use crate::zoom::Envelope;

/// The most characters of a name or title.
const TITLE: usize = 60;
/// Below this width only id, time, event and status are shown.
const NARROW: usize = 80;
/// Columns of the shortest ids; longer ones are rare.
const ID: usize = 10;
/// Columns of a name if rows are printed one by one. Most of Zoom's names are shorter.
const NAME: usize = 34;
/// Columns of `11-24 10:22`.
const SHORT_TIME: usize = 11;
/// Columns of an answer such as `204 in 3.4 ms`, if rows are printed one by one.
const ANSWER: usize = 14;

/// A delivery of a list.
#[derive(Debug)]
pub(crate) struct ListedDelivery {
    /// Its shortest id.
    pub(crate) id: String,
    /// Its position, as `last-3` counts; `None` if it is of another project.
    pub(crate) position: Option<u32>,
    /// The delivery.
    pub(crate) stored: StoredDelivery,
}

/// How many deliveries there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListTotals {
    /// Stored deliveries of the project, or of all projects.
    pub(crate) of_project: u64,
    /// Stored deliveries of other projects, which are not listed.
    pub(crate) of_others: u64,
}

/// Prints deliveries in the given order.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_list(
    deliveries: &[ListedDelivery],
    totals: ListTotals,
    now: SystemTime,
    paging: Paging,
) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    let rows = Rows { clock: Clock::local(), width: page.width() };
    let cells: Vec<Vec<Cell>> =
        deliveries.iter().map(|one| rows.cells(&one.id, Some(one.position), &one.stored, now)).collect();
    page.table(&cells, &[]);
    for line in footer(deliveries.len() as u64, totals) {
        page.line(&line);
    }
    page.show(paging)
}

/// How many are shown, and how many are not.
fn footer(shown: u64, totals: ListTotals) -> Vec<String> {
    let ListTotals { of_project, of_others } = totals;
    let mut lines = vec![match shown == of_project {
        true => plural(shown, "delivery", "deliveries"),
        false => format!("{} of {} shown", count(shown), plural(of_project, "delivery", "deliveries")),
    }];
    if of_others > 0 {
        lines.push(format!("{}: --all-projects", in_other_projects(of_others)));
    }
    lines
}

/// How many deliveries other projects have.
pub(crate) fn in_other_projects(others: u64) -> String {
    format!("{} of other projects", plural(others, "delivery", "deliveries"))
}

/// Prints deliveries one by one, in columns of fixed widths.
#[derive(Debug)]
pub(crate) struct Following {
    clock: Clock,
}

impl Following {
    /// Prints to stdout.
    #[must_use]
    pub(crate) fn to_stdout() -> Self {
        Self { clock: Clock::local() }
    }

    /// Prints one delivery with its shortest id.
    ///
    /// # Errors
    /// As [`crate::report::print`].
    pub(crate) fn show(&self, id: &str, stored: &StoredDelivery) -> Result<(), OutputError> {
        let mut page = PagedText::of_stdout();
        // The terminal may have been resized since the last row.
        let rows = Rows { clock: self.clock.clone(), width: page.width() };
        let widths = match rows.width.filter(|width| *width < NARROW) {
            Some(width) => [ID, SHORT_TIME, room_for_event(width, id), 0],
            None => [ID, 0, NAME, ANSWER],
        };
        page.table(&[rows.cells(id, None, stored, SystemTime::now())], &widths);
        page.show(Paging::Never)
    }
}

/// Makes the cells of a row.
struct Rows {
    clock: Clock,
    width: Option<usize>,
}

impl Rows {
    /// The cells of a delivery. `position` is `None` if the rows have no positions.
    fn cells(
        &self,
        id: &str,
        position: Option<Option<u32>>,
        stored: &StoredDelivery,
        now: SystemTime,
    ) -> Vec<Cell> {
        let (ink, sign) = sign(stored, now);
        let event = name(stored);
        if let Some(width) = self.width.filter(|width| *width < NARROW) {
            let status = stored.answer.map(|answer| answer.status.to_string()).unwrap_or_default();
            let event = shorten(&event, room_for_event(width, id) - 2).into_owned();
            return vec![
                Cell::new(Ink::Key, id),
                Cell::new(Ink::Dim, self.clock.short(stored.received_at)),
                Cell::new(ink, format!("{sign} {event}")),
                Cell::new(Ink::Plain, status),
            ];
        }
        let position = position.map(|position| {
            let reference = position.map(|position| Reference::Last(position).to_string());
            Cell::new(Ink::Dim, reference.unwrap_or_default())
        });
        let mut cells = vec![Cell::new(Ink::Key, id)];
        cells.extend(position);
        cells.extend([
            Cell::new(Ink::Dim, self.clock.with_date(stored.received_at)),
            Cell::new(ink, format!("{sign} {}", capped(&event, TITLE))),
            Cell::new(Ink::Plain, answer(stored, now)),
            Cell::new(Ink::Plain, remarks(stored, now)),
        ]);
        cells
    }
}

/// The columns left for sign and event on a narrow terminal, after indent, id, time, status and the gaps.
fn room_for_event(width: usize, id: &str) -> usize {
    width.saturating_sub(2 + id.len() + 2 + SHORT_TIME + 2 + 2 + 3).max(10)
}

/// A check mark means that this machine verified it and did not refuse it, and that the app took it.
fn sign(stored: &StoredDelivery, now: SystemTime) -> (Ink, &'static str) {
    if stored.provenance == Provenance::Imported && stored.verdict != DeliveryVerdict::Unknown {
        return (Ink::Dim, "○");
    }
    match (stored.outcome(now), stored.verdict) {
        (Some(EventOutcome::Delivered), _) => (Ink::Good, "✓"),
        (Some(EventOutcome::Pending), _) => (Ink::Dim, "→"),
        (Some(_), _) => (Ink::Warn, "▲"),
        (None, DeliveryVerdict::Valid) if stored.waits_for.is_some() => (Ink::Dim, "→"),
        // Refused for another reason than its signature, such as a body that is not an event.
        (None, DeliveryVerdict::Valid) if stored.reason.is_some() => (Ink::Bad, "✗"),
        (None, DeliveryVerdict::Valid) if stored.fails_validation() => (Ink::Warn, "▲"),
        (None, DeliveryVerdict::Valid) => (Ink::Good, "✓"),
        (None, DeliveryVerdict::Invalid) => (Ink::Bad, "✗"),
        (None, DeliveryVerdict::Unknown) => (Ink::Plain, "·"),
    }
}

fn answer(stored: &StoredDelivery, now: SystemTime) -> String {
    match (answered(stored), stored.waits_for) {
        // The whole sentence is wider than the column.
        (Some(_), _) if stored.route == StoredRoute::Stream => {
            let status = stored.answer.map(|answer| answer.status.to_string()).unwrap_or_default();
            format!("{status} elsewhere")
        }
        (Some(answer), _) => answer,
        (None, Some(StoredWait::Answer { until })) if until > now => "no answer yet".to_owned(),
        (None, Some(_)) => "no answer".to_owned(),
        (None, None) => String::new(),
    }
}

/// The last column: whether it was imported, what the app did, whether it is a retry, why it was refused, and the event's
/// title.
fn remarks(stored: &StoredDelivery, now: SystemTime) -> String {
    let app = stored.app().map(|app| {
        let then = if app.role == ForwardRole::Queued { "then " } else { "" };
        match app.status {
            Some(status) => format!("{then}app {status} in {}", latency(app.took)),
            None => format!("{then}app {}", app.outcome.as_str().replace('_', " ")),
        }
    });
    let wait = stored.waits_for.filter(|_| stored.is_waiting(now) || stored.was_abandoned(now));
    let wait = wait.map(|wait| waits(wait, now).to_owned());
    let retry = stored.retry_of.is_some().then(|| "retry".to_owned());
    let reason = stored.reason.as_ref().map(|code| label(code.as_str()).to_owned());
    let title = Envelope::parse(&stored.body).ok().map(|envelope| envelope.title().join(" · "));
    let title = title.filter(|title| !title.is_empty()).map(|title| capped(&title, TITLE).into_owned());
    [imported(stored), app, wait, retry, reason, title].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// That a delivery was imported. Its verdict is what its file says.
fn imported(stored: &StoredDelivery) -> Option<String> {
    (stored.provenance == Provenance::Imported).then(|| match stored.verdict {
        DeliveryVerdict::Unknown => "imported".to_owned(),
        verdict => format!("imported as {}, not verified here", verdict.as_str()),
    })
}

/// What a delivery waits for, or that it waits no longer.
pub(super) fn waits(wait: StoredWait, now: SystemTime) -> &'static str {
    match wait {
        StoredWait::Answer { until } if until <= now => SESSION_ENDED,
        StoredWait::Answer { .. } => "waiting for your app",
        StoredWait::Queue => "not yet received by your app",
        StoredWait::Abandoned => SESSION_ENDED,
    }
}
