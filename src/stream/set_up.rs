//! Creates an app's stream, or checks the one that there is. An existing stream is never changed.

use std::time::Duration;

use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind, RequestErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{self, ErrorCode};

use super::connect::{RequestFailure, deepest};
use super::{AppName, StreamConnection, StreamError};
use crate::delivery::StreamDifference;

/// How long deliveries stay: a week of absence.
const AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// How much room they take: about 300,000 deliveries of 3 KiB.
const SIZE: i64 = 1 << 30;
/// How long the server recognizes a delivery that it has already. Zoom's last retry comes 85 minutes after the first
/// attempt.
pub(super) const DUPLICATE_WINDOW: Duration = Duration::from_secs(2 * 3600);

/// What a stream is created with.
#[derive(Debug, Clone)]
pub(crate) struct StreamWish {
    /// The app.
    pub(crate) app: AppName,
    /// The number of servers that keep a copy; `None` for one.
    pub(crate) replicas: Option<usize>,
}

impl StreamWish {
    fn config(&self) -> Config {
        Config {
            name: self.app.stream(),
            description: Some(format!("Zoom events of the app {}, by zoomhook", self.app)),
            subjects: vec![self.app.subjects()],
            retention: RetentionPolicy::Limits,
            storage: StorageType::File,
            discard: DiscardPolicy::Old,
            max_age: AGE,
            max_bytes: SIZE,
            max_messages: -1,
            max_consumers: -1,
            max_message_size: -1,
            max_messages_per_subject: -1,
            num_replicas: self.replicas.unwrap_or(1),
            duplicate_window: DUPLICATE_WINDOW,
            ..Config::default()
        }
    }

    /// Creates the stream if there is none. Returns how an existing one differs.
    ///
    /// # Errors
    /// [`StreamError`] if it cannot be created, or if the existing one does not keep what is published.
    pub(super) async fn set_up(
        &self,
        connection: &StreamConnection,
    ) -> Result<Vec<StreamDifference>, StreamError> {
        match find(connection, &self.app).await? {
            Some(stream) => self.check(&stream.cached_info().config),
            None => {
                let created = connection.context.create_stream(self.config());
                connection.ask("create the stream", created).await.map(|_| Vec::new())
            }
        }
    }

    fn check(&self, config: &Config) -> Result<Vec<StreamDifference>, StreamError> {
        if let Some(reason) = unsuitable(config, &self.app) {
            return Err(StreamError::Unsuitable { stream: self.app.stream(), reason });
        }
        let mut differences = Vec::new();
        if config.duplicate_window < DUPLICATE_WINDOW {
            differences.push(StreamDifference::ShortWindow(config.duplicate_window));
        }
        if config.storage != StorageType::File {
            differences.push(StreamDifference::InMemory);
        }
        if let Some(wanted) = self.replicas.filter(|wanted| *wanted != config.num_replicas) {
            differences.push(StreamDifference::Replicas { wanted, has: config.num_replicas });
        }
        Ok(differences)
    }
}

/// Why a stream loses deliveries or does not take them.
fn unsuitable(config: &Config, app: &AppName) -> Option<String> {
    let subjects = app.subjects();
    let covers = |subject: &String| *subject == subjects || subject == "zoomhook.>" || subject == ">";
    if !config.subjects.iter().any(covers) {
        let has = config.subjects.join(", ");
        Some(format!("it must take the subjects {subjects}, and takes {has}"))
    } else if config.no_ack {
        Some("it acknowledges nothing (no_ack), so Zoom could not be answered".to_owned())
    } else if config.sealed {
        Some("it is sealed".to_owned())
    } else if config.retention != RetentionPolicy::Limits {
        Some("it deletes what one follower has read; its retention must be limits".to_owned())
    } else {
        None
    }
}

/// The stream of an app; `None` if there is none.
pub(super) async fn find(
    connection: &StreamConnection,
    app: &AppName,
) -> Result<Option<Stream>, StreamError> {
    let found = async {
        match connection.context.get_stream(app.stream()).await {
            Ok(stream) => Ok(Some(stream)),
            Err(error) => match error.kind() {
                GetStreamErrorKind::JetStream(error) if error.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    Ok(None)
                }
                _ => Err(error),
            },
        }
    };
    connection.ask("read the stream", found).await
}

/// The stream of an app.
///
/// # Errors
/// [`StreamError::NoStream`] if there is none.
pub(super) async fn existing(connection: &StreamConnection, app: &AppName) -> Result<Stream, StreamError> {
    find(connection, app).await?.ok_or_else(|| StreamError::NoStream {
        server: connection.server().to_owned(),
        app: app.to_string(),
        stream: app.stream(),
    })
}

impl From<jetstream::context::GetStreamError> for RequestFailure {
    fn from(error: jetstream::context::GetStreamError) -> Self {
        match error.kind() {
            GetStreamErrorKind::JetStream(error) => Self::JetStream(error),
            _ => Self::of_request(&error),
        }
    }
}

impl From<jetstream::context::CreateStreamError> for RequestFailure {
    fn from(error: jetstream::context::CreateStreamError) -> Self {
        match error.kind() {
            CreateStreamErrorKind::JetStream(error) => Self::JetStream(error),
            CreateStreamErrorKind::JetStreamUnavailable => Self::NoJetStream,
            _ => Self::of_request(&error),
        }
    }
}

impl RequestFailure {
    /// The failure of a request that JetStream did not answer.
    pub(super) fn of_request(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let kind = error.downcast_ref::<jetstream::context::RequestError>().map(|error| error.kind());
            match kind {
                Some(RequestErrorKind::NoResponders) => return Self::NoJetStream,
                Some(RequestErrorKind::TimedOut) => {
                    return Self::Other("the server does not answer".to_owned());
                }
                _ => next = error.source(),
            }
        }
        Self::Other(deepest(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(replicas: Option<usize>) -> StreamWish {
        StreamWish { app: "acme".parse().unwrap(), replicas }
    }

    #[test]
    fn its_own_stream_is_suitable() {
        let wish = wish(Some(3));
        assert_eq!(wish.check(&wish.config()), Ok(Vec::new()));
        assert_eq!(wish.config().num_replicas, 3);
    }

    #[test]
    fn differences_of_an_existing_stream_are_returned() {
        let wish = wish(Some(3));
        let window = Duration::from_secs(120);
        let other = Config {
            duplicate_window: window,
            storage: StorageType::Memory,
            num_replicas: 1,
            max_age: Duration::from_secs(60),
            subjects: vec!["orders".into(), "zoomhook.>".into()],
            ..wish.config()
        };
        let differences = [
            StreamDifference::ShortWindow(window),
            StreamDifference::InMemory,
            StreamDifference::Replicas { wanted: 3, has: 1 },
        ];
        assert_eq!(wish.check(&other), Ok(differences.to_vec()));
    }

    #[test]
    fn a_stream_that_loses_deliveries_is_refused() {
        let wish = wish(None);
        let own = wish.config();
        for other in [
            Config { subjects: vec!["zoomhook.other.>".into()], ..own.clone() },
            Config { no_ack: true, ..own.clone() },
            Config { sealed: true, ..own.clone() },
            Config { retention: RetentionPolicy::WorkQueue, ..own.clone() },
            Config { retention: RetentionPolicy::Interest, ..own.clone() },
        ] {
            assert!(matches!(wish.check(&other), Err(StreamError::Unsuitable { .. })), "{other:?}");
        }
    }
}
