//! The findings of `doctor`: a line or more for each, and the counts; or NDJSON. The entry point is [`print_findings`].

use std::fmt::Write as _;
use std::time::Duration;

use console::Term;

use super::abilities::{Surroundings, Width, is_terminal};
use super::grammar::{count, plural};
use super::layout::wrap;
use super::out::OutputError;
use super::redact::redacted;
use super::sanitize::clean;
use super::shell::{repair_hint, repair_sentence};
use super::theme::{Ink, Theme};
use super::{Color, Format, ndjson};
use crate::doctor::{SetupFinding, SetupFix, SetupRemedy, SetupStatus};
use crate::system_words::without_numbers;

/// The column at which the text begins: behind the longest name.
const TEXT: usize = 18;

/// How the findings are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FindingSettings {
    /// For a person or for a program.
    pub(crate) format: Format,
    /// Only the failed ones.
    pub(crate) quiet: bool,
    /// Also the facts behind them, and times.
    pub(crate) verbose: bool,
    /// Whether to use colors.
    pub(crate) color: Color,
}

/// The findings, and what was done before them.
#[derive(Debug)]
pub(crate) struct SetupReport {
    /// All findings, in order.
    pub(crate) findings: Vec<SetupFinding>,
    /// What `--fix` has done.
    pub(crate) fixed: Vec<SetupFix>,
    /// How long all checks took.
    pub(crate) took: Duration,
    /// The command that fixes what can be fixed; `None` if it would have to be quoted, or has a secret.
    pub(crate) to_fix: Option<String>,
}

impl SetupReport {
    /// The number of findings with this status.
    pub(super) fn count(&self, status: SetupStatus) -> u64 {
        self.findings.iter().filter(|finding| finding.status == status).count() as u64
    }

    /// Whether a check has failed.
    #[must_use]
    pub(crate) fn has_failed(&self) -> bool {
        self.count(SetupStatus::Fail) > 0
    }

    /// The findings to show.
    fn shown(&self, quiet: bool) -> impl Iterator<Item = &SetupFinding> {
        self.findings.iter().filter(move |finding| !quiet || finding.status == SetupStatus::Fail)
    }
}

/// Prints the findings to stdout.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_findings(report: &SetupReport, settings: FindingSettings) -> Result<(), OutputError> {
    if settings.format == Format::Json {
        let mut lines = Vec::new();
        for finding in report.shown(settings.quiet) {
            ndjson::finding(&mut lines, finding);
        }
        ndjson::setup_summary(&mut lines, report);
        return super::print_json(&lines);
    }
    let stdout = Term::stdout();
    let color = Surroundings::of_process().color(settings.color, is_terminal(&stdout));
    let width = if stdout.is_term() { Width::Of(stdout).columns() } else { None };
    super::print(text(report, settings, Theme::new(color), width).as_bytes())
}

fn text(report: &SetupReport, settings: FindingSettings, theme: Theme, width: Option<usize>) -> String {
    let mut text = String::new();
    for fix in &report.fixed {
        let _ = writeln!(text, " {} done: {}", theme.paint(Ink::Good, "✓"), clean(&fix.action()));
    }
    for finding in report.shown(settings.quiet) {
        push(&mut text, finding, settings, theme, width);
    }
    if !settings.quiet {
        let _ = writeln!(text, "\n {}", counts(report));
        if report.findings.iter().any(|finding| finding.fix.is_some()) {
            let _ = match &report.to_fix {
                Some(command) => writeln!(text, " To fix what zoomhook can fix:\n   {}", shown(command)),
                None => writeln!(text, " To fix what zoomhook can fix, add --fix to this command."),
            };
        }
    }
    text
}

fn push(
    text: &mut String,
    finding: &SetupFinding,
    settings: FindingSettings,
    theme: Theme,
    width: Option<usize>,
) {
    let (ink, sign) = match finding.status {
        SetupStatus::Pass => (Ink::Good, "✓"),
        SetupStatus::Warn => (Ink::Warn, "▲"),
        SetupStatus::Fail => (Ink::Bad, "✗"),
        SetupStatus::Skipped => (Ink::Dim, "·"),
    };
    let (name, sign) = (finding.check.as_str(), theme.paint(ink, sign));
    let gap = " ".repeat(TEXT.saturating_sub(3 + name.len()));
    let _ = write!(text, " {sign} {}{gap}", theme.paint(Ink::Bold, name));
    let room = width.map(|width| width.saturating_sub(TEXT).max(20));
    let is_dim = finding.status == SetupStatus::Skipped;
    let took = format!("{}  ({} ms)", finding.detail, finding.took.as_millis());
    let detail = if settings.verbose { took } else { finding.detail.clone() };
    let mut lines: Vec<_> = fitted(&detail, room).into_iter().map(|line| (line, is_dim)).collect();
    // What to do about something that is not known is for those who ask for more.
    if settings.verbose || !is_dim {
        let remedy = remedy(finding);
        let remedies = remedy.iter().flat_map(|remedy| remedy.lines());
        lines.extend(remedies.flat_map(|line| fitted(line, room)).map(|line| (line, false)));
    }
    if settings.verbose {
        lines.extend(finding.notes.iter().flat_map(|note| fitted(note, room)).map(|line| (line, true)));
    }
    for (at, (line, is_dim)) in lines.iter().enumerate() {
        let indent = if at == 0 { String::new() } else { " ".repeat(TEXT) };
        let _ = writeln!(text, "{indent}{}", theme.paint(if *is_dim { Ink::Dim } else { Ink::Plain }, line));
    }
}

/// A text as it is shown: without secrets of the command line, and without the system's error numbers.
pub(super) fn shown(text: &str) -> String {
    without_numbers(&redacted(text))
}

/// A line as it is shown: redacted, sanitized and wrapped. The parts of an indented line are indented as well. A command
/// stays on one line, so that it can be copied.
fn fitted(line: &str, room: Option<usize>) -> Vec<String> {
    let line = clean(&shown(line)).into_owned();
    let text = line.trim_start_matches(' ');
    let indent = &line[..line.len() - text.len()];
    let room = room.filter(|_| !is_command(&line)).map(|room| room.saturating_sub(indent.len()).max(20));
    wrap(text, room).into_iter().map(|part| format!("{indent}{part}")).collect()
}

/// Whether a line is a command: two spaces and a program, as every hint writes it.
fn is_command(line: &str) -> bool {
    line.strip_prefix("  ").is_some_and(|text| text.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn remedy(finding: &SetupFinding) -> Option<String> {
    match finding.remedy.as_ref()? {
        SetupRemedy::Text(text) => Some(text.clone()),
        SetupRemedy::Path { repair, otherwise } => Some(repair_hint(repair, otherwise)),
    }
}

/// The remedy in one line, for a program.
pub(super) fn remedy_sentence(finding: &SetupFinding) -> Option<String> {
    match finding.remedy.as_ref()? {
        SetupRemedy::Text(text) => Some(shown(&text.split_whitespace().collect::<Vec<_>>().join(" "))),
        SetupRemedy::Path { repair, .. } => Some(repair_sentence(repair)),
    }
}

/// `9 passed, 1 warning, 2 failed, 6 not checked or not known`.
fn counts(report: &SetupReport) -> String {
    let number = |status| report.count(status);
    let mut parts = vec![format!("{} passed", count(number(SetupStatus::Pass)))];
    match number(SetupStatus::Warn) {
        0 => {}
        warnings => parts.push(plural(warnings, "warning", "warnings")),
    }
    for (status, what) in [(SetupStatus::Fail, "failed"), (SetupStatus::Skipped, "not checked or not known")]
    {
        match number(status) {
            0 => {}
            some => parts.push(format!("{} {what}", count(some))),
        }
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indented_line_breaks_between_words_and_a_command_does_not() {
        let column = "    in the environment, or in a .env file above";
        assert_eq!(
            fitted(column, Some(24)),
            ["    in the environment,", "    or in a .env file", "    above"]
        );
        let command = "  zoomhook sign --challenge --to http://localhost:3000/zoom";
        assert_eq!(fitted(command, Some(24)), [command]);
    }
}
