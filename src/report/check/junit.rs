//! JUnit XML: one test case for each case.

use super::CheckRun;
use crate::check::LEFT_OUT;
use crate::check::{CaseVerdict, Severity};
use crate::report::junit::{JunitDocument, JunitProblem};

/// The name of the suite.
pub(super) const SUITE: &str = "zoomhook check";

/// Appends the cases of a run, without those that do not apply. A recommendation that does not count is skipped.
pub(super) fn write(document: &mut JunitDocument, buffer: &mut Vec<u8>, run: &CheckRun<'_>) {
    let limit = if run.strict { Severity::Should } else { Severity::Must };
    let conclusions: Vec<_> = run
        .report
        .conclusions
        .iter()
        .flat_map(|found| [found.sentence.clone(), found.remedy.clone()])
        .filter(|line| !line.is_empty())
        .collect();
    for result in &run.report.cases {
        let counts = result.severity <= limit;
        let (element, message) = match &result.verdict {
            CaseVerdict::Passed => {
                document.write(buffer, result.group.as_str(), &result.id, None);
                continue;
            }
            CaseVerdict::Failed(meaning) if counts => ("failure", meaning.clone()),
            CaseVerdict::Unproven(meaning) if counts => ("error", meaning.clone()),
            CaseVerdict::Failed(meaning) | CaseVerdict::Unproven(meaning) => ("skipped", meaning.clone()),
            CaseVerdict::NotRun(LEFT_OUT) => continue,
            CaseVerdict::NotRun(why) => ("skipped", format!("not sent: {why}")),
        };
        let details = match element {
            "failure" => conclusions.join("\n"),
            _ => String::new(),
        };
        let problem = JunitProblem { element, kind: &result.id, message, details };
        document.write(buffer, result.group.as_str(), &result.id, Some(&problem));
    }
}
