//! JUnit XML: one test case for each request, written as soon as it is verified.

use super::phrases;
use crate::diagnosis::{Verdict, remedy_of};
use crate::report::junit::{JunitDocument, JunitProblem};
use crate::verify::{JudgedCapture, VerifyOutcome};

/// The name of the suite.
pub(super) const SUITE: &str = "zoomhook verify";

/// Appends one request.
pub(super) fn write(document: &mut JunitDocument, buffer: &mut Vec<u8>, outcome: &VerifyOutcome) {
    let event = outcome.result.as_ref().ok().and_then(|judged| judged.event.as_deref());
    let name = format!("request {} {}", outcome.index, event.unwrap_or_default());
    let problem = match &outcome.result {
        Ok(judged) => problem(judged),
        Err(why) => Some(JunitProblem {
            element: "error",
            kind: "unreadable",
            message: phrases::unreadable(&outcome.source, why),
            details: String::new(),
        }),
    };
    document.write(buffer, &outcome.source, &name, problem.as_ref());
}

/// `None` if the request is valid.
fn problem(judged: &JudgedCapture) -> Option<JunitProblem<'static>> {
    let verdict = &judged.diagnosis.verdict;
    let message = phrases::explain(verdict);
    match verdict {
        Verdict::Valid(_) => None,
        Verdict::Invalid(finding) => {
            let remedy = remedy_of(&finding.cause, judged.framework);
            let proof = finding.proof.as_ref().map(|proof| format!("This gives the signature: {proof}"));
            let details: Vec<_> = proof
                .into_iter()
                .chain([remedy.text.to_owned()])
                .chain(remedy.line.map(str::to_owned))
                .collect();
            let (element, kind) = ("failure", finding.cause.code.as_str());
            Some(JunitProblem { element, kind, message, details: details.join("\n") })
        }
        Verdict::CannotTell(unknown) => Some(JunitProblem {
            element: "error",
            kind: unknown.code.map_or("unknown", |code| code.as_str()),
            message,
            details: unknown.instead.into(),
        }),
    }
}
