//! The endpoint, the cases and the output of `check`.

use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::env::Environment;
use super::file::{self, UnreadableFile};
use super::project;
use super::sending::{NotSent, app_of, parse_added_header};
use crate::check::CheckEndpoint;
use crate::diagnosis::Framework;
use crate::files::UntrustedPath;
use crate::http::Target;
use crate::instances;
use crate::instances::Entry;
use crate::instances::only_of_project;
use crate::report::{Color, VerdictFormat};
use crate::send::parse_endpoint;

/// The flags for the endpoint.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct CheckTargetArgs {
    /// The endpoint: 3000, 3000/zoom, https://hooks.example.com/zoom [default: the app of the running listen]
    ///
    /// Without TARGET, the app that the running `listen --forward` of this project forwards to is checked. Without a path in TARGET, the
    /// path is /. [::1]:3000 and unix:/run/app.sock work too.
    #[arg(value_name = "TARGET", value_parser = parse_endpoint, value_hint = clap::ValueHint::Url)]
    target: Option<Target>,

    /// Allow another machine as the target: its receiver treats the events as genuine
    #[arg(long, short)]
    yes: bool,

    /// Set this header on each request, for an app with a custom header; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = parse_added_header)]
    header: Vec<(HeaderName, HeaderValue)>,

    /// Send this user and password, for an app with basic authentication
    #[arg(long, value_name = "USER:PASSWORD", value_parser = parse_basic)]
    basic: Option<HeaderValue>,

    /// Fetch a bearer token from this URL as Zoom does, for an app with OAuth
    #[arg(long, value_name = "TOKEN_URL", value_parser = parse_endpoint, requires = "client", conflicts_with = "basic",
        value_hint = clap::ValueHint::Url)]
    bearer: Option<Target>,

    /// The client id and the client secret that the token URL expects
    #[arg(long, value_name = "ID:SECRET", value_parser = parse_basic, requires = "bearer")]
    client: Option<HeaderValue>,

    /// PEM file with certificates to trust, in addition to the public ones
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    ca: Option<PathBuf>,
}

/// The flags for the cases.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Cases")]
pub(crate) struct CaseArgs {
    /// Only the 12 most telling requests
    #[arg(long)]
    pub(crate) quick: bool,

    /// Send no events, genuine or forged: only challenges and requests that are not events
    #[arg(long)]
    pub(crate) no_events: bool,

    /// Send only the cases of this file, correctly signed, and compare the answers
    ///
    /// The format is that of a scenario, and each step may have what it expects:
    /// expect = { status = 200, within = "1s", header = { name = "value" }, body = { contains = "text" } }
    #[arg(long, value_name = "FILE", conflicts_with_all = ["quick", "no_events"], value_hint = clap::ValueHint::FilePath)]
    pub(crate) suite: Option<PathBuf>,

    /// Run again each time a file in this folder changes, until the endpoint is right; may be repeated
    ///
    /// Without PATH, the current folder is watched.
    #[arg(long, value_name = "PATH", num_args = 0..=1, default_missing_value = ".", value_hint = clap::ValueHint::AnyPath)]
    pub(crate) watch: Vec<PathBuf>,

    /// Also fail if a case fails that is only recommended
    #[arg(long)]
    pub(crate) strict: bool,
}

/// The flags for the output.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct CheckOutputArgs {
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "pretty")]
    pub(crate) format: VerdictFormat,

    /// Print no text, only set the exit code; JSON and XML are still written
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// When to use color
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: Color,

    /// The framework for suggested fixes; by default guessed from the answers
    #[arg(long, value_name = "FRAMEWORK", value_enum, hide_possible_values = true)]
    pub(crate) framework: Option<Framework>,
}

/// The endpoint to check.
#[derive(Debug, Clone)]
pub(crate) struct CheckTarget {
    /// The endpoint.
    pub(crate) endpoint: CheckEndpoint,
    /// A note about the target, if the user did not choose it.
    pub(crate) note: Option<String>,
}

/// Why nothing is checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotChecked {
    /// No target is given, and no `listen` forwards to an app.
    #[error("there is no endpoint to check, and no running zoomhook listen forwards to an app")]
    NoTarget,
    /// Only sessions of other projects forward to an app. Their apps, each with its project.
    #[error("no zoomhook listen of this project forwards to an app")]
    OtherProjects(Vec<String>),
    /// As for other requests of our own.
    #[error(transparent)]
    NotSent(#[from] NotSent),
    /// The file of `--ca`.
    #[error(transparent)]
    Ca(#[from] UnreadableFile),
}

impl CheckTargetArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`NotChecked`].
    pub(crate) fn check(self, environment: &Environment) -> Result<CheckTarget, NotChecked> {
        let mut headers = self.header;
        headers.extend(self.basic.map(|value| (AUTHORIZATION, value)));
        let (target, note) = match self.target {
            Some(target) => (target, None),
            None => {
                let target = forwarded(environment)?.ok_or(NotChecked::NoTarget)?;
                let note = format!("Checking {target}, the app that zoomhook listen forwards to.");
                (target, Some(note))
            }
        };
        if !target.is_loopback() && !self.yes {
            return Err(NotSent::NotConfirmed { target: Box::new(target) }.into());
        }
        let ca = self.ca.as_deref().map(|path| file::read(path, path)).transpose()?;
        let token = self.bearer.zip(self.client);
        let far = token.iter().map(|(token, _)| token).find(|token| !token.is_loopback());
        if let Some(target) = far.filter(|_| !self.yes) {
            return Err(NotSent::NotConfirmed { target: Box::new(target.clone()) }.into());
        }
        let ca = ca.map(|pem| pem.as_bytes().to_vec());
        Ok(CheckTarget { endpoint: CheckEndpoint { target, headers, token, ca }, note })
    }
}

/// The app of the newest `listen` of this project that forwards.
fn forwarded(environment: &Environment) -> Result<Option<Target>, NotChecked> {
    let Some(folder) = environment.instances_folder() else { return Ok(None) };
    let mut running = instances::all(&folder).map_err(|reason: UntrustedPath| NotSent::Untrusted(reason))?;
    running.retain(|entry| !entry.apps.is_empty());
    let own = only_of_project(running, project::current(environment).as_deref());
    match own {
        Ok(own) => Ok(own.first().map_or(Ok(None), app_of).map_err(NotSent::Listen)?),
        Err(others) => Err(NotChecked::OtherProjects(others.iter().filter_map(app_in_a_line).collect())),
    }
}

/// The app of a `listen`, as a TARGET, and the project. `None` if the entry does not have its whole URL.
fn app_in_a_line(listen: &Entry) -> Option<String> {
    let app = app_of(listen).ok()??;
    Some(match &listen.project {
        Some(project) => format!("{app}  {project}"),
        None => app.to_string(),
    })
}

fn parse_basic(text: &str) -> Result<HeaderValue, InvalidBasic> {
    if !text.contains(':') {
        return Err(InvalidBasic);
    }
    let mut value =
        HeaderValue::try_from(format!("Basic {}", STANDARD.encode(text))).map_err(|_| InvalidBasic)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The text is not a user and a password. The message does not repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write the user, a colon and the password")]
struct InvalidBasic;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instances::Registered;
    use crate::settings::testing::parse;

    fn check(args: &[&str]) -> Result<String, NotChecked> {
        let environment = Environment::new("", [("NO_COLOR", "1")]);
        let args = parse::<CheckTargetArgs>(args).unwrap();
        args.check(&environment).map(|checked| checked.endpoint.target.to_string())
    }

    #[test]
    fn another_machine_must_be_confirmed() {
        assert_eq!(check(&["3000/zoom"]).unwrap(), "http://localhost:3000/zoom");
        assert!(matches!(check(&["https://hooks.example.com/zoom"]), Err(NotChecked::NotSent(_))));
        assert!(check(&["https://hooks.example.com/zoom", "--yes"]).is_ok());
        assert!(matches!(check(&[]), Err(NotChecked::NoTarget)));
    }

    #[test]
    fn credentials_are_not_shown() {
        let args = parse::<CheckTargetArgs>(&["3000", "--basic", "jill:hush"]).unwrap();
        assert!(!format!("{args:?}").contains("hush"));
        assert!(!InvalidBasic.to_string().contains("hush"));
        assert!(parse::<CheckTargetArgs>(&["3000", "--basic", "jill"]).is_err());
    }

    #[test]
    fn finds_the_app_of_a_running_listen() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::new("", ["HOME", "LOCALAPPDATA"].map(|name| (name, home.path())));
        let target = || {
            parse::<CheckTargetArgs>(&[]).unwrap().check(&environment).unwrap().endpoint.target.to_string()
        };
        for (app, expected) in [
            ("http://localhost:3000", "http://localhost:3000/webhook"),
            ("http://localhost:3000/zoom", "http://localhost:3000/zoom"),
        ] {
            let entry = Entry {
                apps: vec![app.to_owned()],
                ..Entry::of_process(([127, 0, 0, 1], 4001).into(), "/webhook", std::time::UNIX_EPOCH)
            };
            let _running = Registered::new(&environment.instances_folder().unwrap(), &entry).unwrap();
            assert_eq!(target(), expected);
        }
    }
}
