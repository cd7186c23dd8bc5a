//! Gives the listener a public URL. The entry point is [`Tunnel::start`].
//!
//! A [`Tunnel`] has two streams: its states ([`TunnelState`]) and its connections. Starting never fails: every error
//! is a state, and `Refused` or `Stopped` is the last one. The listener serves the connections.
//!
//! | file | contents |
//! | --- | --- |
//! | `mod.rs` | settings, [`Tunnel`], shutdown |
//! | `kind.rs` | the traits of a tunnel; a tunnel that you run yourself; `ngrok/` and `process/` implement the others |
//! | `supervisor/` | keeps a tunnel alive: a pure state machine and its loop |
//! | `probe/` | proves that requests to the public URL arrive at this process |
//! | `limits.rs` | time limits and backoff |

mod kind;
mod limits;
pub mod ngrok;
mod probe;
pub mod process;
mod supervisor;

use std::io;
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

/// Limit on [`Ending::stop`]. The steps of a shutdown have shorter limits; this one always applies. With the grace
/// period for requests in flight, a shutdown stays below three seconds.
const STOP_LIMIT: Duration = Duration::from_millis(1200);

/// Buffer for states. A reconnect emits only a handful.
const STATES: usize = 32;

/// Buffer for connections. If it is full, a new connection is dropped, because a tunnel that is not drained blocks its
/// whole session.
const CONNECTIONS: usize = 256;

/// Which tunnel to open, with its settings.
#[derive(Debug, Clone)]
pub enum TunnelSettings {
    /// No tunnel: loopback only.
    None,
    /// A public URL that the user provides.
    External {
        /// The public base URL: `https://`, no path, no trailing slash.
        url: String,
        /// Proxies for probes of it.
        proxies: Proxies,
    },
    /// An ngrok session in this process.
    Ngrok(Box<ngrok::NgrokSettings>),
    /// A program that zoomhook starts.
    Process(process::ProcessSettings),
}

/// Where a tunnel leads.
#[derive(Debug, Clone)]
pub struct TunnelTarget {
    /// The local socket.
    pub address: SocketAddr,
    /// The endpoint's path.
    pub path: String,
    /// The key that the listener answers probes with; `None` if it answers none.
    pub probe: Option<ProbeKey>,
}

/// Options that only tests and benchmarks change.
#[derive(Debug, Clone, Default)]
pub struct TunnelOptions {
    /// Time limits and intervals.
    pub limits: TunnelLimits,
    /// The route of probes.
    pub probes: ProbeRoute,
}

impl TunnelSettings {
    /// The kind of tunnel.
    #[must_use]
    pub fn kind(&self) -> TunnelKind {
        match self {
            Self::None => TunnelKind::None,
            Self::External { .. } => TunnelKind::External,
            Self::Ngrok(_) => TunnelKind::Ngrok,
            Self::Process(settings) => match settings.tool {
                process::Tool::Cloudflared => TunnelKind::Cloudflared,
                process::Tool::Ssh(_) => TunnelKind::Ssh,
                process::Tool::Command(_) => TunnelKind::Command,
            },
        }
    }
}

/// A running tunnel. Dropping it stops it in the background; [`stop`](Self::stop) also waits for the shutdown.
#[derive(Debug)]
pub struct Tunnel {
    /// State changes. Ends after `Refused` or `Stopped`. The caller must read it: a full buffer stops the tunnel's
    /// progress.
    pub states: mpsc::Receiver<TunnelState>,
    /// Connections from the tunnel. Only ngrok delivers any; the other kinds connect to the local port. Ends with the
    /// tunnel.
    pub connections: mpsc::Receiver<Connection>,
    /// Stops the tunnel. A separate field, so that each part can be moved to another task.
    pub ending: Ending,
}

/// A client's connection, after TLS termination.
pub struct Connection {
    /// The byte stream: HTTP/1.1.
    pub io: Box<dyn Io>,
    /// The client's address as the tunnel's server sees it.
    pub peer: SocketAddr,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("peer", &self.peer).finish_non_exhaustive()
    }
}

/// A byte stream that hyper can serve.
pub trait Io: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static {}

impl<T: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static> Io for T {}

impl Tunnel {
    /// Starts a task on the current tokio runtime. Never blocks and never fails.
    #[must_use]
    pub fn start(settings: TunnelSettings, target: TunnelTarget) -> Self {
        Self::start_with(settings, target, TunnelOptions::default())
    }

    /// [`start`](Self::start) with other limits or another route for probes.
    #[must_use]
    pub fn start_with(settings: TunnelSettings, target: TunnelTarget, options: TunnelOptions) -> Self {
        let (states, states_receiver) = mpsc::channel(STATES);
        let (connections, connections_receiver) = mpsc::channel(CONNECTIONS);
        let stop = CancellationToken::new();
        let queue = connections.clone();
        let last_state = states.downgrade();
        let ends = Ends { states, _connections: connections, stop: stop.clone() };
        let limits = options.limits.clone();
        let task = match settings {
            TunnelSettings::None => tokio::spawn(kind::wait_for_stop(ends)),
            TunnelSettings::External { url, proxies } => {
                let prober = Prober::for_external(&proxies, &target, &options);
                tokio::spawn(supervisor::run(kind::External(url), prober, limits, ends))
            }
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
                let kind =
                    process::Process { settings, local, limits: limits.clone(), prober: prober.clone() };
                tokio::spawn(supervisor::run(kind, prober, limits, ends))
            }
        };
        let ending = Ending { stop: stop.drop_guard(), task, last_state };
        Self { states: states_receiver, connections: connections_receiver, ending }
    }

    /// [`Ending::stop`], for a caller that still has the whole tunnel.
    pub async fn stop(self) {
        let Self { states, connections, ending } = self;
        // Without a reader, a full buffer could delay the shutdown.
        drop((states, connections));
        ending.stop().await;
    }
}

/// A new key for the probes of a session.
///
/// # Errors
/// The system has no random numbers.
pub(crate) fn new_probe_key() -> io::Result<ProbeKey> {
    let mut bytes = [0; 32];
    let unsupported = || io::Error::from(io::ErrorKind::Unsupported);
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| unsupported())?;
    ProbeKey::new(bytes).ok_or_else(unsupported)
}

/// The address at which a local program reaches a socket that may be bound to all addresses.
fn loopback_of(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    SocketAddr::new(ip, address.port())
}

/// The task's ends of a tunnel's channels, and its shutdown signal.
struct Ends {
    states: mpsc::Sender<TunnelState>,
    /// Keeps the stream of connections open until the tunnel ends.
    _connections: mpsc::Sender<Connection>,
    stop: CancellationToken,
}

impl Ends {
    /// Emits a state. A missing reader does not stop the tunnel.
    async fn emit(&self, state: TunnelState) {
        let _ = self.states.send(state).await;
    }
}

/// Stops a tunnel.
#[derive(Debug)]
pub struct Ending {
    /// Dropping it stops the tunnel too.
    stop: DropGuard,
    task: JoinHandle<()>,
    /// For the last state, if the task is aborted before it emits it.
    last_state: mpsc::WeakSender<TunnelState>,
}

impl Ending {
    /// Shuts down: unbinds the endpoint, closes the connection to the tunnel's server, and emits `Stopped`. Aborts
    /// whatever is not done after a little more than a second.
    pub async fn stop(mut self) {
        drop(self.stop);
        if tokio::time::timeout(STOP_LIMIT, &mut self.task).await.is_err() {
            let last_state = self.last_state.upgrade();
            self.task.abort();
            // An error means that no task reads the states.
            let _ = last_state.map(|states| states.try_send(TunnelState::Stopped));
        }
    }
}
