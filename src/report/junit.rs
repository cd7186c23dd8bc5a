//! JUnit XML, written case by case. [`JunitDocument`] is the entry point.
//!
//! The suite has no counts: they come before the cases in the document, and the cases are not stored in memory.

use super::sanitize::clean;

const FOOT: &str = "  </testsuite>\n</testsuites>\n";

/// Writes a document piece by piece.
#[derive(Debug)]
pub(super) struct JunitDocument {
    /// The name of the suite.
    name: &'static str,
    has_begun: bool,
}

/// Why a case did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JunitProblem<'k> {
    /// `failure`, `error` or `skipped`.
    pub(super) element: &'static str,
    /// A stable name.
    pub(super) kind: &'k str,
    /// A sentence.
    pub(super) message: String,
    /// More lines.
    pub(super) details: String,
}

impl JunitDocument {
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, has_begun: false }
    }

    /// Appends one case; `None` if it passed.
    pub(super) fn write(
        &mut self,
        buffer: &mut Vec<u8>,
        class: &str,
        name: &str,
        problem: Option<&JunitProblem<'_>>,
    ) {
        self.begin(buffer);
        let case =
            format!("    <testcase classname=\"{}\" name=\"{}\"", escaped(class), escaped(name.trim_end()));
        buffer.extend_from_slice(case.as_bytes());
        let rest = match problem {
            None => "/>\n".to_owned(),
            Some(JunitProblem { element, kind, message, details }) => format!(
                ">\n      <{element} type=\"{kind}\" message=\"{}\">{}</{element}>\n    </testcase>\n",
                escaped(message),
                escaped_lines(details)
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
            let name = self.name;
            let head = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{name}\">\n  <testsuite name=\"{name}\">\n"
            );
            buffer.extend_from_slice(head.as_bytes());
        }
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
        JunitDocument::new("a").end(&mut buffer);
        let text = String::from_utf8(buffer).unwrap();
        assert!(text.starts_with("<?xml") && text.contains("<testsuite name=\"a\">") && text.ends_with(FOOT));
    }
}
