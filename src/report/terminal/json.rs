//! Shows a JSON text indented and colored, with every token as it was sent.
//!
//! [`show`] works on the text and builds no tree: `1.0`, `\/`, a 23-digit integer, repeated names and a lone
//! surrogate stay unchanged. One pass without recursion keeps deep or long texts harmless.

use crate::json::string_length;
use crate::report::grammar::plural;
use crate::report::sanitize::clean_json;
use crate::report::theme::Ink;

use super::layout::TerminalPage;

/// Spaces per level.
const STEP: usize = 2;
/// Maximum level of indentation; Zoom's events have about six levels.
const DEEPEST: usize = 24;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct JsonLimits {
    /// Lines of a body.
    lines: usize,
    /// Characters of a string.
    string: usize,
}

impl JsonLimits {
    /// On a terminal: about three screens of lines, and strings of about five lines, so that earlier output stays
    /// within reach. Elsewhere strings are never shortened, and only a hostile body exceeds the limit on lines.
    pub(super) fn of(width: Option<usize>) -> Self {
        match width {
            Some(_) => Self { lines: 150, string: 400 },
            None => Self { lines: 20_000, string: usize::MAX },
        }
    }
}

/// Whether the text is a single JSON value.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
}

/// Shows JSON text below a delivery's line.
pub(super) fn show(page: &mut TerminalPage, text: &str, limits: &JsonLimits) {
    let indent = page.indent();
    let deepest = page.width().map_or(DEEPEST, |width| (width.saturating_sub(indent) / 4).min(DEEPEST));
    let mut writer = Writer { page, limits, indent, deepest, depth: 0, line: 0 };
    writer.indent();
    let mut rest = text.trim_ascii();
    while !rest.is_empty() {
        let token = token(rest);
        rest = rest[token.len()..].trim_ascii_start();
        writer.token(token, &mut rest);
    }
    writer.end();
}

/// The next token: a string, a punctuation character, a number or a literal.
fn token(rest: &str) -> &str {
    let bytes = rest.as_bytes();
    let end = match bytes[0] {
        b'"' => string_length(bytes),
        b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
        _ => bytes.iter().position(|b| b"{}[],:\" \t\r\n".contains(b)).unwrap_or(bytes.len()),
    };
    &rest[..end]
}

struct Writer<'p> {
    page: &'p mut TerminalPage,
    limits: &'p JsonLimits,
    indent: usize,
    deepest: usize,
    depth: usize,
    line: usize,
}

impl Writer<'_> {
    /// Puts one token. For an empty object or array, it also takes the closing bracket from `rest`.
    fn token(&mut self, token: &str, rest: &mut &str) {
        match token {
            "{" | "[" => {
                let close = if token == "{" { "}" } else { "]" };
                self.put(Ink::Dim, token);
                if let Some(after) = rest.strip_prefix(close) {
                    self.put(Ink::Dim, close);
                    *rest = after.trim_ascii_start();
                } else {
                    self.depth += 1;
                    self.new_line();
                }
            }
            "}" | "]" => {
                self.depth = self.depth.saturating_sub(1);
                self.new_line();
                self.put(Ink::Dim, token);
            }
            "," => {
                self.put(Ink::Dim, token);
                self.new_line();
            }
            ":" => self.put(Ink::Dim, ": "),
            _ if token.starts_with('"') => {
                self.string(if rest.starts_with(':') { Ink::Key } else { Ink::String }, token);
            }
            "true" | "false" | "null" => self.put(Ink::Literal, token),
            number => self.string(Ink::Number, number),
        }
    }

    /// Puts a string or a number, shortened if it is very long.
    fn string(&mut self, ink: Ink, token: &str) {
        let (shown, left_out) = shortened(token, self.limits.string);
        self.put(ink, &clean_json(shown));
        if left_out > 0 {
            let note = format!("… {}", plural(left_out as u64, "more character", "more characters"));
            self.put(Ink::Dim, &note);
        }
    }

    fn put(&mut self, ink: Ink, text: &str) {
        if self.line < self.limits.lines {
            self.page.put_safe(ink, text);
        }
    }

    fn new_line(&mut self) {
        self.line += 1;
        if self.line < self.limits.lines {
            self.page.blank();
            self.indent();
        }
    }

    fn indent(&mut self) {
        self.page.spaces(self.indent + STEP * self.depth.min(self.deepest));
    }

    fn end(&mut self) {
        self.page.blank();
        let left_out = (self.line + 1).saturating_sub(self.limits.lines);
        if left_out > 0 {
            let lines = plural(left_out as u64, "more line", "more lines");
            self.page.below(Ink::Dim, &format!("… {lines}; --format json has the whole body"));
        }
    }
}

/// The beginning of a token and the number of characters left out. Escapes are not split.
fn shortened(token: &str, limit: usize) -> (&str, usize) {
    if token.len() <= limit {
        return (token, 0);
    }
    let (mut shown, mut at) = (0, 0);
    while shown < limit && at < token.len() {
        let unit = match token.as_bytes()[at..] {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            _ => token[at..].chars().next().map_or(1, char::len_utf8),
        };
        at += unit;
        shown += 1;
    }
    let end = Some(at).filter(|at| token.is_char_boundary(*at)).unwrap_or(token.len());
    let closing = usize::from(token.starts_with('"'));
    (&token[..end], token[end..].chars().count().saturating_sub(closing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sanitize::is_unsafe;
    use proptest::prelude::*;

    fn shown(text: &str, width: Option<usize>) -> String {
        assert!(is_json(text));
        let mut page = TerminalPage::plain(width);
        show(&mut page, text, &JsonLimits::of(width));
        page.text().to_owned()
    }

    #[test]
    fn indents_and_keeps_empty_objects_and_arrays_on_one_line() {
        insta::assert_snapshot!(shown(r#" {"a":[1,{"b":null}], "c":{ },"d":[ ],"e":"x"} "#, Some(40)), @r#"
        {
          "a": [
            1,
            {
              "b": null
            }
          ],
          "c": {},
          "d": [],
          "e": "x"
        }
        "#);
    }

    #[test]
    fn keeps_every_token_as_sent() {
        let tokens = [
            "1.0",
            "1e3",
            "-0",
            "12345678901234567890123",
            r#""\/""#,
            r#""\u00e9""#,
            r#""\uD83D""#,
            r#""\uD83D\uDE92""#,
            r#""a\"b\\""#,
            "true",
            "null",
        ];
        for token in tokens {
            assert_eq!(shown(token, None).trim(), token);
        }
        assert_eq!(shown(r#"{"a":1,"a":2}"#, None).matches("\"a\"").count(), 2);
    }

    #[test]
    fn escapes_terminal_control_characters() {
        assert_eq!(shown("\"a\u{202e}b\u{7f}\"", None).trim(), r#""a\u202eb\u007f""#);
    }

    #[test]
    fn deep_nesting_overflows_no_stack_and_keeps_the_output_small() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        let on_a_terminal = shown(&deep, Some(80));
        assert!(on_a_terminal.len() < 20_000, "{}", on_a_terminal.len());
        assert!(on_a_terminal.contains("… 199,851 more lines; --format json has"), "{}", on_a_terminal);
        assert!(shown(&deep, None).len() < 3_000_000);
    }

    #[test]
    fn shortens_a_long_string_only_on_a_terminal() {
        let text = format!("\"{}\"", "é".repeat(1000));
        assert!(shown(&text, Some(80)).contains("é… 601 more characters"));
        assert_eq!(shown(&text, None).trim(), text);
        let escapes = format!("\"{}\"", "\\u00e9".repeat(1000));
        assert!(shown(&escapes, Some(80)).contains("\\u00e9… "));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::hash_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_output_is_the_same_json(value in json()) {
            let text = value.to_string();
            let shown = shown(&text, None);
            prop_assert!(!shown.replace('\n', "").chars().any(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
