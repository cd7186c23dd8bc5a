//! Opens the stream on which a session shares its deliveries.

use super::ShareConfig;
use crate::delivery::{StreamPlace, Warning};
use crate::stream::{Publisher, StreamConnection, StreamError};

/// Connects, creates the stream if there is none, and returns what the user should know about it.
///
/// # Errors
/// [`StreamError`] if the stream cannot be used.
pub(super) async fn open(
    config: &ShareConfig,
) -> Result<(Publisher, StreamPlace, Vec<Warning>), StreamError> {
    let connection = StreamConnection::open(&config.access, "listen --share").await?;
    let place = StreamPlace {
        server: connection.server().to_owned(),
        app: Some(config.wish.app.to_string()),
        follower: None,
    };
    let masked = config.masked_headers.clone();
    let (publisher, differences) =
        Publisher::new(connection, &config.wish, config.shares_refused, masked).await?;
    let stream = config.wish.app.stream();
    let differs = |difference| Warning::StreamDiffers { stream: stream.clone(), difference };
    let warnings = differences.into_iter().map(differs).chain([Warning::SharesPersonalData]).collect();
    Ok((publisher, place, warnings))
}
