//! What every capture goes through at the end: the body is held against its own headers.

use super::syntax::encodings;
use super::{BodyFidelity, Capture, Note, Variant};

/// Settles the body's length and content-encoding, and offers what the sent bytes may have been instead.
pub(super) fn settle(capture: &mut Capture) {
    if capture.headers.is_empty() {
        capture.note(Note::NoHeaders);
    }
    mark_redacted(capture);
    if capture.body.fidelity < BodyFidelity::Reconstructed {
        return;
    }
    if !decompress(capture) {
        settle_length(capture);
    }
    offer_without_newline(capture);
    if memchr::memmem::find(&capture.body.bytes, "\u{fffd}".as_bytes()).is_some() {
        capture.note(Note::CharactersLost);
    }
}

/// How tools begin what they write in place of a value.
const MASKS: [&str; 4] = ["[redacted", "<redacted", "[filtered", "redacted"];

/// A value of asterisks or the like is no value.
fn mark_redacted(capture: &mut Capture) {
    let masked = |value: &[u8]| {
        let begins =
            |mark: &str| value.get(..mark.len()).is_some_and(|v| v.eq_ignore_ascii_case(mark.as_bytes()));
        memchr::memmem::find(value, b"***").is_some() || MASKS.iter().any(|mark| begins(mark))
    };
    let names: Vec<_> =
        capture.headers.iter().filter(|(_, value)| masked(value)).map(|(name, _)| name.to_owned()).collect();
    names.into_iter().for_each(|header| capture.note(Note::Redacted { header }));
}

/// Takes the content-encoding off; `true` if the body was compressed, so that its length is another's.
fn decompress(capture: &mut Capture) -> bool {
    let Some(encoding) = capture.headers.text("content-encoding").map(str::to_ascii_lowercase) else {
        return false;
    };
    if encoding.is_empty() || encoding == "identity" {
        return false;
    }
    match encodings::inflate(&encoding, &capture.body.bytes) {
        Ok(plain) => {
            capture.body.prefer(plain, Variant::Encoded);
            capture.note(Note::Decompressed { encoding });
        }
        Err(why) => capture.note(Note::NotDecompressed { encoding, why }),
    }
    true
}

/// Holds the body against `content-length`.
fn settle_length(capture: &mut Capture) {
    let Some(expected) = capture.headers.content_length() else { return };
    let found = capture.body.bytes.len() as u64;
    if found == expected {
        return;
    }
    if !is_one_line(&capture.body.bytes, expected)
        && let Some(restored) = restored_line_ends(&capture.body.bytes, expected)
    {
        capture.body.prefer(restored, Variant::AsWritten);
        capture.note(Note::LineEndsRestored);
        return;
    }
    let cut = usize::try_from(expected).ok().and_then(|length| capture.body.bytes.split_at_checked(length));
    match cut {
        None => capture.note(Note::Truncated { expected, found }),
        Some((body, surplus)) if surplus.trim_ascii().is_empty() => {
            let body = body.to_vec();
            capture.body.prefer(body, Variant::AsWritten);
            capture.note(Note::FinalNewlineCut);
        }
        // The header may be the wrong one of the two: the body stays, its beginning is offered.
        Some((body, surplus)) => {
            let (body, bytes) = (body.to_vec(), surplus.len() as u64);
            capture.body.offer(body, Variant::CutToLength);
            capture.note(Note::Surplus { bytes });
        }
    }
}

/// Whether the only line end is one behind the body's length: nothing to be restored, which is the common case.
fn is_one_line(body: &[u8], expected: u64) -> bool {
    let first = memchr::memchr(b'\n', body).unwrap_or(body.len()) as u64;
    first >= expected && body.len() as u64 - first <= 1
}

/// The body with LF as CRLF, or the other way round, if that has the length asked for; a final line end that an
/// editor added left out.
fn restored_line_ends(body: &[u8], expected: u64) -> Option<Vec<u8>> {
    let lf: Vec<u8> = without_cr(body);
    let lines = lf.iter().filter(|b| **b == b'\n').count();
    if lines == 0 {
        return None;
    }
    let fits = |candidate: &Vec<u8>| candidate.len() as u64 == expected;
    let trimmed = lf.strip_suffix(b"\n").unwrap_or(&lf);
    let inner_lines = trimmed.contains(&b'\n');
    let both = [
        Some(lf.clone()).filter(|lf| lf != body),
        Some(with_crlf(&lf)),
        inner_lines.then(|| with_crlf(trimmed)),
    ];
    both.into_iter().flatten().find(fits)
}

fn without_cr(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for (i, b) in body.iter().enumerate() {
        if *b != b'\r' || body.get(i + 1) != Some(&b'\n') {
            out.push(*b);
        }
    }
    out
}

fn with_crlf(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 16);
    for b in body {
        if *b == b'\n' {
            out.push(b'\r');
        }
        out.push(*b);
    }
    out
}

/// Editors end a file with a line end that was not sent.
fn offer_without_newline(capture: &mut Capture) {
    let body = &capture.body.bytes;
    let trimmed = body.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
    if let Some(trimmed) = trimmed.map(<[u8]>::to_vec) {
        capture.body.offer(trimmed, Variant::WithoutFinalNewline);
    }
}
