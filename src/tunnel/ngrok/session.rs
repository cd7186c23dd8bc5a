//! One ngrok session from start to end: what is told of it, and how it ends. How it comes online is in `opening`.

use std::sync::Arc;
use std::time::Duration;

use ngrok::Session;
use ngrok::prelude::{EndpointInfo, TunnelInfo};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::connector::Connector;
use super::forwarder::{self, Ended};
use super::link::{CutOnDrop, Event, Link};
use super::opening::{self, Opening};
use super::wording::Wording;
use super::{Limits, Settings};
use crate::notice::{TunnelRefusal, TunnelState};
use crate::tunnel::Ends;

/// Taking the endpoint back at ngrok may take this long; then the connection is cut all the same. Below the
/// limit of the whole end.
const UNBIND_LIMIT: Duration = Duration::from_secs(2);

/// Runs until it is stopped or ngrok refuses for good, and tells which.
pub(in crate::tunnel) async fn run(settings: Settings, forwards_to: String, limits: Limits, ends: Ends) {
    ends.tell(TunnelState::Starting).await;
    let last = match serve(settings, forwards_to, limits, &ends).await {
        Ok(()) => TunnelState::Stopped,
        Err(refusal) => TunnelState::Refused(refusal),
    };
    ends.tell(last).await;
}

/// Ends with `Ok` when it was asked to stop.
async fn serve(
    settings: Settings,
    forwards_to: String,
    limits: Limits,
    ends: &Ends,
) -> Result<(), TunnelRefusal> {
    let wording = Arc::new(opening::check(&settings)?);
    let (link, events) = Link::new();
    // Whatever happens from here on, also when this task is aborted, no connection stays behind.
    let _cut = CutOnDrop(link.clone());
    let connector = Connector {
        wording: wording.clone(),
        limits: limits.clone(),
        link: link.clone(),
        stop: ends.stop.clone(),
    };
    let mut opening = Opening { wording: wording.clone(), limits: limits.clone(), events };
    let builder = opening::session_builder(&settings, connector)?;
    let (session, tunnel) = tokio::select! {
        // Asked first: a wish to stop outweighs whatever happened at the same time.
        biased;
        () = ends.stop.asked() => return Ok(()),
        opened = opening.open(&builder, &settings, forwards_to) => opened?,
    };
    let online = Online {
        url: tunnel.url().to_owned(),
        id: tunnel.id().to_owned(),
        forwarder: tokio::spawn(forwarder::run(tunnel, ends.connections.clone())),
        events: opening.events,
        session,
        link,
        wording,
        limits,
        bound: true,
    };
    online.run(ends).await
}

/// A session that has been online, and may be between two connections.
struct Online {
    /// The URL that was told last.
    url: String,
    /// The endpoint's id at ngrok.
    id: String,
    forwarder: JoinHandle<Ended>,
    events: UnboundedReceiver<Event>,
    session: Session,
    link: Arc<Link>,
    wording: Arc<Wording>,
    limits: Limits,
    /// Whether the endpoint is bound right now.
    bound: bool,
}

impl Online {
    async fn run(mut self, ends: &Ends) -> Result<(), TunnelRefusal> {
        ends.tell(self.online()).await;
        let mut deadline = None;
        loop {
            tokio::select! {
                biased;
                () = ends.stop.asked() => {
                    self.end().await;
                    return Ok(());
                }
                Some(event) = self.events.recv() => deadline = self.follow(event, ends).await,
                () = reached(deadline) => {
                    deadline = None;
                    let limit = self.limits.step;
                    self.link.cut(format!("ngrok accepted the connection, but did not answer within {limit:?}"));
                }
                ended = &mut self.forwarder => return Err(self.refusal(ended.ok())),
            }
        }
    }

    /// Tells what an event means; until when the next one has to come, where that has a limit.
    async fn follow(&mut self, event: Event, ends: &Ends) -> Option<Instant> {
        match event {
            // The first connection's event may still wait here when the endpoint is bound already.
            Event::Attached if self.bound => {}
            // Authentication and binding have a limit each; the SDK has none.
            Event::Attached => return Some(Instant::now() + 2 * self.limits.step),
            Event::Lost(reason) => {
                self.bound = false;
                ends.tell(TunnelState::Lost { reason }).await;
            }
            Event::Retrying { attempt, after } => ends.tell(TunnelState::Retrying { attempt, after }).await,
            Event::Bound(url) => {
                self.bound = true;
                if url != self.url {
                    let old = std::mem::replace(&mut self.url, url.clone());
                    ends.tell(TunnelState::UrlChanged { old, new: url }).await;
                }
                ends.tell(self.online()).await;
            }
        }
        None
    }

    fn online(&self) -> TunnelState {
        TunnelState::Online { url: self.url.clone(), latency: self.link.latency() }
    }

    /// Takes the endpoint back, so that its domain is free at once, then cuts the connection. `close()` of the
    /// SDK would leave it open.
    async fn end(&self) {
        if self.bound {
            // An error means that the endpoint is gone in another way.
            let _ = tokio::time::timeout(UNBIND_LIMIT, self.session.close_tunnel(&self.id)).await;
        }
        self.link.cut("the tunnel was ended".to_owned());
    }

    /// Why the SDK's tunnel ended without us.
    fn refusal(&self, ended: Option<Ended>) -> TunnelRefusal {
        let error = ended.and_then(|ended| ended.error);
        self.link.take_refusal().unwrap_or_else(|| self.wording.stopped_by_ngrok(error.as_ref()))
    }
}

/// Waits for a moment, or for ever where there is none.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
