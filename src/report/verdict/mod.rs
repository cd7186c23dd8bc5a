//! What `verify` finds, for a person, for a program, for CI.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the reporter: which view, which stream, the progress bar |
//! | `pretty.rs` | for a person: one screen for one request, a list for many |
//! | `screen.rs` | one request: the verdict, why, what proves it, what to do |
//! | `rows.rs` | how it is laid out |
//! | `details.rs` | below it: what was signed, the age, the challenge, what was read |
//! | `difference.rs` | the picture of the first difference |
//! | `list.rs` | many requests: a line each, and the table at the end |
//! | `junit.rs` | JUnit XML |
//! | `phrases.rs` | the words that the views share |
//!
//! NDJSON is with its kin, in `report/ndjson/verdict.rs`.

mod details;
mod difference;
mod junit;
mod list;
mod phrases;
mod pretty;
mod progress;
mod screen;

use std::time::SystemTime;

use super::ndjson::{write_verdict, write_warning};
use super::out::{Out, OutputError, Stream};
use super::{Color, Format, ReportSettings};
use crate::delivery::Warning;
use crate::verify::{VerifyOutcome, VerifyTally};

use junit::Junit;
pub(super) use phrases::{
    explain as explain_verdict, matched as matched_body, unreadable as unreadable_text,
};
use pretty::Pretty;
use progress::VerifyProgress;

/// How to report verdicts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VerdictSettings {
    /// For whom.
    pub(crate) format: VerdictFormat,
    /// Nothing for a person: the exit code tells.
    pub(crate) quiet: bool,
    /// Whether to colour.
    pub(crate) color: Color,
    /// Whether to show what is signed.
    pub(crate) show_signed_string: bool,
}

/// For whom verdicts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum VerdictFormat {
    /// For a person at a terminal
    Pretty,
    /// One JSON object a request
    Json,
    /// JUnit XML, for CI
    Junit,
}

/// Shows verdicts as they come.
pub(crate) struct Verdicts {
    out: Out,
    view: View,
    progress: VerifyProgress,
    show_signed_string: bool,
    buffer: Vec<u8>,
}

enum View {
    Pretty(Box<Pretty>),
    Json,
    Junit(Junit),
    Nothing,
}

impl Verdicts {
    /// Reports to this process's stdout and stderr. `total` is the number of bytes that will be read, as far as
    /// it is known, for the progress bar.
    #[must_use]
    pub(crate) fn to_terminal(settings: &VerdictSettings, total: u64) -> Self {
        let out = Out::of_process(&ReportSettings {
            format: if settings.format == VerdictFormat::Pretty { Format::Pretty } else { Format::Json },
            compact: false,
            headers: false,
            quiet: settings.quiet,
            color: settings.color,
            masked_headers: Vec::new(),
        });
        let progress = VerifyProgress::new(total, out.is_live());
        Self::new(settings, out, progress)
    }

    fn new(settings: &VerdictSettings, out: Out, progress: VerifyProgress) -> Self {
        let view = match settings.format {
            VerdictFormat::Pretty if settings.quiet => View::Nothing,
            VerdictFormat::Pretty => View::Pretty(Box::new(Pretty::new(settings.show_signed_string))),
            VerdictFormat::Json => View::Json,
            VerdictFormat::Junit => View::Junit(Junit::default()),
        };
        Self { out, view, progress, show_signed_string: settings.show_signed_string, buffer: Vec::new() }
    }

    /// Tells what the user should know about the secrets.
    ///
    /// # Errors
    /// [`OutputError`], as for all that is shown.
    pub(crate) fn warn(&mut self, warning: &Warning) -> Result<(), OutputError> {
        match self.view {
            View::Json => {
                self.buffer.clear();
                write_warning(&mut self.buffer, warning, SystemTime::now());
                self.write(Stream::Stdout)
            }
            _ => pretty::warn(warning, &mut self.out),
        }
    }

    /// Tells of a file in a folder that is no capture.
    ///
    /// # Errors
    /// [`OutputError`], as for all that is shown.
    pub(crate) fn skip(&mut self, source: &str) -> Result<(), OutputError> {
        pretty::skip(source, &mut self.out)
    }

    /// Shows what became of one request.
    ///
    /// # Errors
    /// [`OutputError::Closed`] once stdout's reader has gone: the caller ends quietly.
    pub(crate) fn show(&mut self, outcome: VerifyOutcome) -> Result<(), OutputError> {
        self.buffer.clear();
        match &mut self.view {
            View::Nothing => return Ok(()),
            View::Pretty(view) => return view.show(outcome, &mut self.out),
            View::Json => write_verdict(&mut self.buffer, &outcome, self.show_signed_string),
            View::Junit(view) => view.write(&mut self.buffer, &outcome),
        }
        self.write(Stream::Stdout)
    }

    /// `bytes` more were read: moves the bar, which is there for what takes its time.
    ///
    /// # Errors
    /// [`OutputError`], as for all that is shown.
    pub(crate) fn advance(&mut self, bytes: u64, requests: u64) -> Result<(), OutputError> {
        let out = &mut self.out;
        self.progress.aside(|| out.flush())?;
        self.progress.advance(bytes, requests);
        Ok(())
    }

    /// Shows what all requests came to.
    ///
    /// # Errors
    /// [`OutputError`], as for all that is shown.
    pub(crate) fn finish(mut self, tally: &VerifyTally) -> Result<(), OutputError> {
        self.progress.end();
        self.buffer.clear();
        match &mut self.view {
            View::Pretty(view) => view.finish(tally, &mut self.out)?,
            View::Junit(view) => {
                view.end(&mut self.buffer);
                self.write(Stream::Stdout)?;
            }
            View::Json | View::Nothing => {}
        }
        self.out.flush()
    }

    fn write(&mut self, stream: Stream) -> Result<(), OutputError> {
        self.out.write(stream, &self.buffer)
    }
}
