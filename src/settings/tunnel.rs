//! The public side: `--tunnel` and `--public-url`. What ngrok needs is in [`super::ngrok`].

use super::env::Environment;
use super::ngrok::{NgrokArgs, NgrokError};
use super::public_url::{self, InvalidPublicUrl};
use crate::notice::Warning;
use crate::tunnel::Settings;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Public URL")]
pub struct TunnelArgs {
    /// How Zoom reaches this machine
    #[arg(long, value_name = "KIND", value_enum, default_value = "ngrok")]
    tunnel: TunnelArg,

    /// The public URL of a tunnel or gateway of your own, which leads to the local address
    ///
    /// Such as that of cloudflared. No tunnel is opened then. A path at its end has to be that of --path.
    #[arg(long, value_name = "URL", conflicts_with_all = ["tunnel", "domain", "ngrok_authtoken"])]
    public_url: Option<String>,

    #[command(flatten)]
    ngrok: NgrokArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TunnelArg {
    /// A public URL by ngrok; needs its authtoken
    Ngrok,
    /// No public URL: loopback only, for tests
    None,
}

/// Why there is no public side.
#[derive(Debug, thiserror::Error)]
pub enum TunnelError {
    /// `--public-url`.
    #[error("--public-url: {0}")]
    PublicUrl(#[from] InvalidPublicUrl),
    /// ngrok.
    #[error(transparent)]
    Ngrok(#[from] NgrokError),
}

impl TunnelArgs {
    /// The checked value; `path` is that of the endpoint. ngrok's settings are looked at only where it is used.
    ///
    /// # Errors
    /// [`TunnelError`].
    pub fn check(
        self,
        path: &str,
        environment: &Environment,
        warnings: &mut Vec<Warning>,
    ) -> Result<Settings, TunnelError> {
        if let Some(url) = self.public_url {
            return Ok(Settings::External { url: public_url::base_of(&url, path)? });
        }
        match self.tunnel {
            TunnelArg::None => Ok(Settings::None),
            TunnelArg::Ngrok => Ok(Settings::Ngrok(self.ngrok.check(environment, warnings)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::env::NGROK_AUTHTOKEN;
    use crate::settings::testing::parse;

    fn check(args: &[&str], variables: &[(&'static str, &str)]) -> Result<Settings, TunnelError> {
        let environment = Environment::new("", variables.to_vec());
        parse::<TunnelArgs>(args).unwrap().check("/webhook", &environment, &mut Vec::new())
    }

    #[test]
    fn is_ngrok_unless_asked_otherwise() {
        let settings = check(&["--domain", "https://mine.ngrok.app/"], &[(NGROK_AUTHTOKEN, "t")]).unwrap();
        assert!(
            matches!(settings, Settings::Ngrok(ngrok) if ngrok.domain.as_deref() == Some("mine.ngrok.app"))
        );
        assert!(matches!(check(&[], &[]), Err(TunnelError::Ngrok(NgrokError::NoAuthtoken))));
    }

    #[test]
    fn needs_no_authtoken_without_ngrok() {
        assert!(matches!(check(&["--tunnel", "none"], &[]), Ok(Settings::None)));
        let external = check(&["--public-url", "https://hooks.example.com/webhook"], &[]).unwrap();
        assert!(matches!(external, Settings::External { url } if url == "https://hooks.example.com"));
    }

    #[test]
    fn refuses_two_public_sides_at_once() {
        for other in [["--tunnel", "ngrok"], ["--tunnel", "none"], ["--domain", "a.b"]] {
            let args = ["--public-url", "https://hooks.example.com", other[0], other[1]];
            assert!(parse::<TunnelArgs>(&args).is_err(), "{other:?}");
        }
    }
}
