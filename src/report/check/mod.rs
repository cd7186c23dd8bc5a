//! A run of `check`: the conclusion first, then the cases by group. [`CheckView`] is the entry point.
//!
//! | file | holds |
//! | --- | --- |
//! | `screen.rs` | for a person |
//! | `junit.rs` | JUnit XML: one test case for each case |
//!
//! `report/ndjson/check.rs` writes NDJSON.

mod junit;
mod screen;

use std::borrow::Cow;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::junit::JunitDocument;
use super::layout::TerminalPage;
use super::ndjson;
use super::out::{Out, OutputError, Stream};
use super::{Color, ReportSettings, VerdictFormat};
use crate::check::{CaseVerdict, CheckConclusion, CheckProgress, CheckReport};
use crate::diagnosis::{Framework, remedy_in_app};

/// How to show a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CheckViewSettings {
    /// The output format.
    pub(crate) format: VerdictFormat,
    /// Whether to show nothing to a person: the exit code is the result.
    pub(crate) quiet: bool,
    /// Whether to use colors.
    pub(crate) color: Color,
    /// Whether failed recommendations count.
    pub(crate) strict: bool,
    /// The framework that the user named.
    pub(crate) framework: Option<Framework>,
}

/// A run that is over.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckRun<'r> {
    pub(super) report: &'r CheckReport,
    pub(super) target: &'r str,
    pub(super) strict: bool,
    pub(super) took: Duration,
    named: Option<Framework>,
}

impl CheckRun<'_> {
    /// The framework that the user named, or that the answers show.
    pub(super) fn framework(&self) -> Option<Framework> {
        self.named.or(self.report.framework)
    }
}

/// The line of code that fixes a cause in the app's framework.
pub(super) fn line_of_code(found: &CheckConclusion, run: &CheckRun<'_>) -> Option<&'static str> {
    remedy_in_app(found.cause.as_ref()?, run.framework()).line
}

/// How many cases have each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CheckCounts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) unproven: usize,
    pub(super) not_run: usize,
}

impl CheckCounts {
    pub(super) fn of(report: &CheckReport) -> Self {
        Self::of_cases(report.cases.iter().map(|result| &result.verdict))
    }

    fn of_cases<'v>(verdicts: impl Iterator<Item = &'v CaseVerdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            *match verdict {
                CaseVerdict::Passed => &mut counts.passed,
                CaseVerdict::Failed(_) => &mut counts.failed,
                CaseVerdict::Unproven(_) => &mut counts.unproven,
                CaseVerdict::NotRun(_) => &mut counts.not_run,
            } += 1;
        }
        counts
    }
}

/// What is being sent, in a few words.
pub(crate) fn being_sent(progress: CheckProgress) -> Cow<'static, str> {
    match progress {
        CheckProgress::Case(case) => case.sent().into(),
        CheckProgress::Experiments(ways) => format!("{ways} wrong ways of signing").into(),
    }
}

/// The lines of NDJSON of a run.
pub(crate) fn lines(report: &CheckReport, target: &str, took: Duration) -> Vec<u8> {
    let mut lines = Vec::new();
    ndjson::check(&mut lines, &CheckRun { report, target, strict: false, took, named: None });
    lines
}

/// Shows the progress of a run, and its result.
pub(crate) struct CheckView {
    out: Out,
    settings: CheckViewSettings,
    bar: ProgressBar,
    junit: JunitDocument,
    buffer: Vec<u8>,
}

impl CheckView {
    /// Shows it on this process's stdout and stderr.
    #[must_use]
    pub(crate) fn to_terminal(settings: CheckViewSettings) -> Self {
        let out = Out::of_process(&ReportSettings {
            format: settings.format,
            compact: false,
            headers: false,
            quiet: settings.quiet,
            color: settings.color,
            masked_headers: Vec::new(),
            shares_terminal: false,
        });
        let target = match settings.quiet {
            true => ProgressDrawTarget::hidden(),
            // Draws only on a terminal.
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {msg}") {
            bar.set_style(style);
        }
        Self { out, settings, bar, junit: JunitDocument::new(junit::SUITE), buffer: Vec::new() }
    }

    /// Shows what is being sent.
    pub(crate) fn progress(&self, progress: CheckProgress) {
        self.bar.set_message(being_sent(progress));
        self.bar.inc(1);
    }

    /// Shows which case of a suite is being sent.
    pub(crate) fn suite_progress(&self, event: &str) {
        self.bar.set_message(event.to_owned());
        self.bar.inc(1);
    }

    /// Shows the result of a run.
    ///
    /// # Errors
    /// [`OutputError::Closed`] if the reader of stdout has closed it.
    pub(crate) fn show(
        &mut self,
        report: &CheckReport,
        target: &str,
        took: Duration,
    ) -> Result<(), OutputError> {
        self.bar.finish_and_clear();
        self.bar.reset();
        let run =
            CheckRun { report, target, strict: self.settings.strict, took, named: self.settings.framework };
        self.buffer.clear();
        match self.settings.format {
            VerdictFormat::Pretty if self.settings.quiet => return Ok(()),
            VerdictFormat::Pretty => {
                let mut page = TerminalPage::new(&self.out, Stream::Stdout);
                screen::show(&mut page, &run);
                self.buffer.extend_from_slice(page.as_bytes());
            }
            VerdictFormat::Json => ndjson::check(&mut self.buffer, &run),
            VerdictFormat::Junit => junit::write(&mut self.junit, &mut self.buffer, &run),
        }
        self.out.write(Stream::Stdout, &self.buffer)?;
        self.out.flush()
    }

    /// Ends the output.
    ///
    /// # Errors
    /// As [`CheckView::show`].
    pub(crate) fn finish(mut self) -> Result<(), OutputError> {
        if self.settings.format == VerdictFormat::Junit {
            self.buffer.clear();
            self.junit.end(&mut self.buffer);
            self.out.write(Stream::Stdout, &self.buffer)?;
        }
        self.out.flush()
    }
}
