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
}

impl<'a> FormatSample<'a> {
    fn new(text: &'a [u8]) -> Self {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
        Self { text }
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

}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_unknown_text_as_text_and_blank_text_not_at_all() {
        for text in [&b""[..], b"\n\n", b"\xff\xfe"] {
            assert_eq!(detect(text), None);
        }
        for text in [&b"hello"[..], b"\x00\x01\x02"] {
            assert_eq!(detect(text), Some(Format::Text));
        }
    }
}
