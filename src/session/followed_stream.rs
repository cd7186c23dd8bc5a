//! [`StreamParts`]: what a session that reads a stream consists of.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::endpoint::Handling;
use super::intake::Intake;
use super::parts::DRAIN_LIMIT;
use super::receipts::Receipts;
use super::stream_health;
use super::{Confirm, FollowConfig, FollowedSource, Happening};
use crate::delivery::{EventSender, FollowedStream, SessionEvent, StreamPlace, Warning};
use crate::stream::{self, OpenFollower, SourceConnection, StreamConnection, StreamError};

/// A stream that is opened, and what it needs to start.
pub(super) struct OpenStream {
    pub(super) place: StreamPlace,
    following: OpenFollower,
    confirm: Confirm,
    pub(super) receipts: Arc<Receipts>,
}

impl OpenStream {
    /// Connects, and opens the follower's position.
    ///
    /// # Errors
    /// [`StreamError`] if the stream cannot be read.
    pub(super) async fn new(config: &FollowConfig) -> Result<Self, StreamError> {
        let (following, place) = match &config.from {
            FollowedSource::Nats { access, follow } => {
                let connection = StreamConnection::open(access, &format!("follow {}", follow.name)).await?;
                let place = StreamPlace {
                    server: connection.server().to_owned(),
                    app: Some(follow.app.to_string()),
                    follower: Some(follow.name.to_string()),
                };
                (stream::follow(connection, follow).await?, place)
            }
            FollowedSource::Session { access, follow } => {
                let place = StreamPlace {
                    server: access.target.to_string(),
                    app: None,
                    follower: Some(follow.name.to_string()),
                };
                (stream::follow_session(access, follow).await?, place)
            }
        };
        Ok(Self { place, following, confirm: config.confirm, receipts: Arc::default() })
    }
}

/// A running follower.
pub(super) struct StreamParts {
    intake: JoinHandle<()>,
    connection: Box<dyn SourceConnection>,
    receipts: Arc<Receipts>,
}

impl StreamParts {
    pub(super) async fn start(opened: OpenStream, handling: Handling, stop: &CancellationToken) -> Self {
        let OpenStream { place, following, confirm, receipts } = opened;
        let Handling { endpoint, forwarder, recorder, events, happenings } = handling;
        let OpenFollower { source, connection, is_new, behind, warnings } = following;
        let watched = stream_health::Watched {
            server: place.server.clone(),
            health: connection.health(),
            is_sharing: false,
        };
        report_ready(FollowedStream { place, is_new, behind }, &events, &happenings).await;
        tokio::spawn(report_warnings(warnings, events.clone()));
        tokio::spawn(stream_health::report(watched, events.clone(), stop.clone()));
        let forwarder = forwarder.map(|forwarder| forwarder.signing_again(endpoint.secrets.clone()));
        let has_resumed = false.into();
        let intake = Intake {
            endpoint,
            recorder,
            forwarder,
            confirm,
            receipts: receipts.clone(),
            events,
            happenings,
            has_resumed,
        };
        Self { intake: tokio::spawn(intake.run(source, stop.clone())), connection, receipts }
    }

    /// Waits until the deliveries that have begun are stored and reported.
    pub(super) async fn end_intake(&mut self, stop: DropGuard) {
        drop(stop);
        // It waits for the report, which may block. What is not confirmed comes again.
        if tokio::time::timeout(DRAIN_LIMIT, &mut self.intake).await.is_err() {
            self.intake.abort();
        }
    }

    /// Gives back what is not confirmed, and sends the last confirmations.
    pub(super) async fn end(self) {
        self.receipts.give_back().await;
        self.connection.flush().await;
    }
}

async fn report_ready(
    followed: FollowedStream,
    events: &EventSender,
    happenings: &mpsc::UnboundedSender<Happening>,
) {
    events.send(SessionEvent::Following(followed)).await;
    let _ = happenings.send(Happening::Following);
}

/// Reports what the source warns of, until it ends.
async fn report_warnings(mut warnings: mpsc::UnboundedReceiver<Warning>, events: EventSender) {
    while let Some(warning) = warnings.recv().await {
        events.send(SessionEvent::Warning(warning)).await;
    }
}
