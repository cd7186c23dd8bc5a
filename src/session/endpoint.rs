//! [`EndpointParts`]: what a session with an endpoint of its own consists of: the socket, the tunnel and the pipeline.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::announcement::{Announcement, Withdrawal};
use super::handler::DeliveryHandler;
use super::parts::DRAIN_LIMIT;
use super::public_side::{self, TunnelConnections};
use super::ready_file::ReadyFile;
use super::recorder::Recorder;
use super::stream_health;
use super::{EndpointConfig, Happening, SessionError};
use crate::delivery::{EventSender, Ready, Route, TunnelKind};
use crate::forward::Forwarder;
use crate::instances::Entry;
use crate::listener::{self, Bound, Endpoint, LocalConnections, Pipeline, Slots};
use crate::probe::ProbeKey;
use crate::stream::{Publisher, SourceConnection};
use crate::tunnel::{self, Tunnel, TunnelTarget};

/// The grace period for requests in flight at shutdown. Most are answered in milliseconds. A slow client must not delay
/// the shutdown, which takes three seconds at most, including the tunnel.
const GRACE: Duration = Duration::from_millis(1500);

/// An endpoint that is bound, and what it needs to start.
pub(super) struct OpenEndpoint {
    pub(super) bound: Bound,
    pub(super) config: EndpointConfig,
    /// Recognizes the session's own requests.
    pub(super) probe: ProbeKey,
    /// `Some` with `--share`.
    pub(super) publisher: Option<Publisher>,
}

/// What other commands learn about the session.
pub(super) struct Listing {
    /// The folder where they look for it; `None` to not list it.
    pub(super) folder: Option<PathBuf>,
    pub(super) entry: Entry,
    /// The file of `--ready-file`.
    pub(super) ready_file: Option<ReadyFile>,
}

/// What handles the deliveries.
pub(super) struct Handling {
    pub(super) endpoint: Endpoint,
    /// `Some` with `--forward`.
    pub(super) forwarder: Option<Forwarder>,
    pub(super) recorder: Arc<Recorder>,
    pub(super) events: EventSender,
    pub(super) happenings: mpsc::UnboundedSender<Happening>,
}

/// A running endpoint.
pub(super) struct EndpointParts {
    servers: [JoinHandle<()>; 2],
    slots: Slots,
    public_side: JoinHandle<()>,
    tunnel: tunnel::Ending,
    /// Lets other programs find the session.
    announced: Withdrawal,
}

impl EndpointParts {
    pub(super) async fn start(
        opened: OpenEndpoint,
        handling: Handling,
        listing: Listing,
        stop: &CancellationToken,
    ) -> Result<Self, SessionError> {
        let OpenEndpoint { bound, config, probe, publisher } = opened;
        let Handling { endpoint, forwarder, recorder, events, happenings } = handling;
        let kind = config.tunnel.kind();
        let ready = Ready { local: bound.local, path: endpoint.path.clone(), public_url: None };
        let target =
            TunnelTarget { address: ready.local, path: ready.path.clone(), probe: Some(probe.clone()) };
        if let Some(publisher) = &publisher {
            let connection = publisher.connection();
            let watched = stream_health::Watched {
                server: connection.server().to_owned(),
                health: connection.health(),
                is_sharing: true,
            };
            tokio::spawn(stream_health::report(watched, events.clone(), stop.clone()));
        }
        let handler =
            DeliveryHandler { forwarder, recorder: recorder.clone(), events: events.clone(), publisher };
        let slots = Slots::new(config.limits.connections, public_route(kind));
        let pipeline = Pipeline::new(endpoint, config.limits, events.clone())
            .with_handler(Arc::new(handler))
            .recognizing_own(probe);
        let announcement =
            Announcement::start(listing.folder.as_deref(), listing.entry, listing.ready_file, &events)
                .await?;

        let local = LocalConnections::new(bound.listener, events.clone());
        let tunnel = Tunnel::start(config.tunnel, target);
        let servers = serve(local, TunnelConnections(tunnel.connections), pipeline, slots.clone(), stop);
        let expected = public_side::Expected { kind, strict_url: config.strict_url };
        let announced = Withdrawal(announcement.clone());
        let to_session = public_side::ToSession { events, happenings, announcement };
        let public_side = public_side::follow(expected, ready, tunnel.states, to_session, recorder);
        Ok(Self { servers, slots, public_side: tokio::spawn(public_side), tunnel: tunnel.ending, announced })
    }

    /// The number of requests that are not answered yet.
    pub(super) fn in_progress(&self) -> usize {
        self.slots.requests()
    }

    /// Stops, and waits until all requests are answered and the tunnel is closed. Other programs no longer find the
    /// session.
    pub(super) async fn end(self, stop: DropGuard) {
        drop(self.announced);
        drop(stop);
        for server in self.servers {
            let _ = server.await;
        }
        self.tunnel.stop().await;
        // Ends with the tunnel's states, unless the report blocks.
        let _ = tokio::time::timeout(DRAIN_LIMIT, self.public_side).await;
    }
}

/// The route by which Zoom's requests arrive.
fn public_route(kind: TunnelKind) -> Route {
    match kind {
        TunnelKind::Ngrok => Route::Tunnel,
        // The other kinds carry requests to the local port.
        TunnelKind::Ssh
        | TunnelKind::Cloudflared
        | TunnelKind::Command
        | TunnelKind::External
        | TunnelKind::None => Route::Local,
    }
}

/// Serves the local socket and the tunnel.
fn serve(
    local: LocalConnections,
    public: TunnelConnections,
    pipeline: Pipeline,
    slots: Slots,
    stop: &CancellationToken,
) -> [JoinHandle<()>; 2] {
    let pipeline = Arc::new(pipeline);
    let local = listener::serve(local, Route::Local, pipeline.clone(), slots.clone(), stop.clone(), GRACE);
    let public = listener::serve(public, Route::Tunnel, pipeline, slots, stop.clone(), GRACE);
    [tokio::spawn(local), tokio::spawn(public)]
}
