//! A run on one screen: the conclusions, then the cases by group, then the counts.

use std::collections::BTreeMap;

use super::{CheckCounts, CheckRun, line_of_code};
use crate::check::LEFT_OUT;
use crate::check::{CaseGroup, CaseResult, CaseVerdict, CheckConclusion, ConclusionCertainty, Severity};
use crate::report::grammar::{list, plural};
use crate::report::layout::TerminalPage;
use crate::report::theme::Ink;
use crate::report::verdict::{code_lines, labeled_row};

/// The column of a group's counts.
const COUNTS: usize = 14;

/// Shows a run.
pub(super) fn show(page: &mut TerminalPage, run: &CheckRun<'_>) {
    page.gap();
    for found in &run.report.conclusions {
        conclusion(page, found, run);
        page.blank();
    }
    for group in CaseGroup::ALL {
        let cases: Vec<_> = run.report.cases.iter().filter(|result| result.group == group).collect();
        show_group(page, group, &cases);
    }
    page.blank();
    summary(page, run);
    page.blank();
}

fn conclusion(page: &mut TerminalPage, found: &CheckConclusion, run: &CheckRun<'_>) {
    let (ink, sign) = match (found.certainty, found.severity) {
        (ConclusionCertainty::NotProven, _) => (Ink::Warn, "?"),
        (ConclusionCertainty::Proven, Severity::Must) => (Ink::Bad, "✗"),
        (ConclusionCertainty::Proven, _) => (Ink::Warn, "▲"),
    };
    page.marked(ink, sign, &found.sentence);
    if found.certainty == ConclusionCertainty::NotProven {
        labeled_row(page, "Cause", Ink::Plain, "not proven");
    } else {
        labeled_row(page, "Cause", Ink::Plain, found.code);
    }
    for proof in &found.proof {
        let label = if found.certainty == ConclusionCertainty::Proven { "Proof" } else { "Facts" };
        labeled_row(page, label, Ink::Plain, proof);
    }
    if !found.remedy.is_empty() {
        labeled_row(page, "Do", Ink::Plain, &found.remedy);
    }
    let line: Vec<_> = line_of_code(found, run).into_iter().collect();
    code_lines(page, &line);
}

fn show_group(page: &mut TerminalPage, group: CaseGroup, cases: &[&CaseResult]) {
    // A group that does not apply is not shown.
    if cases.iter().all(|result| reason(result) == Some(LEFT_OUT)) {
        return;
    }
    let counts = CheckCounts::of_cases(cases.iter().map(|result| &result.verdict));
    let name = name(group);
    page.spaces(2);
    page.put(Ink::Bold, name);
    page.spaces(COUNTS.saturating_sub(2 + name.len()));
    let failed_must =
        cases.iter().any(|result| failed(result).is_some() && result.severity == Severity::Must);
    let (ink, sign) = match counts {
        CheckCounts { failed: 0, unproven: 0, passed: 0, .. } => (Ink::Dim, "·"),
        CheckCounts { failed: 0, unproven: 0, .. } => (Ink::Good, "✓"),
        CheckCounts { failed: 0, .. } => (Ink::Warn, "?"),
        _ if failed_must => (Ink::Bad, "✗"),
        _ => (Ink::Warn, "▲"),
    };
    page.put(ink, sign);
    page.spaces(1);
    page.put(Ink::Plain, &in_words(counts));
    page.blank();
    for result in cases {
        if let Some((ink, sign, meaning)) = failed(result) {
            page.spaces(4);
            page.put(ink, sign);
            page.spaces(1);
            page.put(Ink::Plain, &result.id);
            page.spaces(2);
            page.put(Ink::Dim, result.severity.as_str());
            page.blank();
            let asked = format!("Sent: {}. Expected: {}.", result.sent, result.expected);
            page.paragraph(8, Ink::Plain, &asked);
            page.paragraph(8, Ink::Plain, meaning);
        }
    }
    for (meaning, ids) in unproven(cases) {
        page.spaces(4);
        page.put(Ink::Warn, "?");
        page.spaces(1);
        page.put(Ink::Dim, meaning);
        page.blank();
        page.paragraph(8, Ink::Plain, &list(&ids));
    }
    let reasons: Vec<&str> = cases.iter().filter_map(|result| reason(result)).collect();
    if let Some(first) = reasons.first().filter(|first| **first != LEFT_OUT) {
        page.paragraph(
            4,
            Ink::Dim,
            &format!("Not sent: {}, because {first}.", plural(reasons.len() as u64, "case", "cases")),
        );
    }
}

fn reason(result: &CaseResult) -> Option<&'static str> {
    match result.verdict {
        CaseVerdict::NotRun(why) => Some(why),
        _ => None,
    }
}

fn failed(result: &CaseResult) -> Option<(Ink, &'static str, &str)> {
    match &result.verdict {
        CaseVerdict::Failed(meaning) if result.severity == Severity::Must => Some((Ink::Bad, "✗", meaning)),
        CaseVerdict::Failed(meaning) => Some((Ink::Warn, "▲", meaning)),
        CaseVerdict::Passed | CaseVerdict::Unproven(_) | CaseVerdict::NotRun(_) => None,
    }
}

/// The cases whose answers show nothing, by the reason.
fn unproven<'r>(cases: &[&'r CaseResult]) -> BTreeMap<&'r str, Vec<String>> {
    let mut found = BTreeMap::<&str, Vec<String>>::new();
    for result in cases {
        if let CaseVerdict::Unproven(meaning) = &result.verdict {
            found.entry(meaning).or_default().push(result.id.to_string());
        }
    }
    found
}

fn name(group: CaseGroup) -> &'static str {
    match group {
        CaseGroup::Transport => "Transport",
        CaseGroup::Auth => "Auth",
        CaseGroup::Challenge => "Challenge",
        CaseGroup::Refusals => "Refusals",
        CaseGroup::Events => "Events",
        CaseGroup::Suite => "Suite",
    }
}

/// `8 passed, 1 failed`.
fn in_words(counts: CheckCounts) -> String {
    let parts = [
        (counts.failed, "failed"),
        (counts.unproven, "not proven"),
        (counts.passed, "passed"),
        (counts.not_run, "not sent"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    parts.join(", ")
}

fn summary(page: &mut TerminalPage, run: &CheckRun<'_>) {
    let report = run.report;
    let requests = plural(u64::from(report.requests), "request", "requests");
    let text = format!("{} · {requests}", run.target);
    let (ink, sign) = if report.is_right(run.strict) { (Ink::Good, "✓") } else { (Ink::Bad, "✗") };
    page.marked(ink, sign, &text);
}
