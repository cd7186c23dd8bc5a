//! Reads an app's stream: [`follow`]. Each follower has a durable consumer, in which the server keeps its position.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::pull::{Config, MessagesErrorKind};
use async_nats::jetstream::consumer::{AckPolicy, Consumer, DeliverPolicy, Info, pull};
use async_nats::jetstream::context::ConsumerInfoErrorKind;
use async_nats::jetstream::message::Acker;
use async_nats::jetstream::stream::{ConsumerErrorKind, Stream};
use async_nats::jetstream::{self, ErrorCode};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};

use super::connect::RequestFailure;
use super::message::StoredMessage;
use super::names::id_at_follower;
use super::{
    AppName, Arrived, DeliverySource, FollowerName, Receipt, SourceError, StreamConnection, StreamError,
    set_up,
};

/// Limit on the deliveries that a follower has not confirmed. While its app is down, no more are sent, so its memory is
/// bounded. It is less than the room in the queue for an app.
const UNCONFIRMED: i64 = 512;
/// Without a sign of life for a delivery in this time, the server sends it again: to this process, or to another one of
/// the same name. A session gives three in that time. After a crash, a user waits this long.
const CONFIRM_WITHIN: Duration = Duration::from_secs(6);
/// The server forgets a follower that was not there for this long.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);
/// The server ends a request for deliveries after this time, and answers at least every `HEARTBEAT` before.
const REQUEST_FOR: Duration = Duration::from_secs(30);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Deliveries that are asked for at once.
const BATCH: usize = 128;
/// The pause after a failure.
const PAUSE: Duration = Duration::from_millis(500);

/// Who follows what.
#[derive(Debug, Clone)]
pub(crate) struct Follow {
    /// The app.
    pub(crate) app: AppName,
    /// The follower.
    pub(crate) name: FollowerName,
    /// Where it begins.
    pub(crate) start: FollowStart,
}

/// Where a follower begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FollowStart {
    /// Where it ended; the first time, with what comes from now on.
    Continue,
    /// With what was published since this time.
    Since(SystemTime),
    /// With what comes from now on.
    New,
}

/// A follower's position at the start.
#[derive(Debug)]
pub(crate) struct OpenFollower {
    /// Its deliveries.
    pub(crate) source: JetStreamSource,
    /// Whether the server did not know the name.
    pub(crate) is_new: bool,
    /// The number of deliveries that it has not confirmed yet.
    pub(crate) behind: u64,
    /// Whether deliveries that it had not read are no longer in the stream.
    pub(crate) has_missed: bool,
}

/// Opens the follower's consumer, and creates it if the server does not know the name.
///
/// # Errors
/// [`StreamError`] if there is no stream, or the server does not allow it.
pub(crate) async fn follow(
    connection: StreamConnection,
    follow: &Follow,
) -> Result<OpenFollower, StreamError> {
    let stream = set_up::existing(&connection, &follow.app).await?;
    let known = find(&connection, &stream, &follow.name).await?;
    let first_stored = stream.cached_info().state.first_sequence;
    let has_missed = known.as_ref().is_some_and(|known| {
        follow.start == FollowStart::Continue && known.delivered.stream_sequence + 1 < first_stored
    });
    let is_new = known.is_none();
    let consumer = match (known, follow.start) {
        (Some(_), FollowStart::Continue) => open(&connection, &stream, &follow.name).await?,
        (known, start) => {
            if let Some(known) = known {
                forget(&connection, &stream, &known).await?;
            }
            create(&connection, &stream, &follow.name, start).await?
        }
    };
    let info = consumer.cached_info();
    // Server 2.9 counts one that was given back twice. There cannot be more than the stream has after the last confirmed.
    let at_most = stream.cached_info().state.last_sequence.saturating_sub(info.ack_floor.stream_sequence);
    let behind = (info.num_pending + info.num_ack_pending as u64).min(at_most);
    let messages =
        messages(&consumer).await.map_err(|reason| StreamError::Failed { what: "follow", reason })?;
    let source = JetStreamSource {
        connection,
        app: follow.app.clone(),
        name: follow.name.clone(),
        consumer,
        messages,
    };
    Ok(OpenFollower { source, is_new, behind, has_missed })
}

/// What the server knows about a follower.
pub(super) async fn find(
    connection: &StreamConnection,
    stream: &Stream,
    name: &FollowerName,
) -> Result<Option<Info>, StreamError> {
    let found = async {
        match stream.consumer_info(name.as_str()).await {
            Ok(info) => Ok(Some(info)),
            Err(error) if is_not_found(&error.kind()) => Ok(None),
            Err(error) => Err(error),
        }
    };
    connection.ask("read the position of the follower", found).await
}

fn is_not_found(error: &ConsumerInfoErrorKind) -> bool {
    match error {
        ConsumerInfoErrorKind::NotFound | ConsumerInfoErrorKind::StreamNotFound => true,
        ConsumerInfoErrorKind::JetStream(error) => {
            [ErrorCode::CONSUMER_NOT_FOUND, ErrorCode::STREAM_NOT_FOUND].contains(&error.error_code())
        }
        _ => false,
    }
}

async fn open(
    connection: &StreamConnection,
    stream: &Stream,
    name: &FollowerName,
) -> Result<Consumer<Config>, StreamError> {
    let opened = async {
        let found = stream.get_consumer::<Config>(name.as_str()).await;
        found.map_err(|error| RequestFailure::Other(error.to_string()))
    };
    connection.ask("open the follower", opened).await
}

/// Deletes a follower's position.
async fn forget(connection: &StreamConnection, stream: &Stream, known: &Info) -> Result<(), StreamError> {
    if known.num_waiting > 0 {
        return Err(StreamError::NameInUse { name: known.name.clone() });
    }
    connection.ask("move the follower", stream.delete_consumer(&known.name)).await.map(|_| ())
}

async fn create(
    connection: &StreamConnection,
    stream: &Stream,
    name: &FollowerName,
    start: FollowStart,
) -> Result<Consumer<Config>, StreamError> {
    let config = Config {
        durable_name: Some(name.to_string()),
        deliver_policy: match start {
            FollowStart::Continue | FollowStart::New => DeliverPolicy::New,
            FollowStart::Since(since) => DeliverPolicy::ByStartTime { start_time: since.into() },
        },
        ack_policy: AckPolicy::Explicit,
        ack_wait: CONFIRM_WITHIN,
        max_ack_pending: UNCONFIRMED,
        inactive_threshold: FORGOTTEN_AFTER,
        ..Config::default()
    };
    connection.ask("create the follower", stream.create_consumer(config)).await
}

async fn messages(consumer: &Consumer<Config>) -> Result<pull::Stream, String> {
    let request = consumer.stream().max_messages_per_batch(BATCH).heartbeat(HEARTBEAT).expires(REQUEST_FOR);
    request.messages().await.map_err(|error| error.to_string())
}

impl From<jetstream::context::ConsumerInfoError> for RequestFailure {
    fn from(error: jetstream::context::ConsumerInfoError) -> Self {
        match error.kind() {
            ConsumerInfoErrorKind::JetStream(error) => Self::JetStream(error),
            ConsumerInfoErrorKind::NoResponders => Self::NoJetStream,
            _ => Self::of_request(&error),
        }
    }
}

impl From<jetstream::stream::ConsumerError> for RequestFailure {
    fn from(error: jetstream::stream::ConsumerError) -> Self {
        match error.kind() {
            ConsumerErrorKind::JetStream(error) => Self::JetStream(error),
            _ => Self::of_request(&error),
        }
    }
}

/// A follower's deliveries.
pub(crate) struct JetStreamSource {
    connection: StreamConnection,
    app: AppName,
    name: FollowerName,
    consumer: Consumer<Config>,
    messages: pull::Stream,
}

impl fmt::Debug for JetStreamSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JetStreamSource")
            .field("app", &self.app)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl DeliverySource for JetStreamSource {
    fn next(&mut self, limit: usize) -> BoxFuture<'_, Result<Vec<Arrived>, SourceError>> {
        async move {
            let mut arrived = vec![self.wait().await?];
            // What is there already is taken without waiting, so that nothing is lost if this is canceled.
            while arrived.len() < limit {
                match self.messages.next().now_or_never() {
                    Some(Some(Ok(message))) => arrived.extend(self.read(message)),
                    Some(Some(Err(_)) | None) | None => break,
                }
            }
            Ok(arrived)
        }
        .boxed()
    }
}

impl JetStreamSource {
    /// Waits for a message. The connection and the server may fail meanwhile, and come back.
    async fn wait(&mut self) -> Result<Arrived, SourceError> {
        loop {
            match self.messages.next().await {
                Some(Ok(message)) => {
                    if let Some(arrived) = self.read(message) {
                        return Ok(arrived);
                    }
                }
                // The client sends another request by itself.
                Some(Err(error)) if error.kind() == MessagesErrorKind::MissingHeartbeat => {}
                Some(Err(_)) | None => self.reopen().await?,
            }
        }
    }

    /// Asks for messages anew, once the server has the consumer.
    async fn reopen(&mut self) -> Result<(), SourceError> {
        loop {
            tokio::time::sleep(PAUSE).await;
            self.connection.is_up().await;
            match self.consumer.get_info().await {
                Ok(_) => {}
                Err(error) if is_not_found(&error.kind()) => {
                    return Err(SourceError(format!("the follower {} was deleted on the server", self.name)));
                }
                Err(_) => continue,
            }
            if let Ok(messages) = messages(&self.consumer).await {
                self.messages = messages;
                return Ok(());
            }
        }
    }

    /// The delivery of a message; `None` for one that JetStream did not send.
    fn read(&self, message: jetstream::Message) -> Option<Arrived> {
        let info = message.info().ok()?;
        let (sequence, stored_at) = (info.stream_sequence, SystemTime::from(info.published));
        let (message, acker) = message.split();
        let stored = StoredMessage {
            headers: message.headers.as_ref(),
            payload: &message.payload,
            sequence,
            stored_at,
        };
        let shared = stored.delivery();
        Some(Arrived {
            id: id_at_follower(shared.id, &self.app, &self.name),
            received_at: shared.received_at,
            request: Arc::new(shared.request),
            answer: shared.answer,
            receipt: Arc::new(JetStreamReceipt(acker)),
        })
    }
}

struct JetStreamReceipt(Acker);

impl fmt::Debug for JetStreamReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JetStreamReceipt")
    }
}

impl JetStreamReceipt {
    fn send(&self, kind: AckKind) -> BoxFuture<'_, ()> {
        self.0.ack_with(kind).map(|_| ()).boxed()
    }
}

impl Receipt for JetStreamReceipt {
    fn done(&self) -> BoxFuture<'_, ()> {
        self.send(AckKind::Ack)
    }

    fn in_progress(&self) -> BoxFuture<'_, ()> {
        self.send(AckKind::Progress)
    }

    fn again(&self, after: Duration) -> BoxFuture<'_, ()> {
        self.send(AckKind::Nak(Some(after)))
    }
}
