//! Shows the verdicts of `verify` to a person, a program or CI. [`Verdicts`] is the entry point.
//!
//! | file | holds |
//! | --- | --- |
//! | `pretty.rs` | for a person: one screen for one request, a list for many |
//! | `screen.rs` | one request: verdict, cause, proof, remedy |
//! | `details.rs` | the part below: challenge, signed string, age, what was read |
//! | `difference.rs` | the first difference between two texts |
//! | `list.rs` | many requests: one line each, and the table at the end |
//! | `junit.rs` | JUnit XML |
//! | `phrases.rs` | phrases that the views share |
//! | `progress.rs` | the progress bar |
//!
//! `report/ndjson/verdict.rs` writes NDJSON.

mod details;
mod difference;
mod junit;
mod list;
mod phrases;
mod pretty;
mod progress;
mod screen;

use std::time::SystemTime;

use super::junit::JunitDocument;
use super::ndjson::{write_verdict, write_warning};
use super::out::{Out, OutputError, Stream};
use super::redact::redacted;
use super::{Color, ReportSettings};
use crate::delivery::Warning;
use crate::verify::{VerifyOutcome, VerifyTally};

pub(super) use list::{code as code_lines, row as labeled_row};
pub(super) use phrases::{
    explain as explain_verdict, matched as matched_body, unreadable as unreadable_text,
};
use pretty::Pretty;
use progress::VerifyProgress;

/// How to report verdicts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VerdictSettings {
    /// The output format.
    pub(crate) format: VerdictFormat,
    /// Whether to show nothing to a person: the exit code is the result.
    pub(crate) quiet: bool,
    /// Whether to use colors.
    pub(crate) color: Color,
    /// Whether to show the signed string.
    pub(crate) show_signed_string: bool,
}

/// The output format of a command whose results CI can show as test cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum VerdictFormat {
    /// For a person at a terminal
    Pretty,
    /// One JSON object a line
    Json,
    /// JUnit XML, for CI
    Junit,
}

/// Shows verdicts one by one.
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
    Junit(JunitDocument),
    Nothing,
}

impl Verdicts {
    /// Reports to this process's stdout and stderr. `total` is the number of bytes to read, as far as it is known. It
    /// is needed for the progress bar.
    #[must_use]
    pub(crate) fn to_terminal(settings: &VerdictSettings, total: u64) -> Self {
        let out = Out::of_process(&ReportSettings {
            format: settings.format,
            compact: false,
            headers: false,
            quiet: settings.quiet,
            color: settings.color,
            masked_headers: Vec::new(),
            shares_terminal: false,
        });
        let progress = VerifyProgress::new(total, out.is_live());
        Self::new(settings, out, progress)
    }

    fn new(settings: &VerdictSettings, out: Out, progress: VerifyProgress) -> Self {
        let view = match settings.format {
            VerdictFormat::Pretty if settings.quiet => View::Nothing,
            VerdictFormat::Pretty => View::Pretty(Box::new(Pretty::new(settings.show_signed_string))),
            VerdictFormat::Json => View::Json,
            VerdictFormat::Junit => View::Junit(JunitDocument::new(junit::SUITE)),
        };
        Self { out, view, progress, show_signed_string: settings.show_signed_string, buffer: Vec::new() }
    }

    /// Shows a warning about the secrets.
    ///
    /// # Errors
    /// [`OutputError`] if the output cannot be written.
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

    /// Reports a file in a folder that was skipped because it is not a capture.
    ///
    /// # Errors
    /// [`OutputError`] if the output cannot be written.
    pub(crate) fn skip(&mut self, source: &str) -> Result<(), OutputError> {
        pretty::skip(source, &mut self.out)
    }

    /// Shows the verdict on one request.
    ///
    /// # Errors
    /// [`OutputError::Closed`] if the reader of stdout has closed it: the caller exits without a message.
    pub(crate) fn show(&mut self, mut outcome: VerifyOutcome) -> Result<(), OutputError> {
        if outcome.result.is_err() {
            // What cannot be read may be a secret in the place of a file.
            outcome.source = redacted(&outcome.source).into();
        }
        self.buffer.clear();
        match &mut self.view {
            View::Nothing => return Ok(()),
            View::Pretty(view) => return view.show(outcome, &mut self.out),
            View::Json => write_verdict(&mut self.buffer, &outcome, self.show_signed_string),
            View::Junit(document) => junit::write(document, &mut self.buffer, &outcome),
        }
        self.write(Stream::Stdout)
    }

    /// Moves the progress bar: `bytes` and `requests` more were read.
    ///
    /// # Errors
    /// [`OutputError`] if the output cannot be written.
    pub(crate) fn advance(&mut self, bytes: u64, requests: u64) -> Result<(), OutputError> {
        let out = &mut self.out;
        self.progress.while_hidden(|| out.flush())?;
        self.progress.advance(bytes, requests);
        Ok(())
    }

    /// Shows the totals of all requests.
    ///
    /// # Errors
    /// [`OutputError`] if the output cannot be written.
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
