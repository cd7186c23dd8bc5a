//! Flags for ngrok's edge: address ranges, traffic policy, pooling, signature verification.

use std::path::{Path, PathBuf};

use super::file::{self, UnreadableFile};
use crate::tunnel::ngrok::Edge;
use crate::tunnel::ngrok::policy::{self, PolicyError};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "ngrok")]
pub(crate) struct EdgeArgs {
    /// Allow only clients from this address range; may be repeated
    #[arg(long, hide_short_help = true, value_name = "CIDR", value_parser = parse_cidr)]
    allow_cidr: Vec<String>,

    /// Deny clients from this address range; may be repeated
    #[arg(long, hide_short_help = true, value_name = "CIDR", value_parser = parse_cidr)]
    deny_cidr: Vec<String>,

    /// File with a traffic policy for ngrok's edge, as YAML or JSON
    ///
    /// A policy that asks for a login is refused: Zoom cannot log in.
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    ngrok_policy: Option<PathBuf>,

    /// Share the domain: several sessions can listen at once, and each request goes to one of them
    #[arg(long, hide_short_help = true, requires = "domain")]
    pool: bool,

    /// Let ngrok's edge verify Zoom's signatures as well
    ///
    /// This sends your secret token to ngrok. zoomhook itself verifies every request in any case.
    #[arg(long, hide_short_help = true)]
    ngrok_verify: bool,
}

/// Why the settings for the edge cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EdgeError {
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// The traffic policy cannot be used.
    #[error("{}: {reason}", file.display())]
    Policy {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: PolicyError,
    },
}

impl EdgeArgs {
    /// The checked value. The caller adds the secret token for `--ngrok-verify`.
    ///
    /// # Errors
    /// [`EdgeError`].
    pub(crate) fn check(self) -> Result<Edge, EdgeError> {
        Ok(Edge {
            allow_cidr: self.allow_cidr,
            deny_cidr: self.deny_cidr,
            policy: self.ngrok_policy.map(|path| policy(&path)).transpose()?,
            pool: self.pool,
            verify: None,
        })
    }

    /// Whether no flag is set.
    pub(super) fn is_default(&self) -> bool {
        let ranges = [&self.allow_cidr, &self.deny_cidr];
        let has_policy = self.ngrok_policy.is_some() || self.pool || self.ngrok_verify;
        !has_policy && ranges.into_iter().all(Vec::is_empty)
    }

    /// Whether the edge verifies signatures too.
    #[must_use]
    pub(crate) fn verifies(&self) -> bool {
        self.ngrok_verify
    }
}

/// Reads and checks a traffic policy.
fn policy(path: &Path) -> Result<String, EdgeError> {
    let text = file::read(path, path)?;
    policy::check(&text).map_err(|reason| EdgeError::Policy { file: path.to_owned(), reason })?;
    Ok(text.to_string())
}

/// The text is not an address range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write an address range, such as 203.0.113.0/24")]
struct InvalidCidr;

/// Parses an address range. A single address is a range of one.
fn parse_cidr(text: &str) -> Result<String, InvalidCidr> {
    let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
    let address: std::net::IpAddr = address.parse().map_err(|_| InvalidCidr)?;
    let most: u8 = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Ok(most), str::parse).map_err(|_| InvalidCidr)?;
    if bits <= most { Ok(format!("{address}/{bits}")) } else { Err(InvalidCidr) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    /// The group together with the flag that `--pool` needs.
    #[derive(Debug, clap::Args)]
    struct WithDomain {
        #[arg(long)]
        domain: Option<String>,
        #[command(flatten)]
        edge: EdgeArgs,
    }

    #[test]
    fn checks_the_settings_for_the_edge() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
            folder.path().join(name).to_str().unwrap().to_owned()
        };
        let good = file("good.yml", "on_http_request: []\n");
        let login = file("login.json", r#"{"on_http_request":[{"actions":[{"type":"basic-auth"}]}]}"#);
        let with = |args: &[&str]| parse::<WithDomain>(args).unwrap().edge.check();
        let args = ["--allow-cidr", "10.0.0.0/8", "--deny-cidr", "::1", "--ngrok-policy", &good];
        let edge = with(&args).unwrap();
        assert_eq!((edge.allow_cidr, edge.deny_cidr), (vec!["10.0.0.0/8".into()], vec!["::1/128".into()]));
        assert_eq!(edge.policy.as_deref(), Some("on_http_request: []\n"));
        let error = with(&["--ngrok-policy", &login]).unwrap_err().to_string();
        assert!(
            error.contains("login.json: it has the action 'basic-auth', but Zoom cannot log in"),
            "{error}"
        );
        for args in [&["--allow-cidr", "10.0.0.0/33"][..], &["--deny-cidr", "everybody"], &["--pool"]] {
            assert!(parse::<WithDomain>(args).is_err(), "{args:?}");
        }
        let shared = parse::<WithDomain>(&["--pool", "--domain", "a.b"]).unwrap();
        assert!(shared.domain.is_some() && shared.edge.check().unwrap().pool);
    }
}
