//! A tunnel over the system's `ssh`: a service that gives a forwarded port a public https URL.
//!
//! `ssh` must never ask the user, because zoomhook owns the terminal. So the key of a new server is accepted, as a first
//! connection by hand would, a changed key is refused, and a question for a password gets an empty answer, which is what
//! the services without an account expect.

use std::net::SocketAddr;
use std::str::FromStr;

/// The default service.
const LOCALHOST_RUN: &str = "localhost.run";

/// The service that also works where only port 443 is open.
const PINGGY: &str = "pinggy.io";

/// Options for every server.
const OPTIONS: &[&str] = &[
    "StrictHostKeyChecking=accept-new",
    // Without the forwarding there is no tunnel.
    "ExitOnForwardFailure=yes",
    // A dead connection ends ssh within 45 s, and zoomhook starts it again.
    "ServerAliveInterval=15",
    "ServerAliveCountMax=2",
    "ConnectTimeout=15",
    // An open connection of the user's own would end ssh at once.
    "ControlPath=none",
    "NumberOfPasswordPrompts=1",
    // Windows has no program that answers the question.
    #[cfg(windows)]
    "BatchMode=yes",
];

/// The environment in which `ssh` asks a program that answers nothing, and never the terminal.
#[cfg(unix)]
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[("SSH_ASKPASS", "true"), ("SSH_ASKPASS_REQUIRE", "force")];
#[cfg(not(unix))]
pub(super) const ENVIRONMENT: &[(&str, &str)] = &[];

/// The server of a tunnel over `ssh`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshHost {
    user: Option<String>,
    host: String,
    port: Option<u16>,
    /// The port that is forwarded at the server.
    remote_port: u16,
    /// Whether the service needs no key. No key of the user is then offered to it.
    is_anonymous: bool,
}

/// Why a text is not a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write localhost.run, pinggy, or [USER@]HOST[:PORT]")]
pub struct InvalidSshHost;

impl Default for SshHost {
    fn default() -> Self {
        Self::of_service(None, LOCALHOST_RUN.to_owned(), None)
    }
}

impl FromStr for SshHost {
    type Err = InvalidSshHost;

    fn from_str(text: &str) -> Result<Self, InvalidSshHost> {
        let text = text.trim();
        let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
        let (host, port) = match host.split_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| InvalidSshHost)?)),
            None => (host, None),
        };
        // A name that begins with a hyphen would be an option of ssh.
        let is_name = |name: &str, more: &[u8]| {
            let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || more.contains(&byte);
            !name.is_empty() && !name.starts_with('-') && name.bytes().all(is_allowed)
        };
        if port == Some(0) || !is_name(host, b"-._") || !user.is_none_or(|user| is_name(user, b"-._+=")) {
            return Err(InvalidSshHost);
        }
        let host =
            if host == "pinggy" || host == PINGGY { format!("free.{PINGGY}") } else { host.to_owned() };
        Ok(Self::of_service(user.map(str::to_owned), host, port))
    }
}

impl SshHost {
    fn of_service(user: Option<String>, host: String, port: Option<u16>) -> Self {
        let is_pinggy = host.ends_with(PINGGY);
        let account = match &user {
            None if host == LOCALHOST_RUN => Some("nokey"),
            None if is_pinggy => Some("free"),
            _ => None,
        };
        Self {
            is_anonymous: account.is_some(),
            user: user.or(account.map(str::to_owned)),
            port: port.or(is_pinggy.then_some(443)),
            // pinggy chooses the port. The others give port 80 a URL.
            remote_port: if is_pinggy { 0 } else { 80 },
            host,
        }
    }

    /// The command that forwards to `local`.
    pub(super) fn command(&self, local: SocketAddr) -> Vec<String> {
        // No terminal, and neither the user's agent nor display: the server belongs to somebody else.
        let mut words = ["ssh", "-T", "-a", "-x"].map(str::to_owned).to_vec();
        let anonymous = self.is_anonymous.then_some("PubkeyAuthentication=no");
        for option in OPTIONS.iter().copied().chain(anonymous) {
            words.extend(["-o".to_owned(), option.to_owned()]);
        }
        if let Some(port) = self.port {
            words.extend(["-p".to_owned(), port.to_string()]);
        }
        words.extend(["-R".to_owned(), format!("{}:{local}", self.remote_port)]);
        words.push(match &self.user {
            Some(user) => format!("{user}@{}", self.host),
            None => self.host.clone(),
        });
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(host: &str) -> String {
        let words = host.parse::<SshHost>().unwrap().command(([127, 0, 0, 1], 4000).into());
        let options = words.iter().position(|word| word == "NumberOfPasswordPrompts=1").unwrap();
        words[options + 1..].join(" ").replace("-o BatchMode=yes ", "")
    }

    #[test]
    fn knows_what_each_service_expects() {
        for (host, end) in [
            ("localhost.run", "-o PubkeyAuthentication=no -R 80:127.0.0.1:4000 nokey@localhost.run"),
            ("me@localhost.run", "-R 80:127.0.0.1:4000 me@localhost.run"),
            ("pinggy", "-o PubkeyAuthentication=no -p 443 -R 0:127.0.0.1:4000 free@free.pinggy.io"),
            ("token+force@pro.pinggy.io", "-p 443 -R 0:127.0.0.1:4000 token+force@pro.pinggy.io"),
            ("tunnels.example.com", "-R 80:127.0.0.1:4000 tunnels.example.com"),
            ("me@tunnels.example.com:2222", "-p 2222 -R 80:127.0.0.1:4000 me@tunnels.example.com"),
        ] {
            assert_eq!(command(host), end, "{host}");
        }
        assert_eq!("localhost.run".parse(), Ok(SshHost::default()));
    }

    #[test]
    fn rejects_what_is_not_a_server() {
        for text in ["", "-oProxyCommand=x", "a@-b", "@a", "a b", "a:0", "a:x", "a:1:2", "ssh://a", "-a@b"] {
            assert_eq!(text.parse::<SshHost>(), Err(InvalidSshHost), "{text}");
        }
    }
}
