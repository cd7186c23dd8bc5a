//! Moves connections from the SDK's tunnel to the listener's queue. The entry point is [`run`].
//!
//! This is a separate task that never waits for the listener: a tunnel that is not polled blocks its whole session,
//! including heartbeats.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use ngrok::prelude::ConnInfo;
use ngrok::tunnel::{AcceptError, HttpTunnel};
use tokio::sync::mpsc;

use crate::tunnel::Connection;

/// How a tunnel ended. It contains the tunnel, because dropping the tunnel sends another unbind request to ngrok. The
/// caller drops it once the connection is closed.
pub(super) struct Ended {
    pub(super) _tunnel: HttpTunnel,
    /// `None` if this side closed the tunnel.
    pub(super) error: Option<AcceptError>,
}

/// Runs until the tunnel ends; `traffic` counts the connections.
pub(super) async fn run(
    mut tunnel: HttpTunnel,
    queue: mpsc::Sender<Connection>,
    traffic: Arc<AtomicU64>,
) -> Ended {
    let error = loop {
        match tunnel.next().await {
            Some(Ok(io)) => {
                traffic.fetch_add(1, Ordering::Relaxed);
                let peer = io.remote_addr();
                // If the queue is full or the listener has stopped, the connection is dropped, and ngrok answers the
                // client with 502.
                let _ = queue.try_send(Connection { io: Box::new(io), peer });
            }
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    Ended { _tunnel: tunnel, error }
}
