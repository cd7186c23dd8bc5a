//! The tunnel: `--tunnel` and related flags. ngrok's settings are in [`super::ngrok`].

use super::dotenv;
use super::env::Environment;
use super::ngrok::{NgrokArgs, NgrokError};
use super::proxy::{ProxyArgs, ProxyError};
use super::public_url::{self, InvalidPublicUrl};
use crate::delivery::{TunnelKind, Warning, Word};
use crate::http::Proxies;
use crate::tunnel::TunnelSettings;
use crate::tunnel::process::{self, SshHost, Tool, Words};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Public URL")]
pub(crate) struct TunnelArgs {
    /// How Zoom reaches this machine
    #[arg(long, value_name = "KIND", value_enum, default_value = "ngrok")]
    tunnel: TunnelKind,

    /// The public URL of your own tunnel or gateway, which leads to the local address
    ///
    /// zoomhook then opens no tunnel. If the URL has a path, it must be that of --path.
    #[arg(long, value_name = "URL", conflicts_with_all = ["tunnel", "tunnel_command", "domain", "ngrok_authtoken"])]
    public_url: Option<String>,

    /// The server for --tunnel ssh: localhost.run, pinggy, or [USER@]HOST[:PORT] of another service
    ///
    /// The default is localhost.run. zoomhook runs `ssh -R 80:localhost:PORT HOST`, and restarts it when it ends. The
    /// server has to print the public URL. It sees the requests that it passes on.
    #[arg(long, hide_short_help = true, value_name = "HOST", conflicts_with_all = ["public_url", "tunnel_command", "domain", "ngrok_authtoken"])]
    ssh_host: Option<SshHost>,

    /// Command of another program that opens a tunnel; {port} stands for the local port
    ///
    /// Such as 'some-tool http {port}'. zoomhook probes every https URL that it prints. The one that leads to this
    /// session is the public URL. If it ends, zoomhook
    /// restarts it. It is stopped when zoomhook ends. Quotes group words; no shell is used.
    #[arg(long, hide_short_help = true, value_name = "COMMAND", conflicts_with_all = ["tunnel", "domain", "ngrok_authtoken"])]
    tunnel_command: Option<Words>,

    /// End with exit code 6 if the public URL changes
    ///
    /// For scripts that have passed on the URL.
    #[arg(long, hide_short_help = true)]
    strict_url: bool,

    #[command(flatten)]
    proxy: ProxyArgs,

    #[command(flatten)]
    ngrok: NgrokArgs,
}

/// Why there is no tunnel.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TunnelError {
    /// `--public-url`.
    #[error("--public-url: {0}")]
    PublicUrl(#[from] InvalidPublicUrl),
    /// `--ssh-host` with another tunnel.
    #[error("--ssh-host is the server for --tunnel ssh")]
    SshHostAlone,
    /// The proxy.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// ngrok.
    #[error(transparent)]
    Ngrok(#[from] NgrokError),
}

impl TunnelArgs {
    /// The checked value; `path` is the endpoint's path. ngrok's settings are checked only if ngrok is used.
    ///
    /// # Errors
    /// [`TunnelError`].
    pub(crate) fn check(
        self,
        path: &str,
        environment: &Environment,
        warnings: &mut Vec<Warning>,
    ) -> Result<TunnelSettings, TunnelError> {
        if let Some(url) = self.public_url {
            let (url, proxies) = (public_url::base_of(&url, path)?, self.proxy.check(environment)?);
            return Ok(TunnelSettings::External { url, proxies });
        }
        if let Some(words) = self.tunnel_command {
            return Ok(by(Tool::Command(words), self.proxy.check(environment)?));
        }
        if self.ssh_host.is_some() && self.tunnel != TunnelKind::Ssh {
            return Err(TunnelError::SshHostAlone);
        }
        Ok(match self.tunnel {
            // The last two have their own flags and are not values of --tunnel.
            TunnelKind::None | TunnelKind::External | TunnelKind::Command => TunnelSettings::None,
            TunnelKind::Ssh => {
                by(Tool::Ssh(self.ssh_host.unwrap_or_default()), self.proxy.check(environment)?)
            }
            TunnelKind::Cloudflared => by(Tool::Cloudflared, self.proxy.check(environment)?),
            TunnelKind::Ngrok => {
                let proxies = self.proxy.check(environment)?;
                TunnelSettings::Ngrok(Box::new(self.ngrok.check(environment, proxies, warnings)?))
            }
        })
    }

    /// The flags as text for another command, each with a space before it. `None` if there are some that contain a secret
    /// or that would have to be quoted.
    #[must_use]
    pub(crate) fn plain_flags(&self) -> Option<String> {
        if self.ssh_host.is_some() || self.tunnel_command.is_some() || !self.proxy.is_default() {
            return None;
        }
        let domain = self.ngrok.plain_domain()?;
        Some(match (&self.public_url, self.tunnel) {
            (Some(url), _) => format!(" --public-url {url}"),
            (None, TunnelKind::Ngrok) => {
                domain.map(|domain| format!(" --domain {domain}")).unwrap_or_default()
            }
            (None, kind) => format!(" --tunnel {}", kind.as_str()),
        })
    }

    /// The kind of tunnel.
    #[must_use]
    pub(super) fn kind(&self) -> TunnelKind {
        match (&self.public_url, &self.tunnel_command) {
            (Some(_), _) => TunnelKind::External,
            (None, Some(_)) => TunnelKind::Command,
            (None, None) => self.tunnel,
        }
    }

    /// ngrok's flags.
    #[must_use]
    pub(super) fn ngrok(&self) -> &NgrokArgs {
        &self.ngrok
    }

    /// The flags of the proxy.
    #[must_use]
    pub(super) fn proxy(&self) -> &ProxyArgs {
        &self.proxy
    }

    /// Whether the session ends when the public URL changes.
    #[must_use]
    pub(crate) fn strict_url(&self) -> bool {
        self.strict_url
    }

    /// Whether ngrok's edge verifies signatures too, for which it needs the secret token.
    #[must_use]
    pub(crate) fn verifies_at_the_edge(&self) -> bool {
        self.ngrok.verifies_at_the_edge()
    }
}

/// The settings for a tunnel program. It gets the proxy's settings, but not Zoom's secrets.
fn by(tool: Tool, proxies: Proxies) -> TunnelSettings {
    TunnelSettings::Process(process::ProcessSettings { tool, without: dotenv::NAMES.to_vec(), proxies })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::env::NGROK_AUTHTOKEN;
    use crate::settings::testing::parse;

    fn check(args: &[&str], variables: &[(&'static str, &str)]) -> Result<TunnelSettings, TunnelError> {
        let environment = Environment::new("", variables.to_vec());
        parse::<TunnelArgs>(args).unwrap().check("/webhook", &environment, &mut Vec::new())
    }

    #[test]
    fn is_ngrok_by_default() {
        let settings = check(&["--domain", "https://mine.ngrok.app/"], &[(NGROK_AUTHTOKEN, "t")]).unwrap();
        assert!(
            matches!(settings, TunnelSettings::Ngrok(ngrok) if ngrok.domain.as_deref() == Some("mine.ngrok.app"))
        );
        assert!(matches!(check(&[], &[]), Err(TunnelError::Ngrok(NgrokError::NoAuthtoken))));
    }

    #[test]
    fn needs_no_authtoken_without_ngrok() {
        assert!(matches!(check(&["--tunnel", "none"], &[]), Ok(TunnelSettings::None)));
        let external = check(&["--public-url", "https://hooks.example.com/webhook"], &[]).unwrap();
        assert!(
            matches!(external, TunnelSettings::External { url, .. } if url == "https://hooks.example.com")
        );
    }

    #[test]
    fn accepts_other_tunnels() {
        let of = |args: &[&str]| match check(args, &[]).unwrap() {
            TunnelSettings::Process(settings) => settings.tool,
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&["--tunnel", "cloudflared"]), Tool::Cloudflared);
        assert_eq!(of(&["--tunnel", "ssh"]), Tool::Ssh(SshHost::default()));
        let pinggy = Tool::Ssh("pinggy".parse().unwrap());
        assert_eq!(of(&["--tunnel", "ssh", "--ssh-host", "pinggy"]), pinggy);
        assert!(matches!(check(&["--ssh-host", "pinggy"], &[]), Err(TunnelError::SshHostAlone)));
        assert_eq!(of(&["--tunnel-command", "t {port}"]), Tool::Command("t {port}".parse().unwrap()));
        assert!(parse::<TunnelArgs>(&["--tunnel-command", "t"]).is_err());
        assert!(parse::<TunnelArgs>(&["--tunnel-command", "t {port}", "--tunnel", "none"]).is_err());
    }

    #[test]
    fn rejects_two_tunnels_at_once() {
        for other in [["--tunnel", "ngrok"], ["--tunnel", "none"], ["--domain", "a.b"]] {
            let args = ["--public-url", "https://hooks.example.com", other[0], other[1]];
            assert!(parse::<TunnelArgs>(&args).is_err(), "{other:?}");
        }
    }
}
