//! The last step for every capture: compares the body with the headers. [`normalize`] is the entry point.

use super::headers::{ZoomHeader, is_masked, is_variable, is_zoom_header, without_zero_fraction};
use super::peel::encodings;
use super::{BodyFidelity, Capture, Format, Note, Variant};

/// Decompresses the body, corrects its length, and adds other candidates for the bytes that were sent.
pub(super) fn normalize(capture: &mut Capture) {
    if capture.headers.is_empty() {
        capture.note(Note::NoHeaders);
    }
    name_headers(capture);
    restore_timestamp(capture);
    note_replaced(capture);
    if capture.body.fidelity < BodyFidelity::Reconstructed {
        return;
    }
    if !decompress(capture) {
        correct_length(capture);
    }
    offer_without_newline(capture);
    if has_replacement_character(&capture.body.bytes) {
        capture.note(Note::CharactersLost);
    }
}

/// Whether a text has U+FFFD. Few have its first byte.
fn has_replacement_character(text: &[u8]) -> bool {
    let character = "\u{fffd}".as_bytes();
    memchr::memchr_iter(character[0], text).any(|at| text[at..].starts_with(character))
}

/// Gives Zoom's headers their names, if the capture has them under others.
fn name_headers(capture: &mut Capture) {
    for header in ZoomHeader::ALL {
        if capture.headers.contains(header.name()) {
            continue;
        }
        let named = capture.headers.iter().find(|(name, _)| is_zoom_header(name.as_bytes()) == Some(header));
        let Some(name) = named.map(|(name, _)| name.to_owned()) else { continue };
        capture.headers.rename(&name, header.name());
        if !header.is_in_other_notation(&name) {
            capture.note(Note::HeaderRenamed { header: header.name(), name });
        }
    }
}

/// Undoes what a log writes for a number that its program holds as a float. In a message, these bytes were sent.
fn restore_timestamp(capture: &mut Capture) {
    let name = ZoomHeader::Timestamp.name();
    let Some(value) = capture.headers.get(name).filter(|_| capture.format == Format::Json) else { return };
    let number = without_zero_fraction(value).to_vec();
    if number != value {
        capture.headers.set(name, &number);
    }
}

/// Notes every header whose value was masked, such as by asterisks, and variables in place of a value.
fn note_replaced(capture: &mut Capture) {
    let is_zooms = |name: &str| is_zoom_header(name.as_bytes()).is_some();
    let mut notes = Vec::new();
    for (name, value) in capture.headers.iter() {
        if is_zooms(name) && is_variable(value) {
            notes.push(Note::Placeholder { text: String::from_utf8_lossy(value).into_owned() });
        } else if value.windows(3).any(|three| three == b"***")
            || is_zooms(name) && (is_masked(value) || is_punctuation(value))
        {
            notes.push(Note::Redacted { header: name.to_owned() });
        }
    }
    // In the exact bytes of a body, the same characters may be a text.
    if capture.body.fidelity < BodyFidelity::Original {
        notes.extend(placeholder(&capture.body.bytes).map(|text| Note::Placeholder { text }));
    }
    notes.into_iter().for_each(|note| capture.note(note));
}

/// The first `{{name}}` in a text. In JSON, `{{` occurs only in strings.
fn placeholder(text: &[u8]) -> Option<String> {
    let start = memchr::memmem::find(text, b"{{")?;
    let rest = &text[start + 2..];
    let length =
        rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || b" ._$-".contains(b)).count();
    let closed = rest[length..].starts_with(b"}}") && length > 0;
    closed.then(|| String::from_utf8_lossy(&text[start..start + length + 4]).into_owned())
}

/// Whether a value has neither a letter nor a digit, such as `--`.
fn is_punctuation(value: &[u8]) -> bool {
    !value.is_empty() && !String::from_utf8_lossy(value).contains(char::is_alphanumeric)
}

/// Removes the content-encoding. Returns `true` if there is one: `content-length` then counts compressed bytes.
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

/// Compares the body with `content-length`, and restores the length if only line endings differ.
fn correct_length(capture: &mut Capture) {
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
        // The header may be wrong, so the body stays and its first bytes become an alternative.
        Some((body, surplus)) => {
            let (body, bytes) = (body.to_vec(), surplus.len() as u64);
            capture.body.offer(body, Variant::CutToLength);
            capture.note(Note::Surplus { bytes });
        }
    }
}

/// Whether the only newline is the final one, after `content-length` bytes: the common case, nothing to restore.
fn is_one_line(body: &[u8], expected: u64) -> bool {
    let first = memchr::memchr(b'\n', body).unwrap_or(body.len()) as u64;
    first >= expected && body.len() as u64 - first <= 1
}

/// The body with LF converted to CRLF, or the reverse, if the result has the expected length. A final newline that
/// an editor added is removed.
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

/// Adds the body without its final newline as a candidate: editors add a newline that was not sent.
fn offer_without_newline(capture: &mut Capture) {
    let body = &capture.body.bytes;
    // A newline that content-length counts was sent.
    if capture.headers.content_length() == Some(body.len() as u64) {
        return;
    }
    let trimmed = body.strip_suffix(b"\n").map(|rest| rest.strip_suffix(b"\r").unwrap_or(rest));
    if let Some(trimmed) = trimmed.map(<[u8]>::to_vec) {
        capture.body.offer(trimmed, Variant::WithoutFinalNewline);
    }
}
