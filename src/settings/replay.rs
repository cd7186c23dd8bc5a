//! Where `replay` sends stored deliveries, and how fast: `--to`, `--yes`, `--timeout`, `--header`, `--insecure`, `--ca`,
//! `--speed`.

use std::path::PathBuf;
use std::time::Duration;

use hyper::header::{HeaderName, HeaderValue};

use super::env::Environment;
use super::file;
use super::forward::{ForwardError, parse_header};
use super::load::Speed;
use super::project;
use super::time::Span;
use crate::delivery::Provenance;
use crate::delivery::StoredDelivery;
use crate::delivery::has_masked_query;
use crate::files::UntrustedPath;
use crate::forward::{ForwardSettings, ForwardTarget, InvalidForwardTarget, USUAL_TIMEOUT};
use crate::http::{InvalidTarget, Target};
use crate::instances::{Entry, Listening};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct ReplayTargetArgs {
    /// Your app: 3000, 3000/zoom, http://localhost:3000 [default: the app that received it, or listen]
    ///
    /// Without a path in TARGET, the request's path is used. https://, [::1]:3000 and unix:/run/app.sock work too.
    /// Deliveries that no app received go to the running listen of their project; of several, the newest is used.
    /// Imported deliveries need this flag.
    #[arg(long, value_name = "TARGET", value_parser = parse_target)]
    to: Option<Target>,

    /// Allow another machine as the target: its receiver treats the events as new
    #[arg(long, short)]
    yes: bool,

    /// Timeout for your app's answer
    #[arg(long, value_name = "DURATION", default_value_t = Span::new(USUAL_TIMEOUT),
        value_parser = Span::between(Duration::from_millis(100), Duration::from_secs(3600)))]
    timeout: Span,

    /// Set this header on every request; may be repeated
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = parse_header)]
    header: Vec<(HeaderName, HeaderValue)>,

    /// Accept any certificate
    #[arg(long)]
    insecure: bool,

    /// PEM file with certificates to trust, in addition to the system's
    #[arg(long, value_name = "PATH", conflicts_with = "insecure", value_hint = clap::ValueHint::FilePath)]
    ca: Option<PathBuf>,

    /// Pauses between deliveries: original (1x), ten times shorter (10x), or none (max)
    #[arg(long, value_name = "NUMBER|max", default_value = "max")]
    speed: Speed,
}

/// Where deliveries go, checked.
#[derive(Debug, Clone)]
pub(crate) struct ReplayTo {
    to: Option<Target>,
    confirmed: bool,
    /// The folder that lists the running sessions.
    listening: Option<PathBuf>,
    /// The project of a delivery that has none.
    project: Option<String>,
    forward: ForwardSettings,
    /// The factor by which pauses are shorter than originally; `None` for no pauses.
    pub(crate) speed: Option<f64>,
}

/// Why a delivery has no target.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoTarget {
    /// The target is another machine, and `--yes` is missing.
    #[error("{target} is not on this machine, and its receiver treats the events as new")]
    NotConfirmed {
        /// The target's URL.
        target: String,
        /// Whether the user named it.
        is_given: bool,
    },
    /// The delivery was imported: a target in the file is not one that this machine used.
    #[error("the delivery was imported, so it has no target")]
    Imported,
    /// A credential in the query of the app's URL was not stored.
    #[error("{target} has a credential in its query, which the history does not store")]
    Masked {
        /// The URL without the credential.
        target: String,
    },
    /// The history names an app whose target is invalid.
    #[error("the app that received the delivery is not a valid target: {0}")]
    Kept(InvalidTarget),
    /// The running `listen` has registered an invalid URL.
    #[error("the running listen has no valid URL: {0}")]
    Listen(InvalidTarget),
    /// Only sessions of other projects run.
    #[error("no app received the delivery, and no zoomhook listen is running for its project")]
    OtherProjects(Vec<Entry>),
    /// Another user could put a URL into the list of running `listen`s.
    #[error("the list of running listens is not used: {0}")]
    Untrusted(#[from] UntrustedPath),
}

/// Where one delivery goes.
#[derive(Debug)]
pub(crate) struct ReplayPlace {
    /// The target.
    pub(crate) target: Target,
    /// A note about the target, if the user did not choose it and may not expect it.
    pub(crate) note: Option<String>,
}

fn parse_target(text: &str) -> Result<Target, NotOne> {
    let target: ForwardTarget = text.parse()?;
    if target.pattern().is_some() { Err(NotOne::Pattern) } else { Ok(target.target().clone()) }
}

/// Why a text is not a single target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum NotOne {
    /// Not a target.
    #[error(transparent)]
    Target(#[from] InvalidForwardTarget),
    /// A target with a pattern of events.
    #[error("leave out the pattern before '=': there is only one target; --event selects events")]
    Pattern,
}

impl ReplayTargetArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`ForwardError`] if the certificates cannot be read.
    pub(crate) fn check(self, environment: &Environment) -> Result<ReplayTo, ForwardError> {
        let ca = self.ca.as_deref().map(|path| file::read(path, path)).transpose()?;
        let relay = ForwardSettings {
            targets: Vec::new(),
            headers: self.header,
            timeout: self.timeout.get(),
            insecure: self.insecure,
            ca: ca.map(|pem| pem.as_bytes().to_vec()),
        };
        let listening = environment.instances_folder();
        Ok(ReplayTo {
            to: self.to,
            confirmed: self.yes,
            listening,
            project: project::current(environment),
            forward: relay,
            speed: self.speed.factor(),
        })
    }
}

impl ReplayTo {
    /// Whether the user named the target.
    pub(crate) fn is_given(&self) -> bool {
        self.to.is_some()
    }

    /// The target of a delivery: `--to`, or the app that received it, or the running `listen`. An imported delivery
    /// goes only to `--to`: its file can name any service that this machine reaches.
    ///
    /// # Errors
    /// [`NoTarget`].
    pub(crate) fn place_for(&self, stored: &StoredDelivery) -> Result<ReplayPlace, NoTarget> {
        let target: Target = match (&self.to, stored.app()) {
            (Some(target), _) => target.clone(),
            (None, _) if stored.provenance == Provenance::Imported => return Err(NoTarget::Imported),
            (None, Some(app)) if has_masked_query(&app.target) => {
                return Err(NoTarget::Masked { target: app.target.clone() });
            }
            (None, Some(app)) => app.target.parse().map_err(NoTarget::Kept)?,
            // The running `listen` is on this machine, even if it listens on a network address.
            (None, None) => return self.listen(stored.project.as_deref().or(self.project.as_deref())),
        };
        if target.is_loopback() || self.confirmed {
            Ok(ReplayPlace { target, note: None })
        } else {
            Err(NoTarget::NotConfirmed { target: target.to_string(), is_given: self.is_given() })
        }
    }

    fn listen(&self, project: Option<&str>) -> Result<ReplayPlace, NoTarget> {
        let listening = Listening::of_project(self.listening.as_deref(), project)?;
        let listening = listening.map_err(NoTarget::OtherProjects)?;
        let target = listening.url.parse().map_err(NoTarget::Listen)?;
        Ok(ReplayPlace { target, note: listening.note() })
    }

    /// The settings to forward to this target.
    #[must_use]
    pub(crate) fn relay_to(&self, target: Target) -> ForwardSettings {
        ForwardSettings { targets: vec![target.into()], ..self.forward.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn accepts_one_target_without_a_pattern() {
        let environment = Environment::new("", [("NO_COLOR", "1")]);
        let check =
            |args: &[&str]| parse::<ReplayTargetArgs>(args).map(|args| args.check(&environment).unwrap());
        let to =
            check(&["--to", "3000/zoom", "--timeout", "1m", "--speed", "10x", "-H", "X-Env: dev"]).unwrap();
        assert_eq!(
            (to.to.unwrap().to_string().as_str(), to.speed),
            ("http://localhost:3000/zoom", Some(10.0))
        );
        assert_eq!((to.forward.timeout, to.forward.headers.len()), (Duration::from_secs(60), 1));
        for wrong in [&["--to", "meeting.*=3000"][..], &["--to", "hooks"], &["--speed", "0"]] {
            assert!(check(wrong).is_err(), "{wrong:?}");
        }
    }
}
