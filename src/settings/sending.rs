//! Where requests are posted: `--to`, `--yes`.

use super::env::Environment;
use crate::files::UntrustedPath;
use crate::http::Target;
use crate::instances::Listening;
use crate::send::{InvalidEndpoint, parse_endpoint};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct SendingArgs {
    /// The endpoint: 3000, 3000/zoom, http://localhost:3000/zoom [default: the running listen]
    ///
    /// Without a path in TARGET, the path is /. https://, [::1]:3000 and unix:/run/app.sock work too. Without this flag, the events go to the running listen on this machine; of several, the newest is used. If
    /// none is running, they go to http://127.0.0.1:4000/webhook.
    #[arg(long, value_name = "TARGET", value_parser = parse_endpoint, value_hint = clap::ValueHint::Url)]
    to: Option<Target>,

    /// Allow another machine as the target: its receiver treats the forged events as genuine
    #[arg(long, short)]
    yes: bool,
}

/// Where requests are posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sending {
    /// The endpoint.
    pub(crate) target: Target,
    /// A note about the target, if the user did not choose it and may not expect it.
    pub(crate) note: Option<String>,
}

impl Sending {
    /// The running `listen`, or else its default address. The running `listen` is on this machine, even if it listens
    /// on a network address.
    ///
    /// # Errors
    /// [`NotSent::Listen`] if the `listen` has registered an invalid URL, [`NotSent::Untrusted`] if another user
    /// controls the list of running ones.
    pub(crate) fn to_listen(environment: &Environment) -> Result<Self, NotSent> {
        let listening = Listening::newest(environment.instances_folder().as_deref())?;
        Ok(Self { target: parse_endpoint(&listening.url)?, note: listening.note() })
    }
}

/// Why nothing is posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotSent {
    /// The target is another machine, and `--yes` is missing.
    #[error("{target} is not on this machine, and its receiver would treat the forged events as genuine")]
    NotConfirmed {
        /// The target's URL.
        target: Box<Target>,
    },
    /// The running `listen` has registered an invalid URL.
    #[error("the running listen has no valid URL: {0}")]
    Listen(#[from] InvalidEndpoint),
    /// Another user could put a URL into the list of running `listen`s.
    #[error("the list of running listens is not used: {0}")]
    Untrusted(#[from] UntrustedPath),
}

impl SendingArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`NotSent`].
    pub(crate) fn check(self, environment: &Environment) -> Result<Sending, NotSent> {
        let Some(target) = self.to else { return Sending::to_listen(environment) };
        if target.is_loopback() || self.yes {
            Ok(Sending { target, note: None })
        } else {
            Err(NotSent::NotConfirmed { target: Box::new(target) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instances::{Entry, Registered};
    use crate::listener::USUAL_PORT;
    use crate::settings::testing::parse;

    fn check(args: &[&str]) -> Result<String, NotSent> {
        let environment = Environment::new("", [("NO_COLOR", "1")]);
        parse::<SendingArgs>(args).unwrap().check(&environment).map(|sending| sending.target.to_string())
    }

    #[test]
    fn another_machine_must_be_confirmed() {
        assert_eq!(check(&[]).unwrap(), "http://127.0.0.1:4000/webhook");
        assert!(check(&[]).unwrap().contains(&format!(":{USUAL_PORT}/")));
        assert!(check(&["--to", "https://hooks.example.com/zoom"]).is_err());
        assert!(check(&["--to", "https://hooks.example.com/zoom", "--yes"]).is_ok());
        assert!(parse::<SendingArgs>(&["--to", "hooks"]).is_err());
    }

    #[test]
    fn a_listen_on_a_network_address_needs_no_confirmation() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::new("", ["HOME", "LOCALAPPDATA"].map(|name| (name, home.path())));
        let entry = Entry::of_process(([192, 168, 1, 7], 4001).into(), "/zoom", std::time::UNIX_EPOCH);
        assert!(environment.instances_folder().unwrap().starts_with(home.path()));
        let _running = Registered::new(&environment.instances_folder().unwrap(), &entry).unwrap();
        let sending = parse::<SendingArgs>(&[]).unwrap().check(&environment).unwrap();
        assert_eq!(sending.target.to_string(), "http://192.168.1.7:4001/zoom");
        assert!(sending.note.is_some());
    }
}
