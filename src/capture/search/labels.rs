//! Signatures and timestamps in a text, by the name that stands before them. [`labels`] is the entry point.

use super::super::headers::{ZoomHeader, is_masked, is_own, is_zoom_header};

/// A value after the name of one of Zoom's headers, or a value that needs no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) header: ZoomHeader,
    /// The name as written; `None` if there is none.
    pub(super) name: Option<String>,
    pub(super) value: Vec<u8>,
    /// Where the value begins.
    pub(super) at: usize,
}

/// How far a value may be from its name: over `", "value": "`, or the cell border of a table.
const GAP: usize = 64;
/// Limit on numbers that may be timestamps.
const MOST: usize = 1_000;
/// The longest value that is taken.
const LONGEST: usize = 160;

/// The named signatures and timestamps in a text, in order.
pub(super) fn labels(text: &[u8]) -> Vec<Label> {
    const WORDS: [(&[u8], ZoomHeader); 2] =
        [(b"signature", ZoomHeader::Signature), (b"timestamp", ZoomHeader::Timestamp)];
    let found = memchr::memchr2_iter(b'a', b'A', text).filter_map(|at| {
        // Both words have their first `a` at a known place: `signa`, `timesta`.
        WORDS.iter().find_map(|(word, header)| {
            let before = word.iter().position(|b| *b == b'a').unwrap_or(0);
            let start = at.checked_sub(before)?;
            let end = start + word.len();
            text.get(start..end).filter(|found| found.eq_ignore_ascii_case(word))?;
            named(text, start, end, *header)
        })
    });
    let mut found: Vec<Label> = found.collect();
    found.dedup_by_key(|label| label.at);
    found
}

/// The value after a name that ends here.
fn named(text: &[u8], word: usize, end: usize, header: ZoomHeader) -> Option<Label> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let before = text[..word].iter().rev().take(40).take_while(|b| is_name(b)).count();
    let name = &text[word - before..end];
    if is_zoom_header(name)? != header || text.get(end).is_some_and(is_name) {
        return None;
    }
    let at = value_start(text, end)?;
    let value = value(&text[at..]);
    let name = Some(String::from_utf8_lossy(name).into_owned());
    is_likely(value, header).then(|| Label { header, name, value: value.to_vec(), at })
}

/// Whether a value may be that of the header: in prose and in code, other words follow the name.
fn is_likely(value: &[u8], header: ZoomHeader) -> bool {
    let is_code = |b: &u8| b.is_ascii_alphanumeric() || b"+/=_-.:%".contains(b);
    match header {
        _ if is_masked(value) => true,
        ZoomHeader::Signature => {
            let is_prefixed = value.starts_with(b"v0") || value.starts_with(b"sha256");
            (is_prefixed || value.len() >= 40)
                && (4..=100).contains(&value.len())
                && value.iter().all(is_code)
        }
        ZoomHeader::Timestamp => {
            value.iter().take_while(|b| b.is_ascii_digit() || b"-/.".contains(b)).count() >= 9
        }
    }
}

/// Where the value after a name begins.
fn value_start(text: &[u8], name_end: usize) -> Option<usize> {
    /// Words between the name and the value in lists of pairs.
    const BETWEEN: [&[u8]; 10] =
        [b"value", b"values", b"Value", b"val", b"stringValue", b"b", b"is", b"was", b"string", b"header"];
    let mut at = name_end;
    let last = text.len().min(name_end + GAP);
    while at < last {
        let word = text[at..].iter().take(12).take_while(|b| b.is_ascii_alphabetic()).count();
        if BETWEEN.contains(&&text[at..at + word]) {
            at += word;
            // The length in `string(67) "…"` of PHP.
            if text[at..].starts_with(b"(") {
                at += text[at..].iter().take(8).position(|b| *b == b')').map_or(0, |end| end + 1);
            }
        } else if word == 0 && is_separator(text[at]) {
            at += 1;
        } else {
            return Some(at);
        }
    }
    None
}

fn is_separator(b: u8) -> bool {
    b.is_ascii_whitespace() || b"\"'`\\:=>|[](,{&".contains(&b)
}

/// The value that begins here.
fn value(text: &[u8]) -> &[u8] {
    let text = &text[..text.len().min(LONGEST)];
    let length =
        text.iter().take_while(|b| !b.is_ascii_whitespace() && !b"\"'`\\,;|[](){}&<".contains(b)).count();
    &text[..length]
}

/// Signatures without a name: `v0=` and 64 hex digits. A value that the user's own code computed is not one.
pub(super) fn unnamed_signatures(text: &[u8]) -> Vec<Label> {
    const MARKS: [&[u8]; 3] = [b"v0=", b"v0%3D", b"sha256="];
    let found = MARKS.iter().flat_map(|mark| {
        memchr::memmem::find_iter(text, mark).filter_map(|at| {
            let value = value(&text[at..]);
            digits(value)?;
            (!is_computed(&text[at.saturating_sub(48)..at])).then(|| Label {
                header: ZoomHeader::Signature,
                name: None,
                value: value.to_vec(),
                at,
            })
        })
    });
    let mut found: Vec<Label> = found.take(MOST).collect();
    found.sort_by_key(|label| label.at);
    found
}

/// Whether the words before a signature, in its line, say that the user's own code computed it.
fn is_computed(before: &[u8]) -> bool {
    let line = memchr::memrchr(b'\n', before).map_or(before, |newline| &before[newline + 1..]);
    is_own(&String::from_utf8_lossy(line).to_ascii_lowercase())
}

/// Numbers that may be timestamps: ten digits, or thirteen for milliseconds.
pub(super) fn unnamed_timestamps(text: &[u8]) -> Vec<Label> {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'1', text) {
        if at > 0 && text[at - 1].is_ascii_digit() {
            continue;
        }
        let digits = text[at..].iter().take(20).take_while(|b| b.is_ascii_digit()).count();
        if matches!(digits, 10 | 13) {
            let value = text[at..at + digits].to_vec();
            found.push(Label { header: ZoomHeader::Timestamp, name: None, value, at });
            if found.len() >= MOST {
                break;
            }
        }
    }
    found
}

/// The 64 hex digits of a signature.
pub(super) fn digits(value: &[u8]) -> Option<&[u8]> {
    let value =
        ["v0%3D", "v0%3d"].iter().find_map(|mark| value.strip_prefix(mark.as_bytes())).unwrap_or(value);
    let mut runs = value.split(|b| !b.is_ascii_hexdigit()).filter(|run| run.len() == 64);
    let digits = runs.next()?;
    runs.next().is_none().then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_value_after_its_name_in_every_notation() {
        for text in [
            "x-zm-signature: v0=ab",
            "'X-Zm-Signature': 'v0=ab',",
            r#"\"x-zm-signature\":\"v0=ab\""#,
            "X-Zm-Signature:[v0=ab] X",
            "(b'x-zm-signature', b'v0=ab')",
            r#"{"name": "x-zm-signature", "value": "v0=ab"}"#,
            "| x-zm-signature | v0=ab |",
            "HTTP_X_ZM_SIGNATURE\"=>\"v0=ab\"",
            "xZmSignature=v0=ab, ",
            "?x-zm-signature=v0=ab&b",
            "[\"x-zm-signature\"]=>\n  string(67) \"v0=ab\"",
        ] {
            let found = labels(text.as_bytes());
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(String::from_utf8_lossy(&found[0].value), "v0=ab", "{text}");
        }
        assert_eq!(labels("x-zm-signature: v0=4c1f…\n".as_bytes())[0].value, "v0=4c1f…".as_bytes());
        assert_eq!(labels(b"x-zm-signature: [Redacted]")[0].value, b"Redacted");
        assert_eq!(labels(b"x-zm-request-timestamp: 1764400000")[0].value, b"1764400000");
        for text in [
            "signature: v0=ab",
            "x-hub-signature: v0=ab",
            "x-zm-signatures",
            "x-zm-signature",
            "x-zm-signature: ",
        ] {
            assert_eq!(labels(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn ignores_what_the_users_own_code_computed() {
        let signature = format!("v0={}", "ab".repeat(32));
        assert_eq!(unnamed_signatures(format!("computed {signature}\n\"{signature}\"").as_bytes()).len(), 1);
        assert!(unnamed_signatures(b"v0=abc").is_empty());
    }
}
