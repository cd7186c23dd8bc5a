//! What a stream holds, and how far its followers are: [`status`].

use std::time::{Duration, SystemTime};

use async_nats::jetstream::stream::StorageType;
use futures_util::StreamExt;

use super::connect::RequestFailure;
use super::{AppName, StreamConnection, StreamError, set_up};

/// The state of an app's stream.
#[derive(Debug, Clone)]
pub(crate) struct StreamStatus {
    /// The servers.
    pub(crate) server: String,
    /// The app.
    pub(crate) app: String,
    /// The stream.
    pub(crate) stream: String,
    /// The number of deliveries.
    pub(crate) deliveries: u64,
    /// The room that they take, in bytes.
    pub(crate) bytes: u64,
    /// Limit on the room; `None` for none.
    pub(crate) max_bytes: Option<u64>,
    /// Limit on the age; `None` for none.
    pub(crate) max_age: Option<Duration>,
    /// When the oldest and the newest delivery were stored; `None` if there is none.
    pub(crate) between: Option<(SystemTime, SystemTime)>,
    /// The number of servers that keep a copy.
    pub(crate) replicas: usize,
    /// Whether it is kept in memory only.
    pub(crate) is_in_memory: bool,
    /// How long a delivery that comes again is recognized.
    pub(crate) duplicate_window: Duration,
    /// Its followers, by name.
    pub(crate) followers: Vec<FollowerStatus>,
}

/// The position of a follower.
#[derive(Debug, Clone)]
pub(crate) struct FollowerStatus {
    /// Its name.
    pub(crate) name: String,
    /// The number of deliveries that it has not been sent.
    pub(crate) behind: u64,
    /// The number of deliveries that it has not confirmed.
    pub(crate) unconfirmed: u64,
    /// Whether a process waits for deliveries.
    pub(crate) is_connected: bool,
    /// When it confirmed a delivery last; `None` if it never did.
    pub(crate) confirmed_at: Option<SystemTime>,
}

/// Reads the state of an app's stream.
///
/// # Errors
/// [`StreamError`] if there is no stream, or the server does not allow it.
pub(crate) async fn status(
    connection: &StreamConnection,
    app: &AppName,
) -> Result<StreamStatus, StreamError> {
    let stream = set_up::existing(connection, app).await?;
    let listed = async {
        let mut consumers = stream.consumers();
        let mut followers = Vec::new();
        while let Some(info) = consumers.next().await {
            let info = info.map_err(|error| RequestFailure::of_request(&error))?;
            followers.push(FollowerStatus {
                name: info.name,
                behind: info.num_pending,
                unconfirmed: info.num_ack_pending as u64,
                is_connected: info.num_waiting > 0,
                confirmed_at: info.ack_floor.last_active.map(SystemTime::from),
            });
        }
        Ok::<_, RequestFailure>(followers)
    };
    let mut followers = connection.ask("list the followers", listed).await?;
    followers.sort_by(|one, other| one.name.cmp(&other.name));
    let (config, state) = (&stream.cached_info().config, &stream.cached_info().state);
    let times = || (SystemTime::from(state.first_timestamp), SystemTime::from(state.last_timestamp));
    Ok(StreamStatus {
        server: connection.server().to_owned(),
        app: app.to_string(),
        stream: app.stream(),
        deliveries: state.messages,
        bytes: state.bytes,
        max_bytes: u64::try_from(config.max_bytes).ok(),
        max_age: Some(config.max_age).filter(|age| !age.is_zero()),
        between: (state.messages > 0).then(times),
        replicas: config.num_replicas,
        is_in_memory: config.storage == StorageType::Memory,
        duplicate_window: config.duplicate_window,
        followers,
    })
}
