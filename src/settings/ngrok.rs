//! ngrok's settings: the authtoken from `--ngrok-authtoken`, `NGROK_AUTHTOKEN` (in the environment or a `.env` file) or
//! the agent's `ngrok.yml`, and the server from flags or that file.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::dotenv::{self, DotenvError};
use super::edge::{EdgeArgs, EdgeError};
use super::env::{Environment, NGROK_AUTHTOKEN};
use super::file::{self, UnreadableFile};
use super::public_url;
use super::token::{self, InvalidToken};
use super::typed_secrets::has_form_of_an_authtoken;
use crate::delivery::Warning;
use crate::doctor::AuthtokenOrigin;
use crate::files::CheckedPlace;
use crate::files::MissingFolder;
use crate::files::PathError;
use crate::files::UntrustedPath;
use crate::http::{InvalidProxy, Proxies};
use crate::tunnel::ngrok::config_file::{self, ConfigFile, ConfigFileError};
use crate::tunnel::ngrok::{Authorities, NgrokSettings};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "ngrok")]
pub(crate) struct NgrokArgs {
    /// Domain of your ngrok account; without it ngrok assigns one
    #[arg(long, value_name = "DOMAIN", value_parser = public_url::domain)]
    domain: Option<String>,

    /// Your authtoken; NGROK_AUTHTOKEN or ngrok's own ngrok.yml are safer
    ///
    /// Other users of this machine can read a command line in the list of processes.
    #[arg(long, value_name = "TOKEN", value_parser = TypedToken::parse)]
    ngrok_authtoken: Option<TypedToken>,

    /// ngrok's configuration file, instead of the default one
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    ngrok_config: Option<PathBuf>,

    /// Server to connect to instead of ngrok's own (the agent's connect_url)
    #[arg(long, hide_short_help = true, value_name = "HOST:PORT", value_parser = public_url::connect_url)]
    ngrok_connect_url: Option<String>,

    /// PEM file with certificates to trust for that server, or 'host' for the system's (the agent's connect_cas)
    #[arg(long, hide_short_help = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    ngrok_ca: Option<PathBuf>,

    #[command(flatten)]
    edge: EdgeArgs,
}

/// An authtoken from the command line, never shown.
#[derive(Clone)]
struct TypedToken(Zeroizing<String>);

impl TypedToken {
    /// A parser for clap. It never fails, because clap shows a rejected value.
    fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(Self(Zeroizing::new(text.to_owned())))
    }
}

impl fmt::Debug for TypedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[authtoken]")
    }
}

/// Where an authtoken was found.
struct AuthtokenPlace {
    /// Its name for a message.
    place: String,
    /// Whether it is the agent's file.
    is_agents_file: bool,
}

/// Why ngrok cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NgrokError {
    /// There is no authtoken anywhere.
    #[error("there is no ngrok authtoken, so no public URL can be opened")]
    NoAuthtoken,
    /// The text cannot be an authtoken.
    #[error(transparent)]
    Invalid(#[from] InvalidToken),
    /// A `.env` file cannot be used.
    #[error(transparent)]
    Dotenv(#[from] DotenvError),
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// Another user controls the path of the agent's file, and could have put an authtoken into it.
    #[error("{} is not used: {reason}", file.display())]
    Untrusted {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what repairs it.
        reason: Box<UntrustedPath>,
    },
    /// The agent's file is invalid.
    #[error("{}: {reason}", file.display())]
    ConfigFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: ConfigFileError,
    },
    /// The agent's file names a server that cannot be dialed.
    #[error("{}: connect_url: {reason}", file.display())]
    ConnectUrl {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: public_url::InvalidConnectUrl,
    },
    /// The agent's file names a proxy that cannot be used.
    #[error("{}: proxy_url: {reason}", file.display())]
    ProxyUrl {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: InvalidProxy,
    },
    /// The settings for the edge.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// The file contains no certificate.
    #[error("{}: there is no PEM certificate in it (-----BEGIN CERTIFICATE-----)", file.display())]
    NoCertificate {
        /// The file.
        file: PathBuf,
    },
}

impl NgrokArgs {
    /// The checked value.
    ///
    /// # Errors
    /// [`NgrokError`], such as a missing authtoken.
    pub(crate) fn check(
        self,
        environment: &Environment,
        mut proxies: Proxies,
        warnings: &mut Vec<Warning>,
    ) -> Result<NgrokSettings, NgrokError> {
        let (file, config) = self.agent_config(environment)?;
        let (authtoken, _) = self.authtoken(environment, &file, &config, warnings)?;
        if let (None, Some(url)) = (&proxies.proxy, &config.proxy_url) {
            let proxy = url.parse().map_err(|reason| NgrokError::ProxyUrl { file: file.clone(), reason })?;
            proxies.proxy = Some(proxy);
        }
        let connect_url = match (self.ngrok_connect_url, config.connect_url) {
            (Some(typed), _) => Some(typed),
            (None, Some(text)) => {
                let connect_url = public_url::connect_url(&text);
                Some(connect_url.map_err(|reason| NgrokError::ConnectUrl { file: file.clone(), reason })?)
            }
            (None, None) => None,
        };
        let ca = match (self.ngrok_ca, config.connect_cas.as_deref()) {
            (Some(path), _) if path.as_os_str() == "host" => Authorities::System,
            (Some(path), _) => certificates(&path)?,
            (None, None | Some("trusted")) => Authorities::Ngrok,
            (None, Some("host")) => Authorities::System,
            // The agent resolves a relative path against its current folder. The file's folder is what users mean.
            (None, Some(path)) => certificates(&file.parent().unwrap_or(Path::new("")).join(path))?,
        };
        let edge = self.edge.check()?;
        Ok(NgrokSettings { authtoken, domain: self.domain, connect_url, ca, proxies, edge })
    }

    /// The domain, if no other flag is set.
    pub(super) fn plain_domain(&self) -> Option<Option<&str>> {
        let others = [&self.ngrok_config, &self.ngrok_ca];
        let is_plain = self.ngrok_authtoken.is_none()
            && others.into_iter().all(Option::is_none)
            && self.ngrok_connect_url.is_none()
            && self.edge.is_default();
        is_plain.then_some(self.domain.as_deref())
    }

    /// Where the authtoken is from, if there is one that can be used.
    pub(super) fn authtoken_origin(&self, environment: &Environment) -> Option<AuthtokenOrigin> {
        let (file, config) = self.agent_config(environment).ok()?;
        let (authtoken, origin) = self.authtoken(environment, &file, &config, &mut Vec::new()).ok()?;
        let is_usual = has_form_of_an_authtoken(&authtoken);
        let version = config.version.filter(|_| origin.is_agents_file);
        Some(AuthtokenOrigin { place: origin.place, is_usual, version })
    }

    /// The places that may have an authtoken, in order, with the path of the agent's file.
    pub(super) fn authtoken_places(&self, environment: &Environment) -> Vec<String> {
        let usual = || config_file::default_path(|name| environment.text(name).map(str::to_owned));
        let file = self.ngrok_config.clone().or_else(usual).map(|file| file.display().to_string());
        let places =
            ["--ngrok-authtoken", "NGROK_AUTHTOKEN in the environment", "NGROK_AUTHTOKEN in a .env file"];
        places.into_iter().map(str::to_owned).chain(file).collect()
    }

    /// Whether ngrok's edge verifies signatures too.
    pub(super) fn verifies_at_the_edge(&self) -> bool {
        self.edge.verifies()
    }

    /// The agent's file and its path. A missing file in the default place counts as empty.
    fn agent_config(&self, environment: &Environment) -> Result<(PathBuf, ConfigFile), NgrokError> {
        let usual = || config_file::default_path(|name| environment.text(name).map(str::to_owned));
        let Some(path) = self.ngrok_config.clone().or_else(usual) else {
            return Ok((PathBuf::new(), ConfigFile::default()));
        };
        match file::read(&path, &path) {
            // A file that the user names is the user's choice.
            Ok(_)
                if self.ngrok_config.is_none()
                    && let Some(reason) = untrusted(&path) =>
            {
                Err(NgrokError::Untrusted { file: path, reason: Box::new(reason) })
            }
            Ok(text) => match config_file::parse(&text) {
                Ok(config) => Ok((path, config)),
                Err(reason) => Err(NgrokError::ConfigFile { file: path, reason }),
            },
            Err(UnreadableFile::Io { reason, .. })
                if reason.kind() == ErrorKind::NotFound && self.ngrok_config.is_none() =>
            {
                Ok((path, ConfigFile::default()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The authtoken, and where it is from.
    fn authtoken(
        &self,
        environment: &Environment,
        file: &Path,
        config: &ConfigFile,
        warnings: &mut Vec<Warning>,
    ) -> Result<(Zeroizing<String>, AuthtokenPlace), NgrokError> {
        let mut found = |text: &str, place: String, is_agents_file: bool| {
            let token = token::clean(text, &place, warnings)?;
            Ok((token, AuthtokenPlace { place, is_agents_file }))
        };
        let variable = || format!("{NGROK_AUTHTOKEN} in the environment");
        if let Some(TypedToken(text)) = &self.ngrok_authtoken {
            return found(text, "--ngrok-authtoken".to_owned(), false);
        }
        if environment.is_not_text(NGROK_AUTHTOKEN) {
            return Err(InvalidToken::NotText { origin: variable() }.into());
        }
        if let Some(text) = environment.text(NGROK_AUTHTOKEN) {
            return found(text, variable(), false);
        }
        if let Some(in_file) = dotenv::find(environment, [NGROK_AUTHTOKEN])?
            && !in_file.value.trim().is_empty()
        {
            let file = in_file.file.display().to_string();
            let token = found(&in_file.value, format!("{NGROK_AUTHTOKEN} in {file}"), false)?;
            warnings.push(Warning::AuthtokenFromEnvFile { file });
            return Ok(token);
        }
        match &config.authtoken {
            Some(text) => found(text, file.display().to_string(), true),
            None => Err(NgrokError::NoAuthtoken),
        }
    }
}

/// Why the path of a file cannot be trusted, if that is so.
fn untrusted(path: &Path) -> Option<UntrustedPath> {
    let found = CheckedPlace::find(path, MissingFolder::Fail)
        .and_then(|place| place.folder().find(place.name()).map(|_| ()));
    match found {
        Err(PathError::Untrusted(reason)) => Some(reason),
        Ok(()) | Err(PathError::Io(_) | PathError::NotAFile { .. }) => None,
    }
}

/// Reads a PEM file. The certificates are checked when they are used.
fn certificates(path: &Path) -> Result<Authorities, NgrokError> {
    let text = file::read(path, path)?;
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(NgrokError::NoCertificate { file: path.to_owned() });
    }
    Ok(Authorities::Pem(text.as_bytes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::dotenv::EnvFiles;
    use crate::settings::testing::parse;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

    fn check(
        args: &[&str],
        variables: &[(&'static str, &str)],
    ) -> Result<(NgrokSettings, Vec<Warning>), NgrokError> {
        let environment = Environment::new("", variables.to_vec());
        let mut warnings = Vec::new();
        let settings =
            parse::<NgrokArgs>(args).unwrap().check(&environment, Proxies::default(), &mut warnings)?;
        Ok((settings, warnings))
    }

    /// A folder with these files in it.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn path(folder: &tempfile::TempDir, name: &str) -> String {
        folder.path().join(name).to_str().unwrap().to_owned()
    }

    #[test]
    fn prefers_the_flag_to_the_variable_and_the_variable_to_the_file() {
        let folder = folder(&[("ngrok.yml", "version: 3\nagent:\n  authtoken: file\n")]);
        let config = path(&folder, "ngrok.yml");
        let authtoken = |args: &[&str], variables: &[(&'static str, &str)]| {
            check(args, variables).unwrap().0.authtoken.to_string()
        };
        let variable = [(NGROK_AUTHTOKEN, "variable")];
        let all = ["--ngrok-config", &config, "--ngrok-authtoken", "flag"];
        assert_eq!(authtoken(&all, &variable), "flag");
        assert_eq!(authtoken(&all[..2], &variable), "variable");
        assert_eq!(authtoken(&all[..2], &[]), "file");
    }

    #[test]
    fn reads_a_dotenv_before_the_agents_file_and_says_so() {
        let folder = folder(&[("ngrok.yml", "authtoken: file\n"), (".env", "A B\nNGROK_AUTHTOKEN=dotenv\n")]);
        let config = path(&folder, "ngrok.yml");
        let check = |files: EnvFiles| {
            let environment = Environment::new(folder.path(), [("HOME", "")]).with_env_files(files);
            let args = parse::<NgrokArgs>(&["--ngrok-config", &config]).unwrap();
            let mut warnings = Vec::new();
            let settings = args.check(&environment, Proxies::default(), &mut warnings).unwrap();
            (settings.authtoken.to_string(), warnings)
        };
        let from_file = Warning::AuthtokenFromEnvFile { file: ".env".into() };
        assert_eq!(check(EnvFiles::Nearest), ("dotenv".into(), vec![from_file]));
        assert_eq!(check(EnvFiles::None), ("file".into(), vec![]));
        std::fs::write(folder.path().join(".env.local"), "NGROK_AUTHTOKEN=\n").unwrap();
        assert_eq!(check(EnvFiles::Nearest).0, "file", "an empty value is not a token");
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn reads_the_default_file() {
        let folder = folder(&[]);
        std::fs::create_dir(folder.path().join("ngrok")).unwrap();
        std::fs::write(folder.path().join("ngrok/ngrok.yml"), "authtoken: file\n").unwrap();
        let (settings, _) = check(&[], &[("XDG_CONFIG_HOME", folder.path().to_str().unwrap())]).unwrap();
        assert_eq!(*settings.authtoken, "file");
    }

    #[test]
    fn fails_without_an_authtoken() {
        let empty = folder(&[]);
        let home = path(&empty, "");
        let nowhere = [("HOME", home.as_str()), ("LOCALAPPDATA", home.as_str())];
        assert!(matches!(check(&[], &nowhere), Err(NgrokError::NoAuthtoken)));
        assert!(matches!(check(&[], &[]), Err(NgrokError::NoAuthtoken)));
    }

    #[test]
    fn trims_an_authtoken_and_rejects_an_empty_one() {
        let (settings, warnings) = check(&[], &[(NGROK_AUTHTOKEN, " abc\n")]).unwrap();
        assert_eq!(*settings.authtoken, "abc");
        assert_eq!(warnings, [Warning::Trimmed { source: "NGROK_AUTHTOKEN in the environment".into() }]);
        let error = check(&["--ngrok-authtoken", ""], &[]).unwrap_err();
        assert_eq!(error.to_string(), "the token from --ngrok-authtoken is empty");
    }

    #[test]
    fn prefers_the_server_of_a_flag_to_that_of_the_file() {
        let yml = "agent:\n  authtoken: t\n  connect_url: file.example.com\n  connect_cas: file.pem\n";
        let folder = folder(&[("ngrok.yml", yml), ("file.pem", PEM), ("flag.pem", PEM)]);
        let (config, ca) = (path(&folder, "ngrok.yml"), path(&folder, "flag.pem"));
        let (settings, _) = check(&["--ngrok-config", &config], &[]).unwrap();
        assert_eq!(settings.connect_url.as_deref(), Some("file.example.com:443"));
        assert_eq!(settings.ca, Authorities::Pem(PEM.into()));
        let args = ["--ngrok-config", &config, "--ngrok-connect-url", "127.0.0.1:1", "--ngrok-ca", &ca];
        let (settings, _) = check(&args, &[]).unwrap();
        assert_eq!(settings.connect_url.as_deref(), Some("127.0.0.1:1"));
    }

    #[test]
    fn uses_the_agents_proxy_if_there_is_no_other() {
        let folder = folder(&[("ngrok.yml", "authtoken: t\nproxy_url: http://file:1\n")]);
        let config = path(&folder, "ngrok.yml");
        let (settings, _) = check(&["--ngrok-config", &config], &[]).unwrap();
        assert_eq!(settings.proxies.proxy.unwrap().to_string(), "http://file:1");
        let other = Proxies { proxy: Some("http://flag:1".parse().unwrap()), ..Proxies::default() };
        let args = parse::<NgrokArgs>(&["--ngrok-config", &config]).unwrap();
        let settings = args.check(&Environment::new("", [("HOME", "")]), other, &mut Vec::new()).unwrap();
        assert_eq!(settings.proxies.proxy.unwrap().to_string(), "http://flag:1");
    }

    #[test]
    fn trusts_the_systems_certificates_if_configured() {
        let folder = folder(&[("ngrok.yml", "authtoken: t\nconnect_cas: host\n")]);
        let config = path(&folder, "ngrok.yml");
        assert_eq!(check(&["--ngrok-config", &config], &[]).unwrap().0.ca, Authorities::System);
        let flag = check(&["--ngrok-ca", "host"], &[(NGROK_AUTHTOKEN, "t")]).unwrap().0;
        assert_eq!(flag.ca, Authorities::System);
    }

    #[test]
    fn an_error_names_the_invalid_file() {
        let folder = folder(&[
            ("broken.yml", "authtoken: [hush\n"),
            ("v6.yml", "authtoken: t\nconnect_url: '[::1]:443'\n"),
            ("proxy.yml", "authtoken: t\nproxy_url: ftp://jill:hush@p\n"),
            ("empty.pem", "hush\n"),
        ]);
        for (args, part) in [
            (["--ngrok-config", &path(&folder, "broken.yml")], "broken.yml: not a valid YAML file"),
            (["--ngrok-config", &path(&folder, "v6.yml")], "v6.yml: connect_url: an IPv6"),
            (["--ngrok-config", &path(&folder, "proxy.yml")], "proxy.yml: proxy_url: only http://"),
            (["--ngrok-config", &path(&folder, "absent.yml")], "cannot read"),
            (["--ngrok-ca", &path(&folder, "empty.pem")], "empty.pem: there is no PEM certificate"),
        ] {
            let variables = if part.contains("PEM") { &[(NGROK_AUTHTOKEN, "t")][..] } else { &[] };
            let error = check(&args, variables).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
            assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
        }
    }
}
