//! What can go wrong with a stream: [`StreamError`].

use crate::http::TlsRootsError;

/// Why a stream cannot be used. The messages contain no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StreamError {
    /// No server accepts the connection.
    #[error("cannot connect to {server}: {reason}")]
    Unreachable {
        /// The servers.
        server: String,
        /// The reason.
        reason: String,
    },
    /// The certificate of the server is not trusted.
    #[error("{server} has a certificate that is not trusted: {reason}")]
    Untrusted {
        /// The servers.
        server: String,
        /// The reason.
        reason: String,
    },
    /// The server does not accept the credentials.
    #[error("{server} {}", refused_login(*.login))]
    LoginRefused {
        /// The servers.
        server: String,
        /// What was given; `None` if nothing.
        login: Option<&'static str>,
    },
    /// The credentials have another form.
    #[error("the {kind} cannot be used: {reason}")]
    LoginUnusable {
        /// What it is.
        kind: &'static str,
        /// The reason, without the credentials.
        reason: String,
    },
    /// No certificates can be loaded.
    #[error(transparent)]
    Roots(#[from] TlsRootsError),
    /// The server has no JetStream.
    #[error("{server} has no JetStream, which keeps the deliveries")]
    NoJetStream {
        /// The servers.
        server: String,
    },
    /// The server does not allow this user to do it.
    #[error("{server} does not allow this user to {what}: {reason}")]
    NotAllowed {
        /// The servers.
        server: String,
        /// What was tried, as a verb phrase.
        what: &'static str,
        /// The server's text.
        reason: String,
    },
    /// There is no stream for this app.
    #[error("{server} has no stream for the app {app} ({stream})")]
    NoStream {
        /// The servers.
        server: String,
        /// The app.
        app: String,
        /// The stream.
        stream: String,
    },
    /// The stream that there is would lose deliveries, or does not take them.
    #[error("the stream {stream} cannot be used: {reason}")]
    Unsuitable {
        /// The stream.
        stream: String,
        /// The reason.
        reason: String,
    },
    /// Nobody answers at the address of another session.
    #[error("cannot reach the session at {server}: {reason}")]
    SessionUnreachable {
        /// The address.
        server: String,
        /// The reason.
        reason: String,
        /// Whether the address is on this machine.
        is_loopback: bool,
    },
    /// The certificate at the address of another session is not trusted.
    #[error("cannot reach the session at {server}: {reason}")]
    SessionUntrusted {
        /// The address.
        server: String,
        /// The reason.
        reason: String,
    },
    /// The other session does not accept the read token.
    #[error("the other session does not accept the read token")]
    TokenRefused {
        /// What it answers: a sentence.
        reason: String,
    },
    /// The inspector of the other session does not accept the host name of the address.
    #[error("the inspector does not accept the host name {host}")]
    HostRefused {
        /// The name, without a port.
        host: String,
    },
    /// The other session refuses to send its events for another reason.
    #[error("{server} does not share its events: {reason}")]
    SessionRefuses {
        /// The address.
        server: String,
        /// What it says.
        reason: String,
    },
    /// Something else answers at the address.
    #[error("{server} is not the inspector of a session: it answers {status}")]
    NoSession {
        /// The address.
        server: String,
        /// The status.
        status: u16,
    },
    /// Another process reads under this name, and its position would move.
    #[error("another process follows as {name} right now, so its position cannot be changed")]
    NameInUse {
        /// The name.
        name: String,
    },
    /// Another process follows the same session under this name.
    #[error("another process already follows {server} as {name}")]
    AlreadyFollowed {
        /// The address.
        server: String,
        /// The name.
        name: String,
    },
    /// There is no such follower.
    #[error("nobody has followed as {name}")]
    NoFollower {
        /// The name.
        name: String,
    },
    /// Any other failure.
    #[error("cannot {what}: {reason}")]
    Failed {
        /// What was tried, as a verb phrase.
        what: &'static str,
        /// The reason.
        reason: String,
    },
}

fn refused_login(login: Option<&'static str>) -> String {
    match login {
        Some(kind) => format!("does not accept the {kind}"),
        None => "asks for credentials".to_owned(),
    }
}
