//! What one `listen` says of itself, as it is written. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The form of the file. A reader passes over those of another one.
const VERSION: u32 = 1;

/// A `listen` that runs. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its process.
    pub(crate) pid: u32,
    /// Its endpoint, as this machine reaches it.
    pub(crate) url: String,
    /// When it began to listen.
    pub(crate) since: SystemTime,
}

#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    pid: u32,
    url: String,
    /// RFC 3339, UTC.
    since: String,
}

impl Entry {
    /// That of this process.
    #[must_use]
    pub(crate) fn of_process(local: SocketAddr, path: &str, since: SystemTime) -> Self {
        Self { pid: std::process::id(), url: format!("http://{}{path}", reachable(local)), since }
    }

    /// Its port.
    #[must_use]
    pub(crate) fn port(&self) -> Option<u16> {
        let authority = self.url.strip_prefix("http://")?.split('/').next()?;
        authority.parse::<SocketAddr>().ok().map(|address| address.port())
    }

    /// The file's text; `None` for a time that no calendar has.
    pub(super) fn to_json(&self) -> Option<String> {
        let since = Timestamp::try_from(self.since).ok()?.to_string();
        let written = Written { version: VERSION, pid: self.pid, url: self.url.clone(), since };
        serde_json::to_string(&written).ok()
    }

    /// Reads it back; `None` for what is not of this form, or not whole.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let Written { version, pid, url, since } = serde_json::from_str(text).ok()?;
        let since = SystemTime::try_from(since.parse::<Timestamp>().ok()?).ok()?;
        let entry = Self { pid, url, since };
        // An address and a port, as `of_process` writes them, and no name of another machine.
        (version == VERSION && entry.port().is_some()).then_some(entry)
    }
}

/// Who listens on all addresses is reached at that of this machine itself.
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
    fn names_an_address_that_this_machine_reaches() {
        for (local, url) in [
            ("127.0.0.1:4000", "http://127.0.0.1:4000/zoom"),
            ("0.0.0.0:4001", "http://127.0.0.1:4001/zoom"),
            ("[::]:4001", "http://[::1]:4001/zoom"),
            ("192.168.1.7:4000", "http://192.168.1.7:4000/zoom"),
        ] {
            let local: SocketAddr = local.parse().unwrap();
            let entry = Entry::of_process(local, "/zoom", UNIX_EPOCH);
            assert_eq!((entry.url.as_str(), entry.port()), (url, Some(local.port())));
        }
    }

    #[test]
    fn is_read_back_and_other_texts_are_passed_over() {
        let since = UNIX_EPOCH + Duration::from_nanos(1_795_507_201_000_000_007);
        let entry = Entry::of_process("127.0.0.1:4000".parse().unwrap(), "/webhook", since);
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
