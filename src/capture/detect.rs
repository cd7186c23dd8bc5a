//! Which format is this? Told from the first bytes of a source.

use std::borrow::Cow;

use super::Format;
use super::syntax::http;

/// How many bytes of a source [`detect`] wants to see. A format's marks may stand below a long body; Zoom's
/// bodies are under 100 KiB.
pub const SAMPLE_LEN: usize = 256 * 1024;

/// How sure a format is of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confidence {
    /// It is something else.
    No,
    /// It could be read so, for want of anything better.
    Fallback,
    /// It looks like it.
    Likely,
    /// It carries this format's own mark.
    Certain,
}

impl Confidence {
    /// `self` if the condition holds.
    pub(super) fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::No }
    }
}

/// The format of the source that begins with `sample`; `None` if it is like no format here.
#[must_use]
pub fn detect(sample: &[u8]) -> Option<Format> {
    let text = as_utf8(sample);
    let sample = FormatSample::new(&text);
    let sure = Format::ALL.iter().map(|format| ((format.reader().looks_like)(&sample), *format));
    // Of equals `max_by_key` takes the last.
    let best = sure.rev().max_by_key(|(confidence, _)| *confidence);
    best.filter(|(confidence, _)| *confidence > Confidence::No).map(|(_, format)| format)
}

/// The first bytes of a source, with what every format asks of them.
pub(super) struct FormatSample<'a> {
    /// The text without byte order mark and leading white space.
    pub(super) text: &'a [u8],
    paths: Vec<String>,
}

impl<'a> FormatSample<'a> {
    fn new(text: &'a [u8]) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        Self { text, paths: super::syntax::outline::paths(text) }
    }

    /// The lines, without their ends. The last one may be cut off.
    pub(super) fn lines(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut at = 0;
        let text = self.text;
        std::iter::from_fn(move || {
            (at < text.len()).then(|| {
                let (line, next) = http::line(text, at);
                at = next;
                line
            })
        })
    }

    /// Whether the text's first JSON value has something at this path, such as `log.entries`. A list at the top
    /// counts as each of its items; a list below is written `[]`, as in `requests.[].raw`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|known| known == path)
    }

    /// Whether all of these are there.
    pub(super) fn has_all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    /// Whether the sample holds this text, without regard to the case of all but its first byte.
    pub(super) fn contains(&self, needle: &str) -> bool {
        let (Some(first), needle) = (needle.bytes().next(), needle.as_bytes()) else { return true };
        // Needles begin with a quote or a bracket, or with a letter in the case that it is written in.
        memchr::memchr_iter(first, self.text).any(|at| {
            self.text[at..].get(..needle.len()).is_some_and(|text| text.eq_ignore_ascii_case(needle))
        })
    }
}

/// The text as UTF-8, if its first bytes say that it is UTF-16 (as PowerShell's `>` writes).
pub(super) fn as_utf8(text: &[u8]) -> Cow<'_, [u8]> {
    let unit: fn([u8; 2]) -> u16 = match text {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return Cow::Borrowed(text),
    };
    let units = text[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let decoded: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Cow::Owned(decoded.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_nothing_in_nothing() {
        for text in [&b""[..], b"\n\n", b"\xff\xfe", b"hello", b"\x00\x01\x02"] {
            assert_eq!(detect(text), None);
        }
    }

    #[test]
    fn reads_utf16_of_either_order() {
        assert_eq!(as_utf8(b"\xff\xfe{\0}\0").as_ref(), b"{}");
        assert_eq!(as_utf8(b"\xfe\xff\0{\0}").as_ref(), b"{}");
    }
}
