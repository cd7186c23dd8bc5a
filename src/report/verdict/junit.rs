//! JUnit XML: one test case for each request, written as soon as it is verified.
//!
//! The suite has no counts: they come before the cases in the document, and the cases are not stored in memory.

use super::phrases;
use crate::diagnosis::{Verdict, remedy};
use crate::report::sanitize::clean;
use crate::verify::{Inspection, VerifyOutcome};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"zoomhook verify\">\n  \
                    <testsuite name=\"zoomhook verify\">\n";
const FOOT: &str = "  </testsuite>\n</testsuites>\n";

/// Writes the document piece by piece.
#[derive(Debug, Default)]
pub(super) struct Junit {
    has_begun: bool,
}

impl Junit {
    /// Appends one request.
    pub(super) fn write(&mut self, buffer: &mut Vec<u8>, outcome: &VerifyOutcome) {
        self.begin(buffer);
        let event = outcome.result.as_ref().ok().and_then(|inspection| inspection.event.as_deref());
        let name = format!("request {} {}", outcome.index, event.unwrap_or_default());
        let case = format!(
            "    <testcase classname=\"{}\" name=\"{}\"",
            escaped(&outcome.source),
            escaped(name.trim_end())
        );
        buffer.extend_from_slice(case.as_bytes());
        let problem = match &outcome.result {
            Ok(inspection) => problem(inspection),
            Err(why) => {
                Some(("error", "unreadable", phrases::unreadable(&outcome.source, why), String::new()))
            }
        };
        let rest = match problem {
            None => "/>\n".to_owned(),
            Some((element, kind, message, details)) => format!(
                ">\n      <{element} type=\"{kind}\" message=\"{}\">{}</{element}>\n    </testcase>\n",
                escaped(&message),
                escaped_lines(&details)
            ),
        };
        buffer.extend_from_slice(rest.as_bytes());
    }

    /// Appends the end of the document.
    pub(super) fn end(&mut self, buffer: &mut Vec<u8>) {
        self.begin(buffer);
        buffer.extend_from_slice(FOOT.as_bytes());
    }

    fn begin(&mut self, buffer: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.has_begun, true) {
            buffer.extend_from_slice(HEAD.as_bytes());
        }
    }
}

/// Element, type, message and text; `None` if the request is valid.
fn problem(inspection: &Inspection) -> Option<(&'static str, &'static str, String, String)> {
    let verdict = &inspection.diagnosis.verdict;
    let message = phrases::explain(verdict);
    match verdict {
        Verdict::Valid(_) => None,
        Verdict::Invalid(finding) => {
            let remedy = remedy(finding.cause.code, inspection.framework);
            let proof = finding.proof.as_ref().map(|proof| format!("This gives the signature: {proof}"));
            let details: Vec<_> = proof
                .into_iter()
                .chain([remedy.text.to_owned()])
                .chain(remedy.line.map(str::to_owned))
                .collect();
            Some(("failure", finding.cause.code.as_str(), message, details.join("\n")))
        }
        Verdict::CannotTell(unknown) => Some((
            "error",
            unknown.code.map_or("unknown", |code| code.as_str()),
            message,
            unknown.instead.into(),
        )),
    }
}

/// Escapes text for a terminal and for XML, which does not allow control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML does not allow these two.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_xml_does_not_allow() {
        assert_eq!(escaped("a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c'");
        assert_eq!(escaped("\u{1b}[31m\0\u{ffff}"), "\\u{1b}[31m\\u{0}\u{fffd}");
        assert_eq!(escaped_lines("a\nb"), "a\nb");
    }

    #[test]
    fn an_empty_run_is_a_complete_document() {
        let mut buffer = Vec::new();
        Junit::default().end(&mut buffer);
        assert_eq!(String::from_utf8(buffer).unwrap(), format!("{HEAD}{FOOT}"));
    }
}
