//! Proves that requests to the public URL arrive at this process, with a request that only this process can answer. The
//! entry point is [`Prober::prove`].
//!
//! | file | contents |
//! | --- | --- |
//! | `mod.rs` | a proof: post, read, retry for a while |
//! | `exchange.rs` | one request and its answer |
//! | `reading.rs` | what an outcome proves. Pure |

mod exchange;
mod reading;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};
use tokio_rustls::TlsConnector;

use super::{TunnelLimits, TunnelOptions, TunnelTarget, ngrok, process};
use crate::http::{Proxies, TlsRoots, TlsRootsError};
use crate::probe::{Probe, ProbeKey};

/// How long the DNS name of a quick tunnel takes to appear. An earlier lookup caches a negative answer.
const NEW_NAME: Duration = Duration::from_secs(2);

/// How long a probe of a new DNS name is repeated.
const NEW_NAME_PATIENCE: Duration = Duration::from_secs(8);

/// The result of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProbeProof {
    /// The probe arrived unchanged. The time until its answer.
    Reached(Duration),
    /// The probe arrived, but something on the way changes requests like this.
    Changed(String),
    /// The URL cannot be probed from this machine, for this reason. That proves nothing about the tunnel.
    Unreachable(String),
    /// The answer is not from this session; what it shows.
    Elsewhere(String),
    /// The edge blocked the probe. The user's settings may cause that.
    Blocked,
    /// Requests do not arrive, for this reason.
    Dead(String),
}

/// The route of probes.
#[derive(Debug, Clone, Default)]
pub enum ProbeRoute {
    /// The same as Zoom's: https to the public URL, with the system's name resolution.
    #[default]
    Public,
    /// Plain HTTP to this address, with the public URL's name in `Host`. For a local edge.
    Edge(SocketAddr),
    /// Send no probes.
    Off,
}

/// Probes a URL. Cheap to clone.
#[derive(Clone)]
pub(super) struct Prober {
    key: ProbeKey,
    /// The endpoint's path.
    path: String,
    route: ProbeRoute,
    proxies: Proxies,
    roots: TlsRoots,
    /// Whether the user's settings may make the edge block a probe.
    may_be_blocked: bool,
    /// Delay before the first attempt, until a new DNS name has appeared.
    settle: Duration,
    /// How long a failing probe is repeated.
    patience: Duration,
    limits: TunnelLimits,
    tls: Arc<OnceCell<TlsConnector>>,
}

impl Prober {
    /// A prober for ngrok. `None` with pooling, because another agent may receive the probes.
    pub(super) fn for_ngrok(
        settings: &ngrok::NgrokSettings,
        target: &TunnelTarget,
        options: &TunnelOptions,
    ) -> Option<Self> {
        if settings.edge.pool {
            return None;
        }
        let roots = match &settings.ca {
            // A gateway that intercepts the TLS of the ngrok session also intercepts that of the probes.
            ngrok::Authorities::Pem(pem) => TlsRoots::SystemAndNgrok(pem.clone()),
            ngrok::Authorities::Ngrok | ngrok::Authorities::System => TlsRoots::System,
        };
        let prober = Self::new(target, options, &settings.proxies)?;
        Some(Self { roots, may_be_blocked: settings.edge.may_block(), ..prober })
    }

    /// A prober for a program's tunnel, which has a new DNS name.
    pub(super) fn for_process(
        settings: &process::ProcessSettings,
        target: &TunnelTarget,
        options: &TunnelOptions,
    ) -> Option<Self> {
        let prober = Self::new(target, options, &settings.proxies)?;
        let settle = match options.probes {
            ProbeRoute::Public => NEW_NAME,
            ProbeRoute::Edge(_) | ProbeRoute::Off => Duration::ZERO,
        };
        Some(Self { settle, patience: NEW_NAME_PATIENCE, ..prober })
    }

    /// A prober for a public URL that the user provides.
    pub(super) fn for_external(
        proxies: &Proxies,
        target: &TunnelTarget,
        options: &TunnelOptions,
    ) -> Option<Self> {
        Self::new(target, options, proxies)
    }

    fn new(target: &TunnelTarget, options: &TunnelOptions, proxies: &Proxies) -> Option<Self> {
        if matches!(options.probes, ProbeRoute::Off) {
            return None;
        }
        Some(Self {
            key: target.probe.clone()?,
            path: target.path.clone(),
            route: options.probes.clone(),
            proxies: proxies.clone(),
            roots: TlsRoots::System,
            may_be_blocked: false,
            settle: Duration::ZERO,
            patience: options.limits.probe_patience,
            limits: options.limits.clone(),
            tls: Arc::default(),
        })
    }

    /// Probes `url` until the result is certain or the time is over.
    pub(super) async fn prove(&self, url: &str) -> ProbeProof {
        sleep(self.settle).await;
        let began = Instant::now();
        loop {
            let proof = reading::read(self.post(url).await, self.may_be_blocked);
            let may_change = match proof {
                ProbeProof::Dead(_) => true,
                // A new DNS name may not have appeared yet.
                ProbeProof::Unreachable(_) => self.settle > Duration::ZERO,
                ProbeProof::Reached(_)
                | ProbeProof::Changed(_)
                | ProbeProof::Elsewhere(_)
                | ProbeProof::Blocked => false,
            };
            if !may_change || began.elapsed() >= self.patience {
                return proof;
            }
            sleep(self.limits.probe_pause).await;
        }
    }

    fn probe(&self) -> Probe {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.key.probe(&self.path, ulid::Ulid::generate().to_bytes(), now)
    }

    /// The TLS settings, loaded once: the system's certificate store may be slow.
    async fn tls(&self) -> Result<TlsConnector, TlsRootsError> {
        let load = || async {
            let roots = self.roots.clone();
            let loaded = tokio::task::spawn_blocking(move || roots.connector()).await;
            loaded.unwrap_or_else(|error| Err(TlsRootsError::Refused(error.to_string())))
        };
        self.tls.get_or_try_init(load).await.cloned()
    }
}
