//! Proves that the public URL leads here, by posting to it what only this process can answer.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | one proof: post, read, try again for a while |
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

/// How long the name of a quick tunnel takes to be known; asked for earlier, its absence is remembered.
const NEW_NAME: Duration = Duration::from_secs(2);

/// How long it may take until the name is known everywhere. Nobody waits for the URL as long as that.
const NEW_NAME_PATIENCE: Duration = Duration::from_secs(8);

/// What a probe showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProbeProof {
    /// It arrived here unchanged, and its answer took so long.
    Reached(Duration),
    /// It did not come through, and that is not the tunnel's fault, or nobody can tell; why.
    Unproven(String),
    /// The edge turned it away, as the user's settings may well ask it to.
    Blocked,
    /// The path is dead; why.
    Dead(String),
}

/// Which way probes take.
#[derive(Debug, Clone, Default)]
pub enum ProbeRoute {
    /// As Zoom does: https to the public URL, its name resolved by the system.
    #[default]
    Public,
    /// Plain HTTP to this address, with the public URL's name in `Host`: an edge that is at hand.
    Edge(SocketAddr),
    /// None are sent.
    Off,
}

/// Proves a URL. Cheap to clone.
#[derive(Clone)]
pub(super) struct Prober {
    key: ProbeKey,
    /// The endpoint's path.
    path: String,
    route: ProbeRoute,
    proxies: Proxies,
    /// Whom to trust.
    roots: TlsRoots,
    /// Whether the user's settings may well turn a probe away at the edge.
    may_be_blocked: bool,
    /// How long a new URL takes to be known, before the first try.
    settle: Duration,
    /// How long a probe that does not come through is tried again.
    patience: Duration,
    limits: TunnelLimits,
    tls: Arc<OnceCell<TlsConnector>>,
}

impl Prober {
    /// For ngrok. With pooling another agent may get the probes, so that none are sent.
    pub(super) fn for_ngrok(
        settings: &ngrok::NgrokSettings,
        target: &TunnelTarget,
        options: &TunnelOptions,
    ) -> Option<Self> {
        if settings.edge.pool {
            return None;
        }
        let roots = match &settings.ca {
            // A gateway that opens the TLS of the one connection opens that of the other.
            ngrok::Authorities::Pem(pem) => TlsRoots::SystemAndNgrok(pem.clone()),
            ngrok::Authorities::Ngrok | ngrok::Authorities::System => TlsRoots::System,
        };
        let prober = Self::new(target, options, &settings.proxies)?;
        Some(Self { roots, may_be_blocked: settings.edge.may_block(), ..prober })
    }

    /// For a program's tunnel, whose name has to get about first.
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

    /// Probes `url` until something is certain or the patience is over.
    pub(super) async fn prove(&self, url: &str) -> ProbeProof {
        sleep(self.settle).await;
        let began = Instant::now();
        loop {
            let proof = reading::read(self.post(url).await, self.may_be_blocked);
            let may_change = match proof {
                ProbeProof::Dead(_) => true,
                // A new name may not be known yet.
                ProbeProof::Unproven(_) => self.settle > Duration::ZERO,
                ProbeProof::Reached(_) | ProbeProof::Blocked => false,
            };
            if !may_change || began.elapsed() >= self.patience {
                return proof;
            }
            sleep(self.limits.probe_pause).await;
        }
    }

    fn probe(&self) -> Probe {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.key.probe(ulid::Ulid::generate().to_bytes(), now)
    }

    /// The TLS settings, read once: the system's store may be slow.
    async fn tls(&self) -> Result<TlsConnector, TlsRootsError> {
        let load = || async {
            let roots = self.roots.clone();
            let loaded = tokio::task::spawn_blocking(move || roots.connector()).await;
            loaded.unwrap_or_else(|error| Err(TlsRootsError::Refused(error.to_string())))
        };
        self.tls.get_or_try_init(load).await.cloned()
    }
}
