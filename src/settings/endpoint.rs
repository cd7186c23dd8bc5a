//! The endpoint that Zoom posts to: `--path`, `--max-age`, `--allow-unsigned-challenge`.

use std::time::Duration;

use super::time::Span;
use crate::listener::Endpoint;
use crate::zoom::NamedSecret;

/// Five minutes either way, the custom of the field.
const USUAL_MAX_AGE: Span = Span::new(Duration::from_secs(5 * 60));

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct EndpointArgs {
    /// Path that Zoom posts to
    #[arg(long, value_name = "PATH", default_value = "/webhook", value_parser = parse_path)]
    path: String,

    /// How far a request's timestamp may be from this machine's time
    ///
    /// In either direction. Zoom signs a retry afresh, so that a few minutes refuse none of them.
    #[arg(long, hide_short_help = true, value_name = "DURATION", default_value_t = USUAL_MAX_AGE)]
    max_age: Span,

    /// Answer challenges that carry no signature
    ///
    /// Zoom signs its challenges. This is for those behind a gateway that strips the headers.
    #[arg(long, hide_short_help = true)]
    allow_unsigned_challenge: bool,
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
            max_age: self.max_age.get(),
            allow_unsigned_challenge: self.allow_unsigned_challenge,
        }
    }
}

/// Why a text is no path for the endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidEndpointPath {
    /// A whole URL.
    #[error("give the path alone, such as /webhook; the public URL belongs to --public-url")]
    Url,
    /// It has a query or a fragment.
    #[error("a path has no '?' and no '#'")]
    Query,
    /// A step that clients and proxies take away on the way.
    #[error("a path with '.' or '..' or '//' in it would arrive as another one")]
    Dots,
    /// A character that has no place in a URL's path.
    #[error("use letters, digits and the characters - . _ ~ ! $ & ' ( ) * + , ; = : @ % /")]
    Character,
}

/// Normalises the leading slash; everything else has to be right, because it is compared byte for byte.
fn parse_path(text: &str) -> Result<String, InvalidEndpointPath> {
    if text.contains("://") {
        return Err(InvalidEndpointPath::Url);
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
    fn has_the_usual_values() {
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
    fn refuses_what_would_never_match() {
        use InvalidEndpointPath::{Character, Dots, Query, Url};
        for (text, error) in [
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
    fn takes_the_flags() {
        let args = ["--path", "zoom", "--max-age", "90", "--allow-unsigned-challenge"];
        let endpoint = parse::<EndpointArgs>(&args).unwrap().check(Vec::new());
        assert_eq!((endpoint.path.as_str(), endpoint.max_age), ("/zoom", Duration::from_secs(90)));
        assert!(endpoint.allow_unsigned_challenge);
        assert!(parse::<EndpointArgs>(&["--max-age", "0"]).is_err());
    }
}
