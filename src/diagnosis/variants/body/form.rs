//! What in a body is visibly not as Zoom writes it. Nothing of this proves a cause: it shows that the bytes are not those
//! that were signed.

use std::collections::BTreeSet;

use super::document;
#[cfg(feature = "cli")]
use super::encoding;
use super::lenient;
#[cfg(feature = "cli")]
use super::newline;
use crate::json::{self, JsonKind, JsonValue};

/// Notations that Zoom is not known to use, but that requests made for tests often have. They show nothing alone.
const WEAK: [&str; 2] = ["emoji unescaped", "emoji escaped in lower-case hex"];

/// What in a body is visibly not as Zoom writes it, each in a few words that complete "the body was rewritten: …".
pub(crate) fn rewritten_parts(body: &[u8]) -> Vec<String> {
    let parts = all_parts(body);
    if parts.iter().all(|part| WEAK.contains(&part.as_str())) { Vec::new() } else { parts }
}

/// Whether nothing in a body differs from the form in which Zoom writes it.
pub(crate) fn is_in_zooms_form(body: &[u8]) -> bool {
    all_parts(body).is_empty()
}

/// Whether a body is not JSON, but an object that a program printed: a capture tool writes it, and no HTTP client. JSON
/// with comments or trailing commas is what people send in tests.
pub(crate) fn is_printed_object(body: &[u8]) -> bool {
    document(body).is_none() && !is_lenient_object(body) && lenient::printed_object(body).is_some()
}

fn is_lenient_object(body: &[u8]) -> bool {
    lenient::strict(body).is_some_and(|strict| is_object(&strict))
}

fn is_object(text: &[u8]) -> bool {
    document(text).is_some_and(|value| value.is_object())
}

/// Whether a body is an object in a form that only a display gives it: with HTML entities in place of its quotes, or with
/// lines broken inside its strings and numbers.
#[cfg(feature = "cli")]
pub(crate) fn is_displayed(body: &[u8]) -> bool {
    let is_object = |text: &[u8]| document(text).is_some_and(|inner| inner.is_object());
    let unwrapped = newline::without_newlines(body);
    !is_object(body)
        && (is_object(&unwrapped) || encoding::without_entities(body).is_some_and(|text| is_object(&text)))
}

/// Whether a body is an object without its end.
#[cfg(feature = "cli")]
pub(crate) fn is_cut(body: &[u8]) -> bool {
    // A newline after the cut would be a fault in a string.
    let text = body.trim_ascii();
    text.starts_with(b"{") && super::is_truncated(text)
}

/// What there is in place of a JSON object, or around it.
fn other_than_json(body: &[u8]) -> Option<&'static str> {
    if is_printed_object(body) {
        return Some("printed as an object and not as JSON");
    }
    if is_lenient_object(body) {
        return Some("with comments or trailing commas");
    }
    document(body)?.bytes().is_some_and(is_object).then_some("in a JSON string")
}

fn all_parts(body: &[u8]) -> Vec<String> {
    let mut parts = Vec::new();
    let Ok(text) = std::str::from_utf8(body) else { return vec!["bytes that are not UTF-8".into()] };
    if text.contains('\u{fffd}') {
        parts.push("U+FFFD in place of a character".into());
    }
    let bare = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let Some(document) = document(bare).filter(JsonValue::is_object) else {
        parts.extend(other_than_json(bare).map(str::to_owned));
        return parts;
    };
    parts.extend(order(&document).map(str::to_owned));
    parts.extend(layout(bare).map(str::to_owned));
    let mut found = BTreeSet::new();
    strings(&document, &mut found);
    parts.extend(found);
    parts
}

/// How the names are sorted, if they are sorted at every level. An object with few members may be sorted by chance.
fn order(document: &JsonValue<'_>) -> Option<&'static str> {
    /// Members of the largest object from which on the order is no chance.
    const ENOUGH: usize = 4;
    let by_name = |a: &[u8], b: &[u8]| a <= b;
    let by_length = |a: &[u8], b: &[u8]| (a.len(), a) <= (b.len(), b);
    (largest(document) >= ENOUGH).then_some(())?;
    if is_sorted(document, by_name) {
        return Some("keys sorted");
    }
    is_sorted(document, by_length).then_some("keys sorted by length")
}

fn largest(value: &JsonValue<'_>) -> usize {
    let inner = value.members().iter().map(|(_, value)| value).chain(value.items()).map(largest);
    inner.max().unwrap_or(0).max(value.members().len())
}

fn is_sorted(value: &JsonValue<'_>, is_before: fn(&[u8], &[u8]) -> bool) -> bool {
    value.members().windows(2).all(|pair| is_before(&pair[0].0.text, &pair[1].0.text))
        && value.members().iter().all(|(_, value)| is_sorted(value, is_before))
        && value.items().iter().all(|value| is_sorted(value, is_before))
}

/// Whitespace between the members.
fn layout(body: &[u8]) -> Option<&'static str> {
    if json::compact(body) == body.trim_ascii() {
        return None;
    }
    Some(if body.trim_ascii().contains(&b'\n') { "indented" } else { "spaces after , and :" })
}

/// Notations of strings and numbers that Zoom does not use.
fn strings(value: &JsonValue<'_>, found: &mut BTreeSet<String>) {
    match value.kind() {
        JsonKind::Text(text) => {
            escapes(value.raw, found);
            lost(text, found);
        }
        JsonKind::Number(number) if number.contains(['e', 'E']) => {
            found.insert("numbers with an exponent".into());
        }
        _ => {}
    }
    for (name, value) in value.members() {
        escapes(name.raw, found);
        strings(value, found);
    }
    value.items().iter().for_each(|item| strings(item, found));
}

fn escapes(raw: &[u8], found: &mut BTreeSet<String>) {
    if raw.iter().any(|b| *b >= 0xf0) {
        found.insert(WEAK[0].into());
    }
    let mut at = 0;
    while let Some(next) = memchr::memchr(b'\\', &raw[at..]) {
        at += next;
        match raw.get(at + 1) {
            Some(b'/') => {
                found.insert(r"\/ for /".into());
            }
            Some(b'u') => {
                let digits = raw.get(at + 2..at + 6).and_then(|digits| std::str::from_utf8(digits).ok());
                found.extend(digits.and_then(escape));
            }
            _ => {}
        }
        at += 2;
    }
}

/// What is not Zoom's in `\u....` with these digits.
fn escape(digits: &str) -> Option<String> {
    let unit = u16::from_str_radix(digits, 16).ok()?;
    match char::from_u32(u32::from(unit)) {
        // One kind of character stands for all: a body may have hundreds.
        Some(c) if !c.is_ascii() => Some(r"\u.... for accents".into()),
        Some(' '..='~') => Some(r"\u.... for < > & ' and the like".into()),
        Some(_) => None,
        None => digits.bytes().any(|b| b.is_ascii_lowercase()).then(|| WEAK[1].into()),
    }
}

/// A `?` where another character was probably lost: between two letters, or two and more of them.
fn lost(text: &[u8], found: &mut BTreeSet<String>) {
    let is_address = text.contains(&b'=') || memchr::memmem::find(text, b"://").is_some();
    let is_lost =
        |part: &[u8]| part[1] == b'?' && part[0].is_ascii_alphabetic() && part[2].is_ascii_alphabetic();
    if !is_address && (text.windows(3).any(is_lost) || memchr::memmem::find(text, b"??").is_some()) {
        found.insert("? where a character was probably lost".into());
    }
}

/// What differs between a body and the body that was signed, if the signed one is the one that Zoom wrote.
pub(crate) fn rewritten_from(body: &[u8], signed: &[u8]) -> Vec<String> {
    if !rewritten_parts(signed).is_empty() {
        return Vec::new();
    }
    let common = all_parts(signed);
    let mut parts = all_parts(body);
    parts.retain(|part| !common.contains(part));
    let (Some(here), Some(there)) = (document(body), document(signed)) else { return parts };
    if parts.iter().all(|part| !part.starts_with("keys")) && names(&here) != names(&there) {
        let (mut ours, mut theirs) = (names(&here), names(&there));
        ours.sort_unstable();
        theirs.sort_unstable();
        if ours == theirs {
            parts.push("members in another order".into());
        }
    }
    if nulls(&there) > nulls(&here) {
        parts.push("null members dropped".into());
    }
    parts
}

/// All names in their order.
fn names<'v>(value: &'v JsonValue<'_>) -> Vec<&'v [u8]> {
    let mut all: Vec<&[u8]> = value.members().iter().map(|(name, _)| &*name.text).collect();
    value
        .members()
        .iter()
        .map(|(_, value)| value)
        .chain(value.items())
        .for_each(|value| all.extend(names(value)));
    all
}

fn nulls(value: &JsonValue<'_>) -> usize {
    let inner = value.members().iter().map(|(_, value)| value).chain(value.items());
    inner.map(nulls).sum::<usize>() + usize::from(value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_nothing_in_zooms_form() {
        for body in [
            r#"{"event":"a","payload":{"object":{"topic":"café \uD83C\uDF89 a/b? Really? \u001f","id":1}},"event_ts":1}"#,
            r#"{"a":1,"b":2,"c":{"a":1}}"#,
            r#"{"a":"https://example.org/?q=a?b","d":1,"c":2}"#,
            "",
            "not JSON",
        ] {
            assert_eq!(rewritten_parts(body.as_bytes()), [""; 0], "{body}");
        }
    }

    #[test]
    fn names_what_zoom_does_not_write() {
        for (body, part) in [
            (r#"{"a": 1, "b": 2}"#, "spaces after , and :"),
            ("{\n \"a\":1}", "indented"),
            (r#"{"a":1,"b":2,"c":3,"d":{"e":1,"f":2}}"#, "keys sorted"),
            (r#"{"z":1,"bb":2,"aaa":3,"aaaa":{"e":1,"f":2}}"#, "keys sorted by length"),
            (r#"{"a":"\u00e9"}"#, r"\u.... for accents"),
            (r#"{"a":"\u003c"}"#, r"\u.... for < > & ' and the like"),
            (r#"{"a":"b\/c"}"#, r"\/ for /"),
            (r#"{"a":1.7E12}"#, "numbers with an exponent"),
            (r#"{"a":"M?nchen"}"#, "? where a character was probably lost"),
            ("{'a': None}", "printed as an object and not as JSON"),
            ("{\"a\":1,} // one", "with comments or trailing commas"),
            (r#""{\"a\":1}""#, "in a JSON string"),
            ("{\"a\":\"\u{fffd}\"}", "U+FFFD in place of a character"),
        ] {
            assert_eq!(rewritten_parts(body.as_bytes()), [part], "{body}");
        }
        assert_eq!(rewritten_parts(b"{\"a\":\"\xe9\"}"), ["bytes that are not UTF-8"]);
        for body in [r#"{"a":"\ud83d\ude80"}"#, r#"{"a":"🚀"}"#] {
            assert_eq!(rewritten_parts(body.as_bytes()), [""; 0], "{body}");
            assert!(!is_in_zooms_form(body.as_bytes()), "{body}");
            assert_eq!(rewritten_from(body.as_bytes(), br#"{"a":"\uD83D\uDE80"}"#).len(), 1, "{body}");
        }
    }

    #[test]
    fn names_what_changed_since_zoom_wrote_it() {
        let zoom = br#"{"event":"a","b":{"d":1,"c":null}}"#;
        assert_eq!(
            rewritten_from(br#"{"event":"a","b":{"c":null,"d":1}}"#, zoom),
            ["members in another order"]
        );
        assert_eq!(rewritten_from(br#"{"event":"a","b":{"d":1}}"#, zoom), ["null members dropped"]);
        assert_eq!(rewritten_from(zoom, br#"{"event": "a"}"#), [""; 0]);
        let raw = "{\"a\":\"🚀\"}".as_bytes();
        assert_eq!(rewritten_from("{\"a\": \"🚀\"}".as_bytes(), raw), ["spaces after , and :"]);
    }
}
