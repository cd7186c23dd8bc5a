//! [`Publisher`]: publishes deliveries, and waits until the stream has them.

use std::time::Duration;

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use hyper::header::HeaderName;

use super::connect::deepest;
use super::message::is_shareable;
use super::names::message_id;
use super::{
    AppName, OutgoingMessage, SourceConnection, StreamConnection, StreamError, StreamHealth, StreamWish,
};
use crate::delivery::Judgement;
use crate::delivery::StreamDifference;

/// Limit on the time until the stream has a delivery. Zoom waits 3 s for an answer, and the history needs its time too.
const LIMIT: Duration = Duration::from_millis(1_500);

/// Publishes the deliveries of one app. Many may be on their way at the same time.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    connection: StreamConnection,
    app: AppName,
    shares_refused: bool,
    masked_headers: Vec<HeaderName>,
}

/// Why the stream does not have a delivery, or may not have it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotPublished {
    /// There is no connection.
    #[error("there is no connection to {0}")]
    Disconnected(String),
    /// No acknowledgment came in time.
    #[error("the stream did not acknowledge it within {}.{} s", LIMIT.as_secs(), LIMIT.subsec_millis() / 100)]
    TimedOut,
    /// The server does not allow it.
    #[error("the server does not allow it: {0}")]
    NotAllowed(String),
    /// There is no stream.
    #[error("the stream {0} no longer exists")]
    NoStream(String),
    /// The delivery is too large for the server.
    #[error("it is larger than the server's max_payload of {0} bytes")]
    TooLarge(usize),
    /// The stream did not take it.
    #[error("the stream did not take it: {0}")]
    Refused(String),
}

impl Publisher {
    /// Creates the stream if there is none. Returns how an existing one differs.
    ///
    /// # Errors
    /// [`StreamError`] if the stream cannot be used.
    pub(crate) async fn new(
        connection: StreamConnection,
        wish: &StreamWish,
        shares_refused: bool,
        masked_headers: Vec<HeaderName>,
    ) -> Result<(Self, Vec<StreamDifference>), StreamError> {
        let differences = wish.set_up(&connection).await?;
        Ok((Self { connection, app: wish.app.clone(), shares_refused, masked_headers }, differences))
    }

    /// The connection.
    #[must_use]
    pub(crate) fn connection(&self) -> &StreamConnection {
        &self.connection
    }

    /// Headers to mask, in addition to those that are credentials by their names.
    #[must_use]
    pub(crate) fn masked_headers(&self) -> &[HeaderName] {
        &self.masked_headers
    }

    /// Whether deliveries of this kind are shared.
    #[must_use]
    pub(crate) fn takes(&self, judgement: &Judgement) -> bool {
        is_shareable(judgement, self.shares_refused)
    }

    /// Publishes one delivery. Resolves once the stream has it on disk, which it may have had before.
    ///
    /// # Errors
    /// [`NotPublished`] if that is not certain. Publishing it again does not store it twice.
    pub(crate) async fn publish(&self, message: &OutgoingMessage<'_>) -> Result<(), NotPublished> {
        let subject = self.app.subject(message.judgement);
        let denial = self.connection.denial(&subject);
        let published = async {
            // Without a connection, the client would keep the message and send it later, in memory without a limit.
            self.connection.is_up().await;
            self.send(subject, message).await
        };
        tokio::select! {
            biased;
            result = tokio::time::timeout(LIMIT, published) => match result {
                Ok(result) => result,
                Err(_) if self.is_down() => Err(NotPublished::Disconnected(self.connection.server().to_owned())),
                Err(_) => Err(NotPublished::TimedOut),
            },
            denial = denial => Err(NotPublished::NotAllowed(denial)),
        }
    }

    async fn send(&self, subject: String, message: &OutgoingMessage<'_>) -> Result<(), NotPublished> {
        let id = message_id(message.judgement, message.request, message.id);
        // The id is added last: it is set, not appended.
        let outgoing = PublishMessage::build()
            .payload(message.request.body.clone())
            .headers(message.headers())
            .message_id(id);
        let sent = async { self.connection.context.send_publish(subject, outgoing).await?.await };
        match sent.await {
            Ok(_) => Ok(()),
            Err(error) => Err(match error.kind() {
                PublishErrorKind::StreamNotFound => NotPublished::NoStream(self.app.stream()),
                PublishErrorKind::TimedOut => NotPublished::TimedOut,
                PublishErrorKind::MaxPayloadExceeded => {
                    NotPublished::TooLarge(self.connection.client.max_payload())
                }
                _ => NotPublished::Refused(deepest(&error)),
            }),
        }
    }

    fn is_down(&self) -> bool {
        *self.connection.health().borrow() != StreamHealth::Up
    }
}
