//! Detects the format of a source from its first bytes. [`detect`] is the entry point.

use super::Format;
use super::peel::encodings::as_utf8;
use super::syntax::http;

/// The number of bytes that [`detect`] needs. The marks of a format may follow a long body; Zoom's bodies are
/// under 100 KiB.
pub const SAMPLE_LEN: usize = 256 * 1024;

/// How certain it is that a source has a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Confidence {
    /// The source has another format.
    No,
    /// The format can read the source, if no other format matches.
    Fallback,
    /// The source looks like the format.
    Likely,
    /// The source has a mark that only this format has.
    Certain,
}

impl Confidence {
    /// `self` if the condition is true, else [`Self::No`].
    pub(super) fn when(self, condition: bool) -> Self {
        if condition { self } else { Self::No }
    }
}

/// The format of the source that begins with `sample`; `None` if no format matches.
#[must_use]
pub fn detect(sample: &[u8]) -> Option<Format> {
    let text = as_utf8(sample);
    let sample = FormatSample::new(&text);
    let confidences = Format::ALL.iter().map(|format| ((format.reader().looks_like)(&sample), *format));
    // `max_by_key` returns the last of equal maxima.
    let best = confidences.rev().max_by_key(|(confidence, _)| *confidence);
    best.filter(|(confidence, _)| *confidence > Confidence::No).map(|(_, format)| format)
}

/// The first bytes of a source, with the queries that the formats use.
pub(super) struct FormatSample<'a> {
    /// The text without byte order mark and leading whitespace.
    pub(super) text: &'a [u8],
    paths: Vec<String>,
}

impl<'a> FormatSample<'a> {
    fn new(text: &'a [u8]) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        Self { text, paths: super::syntax::outline::paths(text) }
    }

    /// The lines without their line endings. The last line may be incomplete.
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

    /// Whether the first JSON value has a member at this path, such as `log.entries`. A top-level list counts as
    /// each of its items. A nested list is written `[]`, as in `requests.[].raw`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.iter().any(|known| known == path)
    }

    /// Whether the first JSON value has all these paths.
    pub(super) fn has_all(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.has(path))
    }

    /// Whether the sample contains this text. Case is ignored, except in the first byte.
    pub(super) fn contains(&self, needle: &str) -> bool {
        let (Some(first), needle) = (needle.bytes().next(), needle.as_bytes()) else { return true };
        // Needles begin with a quote, a bracket, or a letter that always has the same case.
        memchr::memchr_iter(first, self.text).any(|at| {
            self.text[at..].get(..needle.len()).is_some_and(|text| text.eq_ignore_ascii_case(needle))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn detects_no_format_in_unknown_text() {
        for text in [&b""[..], b"\n\n", b"\xff\xfe", b"hello", b"\x00\x01\x02"] {
            assert_eq!(detect(text), None);
        }
    }
}
