//! The view for a person: events on stdout, everything else on stderr. The entry point is [`TerminalView`].
//!
//! | file | holds |
//! | --- | --- |
//! | `header.rs` | the session's settings, the endpoint's URL, and the next step |
//! | `tunnel.rs` | the tunnel's state |
//! | `delivery.rs` | one delivery: its line and the reason for a refusal |
//! | `content.rs` | headers and body of a request |
//! | `app.rs` | the answer of the user's app |
//! | `line.rs` | the line of a delivery, fitted to the width |
//! | `json.rs` | a JSON body, indented and colored, with every token as sent |
//! | `folding.rs` | counts repeated refusals; shows one delivery in full |
//! | `live_line.rs` | the status line below the events |
//! | `pending.rs` | deliveries that wait for the app's answer |
//! | `summary.rs` | the summary at the end of a session |

mod app;
mod content;
mod delivery;
mod folding;
mod header;
mod json;
mod line;
mod live_line;
mod pending;
mod summary;
#[cfg(test)]
mod tests;
mod tunnel;

use std::time::Instant;

use crate::delivery::{Delivery, Forwarded, Judgement, PendingDelivery, SessionEvent, TunnelKind, Warning};
use crate::keys::StatusLine;

use super::clock::Clock;
use super::headers::Masking;
use super::out::{Out, OutputError, Stream};
use super::theme::{Ink, Theme};
use super::wording::{self, Answered, WordingContext, history_flag};
use super::{Moment, ReportSettings, layout};

use folding::{Admission, Folded, Folding};
use layout::TerminalPage;
use live_line::LiveTally;

/// Limit on the warnings deferred until the header is complete; further ones are shown at once.
const DEFERRED: usize = 16;

/// The view for a person.
pub(super) struct TerminalView {
    compact: bool,
    /// How headers are masked.
    masking: Masking,
    /// Whether headers are shown with every delivery.
    headers: bool,
    context: WordingContext,
    tunnel: tunnel::TunnelProgress,
    folding: Folding,
    failures: app::FailureRun,
    tally: LiveTally,
    /// Warnings received before the session was ready.
    deferred: Vec<Warning>,
    /// The state of the status line, if keys are read.
    live: Option<StatusLine>,
}

impl TerminalView {
    pub(super) fn new(settings: &ReportSettings, clock: Clock) -> Self {
        Self {
            compact: settings.compact,
            masking: Masking::new(&settings.masked_headers),
            headers: settings.headers,
            context: WordingContext { secrets: 0, clock, ..wording::for_programs() },
            tunnel: tunnel::TunnelProgress::default(),
            folding: Folding::default(),
            failures: app::FailureRun::default(),
            tally: LiveTally::default(),
            deferred: Vec::new(),
            live: None,
        }
    }

    /// Notes an event for the status line.
    pub(super) fn observe(&mut self, event: &SessionEvent, now: Instant) {
        self.tally.observe(event, now);
    }

    /// Shows one event.
    pub(super) fn show(
        &mut self,
        event: &SessionEvent,
        now: Moment,
        out: &mut Out,
    ) -> Result<(), OutputError> {
        if let SessionEvent::Delivery(delivery) = event {
            return self.delivery(delivery, now, out);
        }
        if let SessionEvent::Pending(pending) = event {
            return self.pending(pending, out);
        }
        let left_out = self.folding.release();
        self.show_folded(&left_out, out)?;
        match event {
            SessionEvent::Delivery(_) | SessionEvent::Pending(_) => Ok(()),
            SessionEvent::Started(session) => {
                self.context.path = session.source.path().to_owned();
                self.context.secrets = session.secrets.len();
                self.context.kept = session.history.map(|_| history_flag(session.history_file.as_deref()));
                self.tunnel.kind = session.source.tunnel();
                let has_public_url = session.source.tunnel() != TunnelKind::None;
                self.context.answered = Answered::SenderNow { has_public_url };
                aside(out, |page| header::started(page, session))
            }
            SessionEvent::Tunnel(state) => self.tunnel.show(state, &self.context, now.wall, out),
            SessionEvent::Ready(ready) => {
                self.tunnel.ready = true;
                out.clear_live();
                aside(out, |page| header::ready(page, ready))?;
                self.show_deferred(out)
            }
            SessionEvent::Following(followed) => {
                self.tunnel.ready = true;
                out.clear_live();
                aside(out, |page| header::following(page, followed))?;
                self.show_deferred(out)
            }
            SessionEvent::Warning(warning) if !self.tunnel.ready && self.deferred.len() < DEFERRED => {
                self.deferred.push(warning.clone());
                Ok(())
            }
            SessionEvent::Warning(warning) => {
                aside(out, |page| header::warnings(page, std::slice::from_ref(warning)))
            }
            SessionEvent::Forwarded(later) => {
                let mut page = TerminalPage::new(out, Stream::Stdout);
                app::later(&mut page, later, now.wall, self.compact, &self.context);
                out.write(Stream::Stdout, page.as_bytes())
            }
            SessionEvent::Remark(text) => aside(out, |page| header::remark(page, text)),
            SessionEvent::Stopping { in_progress } => {
                self.close(out)?;
                if *in_progress == 0 {
                    Ok(())
                } else {
                    aside(out, |page| header::stopping(page, *in_progress))
                }
            }
            SessionEvent::Summary(summary) => {
                self.close(out)?;
                aside(out, |page| summary::show(page, summary))
            }
        }
    }

    fn close(&mut self, out: &mut Out) -> Result<(), OutputError> {
        self.tally.open = false;
        out.clear_live();
        self.show_deferred(out)
    }

    /// Shows the warnings that were deferred while the header was incomplete.
    pub(super) fn show_deferred(&mut self, out: &mut Out) -> Result<(), OutputError> {
        let deferred = std::mem::take(&mut self.deferred);
        if deferred.is_empty() { Ok(()) } else { aside(out, |page| header::warnings(page, &deferred)) }
    }

    /// On a terminal, the status line shows it.
    fn pending(&mut self, pending: &PendingDelivery, out: &mut Out) -> Result<(), OutputError> {
        if out.draws() {
            return Ok(());
        }
        let mut page = TerminalPage::new(out, Stream::Stdout);
        pending::show(&mut page, pending, self.compact, &self.context);
        out.write(Stream::Stdout, page.as_bytes())
    }

    fn delivery(&mut self, delivery: &Delivery, now: Moment, out: &mut Out) -> Result<(), OutputError> {
        let headers = self.headers.then_some(&self.masking);
        let failure = self.failures.count(delivery);
        let mut look = delivery::Look { compact: self.compact, brief: false, whole: false, headers, failure };
        let left_out = match &delivery.judgement {
            Judgement::Refused { refusal, .. } => {
                let kind = delivery::DeliveryKind::of(refusal, delivery);
                match self.folding.admit(kind.code, kind.shown_in_a_row, now.instant) {
                    Admission::Counted => return Ok(()),
                    admission => look.brief = admission == Admission::Brief,
                }
                self.folding.release_before(kind.code)
            }
            _ => self.folding.calm(),
        };
        self.show_folded(&left_out, out)?;
        let mut page = TerminalPage::new(out, Stream::Stdout);
        delivery::show(&mut page, delivery, &look, &self.context);
        out.write(Stream::Stdout, page.as_bytes())
    }

    fn show_folded(&self, left_out: &[Folded], out: &mut Out) -> Result<(), OutputError> {
        if left_out.is_empty() {
            return Ok(());
        }
        let mut page = TerminalPage::new(out, Stream::Stdout);
        for folded in left_out {
            page.below(Ink::Dim, &delivery::more_like_it(folded));
        }
        out.write(Stream::Stdout, page.as_bytes())
    }

    /// Flushes everything and draws the status line below it.
    pub(super) fn settle(&mut self, now: Instant, out: &mut Out) -> Result<(), OutputError> {
        let line = match &self.live {
            Some(live) => self.live_line(live, now, out),
            None => self.tally.line(out, now),
        };
        out.settle(line)
    }

    fn live_line(&self, live: &StatusLine, now: Instant, out: &Out) -> Option<String> {
        let theme = out.theme(Stream::Stderr);
        let pieces = live_line::line(live, &self.tally, &self.context.clock, now, room(out));
        let paint = |(ink, text): &(Ink, String)| theme.paint(*ink, text).to_string();
        self.tally.open.then(|| pieces.iter().map(paint).collect())
    }

    /// Sets the state of the status line.
    pub(super) fn set_live(&mut self, live: Option<StatusLine>) {
        self.live = live;
    }

    /// Shows a delivery in full, with the app's later answers.
    pub(super) fn unfold(
        &mut self,
        delivery: &Delivery,
        later: &[Forwarded],
        out: &mut Out,
    ) -> Result<(), OutputError> {
        aside(out, |page| folding::show(page, delivery, later, &self.masking, &self.context))
    }

    /// When folded refusals or the time on the status line are due.
    pub(super) fn next_tick(&self, now: Instant, out: &Out) -> Option<Instant> {
        let pending = self.tally.pending.due(now).filter(|_| out.is_live());
        [self.folding.due(), pending].into_iter().flatten().min()
    }

    /// Shows the counts of folded refusals if they are due, and draws the status line.
    pub(super) fn tick(&mut self, now: Instant, out: &mut Out) -> Result<(), OutputError> {
        let left_out = self.folding.tick(now);
        self.show_folded(&left_out, out)?;
        self.settle(now, out)
    }
}

/// A body as text: JSON indented and colored, anything else escaped.
pub(super) fn body_text(body: &[u8], theme: Theme) -> String {
    let mut page = TerminalPage::of_text(theme);
    content::body(&mut page, body, false);
    page.text().to_owned()
}

/// The columns of the status line. The last column stays free: some terminals wrap after it.
fn room(out: &Out) -> usize {
    out.width(Stream::Stderr).map_or(usize::MAX, |width| width.saturating_sub(1))
}

/// Composes a page for stderr and writes it.
fn aside(out: &mut Out, compose: impl FnOnce(&mut TerminalPage)) -> Result<(), OutputError> {
    let mut page = TerminalPage::new(out, Stream::Stderr);
    compose(&mut page);
    out.write(Stream::Stderr, page.as_bytes())
}
