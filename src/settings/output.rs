//! How the report looks: `--format`, `--compact`, `--headers`, `--quiet`, `--color`, `--mask-header`.

use hyper::header::HeaderName;

use crate::report::{Color, ReportSettings, VerdictFormat};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Output format
    ///
    /// junit: one test case for each event of --expect, and one for --exit-after.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "pretty")]
    format: VerdictFormat,

    /// Show one line per event, without the body
    #[arg(long, short)]
    compact: bool,

    /// Show the headers of each request
    #[arg(long)]
    headers: bool,

    /// Print nothing to stderr: no header, no hints
    #[arg(long, short)]
    quiet: bool,

    /// When to use color
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    color: Color,

    /// Mask the value of this header too; may be repeated
    ///
    /// Credentials are always masked: authorization, cookies, and headers such as x-api-key or x-auth-token. A masked
    /// value is neither shown nor stored, so a replay leaves the header out.
    #[arg(long, hide_short_help = true, value_name = "NAME", value_parser = parse_header)]
    mask_header: Vec<HeaderName>,
}

impl OutputArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(self) -> ReportSettings {
        ReportSettings {
            format: self.format,
            compact: self.compact,
            headers: self.headers,
            quiet: self.quiet,
            color: self.color,
            masked_headers: self.mask_header,
            shares_terminal: false,
        }
    }
}

/// The text is not a header name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a header name without a value, such as x-api-key")]
struct InvalidHeader;

fn parse_header(text: &str) -> Result<HeaderName, InvalidHeader> {
    HeaderName::from_bytes(text.trim().trim_end_matches(':').as_bytes()).map_err(|_| InvalidHeader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn is_for_people_by_default() {
        let settings = parse::<OutputArgs>(&[]).unwrap().check();
        assert_eq!((settings.format, settings.color), (VerdictFormat::Pretty, Color::Auto));
        assert!(
            !settings.compact && !settings.headers && !settings.quiet && settings.masked_headers.is_empty()
        );
    }

    #[test]
    fn accepts_the_flags() {
        let args =
            ["--format", "json", "-q", "-c", "--headers", "--color", "never", "--mask-header", "X-Api-Key:"];
        let settings = parse::<OutputArgs>(&args).unwrap().check();
        assert_eq!((settings.format, settings.color), (VerdictFormat::Json, Color::Never));
        assert!(settings.compact && settings.headers && settings.quiet);
        assert_eq!(settings.masked_headers, ["x-api-key"]);
    }

    #[test]
    fn rejects_an_invalid_header_name() {
        for name in ["", "x y", "x: y"] {
            assert!(parse::<OutputArgs>(&["--mask-header", name]).is_err(), "{name}");
        }
    }
}
