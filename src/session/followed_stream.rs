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
use super::{Confirm, FollowConfig, Happening};
use crate::delivery::{EventSender, FollowedStream, SessionEvent, StreamPlace, Warning};
use crate::stream::{self, OpenFollower, StreamConnection, StreamError};

/// A stream that is opened, and what it needs to start.
pub(super) struct OpenStream {
    pub(super) place: StreamPlace,
    connection: StreamConnection,
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
        let FollowConfig { access, follow, confirm } = config;
        let connection = StreamConnection::open(access, &format!("follow {}", follow.name)).await?;
        let following = stream::follow(connection.clone(), follow).await?;
        let place = StreamPlace {
            server: connection.server().to_owned(),
            app: follow.app.to_string(),
            follower: Some(follow.name.to_string()),
        };
        Ok(Self { place, connection, following, confirm: *confirm, receipts: Arc::default() })
    }
}

/// A running follower.
pub(super) struct StreamParts {
    intake: JoinHandle<()>,
    connection: StreamConnection,
    receipts: Arc<Receipts>,
}

impl StreamParts {
    pub(super) async fn start(opened: OpenStream, handling: Handling, stop: &CancellationToken) -> Self {
        let OpenStream { place, connection, following, confirm, receipts } = opened;
        let Handling { endpoint, forwarder, recorder, events, happenings } = handling;
        let OpenFollower { source, is_new, behind, has_missed } = following;
        report_ready(FollowedStream { place, is_new, behind }, has_missed, &events, &happenings).await;
        tokio::spawn(stream_health::report(connection.clone(), false, events.clone(), stop.clone()));
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
    has_missed: bool,
    events: &EventSender,
    happenings: &mpsc::UnboundedSender<Happening>,
) {
    events.send(SessionEvent::Following(followed)).await;
    if has_missed {
        events.send(SessionEvent::Warning(Warning::StreamMissed)).await;
    }
    let _ = happenings.send(Happening::Following);
}
