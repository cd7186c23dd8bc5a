//! An open ngrok session. Implements [`Kind`] and [`Live`] for the supervisor.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use ngrok::Session;
use ngrok::prelude::{EndpointInfo, TunnelInfo};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::NgrokSettings;
use super::connector::{self, Connector, Ended};
use super::link::{Link, LinkEvent, OverOnDrop};
use super::opening::{self, Opening};
use super::wording::Wording;
use crate::tunnel::kind::{Happening, Live, OpenedTunnel, TunnelFailure, TunnelOpener};
use crate::tunnel::{Connection, TunnelLimits};

/// Limit on unbinding the endpoint; after that the connection is cut. Shorter than the limit of the whole shutdown.
const UNBIND_LIMIT: Duration = Duration::from_millis(700);

/// Limit on the SDK's reaction to a cut. It reacts at once, but never if its queue of streams is full while it reads
/// from a silent one.
const REACTION_LIMIT: Duration = Duration::from_secs(2);

/// ngrok as a kind of tunnel.
#[derive(Clone)]
pub(in crate::tunnel) struct Ngrok {
    pub(in crate::tunnel) settings: Arc<NgrokSettings>,
    /// The target that ngrok's dashboard shows.
    pub(in crate::tunnel) forwards_to: String,
    pub(in crate::tunnel) limits: TunnelLimits,
    /// The listener's queue.
    pub(in crate::tunnel) queue: mpsc::Sender<Connection>,
}

impl TunnelOpener for Ngrok {
    type LiveTunnel = Online;

    async fn open(self) -> Result<OpenedTunnel<Online>, TunnelFailure> {
        let Self { settings, forwards_to, limits, queue } = self;
        let wording = Arc::new(opening::check(&settings)?);
        let (link, events) = Link::new();
        // Closes the connection on every error, and if this future is dropped.
        let guard = OverOnDrop(link.clone());
        let connector = Connector {
            wording: wording.clone(),
            limits: limits.clone(),
            proxies: settings.proxies.clone(),
            link: link.clone(),
        };
        let mut opening = Opening { wording: wording.clone(), limits: limits.clone(), events };
        let builder = opening::session_builder(&settings, connector)?;
        let (session, tunnel) = opening.open(&builder, &settings, forwards_to).await?;
        let (url, id) = (tunnel.url().to_owned(), tunnel.id().to_owned());
        let traffic = Arc::new(AtomicU64::new(0));
        let live = Online {
            id,
            forwarder: tokio::spawn(connector::run(tunnel, queue, traffic.clone())),
            traffic,
            events: opening.events,
            session,
            link,
            wording,
            limits,
            bound: true,
            deadline: None,
            cut: None,
            _guard: guard,
        };
        Ok(OpenedTunnel { url: Some(url), live })
    }
}

/// A session that has been online. It may be reconnecting.
pub(in crate::tunnel) struct Online {
    /// The endpoint's id at ngrok.
    id: String,
    forwarder: JoinHandle<Ended>,
    traffic: Arc<AtomicU64>,
    events: UnboundedReceiver<LinkEvent>,
    session: Session,
    link: Arc<Link>,
    wording: Arc<Wording>,
    limits: TunnelLimits,
    /// Whether the endpoint is bound.
    bound: bool,
    /// Deadline for ngrok to resume the session.
    deadline: Option<Instant>,
    /// Deadline for the SDK to detect that the connection was cut, and the reason for the cut.
    cut: Option<(Instant, String)>,
    _guard: OverOnDrop,
}

impl Live for Online {
    async fn next(&mut self) -> Happening {
        loop {
            tokio::select! {
                // An event of the connector is handled before the end that it causes.
                biased;
                Some(event) = self.events.recv() => {
                    if let Some(happening) = self.follow(event) {
                        return happening;
                    }
                }
                () = reached(self.deadline) => {
                    self.deadline = None;
                    let limit = self.limits.step;
                    return Happening::Ended(self.wording.silent("the resumption of the session", limit));
                }
                () = reached(self.cut.as_ref().map(|(deadline, _)| *deadline)) => {
                    let because = self.cut.take().map(|(_, because)| because).unwrap_or_default();
                    return Happening::Ended(self.wording.stuck(because));
                }
                ended = &mut self.forwarder => {
                    let error = ended.ok().and_then(|ended| ended.error);
                    return Happening::Ended(self.wording.stopped_by_ngrok(error.as_ref()));
                }
            }
        }
    }

    fn resume(&mut self) {
        self.link.resume();
    }

    fn latency(&self) -> Option<Duration> {
        self.link.latency()
    }

    fn traffic(&self) -> Option<u64> {
        Some(self.traffic.load(Ordering::Relaxed))
    }

    /// Unbinds the endpoint, so that its domain is free at once, and then cuts the connection. The SDK's `close()` would
    /// leave it open.
    async fn close(self) {
        if self.bound {
            // An error means that the endpoint is already gone.
            let _ = tokio::time::timeout(UNBIND_LIMIT, self.session.close_tunnel(&self.id)).await;
        }
    }
}

impl Online {
    /// Handles an event. Returns what the supervisor must know about it.
    fn follow(&mut self, event: LinkEvent) -> Option<Happening> {
        match event {
            // The first connection's event may still be queued although the endpoint is already bound.
            LinkEvent::Attached if self.bound => None,
            // One limit each for authentication and binding. The SDK has none.
            LinkEvent::Attached => {
                self.deadline = Some(Instant::now() + 2 * self.limits.step);
                None
            }
            LinkEvent::Cut(because) => {
                self.cut = Some((Instant::now() + REACTION_LIMIT, because));
                None
            }
            LinkEvent::Lost(reason) => {
                (self.bound, self.cut) = (false, None);
                Some(Happening::Broke(reason))
            }
            LinkEvent::Missed(reason) => Some(Happening::Missed(reason)),
            LinkEvent::Bound(url) => {
                (self.bound, self.deadline) = (true, None);
                Some(Happening::Up(url))
            }
            LinkEvent::Failed(failure) => Some(Happening::Ended(failure)),
        }
    }
}

/// Waits until the deadline, or forever without one.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
