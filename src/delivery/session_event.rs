//! Events of a session, and the queue that carries them to the screen, to NDJSON and to expectations.
//!
//! Only `report` prints. All other parts send [`SessionEvent`] values through an [`EventSender`]. The queue is bounded.
//! A permit is reserved before a delivery is acknowledged, so that every acknowledged delivery is reported.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;

use crate::delivery::{Delivery, Forwarded, Judgement, Request, Summary, Word};
use crate::zoom::Fingerprint;

/// An event of a session.
#[derive(Debug, Clone)]
pub enum SessionEvent {
    /// The listener is bound; with the configuration of the session.
    Started(Session),
    /// The state of the tunnel changed.
    Tunnel(TunnelState),
    /// The session is ready for deliveries.
    Ready(Ready),
    /// The session reads from a stream.
    Following(FollowedStream),
    /// The user's app has a request and has not answered within a moment. A `Delivery` with the same id follows.
    Pending(Box<PendingDelivery>),
    /// A request was judged and answered.
    Delivery(Box<Delivery>),
    /// Outcomes at the user's app after the delivery was reported: at an additional target, for a challenge that
    /// zoomhook answered, or of a later attempt.
    Forwarded(Box<LateForwarded>),
    /// A warning.
    Warning(Warning),
    /// An explanation between two parts of the demo.
    Remark(String),
    /// The session is shutting down.
    Stopping {
        /// The requests that are not answered yet, and the deliveries that the app has not received.
        in_progress: usize,
    },
    /// The session ended; with its counts.
    Summary(Box<Summary>),
}

/// A request that waits for the answer of the user's app.
#[derive(Debug, Clone)]
pub struct PendingDelivery {
    /// The delivery's id.
    pub id: String,
    /// When its head was read.
    pub received_at: SystemTime,
    /// The request as received.
    pub request: Arc<Request>,
    /// The listener's judgement.
    pub judgement: Judgement,
    /// The app's URL, without credentials.
    pub target: String,
}

/// Outcomes of a delivery at the user's app after the delivery was reported.
#[derive(Debug, Clone)]
pub struct LateForwarded {
    /// The delivery's id.
    pub id: String,
    /// The listener's judgement.
    pub judgement: Judgement,
    /// The outcomes, one for each target.
    pub forwarded: Vec<Forwarded>,
    /// The number of the attempt, from 1. Later attempts are zoomhook's own retries.
    pub attempt: u32,
    /// Why the app was asked.
    pub kind: LateKind,
    /// Whether the request was signed again for the app, because its own signature was old.
    pub is_signed_afresh: bool,
}

/// Why the user's app was asked after the delivery was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LateKind {
    /// An additional target, or a challenge that zoomhook answered.
    Copy,
    /// The delivery was acknowledged before the app was asked.
    Queued {
        /// Whether zoomhook sends it to the app again.
        tries_again: bool,
    },
    /// The user replayed an earlier delivery with a key.
    Replay,
}

/// The configuration of a session, known once the local port is bound.
#[derive(Debug, Clone)]
pub struct Session {
    /// The origin of each secret, in the order in which they are tried.
    pub secrets: Vec<SecretOrigin>,
    /// Where its deliveries come from.
    pub source: SessionSource,
    /// The stream on which it shares them, and the app's name there; `None` if it does not.
    pub shares_on: Option<StreamPlace>,
    /// The number of deliveries that the history stores; `None` without a history.
    pub history: Option<u64>,
    /// The history file, if it is not the default one. Suggested commands then name it.
    pub history_file: Option<PathBuf>,
    /// The targets of `--forward` with their event patterns, without credentials; empty without `--forward`.
    pub apps: Vec<String>,
    /// The URL that opens the inspector, with its token; `None` without an inspector.
    pub inspector: Option<String>,
}

/// Where a session's deliveries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionSource {
    /// An endpoint of its own.
    Endpoint {
        /// The bound local address.
        local: SocketAddr,
        /// The webhook's path, with its leading slash.
        path: String,
        /// The kind of the public side.
        tunnel: TunnelKind,
    },
    /// A stream that another session shares on.
    Stream(StreamPlace),
}

impl SessionSource {
    /// The webhook's path; empty for a stream.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Endpoint { path, .. } => path,
            Self::Stream(_) => "",
        }
    }

    /// The kind of the public side.
    #[must_use]
    pub fn tunnel(&self) -> TunnelKind {
        match self {
            Self::Endpoint { tunnel, .. } => *tunnel,
            Self::Stream(_) => TunnelKind::None,
        }
    }
}

/// A stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamPlace {
    /// The servers, without credentials.
    pub server: String,
    /// The app's name; `None` for the inspector of another session.
    pub app: Option<String>,
    /// The follower's name; `None` for a session that shares.
    pub follower: Option<String>,
}

impl StreamPlace {
    /// Whether it is the inspector of another session.
    #[must_use]
    pub fn is_session(&self) -> bool {
        self.app.is_none()
    }
}

/// How an existing stream differs from the one that zoomhook creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamDifference {
    /// Its duplicate window is shorter than Zoom's retries take.
    ShortWindow(Duration),
    /// It is kept in memory.
    InMemory,
    /// It has another number of replicas than the user asked for.
    Replicas {
        /// The number that the user asked for.
        wanted: usize,
        /// The number that it has.
        has: usize,
    },
}

/// A follower's position at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowedStream {
    /// The stream.
    pub place: StreamPlace,
    /// Whether the server did not know the follower's name.
    pub is_new: bool,
    /// The number of deliveries that the follower has not confirmed yet.
    pub behind: u64,
}

/// The origin of a secret. Does not contain the secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretOrigin {
    /// The secret's name, shown only if there are several.
    pub name: String,
    /// The source, such as `.env  ZOOM_WEBHOOK_SECRET_TOKEN` or `--secret`.
    pub source: String,
    /// Distinguishes secrets.
    pub fingerprint: Fingerprint,
}

impl SecretOrigin {
    /// The source as a phrase, such as `ZOOM_WEBHOOK_SECRET_TOKEN in .env`.
    #[must_use]
    pub(crate) fn in_words(&self) -> String {
        match self.source.split_once("  ") {
            Some(("environment", name)) => format!("{name} in the environment"),
            Some((file, name)) => format!("{name} in {file}"),
            None => self.source.clone(),
        }
    }
}

/// The kind of a session's public side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TunnelKind {
    /// A public URL by ngrok; needs its authtoken
    Ngrok,
    /// A public URL over the system's ssh; needs no account
    Ssh,
    /// A public URL by an installed cloudflared; needs no account
    Cloudflared,
    /// No public URL: loopback only, for tests
    None,
    /// Provided by the user: `--public-url`
    #[value(skip)]
    External,
    /// Another program, started by zoomhook: `--tunnel-command`
    #[value(skip)]
    Command,
}

impl Word for TunnelKind {
    const ALL: &'static [Self] =
        &[Self::Ngrok, Self::Ssh, Self::Cloudflared, Self::None, Self::External, Self::Command];

    fn as_str(self) -> &'static str {
        match self {
            Self::Ngrok => "ngrok",
            Self::Ssh => "ssh",
            Self::Cloudflared => "cloudflared",
            Self::None => "none",
            Self::External => "external",
            Self::Command => "command",
        }
    }
}

/// The state of a tunnel of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TunnelState {
    /// Connecting for the first time.
    Starting,
    /// Still starting: the program runs, and none of the URLs in its output is proven.
    Searching {
        /// What is known, as a phrase.
        reason: String,
    },
    /// Reachable at this base URL (without path or trailing slash).
    Online {
        /// The base URL, such as `https://lamb-suited.ngrok-free.app`.
        url: String,
        /// The round-trip time through the public URL, or to the tunnel's server if there was no probe.
        latency: Option<Duration>,
    },
    /// Online, but a probe through the public URL did not arrive unchanged.
    Unproven {
        /// The reason, as a phrase.
        reason: String,
        /// Whether the probe shows a fault. Otherwise the URL cannot be probed from this machine.
        is_fault: bool,
    },
    /// The connection was lost, or there is a new reason why it cannot be restored.
    Lost {
        /// The reason, redacted.
        reason: String,
    },
    /// Waiting before the next attempt.
    Retrying {
        /// The number of the coming attempt, from 1.
        attempt: u32,
        /// The wait before it.
        after: Duration,
    },
    /// Online again at another URL, which must be entered in Marketplace and validated again.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
    /// Refused permanently.
    Refused(TunnelRefusal),
    /// Stopped by zoomhook.
    Stopped,
}

/// Why the tunnel could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelRefusal {
    /// What happened, in short.
    pub kind: TunnelRefusalKind,
    /// The server's code, such as `ERR_NGROK_105`.
    pub code: Option<String>,
    /// What it means, redacted.
    pub meaning: String,
    /// What to do.
    pub remedy: String,
}

/// What happened instead of a tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TunnelRefusalKind {
    /// The tunnel's server refused it.
    Refused,
    /// Its program is not on this machine.
    NotInstalled,
    /// It could not be opened, or ended.
    Failed,
}

impl TunnelRefusalKind {
    /// In a word or two.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::NotInstalled => "not installed",
            Self::Failed => "failed",
        }
    }
}

/// The addresses of a session that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// The bound local address.
    pub local: SocketAddr,
    /// The webhook's path, with its leading slash.
    pub path: String,
    /// The public base URL, if any.
    pub public_url: Option<String>,
}

impl Ready {
    /// The local endpoint.
    #[must_use]
    pub fn local_endpoint(&self) -> String {
        format!("http://{}{}", self.local, self.path)
    }

    /// The public endpoint, for Marketplace.
    #[must_use]
    pub fn public_endpoint(&self) -> Option<String> {
        self.public_url.as_ref().map(|url| format!("{url}{}", self.path))
    }
}

/// A problem that the user may want to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// White space around a secret or authtoken was removed.
    Trimmed {
        /// The origin of the secret or authtoken.
        source: String,
    },
    /// The default port is in use, so another one was chosen.
    PortMoved {
        /// The port that is in use by another program.
        taken: u16,
        /// The port that was chosen.
        used: u16,
        /// The program that holds the default port, if known.
        holder: Option<String>,
    },
    /// Other machines can reach the local port.
    NotLoopback {
        /// The bound address.
        local: SocketAddr,
    },
    /// A pattern matches no known event, which may be a typing error.
    NoKnownEvent {
        /// The flag.
        flag: &'static str,
        /// The pattern as typed.
        pattern: String,
        /// What may be meant.
        meant: Option<String>,
    },
    /// The ngrok authtoken was read from a `.env` file.
    AuthtokenFromEnvFile {
        /// The file.
        file: String,
    },
    /// A secret token does not have the form of Zoom's tokens.
    TokenForm {
        /// The origin of the token.
        source: String,
        /// What it looks like, as a phrase.
        form: &'static str,
    },
    /// ngrok's edge also verifies signatures, so it has received the secret token.
    EdgeKnowsSecret,
    /// Unsigned challenges are answered.
    UnsignedChallenges,
    /// The session is ending before waiting deliveries were forwarded to the user's app.
    NotForwarded {
        /// The number of deliveries.
        count: usize,
    },
    /// Deliveries cannot be stored. Reported once, until storing works again.
    HistoryFailing {
        /// The reason.
        reason: String,
        /// How to fix it.
        hint: Option<String>,
        /// Whether deliveries are still acknowledged; otherwise they are answered with 503.
        acknowledged: bool,
    },
    /// Deliveries are stored again.
    HistoryWorking {
        /// The number of deliveries that were not stored.
        unkept: u64,
    },
    /// The history file was moved or deleted, and a new one was created.
    HistoryReplaced {
        /// The new file.
        file: PathBuf,
    },
    /// Other commands do not find this session, because another user controls the list of running ones.
    SessionNotListed {
        /// The folder, and what is wrong with it.
        reason: String,
        /// The command that repairs it.
        repair: String,
    },
    /// The history file is damaged. It was moved aside, and a new one was created.
    HistoryDamaged {
        /// The new file.
        file: PathBuf,
        /// The new path of the damaged file.
        moved_to: PathBuf,
        /// What is damaged.
        reason: String,
        /// Whether the history is the default one, which commands find without a flag.
        is_default: bool,
    },
    /// No challenge for the public URL arrived since longer than Zoom's interval, as far as the history shows.
    ValidationOverdue {
        /// The public URL.
        url: String,
        /// When the last one arrived.
        last: SystemTime,
        /// How long ago that was.
        age: Duration,
    },
    /// Requests without a correct signature are forwarded to the user's app.
    UnverifiedForwarded,
    /// The app's certificate is not checked.
    AppCertificateUnchecked,
    /// Several correctly signed requests are off by the same amount, so this machine's clock is wrong.
    ClockOff {
        /// The difference.
        by: Duration,
        /// Whether this machine is ahead of Zoom.
        ahead: bool,
    },
    /// Accepting connections has been failing.
    AcceptFailing {
        /// The operating system's error message.
        error: String,
    },
    /// A connection sent a request that is not HTTP/1.1, or is too large.
    Unreadable {
        /// The client's address.
        peer: SocketAddr,
        /// What came.
        sent: UnreadableRequest,
    },
    /// The inspector was asked for, and there is no history to show.
    InspectorNeedsHistory,
    /// A request that this session had forwarded came back, directly or through another session. It was answered with
    /// 508. Reported once.
    ForwardLoop,
    /// A probe through the public URL took nearly as long as Zoom waits, or longer.
    TunnelSlow {
        /// How long it took.
        took: Duration,
    },
    /// The connection to the stream is lost, and is being restored.
    StreamLost {
        /// The servers.
        server: String,
        /// Why, if the server said so.
        reason: Option<String>,
        /// Whether this session shares. Deliveries are then answered with 503.
        is_sharing: bool,
    },
    /// The connection to the stream is restored.
    StreamRestored {
        /// The servers.
        server: String,
    },
    /// The stream existed before and differs from the one that zoomhook creates.
    StreamDiffers {
        /// The stream.
        stream: String,
        /// The difference.
        difference: StreamDifference,
    },
    /// Deliveries are shared with everyone who may read the stream.
    SharesPersonalData,
    /// Deliveries that this follower had not read are no longer there.
    StreamMissed {
        /// Whether there were any. Otherwise only the one up to which it had read is gone.
        is_certain: bool,
    },
    /// An earlier session stored deliveries and did not confirm them, so they came again. They are not shown again. Reported
    /// once.
    StreamResumes,
    /// No place is left for new connections. The least useful idle ones are closed for them.
    ConnectionsExhausted {
        /// The number of open connections.
        open: usize,
        /// How many of them wait for a request.
        idle: usize,
    },
}

/// What a connection sent instead of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadableRequest {
    /// A head over this limit in bytes. It was answered with 431.
    HeadTooLarge(usize),
    /// More headers than this number. It was answered with 431.
    TooManyHeaders(usize),
    /// A URL over this limit in bytes. It was answered with 414.
    UrlTooLong(usize),
    /// HTTP/2 without TLS. It was refused with `HTTP_1_1_REQUIRED`.
    Http2,
    /// Anything else. It was answered with 400.
    NotHttp,
}

impl Warning {
    /// A stable code for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trimmed { .. } => "trimmed",
            Self::PortMoved { .. } => "port_moved",
            Self::NotLoopback { .. } => "not_loopback",
            Self::NoKnownEvent { .. } => "no_known_event",
            Self::AuthtokenFromEnvFile { .. } => "authtoken_from_env_file",
            Self::TokenForm { .. } => "token_form",
            Self::EdgeKnowsSecret => "edge_knows_secret",
            Self::UnsignedChallenges => "unsigned_challenges",
            Self::HistoryFailing { .. } => "history_failing",
            Self::NotForwarded { .. } => "not_handed_on",
            Self::HistoryWorking { .. } => "history_working",
            Self::HistoryReplaced { .. } => "history_started_anew",
            Self::SessionNotListed { .. } => "session_not_listed",
            Self::HistoryDamaged { .. } => "history_damaged",
            Self::ValidationOverdue { .. } => "validation_overdue",
            Self::UnverifiedForwarded => "unverified_forwarded",
            Self::AppCertificateUnchecked => "app_certificate_unchecked",
            Self::ClockOff { .. } => "clock_off",
            Self::AcceptFailing { .. } => "accept_failing",
            Self::Unreadable { .. } => "unreadable_request",
            Self::ForwardLoop => "forward_loop",
            Self::InspectorNeedsHistory => "inspector_needs_history",
            Self::TunnelSlow { .. } => "tunnel_slow",
            Self::StreamLost { .. } => "stream_lost",
            Self::StreamRestored { .. } => "stream_restored",
            Self::StreamDiffers { .. } => "stream_differs",
            Self::SharesPersonalData => "shares_personal_data",
            Self::StreamMissed { .. } => "stream_missed",
            Self::StreamResumes => "stream_resumes",
            Self::ConnectionsExhausted { .. } => "connections_exhausted",
        }
    }
}

/// Creates the queue. `capacity` is the number of events that it can hold.
#[must_use]
pub fn event_channel(capacity: usize) -> (EventSender, EventReceiver) {
    let (sender, receiver) = mpsc::channel(capacity);
    (EventSender { sender, tap: None }, EventReceiver { receiver })
}

/// The sending end. Cheap to clone. When all clones are dropped, the receiver ends.
#[derive(Debug, Clone)]
pub struct EventSender {
    sender: mpsc::Sender<SessionEvent>,
    tap: Option<Arc<dyn EventTap>>,
}

/// Sees each event when it is sent. Must not block: a delivery's answer may wait for it.
pub trait EventTap: fmt::Debug + Send + Sync {
    /// Sees an event.
    fn see(&self, event: &SessionEvent);
}

/// A permit to send one event.
#[derive(Debug)]
pub struct EventPermit<'a> {
    permit: mpsc::Permit<'a, SessionEvent>,
    tap: Option<&'a dyn EventTap>,
}

impl EventPermit<'_> {
    /// Sends an event without waiting.
    pub fn send(self, event: SessionEvent) {
        if let Some(tap) = self.tap {
            tap.see(&event);
        }
        self.permit.send(event);
    }
}

impl EventSender {
    /// The same sender, with a tap that sees its events, and those of its clones.
    #[must_use]
    pub fn with_tap(self, tap: Arc<dyn EventTap>) -> Self {
        Self { tap: Some(tap), ..self }
    }

    fn permit<'a>(&'a self, permit: mpsc::Permit<'a, SessionEvent>) -> EventPermit<'a> {
        EventPermit { permit, tap: self.tap.as_deref() }
    }

    /// Waits for a permit; `None` once the receiver is dropped.
    pub async fn reserve(&self) -> Option<EventPermit<'_>> {
        self.sender.reserve().await.ok().map(|permit| self.permit(permit))
    }

    /// Waits for a permit for a limited time; `None` after a timeout, or once the receiver is dropped.
    pub async fn reserve_within(&self, limit: Duration) -> Option<EventPermit<'_>> {
        // A permit is nearly always available, so the timer is rarely needed.
        match self.sender.try_reserve() {
            Ok(permit) => Some(self.permit(permit)),
            Err(_) => tokio::time::timeout(limit, self.reserve()).await.ok().flatten(),
        }
    }

    /// Waits for a permit and sends an event. Does nothing once the receiver is dropped.
    pub async fn send(&self, event: SessionEvent) {
        if let Some(permit) = self.reserve().await {
            permit.send(event);
        }
    }

    /// Sends an event if the queue is not full, for events that may be dropped under load. Returns whether it was sent.
    pub fn send_if_room(&self, event: SessionEvent) -> bool {
        self.sender.try_reserve().map(|permit| self.permit(permit).send(event)).is_ok()
    }
}

/// The receiving end. Its thread may block between batches.
#[derive(Debug)]
pub struct EventReceiver {
    receiver: mpsc::Receiver<SessionEvent>,
}

impl EventReceiver {
    /// Waits for the next events and moves up to `limit` of them into `batch`. Returns false once all senders are
    /// dropped and the queue is empty.
    pub async fn next_batch(&mut self, batch: &mut Vec<SessionEvent>, limit: usize) -> bool {
        self.receiver.recv_many(batch, limit).await > 0
    }
}
