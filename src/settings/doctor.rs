//! What `doctor` examines: the flags, the environment and the `.env` files, as `listen` would use them. The entry point is
//! [`DoctorArgs`].

use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

use hyper::header::{HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::Error;
use super::address::AddressArgs;
use super::dotenv::{self, NAMES};
use super::endpoint::{USUAL_PATH, parse_path};
use super::env::{Environment, LANG, LC_ALL, LC_CTYPE, NGROK_AUTHTOKEN, SECRET_TOKEN, SHELL};
use super::forward::parse_header;
use super::history::HistoryFileArgs;
use super::ngrok::NgrokError;
use super::project;
use super::prompt::{Terminal, Unattended};
use super::secret::{FoundSecrets, SecretArgs, SecretError};
use super::token;
use super::tunnel::{TunnelArgs, TunnelError};
use crate::delivery::Warning;
use crate::diagnosis::Role;
use crate::doctor;
use crate::doctor::{
    ChosenSecret, EnvFile, SecretPlace, Setup, SetupCheck, SetupProblem, SetupSecrets, ShellSetup,
};
use crate::forward::ForwardTarget;
use crate::http::Target;
use crate::report;

/// The server whose time is asked for.
const CLOCK_SERVER: &str = "https://zoom.us";

/// The flags that say what is examined.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "What to check")]
pub(crate) struct DoctorArgs {
    /// Run only this check; may be repeated
    #[arg(long, value_name = "NAME", value_enum)]
    only: Vec<SetupCheck>,

    /// Also ask other machines: open the tunnel for a moment, compare the clock, send a challenge to the app
    #[arg(long)]
    online: bool,

    /// Your app: 3000, 3000/zoom, http://localhost:3000; may be repeated
    #[arg(long, value_name = "TARGET")]
    forward: Vec<ForwardTarget>,

    /// With --online, set this header on the challenge to your app; may be repeated
    #[arg(long, value_name = "NAME: VALUE", value_parser = parse_header, requires = "forward")]
    forward_header: Vec<(HeaderName, HeaderValue)>,

    /// Path that Zoom posts to
    #[arg(long, value_name = "PATH", default_value = USUAL_PATH, value_parser = parse_path)]
    path: String,

    /// With --online, the server whose Date is compared with the clock
    #[arg(long, hide_short_help = true, value_name = "URL", default_value = CLOCK_SERVER)]
    clock_server: Target,

    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    tunnel: TunnelArgs,
    #[command(flatten)]
    history: HistoryFileArgs,
    #[command(flatten)]
    address: AddressArgs,
}

impl DoctorArgs {
    /// The checks to run, in the order of the report.
    #[must_use]
    pub(crate) fn checks(&self) -> Vec<SetupCheck> {
        let is_wanted = |check: &SetupCheck| self.only.is_empty() || self.only.contains(check);
        SetupCheck::ALL.into_iter().filter(is_wanted).collect()
    }

    /// What is examined. `hint` returns what `listen` says about settings that it cannot use.
    pub(crate) fn setup(
        &self,
        environment: &Environment,
        is_terminal: bool,
        hint: impl Fn(&Error) -> Option<String>,
    ) -> Setup {
        let environment = &environment.with_env_files(self.secret.env_files());
        let problem = |about: SetupCheck, error: Error| SetupProblem {
            about,
            detail: doctor::sentence(&error.to_string()),
            remedy: hint(&error),
        };
        let kind = self.tunnel.kind();
        let tunnel = self.tunnel.clone().check(&self.path, environment, &mut Vec::new());
        let address = self.address.check();
        Setup {
            online: self.online,
            secrets: self.secrets(environment, &problem),
            env_files: env_files(environment),
            history_file: self.history.path(environment).map_err(|e| problem(SetupCheck::History, e.into())),
            instances_folder: environment.instances_folder(),
            project: project::current(environment),
            host: address.host,
            port: address.port,
            path: self.path.clone(),
            tunnel_kind: kind,
            tunnel: tunnel.map_err(|error| problem(about(&error), error.into())),
            authtoken: self.tunnel.ngrok().authtoken_origin(environment),
            authtoken_places: self.tunnel.ngrok().authtoken_places(environment),
            proxies: self
                .tunnel
                .proxy()
                .check(environment)
                .map_err(|error| problem(SetupCheck::Proxy, TunnelError::from(error).into())),
            proxy_origin: self.tunnel.proxy().origin(environment),
            apps: self.forward.iter().map(|target| target.target().clone()).collect(),
            app_headers: self.forward_header.clone(),
            clock_server: self.clock_server.clone(),
            shell: shell(environment, is_terminal),
            kept: OnceLock::new(),
        }
    }

    fn secrets(
        &self,
        environment: &Environment,
        problem: &impl Fn(SetupCheck, Error) -> SetupProblem,
    ) -> SetupSecrets {
        // A missing secret token is a finding, and not a reason to ask for one.
        let found = match self.secret.asks() {
            true => self.secret.check(environment, &mut Terminal),
            false => self.secret.check(environment, &mut Unattended),
        };
        let is_missing = matches!(found, Err(SecretError::Missing { .. }));
        let new_env_file = environment.folder().join(".env");
        let can_create = is_missing && !environment.folder().as_os_str().is_empty() && !new_env_file.exists();
        let (mut remarks, mut others) = (Vec::new(), Vec::new());
        let chosen = match found {
            Ok(found) => {
                let is_form = |warning: &&Warning| matches!(warning, Warning::TokenForm { .. });
                remarks.extend(found.warnings.iter().filter(|w| !is_form(w)).map(report::warning_sentence));
                others.extend(found.texts.iter().filter(|text| text.role != Role::Secret).cloned());
                Ok(chosen(&found))
            }
            Err(error) => Err(problem(SetupCheck::Secret, error.into())),
        };
        SetupSecrets {
            chosen,
            remarks,
            are_flags: self.secret.names_one(),
            places: places(environment),
            others,
            new_env_file: can_create.then_some((new_env_file, SECRET_TOKEN)),
        }
    }
}

/// The check that reports an error.
fn about(error: &TunnelError) -> SetupCheck {
    match error {
        TunnelError::Ngrok(NgrokError::ProxyUrl { .. }) | TunnelError::Proxy(_) => SetupCheck::Proxy,
        TunnelError::Ngrok(_) => SetupCheck::Authtoken,
        TunnelError::PublicUrl(_) | TunnelError::SshHostAlone => SetupCheck::Tunnel,
    }
}

fn chosen(found: &FoundSecrets) -> Vec<ChosenSecret> {
    let texts = found.texts.iter().filter(|text| text.role == Role::Secret);
    let tokens = found.tokens.iter().zip(&found.origins).zip(texts);
    let chosen = tokens.map(|((named, origin), text)| ChosenSecret {
        place: origin.in_words(),
        token: named.token.clone(),
        form: token::form_of_another(&text.to_text()),
    });
    chosen.collect()
}

/// The values of a file's variables with one of these names.
fn values(path: &Path, names: &[&str]) -> Vec<(String, Zeroizing<String>)> {
    let variables = dotenv::variables(path).into_iter();
    variables.filter(|(name, value)| names.contains(&name.as_str()) && !value.trim().is_empty()).collect()
}

/// The `.env` files of the nearest folder in which one sets one of these names. Those above do not count.
fn nearest_files(environment: &Environment, names: &[&str]) -> Vec<(PathBuf, PathBuf)> {
    let sets_one = |path: &Path| !values(path, names).is_empty();
    let files: Vec<_> = dotenv::own_files(environment).filter(|(path, _)| sets_one(path)).collect();
    let folder = files.first().and_then(|(path, _)| path.parent().map(Path::to_owned));
    files.into_iter().filter(|(path, _)| path.parent() == folder.as_deref()).collect()
}

/// All places that set the secret token, in the order in which they count.
fn places(environment: &Environment) -> Vec<SecretPlace> {
    let variable = environment.text(SECRET_TOKEN).filter(|text| !text.trim().is_empty());
    let mut found: Vec<(String, Option<PathBuf>, Zeroizing<String>)> = variable
        .map(|text| (format!("{SECRET_TOKEN} in the environment"), None, Zeroizing::new(text.to_owned())))
        .into_iter()
        .collect();
    for (path, shown) in nearest_files(environment, &NAMES) {
        let set = values(&path, &NAMES);
        for wanted in NAMES {
            // The last value of a name counts.
            if let Some((name, value)) = set.iter().rfind(|(name, _)| name == wanted) {
                found.push((format!("{name} in {}", shown.display()), Some(path.clone()), value.clone()));
            }
        }
    }
    let used = found.first().map(|(_, _, value)| Zeroizing::new(value.trim().to_owned()));
    let is_same = |value: &str| used.as_ref().is_some_and(|used| used.as_str() == value.trim());
    let place = |(name, file, value): (String, Option<PathBuf>, Zeroizing<String>)| {
        let is_same = is_same(&value);
        SecretPlace { name, file, is_same }
    };
    found.into_iter().map(place).collect()
}

/// The `.env` files that set a secret token or an authtoken.
fn env_files(environment: &Environment) -> Vec<EnvFile> {
    let [first, second, third] = NAMES;
    let names = [first, second, third, NGROK_AUTHTOKEN];
    let files = nearest_files(environment, &names).into_iter();
    let file = |(path, shown): (PathBuf, PathBuf)| {
        let mut set: Vec<_> = values(&path, &names).into_iter().map(|(name, _)| name).collect();
        set.dedup();
        EnvFile { path, shown, names: set }
    };
    files.map(file).collect()
}

fn shell(environment: &Environment, is_terminal: bool) -> ShellSetup {
    let name =
        environment.path(SHELL).and_then(|shell| Some(shell.file_name()?.to_string_lossy().into_owned()));
    let locale = [LC_ALL, LC_CTYPE, LANG].into_iter().find_map(|name| {
        let value = environment.text(name).filter(|value| !value.is_empty())?;
        Some((name.to_owned(), value.to_owned()))
    });
    ShellSetup { home: environment.path("HOME"), name, locale, is_terminal }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::testing::parse;

    fn setup(folder: &Path, args: &[&str], variables: &[(&'static str, &str)]) -> Setup {
        let environment = Environment::new(folder, variables.to_vec());
        parse::<DoctorArgs>(args).unwrap().setup(&environment, false, |_| None)
    }

    #[test]
    fn finds_all_places_of_the_nearest_folder_in_order() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("a");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(root.path().join(".env"), "ZOOM_WEBHOOK_SECRET=far\n").unwrap();
        std::fs::write(folder.join(".env"), "WEBHOOK_SECRET_TOKEN=one\nZOOM_WEBHOOK_SECRET=hush\n").unwrap();
        let found = setup(&folder, &[], &[(SECRET_TOKEN, "one")]);
        let places: Vec<_> =
            found.secrets.places.iter().map(|place| (place.name.as_str(), place.is_same)).collect();
        assert_eq!(
            places,
            [
                ("ZOOM_WEBHOOK_SECRET_TOKEN in the environment", true),
                ("ZOOM_WEBHOOK_SECRET in .env", false),
                ("WEBHOOK_SECRET_TOKEN in .env", true),
            ]
        );
        assert!(!format!("{found:?}").contains("hush"), "{found:?}");
    }

    #[test]
    fn offers_a_new_file_only_where_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(setup(folder.path(), &[], &[("HOME", "")]).secrets.new_env_file.is_some());
        std::fs::write(folder.path().join(".env"), "PORT=1\n").unwrap();
        assert!(setup(folder.path(), &[], &[("HOME", "")]).secrets.new_env_file.is_none());
    }

    #[test]
    fn the_headers_for_the_app_are_those_of_listen() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["--forward", "3000", "--forward-header", "x-api-key: hush"];
        let found = setup(folder.path(), &args, &[]);
        assert_eq!(found.app_headers.len(), 1);
        assert!(!format!("{found:?}").contains("hush"), "{found:?}");
        assert!(parse::<DoctorArgs>(&args[2..]).is_err());
    }

    #[test]
    fn runs_all_checks_or_those_that_are_named() {
        let checks = |args: &[&str]| parse::<DoctorArgs>(args).unwrap().checks();
        assert_eq!(checks(&[]), SetupCheck::ALL);
        let two = ["--only", "port", "--only", "secret"];
        assert_eq!(checks(&two), [SetupCheck::Secret, SetupCheck::Port]);
        assert!(parse::<DoctorArgs>(&["--only", "x"]).is_err());
    }
}
