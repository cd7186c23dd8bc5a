//! Moves connections from the SDK's tunnel to the listener's queue.
//!
//! A task of its own that never waits for the listener: a tunnel that is not polled blocks its whole session,
//! heartbeats included.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::StreamExt;
use ngrok::prelude::ConnInfo;
use ngrok::tunnel::{AcceptError, HttpTunnel};
use tokio::sync::mpsc;

use crate::tunnel::Connection;

/// How a tunnel ended. It is handed back because dropping it asks ngrok once more to take the endpoint back:
/// that is better done when the connection is gone already.
pub(super) struct Ended {
    pub(super) _tunnel: HttpTunnel,
    /// `None` when the tunnel was closed from our side.
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
                // A full queue drops the connection, and ngrok answers the client with 502. A listener that is
                // gone does the same: the end of the tunnel is not decided here.
                let _ = queue.try_send(Connection { io: Box::new(io), peer });
            }
            Some(Err(error)) => break Some(error),
            None => break None,
        }
    };
    Ended { _tunnel: tunnel, error }
}
