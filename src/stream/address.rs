//! Servers and credentials, as the user names them. Pure.

use std::fmt;
use std::str::FromStr;

use async_nats::ServerAddr;
use zeroize::Zeroizing;

/// The servers of one NATS system: `nats://host`, `tls://host:4222`; several separated by commas. `Display` shows no
/// credentials.
#[derive(Clone)]
pub(crate) struct StreamAddress {
    servers: Vec<NatsServer>,
    login: Option<StreamLogin>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NatsServer {
    is_tls: bool,
    /// An IPv6 address is in brackets.
    host: String,
    port: u16,
}

/// How the user proves who they are. `Debug` shows only the kind.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum StreamLogin {
    /// A name and a password.
    User {
        /// The name.
        name: String,
        /// The password.
        password: Zeroizing<String>,
    },
    /// A token.
    Token(Zeroizing<String>),
    /// The seed of an nkey.
    Nkey(Zeroizing<String>),
    /// The text of a `.creds` file: a JWT and the seed of its nkey.
    Credentials(Zeroizing<String>),
}

impl fmt::Debug for StreamLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl StreamLogin {
    /// What it is, for messages.
    #[must_use]
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user and password",
            Self::Token(_) => "token",
            Self::Nkey(_) => "nkey",
            Self::Credentials(_) => "credentials file",
        }
    }
}

/// Everything that is needed to connect.
#[derive(Debug, Clone)]
pub(crate) struct StreamAccess {
    /// The servers.
    pub(crate) address: StreamAddress,
    /// The credentials; `None` if the server asks for none.
    pub(crate) login: Option<StreamLogin>,
    /// Certificates to trust in addition to the system's, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
}

/// Why a text is not the address of a NATS system. The messages do not repeat it, because it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidStreamAddress {
    /// Another scheme, or none.
    #[error("write nats://HOST or tls://HOST, with a port if it is not 4222")]
    Scheme,
    /// No host, or a port that is not a number.
    #[error("this is not a host with an optional port")]
    Host,
    /// A path, a query or a fragment.
    #[error("a NATS address has no path: the app's name goes to --app")]
    Path,
    /// Several servers have different credentials.
    #[error("all servers of one NATS system take the same credentials: write them once")]
    Logins,
}

impl FromStr for StreamAddress {
    type Err = InvalidStreamAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut address = Self { servers: Vec::new(), login: None };
        for part in text.split(',').map(str::trim) {
            let (server, login) = parse_server(part)?;
            address.servers.push(server);
            match (&address.login, login) {
                (_, None) => {}
                (Some(known), Some(login)) if *known != login => return Err(InvalidStreamAddress::Logins),
                (_, login) => address.login = login,
            }
        }
        Ok(address)
    }
}

fn parse_server(text: &str) -> Result<(NatsServer, Option<StreamLogin>), InvalidStreamAddress> {
    if !["nats://", "tls://"].iter().any(|scheme| text.starts_with(scheme)) {
        return Err(InvalidStreamAddress::Scheme);
    }
    let address: ServerAddr = text.parse().map_err(|_| InvalidStreamAddress::Host)?;
    let url = address.clone().into_inner();
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(InvalidStreamAddress::Path);
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(InvalidStreamAddress::Host)?;
    let server = NatsServer { is_tls: address.tls_required(), host: host.to_owned(), port: address.port() };
    let decoded = |text: &str| Zeroizing::new(percent_decoded(text));
    let login = match (url.username(), url.password()) {
        ("", _) => None,
        (token, None) => Some(StreamLogin::Token(decoded(token))),
        (name, Some(password)) => {
            Some(StreamLogin::User { name: percent_decoded(name), password: decoded(password) })
        }
    };
    Ok((server, login))
}

/// Undoes the escapes of a URL's user and password.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = tail.get(..2).filter(|_| *first == b'%').and_then(|digits| hex::decode(digits).ok());
        match escaped {
            Some(byte) => {
                bytes.extend(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

impl StreamAddress {
    /// The credentials in the address.
    #[must_use]
    pub(crate) fn login(&self) -> Option<&StreamLogin> {
        self.login.as_ref()
    }

    /// Whether a server is reached only with TLS.
    pub(super) fn requires_tls(&self) -> bool {
        self.servers.iter().any(|server| server.is_tls)
    }

    /// The servers for the client, without credentials.
    pub(super) fn servers(&self) -> Vec<String> {
        self.servers.iter().map(ToString::to_string).collect()
    }
}

impl fmt::Display for NatsServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "tls" } else { "nats" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

/// Without credentials.
impl fmt::Display for StreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.servers().join(","))
    }
}

/// Without credentials.
impl fmt::Debug for StreamAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(String, Option<StreamLogin>), InvalidStreamAddress> {
        text.parse::<StreamAddress>().map(|address| (address.to_string(), address.login.clone()))
    }

    #[test]
    fn shows_servers_without_credentials() {
        let token = |text: &str| Some(StreamLogin::Token(Zeroizing::new(text.to_owned())));
        for (text, shown, login) in [
            ("nats://localhost", "nats://localhost:4222", None),
            ("tls://nats.example.com:4443/", "tls://nats.example.com:4443", None),
            ("nats://[::1]:1,nats://b:2", "nats://[::1]:1,nats://b:2", None),
            ("nats://hush@a", "nats://a:4222", token("hush")),
            ("nats://hu%40sh@a,nats://b", "nats://a:4222,nats://b:4222", token("hu@sh")),
        ] {
            assert_eq!(parse(text).unwrap(), (shown.to_owned(), login), "{text}");
        }
        let address: StreamAddress = "nats://maria:hush@a".parse().unwrap();
        assert!(matches!(&address.login, Some(StreamLogin::User { name, .. }) if name == "maria"));
        assert!(!format!("{address} {address:?} {:?}", address.login).contains("hush"));
    }

    #[test]
    fn rejects_other_texts_and_does_not_repeat_them() {
        use InvalidStreamAddress::{Host, Logins, Path, Scheme};
        for (text, error) in [
            ("localhost:4222", Scheme),
            ("https://a", Scheme),
            ("ws://a", Scheme),
            ("", Scheme),
            ("nats://", Host),
            ("nats://a:port", Host),
            ("nats://a/acme", Path),
            ("nats://a?x", Path),
            ("nats://one@a,nats://two@b", Logins),
        ] {
            assert_eq!(parse(text).unwrap_err(), error, "{text}");
        }
    }
}
