//! The file format of one running `listen`. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::http::Target;

/// The version of the file format. Files of other versions are ignored.
const VERSION: u32 = 1;

/// A running `listen`. Contains no secret token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its process id.
    pub(crate) pid: u32,
    /// The URL of its endpoint on this machine.
    pub(crate) url: String,
    /// When it started to listen.
    #[serde(with = "rfc3339")]
    pub(crate) since: SystemTime,
    /// The URL of its inspector, with the token: only this user can read the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) inspector: Option<String>,
    /// The URLs of the apps that it forwards to; without credentials, which a target does not have.
    #[serde(default)]
    pub(crate) apps: Vec<String>,
    /// The folder of its project; `None` if an older version wrote the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) project: Option<String>,
    /// The history file, if it is not the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) history_file: Option<PathBuf>,
    /// Whether it stores nothing: `--no-history`.
    #[serde(default)]
    pub(crate) is_without_history: bool,
    /// The file with the output of a session in the background.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<PathBuf>,
    /// Whether deliveries can arrive.
    #[serde(default)]
    pub(crate) is_ready: bool,
    /// The kind of its tunnel, as `--tunnel` has it; `None` if an older version wrote the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tunnel: Option<String>,
    /// The URL for Marketplace; `None` without a tunnel, and before the first one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) public_url: Option<String>,
}

/// The file: an entry and the version of its format.
#[derive(Serialize, Deserialize)]
struct Written<E> {
    version: u32,
    #[serde(flatten)]
    entry: E,
}

/// A time as RFC 3339 in UTC.
mod rfc3339 {
    use std::time::SystemTime;

    use jiff::Timestamp;
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Timestamp::try_from(*time).map_err(S::Error::custom)?)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
        let time: Timestamp = String::deserialize(deserializer)?.parse().map_err(D::Error::custom)?;
        SystemTime::try_from(time).map_err(D::Error::custom)
    }
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
            tunnel: None,
            public_url: None,
        }
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
        serde_json::to_string(&Written { version: VERSION, entry: self }).ok()
    }

    /// Parses a file's text; `None` if it has another format or is incomplete.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let Written { version, entry } = serde_json::from_str::<Written<Self>>(text).ok()?;
        // The URL must have an IP address and a port, as `of_process` writes them, not a host name.
        (version == VERSION && entry.port().is_some()).then_some(entry)
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
        let entry = Entry {
            apps: vec!["http://localhost:3000".to_owned()],
            project: Some("/home/jill/app".into()),
            history_file: Some("/home/jill/h.db".into()),
            is_without_history: true,
            is_ready: true,
            public_url: Some("https://a.example/webhook".into()),
            ..Entry::of_process("127.0.0.1:4000".parse().unwrap(), "/webhook", since)
        };
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
