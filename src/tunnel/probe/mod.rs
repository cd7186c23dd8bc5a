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

use rustls::ClientConfig;
use tokio::sync::OnceCell;
use tokio::time::{Instant, sleep};

use super::Limits;
use super::dial::{Proxies, trust};
use crate::probe::{Probe, ProbeKey};

/// What a probe showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Proof {
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
#[derive(Debug, Clone)]
pub(super) struct Prober {
    pub(super) key: ProbeKey,
    /// The endpoint's path.
    pub(super) path: String,
    pub(super) route: ProbeRoute,
    pub(super) proxies: Proxies,
    /// Authorities to trust besides the system's, as PEM.
    pub(super) ca: Option<Vec<u8>>,
    /// Whether the user's settings may well turn a probe away at the edge.
    pub(super) may_be_blocked: bool,
    /// How long a new URL takes to be known, before the first try.
    pub(super) settle: Duration,
    /// How long a probe that does not come through is tried again.
    pub(super) patience: Duration,
    pub(super) limits: Limits,
    pub(super) tls: Arc<OnceCell<Arc<ClientConfig>>>,
}

impl Prober {
    /// Probes `url` until something is certain or the patience is over.
    pub(super) async fn prove(&self, url: &str) -> Proof {
        sleep(self.settle).await;
        let began = Instant::now();
        loop {
            let proof = reading::read(self.post(url).await, self.may_be_blocked);
            let may_change = match proof {
                Proof::Dead(_) => true,
                // A new name may not be known yet.
                Proof::Unproven(_) => self.settle > Duration::ZERO,
                Proof::Reached(_) | Proof::Blocked => false,
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
    async fn tls(&self) -> Arc<ClientConfig> {
        let load = || async {
            let ca = self.ca.clone();
            let loaded = tokio::task::spawn_blocking(move || trust::system_and(ca.as_deref())).await;
            Arc::new(loaded.unwrap_or_else(|_| trust::nobody()))
        };
        self.tls.get_or_init(load).await.clone()
    }
}
