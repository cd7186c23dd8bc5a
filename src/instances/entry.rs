//! The file format of one running `listen`. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::http::Target;

/// The version of the file format. Files of other versions are ignored.
const VERSION: u32 = 1;

/// A running `listen`. Contains no secret token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its process id.
    pub(crate) pid: u32,
    /// The URL of its endpoint on this machine.
    pub(crate) url: String,
    /// When it started to listen.
    pub(crate) since: SystemTime,
    /// The URL of its inspector, with the token: only this user can read the file.
    pub(crate) inspector: Option<String>,
    /// The URLs of the apps that it forwards to; without credentials, which a target does not have.
    pub(crate) apps: Vec<String>,
    /// The folder of its project; `None` if an older version wrote the entry.
    pub(crate) project: Option<String>,
    /// The history file, if it is not the default one.
    pub(crate) history_file: Option<PathBuf>,
    /// Whether it stores nothing: `--no-history`.
    pub(crate) is_without_history: bool,
    /// The file with the output of a session in the background.
    pub(crate) log: Option<PathBuf>,
    /// Whether deliveries can arrive.
    pub(crate) is_ready: bool,
    /// The URL for Marketplace; `None` without a tunnel, and before the first one is open.
    pub(crate) public_url: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    pid: u32,
    url: String,
    /// RFC 3339, UTC.
    since: String,
    /// Absent in entries of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inspector: Option<String>,
    #[serde(default)]
    apps: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    history_file: Option<PathBuf>,
    #[serde(default)]
    is_without_history: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    log: Option<PathBuf>,
    #[serde(default)]
    is_ready: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
}

impl Entry {
    /// The entry of this process.
    #[must_use]
    pub(crate) fn of_process(local: SocketAddr, path: &str, since: SystemTime) -> Self {
        let url = format!("http://{}{path}", reachable(local));
        Self {
            pid: std::process::id(),
            url,
            since,
            inspector: None,
            apps: Vec::new(),
            project: None,
            history_file: None,
            is_without_history: false,
            log: None,
            is_ready: false,
            public_url: None,
        }
    }

    /// The same entry, of a session of this project that stores in this file, if that is not the default one.
    #[must_use]
    pub(crate) fn of_project(self, project: Option<String>, history_file: Option<PathBuf>) -> Self {
        Self { project, history_file, ..self }
    }

    /// The same entry, of a session that stores nothing if `is_without_history`.
    #[must_use]
    pub(crate) fn storing_nothing(self, is_without_history: bool) -> Self {
        Self { is_without_history, ..self }
    }

    /// The same entry, of a session in the background with its output in this file.
    #[must_use]
    pub(crate) fn logging_to(self, log: Option<PathBuf>) -> Self {
        Self { log, ..self }
    }

    /// The same entry, of a session that is ready, with its URL for Marketplace.
    #[must_use]
    pub(crate) fn ready_at(self, public_url: Option<String>) -> Self {
        Self { is_ready: true, public_url, ..self }
    }

    /// The same entry, of a `listen` that forwards to these apps.
    #[must_use]
    pub(crate) fn forwarding_to(self, apps: Vec<String>) -> Self {
        Self { apps, ..self }
    }

    /// The same entry, of a `listen` with an inspector at this URL.
    #[must_use]
    pub(crate) fn with_inspector(self, inspector: Option<String>) -> Self {
        Self { inspector, ..self }
    }

    /// Whether it is a session of this project. One of an older version belongs to every project, as its deliveries do.
    #[must_use]
    pub(crate) fn is_of_project(&self, project: Option<&str>) -> bool {
        self.project.is_none() || self.project.as_deref() == project
    }

    /// The path of its endpoint.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        let authority = self.url.strip_prefix("http://").unwrap_or_default();
        authority.find('/').map_or("/", |start| &authority[start..])
    }

    /// Its port.
    #[must_use]
    pub(crate) fn port(&self) -> Option<u16> {
        let authority = self.url.strip_prefix("http://")?.split('/').next()?;
        authority.parse::<SocketAddr>().ok().map(|address| address.port())
    }

    /// Whether a target is this `listen`: its port on this machine.
    #[must_use]
    pub(crate) fn is_at(&self, target: &Target) -> bool {
        target.is_loopback() && target.port().is_some() && target.port() == self.port()
    }

    /// The file's text; `None` if the time is out of range.
    pub(crate) fn to_json(&self) -> Option<String> {
        let since = Timestamp::try_from(self.since).ok()?.to_string();
        let Self {
            pid,
            url,
            since: _,
            inspector,
            apps,
            project,
            history_file,
            is_without_history,
            log,
            is_ready,
            public_url,
        } = self.clone();
        let written = Written {
            version: VERSION,
            pid,
            url,
            since,
            inspector,
            apps,
            project,
            history_file,
            is_without_history,
            log,
            is_ready,
            public_url,
        };
        serde_json::to_string(&written).ok()
    }

    /// Parses a file's text; `None` if it has another format or is incomplete.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let written: Written = serde_json::from_str(text).ok()?;
        let entry = Self {
            pid: written.pid,
            url: written.url,
            since: SystemTime::try_from(written.since.parse::<Timestamp>().ok()?).ok()?,
            inspector: written.inspector,
            apps: written.apps,
            project: written.project,
            history_file: written.history_file,
            is_without_history: written.is_without_history,
            log: written.log,
            is_ready: written.is_ready,
            public_url: written.public_url,
        };
        // The URL must have an IP address and a port, as `of_process` writes them, not a host name.
        (written.version == VERSION && entry.port().is_some()).then_some(entry)
    }
}

/// The address to connect to: for an unspecified address, which listens on all, the loopback address.
fn reachable(local: SocketAddr) -> SocketAddr {
    let host = match local.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, local.port())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn names_an_address_that_this_machine_can_reach() {
        for (local, url) in [
            ("127.0.0.1:4000", "http://127.0.0.1:4000/zoom"),
            ("0.0.0.0:4001", "http://127.0.0.1:4001/zoom"),
            ("[::]:4001", "http://[::1]:4001/zoom"),
            ("192.168.1.7:4000", "http://192.168.1.7:4000/zoom"),
        ] {
            let local: SocketAddr = local.parse().unwrap();
            let entry = Entry::of_process(local, "/zoom", UNIX_EPOCH);
            assert_eq!((entry.url.as_str(), entry.port()), (url, Some(local.port())));
            assert_eq!(entry.path(), "/zoom");
        }
    }

    #[test]
    fn parses_its_own_text_and_ignores_others() {
        let since = UNIX_EPOCH + Duration::from_nanos(1_795_507_201_000_000_007);
        let entry = Entry::of_process("127.0.0.1:4000".parse().unwrap(), "/webhook", since)
            .forwarding_to(vec!["http://localhost:3000".to_owned()])
            .of_project(Some("/home/jill/app".into()), Some("/home/jill/h.db".into()))
            .storing_nothing(true)
            .ready_at(Some("https://a.example/webhook".into()));
        let json = entry.to_json().unwrap();
        assert_eq!(Entry::parse(&json), Some(entry));
        for other in [
            &json[..20],
            "",
            "{}",
            &json.replace(r#""version":1"#, r#""version":2"#),
            &json.replace("127.0.0.1", "a.example"),
        ] {
            assert_eq!(Entry::parse(other), None, "{other}");
        }
    }
}
