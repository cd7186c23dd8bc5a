//! A line a delivery: as much of each as the terminal is wide.

use super::super::clock::Clock;
use super::super::grammar::{capped, count, latency, plural};
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::{Cell, PagedText};
use super::super::pager::Paging;
use super::super::theme::Ink;
use super::super::wording::label;
use super::name;
use crate::delivery::{DeliveryVerdict, StoredDelivery};
use crate::zoom::Envelope;

/// Characters of a title where no width limits it.
const TITLE: usize = 60;
/// Below this there is room for id, time, event and status alone.
const NARROW: usize = 80;
/// Columns of the shortest ids; longer ones are rare.
const ID: usize = 10;
/// Columns of names that come one by one: most of Zoom's names are shorter.
const NAME: usize = 34;
/// Columns of `11-24 10:22`.
const SHORT_TIME: usize = 11;
/// Columns of `204 in 3.4 ms` and the like, for rows that come one by one.
const ANSWER: usize = 14;

/// Deliveries with their shortest ids, in the order given.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_list(
    deliveries: &[(String, StoredDelivery)],
    kept: u64,
    paging: Paging,
) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    let rows = Rows { clock: Clock::local(), width: page.width() };
    let cells: Vec<Vec<Cell>> = deliveries.iter().map(|(id, stored)| rows.cells(id, stored)).collect();
    page.table(&cells, &[]);
    let shown = plural(deliveries.len() as u64, "delivery", "deliveries");
    page.line(&format!("{shown} of {}", count(kept)));
    page.show(paging)
}

/// Shows deliveries as they come, in columns of fixed widths.
#[derive(Debug)]
pub(crate) struct Following {
    clock: Clock,
}

impl Following {
    /// On stdout.
    #[must_use]
    pub(crate) fn to_stdout() -> Self {
        Self { clock: Clock::local() }
    }

    /// One delivery with its shortest id.
    ///
    /// # Errors
    /// As [`crate::report::print`].
    pub(crate) fn show(&self, id: &str, stored: &StoredDelivery) -> Result<(), OutputError> {
        let mut page = PagedText::of_stdout();
        // A window may have been resized since the last one.
        let rows = Rows { clock: self.clock.clone(), width: page.width() };
        let widths = match rows.width.filter(|width| *width < NARROW) {
            Some(width) => [ID, SHORT_TIME, room_for_event(width, id), 0],
            None => [ID, 0, NAME, ANSWER],
        };
        page.table(&[rows.cells(id, stored)], &widths);
        page.show(Paging::Never)
    }
}

/// How rows are made.
struct Rows {
    clock: Clock,
    width: Option<usize>,
}

impl Rows {
    fn cells(&self, id: &str, stored: &StoredDelivery) -> Vec<Cell> {
        let (ink, sign) = sign(stored.verdict);
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
        vec![
            Cell::new(Ink::Key, id),
            Cell::new(Ink::Dim, self.clock.with_date(stored.received_at)),
            Cell::new(ink, format!("{sign} {}", capped(&event, TITLE))),
            Cell::new(Ink::Plain, answer(stored)),
            Cell::new(Ink::Plain, remarks(stored)),
        ]
    }
}

/// What indent, id, time, status and the gaps between them leave for sign and event on a narrow terminal.
fn room_for_event(width: usize, id: &str) -> usize {
    width.saturating_sub(2 + id.len() + 2 + SHORT_TIME + 2 + 2 + 3).max(10)
}

fn sign(verdict: DeliveryVerdict) -> (Ink, &'static str) {
    match verdict {
        DeliveryVerdict::Valid => (Ink::Good, "✓"),
        DeliveryVerdict::Invalid => (Ink::Bad, "✗"),
        DeliveryVerdict::Unknown => (Ink::Plain, "·"),
    }
}

fn answer(stored: &StoredDelivery) -> String {
    stored.answer.map(|answer| format!("{} in {}", answer.status, latency(answer.took))).unwrap_or_default()
}

/// What there is to say besides: how the app fared, a repetition, why it was refused, what it is about.
fn remarks(stored: &StoredDelivery) -> String {
    let app = stored.app().map(|app| match app.status {
        Some(status) => format!("app {status} in {}", latency(app.first_byte.unwrap_or(app.took))),
        None => format!("app {}", app.outcome.as_str().replace('_', " ")),
    });
    let retry = stored.retry_of.is_some().then(|| "retry".to_owned());
    let reason = stored.reason.as_ref().map(|code| label(code.as_str()).to_owned());
    let title = Envelope::parse(&stored.body).ok().map(|envelope| envelope.title().join(" · "));
    let title = title.filter(|title| !title.is_empty()).map(|title| capped(&title, TITLE).into_owned());
    [app, retry, reason, title].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
