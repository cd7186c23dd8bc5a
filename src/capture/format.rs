//! The formats that have a reader. Every other text is searched.

use std::fmt;
use std::str::FromStr;

use super::formats::{json, raw_http, text, zoomhook};
use super::peel::encodings::as_utf8;
use super::record::{ParseContext, Parsed, Record};
use super::split::Cut;

/// What the file of a format provides.
pub(super) struct FormatReader {
    /// The name that `--input` takes.
    pub(super) name: &'static str,
    /// The name for a person.
    pub(super) title: &'static str,
    /// What a request looks like in this format, to follow "expected".
    pub(super) expected: &'static str,
    /// How a source is split into records.
    pub(super) cut: Cut,
    /// Whether a source may have this format, from its first bytes without leading blanks.
    pub(super) looks_like: fn(&[u8]) -> bool,
    /// The requests in one record.
    pub(super) parse: fn(&Record, &ParseContext<'_>) -> Parsed,
}

macro_rules! formats {
    ($($(#[$doc:meta])* $variant:ident = $module:ident),* $(,)?) => {
        /// A format in which requests are captured.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Format { $($(#[$doc])* $variant),* }

        impl Format {
            /// All formats, in the order in which they are tried.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) fn reader(self) -> &'static FormatReader {
                match self { $(Self::$variant => &$module::READER),* }
            }
        }
    };
}

formats! {
    /// An HTTP/1.1 message as on the wire.
    RawHttp = raw_http,
    /// zoomhook's NDJSON.
    Zoomhook = zoomhook,
    /// JSON: an API, a log, an export.
    Json = json,
    /// Any text.
    Text = text,
}

/// The number of bytes that [`detect`] needs.
pub const SAMPLE_LEN: usize = 256 * 1024;

/// The format of the source that begins with `sample`; `None` if the sample is blank.
#[must_use]
pub fn detect(sample: &[u8]) -> Option<Format> {
    let text = as_utf8(sample);
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text).trim_ascii_start();
    Format::ALL.iter().copied().find(|format| (format.reader().looks_like)(text))
}

impl Format {
    /// The name that `--input` takes, such as `raw-http`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.reader().name
    }

    /// The name for a person.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.reader().title
    }

    /// What a request looks like in this format, to follow "expected".
    #[must_use]
    pub fn expected(self) -> &'static str {
        self.reader().expected
    }
}

/// Writes the title.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// The name of a format is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown capture format: {name}")]
pub struct UnknownFormat {
    /// The unknown name.
    pub name: String,
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|format| format.name().eq_ignore_ascii_case(name));
        found.copied().ok_or_else(|| UnknownFormat { name: name.to_owned() })
    }
}

#[cfg(feature = "cli")]
impl clap::ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(self.name().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_format() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>().unwrap(), *format);
        }
    }

    #[test]
    fn detects_a_format_in_everything_but_blank_text() {
        for (text, format) in [
            (&b""[..], None),
            (b"\n\n", None),
            (b"\xff\xfe", None),
            (b"hello", Some(Format::Text)),
            (b"\xef\xbb\xbfPOST / HTTP/1.1\n", Some(Format::RawHttp)),
            (b"{\"v\":1,\"type\":\"delivery\"}", Some(Format::Zoomhook)),
            (b" [ {\"a\"", Some(Format::Json)),
            (b"{'a': 1}", Some(Format::Text)),
        ] {
            assert_eq!(detect(text), format, "{}", String::from_utf8_lossy(text));
        }
    }
}
