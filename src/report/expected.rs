//! The expected events of a session as JUnit XML: one test case for each, at the end.

use super::junit::{JunitDocument, JunitProblem};
use super::out::{Out, OutputError, Stream};
use super::wording::missing;
use crate::delivery::{ExpectedResult, SessionEvent};

/// The name of the suite.
const SUITE: &str = "zoomhook listen";

/// Writes the document when it gets the summary.
pub(super) struct ExpectedCases;

impl ExpectedCases {
    /// Shows one event.
    pub(super) fn show(&mut self, event: &SessionEvent, out: &mut Out) -> Result<(), OutputError> {
        let SessionEvent::Summary(summary) = event else { return Ok(()) };
        let (mut document, mut buffer) = (JunitDocument::new(SUITE), Vec::new());
        for result in &summary.expected {
            document.write(&mut buffer, "expected", &result.counts.event, problem(result).as_ref());
        }
        document.end(&mut buffer);
        out.write(Stream::Stdout, &buffer)
    }
}

fn problem(result: &ExpectedResult) -> Option<JunitProblem<'static>> {
    let kind = match &result.counts {
        _ if result.is_met => return None,
        counts if counts.refused > 0 => "refused",
        counts if counts.failed > 0 => "failed",
        _ => "not_delivered",
    };
    let message = missing(&result.counts);
    Some(JunitProblem { element: "failure", kind, message, details: String::new() })
}
