//! [`StreamConnection`]: the connection to the NATS system, and what becomes of it. The client reconnects by itself.

use std::time::Duration;

use async_nats::jetstream::{self, context};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event, ServerError};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::reconnect::ReconnectPauses;
use super::{SourceConnection, StreamAccess, StreamError, StreamHealth, StreamLogin};
use crate::http::TlsRoots;
use crate::system_words::without_numbers;

/// Limit on connecting to one server.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Limit on a request to JetStream. A cluster that has lost its leader needs a few seconds for another one.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);
/// A connection without a sign of life is given up after two of them.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// The pauses between attempts to reconnect.
const PAUSES: ReconnectPauses =
    ReconnectPauses { first: Duration::from_millis(100), longest: Duration::from_secs(4) };
/// Limit on what is left to send at the end.
const FLUSH_LIMIT: Duration = Duration::from_secs(1);

/// A connection to a NATS system. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct StreamConnection {
    pub(super) client: Client,
    pub(super) context: jetstream::Context,
    server: String,
    health: watch::Receiver<StreamHealth>,
    denials: watch::Receiver<String>,
}

impl StreamConnection {
    /// Connects. `purpose` is shown in the server's list of connections.
    ///
    /// # Errors
    /// [`StreamError`] if no server accepts the connection, or not with these credentials.
    pub(crate) async fn open(access: &StreamAccess, purpose: &str) -> Result<Self, StreamError> {
        let (health_sender, health) = watch::channel(StreamHealth::Up);
        let (denial_sender, denials) = watch::channel(String::new());
        let options = ConnectOptions::new()
            .name(format!("zoomhook {} {purpose}", env!("CARGO_PKG_VERSION")))
            .connection_timeout(CONNECT_LIMIT)
            .ping_interval(PING_INTERVAL)
            .reconnect_delay_callback(|attempt| PAUSES.before(attempt))
            .event_callback(move |event| {
                observe(&event, &health_sender, &denial_sender);
                std::future::ready(())
            });
        let options = with_login(options, access.login.as_ref())?;
        let options = with_tls(options, access).await?;
        let server = access.address.to_string();
        let client = options.connect(access.address.servers()).await.map_err(|error| {
            let (server, login) = (server.clone(), access.login.as_ref().map(StreamLogin::kind));
            match error.kind() {
                ConnectErrorKind::AuthorizationViolation => StreamError::LoginRefused { server, login },
                ConnectErrorKind::Authentication => StreamError::LoginUnusable {
                    kind: login.unwrap_or("login"),
                    reason: "it does not fit the server's question".to_owned(),
                },
                _ => match without_numbers(&deepest(&error)) {
                    reason if reason.contains("certificate") => StreamError::Untrusted { server, reason },
                    reason => StreamError::Unreachable { server, reason },
                },
            }
        })?;
        let context = context::ContextBuilder::new().timeout(REQUEST_LIMIT).build(client.clone());
        Ok(Self { client, context, server, health, denials })
    }

    /// The servers, without credentials.
    #[must_use]
    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// Waits until the connection is up.
    pub(super) async fn is_up(&self) {
        // An error means that the client is gone, and nothing can be sent.
        if self.health.clone().wait_for(|health| *health == StreamHealth::Up).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Runs a request to the server. The server reports a lack of permission apart from the request, which would then
    /// wait for its time limit.
    pub(super) async fn ask<T, E: Into<RequestFailure>>(
        &self,
        what: &'static str,
        request: impl Future<Output = Result<T, E>>,
    ) -> Result<T, StreamError> {
        let mut denials = self.denials.clone();
        denials.mark_unchanged();
        tokio::select! {
            biased;
            result = request => result.map_err(|error| error.into().at(self, what)),
            Ok(()) = denials.changed() => {
                let reason = denials.borrow().clone();
                Err(StreamError::NotAllowed { server: self.server.clone(), what, reason })
            }
        }
    }

    /// Waits until the server refuses to let this user publish to a subject, or receive an answer.
    pub(super) fn denial(&self, subject: &str) -> impl Future<Output = String> + use<> {
        let mut denials = self.denials.clone();
        denials.mark_unchanged();
        let subject = format!("\"{subject}\"");
        async move {
            loop {
                if denials.changed().await.is_err() {
                    return std::future::pending().await;
                }
                let denial = denials.borrow().clone();
                if denial.contains(&subject) || denial.contains("Subscription") {
                    return denial;
                }
            }
        }
    }
}

impl SourceConnection for StreamConnection {
    fn health(&self) -> watch::Receiver<StreamHealth> {
        self.health.clone()
    }

    fn flush(&self) -> BoxFuture<'_, ()> {
        // What is not sent is acknowledged in the next session.
        tokio::time::timeout(FLUSH_LIMIT, self.client.flush()).map(drop).boxed()
    }
}

/// The failure of a request to JetStream.
#[derive(Debug)]
pub(super) enum RequestFailure {
    /// Nobody answers: JetStream is not enabled.
    NoJetStream,
    /// JetStream answered with an error.
    JetStream(jetstream::Error),
    /// Any other failure.
    Other(String),
}

impl RequestFailure {
    fn at(self, connection: &StreamConnection, what: &'static str) -> StreamError {
        let server = connection.server.clone();
        match self {
            Self::NoJetStream => StreamError::NoJetStream { server },
            Self::JetStream(error) if is_missing_jetstream(error.error_code()) => {
                StreamError::NoJetStream { server }
            }
            Self::JetStream(error) => StreamError::Failed { what, reason: error.to_string() },
            Self::Other(reason) => StreamError::Failed { what, reason },
        }
    }
}

fn is_missing_jetstream(code: jetstream::ErrorCode) -> bool {
    [jetstream::ErrorCode::JETSTREAM_NOT_ENABLED, jetstream::ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT]
        .contains(&code)
}

/// The cause at the end of a chain of errors. The client's own words say only in which step it failed.
pub(super) fn deepest(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

fn observe(event: &Event, health: &watch::Sender<StreamHealth>, denials: &watch::Sender<String>) {
    let down = |reason: Option<String>| {
        health.send_if_modified(|known| {
            let now = StreamHealth::Down { reason: reason.clone() };
            // A reason stays until there is another one.
            let is_news = *known == StreamHealth::Up || (reason.is_some() && *known != now);
            if is_news {
                *known = now;
            }
            is_news
        });
    };
    match event {
        Event::Connected => {
            health.send_if_modified(|known| std::mem::replace(known, StreamHealth::Up) != StreamHealth::Up);
        }
        Event::Disconnected | Event::Closed => down(None),
        Event::ServerError(ServerError::AuthorizationViolation) => {
            down(Some("the server no longer accepts the credentials".to_owned()));
        }
        Event::ServerError(ServerError::Other(text)) if text.contains("Permissions Violation") => {
            denials.send_replace(text.clone());
        }
        Event::ServerError(_)
        | Event::ClientError(_)
        | Event::LameDuckMode
        | Event::Draining
        | Event::SlowConsumer(_) => {}
    }
}

fn with_login(options: ConnectOptions, login: Option<&StreamLogin>) -> Result<ConnectOptions, StreamError> {
    Ok(match login {
        None => options,
        Some(StreamLogin::User { name, password }) => {
            options.user_and_password(name.clone(), password.to_string())
        }
        Some(StreamLogin::Token(token)) => options.token(token.to_string()),
        Some(StreamLogin::Nkey(seed)) => options.nkey(seed.trim().to_owned()),
        Some(login @ StreamLogin::Credentials(text)) => {
            // The client's error may repeat a part of the file.
            options.credentials(text).map_err(|_| StreamError::LoginUnusable {
                kind: login.kind(),
                reason: "it has no JWT and seed in the form of a .creds file".to_owned(),
            })?
        }
    })
}

/// A server may ask for TLS although its address says `nats://`, so the certificates are always loaded.
async fn with_tls(options: ConnectOptions, access: &StreamAccess) -> Result<ConnectOptions, StreamError> {
    let is_needed = access.address.requires_tls() || access.ca.is_some();
    let roots = access.ca.clone().map_or(TlsRoots::System, TlsRoots::SystemAnd);
    let loaded = tokio::task::spawn_blocking(move || roots.connector()).await;
    let options = options.require_tls(access.address.requires_tls());
    match loaded {
        Ok(Ok(connector)) => Ok(options.tls_client_config((**connector.config()).clone())),
        Ok(Err(error)) if is_needed => Err(error.into()),
        Ok(Err(_)) | Err(_) => Ok(options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_backoff_grows_to_its_limit() {
        let pauses = [1, 2, 3, 4, 20, usize::MAX].map(|attempt| PAUSES.before(attempt).as_millis());
        assert_eq!(pauses, [0, 200, 400, 800, 4_000, 4_000]);
    }

    #[test]
    fn a_reason_for_a_lost_connection_stays_until_there_is_another() {
        let (health, seen) = watch::channel(StreamHealth::Up);
        let denials = watch::channel(String::new()).0;
        let reason = || match &*seen.borrow() {
            StreamHealth::Up => None,
            StreamHealth::Down { reason } => Some(reason.clone()),
        };
        observe(&Event::Disconnected, &health, &denials);
        assert_eq!(reason(), Some(None));
        observe(&Event::ServerError(ServerError::AuthorizationViolation), &health, &denials);
        observe(&Event::Disconnected, &health, &denials);
        assert!(reason().unwrap().unwrap().contains("credentials"));
        observe(&Event::Connected, &health, &denials);
        assert_eq!(reason(), None);
        let denied =
            Event::ServerError(ServerError::Other("Permissions Violation for Publish to \"a\"".into()));
        observe(&denied, &health, &denials);
        assert!(denials.borrow().contains("\"a\""));
    }
}
