//! One session from start to orderly end: listener, tunnel and report wired together.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | what a session is made of and how it may end; start, wait, end |
//! | `cause.rs` | why a live request's signature is wrong, within limits |
//! | `subscriber.rs` | the thread that takes the notices: select, count, expect, report |
//! | `app.rs`, `app_later.rs` | the user's app in the loop: its answers, and what it gets afterwards |
//! | `pressing.rs` | its part in the keys |
//! | `console.rs` | what keys ask for: copies, remarks, replays handed on |
//! | `replayer.rs` | an old delivery to the app once more, signed afresh |
//! | `neighbour.rs` | another session that holds the port |
//! | `recorder.rs` | what came, taken down before it is acknowledged: retries, the history |
//! | `trouble.rs` | when to speak of a history that fails |
//! | `public_side.rs` | the tunnel's states to notices, its connections to the listener |
//! | `signals.rs` | Ctrl-C and its relatives |
//!
//! Uses: all parts. Used by: `commands`.

mod app;
mod app_later;
mod cause;
mod console;
mod neighbour;
mod pressing;
mod public_side;
mod recorder;
mod replayer;
mod signals;
mod subscriber;
mod trouble;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::OptionFuture;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::delivery::Route;
use crate::desk::{Desk, Key};
use crate::diagnosis::SecretText;
use crate::expectation::Expectation;
use crate::history::{self, HistoryError};
use crate::keyboard::{self, Keyboard};
use crate::listener::{self, BindError, Bound, Endpoint, Limits, LocalConnections, Pipeline, Port, Slots};
use crate::notice::{self, Notice, Ready, SecretOrigin, Session, Teller, TunnelRefusal, Warning};
use crate::probe::ProbeKey;
use crate::relay::{self, Relay};
use crate::report::{self, OutputError, Report};
use crate::running::{Entry, Registered};
use crate::selection::Selection;
use crate::tunnel::{self, Target, Tunnel};

use app::AppInTheLoop;
use cause::CauseFinder;
use console::{Console, ConsoleApp};
use public_side::TunnelConnections;
use recorder::Recorder;
use signals::Signals;
use subscriber::{Awaited, Subscriber};

/// Notices that may wait for the report: a burst of a second at the rate of a busy account.
const QUEUE: usize = 1024;

/// How long requests in flight have at the end. They are answered in milliseconds; a client that is slower than
/// this must not hold up the end, which takes three seconds at most, the tunnel's included.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the start waits for what came in earlier sessions.
const LOOKING_BACK: Duration = Duration::from_millis(250);

/// How long the report has for what is left in the queue, once everything else has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a session is made of.
pub struct Plan {
    /// The endpoint and how its requests are judged.
    pub endpoint: Endpoint,
    /// What a stranger may send.
    pub limits: Limits,
    /// The local address.
    pub host: IpAddr,
    /// The local port.
    pub port: Port,
    /// The public side.
    pub tunnel: tunnel::Settings,
    /// End when the public URL changes.
    pub strict_url: bool,
    /// What is kept on disk, if anything.
    pub history: Option<HistoryPlan>,
    /// Where other commands find the session while it runs, if they are to.
    pub found_in: Option<PathBuf>,
    /// The user's app, where deliveries are handed on.
    pub app: Option<AppPlan>,
    /// Where the notices go.
    pub report: Report,
    /// Read keys, if the report and stdin are a terminal.
    pub keys: bool,
    /// Which deliveries are shown and counted.
    pub selection: Selection,
    /// What is waited for.
    pub expectation: Expectation,
    /// When to end at the latest, from the start.
    pub timeout: Option<Duration>,
    /// The secrets as text, for the diagnosis of refused requests; without any there is none.
    pub texts: Vec<SecretText>,
    /// Where the secrets came from.
    pub secrets: Vec<SecretOrigin>,
    /// What was noticed while the settings were read.
    pub warnings: Vec<Warning>,
}

/// What is kept on disk.
#[derive(Debug)]
pub struct HistoryPlan {
    /// What the history is opened with.
    pub settings: history::Settings,
    /// Go on without where it fails.
    pub best_effort: bool,
}

/// The user's app, and what is wanted of handing on.
#[derive(Debug)]
pub struct AppPlan {
    /// Where deliveries go.
    pub relay: relay::Settings,
    /// Which ones, and whose answer goes to Zoom.
    pub policy: relay::Policy,
}

/// How a session ended.
#[derive(Debug)]
pub enum End<T> {
    /// The script that ran beside it came to its end.
    Played(T),
    /// All that was expected came.
    ExpectationMet,
    /// The time was up.
    TimedOut {
        /// What was expected and did not come; empty where nothing was.
        missing: Vec<String>,
    },
    /// A signal asked for the end.
    Interrupted {
        /// Whether the session was ready by then.
        ready: bool,
        /// Whether a second signal cut the orderly end short.
        cut_short: bool,
    },
    /// Whoever read our output has gone.
    OutputClosed,
    /// The tunnel will not serve us.
    TunnelRefused(TunnelRefusal),
    /// The public URL is another one, and that was not to happen.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
}

/// Why a session could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No local socket.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The history cannot be opened.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The user's app cannot be reached as it was asked for.
    #[error(transparent)]
    App(#[from] relay::CertificateError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(OutputError),
    /// The system refuses what every program needs: threads, timers, signals.
    #[error("the system refuses to {what}: {error}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// The system's words.
        error: io::Error,
    },
}

/// What happens to a session, besides signals and time.
enum Happening {
    Ready(Ready),
    TunnelRefused(TunnelRefusal),
    UrlChanged {
        old: String,
        new: String,
    },
    ExpectationMet,
    OutputFailed(OutputError),
    /// A key asked for the end.
    Quit,
}

/// Runs a session until its script ends, or anything else ends it. The script begins when deliveries can
/// arrive; one that is pending for ever leaves the end to the rest.
///
/// # Errors
/// [`SessionError`] when it cannot start, or its output fails otherwise than by a closed pipe.
pub fn run<T, F>(plan: Plan, script: impl FnOnce(Ready, Teller) -> F) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| SessionError::System { what: "start a runtime", error })?;
    let end = runtime.block_on(run_in_runtime(plan, script));
    // A task that never yields must not keep the process.
    runtime.shutdown_background();
    end
}

async fn run_in_runtime<T, F>(
    plan: Plan,
    script: impl FnOnce(Ready, Teller) -> F,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut signals =
        Signals::install().map_err(|error| SessionError::System { what: "watch for signals", error })?;
    let timeout = plan.timeout;
    let (happenings, mut happened) = mpsc::unbounded_channel();
    let (presses, pressed) = keyboard::channel();
    let reads_keys = plan.keys && plan.report.is_live() && keyboard::is_there();
    let running = Running::start(plan, happenings, reads_keys.then_some(pressed)).await?;
    // Dropped on every way out of here, which gives the terminal's mode back.
    let _keyboard = if reads_keys { Keyboard::open(presses) } else { None };
    let end = wait(&running.teller, script, &mut happened, &mut signals, timeout).await?;
    if matches!(end, End::Interrupted { .. }) {
        // Said only to somebody who may wonder why it does not end at once.
        running.teller.tell_if_room(Notice::Stopping);
    }
    let orderly = tokio::select! {
        missing = running.end() => Some(missing),
        // A second signal: at once.
        () = signals.next() => None,
    };
    Ok(match (end, orderly) {
        (End::Interrupted { ready, .. }, None) => End::Interrupted { ready, cut_short: true },
        (_, None) => End::Interrupted { ready: true, cut_short: true },
        (End::TimedOut { .. }, Some(missing)) => End::TimedOut { missing },
        (end, Some(_)) => end,
    })
}

/// Waits for whatever ends the session first.
async fn wait<T, F>(
    teller: &Teller,
    script: impl FnOnce(Ready, Teller) -> F,
    happened: &mut mpsc::UnboundedReceiver<Happening>,
    signals: &mut Signals,
    timeout: Option<Duration>,
) -> Result<End<T>, SessionError>
where
    F: Future<Output = T>,
{
    let mut script = Some(script);
    let mut playing = std::pin::pin!(OptionFuture::from(None));
    let mut time_is_up = std::pin::pin!(OptionFuture::from(timeout.map(tokio::time::sleep)));
    loop {
        tokio::select! {
            biased;
            () = signals.next() => {
                return Ok(End::Interrupted { ready: script.is_none(), cut_short: false });
            }
            Some(happening) = happened.recv() => match happening {
                Happening::Ready(ready) => {
                    if let Some(script) = script.take() {
                        playing.set(OptionFuture::from(Some(script(ready, teller.clone()))));
                    }
                }
                Happening::TunnelRefused(refusal) => return Ok(End::TunnelRefused(refusal)),
                Happening::UrlChanged { old, new } => return Ok(End::UrlChanged { old, new }),
                Happening::ExpectationMet => return Ok(End::ExpectationMet),
                Happening::Quit => {
                    return Ok(End::Interrupted { ready: script.is_none(), cut_short: false });
                }
                Happening::OutputFailed(OutputError::Closed) => return Ok(End::OutputClosed),
                Happening::OutputFailed(error) => return Err(SessionError::Output(error)),
            },
            Some(outcome) = &mut playing => return Ok(End::Played(outcome)),
            Some(()) = &mut time_is_up => return Ok(End::TimedOut { missing: Vec::new() }),
        }
    }
}

/// A session that has started.
struct Running {
    teller: Teller,
    stop: watch::Sender<bool>,
    servers: [JoinHandle<()>; 2],
    public_side: JoinHandle<()>,
    tunnel: tunnel::Ending,
    /// Hands on what was acknowledged before; ends when nothing can come any more.
    delivering: Option<JoinHandle<()>>,
    /// What waits to be handed on.
    unsent: Arc<AtomicUsize>,
    /// Sends old deliveries again; ends with `stop`.
    replaying: Option<JoinHandle<()>>,
    recorder: Arc<Recorder>,
    awaited: Awaited,
    reported: oneshot::Receiver<()>,
    /// Lets other commands find the session.
    registered: Option<Registered>,
}

impl Running {
    async fn start(
        plan: Plan,
        happenings: mpsc::UnboundedSender<Happening>,
        pressed: Option<mpsc::Receiver<Key>>,
    ) -> Result<Self, SessionError> {
        let app =
            plan.app.map(|app| Ok::<_, SessionError>((Relay::new(app.relay.clone())?, app))).transpose()?;
        let kind = plan.tunnel.kind();
        let (history, failed) = recorder::open(plan.history)?;
        let history_file = history.as_ref().and_then(recorder::unusual_file);
        let bound = listener::bind(plan.host, plan.port).await;
        let bound = neighbour::named(bound, plan.found_in.as_deref())?;
        let (teller, notices) = notice::channel(QUEUE);
        let awaited = Awaited::new(plan.expectation);
        let causes = CauseFinder::new(plan.texts, Instant::now());
        let (replays, to_replay) = mpsc::channel(replayer::WAITING);
        let console = pressed.map(|pressed| Console {
            desk: Desk::default(),
            pressed,
            app: app.as_ref().map(|(relay, app)| ConsoleApp {
                relay: relay.clone(),
                replays,
                unverified: app.policy.unverified,
            }),
            secrets: plan.endpoint.secrets.clone(),
            kept: history.as_ref().map(|_| report::history_flag(history_file.as_deref())),
            knows_tmux: false,
        });
        let subscriber = Subscriber::new(
            plan.report,
            plan.selection,
            awaited.clone(),
            causes,
            happenings.clone(),
            console,
        );
        let reported = subscriber::spawn(subscriber, notices)
            .map_err(|error| SessionError::System { what: "start a thread", error })?;
        let session = Session {
            secrets: plan.secrets,
            local: bound.local,
            path: plan.endpoint.path.clone(),
            tunnel: plan.tunnel.kind(),
            history: history.as_ref().map(|opened| opened.history.count()).transpose()?,
            history_file,
            apps: app.iter().flat_map(|(relay, _)| relay.targets().map(app_row)).collect(),
        };
        let session_path = session.path.clone();
        let ready = Ready { local: bound.local, path: session.path.clone(), public_url: None };
        let unsigned = plan.endpoint.allow_unsigned_challenge;
        teller.tell(Notice::Started(session)).await;
        let warnings =
            warnings_of(&bound, unsigned).into_iter().chain(app_warnings(app.as_ref().map(|(_, a)| a)));
        let warnings = warnings.chain(failed);
        for warning in plan.warnings.into_iter().chain(warnings) {
            teller.tell(Notice::Warning(warning)).await;
        }

        let (stop, stopped) = watch::channel(false);
        let slots = Slots::new(plan.limits.connections);
        let target =
            Target { address: bound.local, path: session_path, probe: ProbeKey::new(random_bytes()?) };
        let mut pipeline = Pipeline::new(plan.endpoint, plan.limits, teller.clone());
        if let Some(key) = target.probe.clone() {
            pipeline = pipeline.answering_probes(key);
        }
        let recorder = Arc::new(Recorder::new(history, kind, teller.clone()));
        pipeline = pipeline.with_record(recorder.clone());
        let looking_back = recorder.clone();
        let looking_back = tokio::task::spawn_blocking(move || looking_back.look_back(SystemTime::now()));
        // Nearly always done at once; what is late still counts from then on.
        let _ = tokio::time::timeout(LOOKING_BACK, looking_back).await;
        let (mut delivering, mut replaying) = (None, None);
        let unsent = Arc::<AtomicUsize>::default();
        if let Some((relay, plan)) = app {
            let replay =
                replayer::run(relay.clone(), teller.clone(), recorder.clone(), to_replay, stopped.clone());
            replaying = Some(tokio::spawn(replay));
            let told = (teller.clone(), recorder.clone());
            let (app, later) = AppInTheLoop::new(relay, plan.policy, told, unsent.clone(), stopped.clone());
            pipeline = pipeline.with_app(Arc::new(app));
            delivering = Some(tokio::spawn(later));
        }
        let pipeline = Arc::new(pipeline);
        // A convenience: where it cannot be written, other commands take the usual address.
        let entry = Entry::of_process(bound.local, &ready.path, SystemTime::now());
        let registered = plan.found_in.and_then(|folder| Registered::new(&folder, &entry).ok());
        let local = LocalConnections::new(bound.listener, teller.clone());
        let expected = public_side::Expected { kind: plan.tunnel.kind(), strict_url: plan.strict_url };
        let tunnel = Tunnel::start(plan.tunnel, target);
        let public = TunnelConnections(tunnel.connections);
        let serve_local =
            listener::serve(local, Route::Local, pipeline.clone(), slots.clone(), stopped.clone(), GRACE);
        let serve_public = listener::serve(public, Route::Tunnel, pipeline, slots, stopped, GRACE);
        let public_side =
            public_side::follow(expected, ready, tunnel.states, teller.clone(), happenings, recorder.clone());
        Ok(Self {
            teller,
            stop,
            servers: [tokio::spawn(serve_local), tokio::spawn(serve_public)],
            public_side: tokio::spawn(public_side),
            tunnel: tunnel.ending,
            delivering,
            unsent,
            replaying,
            recorder,
            awaited,
            reported,
            registered,
        })
    }

    /// The orderly end: no new connections, what is in flight is answered, the tunnel is taken back, what was
    /// told is reported. Returns what was expected and did not come.
    async fn end(self) -> Vec<String> {
        let Self { teller, stop, servers, public_side, tunnel, delivering, replaying, recorder, .. } = self;
        drop(self.registered);
        let _ = stop.send(true);
        for server in servers {
            let _ = server.await;
        }
        tunnel.stop().await;
        for mut sending in delivering.into_iter().chain(replaying) {
            // What waits for an app that is down is not waited for.
            if tokio::time::timeout(LAST_WORDS, &mut sending).await.is_err() {
                sending.abort();
            }
        }
        let unsent = self.unsent.load(Ordering::Relaxed);
        if unsent > 0 {
            teller.tell_if_room(Notice::Warning(Warning::NotHandedOn { count: unsent }));
        }
        // Ends with the tunnel's states, unless the report is stuck.
        let _ = tokio::time::timeout(LAST_WORDS, public_side).await;
        // What was acknowledged is on disk already; this is what became of it at the app.
        let _ = tokio::time::timeout(LAST_WORDS, recorder.close()).await;
        // The report ends once nobody can tell it anything.
        drop((teller, recorder));
        let _ = tokio::time::timeout(LAST_WORDS, self.reported).await;
        self.awaited.missing()
    }
}

/// A target, and the events that it is for.
fn app_row(target: &relay::Target) -> String {
    match target.pattern() {
        Some(pattern) => format!("{target} for {pattern}"),
        None => target.to_string(),
    }
}

/// Bytes that nobody can guess, from the system.
fn random_bytes() -> Result<[u8; 32], SessionError> {
    let mut bytes = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| {
        SessionError::System { what: "give random numbers", error: io::ErrorKind::Unsupported.into() }
    })?;
    Ok(bytes)
}

fn app_warnings(app: Option<&AppPlan>) -> Vec<Warning> {
    let Some(app) = app else { return Vec::new() };
    let unverified = app.policy.unverified.then_some(Warning::UnverifiedForwarded);
    let unchecked = app.relay.insecure.then_some(Warning::AppCertificateUnchecked);
    unverified.into_iter().chain(unchecked).collect()
}

fn warnings_of(bound: &Bound, allow_unsigned_challenge: bool) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(holder) = &bound.usual_is_taken {
        let (taken, used) = (listener::USUAL_PORT, bound.local.port());
        warnings.push(Warning::PortMoved { taken, used, holder: holder.clone() });
    }
    if !bound.local.ip().is_loopback() {
        warnings.push(Warning::NotLoopback { local: bound.local });
    }
    if allow_unsigned_challenge {
        warnings.push(Warning::UnsignedChallenges);
    }
    warnings
}
