//! Reads the inspector of another session: [`follow_session`]. That session's history keeps the deliveries, and this machine
//! the follower's position.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the source: connects, reads, connects again |
//! | `events.rs` | Server-Sent Events. Pure |
//! | `delivery.rs` | a delivery as the other session sends it. Pure |
//! | `unconfirmed.rs` | what was read and is not confirmed yet |
//! | `position.rs` | the file with the position |

mod delivery;
mod events;
mod position;
mod unconfirmed;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::header::{ACCEPT, AUTHORIZATION, HOST, HeaderValue};
use hyper::{Request, StatusCode};
use serde::Deserialize;
use tokio::sync::{mpsc, watch};
use ulid::Ulid;
use zeroize::Zeroizing;

use super::reconnect::ReconnectPauses;
use super::{
    Arrived, DeliverySource, FollowStart, FollowerName, OpenFollower, SourceConnection, SourceError,
    StreamError, StreamHealth,
};
use crate::delivery::Warning;
use crate::delivery::first_id;
use crate::http::{HttpClient, HttpError, HttpStream, Proxies, Target, TlsRoots, UNTRUSTED};
use delivery::RemoteDelivery;
use events::{EventParser, ServerEvent};
use position::Position;
use unconfirmed::{RemoteReceipt, Unconfirmed};

const PATH: &str = "/api/v1/read/stream";
/// Limit on connecting, and on the head of the answer.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// The other session sends something every five seconds. Without anything for this time, the connection is dead.
const SILENT: Duration = Duration::from_secs(16);
/// The pauses between attempts to connect again.
const PAUSES: ReconnectPauses =
    ReconnectPauses { first: Duration::from_millis(200), longest: Duration::from_secs(10) };
/// Limit on the text of a refusal.
const LARGEST_REFUSAL: usize = 16 * 1024;
/// Limit on the characters of a message that the other side has written.
const LONGEST_MESSAGE: usize = 300;

/// Another session, and the right to read it. `Debug` shows no token.
#[derive(Clone)]
pub(crate) struct RemoteAccess {
    /// Its inspector, without a path.
    pub(crate) target: Target,
    /// The read token.
    pub(crate) token: Zeroizing<String>,
    /// Certificates to trust in addition to the system's, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
    /// The proxy on the way.
    pub(crate) proxies: Proxies,
}

impl fmt::Debug for RemoteAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteAccess").field("target", &self.target).finish_non_exhaustive()
    }
}

/// Who follows another session.
#[derive(Debug, Clone)]
pub(crate) struct RemoteFollow {
    /// The follower.
    pub(crate) name: FollowerName,
    /// Where it begins.
    pub(crate) start: FollowStart,
    /// The folder with the positions.
    pub(crate) positions: PathBuf,
}

/// Connects to another session, and goes on from the follower's position.
///
/// # Errors
/// [`StreamError`] if the session cannot be reached or refuses the token, or another process follows under this name.
pub(crate) async fn follow_session(
    access: &RemoteAccess,
    follow: &RemoteFollow,
) -> Result<OpenFollower, StreamError> {
    let position = Position::open(&follow.positions, &follow.name, &access.target.to_string())?;
    let known = position.read();
    let after = match follow.start {
        FollowStart::Continue => known.clone(),
        FollowStart::New => None,
        FollowStart::Since(since) => Some(first_id(since)),
    };
    let remote = RemoteSession::new(access).await?;
    let (reading, begin) = remote.open(after.as_deref()).await?;
    let (warn, warnings) = mpsc::unbounded_channel();
    if follow.start == FollowStart::Continue && known.is_some() && !begin.known {
        let _ = warn.send(Warning::StreamMissed { is_certain: false });
    }
    position.write(&begin.after);
    let (health, health_seen) = watch::channel(StreamHealth::Up);
    let source = RemoteSource {
        remote,
        name: follow.name.clone(),
        reading: Some(reading),
        read_up_to: begin.after,
        attempts: 0,
        unconfirmed: Unconfirmed::new(position),
        health,
        warn,
    };
    Ok(OpenFollower {
        source: Box::new(source),
        connection: Box::new(RemoteConnection(health_seen)),
        is_new: known.is_none(),
        behind: begin.behind,
        warnings,
    })
}

struct RemoteConnection(watch::Receiver<StreamHealth>);

impl SourceConnection for RemoteConnection {
    fn health(&self) -> watch::Receiver<StreamHealth> {
        self.0.clone()
    }

    fn flush(&self) -> BoxFuture<'_, ()> {
        // Each confirmation is written at once.
        std::future::ready(()).boxed()
    }
}

/// Where the other session begins to send.
#[derive(Debug, Deserialize)]
struct Beginning {
    /// The id to go on from if nothing comes.
    after: String,
    /// How many deliveries are there already.
    behind: u64,
    /// Whether it has the delivery that was named.
    known: bool,
}

/// What another session says when it refuses a request, or ends a stream.
#[derive(Debug, Deserialize)]
struct Refusal {
    #[serde(rename = "type")]
    kind: String,
    message: String,
}

impl Refusal {
    /// Something else may answer with JSON as well. The other side chooses the text, so that only its first line is kept.
    fn parse(text: &[u8]) -> Option<Self> {
        let Self { kind, message } =
            serde_json::from_slice(text).ok().filter(|said: &Self| said.kind == "error")?;
        let message = message.lines().next().unwrap_or_default().chars().take(LONGEST_MESSAGE).collect();
        Some(Self { kind, message })
    }
}

/// Opens streams of another session.
struct RemoteSession {
    client: HttpClient,
    authorization: HeaderValue,
    server: String,
}

impl RemoteSession {
    async fn new(access: &RemoteAccess) -> Result<Self, StreamError> {
        let server = access.target.to_string();
        let tls = if access.target.is_tls() {
            let roots = access.ca.clone().map_or(TlsRoots::System, TlsRoots::SystemAnd);
            let loaded = tokio::task::spawn_blocking(move || roots.connector()).await;
            let failed =
                |_| StreamError::Failed { what: "load certificates", reason: "interrupted".to_owned() };
            Some(loaded.map_err(failed)??)
        } else {
            None
        };
        let client = HttpClient::new(access.target.clone(), tls).with_proxies(access.proxies.clone());
        let bearer = Zeroizing::new(format!("Bearer {}", access.token.as_str()));
        let unusable = |_| StreamError::LoginUnusable {
            kind: "read token",
            reason: "it has characters that HTTP cannot send".to_owned(),
        };
        let mut authorization = HeaderValue::try_from(bearer.as_str()).map_err(unusable)?;
        authorization.set_sensitive(true);
        Ok(Self { client, authorization, server })
    }

    /// Opens a stream after a delivery; without one, it begins now.
    async fn open(&self, after: Option<&str>) -> Result<(EventReader, Beginning), StreamError> {
        let target = self.client.target();
        let mut request = Request::get(target.uri_for(PATH))
            .header(HOST, target.host())
            .header(ACCEPT, "text/event-stream")
            .header(AUTHORIZATION, self.authorization.clone());
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        // Its parts are valid.
        let request = request.body(Full::new(Bytes::new())).map_err(|error| self.unreachable(&error))?;
        let answer =
            self.client.open(request, CONNECT_LIMIT).await.map_err(|error| self.unreachable(&error))?;
        if answer.status != StatusCode::OK {
            return Err(self.refused(answer).await);
        }
        let mut reader = EventReader { answer, parser: EventParser::default() };
        let first = tokio::time::timeout(CONNECT_LIMIT, reader.next()).await;
        let first = first.map_err(|_| self.unreachable(&HttpError::TimedOut(CONNECT_LIMIT)))?;
        let first = first.map_err(|reason| self.unreachable(&reason))?;
        let begin = Some(&first).filter(|event| event.kind == "position");
        let begin = begin.and_then(|event| serde_json::from_slice::<Beginning>(&event.data).ok());
        let begin = begin.filter(|begin| Ulid::from_string(&begin.after).is_ok());
        let begin =
            begin.ok_or_else(|| StreamError::NoSession { server: self.server.clone(), status: 200 })?;
        Ok((reader, begin))
    }

    async fn refused(&self, answer: HttpStream) -> StreamError {
        let (server, status) = (self.server.clone(), answer.status);
        let text = tokio::time::timeout(CONNECT_LIMIT, answer.collect(LARGEST_REFUSAL)).await;
        let said = text.ok().and_then(Result::ok).and_then(|text| Refusal::parse(&text));
        match said {
            Some(Refusal { message, .. }) if status == StatusCode::UNAUTHORIZED => {
                StreamError::TokenRefused { reason: message }
            }
            Some(_) if status == StatusCode::MISDIRECTED_REQUEST => {
                let host = self.client.target().host_name().unwrap_or_default().to_owned();
                StreamError::HostRefused { host }
            }
            Some(Refusal { message, .. }) if status.is_client_error() => {
                StreamError::SessionRefuses { server, reason: message.trim_end_matches('.').to_owned() }
            }
            Some(Refusal { message, .. }) => self.unreachable(&message),
            None => StreamError::NoSession { server, status: status.as_u16() },
        }
    }

    fn unreachable(&self, reason: &impl fmt::Display) -> StreamError {
        let (server, reason) = (self.server.clone(), reason.to_string());
        match reason.contains(UNTRUSTED) {
            true => StreamError::SessionUntrusted { server, reason },
            false => {
                let is_loopback = self.client.target().is_loopback();
                StreamError::SessionUnreachable { server, reason, is_loopback }
            }
        }
    }
}

/// Reads the events of an answer.
struct EventReader {
    answer: HttpStream,
    parser: EventParser,
}

impl EventReader {
    /// The next event. Comments are not events, but prove that the connection is alive. Can be canceled without a loss.
    async fn next(&mut self) -> Result<ServerEvent, String> {
        loop {
            if let Some(event) = self.parser.next()? {
                return Ok(event);
            }
            match tokio::time::timeout(SILENT, self.answer.next()).await {
                Ok(Ok(Some(part))) => self.parser.push(&part),
                Ok(Ok(None)) => return Err("the connection was closed".to_owned()),
                Ok(Err(error)) => return Err(error.to_string()),
                Err(_) => return Err("nothing has come for a while".to_owned()),
            }
            // A flood of comments has no event at which the task would look at anything else.
            tokio::task::yield_now().await;
        }
    }

    /// An event that has arrived already.
    fn next_arrived(&mut self) -> Option<ServerEvent> {
        self.parser.next().ok().flatten()
    }
}

/// A follower's deliveries of another session.
struct RemoteSource {
    remote: RemoteSession,
    name: FollowerName,
    /// `None` while the connection is lost.
    reading: Option<EventReader>,
    /// The id of the last delivery that was read.
    read_up_to: String,
    /// Attempts to connect again that have failed.
    attempts: usize,
    unconfirmed: Arc<Unconfirmed>,
    health: watch::Sender<StreamHealth>,
    warn: mpsc::UnboundedSender<Warning>,
}

impl DeliverySource for RemoteSource {
    fn next(&mut self, limit: usize) -> BoxFuture<'_, Result<Vec<Arrived>, SourceError>> {
        async move {
            let mut arrived = vec![self.wait().await?];
            // What is there already is taken without waiting, so that nothing is lost if this is canceled.
            while arrived.len() < limit
                && self.unconfirmed.has_room()
                && let Some(event) = self.reading.as_mut().and_then(EventReader::next_arrived)
            {
                arrived.extend(self.take(&event));
            }
            Ok(arrived)
        }
        .boxed()
    }
}

impl RemoteSource {
    /// Waits for a delivery. The connection may be lost meanwhile, and come back.
    async fn wait(&mut self) -> Result<Arrived, SourceError> {
        loop {
            let unconfirmed = self.unconfirmed.clone();
            let event = tokio::select! {
                biased;
                (number, delivery) = unconfirmed.next_due() => return Ok(self.arrived(number, delivery)),
                event = self.read() => event?,
            };
            if let Some(arrived) = event.and_then(|event| self.take(&event)) {
                return Ok(arrived);
            }
        }
    }

    /// Reads an event once there is room for another delivery; `None` if the connection is lost.
    async fn read(&mut self) -> Result<Option<ServerEvent>, SourceError> {
        self.unconfirmed.room().await;
        let Some(reading) = &mut self.reading else {
            self.connect_again().await?;
            return Ok(None);
        };
        match reading.next().await {
            Ok(event) => Ok(Some(event)),
            Err(reason) => {
                self.lost(reason);
                Ok(None)
            }
        }
    }

    fn lost(&mut self, reason: String) {
        self.reading = None;
        self.health.send_replace(StreamHealth::Down { reason: Some(reason) });
    }

    async fn connect_again(&mut self) -> Result<(), SourceError> {
        // Counted after the pause, which may be canceled.
        tokio::time::sleep(PAUSES.before(self.attempts + 1)).await;
        self.attempts += 1;
        match self.remote.open(Some(&self.read_up_to)).await {
            Ok((reading, begin)) => {
                if !begin.known {
                    // An error means that the session ends.
                    let _ = self.warn.send(Warning::StreamMissed { is_certain: false });
                }
                self.reading = Some(reading);
                self.health.send_replace(StreamHealth::Up);
                Ok(())
            }
            Err(
                error @ (StreamError::TokenRefused { .. }
                | StreamError::HostRefused { .. }
                | StreamError::SessionRefuses { .. }),
            ) => Err(SourceError::NotAllowed(error)),
            Err(error) => {
                self.lost(match error {
                    StreamError::SessionUnreachable { reason, .. }
                    | StreamError::SessionUntrusted { reason, .. } => reason,
                    error => error.to_string(),
                });
                Ok(())
            }
        }
    }

    /// The delivery of an event; `None` for other events, and for a delivery that was read and is not confirmed yet.
    fn take(&mut self, event: &ServerEvent) -> Option<Arrived> {
        match event.kind.as_str() {
            "delivery" => {}
            "error" => {
                let said = Refusal::parse(&event.data);
                self.lost(
                    said.map_or_else(|| "the other session has an error".to_owned(), |said| said.message),
                );
                return None;
            }
            _ => return None,
        }
        let delivery = Arc::new(RemoteDelivery::parse(&event.data)?);
        // Only a connection that brings something ends the pauses between attempts.
        self.attempts = 0;
        let id = delivery.id.to_string();
        let number = self.unconfirmed.hold(&id)?;
        self.read_up_to = id;
        Some(self.arrived(number, delivery))
    }

    fn arrived(&self, number: u64, delivery: Arc<RemoteDelivery>) -> Arrived {
        Arrived {
            id: delivery.id_for(&self.name),
            received_at: delivery.received_at,
            request: Arc::new(delivery.request.clone()),
            answer: delivery.answer,
            is_retry: delivery.retry_of.is_some(),
            receipt: Arc::new(RemoteReceipt::new(self.unconfirmed.clone(), number, delivery)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn comments_show_that_a_connection_is_alive() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: Target = listener.local_addr().unwrap().to_string().parse().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_u8().await.unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
            for _ in 0..2 * SILENT.as_secs() / 5 {
                tokio::time::sleep(Duration::from_secs(5)).await;
                stream.write_all(b":\n\n").await.unwrap();
            }
            stream.write_all(b"event: late\ndata: 1\n\n").await.unwrap();
            std::future::pending::<()>().await;
        });
        let client = HttpClient::new(target, None);
        let answer = client.open(Request::new(Full::default()), CONNECT_LIMIT).await.unwrap();
        let mut reader = EventReader { answer, parser: EventParser::default() };
        tokio::time::pause();
        assert_eq!(reader.next().await.unwrap().kind, "late");
    }
}
