//! The public side: how Zoom reaches the listener.
//!
//! A [`Tunnel`] is two streams: what happens to it ([`TunnelState`]) and the connections that come through it.
//! It never fails as a function does: whatever goes wrong comes as a state, and `Refused` or `Stopped` is the
//! last one. What a connection carries is the listener's business.
//!
//! Uses: `notice`. Used by: `session`, `settings`.

mod idle;
pub mod ngrok;
mod stop;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::notice::{TunnelKind, TunnelState};
use stop::{Stop, Stopper};

/// How long [`Ending::stop`] may take. The parts of an orderly end have shorter limits of their own; this one
/// holds whatever happens.
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// States that may wait for the reader. They are few and far between: a handful for each reconnect.
const STATES: usize = 32;

/// Connections that may wait for the listener. When it takes none for so long that this many wait, a new one
/// is dropped, because a tunnel that is not drained blocks its whole session.
const CONNECTIONS: usize = 256;

/// Which tunnel, and what it needs.
#[derive(Debug, Clone)]
pub enum Settings {
    /// No public side: loopback only.
    None,
    /// The user brings it.
    External {
        /// The public base URL: `https://`, no path, no trailing slash.
        url: String,
    },
    /// ngrok, opened by us.
    Ngrok(ngrok::Settings),
}

impl Settings {
    /// The word for it.
    #[must_use]
    pub fn kind(&self) -> TunnelKind {
        match self {
            Self::None => TunnelKind::None,
            Self::External { .. } => TunnelKind::External,
            Self::Ngrok(_) => TunnelKind::Ngrok,
        }
    }
}

/// A running tunnel. Dropping it without [`stop`](Self::stop) ends it too, only nobody waits for that.
#[derive(Debug)]
pub struct Tunnel {
    /// What happens. Ends after `Refused` or `Stopped`. Has to be read: nothing goes on while it is full.
    pub states: mpsc::Receiver<TunnelState>,
    /// The connections that come through. None ever come where the tunnel ends at the local port by itself
    /// (`None`, `External`). Ends with the tunnel.
    pub connections: mpsc::Receiver<Connection>,
    /// Ends the tunnel; apart from the streams, so that each of the three can go its own way.
    pub ending: Ending,
}

/// One connection of a client, with the transport security already taken off.
pub struct Connection {
    /// The bytes: HTTP/1.1.
    pub io: Box<dyn Io>,
    /// The client's address as the tunnel's server saw it.
    pub peer: SocketAddr,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer).finish_non_exhaustive()
    }
}

/// What hyper can serve.
pub trait Io: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static {}

impl<T: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static> Io for T {}

impl Tunnel {
    /// Starts in the background of the current tokio runtime; never blocks, never fails.
    /// `local_forwards_to` is what ngrok's dashboard shows as the target, such as `localhost:4000`.
    #[must_use]
    pub fn start(settings: Settings, local_forwards_to: String) -> Self {
        Self::start_within(settings, local_forwards_to, ngrok::Limits::default())
    }

    /// [`start`](Self::start) with other time limits for ngrok.
    #[must_use]
    pub fn start_within(settings: Settings, local_forwards_to: String, limits: ngrok::Limits) -> Self {
        let (states, states_receiver) = mpsc::channel(STATES);
        let (connections, connections_receiver) = mpsc::channel(CONNECTIONS);
        let (stopper, stop) = stop::pair();
        let ends = Ends { states, connections, stop };
        let task = match settings {
            Settings::None => tokio::spawn(idle::run(None, ends)),
            Settings::External { url } => tokio::spawn(idle::run(Some(url), ends)),
            Settings::Ngrok(settings) => {
                tokio::spawn(ngrok::session::run(settings, local_forwards_to, limits, ends))
            }
        };
        let ending = Ending { stopper, task };
        Self { states: states_receiver, connections: connections_receiver, ending }
    }

    /// [`Ending::stop`], for a caller that has not taken the streams apart.
    pub async fn stop(self) {
        let Self { states, connections, ending } = self;
        // Nobody reads them any more: without this, a full queue could hold up the end.
        drop((states, connections));
        ending.stop().await;
    }
}

/// The inner side of a tunnel: where its task sends to, and how it learns of the end.
struct Ends {
    states: mpsc::Sender<TunnelState>,
    connections: mpsc::Sender<Connection>,
    stop: Stop,
}

impl Ends {
    /// Tells a state. A reader that is gone is no reason to stop serving.
    async fn tell(&self, state: TunnelState) {
        let _ = self.states.send(state).await;
    }
}

/// The means to end a tunnel.
#[derive(Debug)]
pub struct Ending {
    stopper: Stopper,
    task: JoinHandle<()>,
}

impl Ending {
    /// Ends in order: the endpoint is taken back, the connection to the tunnel's server is closed, and
    /// `Stopped` is told. Takes at most three seconds; what is not done by then is cut off.
    pub async fn stop(mut self) {
        self.stopper.stop();
        if tokio::time::timeout(STOP_LIMIT, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}
