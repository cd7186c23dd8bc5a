//! EventReceiver to a screen or to NDJSON: the only place of the program that prints.
//!
//! A [`Report`] belongs to one thread that may block; nobody else writes while it lives. The two views share
//! the words (`wording`, `grammar`), the masking of headers and the reading of addresses; what they do not
//! share is layout. Nothing here decides about a request.
//!
//! What `verify` finds has a reporter of its own, [`Verdicts`], with the same streams and colours.

mod abilities;
pub(crate) mod catalogue;
mod clipboard;
mod clock;
mod grammar;
mod headers;
pub(crate) mod history;
mod layout;
mod live;
mod ndjson;
mod origin;
mod out;
mod page;
mod pager;
mod plain;
mod posted;
mod replayed;
mod sanitise;
mod shell;
mod signed;
mod terminal;
#[cfg(test)]
mod test_support;
mod theme;
mod verdict;
mod wording;

use std::time::{Instant, SystemTime};

use hyper::header::HeaderName;

use crate::delivery::{Delivery, Forwarded, SessionEvent};
use crate::keys::StatusLine;

pub(crate) use clipboard::Copied;
use clock::Clock;
use ndjson::Ndjson;
use out::Out;
pub(crate) use out::OutputError;
pub(crate) use pager::{Paging, print as print_paged};
pub(crate) use plain::{end_interrupted_line, has_reader, print, print_error, print_note, print_raw};
pub(crate) use posted::PostedReport;
pub(crate) use replayed::ReplayReport;
pub(crate) use signed::{SignedForm, can_be_quoted, write as write_signed};
use terminal::Terminal;
pub(crate) use verdict::{VerdictFormat, VerdictSettings, Verdicts};
pub(crate) use wording::history_flag;

/// How to report.
#[derive(Debug, Clone)]
pub(crate) struct ReportSettings {
    /// For a person or for a program.
    pub(crate) format: Format,
    /// A line an event.
    pub(crate) compact: bool,
    /// Each event with its request's headers.
    pub(crate) headers: bool,
    /// Nothing on stderr.
    pub(crate) quiet: bool,
    /// Whether to colour.
    pub(crate) color: Color,
    /// Headers whose values are masked, besides those that are always.
    pub(crate) masked_headers: Vec<HeaderName>,
}

/// For whom the report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    #[value(alias = "text")]
    Pretty,
    /// One JSON object a line
    Json,
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Shows events as they come.
pub(crate) struct Report {
    out: Out,
    view: View,
}

enum View {
    Pretty(Box<Terminal>),
    Json(Ndjson),
}

/// The time at which something is shown. Handed down, so that a test can say what time it is.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// For distances.
    instant: Instant,
    /// For the clock on the wall.
    wall: SystemTime,
}

impl Moment {
    fn now() -> Self {
        Self { instant: Instant::now(), wall: SystemTime::now() }
    }
}

impl Report {
    /// Reports to this process's stdout and stderr.
    #[must_use]
    pub(crate) fn to_terminal(settings: &ReportSettings) -> Self {
        Self::new(settings, Out::of_process(settings), Clock::local())
    }

    fn new(settings: &ReportSettings, out: Out, clock: Clock) -> Self {
        let view = match settings.format {
            Format::Pretty => View::Pretty(Box::new(Terminal::new(settings, clock))),
            Format::Json => View::Json(Ndjson::new(settings)),
        };
        Self { out, view }
    }

    /// Shows one notice. May block.
    ///
    /// # Errors
    /// [`OutputError::Closed`] once stdout's reader has gone: the caller ends the session quietly.
    /// [`OutputError::Failed`] when stdout cannot be written for another reason.
    pub(crate) fn show(&mut self, event: &SessionEvent) -> Result<(), OutputError> {
        self.show_at(event, Moment::now())
    }

    fn show_at(&mut self, event: &SessionEvent, now: Moment) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.show(event, now, &mut self.out),
            View::Json(view) => view.show(event, now, &mut self.out),
        }
    }

    /// Brings everything shown so far before the reader's eyes, and redraws the waiting line. To be called
    /// when no more events are waiting.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn settle(&mut self) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.settle(&mut self.out),
            View::Json(_) => self.out.flush(),
        }
    }

    /// Whether there is a line that is redrawn: only then keys make sense.
    #[must_use]
    pub(crate) fn is_live(&self) -> bool {
        self.out.is_live()
    }

    /// What stands in the live line from the next [`Report::settle`] on; without keys, `None`.
    pub(crate) fn set_live(&mut self, live: Option<StatusLine>) {
        if let View::Pretty(view) = &mut self.view {
            view.set_live(live);
        }
    }

    /// Draws the live line anew with the next [`Report::settle`]: somebody else has used the terminal.
    pub(crate) fn forget_live(&mut self) {
        self.out.forget_line();
    }

    /// Counts a delivery that is not shown.
    pub(crate) fn pass_over(&mut self, delivery: &Delivery) {
        if let View::Pretty(view) = &mut self.view {
            view.pass_over(delivery);
        }
    }

    /// Shows a delivery with all there is to it, on stderr: it was there before. `later` is what came of it
    /// after it was told.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn unfold(&mut self, delivery: &Delivery, later: &[Forwarded]) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.unfold(delivery, later, &mut self.out),
            View::Json(_) => Ok(()),
        }
    }

    /// Puts a text into the clipboard, by the terminal.
    pub(crate) fn copy(&mut self, text: &str) -> Copied {
        let Some(sequence) = clipboard::sequence(text) else { return Copied::TooLarge };
        match (self.out.control(&sequence), clipboard::is_behind_tmux()) {
            (false, _) => Copied::NoTerminal,
            (true, true) => Copied::SentToTmux,
            (true, false) => Copied::Sent,
        }
    }

    /// When [`Report::tick`] wants to be called at the latest, if at all: refusals that were folded are told
    /// then.
    #[must_use]
    pub(crate) fn next_tick(&self) -> Option<Instant> {
        match &self.view {
            View::Pretty(view) => view.next_tick(),
            View::Json(_) => None,
        }
    }

    /// Tells what was folded, where that is due at `now`.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.tick(now, &mut self.out),
            View::Json(_) => Ok(()),
        }
    }
}

/// Leaves a clean line behind, also when a session ends in an error.
impl Drop for Report {
    fn drop(&mut self) {
        if let View::Pretty(view) = &mut self.view {
            let _ = view.tell_held(&mut self.out);
        }
        // Whoever wanted to know of a failure has called `settle`.
        let _ = self.out.flush();
        self.out.clear_live();
    }
}
