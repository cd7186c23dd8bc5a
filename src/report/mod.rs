//! Output for a person and for programs: the only part that prints. It makes no decisions about requests.
//!
//! [`Report`] shows the events of a session, on a screen or as NDJSON. It belongs to one thread, which may block.
//! While it exists, nothing else may write to the terminal. Both views share the sentences (`wording`, `grammar`),
//! the masking of headers and the origin of a request.
//!
//! [`Verdicts`] reports the results of `verify`, with the same streams and colors.

mod abilities;
pub(crate) mod catalogue;
mod check;
mod clipboard;
mod clock;
mod config;
mod doctor;
pub(crate) mod drift;
mod expected;
mod grammar;
mod headers;
pub(crate) mod history;
mod junit;
mod layout;
mod live;
mod manual;
mod ndjson;
mod origin;
mod out;
mod page;
mod pager;
mod plain;
mod posted;
mod read_tokens;
mod redact;
mod replayed;
mod sanitize;
mod sessions;
mod shell;
mod signed;
mod stream;
mod styled;
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

pub(crate) use check::{CheckView, CheckViewSettings, being_sent, lines as check_lines};
pub(crate) use clipboard::Copied;
use clock::Clock;
pub(crate) use config::{Setting, SettingOrigin, print_settings};
pub(crate) use doctor::{FindingSettings, SetupReport, print_findings};
use expected::ExpectedCases;
pub(crate) use manual::print_manual;
pub(crate) use ndjson::{Ndjson, ready_line};
use out::Out;
pub(crate) use out::{OutputError, stdout_of_command, stdout_of_protocol};
pub(crate) use pager::{Paging, print_json as print_paged_json};
pub(crate) use plain::{
    end_interrupted_line, has_reader, print, print_error, print_json, print_note, print_raw, print_warning,
    safe_json,
};
pub(crate) use posted::{PostedReport, line as posted_line, print_unknown_cause};
pub(crate) use read_tokens::{print_new_read_token, print_read_tokens};
pub(crate) use redact::redact_with;
pub(crate) use replayed::{ReplayReport, line as replay_line};
pub(crate) use sanitize::one_line;
pub(crate) use sessions::{
    line as session_line, print_output_of_session, print_sessions, print_started, session_in_a_line,
};
pub(crate) use shell::{repair_command, repair_hint, repair_sentence};
pub(crate) use signed::{SignedForm, can_be_quoted, is_shown_exactly, write as write_signed};
pub(crate) use stream::{StreamFormat, print_pruned, print_stream_status};
pub(crate) use styled::{MessageStream, print_styled};
use terminal::TerminalView;
pub(crate) use verdict::{VerdictFormat, VerdictSettings, Verdicts};
pub(crate) use wording::SESSION_ENDED;
pub(crate) use wording::not_in_the_event;
pub(crate) use wording::warning as warning_sentence;
pub(crate) use wording::{history_flag, label as reason, missing, missing_events, outcomes, still_waiting};

/// Settings of a report.
#[derive(Debug, Clone)]
pub(crate) struct ReportSettings {
    /// For a person, for a program, or for CI.
    pub(crate) format: VerdictFormat,
    /// One line per event.
    pub(crate) compact: bool,
    /// Show the request's headers with each event.
    pub(crate) headers: bool,
    /// Nothing on stderr.
    pub(crate) quiet: bool,
    /// Whether to color.
    pub(crate) color: Color,
    /// Headers that are masked in addition to those that always are.
    pub(crate) masked_headers: Vec<HeaderName>,
    /// Another program writes to the same terminal: no line is redrawn.
    pub(crate) shares_terminal: bool,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    #[value(alias = "text")]
    Pretty,
    /// One JSON object a line
    Json,
}

impl From<Format> for VerdictFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Pretty => Self::Pretty,
            Format::Json => Self::Json,
        }
    }
}

/// Whether to color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR, CLICOLOR_FORCE or TERM say otherwise
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Shows events when they happen.
pub(crate) struct Report {
    out: Out,
    view: View,
}

enum View {
    Pretty(Box<TerminalView>),
    Json(Box<Ndjson>),
    Junit(ExpectedCases),
}

/// The time at which something is shown. A parameter, so that tests can set it.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// To measure durations.
    instant: Instant,
    /// To show the time of day.
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
            VerdictFormat::Pretty => View::Pretty(Box::new(TerminalView::new(settings, clock))),
            VerdictFormat::Json => View::Json(Box::new(Ndjson::new(settings))),
            VerdictFormat::Junit => View::Junit(ExpectedCases),
        };
        Self { out, view }
    }

    /// Notes an event for the status line. To be called once for each event when it arrives, also for one that is shown
    /// later or not at all.
    pub(crate) fn observe(&mut self, event: &SessionEvent) {
        if let View::Pretty(view) = &mut self.view {
            view.observe(event, Instant::now());
        }
    }

    /// Shows one event. May block.
    ///
    /// # Errors
    /// [`OutputError::Closed`] if stdout's reader has closed it: the caller ends the session quietly.
    /// [`OutputError::Failed`] if writing to stdout fails for another reason.
    pub(crate) fn show(&mut self, event: &SessionEvent) -> Result<(), OutputError> {
        self.show_at(event, Moment::now())
    }

    fn show_at(&mut self, event: &SessionEvent, now: Moment) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.show(event, now, &mut self.out),
            View::Json(view) => view.show(event, now, &mut self.out),
            View::Junit(cases) => cases.show(event, &mut self.out),
        }
    }

    /// Flushes everything shown so far and draws the status line. To be called when no more events are queued.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn settle(&mut self) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.settle(Instant::now(), &mut self.out),
            View::Json(_) | View::Junit(_) => self.out.flush(),
        }
    }

    /// Whether there is a status line. Keys are only useful with one.
    #[must_use]
    pub(crate) fn is_live(&self) -> bool {
        self.out.is_live()
    }

    /// Sets the state of the status line, which the next [`Report::settle`] draws; `None` if keys are not read.
    pub(crate) fn set_live(&mut self, live: Option<StatusLine>) {
        if let View::Pretty(view) = &mut self.view {
            view.set_live(live);
        }
    }

    /// Makes the next [`Report::settle`] draw the status line again, after another program used the terminal.
    pub(crate) fn forget_live(&mut self) {
        self.out.forget_line();
    }

    /// Shows a delivery in full, on stderr because stdout has it already. `later` holds the app's late answers.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn unfold(&mut self, delivery: &Delivery, later: &[Forwarded]) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.unfold(delivery, later, &mut self.out),
            View::Json(_) | View::Junit(_) => Ok(()),
        }
    }

    /// Copies a text to the clipboard: with a program if there is one, or else through the terminal.
    pub(crate) fn copy(&mut self, text: &str) -> Copied {
        if let Some(copied) = clipboard::copy_with_program(text) {
            return copied;
        }
        let Some(sequence) = clipboard::sequence(text) else { return Copied::TooLarge };
        match (self.out.control(&sequence), clipboard::is_behind_tmux()) {
            (false, _) => Copied::NoTerminal,
            (true, true) => Copied::SentToTmux,
            (true, false) => Copied::Sent,
        }
    }

    /// When [`Report::tick`] must be called at the latest, if at all, to show the counts of folded refusals.
    #[must_use]
    pub(crate) fn next_tick(&self) -> Option<Instant> {
        match &self.view {
            View::Pretty(view) => view.next_tick(Instant::now(), &self.out),
            View::Json(_) | View::Junit(_) => None,
        }
    }

    /// Shows the counts of folded refusals if they are due at `now`.
    ///
    /// # Errors
    /// As [`Report::show`].
    pub(crate) fn tick(&mut self, now: Instant) -> Result<(), OutputError> {
        match &mut self.view {
            View::Pretty(view) => view.tick(now, &mut self.out),
            View::Json(_) | View::Junit(_) => Ok(()),
        }
    }
}

/// Shows what is left and removes the status line, also if the session ends with an error.
impl Drop for Report {
    fn drop(&mut self) {
        if let View::Pretty(view) = &mut self.view {
            let _ = view.show_deferred(&mut self.out);
        }
        // A caller that needs the error calls `settle` first.
        let _ = self.out.flush();
        self.out.clear_live();
    }
}
