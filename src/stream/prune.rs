//! Deletes old deliveries of a stream, and followers that are no longer needed: [`prune`].

use std::time::SystemTime;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::{PurgeError, PurgeErrorKind, Stream};
use futures_util::StreamExt;

use super::connect::RequestFailure;
use super::{AppName, FollowerName, StreamConnection, StreamError, consume, set_up};

/// What to delete.
#[derive(Debug, Clone)]
pub(crate) struct Prune {
    /// The app.
    pub(crate) app: AppName,
    /// Deletes the deliveries that were stored before this time.
    pub(crate) before: Option<SystemTime>,
    /// Deletes the positions of these followers.
    pub(crate) followers: Vec<FollowerName>,
}

/// What was deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrunedStream {
    /// The number of deliveries.
    pub(crate) deliveries: u64,
    /// The number of followers.
    pub(crate) followers: usize,
    /// The followers that had not read all of the deliveries. Only now it is known: server 2.9 moves their positions on, so
    /// that they cannot see later that something is missing.
    pub(crate) missed_by: Vec<String>,
}

/// Deletes deliveries for all followers, and followers.
///
/// # Errors
/// [`StreamError`] if there is no stream or no such follower, or the server does not allow it. Nothing is deleted if a
/// follower is unknown.
pub(crate) async fn prune(connection: &StreamConnection, prune: &Prune) -> Result<PrunedStream, StreamError> {
    let stream = set_up::existing(connection, &prune.app).await?;
    for name in &prune.followers {
        if consume::find(connection, &stream, name).await?.is_none() {
            return Err(StreamError::NoFollower { name: name.to_string() });
        }
    }
    for name in &prune.followers {
        connection.ask("delete the follower", stream.delete_consumer(&name.to_string())).await?;
    }
    let mut pruned = PrunedStream { deliveries: 0, followers: prune.followers.len(), missed_by: Vec::new() };
    if let Some(before) = prune.before {
        let first_kept = sequence_at(connection, &stream, before).await?;
        let behind = behind(connection, &stream, first_kept).await?;
        let purged = async { stream.purge().sequence(first_kept).await };
        pruned.deliveries = connection.ask("delete deliveries", purged).await?.purged;
        pruned.missed_by = if pruned.deliveries > 0 { behind } else { Vec::new() };
    }
    Ok(pruned)
}

/// The followers that have not confirmed all deliveries before this place.
async fn behind(
    connection: &StreamConnection,
    stream: &Stream,
    first_kept: u64,
) -> Result<Vec<String>, StreamError> {
    let first = stream.cached_info().state.first_sequence;
    let listed = async {
        let mut consumers = stream.consumers();
        let mut behind = Vec::new();
        while let Some(info) = consumers.next().await {
            let info = info.map_err(|error| RequestFailure::of_request(&error))?;
            // What it had before the first delivery of the stream is gone already.
            let has_confirmed = info.ack_floor.stream_sequence.max(first.saturating_sub(1));
            if info.config.durable_name.is_some() && has_confirmed + 1 < first_kept {
                behind.push(info.name);
            }
        }
        Ok::<_, RequestFailure>(behind)
    };
    let mut behind = connection.ask("list the followers", listed).await?;
    behind.sort();
    Ok(behind)
}

/// The place of the first delivery that was stored at this time or later. The server finds it for a consumer that begins
/// there.
async fn sequence_at(
    connection: &StreamConnection,
    stream: &Stream,
    at: SystemTime,
) -> Result<u64, StreamError> {
    let config = Config {
        deliver_policy: DeliverPolicy::ByStartTime { start_time: at.into() },
        ack_policy: AckPolicy::None,
        memory_storage: true,
        ..Config::default()
    };
    let consumer = connection.ask("find the deliveries", stream.create_consumer(config)).await?;
    let info = consumer.cached_info();
    let first = info.delivered.stream_sequence + 1;
    // If that fails, the server deletes it by itself after a few seconds.
    let _ = stream.delete_consumer(&info.name).await;
    Ok(first)
}

impl From<PurgeError> for RequestFailure {
    fn from(error: PurgeError) -> Self {
        match error.kind() {
            PurgeErrorKind::JetStream(error) => Self::JetStream(error),
            _ => Self::of_request(&error),
        }
    }
}
