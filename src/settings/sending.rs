//! Where requests are posted, and with which headers: `--to`, `--yes`, `--header`.

use hyper::header::{HeaderName, HeaderValue};

use super::env::Environment;
use super::forward::{InvalidHeader, parse_header};
use super::project;
use crate::delivery::has_masked_query;
use crate::files::UntrustedPath;
use crate::http::Target;
use crate::instances;
use crate::instances::Entry;
use crate::instances::Listening;
use crate::send::{InvalidEndpoint, parse_endpoint};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Endpoint")]
pub(crate) struct SendingArgs {
    /// The endpoint: 3000, 3000/zoom, http://localhost:3000/zoom [default: the running listen]
    ///
    /// Without a path in TARGET, the path is /. https://, [::1]:3000 and unix:/run/app.sock work too. Without this flag, the events go to the running listen of this project; of several, the newest is used. If none is running on this machine, they go to http://127.0.0.1:4000/webhook.
    #[arg(long, value_name = "TARGET", value_parser = parse_endpoint, value_hint = clap::ValueHint::Url)]
    to: Option<Target>,

    /// Allow another machine as the target: its receiver treats the forged events as genuine
    #[arg(long, short)]
    yes: bool,

    /// Set this header on each request, such as 'Authorization: Basic …'; may be repeated
    ///
    /// For an endpoint that Zoom calls with a custom header or basic authentication.
    #[arg(long, value_name = "NAME: VALUE", value_parser = parse_added_header)]
    header: Vec<(HeaderName, HeaderValue)>,
}

/// Parses a header of `--header`. Those of the signature cannot be set: a request that seems genuine would not be.
///
/// # Errors
/// [`InvalidHeader`].
pub(crate) fn parse_added_header(text: &str) -> Result<(HeaderName, HeaderValue), InvalidHeader> {
    let (name, value) = parse_header(text)?;
    match [SIGNATURE_HEADER, TIMESTAMP_HEADER].contains(&name.as_str()) {
        true => Err(InvalidHeader::Signature),
        false => Ok((name, value)),
    }
}

/// Where requests are posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sending {
    /// The endpoint.
    pub(crate) target: Target,
    /// A note about the target, if the user did not choose it and may not expect it.
    pub(crate) note: Option<String>,
    /// Headers that are set on each request.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Sending {
    /// The running `listen` of this project, or else its default address. The running `listen` is on this machine, even if it listens
    /// on a network address.
    ///
    /// # Errors
    /// [`NotSent::OtherProjects`] if only sessions of other projects run, [`NotSent::Listen`] if the `listen` has
    /// registered an invalid URL, [`NotSent::Untrusted`] if another user controls the list of running ones.
    pub(crate) fn to_listen(environment: &Environment) -> Result<Self, NotSent> {
        let (folder, project) = (environment.instances_folder(), project::current(environment));
        let listening = Listening::of_project(folder.as_deref(), project.as_deref())?;
        let listening = listening.map_err(NotSent::OtherProjects)?;
        let target = parse_endpoint(&listening.url)?;
        Ok(Self { target, note: listening.note(), headers: Vec::new() })
    }
}

/// The app that answers at a target. At a running `listen`, that is the app that it forwards to; `None` if it has none.
pub(crate) fn answering_app(target: &Target, environment: &Environment) -> Option<Target> {
    let running = environment.instances_folder().and_then(|folder| instances::all(&folder).ok());
    match running.unwrap_or_default().iter().find(|entry| entry.is_at(target)) {
        Some(listen) => app_of(listen).ok().flatten(),
        None => Some(target.clone()),
    }
}

/// The first app that a `listen` forwards to, with the path of its own endpoint if the target has none. `None` if there
/// is none, or if the entry lacks its credentials, without which a request would be refused.
pub(super) fn app_of(listen: &Entry) -> Result<Option<Target>, InvalidEndpoint> {
    let Some(app) = listen.apps.first().filter(|app| !has_masked_query(app)) else { return Ok(None) };
    Ok(Some(parse_endpoint(app)?.with_default_path(listen.path())))
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
    /// Only sessions of other projects run.
    #[error("no zoomhook listen is running for this project")]
    OtherProjects(Vec<Entry>),
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
        let headers = self.header;
        let Some(target) = self.to else {
            return Ok(Sending { headers, ..Sending::to_listen(environment)? });
        };
        if target.is_loopback() || self.yes {
            Ok(Sending { target, note: None, headers })
        } else {
            Err(NotSent::NotConfirmed { target: Box::new(target) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instances::Registered;
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
    fn headers_of_the_signature_cannot_be_set() {
        assert!(parse_added_header("Authorization: Basic abc").is_ok());
        for name in ["X-Zm-Signature", "x-zm-request-timestamp"] {
            assert_eq!(parse_added_header(&format!("{name}: 1")), Err(InvalidHeader::Signature));
        }
        let args = parse::<SendingArgs>(&["--header", "X-Key: abc123"]).unwrap();
        assert!(!format!("{args:?}").contains("abc123"));
    }

    #[test]
    fn the_app_behind_a_running_listen_is_found() {
        let home = tempfile::tempdir().unwrap();
        let environment = Environment::new("", ["HOME", "LOCALAPPDATA"].map(|name| (name, home.path())));
        let entry = Entry::of_process(([127, 0, 0, 1], 4001).into(), "/zoom", std::time::UNIX_EPOCH);
        let app = |to: &str| answering_app(&to.parse().unwrap(), &environment).map(|app| app.to_string());
        let folder = environment.instances_folder().unwrap();
        let running = Registered::new(&folder, &entry).unwrap();
        assert_eq!(app("http://localhost:4001/zoom"), None);
        assert_eq!(app("http://localhost:4002/zoom").unwrap(), "http://localhost:4002/zoom");
        drop(running);
        let _running =
            Registered::new(&folder, &Entry { apps: vec!["http://localhost:3000".to_owned()], ..entry })
                .unwrap();
        assert_eq!(app("http://localhost:4001/zoom").unwrap(), "http://localhost:3000/zoom");
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
