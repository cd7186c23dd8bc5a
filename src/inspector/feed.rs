//! [`LiveFeed`]: what the running session reports, for the page.
//!
//! It sees each event on its way to the report, and must never hold one up: it writes a short line and passes it on, and
//! a client that does not read misses lines. Deliveries are not passed on: the history has them, and a client that was
//! late reads them there.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use tokio::sync::{broadcast, watch};

use crate::delivery::{EventTap, Session, SessionEvent};
use crate::report::Ndjson;

/// Lines that a client may be behind.
const BEHIND: usize = 256;
/// Lines of each kind that a page gets when it is opened.
const REMEMBERED: usize = 100;
/// Pending deliveries that are known at the same time: more than an app has at a breakpoint.
const PENDING: usize = 1000;

/// One line for the clients.
#[derive(Debug, Clone)]
pub(super) enum LiveLine {
    /// A line of NDJSON, with its type.
    Line(&'static str, Arc<str>),
    /// Something has changed about a delivery that the history has: read it again.
    Changed(Arc<str>),
}

/// What is known about the session.
#[derive(Debug, Clone, Default)]
pub(super) struct Picture {
    /// The session's configuration.
    pub(super) started: Option<Session>,
    /// The line `ready`.
    pub(super) ready: Option<Arc<str>>,
    /// The last lines about the tunnel, the oldest first.
    pub(super) tunnel: VecDeque<Arc<str>>,
    /// The last warnings, the oldest first.
    pub(super) warnings: VecDeque<Arc<str>>,
    /// The lines of deliveries that wait for the app's answer, by id.
    pub(super) pending: BTreeMap<String, Arc<str>>,
    /// Whether the session is shutting down.
    pub(super) is_stopping: bool,
}

/// What the session reports, for any number of clients.
#[derive(Debug)]
pub(crate) struct LiveFeed {
    lines: broadcast::Sender<LiveLine>,
    /// Counts deliveries, so that clients look into the history.
    stored: watch::Sender<u64>,
    picture: Mutex<(Ndjson, Picture)>,
}

impl LiveFeed {
    pub(crate) fn new(lines: Ndjson) -> Self {
        let picture = Mutex::new((lines, Picture::default()));
        Self { lines: broadcast::Sender::new(BEHIND), stored: watch::Sender::new(0), picture }
    }

    /// Lines from now on.
    pub(super) fn lines(&self) -> broadcast::Receiver<LiveLine> {
        self.lines.subscribe()
    }

    /// Changes with each delivery.
    pub(super) fn stored(&self) -> watch::Receiver<u64> {
        self.stored.subscribe()
    }

    /// What is known now.
    pub(super) fn picture(&self) -> Picture {
        self.picture.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Reports that something has changed about a delivery.
    pub(super) fn changed(&self, id: &str) {
        // An error means that there is no client.
        let _ = self.lines.send(LiveLine::Changed(id.into()));
    }
}

impl EventTap for LiveFeed {
    fn see(&self, event: &SessionEvent) {
        let without_key;
        let event = match event {
            // A page has a key of its own, which other pages cannot read.
            SessionEvent::Started(session) => {
                without_key = SessionEvent::Started(Session { inspector: None, ..session.clone() });
                &without_key
            }
            event => event,
        };
        let kind = match event {
            SessionEvent::Delivery(delivery) => {
                let was_pending = {
                    let mut guard = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
                    guard.1.pending.remove(&delivery.id).is_some()
                };
                self.stored.send_modify(|count| *count = count.wrapping_add(1));
                if was_pending {
                    self.changed(&delivery.id);
                }
                return;
            }
            SessionEvent::Remark(_) => return,
            SessionEvent::Started(_) => "started",
            SessionEvent::Ready(_) | SessionEvent::Following(_) => "ready",
            SessionEvent::Tunnel(_) => "tunnel",
            SessionEvent::Pending(_) => "pending",
            SessionEvent::Forwarded(_) => "relayed",
            SessionEvent::Warning(_) => "warning",
            SessionEvent::Stopping { .. } => "stopping",
            SessionEvent::Summary(_) => "summary",
        };
        let mut guard = self.picture.lock().unwrap_or_else(PoisonError::into_inner);
        let (writer, picture) = &mut *guard;
        let written = String::from_utf8_lossy(writer.line(event, SystemTime::now())).into_owned();
        let lines: Vec<Arc<str>> = written.lines().map(Arc::from).collect();
        match event {
            SessionEvent::Started(session) => picture.started = Some(session.clone()),
            SessionEvent::Stopping { .. } => picture.is_stopping = true,
            SessionEvent::Ready(_) | SessionEvent::Following(_) => picture.ready = lines.first().cloned(),
            SessionEvent::Tunnel(_) => remember(&mut picture.tunnel, &lines),
            SessionEvent::Warning(_) => remember(&mut picture.warnings, &lines),
            SessionEvent::Pending(pending) if picture.pending.len() < PENDING => {
                picture.pending.extend(lines.first().map(|line| (pending.id.clone(), line.clone())));
            }
            _ => {}
        }
        drop(guard);
        for line in lines {
            let _ = self.lines.send(LiveLine::Line(kind, line));
        }
        if let SessionEvent::Forwarded(later) = event {
            self.changed(&later.id);
        }
    }
}

fn remember(kept: &mut VecDeque<Arc<str>>, lines: &[Arc<str>]) {
    kept.extend(lines.iter().cloned());
    while kept.len() > REMEMBERED {
        kept.pop_front();
    }
}
