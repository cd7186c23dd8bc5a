//! The formats, as a table: a new one is a file in `formats/`, a variant and a line here.

use std::fmt;
use std::str::FromStr;

use super::detect::{Confidence, FormatSample};
use super::formats;
use super::record::{ParseContext, Parsed, Record};
use super::split::Cut;

/// What a format's file gives: the same members for each, in this order.
pub(super) struct FormatReader {
    /// The name that `--input` takes.
    pub(super) name: &'static str,
    /// What a person calls it.
    pub(super) title: &'static str,
    /// What the format keeps of a request.
    pub(super) keeps: &'static str,
    /// What it loses, or may have changed.
    pub(super) loses: &'static str,
    /// What a request looks like in it, to follow "expected".
    pub(super) expected: &'static str,
    /// How a source is cut into records.
    pub(super) cut: Cut,
    /// How sure it is that a source is of this format.
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
            /// All formats. Of two that are equally sure of a source, the earlier one has it.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            pub(super) fn reader(self) -> &'static FormatReader {
                match self { $(Self::$variant => &formats::$module::READER),* }
            }
        }
    };
}

formats! {
    /// An HTTP/1.1 message as it is on the wire.
    RawHttp = raw_http,
    /// A REST client's `.http` file.
    RestClient = rest_client,
    /// A curl command for bash or cmd.exe.
    Curl = curl,
    /// What `curl -v` prints.
    CurlVerbose = curl_verbose,
    /// What `curl --trace` or `--trace-ascii` writes.
    CurlTrace = curl_trace,
    /// PowerShell's `Invoke-WebRequest` or `Invoke-RestMethod`.
    PowerShell = powershell,
    /// HAR 1.2.
    Har = har,
    /// ngrok's inspector API.
    Ngrok = ngrok,
    /// webhook.site's API.
    WebhookSite = webhook_site,
    /// A table of requests in CSV.
    Csv = webhook_csv,
    /// A Postman collection.
    Postman = postman,
    /// An Insomnia export.
    Insomnia = insomnia,
    /// A Hookdeck request or event.
    Hookdeck = hookdeck,
    /// An event of API Gateway or of a Lambda function URL.
    ApiGateway = api_gateway,
    /// An event of an Application Load Balancer.
    Alb = alb,
    /// Cloudflare's Workers logs or Logpush.
    Cloudflare = cloudflare,
    /// Vercel's logs.
    Vercel = vercel,
    /// A smee.io event.
    Smee = smee,
    /// Zoom's own webhook log.
    ZoomLog = zoom_log,
    /// zoomhook's NDJSON.
    Zoomhook = zoomhook,
    /// A JSON object with headers and body.
    HeadersBody = headers_body,
    /// What Node's `console.log` prints of objects.
    NodeLog = node_log,
    /// What Python's `print` gives of a dict.
    PythonLog = python_log,
    /// What PHP's `var_dump` or `print_r` prints.
    PhpLog = php_log,
    /// JSON values in a text: headers, then body.
    ExpressLog = express_log,
}

impl Format {
    /// The name that `--input` takes, such as `raw-http`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.reader().name
    }

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.reader().title
    }

    /// What a request looks like in it, to follow "expected".
    #[must_use]
    pub fn expected(self) -> &'static str {
        self.reader().expected
    }

    /// What the format keeps of a request, in a sentence.
    #[must_use]
    pub fn keeps(self) -> &'static str {
        self.reader().keeps
    }

    /// What it loses or may have changed, in a sentence.
    #[must_use]
    pub fn loses(self) -> &'static str {
        self.reader().loses
    }
}

/// Its title.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// No format has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no capture format is called {name}")]
pub struct UnknownFormat {
    /// The name given.
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
    fn every_name_is_unique_and_reads_back() {
        for format in Format::ALL {
            assert_eq!(format.name().parse::<Format>().unwrap(), *format);
            assert!(!format.keeps().is_empty() && !format.loses().is_empty());
        }
    }
}
