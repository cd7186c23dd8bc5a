//! One line for each delivery, cut to the width of the terminal.

use super::super::clock::Clock;
use super::super::grammar::{capped, count, latency, plural};
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::{Cell, PagedText};
use super::super::pager::Paging;
use super::super::theme::Ink;
use super::super::wording::label;
use super::name;
use crate::delivery::{DeliveryVerdict, Provenance, StoredDelivery};
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

/// Prints deliveries with their shortest ids, in the given order. `total` is the number of stored deliveries.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_list(
    deliveries: &[(String, StoredDelivery)],
    total: u64,
    paging: Paging,
) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    let rows = Rows { clock: Clock::local(), width: page.width() };
    let cells: Vec<Vec<Cell>> = deliveries.iter().map(|(id, stored)| rows.cells(id, stored)).collect();
    page.table(&cells, &[]);
    let shown = plural(deliveries.len() as u64, "delivery", "deliveries");
    page.line(&format!("{shown} of {}", count(total)));
    page.show(paging)
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
        page.table(&[rows.cells(id, stored)], &widths);
        page.show(Paging::Never)
    }
}

/// Makes the cells of a row.
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

/// The columns left for sign and event on a narrow terminal, after indent, id, time, status and the gaps.
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

/// The last column: whether it was imported, the app's answer, whether it is a retry, why it was refused, and the event's title.
fn remarks(stored: &StoredDelivery) -> String {
    let app = stored.app().map(|app| match app.status {
        Some(status) => format!("app {status} in {}", latency(app.first_byte.unwrap_or(app.took))),
        None => format!("app {}", app.outcome.as_str().replace('_', " ")),
    });
    let retry = stored.retry_of.is_some().then(|| "retry".to_owned());
    let reason = stored.reason.as_ref().map(|code| label(code.as_str()).to_owned());
    let title = Envelope::parse(&stored.body).ok().map(|envelope| envelope.title().join(" · "));
    let title = title.filter(|title| !title.is_empty()).map(|title| capped(&title, TITLE).into_owned());
    let imported = (stored.provenance == Provenance::Imported).then(|| "imported".to_owned());
    [imported, app, retry, reason, title].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
