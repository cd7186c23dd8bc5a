//! Deliveries that wait for the answer of the user's app. The status line shows them; without one, each has a line.

use std::time::{Duration, Instant};

use crate::delivery::{Delivery, PendingDelivery};
use crate::report::grammar::{count, span};
use crate::report::theme::Ink;
use crate::report::wording::{WordingContext, name};
use crate::zoom::ANSWER_LIMIT;

use super::layout::TerminalPage;
use super::line::Line;
use super::live_line::LinePiece;

/// Shown after the name.
const WAITING: &str = "waiting for your app …";

/// The name of a delivery that waits, and since when.
#[derive(Debug)]
struct Waiting {
    id: String,
    name: String,
    since: Instant,
}

/// The deliveries that wait, in order of arrival. The listener's limits bound their number.
#[derive(Debug, Default)]
pub(super) struct PendingDeliveries(Vec<Waiting>);

impl PendingDeliveries {
    pub(super) fn add(&mut self, pending: &PendingDelivery, now: Instant) {
        self.0.push(Waiting {
            id: pending.id.clone(),
            name: name(&pending.judgement, &pending.request).into_owned(),
            since: now,
        });
    }

    pub(super) fn remove(&mut self, delivery: &Delivery) {
        self.0.retain(|waiting| waiting.id != delivery.id);
    }

    /// When the time on the status line changes.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let oldest = self.0.first()?;
        let shown = now.saturating_duration_since(oldest.since).as_secs();
        Some(oldest.since + Duration::from_secs(shown + 1))
    }

    /// The start of the status line, with and without the time.
    pub(super) fn pieces(&self, now: Instant) -> Option<[LinePiece; 2]> {
        let oldest = self.0.first()?;
        let waited = now.saturating_duration_since(oldest.since);
        let what = match self.0.len() {
            1 => oldest.name.clone(),
            n => format!("{} deliveries", count(n as u64)),
        };
        let ink = if waited < ANSWER_LIMIT { Ink::Remark } else { Ink::Warn };
        let short = format!("  → {what}  {WAITING}");
        let time = match waited.as_secs() {
            0 => String::new(),
            secs => format!(" {}", span(Duration::from_secs(secs))),
        };
        let gave_up = if waited < ANSWER_LIMIT { "" } else { " · Zoom gives up at 3.0 s" };
        Some([(ink, format!("{short}{time}{gave_up}")), (ink, short)])
    }
}

/// Shows a line for one delivery.
pub(super) fn show(
    page: &mut TerminalPage,
    pending: &PendingDelivery,
    compact: bool,
    context: &WordingContext,
) {
    let name = name(&pending.judgement, &pending.request);
    let line = Line {
        time: pending.received_at,
        ink: Ink::Dim,
        sign: "→",
        name: &name,
        title: WAITING,
        tail: "",
        tail_ink: Ink::Dim,
        origin: "",
    };
    line.show(page, compact, &context.clock);
}
