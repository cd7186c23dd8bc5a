//! The public side: how Zoom reaches the listener.
//!
//! A [`Tunnel`] is two streams: what happens to it ([`TunnelState`]) and the connections that come through it.
//! It never fails as a function does: whatever goes wrong comes as a state, and `Refused` or `Stopped` is the
//! last one. What a connection carries is the listener's business.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the contract with the outside |
//! | `kind.rs` | the contract of a kind of tunnel; `idle.rs`, `ngrok/`, `process/` are the kinds |
//! | `supervisor/` | keeps any kind alive: a pure machine and the loop around it |
//! | `probe/` | proves that the public URL leads here |
//! | `limits.rs` | time limits and backoff |

mod idle;
mod kind;
mod limits;
pub mod ngrok;
mod probe;
pub mod process;
mod supervisor;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::delivery::{TunnelKind, TunnelState};
use crate::probe::ProbeKey;
use probe::Prober;

pub use crate::http::{Bypass, Proxies};
pub use limits::{Backoff, TunnelLimits};
pub use probe::ProbeRoute;

/// How long [`Ending::stop`] may take. The parts of an orderly end have shorter limits of their own; this one
/// holds whatever happens. Together with what requests in flight get, it stays below three seconds.
const STOP_LIMIT: Duration = Duration::from_millis(1200);

/// States that may wait for the reader. They are few and far between: a handful for each reconnect.
const STATES: usize = 32;

/// Connections that may wait for the listener. When it takes none for so long that this many wait, a new one
/// is dropped, because a tunnel that is not drained blocks its whole session.
const CONNECTIONS: usize = 256;

/// Which tunnel, and what it needs.
#[derive(Debug, Clone)]
pub enum TunnelSettings {
    /// No public side: loopback only.
    None,
    /// The user brings it.
    External {
        /// The public base URL: `https://`, no path, no trailing slash.
        url: String,
    },
    /// ngrok, opened by us.
    Ngrok(Box<ngrok::NgrokSettings>),
    /// A program, started by us.
    Process(process::ProcessSettings),
}

/// What a tunnel leads to.
#[derive(Debug, Clone)]
pub struct TunnelTarget {
    /// The local socket.
    pub address: SocketAddr,
    /// The endpoint's path.
    pub path: String,
    /// What its listener answers probes with; `None` where it answers none.
    pub probe: Option<ProbeKey>,
}

/// What only tests and benchmarks set otherwise.
#[derive(Debug, Clone, Default)]
pub struct TunnelOptions {
    /// Time limits and intervals.
    pub limits: TunnelLimits,
    /// Which way probes take.
    pub probes: ProbeRoute,
}

impl TunnelSettings {
    /// The word for it.
    #[must_use]
    pub fn kind(&self) -> TunnelKind {
        match self {
            Self::None => TunnelKind::None,
            Self::External { .. } => TunnelKind::External,
            Self::Ngrok(_) => TunnelKind::Ngrok,
            Self::Process(settings) => match settings.tool {
                process::Tool::Cloudflared => TunnelKind::Cloudflared,
                process::Tool::Command(_) => TunnelKind::Command,
            },
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
    #[must_use]
    pub fn start(settings: TunnelSettings, target: TunnelTarget) -> Self {
        Self::start_with(settings, target, TunnelOptions::default())
    }

    /// [`start`](Self::start) with other limits, or another way for probes.
    #[must_use]
    pub fn start_with(settings: TunnelSettings, target: TunnelTarget, options: TunnelOptions) -> Self {
        let (states, states_receiver) = mpsc::channel(STATES);
        let (connections, connections_receiver) = mpsc::channel(CONNECTIONS);
        let stop = CancellationToken::new();
        let queue = connections.clone();
        let last_word = states.downgrade();
        let ends = Ends { states, _connections: connections, stop: stop.clone() };
        let limits = options.limits.clone();
        let task = match settings {
            TunnelSettings::None => tokio::spawn(idle::run(None, ends)),
            TunnelSettings::External { url } => tokio::spawn(idle::run(Some(url), ends)),
            TunnelSettings::Ngrok(settings) => {
                let prober = Prober::for_ngrok(&settings, &target, &options);
                let forwards_to = target.address.to_string();
                let kind = ngrok::Ngrok {
                    settings: Arc::new(*settings),
                    forwards_to,
                    limits: limits.clone(),
                    queue,
                };
                tokio::spawn(supervisor::run(kind, prober, limits, ends))
            }
            TunnelSettings::Process(settings) => {
                let prober = Prober::for_process(&settings, &target, &options);
                let local = loopback_of(target.address);
                let kind = process::Process { settings, local, limits: limits.clone() };
                tokio::spawn(supervisor::run(kind, prober, limits, ends))
            }
        };
        let ending = Ending { stop: stop.drop_guard(), task, last_word };
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

/// Where a program on this machine reaches a socket that may be bound to all addresses.
fn loopback_of(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, address.port())
}

/// The inner side of a tunnel: where its task sends to, and how it learns of the end.
struct Ends {
    states: mpsc::Sender<TunnelState>,
    /// Held so that the stream of connections ends with the tunnel and not before.
    _connections: mpsc::Sender<Connection>,
    stop: CancellationToken,
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
    /// Dropping it stops the tunnel too, so that a forgotten tunnel does not keep running.
    stop: DropGuard,
    task: JoinHandle<()>,
    /// For the last state, where the task was cut off before it could tell it.
    last_word: mpsc::WeakSender<TunnelState>,
}

impl Ending {
    /// Ends in order: the endpoint is taken back, the connection to the tunnel's server is closed, and
    /// `Stopped` is told. Takes little more than a second at most; what is not done by then is cut off.
    pub async fn stop(mut self) {
        drop(self.stop);
        if tokio::time::timeout(STOP_LIMIT, &mut self.task).await.is_err() {
            let last_word = self.last_word.upgrade();
            self.task.abort();
            // A full queue has nobody who reads it.
            let _ = last_word.map(|states| states.try_send(TunnelState::Stopped));
        }
    }
}
