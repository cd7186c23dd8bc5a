//! Input, verdict and output of `verify`: `--recursive`, `--input`, `--body`, `--header`, `--mine`,
//! `--framework`, `--scheme`, `--max-age`, `--at`, `--show-signed-string`, `--format`, `--quiet`, `--color`.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::SystemTime;

use clap::ValueEnum;

use super::time::{Span, TimeOrOffset};
use crate::capture::{Format, from_parts};
use crate::diagnosis::{Framework, Secrets, SigningScheme};
use crate::report::{Color, VerdictFormat, VerdictSettings};
use crate::verify::{AgeRule, CaptureJudge, CaptureSource, VerifyPlan};

/// The flags for the input.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct InputArgs {
    /// Captured requests in any format, or - for stdin; without FILE, what is piped in is read
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::AnyPath)]
    files: Vec<PathBuf>,

    /// Read folders and everything in them
    #[arg(long, short)]
    recursive: bool,

    /// The format, if it cannot be detected
    #[arg(long, value_name = "FORMAT", value_enum, hide_possible_values = true,
        help = format!("The format, if it cannot be detected: {}", names::<Format>()))]
    input: Option<Format>,

    /// File with only the body, or - for stdin; needs --header
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "recursive", "input"], requires = "header",
        value_hint = clap::ValueHint::FilePath)]
    body: Option<PathBuf>,

    /// A header of that request, such as 'x-zm-signature: v0=…'; may be repeated
    #[arg(long, short = 'H', value_name = "NAME: VALUE", requires = "body", value_parser = parse_header)]
    header: Vec<String>,
}

/// The flags for the verdict.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Judgement")]
pub(crate) struct JudgementArgs {
    /// The value that your own code computed; shows how your code differs
    #[arg(long, value_name = "v0=…")]
    mine: Option<String>,

    /// The framework for suggested fixes; by default guessed from the capture
    #[arg(long, value_name = "FRAMEWORK", value_enum, hide_possible_values = true,
        help = format!("The framework for suggested fixes; by default guessed from the capture: {}", names::<Framework>()))]
    framework: Option<Framework>,

    /// How Zoom signed the request: webhooks, ai-services (sha256=), or auto
    #[arg(
        long,
        value_name = "SCHEME",
        value_enum,
        default_value = "webhooks",
        hide_possible_values = true,
        hide_default_value = true
    )]
    scheme: SigningScheme,

    /// Largest age of a signature: at --at, or when it was captured, or else now
    #[arg(long, value_name = "TIME")]
    max_age: Option<Span>,

    /// The time at which the age is measured: RFC 3339, Unix seconds, or an offset from now such as -10m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<TimeOrOffset>,
}

/// The flags for the output.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct VerdictOutputArgs {
    /// Show the signed text, byte for byte
    #[arg(long)]
    show_signed_string: bool,

    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "pretty")]
    format: VerdictFormat,

    /// Print no text, only set the exit code; JSON and XML are still written
    #[arg(long, short)]
    quiet: bool,

    /// When to use color
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    color: Color,
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoInput {
    /// A file name was parsed as the value of `--secret`.
    #[error("--secret took '{file}' as the token, and no file is left to verify")]
    ReadAsSecret {
        /// The file.
        file: String,
    },
    /// No file is named.
    #[error("there is no file to verify")]
    Missing,
}

impl InputArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`NoInput`]; `mistaken` is a file that was parsed as a secret. `has_piped_stdin` is the answer of
    /// [`has_piped_stdin`].
    pub(crate) fn check(self, mistaken: Option<&str>, has_piped_stdin: bool) -> Result<VerifyPlan, NoInput> {
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        let source =
            |path: PathBuf| if is_stdin(&path) { CaptureSource::Stdin } else { CaptureSource::Path(path) };
        let mut sources: Vec<_> = match self.body {
            Some(body) => {
                vec![CaptureSource::Parts {
                    headers: self.header,
                    body: Some(body).filter(|body| !is_stdin(body)),
                }]
            }
            None => self.files.into_iter().map(source).collect(),
        };
        if sources.is_empty() && mistaken.is_none() && has_piped_stdin {
            sources.push(CaptureSource::Stdin);
        }
        match (sources.is_empty(), mistaken) {
            (true, Some(file)) => Err(NoInput::ReadAsSecret { file: file.to_owned() }),
            (true, None) => Err(NoInput::Missing),
            (false, _) => Ok(VerifyPlan {
                sources,
                recursive: self.recursive,
                format: self.input,
                ..VerifyPlan::default()
            }),
        }
    }
}

/// Whether something is piped into stdin: neither a terminal nor a device such as `/dev/null`.
#[must_use]
pub(crate) fn has_piped_stdin() -> bool {
    #[cfg(unix)]
    let is_device = {
        use std::os::unix::fs::FileTypeExt;
        std::fs::metadata("/dev/stdin").map_or(true, |stdin| stdin.file_type().is_char_device())
    };
    // Windows does not tell a pipe from NUL, which is empty.
    #[cfg(not(unix))]
    let is_device = false;
    !is_device && !std::io::stdin().is_terminal()
}

impl JudgementArgs {
    /// The judge with these secrets. Without `--at`, ages are measured at `now`.
    #[must_use]
    pub(crate) fn check(self, secrets: Secrets, now: SystemTime) -> CaptureJudge {
        let age =
            AgeRule { at: self.at.map(|time| time.from(now)), max_age: self.max_age.map(Span::get), now };
        CaptureJudge::new(secrets, age)
            .explaining(self.mine.map(String::into_bytes))
            .in_framework(self.framework)
            .by_scheme(self.scheme)
    }
}

impl VerdictOutputArgs {
    /// The checked value.
    #[must_use]
    pub(crate) fn check(&self) -> VerdictSettings {
        VerdictSettings {
            format: self.format,
            quiet: self.quiet,
            color: self.color,
            show_signed_string: self.show_signed_string,
        }
    }
}

/// The names of all values on one line, because clap's list of them would fill a screen.
fn names<T: ValueEnum>() -> String {
    let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
}

/// The text is not a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a header as 'name: value'")]
struct InvalidHeader;

fn parse_header(text: &str) -> Result<String, InvalidHeader> {
    from_parts([text], Vec::new()).map(|_| text.to_owned()).map_err(|_| InvalidHeader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn plan(args: &[&str]) -> VerifyPlan {
        parse::<InputArgs>(args).unwrap().check(None, true).unwrap()
    }

    #[test]
    fn accepts_files_stdin_and_parts() {
        let plain = plan(&["a.http", "-", "--input", "json", "-r"]);
        assert_eq!(plain.sources, [CaptureSource::Path("a.http".into()), CaptureSource::Stdin]);
        assert_eq!((plain.format, plain.recursive), (Some(Format::Json), true));
        let header = "x-zm-signature: v0=ab";
        let parts = |body: Option<&str>| CaptureSource::Parts {
            headers: vec![header.into()],
            body: body.map(Into::into),
        };
        assert_eq!(plan(&["--body", "b.json", "-H", header]).sources, [parts(Some("b.json"))]);
        assert_eq!(plan(&["--body", "-", "--header", header]).sources, [parts(None)]);
    }

    #[test]
    fn a_body_needs_headers_and_excludes_files() {
        for args in [
            &["--body", "b.json"][..],
            &["--header", "a: b"],
            &["--body", "b", "-H", "a: b", "c.http"],
            &["--body", "b", "-H", "no header"],
            &["a", "--input", "harr"],
        ] {
            assert!(parse::<InputArgs>(args).is_err(), "{args:?}");
        }
    }

    #[test]
    fn fails_without_input_and_names_a_file_parsed_as_a_secret() {
        let check = |mistaken, piped| parse::<InputArgs>(&[]).unwrap().check(mistaken, piped);
        assert_eq!(check(None, false).unwrap_err().to_string(), "there is no file to verify");
        for piped in [true, false] {
            let error = check(Some("a.http"), piped).unwrap_err().to_string();
            assert!(error.contains("--secret took 'a.http'"), "{error}");
        }
        assert_eq!(check(None, true).unwrap().sources, [CaptureSource::Stdin]);
    }
}
