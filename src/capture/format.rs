//! The table of formats. A new format needs a file in `formats/` and a line in `formats!`.

use std::fmt;
use std::str::FromStr;

use super::detect::{Confidence, FormatSample};
use super::formats;
use super::record::{ParseContext, Parsed, Record};
use super::split::Cut;

/// What the file of a format provides.
pub(super) struct FormatReader {
    /// The name that `--input` takes.
    pub(super) name: &'static str,
    /// The name for a person.
    pub(super) title: &'static str,
    /// What the format preserves of a request.
    pub(super) keeps: &'static str,
    /// What the format loses or may change.
    pub(super) loses: &'static str,
    /// What a request looks like in this format, to follow "expected".
    pub(super) expected: &'static str,
    /// How a source is split into records.
    pub(super) cut: Cut,
    /// How certain it is that a source has this format.
    pub(super) looks_like: fn(&FormatSample<'_>) -> Confidence,
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
            /// All formats. If two formats are equally certain of a source, the earlier one wins.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) fn reader(self) -> &'static FormatReader {
                match self { $(Self::$variant => &formats::$module::READER),* }
            }
        }
    };
}

formats! {
    /// An HTTP/1.1 message as on the wire.
    RawHttp = raw_http,
    /// A REST client's `.http` file.
    RestClient = rest_client,
    /// A curl command for bash or cmd.exe.
    Curl = curl,
    /// The output of `curl -v`.
    CurlVerbose = curl_verbose,
    /// The output of `curl --trace` or `--trace-ascii`.
    CurlTrace = curl_trace,
    /// PowerShell's `Invoke-WebRequest` or `Invoke-RestMethod`.
    PowerShell = powershell,
    /// zoomhook's NDJSON.
    Zoomhook = zoomhook,
    /// A table of requests in CSV.
    Csv = csv,
    /// YAML, such as an Insomnia export.
    Yaml = yaml,
    /// JSON: an API, a log, an export.
    Json = json,
    /// Any text.
    Text = text,
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

    /// What the format preserves of a request, in a sentence.
    #[must_use]
    pub fn keeps(self) -> &'static str {
        self.reader().keeps
    }

    /// What the format loses or may change, in a sentence.
    #[must_use]
    pub fn loses(self) -> &'static str {
        self.reader().loses
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
            assert!(!format.keeps().is_empty() && !format.loses().is_empty());
        }
    }
}
