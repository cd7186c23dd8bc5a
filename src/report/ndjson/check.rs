//! The lines of a run of `check`: its cases, its conclusions, and the counts.

use crate::check::{CheckConclusion, CheckReport, ConclusionCertainty};
use crate::report::check::{CheckCounts, CheckRun, line_of_code};

use super::Object;
use super::escape::push_string;

/// Appends all lines of a run.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, run: &CheckRun<'_>) {
    for result in &run.report.cases {
        let mut line = Object::line(buffer, "check_case");
        line.text("case", &result.id)
            .text("group", result.group.as_str())
            .text("severity", result.severity.as_str())
            .text("verdict", result.verdict.as_str())
            .text("sent", &result.sent)
            .text("expected", &result.expected)
            .text_or_null("answered", result.answered.as_deref())
            .text_or_null("meaning", result.verdict.meaning());
        match result.status {
            Some(status) => line.number("status", status),
            None => line.text_or_null("status", None),
        };
        match result.took {
            Some(took) => line.millis("ms", took),
            None => line.text_or_null("ms", None),
        };
        line.end_line();
    }
    for found in &run.report.conclusions {
        conclusion(buffer, found, run);
    }
    summary(buffer, run.report, run);
}

fn conclusion(buffer: &mut Vec<u8>, found: &CheckConclusion, run: &CheckRun<'_>) {
    let mut line = Object::line(buffer, "check_conclusion");
    let proven = found.certainty == ConclusionCertainty::Proven;
    line.text("code", found.code).number("proven", proven).text("severity", found.severity.as_str());
    line.text("sentence", &found.sentence);
    line.list("proof", found.proof.iter(), |buffer, proof| push_string(buffer, proof));
    line.text("remedy", &found.remedy).text_or_null("line", line_of_code(found, run));
    line.end_line();
}

fn summary(buffer: &mut Vec<u8>, report: &CheckReport, run: &CheckRun<'_>) {
    let counts = CheckCounts::of(report);
    let mut line = Object::line(buffer, "check_summary");
    line.text("target", run.target)
        .number("right", report.is_right(run.strict))
        .number("passed", counts.passed)
        .number("failed", counts.failed)
        .number("unproven", counts.unproven)
        .number("not_run", counts.not_run)
        .number("requests", report.requests)
        .number("ways_tried", report.ways_tried)
        .text_or_null("framework", run.framework().map(|framework| framework.as_str()))
        .millis("ms", run.took);
    line.end_line();
}
