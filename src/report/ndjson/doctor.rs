//! The findings of `doctor`.

use super::escape::push_string;
use super::object::Object;
use crate::doctor::{SetupFinding, SetupStatus};
use crate::report::doctor::{SetupReport, remedy_sentence, shown};

/// Appends the line of one finding.
pub(in crate::report) fn finding(buffer: &mut Vec<u8>, finding: &SetupFinding) {
    let mut line = Object::line(buffer, "check");
    line.text("name", finding.check.as_str())
        .text("status", finding.status.as_str())
        .text("detail", &shown(&finding.detail))
        .text_or_null("remedy", remedy_sentence(finding).as_deref())
        .text_or_null("fix", finding.fix.as_ref().map(|fix| fix.action()).as_deref())
        .list("notes", finding.notes.iter(), |buffer, note| push_string(buffer, &shown(note)))
        .millis("ms", finding.took);
    line.end_line();
}

/// Appends the line with the counts.
pub(in crate::report) fn setup_summary(buffer: &mut Vec<u8>, report: &SetupReport) {
    let mut line = Object::line(buffer, "summary");
    line.number("passed", report.count(SetupStatus::Pass))
        .number("warnings", report.count(SetupStatus::Warn))
        .number("failed", report.count(SetupStatus::Fail))
        .number("skipped", report.count(SetupStatus::Skipped))
        .list("fixed", report.fixed.iter(), |buffer, fix| push_string(buffer, &fix.action()))
        .millis("ms", report.took);
    line.end_line();
}
