//! Parses the configuration file of ngrok's agent, so that zoomhook works wherever `ngrok` is set up. The entry points
//! are [`parse`] and [`default_path`].
//!
//! Pure: the caller reads the file, looks up the environment, and decides on precedence.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny};
use zeroize::Zeroizing;

/// The settings that zoomhook reads from the agent's file. `Debug` does not show the authtoken.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// The account's authtoken.
    pub authtoken: Option<Zeroizing<String>>,
    /// The server that the agent connects to, as `host:port`.
    pub connect_url: Option<String>,
    /// Certificate authorities for that connection: `trusted` (ngrok's own), `host` (the system's) or the path of a PEM
    /// file.
    pub connect_cas: Option<String>,
    /// The proxy for that connection. May contain a password.
    pub proxy_url: Option<Zeroizing<String>>,
    /// The version of the file's format; `None` for version 1, which has none.
    pub version: Option<String>,
}

impl fmt::Debug for ConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigFile")
            .field("authtoken", &self.authtoken.as_ref().map(|_| "[authtoken]"))
            .field("connect_url", &self.connect_url)
            .field("connect_cas", &self.connect_cas)
            .finish_non_exhaustive()
    }
}

/// The file is not YAML, or not a mapping. The error has only the position, because the parser's message may quote the
/// authtoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid YAML file: look at line {line}, column {column}")]
pub struct ConfigFileError {
    /// The line, from 1; 0 if unknown.
    pub line: u64,
    /// The column, from 1; 0 if unknown.
    pub column: u64,
}

/// The file's structure: version 2 has the members at the top, version 3 under `agent:`.
#[derive(Deserialize)]
struct Written {
    #[serde(default, deserialize_with = "lenient")]
    agent: Option<Agent>,
    /// A number or a string.
    #[serde(default, deserialize_with = "lenient")]
    version: Option<WrittenVersion>,
    #[serde(flatten)]
    top: Section,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenVersion {
    Number(u64),
    Text(String),
}

/// The mapping under `agent:`. Flattened, so that serde accepts neither a list nor numbers as member names.
#[derive(Default, Deserialize)]
struct Agent {
    #[serde(flatten)]
    members: Section,
}

/// The members that zoomhook reads. ngrok renamed some of them; both names are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Section {
    #[serde(deserialize_with = "lenient")]
    authtoken: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    connect_url: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    server_addr: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    connect_cas: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    root_cas: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    proxy_url: Option<Zeroizing<String>>,
    #[serde(deserialize_with = "lenient")]
    http_proxy: Option<Zeroizing<String>>,
}

/// Deserializes a member; `None` if it has another type than expected.
fn lenient<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Member<T> {
        Expected(T),
        Other(IgnoredAny),
    }
    Ok(match Member::deserialize(deserializer)? {
        Member::Expected(value) => Some(value),
        Member::Other(_) => None,
    })
}

/// Parses the text of an `ngrok.yml`, version 2 or 3. Ignores unknown members and members of unexpected types, because
/// the file belongs to ngrok's agent.
///
/// # Errors
/// [`ConfigFileError`] when the text is not YAML or not a mapping.
pub fn parse(text: &str) -> Result<ConfigFile, ConfigFileError> {
    let written: Option<Written> = serde_saphyr::from_str(text).map_err(|error| {
        let place = error.location();
        ConfigFileError {
            line: place.map_or(0, |place| place.line()),
            column: place.map_or(0, |place| place.column()),
        }
    })?;
    Ok(written.map(ConfigFile::from).unwrap_or_default())
}

impl From<Written> for ConfigFile {
    /// Version 3 takes precedence.
    fn from(Written { agent, version, top }: Written) -> Self {
        type Member = fn(&Section) -> &Option<Zeroizing<String>>;
        let sections = [agent.unwrap_or_default().members, top];
        let find = |members: &[Member]| {
            let mut found = sections.iter().flat_map(|section| members.iter().map(move |of| of(section)));
            found.find_map(|text| text.as_deref().map(|text| text.trim()).filter(|text| !text.is_empty()))
        };
        Self {
            authtoken: find(&[|s| &s.authtoken]).map(|token| Zeroizing::new(token.to_owned())),
            connect_url: find(&[|s| &s.connect_url, |s| &s.server_addr]).map(str::to_owned),
            connect_cas: find(&[|s| &s.connect_cas, |s| &s.root_cas]).map(str::to_owned),
            proxy_url: find(&[|s| &s.proxy_url, |s| &s.http_proxy]).map(|url| Zeroizing::new(url.to_owned())),
            version: version.map(|version| match version {
                WrittenVersion::Number(number) => number.to_string(),
                WrittenVersion::Text(text) => text,
            }),
        }
    }
}

/// The default path of the agent's file on this system; `None` if the environment variables are missing. `env` looks up
/// a variable.
#[must_use]
pub fn default_path(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    if cfg!(windows) {
        windows_path(env)
    } else if cfg!(target_os = "macos") {
        macos_path(env)
    } else {
        xdg_path(env)
    }
}

fn xdg_path(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let config = directory(&env, "XDG_CONFIG_HOME")
        // The XDG specification requires ignoring a relative path.
        .filter(|path| path.is_absolute())
        .or_else(|| Some(directory(&env, "HOME")?.join(".config")))?;
    Some(in_config_directory(&config))
}

fn macos_path(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    Some(in_config_directory(&directory(&env, "HOME")?.join("Library").join("Application Support")))
}

fn windows_path(env: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let local = directory(&env, "LOCALAPPDATA")
        .or_else(|| Some(directory(&env, "USERPROFILE")?.join("AppData").join("Local")))?;
    Some(in_config_directory(&local))
}

/// An empty variable counts as unset.
fn directory(env: &impl Fn(&str) -> Option<String>, name: &str) -> Option<PathBuf> {
    env(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn in_config_directory(config: &Path) -> PathBuf {
    config.join("ngrok").join("ngrok.yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(file: &ConfigFile) -> Option<&str> {
        file.authtoken.as_ref().map(|token| token.as_str())
    }

    #[test]
    fn reads_version_2_with_its_members_at_the_top() {
        let text =
            "version: \"2\"\nauthtoken: 2abc_DEF\nserver_addr: tunnel.example.com:443\nroot_cas: host\n";
        let file = parse(text).unwrap();
        assert_eq!(token(&file), Some("2abc_DEF"));
        assert_eq!(file.connect_url.as_deref(), Some("tunnel.example.com:443"));
        assert_eq!(file.connect_cas.as_deref(), Some("host"));
    }

    #[test]
    fn reads_version_3_with_its_members_under_agent() {
        let text = "version: 3\nagent:\n  authtoken: 3abc_DEF\n  connect_url: connect.example.com:443\n  \
                    connect_cas: /etc/ca.pem\n  proxy_url: socks5://p:1\nendpoints:\n  - name: web\n    upstream: {url: 80}\n";
        let file = parse(text).unwrap();
        assert_eq!(token(&file), Some("3abc_DEF"));
        assert_eq!(file.connect_url.as_deref(), Some("connect.example.com:443"));
        assert_eq!(file.connect_cas.as_deref(), Some("/etc/ca.pem"));
        assert_eq!(file.proxy_url.as_deref().map(String::as_str), Some("socks5://p:1"));
    }

    #[test]
    fn ignores_malformed_and_unknown_members() {
        for text in
            ["", "# nothing\n", "agent: none\n", "agent: [1, 2]\nauthtoken: {a: b}\n", "1: 2\ntrue: ~\n"]
        {
            assert_eq!(parse(text).unwrap(), ConfigFile::default(), "{text:?}");
        }
        assert_eq!(token(&parse("agent: 7\nauthtoken: \" top \"\n").unwrap()), Some("top"));
        for odd in ["authtoken: 7", "? [a]\n  : b", "1: 2", "0: 2", "authtoken: \" \"", "authtoken:", "[a]"] {
            let text = format!(
                "agent:\n  {odd}\nauthtoken: top\nserver_addr: a:1\nconnect_url: b:2\n1: c\ntrue: d\n"
            );
            let file = parse(&text).unwrap();
            assert_eq!((token(&file), file.connect_url.as_deref()), (Some("top"), Some("b:2")), "{odd}");
        }
    }

    #[test]
    fn an_error_has_the_position_and_not_the_token() {
        let error = parse("authtoken: 2abc_DEF\n  log: [2abc_DEF\n").unwrap_err();
        assert!(error.line >= 1 && error.column >= 1, "{error}");
        assert!(!format!("{error} {error:?}").contains("2abc"));
        for text in ["2abc_DEF", "- 2abc_DEF", "7"] {
            assert_eq!(parse(text).unwrap_err(), ConfigFileError { line: 1, column: 1 }, "{text}");
        }
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let shown = format!("{:?}", parse("authtoken: 2abc_DEF").unwrap());
        assert!(shown.contains("[authtoken]") && !shown.contains("2abc"), "{shown}");
    }

    #[test]
    fn finds_the_default_path_of_each_system() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string())
        };
        let join = |parts: &[&str]| Some(parts.iter().collect::<PathBuf>());
        let home = [("HOME", "/h"), ("XDG_CONFIG_HOME", "")].as_slice();
        assert_eq!(xdg_path(env(home)), join(&["/h", ".config", "ngrok", "ngrok.yml"]));
        assert_eq!(
            xdg_path(env(&[("HOME", "/h"), ("XDG_CONFIG_HOME", "not/absolute")])),
            xdg_path(env(home))
        );
        assert_eq!(
            macos_path(env(home)),
            join(&["/h", "Library", "Application Support", "ngrok", "ngrok.yml"])
        );
        assert_eq!(windows_path(env(&[("LOCALAPPDATA", "/l")])), join(&["/l", "ngrok", "ngrok.yml"]));
        assert_eq!(
            windows_path(env(&[("USERPROFILE", "/u")])),
            join(&["/u", "AppData", "Local", "ngrok", "ngrok.yml"])
        );
        assert_eq!(default_path(env(&[])), None);
    }

    #[cfg(not(windows))]
    #[test]
    fn xdg_config_home_takes_precedence_over_home() {
        let env = |name: &str| Some(if name == "HOME" { "/h" } else { "/x" }.to_owned());
        assert_eq!(xdg_path(env), Some(PathBuf::from("/x/ngrok/ngrok.yml")));
    }
}
