//! The endpoint that Zoom posts to: `--path`, `--max-age`, `--allow-unsigned-challenge`.

use std::time::Duration;

use super::time::Span;
use super::typed_secrets::has_form_of_a_token;
use crate::listener::Endpoint;
use crate::zoom::NamedSecret;

/// Five minutes in either direction, as is usual for webhooks.
const USUAL_MAX_AGE: Span = Span::new(Duration::from_secs(5 * 60));

/// The path of Zoom's own sample app.
pub(crate) const USUAL_PATH: &str = "/webhook";

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct EndpointArgs {
    /// Path that Zoom posts to
    #[arg(long, value_name = "PATH", default_value = USUAL_PATH, value_parser = parse_path)]
    path: String,

    #[command(flatten)]
    max_age: MaxAgeArgs,

    /// Answer challenges without a signature
    ///
    /// Zoom signs its challenges. This is for a gateway that strips the headers.
    #[arg(long, hide_short_help = true)]
    allow_unsigned_challenge: bool,
}

/// The flag for the age of a signature.
#[derive(Debug, Clone, Copy, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct MaxAgeArgs {
    /// Largest allowed difference between a request's timestamp and this machine's time
    ///
    /// In either direction, when the request is received. Zoom signs each retry with a fresh timestamp, so a few minutes
    /// are enough.
    #[arg(long, hide_short_help = true, value_name = "DURATION", default_value_t = USUAL_MAX_AGE)]
    max_age: Span,
}

impl MaxAgeArgs {
    /// How requests are judged that another session received: without a path.
    #[must_use]
    pub(crate) fn endpoint(self, secrets: Vec<NamedSecret>) -> Endpoint {
        Endpoint {
            path: String::new(),
            secrets,
            max_age: self.max_age.get(),
            allow_unsigned_challenge: false,
        }
    }
}

impl EndpointArgs {
    /// The path, with its leading slash.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The checked value.
    #[must_use]
    pub(crate) fn check(self, secrets: Vec<NamedSecret>) -> Endpoint {
        Endpoint {
            path: self.path,
            secrets,
            max_age: self.max_age.max_age.get(),
            allow_unsigned_challenge: self.allow_unsigned_challenge,
        }
    }
}

/// Why a text cannot be the endpoint's path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpointPath {
    /// A whole URL.
    #[error("write only the path, such as /webhook; --public-url takes the public URL")]
    Url,
    /// It has a query or a fragment.
    #[error("a path cannot contain '?' or '#'")]
    Query,
    /// A segment that clients and proxies remove.
    #[error("clients and proxies change a path with '.', '..' or '//'")]
    Dots,
    /// The form of a secret token, without a slash before it.
    #[error("this has the form of a secret token; if it is a path, write it with a '/' before it")]
    Token,
    /// A character that a URL's path cannot contain.
    #[error("use letters, digits and the characters - . _ ~ ! $ & ' ( ) * + , ; = : @ % /")]
    Character,
}

/// Adds a missing leading slash. Nothing else is changed, because paths are compared byte for byte.
pub(super) fn parse_path(text: &str) -> Result<String, InvalidEndpointPath> {
    if text.contains("://") {
        return Err(InvalidEndpointPath::Url);
    }
    if has_form_of_a_token(text) {
        return Err(InvalidEndpointPath::Token);
    }
    if text.contains(['?', '#']) {
        return Err(InvalidEndpointPath::Query);
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&b);
    if !text.bytes().all(allowed) {
        return Err(InvalidEndpointPath::Character);
    }
    let path = format!("/{}", text.strip_prefix('/').unwrap_or(text));
    let mut steps = path[1..].split('/').peekable();
    while let Some(step) = steps.next() {
        let is_last = steps.peek().is_none();
        if step == "." || step == ".." || (step.is_empty() && !is_last) {
            return Err(InvalidEndpointPath::Dots);
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn has_the_documented_defaults() {
        let endpoint = parse::<EndpointArgs>(&[]).unwrap().check(Vec::new());
        assert_eq!((endpoint.path.as_str(), endpoint.max_age), ("/webhook", Duration::from_secs(300)));
        assert!(!endpoint.allow_unsigned_challenge);
    }

    #[test]
    fn adds_the_leading_slash() {
        for (text, path) in [("zoom", "/zoom"), ("/a/b.c", "/a/b.c"), ("", "/"), ("/", "/"), ("/a/", "/a/")] {
            assert_eq!(parse_path(text).unwrap(), path, "{text:?}");
        }
    }

    #[test]
    fn rejects_paths_that_never_match() {
        use InvalidEndpointPath::{Character, Dots, Query, Token, Url};
        for (text, error) in [
            ("tGZ3bPqk7RwLx2Vn8Yc5Dh", Token),
            ("https://example.com/webhook", Url),
            ("/a?b=1", Query),
            ("/a#b", Query),
            ("/a b", Character),
            ("/é", Character),
            ("/a\\b", Character),
            ("/a/../b", Dots),
            ("/./b", Dots),
            ("//b", Dots),
        ] {
            assert_eq!(parse_path(text).unwrap_err(), error, "{text:?}");
        }
    }

    #[test]
    fn accepts_the_flags() {
        let args = ["--path", "zoom", "--max-age", "90", "--allow-unsigned-challenge"];
        let endpoint = parse::<EndpointArgs>(&args).unwrap().check(Vec::new());
        assert_eq!((endpoint.path.as_str(), endpoint.max_age), ("/zoom", Duration::from_secs(90)));
        assert!(endpoint.allow_unsigned_challenge);
        assert!(parse::<EndpointArgs>(&["--max-age", "0"]).is_err());
    }
}
