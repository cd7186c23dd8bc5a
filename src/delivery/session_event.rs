//! Events of a session, and the queue that takes them to the screen, to NDJSON and to expectations.
//!
//! The parts that do the work never print: they send [`SessionEvent`] values through an [`EventSender`]. The queue is
//! bounded. A delivery's place in it is reserved before the delivery is acknowledged, so that every acknowledged
//! delivery is reported.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::delivery::{Delivery, Forwarded, Judgement, Summary, Word};
use crate::zoom::Fingerprint;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum SessionEvent {
    /// The listener is bound; what this session is made of.
    Started(Session),
    /// The tunnel changed its state.
    Tunnel(TunnelState),
    /// Everything is up: deliveries can arrive.
    Ready(Ready),
    /// A request was judged and answered.
    Delivery(Box<Delivery>),
    /// Outcomes at the user's app after the delivery was reported: a copy, a challenge that zoomhook answered, a later
    /// attempt.
    Forwarded(Box<LateForwarded>),
    /// Something that the user should know and may want to change.
    Warning(Warning),
    /// A line of explanation between two acts of the demo.
    Remark(String),
    /// The shutdown has begun.
    Stopping,
    /// The end, with the counts of the session.
    Summary(Box<Summary>),
}

/// Outcomes of a delivery at the user's app after the delivery was reported.
#[derive(Debug, Clone)]
pub struct LateForwarded {
    /// The delivery's id.
    pub id: String,
    /// What the listener made of it.
    pub judgement: Judgement,
    /// The outcomes, one for each target.
    pub forwarded: Vec<Forwarded>,
    /// The number of the attempt, from 1; higher numbers are zoomhook's own retries.
    pub attempt: u32,
    /// The user replayed an old delivery with a key.
    pub replay: bool,
}

/// What a session is made of, known once the local port is bound.
#[derive(Debug, Clone)]
pub struct Session {
    /// Where each secret came from, in the order in which they are tried.
    pub secrets: Vec<SecretOrigin>,
    /// The bound local address.
    pub local: SocketAddr,
    /// The webhook's path, with its leading slash.
    pub path: String,
    /// What the public side is.
    pub tunnel: TunnelKind,
    /// How many deliveries are kept on disk; `None` where nothing is.
    pub history: Option<u64>,
    /// The file that they are kept in, where it is not the usual one: a command about them has to name it.
    pub history_file: Option<PathBuf>,
    /// The targets of `--forward` with their event patterns, without credentials; empty without `--forward`.
    pub apps: Vec<String>,
}

/// Where a secret came from; never the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretOrigin {
    /// The secret's name, shown only where there are several.
    pub name: String,
    /// Such as `.env  ZOOM_WEBHOOK_SECRET_TOKEN` or `--secret`.
    pub source: String,
    /// Tells two secrets apart.
    pub fingerprint: Fingerprint,
}

/// What the public side of a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TunnelKind {
    /// A public URL by ngrok; needs its authtoken
    Ngrok,
    /// A public URL by an installed cloudflared; needs no account
    Cloudflared,
    /// No public URL: loopback only, for tests
    None,
    /// The user brings it: `--public-url`
    #[value(skip)]
    External,
    /// Another program, started by zoomhook: `--tunnel-command`
    #[value(skip)]
    Command,
}

impl Word for TunnelKind {
    const ALL: &'static [Self] = &[Self::Ngrok, Self::Cloudflared, Self::None, Self::External, Self::Command];

    fn as_str(self) -> &'static str {
        match self {
            Self::Ngrok => "ngrok",
            Self::Cloudflared => "cloudflared",
            Self::None => "none",
            Self::External => "external",
            Self::Command => "command",
        }
    }
}

/// The state of the tunnel, whichever kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelState {
    /// Connecting for the first time.
    Starting,
    /// Reachable under this base URL (no path, no trailing slash).
    Online {
        /// The base URL, such as `https://lamb-suited.ngrok-free.app`.
        url: String,
        /// One round trip through the public URL, or to the tunnel's server where there was no probe.
        latency: Option<Duration>,
    },
    /// Online, but a request of our own through the public URL did not come through as it was sent.
    Unproven {
        /// Why, in half a sentence.
        reason: String,
    },
    /// The connection is gone, or there is a new reason why it does not come back.
    Lost {
        /// Why, redacted.
        reason: String,
    },
    /// Waiting for the next try.
    Retrying {
        /// The number of the coming try, from 1.
        attempt: u32,
        /// The wait before it.
        after: Duration,
    },
    /// Online again under another URL, which has to be pasted and validated again.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
    /// Refused for good.
    Refused(TunnelRefusal),
    /// Ended by us.
    Stopped,
}

/// Why a tunnel's server will not serve us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelRefusal {
    /// The server's code, such as `ERR_NGROK_105`.
    pub code: Option<String>,
    /// What it means, redacted.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
}

/// Everything is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The bound local address.
    pub local: SocketAddr,
    /// The webhook's path, with its leading slash.
    pub path: String,
    /// The public base URL, where there is one.
    pub public_url: Option<String>,
}

impl Ready {
    /// The endpoint on this machine.
    #[must_use]
    pub fn local_endpoint(&self) -> String {
        format!("http://{}{}", self.local, self.path)
    }

    /// The endpoint for Marketplace.
    #[must_use]
    pub fn public_endpoint(&self) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}{}", self.path))
    }
}

/// Something that the user should know and may want to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// White space around a secret (or authtoken) was cut off.
    Trimmed {
        /// Where it came from.
        source: String,
    },
    /// The usual port is taken, so another one is used.
    PortMoved {
        /// The port that was taken.
        taken: u16,
        /// The port in use.
        used: u16,
        /// Who holds the taken one, where it can be told.
        holder: Option<String>,
    },
    /// Other machines can reach the local port.
    NotLoopback {
        /// The bound address.
        local: SocketAddr,
    },
    /// ngrok's edge verifies signatures too and has been told the secret token.
    EdgeKnowsSecret,
    /// Challenges are answered without a signature.
    UnsignedChallenges,
    /// The session ends, and deliveries that waited for the user's app have not reached it.
    NotHandedOn {
        /// How many.
        count: usize,
    },
    /// Deliveries cannot be kept. Told once, until they can be again.
    HistoryFailing {
        /// Why.
        reason: String,
        /// What to do about it.
        hint: Option<&'static str>,
        /// They are acknowledged all the same; otherwise answered with 503.
        acknowledged: bool,
    },
    /// Deliveries are kept again.
    HistoryWorking {
        /// How many were not kept.
        unkept: u64,
    },
    /// The file was moved away or deleted, and another was begun.
    HistoryStartedAnew {
        /// The file.
        file: PathBuf,
    },
    /// Requests without a right signature go to the user's app.
    UnverifiedForwarded,
    /// The app's certificate is not checked.
    AppCertificateUnchecked,
    /// Several genuine requests are off by the same amount: this machine's clock is wrong.
    ClockOff {
        /// By how much.
        by: Duration,
        /// Whether this machine is ahead of Zoom.
        ahead: bool,
    },
    /// No connection could be accepted for a while.
    AcceptFailing {
        /// The system's words.
        error: String,
    },
    /// A connection ended with what is no request that can be read. It was answered with 400 or 431.
    Unreadable {
        /// Where it came from.
        peer: SocketAddr,
        /// The limit in bytes, where the head was too large.
        too_large: Option<usize>,
    },
    /// Every connection slot is in use: new ones wait.
    ConnectionsExhausted {
        /// The limit.
        limit: usize,
    },
}

impl Warning {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trimmed { .. } => "trimmed",
            Self::PortMoved { .. } => "port_moved",
            Self::NotLoopback { .. } => "not_loopback",
            Self::EdgeKnowsSecret => "edge_knows_secret",
            Self::UnsignedChallenges => "unsigned_challenges",
            Self::HistoryFailing { .. } => "history_failing",
            Self::NotHandedOn { .. } => "not_handed_on",
            Self::HistoryWorking { .. } => "history_working",
            Self::HistoryStartedAnew { .. } => "history_started_anew",
            Self::UnverifiedForwarded => "unverified_forwarded",
            Self::AppCertificateUnchecked => "app_certificate_unchecked",
            Self::ClockOff { .. } => "clock_off",
            Self::AcceptFailing { .. } => "accept_failing",
            Self::Unreadable { .. } => "unreadable_request",
            Self::ConnectionsExhausted { .. } => "connections_exhausted",
        }
    }
}

/// Creates the queue; `capacity` is the number of events that may wait.
#[must_use]
pub fn event_channel(capacity: usize) -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::channel(capacity);
    (EventSender { sender }, EventReceiver { receiver })
}

/// The sending end. Cheap to clone; when all clones are dropped, the receiver ends.
#[derive(Debug, Clone)]
pub struct EventSender {
    sender: mpsc::Sender<SessionEvent>,
}

/// A reserved place in the queue.
#[derive(Debug)]
pub struct EventPermit<'a>(mpsc::Permit<'a, SessionEvent>);

impl EventPermit<'_> {
    /// Sends into the reserved place. Never waits.
    pub fn send(self, event: SessionEvent) {
        self.0.send(event);
    }
}

impl EventSender {
    /// Waits for a place in the queue; `None` once the receiver is gone.
    pub async fn reserve(&self) -> Option<EventPermit<'_>> {
        self.sender.reserve().await.ok().map(EventPermit)
    }

    /// Waits for a place for a limited time; `None` after that, or once the receiver is gone.
    pub async fn reserve_within(&self, limit: Duration) -> Option<EventPermit<'_>> {
        // There is nearly always a place, so the timer is rarely needed.
        match self.sender.try_reserve() {
            Ok(permit) => Some(EventPermit(permit)),
            Err(_) => tokio::time::timeout(limit, self.reserve()).await.ok().flatten(),
        }
    }

    /// Sends an event, and waits for a place. Does nothing once the receiver is gone.
    pub async fn send(&self, event: SessionEvent) {
        if let Some(permit) = self.reserve().await {
            permit.send(event);
        }
    }

    /// Sends an event if there is a place right now: for events that may be dropped under load. Returns whether it was
    /// sent.
    pub fn send_if_room(&self, event: SessionEvent) -> bool {
        self.sender.try_reserve().map(|permit| permit.send(event)).is_ok()
    }
}

/// The receiving end. Its thread may block between two batches.
#[derive(Debug)]
pub struct EventReceiver {
    receiver: mpsc::Receiver<SessionEvent>,
}

impl EventReceiver {
    /// Waits for the next events and moves up to `limit` of them into `batch`; false once all senders are
    /// gone and the queue is empty.
    pub async fn next_batch(&mut self, batch: &mut Vec<SessionEvent>, limit: usize) -> bool {
        self.receiver.recv_many(batch, limit).await > 0
    }
}
