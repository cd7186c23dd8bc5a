//! The user's app: `--forward` and related flags.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::event_names;
use super::file::{self, UnreadableFile};
use super::time::Span;
use crate::delivery::Warning;
use crate::forward::{self, Acknowledge, Challenges, ForwardTarget, Policy, USUAL_TIMEOUT, is_framing};
use crate::session::AppConfig;

/// Timeout for an answer that Zoom does not wait for. The user may be at a breakpoint.
const AT_A_BREAKPOINT: Duration = Duration::from_secs(10 * 60);

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Your app")]
pub(crate) struct ForwardArgs {
    /// Forward verified requests to your app: 3000, 3000/zoom, http://localhost:3000; may be repeated
    ///
    /// With a pattern, such as 'meeting.*=3000', the app gets only matching events. If several targets match an
    /// event, the answer of the first one counts and the others get copies. Without a path in TARGET, the request's
    /// path is used. https://, [::1]:3000 and unix:/run/app.sock work too.
    #[arg(long, value_name = "[PATTERN=]TARGET")]
    forward: Vec<ForwardTarget>,

    /// Hold events while the app is down, and deliver them once it is up
    #[arg(long, requires = "forward")]
    hold: bool,

    /// Also forward requests without a valid signature, to test your app's own check
    #[arg(long, requires = "forward")]
    forward_unverified: bool,

    /// Set this header on every request to your app; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = parse_header, requires = "forward")]
    forward_header: Vec<(HeaderName, HeaderValue)>,

    /// Timeout for your app's answer [default: 10s, or 10m with --ack now]
    #[arg(long, value_name = "DURATION", requires = "forward",
        value_parser = Span::between(Duration::from_millis(100), Duration::from_secs(3600)))]
    forward_timeout: Option<Span>,

    /// Accept any certificate of your app
    #[arg(long, requires = "forward")]
    forward_insecure: bool,

    /// PEM file with certificates to trust for your app, in addition to the system's
    #[arg(long, value_name = "PATH", requires = "forward", conflicts_with = "forward_insecure", value_hint = clap::ValueHint::FilePath)]
    forward_ca: Option<PathBuf>,
}

/// The flags for the answer to Zoom.
#[derive(Debug, Clone, Copy, clap::Args)]
#[command(next_help_heading = "Your app")]
pub(crate) struct AnswerArgs {
    /// When to answer Zoom
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = Acknowledge::WithApp, requires = "forward")]
    pub(crate) ack: Acknowledge,

    /// Who answers Zoom's challenge
    #[arg(long, value_name = "WHO", value_enum, default_value_t = Challenges::Zoomhook, requires = "forward")]
    pub(crate) crc: Challenges,
}

/// The certificates of `--forward-ca` or `--ca` cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct ForwardError(#[from] UnreadableFile);

impl ForwardArgs {
    /// Warnings about patterns that match no known event.
    #[must_use]
    pub(crate) fn unknown_events(&self) -> Vec<Warning> {
        let patterns = self.forward.iter().filter_map(ForwardTarget::pattern);
        patterns.filter_map(|pattern| event_names::check("--forward", pattern)).collect()
    }

    /// The only target, if a request of another command would reach it as one of `listen` does: without added headers,
    /// and with certificates that the system trusts.
    #[must_use]
    pub(crate) fn plain_target(&self) -> Option<String> {
        let is_plain = self.forward_header.is_empty() && !self.forward_insecure && self.forward_ca.is_none();
        match self.forward.as_slice() {
            [target] if is_plain => Some(target.target().to_string()),
            _ => None,
        }
    }

    /// The checked value; `None` without `--forward`.
    ///
    /// # Errors
    /// [`ForwardError`] if the certificates cannot be read.
    pub(crate) fn check(
        self,
        acknowledge: Acknowledge,
        challenges: Challenges,
    ) -> Result<Option<AppConfig>, ForwardError> {
        if self.forward.is_empty() {
            return Ok(None);
        }
        let ca = self.forward_ca.as_deref().map(|path| file::read(path, path)).transpose()?;
        let usual_timeout = match acknowledge {
            Acknowledge::WithApp => USUAL_TIMEOUT,
            Acknowledge::Now => AT_A_BREAKPOINT,
        };
        let forward = forward::ForwardSettings {
            targets: self.forward,
            headers: self.forward_header,
            timeout: self.forward_timeout.map_or(usual_timeout, Span::get),
            insecure: self.forward_insecure,
            ca: ca.map(|pem| pem.as_bytes().to_vec()),
        };
        let policy = Policy { acknowledge, challenges, unverified: self.forward_unverified, hold: self.hold };
        Ok(Some(AppConfig { forward, policy }))
    }
}

pub(super) fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), InvalidHeader> {
    let (name, value) = text.split_once(':').ok_or(InvalidHeader::Form)?;
    let name: HeaderName = name.trim().parse().map_err(|_| InvalidHeader::Form)?;
    if is_framing(&name) {
        return Err(InvalidHeader::Framing);
    }
    let mut value: HeaderValue = value.trim().parse().map_err(|_| InvalidHeader::Value)?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Why a text is not a header. The messages do not repeat it, because its value may be a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidHeader {
    /// No name, or no colon.
    #[error("write a name, a colon and a value, such as 'X-Env: dev'")]
    Form,
    /// The value has control characters.
    #[error("the value contains characters that are not allowed in a header")]
    Value,
    /// The header frames the message.
    #[error("zoomhook itself sets this header, because it frames the message")]
    Framing,
    /// The header is a part of the signature.
    #[error("zoomhook itself sets this header, because it belongs to the signature")]
    Signature,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn check(args: &[&str]) -> Option<AppConfig> {
        let forward = parse::<ForwardArgs>(args).unwrap();
        forward.check(Acknowledge::Now, Challenges::App).unwrap()
    }

    #[test]
    fn forwards_nothing_by_default() {
        assert!(check(&[]).is_none());
        for args in [&["--hold"][..], &["--forward-header", "A: b"]] {
            assert!(parse::<ForwardArgs>(args).is_err(), "{args:?}");
        }
    }

    #[test]
    fn accepts_targets_and_their_settings() {
        let args = [
            "--forward",
            "meeting.*=3000",
            "--forward",
            "3001/zoom",
            "--forward-header",
            "X-Env: dev",
            "--forward-timeout",
            "1m",
            "--hold",
        ];
        let forwarding = check(&args).unwrap();
        assert_eq!(forwarding.forward.targets.len(), 2);
        assert_eq!(forwarding.forward.timeout, Duration::from_secs(60));
        let policy = Policy {
            acknowledge: Acknowledge::Now,
            challenges: Challenges::App,
            hold: true,
            ..Policy::default()
        };
        assert_eq!(forwarding.policy, policy);
        assert!(!format!("{forwarding:?}").contains("dev"));
    }

    #[test]
    fn rejects_framing_headers_and_does_not_repeat_the_value() {
        assert_eq!(parse_header("Content-Length: 5"), Err(InvalidHeader::Framing));
        assert_eq!(parse_header("hush"), Err(InvalidHeader::Form));
        assert!(!InvalidHeader::Form.to_string().contains("hush"));
    }
}
