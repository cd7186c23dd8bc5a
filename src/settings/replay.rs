//! Where kept deliveries are sent again, and how fast: `--to`, `--yes`, `--timeout`, `--header`, `--insecure`, `--ca`,
//! `--speed`.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::env::Environment;
use super::file;
use super::forward::{RelayError, parse_header};
use super::load::Speed;
use super::time::Span;
use crate::delivery::StoredDelivery;
use crate::forward::{ForwardSettings, ForwardTarget, InvalidForwardTarget, USUAL_TIMEOUT};
use crate::http::{InvalidTarget, Target};
use crate::instances::Listening;

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct ReplayTargetArgs {
    /// Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that had it, or listen]
    ///
    /// Without a path the request keeps its own. https://, [::1]:3000 and unix:/run/app.sock work too. What no app
    /// has had goes to the listen that runs, whatever its port and path; of several, to the newest.
    #[arg(long, value_name = "TARGET", value_parser = parse_target)]
    to: Option<Target>,

    /// Send to another machine than this one: its receiver will take the events for new ones
    #[arg(long, short)]
    yes: bool,

    /// Time that your app has for an answer
    #[arg(long, value_name = "DURATION", default_value_t = Span::new(USUAL_TIMEOUT),
        value_parser = Span::between(Duration::from_millis(100), Duration::from_secs(3600)))]
    timeout: Span,

    /// Set this header on every request; may be repeated
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = parse_header)]
    header: Vec<(HeaderName, HeaderValue)>,

    /// Take any certificate
    #[arg(long)]
    insecure: bool,

    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "PATH", conflicts_with = "insecure", value_hint = clap::ValueHint::FilePath)]
    ca: Option<PathBuf>,

    /// Pauses as they were (1x), so many times shorter (10x), or none (max)
    #[arg(long, value_name = "NUMBER|max", default_value = "max")]
    speed: Speed,
}

/// Where deliveries go, checked.
#[derive(Debug, Clone)]
pub(crate) struct ReplayTo {
    to: Option<Target>,
    confirmed: bool,
    /// Where those that listen are found.
    listening: Option<PathBuf>,
    relay: ForwardSettings,
    /// How many times faster than real the pauses are; `None` for no pauses.
    pub(crate) speed: Option<f64>,
}

/// A delivery that cannot be sent again as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoTarget {
    /// Another machine, without a word of consent.
    #[error("{target} is not on this machine, and whoever receives events there takes them for new ones")]
    NotConfirmed {
        /// The target's URL.
        target: String,
    },
    /// The history names an app that no connection can be made to.
    #[error("the app that had it is no longer a target: {0}")]
    Kept(InvalidTarget),
    /// The `listen` that runs cannot be reached.
    #[error("the listen that runs has no URL to send to: {0}")]
    Listen(InvalidTarget),
}

/// Where one delivery goes.
#[derive(Debug)]
pub(crate) struct ReplayPlace {
    /// The target.
    pub(crate) target: Target,
    /// Where that is, in words, if the user has not said it and may not expect it.
    pub(crate) note: Option<String>,
}

fn parse_target(text: &str) -> Result<Target, NotOne> {
    let target: ForwardTarget = text.parse()?;
    if target.pattern().is_some() { Err(NotOne::Pattern) } else { Ok(target.target().clone()) }
}

/// A text that is no single target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum NotOne {
    /// No target at all.
    #[error(transparent)]
    Target(#[from] InvalidForwardTarget),
    /// One for some events only.
    #[error("leave out the pattern before '=': everything goes to one target; --event chooses events")]
    Pattern,
}

impl ReplayTargetArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`RelayError`] where the certificates cannot be read.
    pub(crate) fn check(self, environment: &Environment) -> Result<ReplayTo, RelayError> {
        let ca = self.ca.as_deref().map(|path| file::read(path, path)).transpose()?;
        let relay = ForwardSettings {
            targets: Vec::new(),
            headers: self.header,
            timeout: self.timeout.get(),
            insecure: self.insecure,
            ca: ca.map(|pem| pem.as_bytes().to_vec()),
        };
        let listening = environment.instances_folder();
        Ok(ReplayTo { to: self.to, confirmed: self.yes, listening, relay, speed: self.speed.factor() })
    }
}

impl ReplayTo {
    /// Where a delivery goes: as asked, or to the app that had it, or to the `listen` that runs now.
    ///
    /// # Errors
    /// [`NoTarget`].
    pub(crate) fn place_for(&self, stored: &StoredDelivery) -> Result<ReplayPlace, NoTarget> {
        let target: Target = match (&self.to, stored.app()) {
            (Some(target), _) => target.clone(),
            (None, Some(app)) => app.target.parse().map_err(NoTarget::Kept)?,
            // On this machine, even where its address is one of the network.
            (None, None) => return self.listen(),
        };
        if target.is_loopback() || self.confirmed {
            Ok(ReplayPlace { target, note: None })
        } else {
            Err(NoTarget::NotConfirmed { target: target.to_string() })
        }
    }

    fn listen(&self) -> Result<ReplayPlace, NoTarget> {
        let listening = Listening::newest(self.listening.as_deref());
        let target = listening.url.parse().map_err(NoTarget::Listen)?;
        Ok(ReplayPlace { target, note: listening.note() })
    }

    /// What a relay to this target needs.
    #[must_use]
    pub(crate) fn relay_to(&self, target: Target) -> ForwardSettings {
        ForwardSettings { targets: vec![target.into()], ..self.relay.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn takes_one_target_and_no_pattern() {
        let environment = Environment::new("", [("NO_COLOR", "1")]);
        let check =
            |args: &[&str]| parse::<ReplayTargetArgs>(args).map(|args| args.check(&environment).unwrap());
        let to =
            check(&["--to", "3000/zoom", "--timeout", "1m", "--speed", "10x", "-H", "X-Env: dev"]).unwrap();
        assert_eq!(
            (to.to.unwrap().to_string().as_str(), to.speed),
            ("http://localhost:3000/zoom", Some(10.0))
        );
        assert_eq!((to.relay.timeout, to.relay.headers.len()), (Duration::from_secs(60), 1));
        for wrong in [&["--to", "meeting.*=3000"][..], &["--to", "hooks"], &["--speed", "0"]] {
            assert!(check(wrong).is_err(), "{wrong:?}");
        }
    }
}
