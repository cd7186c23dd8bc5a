//! The parts of a session that runs: how they are started, and their orderly end.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::app_side::AppSide;
use super::cause::CauseFinder;
use super::console::{Console, ConsoleApp};
use super::public_side::{self, TunnelConnections};
use super::recorder::{self, Recorder};
use super::subscriber::{self, Awaited, Subscriber};
use super::{AppPlan, Happening, Plan, SessionError, neighbour, replayer};
use crate::delivery::{self, EventSender, Ready, Route, Session, SessionEvent, Warning};
use crate::forward::{self, Relay};
use crate::instances::{Entry, Registered};
use crate::keys::{Interaction, Key};
use crate::listener::{self, Bound, LocalConnections, Pipeline, Slots};
use crate::probe::ProbeKey;
use crate::report;
use crate::tunnel::{self, Target, Tunnel};

/// EventReceiver that may wait for the report: a burst of a second at the rate of a busy account.
const QUEUE: usize = 1024;

/// How long requests in flight have at the end. They are answered in milliseconds; a client that is slower than
/// this must not hold up the end, which takes three seconds at most, the tunnel's included.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the start waits for what came in earlier sessions.
const LOOKING_BACK: Duration = Duration::from_millis(250);

/// How long the report has for what is left in the queue, once everything else has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A session that has started, by its parts.
pub(super) struct Parts {
    pub(super) teller: EventSender,
    /// Dropping it stops the servers and the tasks of the app.
    stop: DropGuard,
    servers: [JoinHandle<()>; 2],
    public_side: JoinHandle<()>,
    tunnel: tunnel::Ending,
    app_side: Option<AppSide>,
    recorder: Arc<Recorder>,
    awaited: Awaited,
    reported: oneshot::Receiver<()>,
    /// Lets other commands find the session.
    registered: Option<Registered>,
}

impl Parts {
    pub(super) async fn start(
        plan: Plan,
        happenings: mpsc::UnboundedSender<Happening>,
        pressed: Option<mpsc::Receiver<Key>>,
    ) -> Result<Self, SessionError> {
        let app =
            plan.app.map(|app| Ok::<_, SessionError>((Relay::new(app.relay.clone())?, app))).transpose()?;
        let kind = plan.tunnel.kind();
        let (history, history_failing) = recorder::open(plan.history)?;
        let history_file = history.as_ref().and_then(recorder::unusual_file);
        let bound = listener::bind(plan.host, plan.port).await;
        let bound = neighbour::named(bound, plan.found_in.as_deref())?;

        let (teller, notices) = delivery::event_channel(QUEUE);
        let awaited = Awaited::new(plan.expectation);
        let causes = CauseFinder::new(plan.texts, Instant::now());
        let (replays, to_replay) = mpsc::channel(replayer::WAITING);
        let console = pressed.map(|pressed| Console {
            interaction: Interaction::default(),
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
        let told_of = happenings.clone();
        let subscriber =
            Subscriber::new(plan.report, plan.selection, awaited.clone(), causes, told_of, console);
        let reported = subscriber::spawn(subscriber, notices)
            .map_err(|error| SessionError::System { what: "start a thread", error })?;

        let session = Session {
            secrets: plan.secrets,
            local: bound.local,
            path: plan.endpoint.path.clone(),
            tunnel: kind,
            history: history.as_ref().map(|opened| opened.history.count()).transpose()?,
            history_file,
            apps: app.iter().flat_map(|(relay, _)| relay.targets().map(app_row)).collect(),
        };
        let ready = Ready { local: bound.local, path: session.path.clone(), public_url: None };
        let of_parts =
            warnings_of(&bound, plan.endpoint.allow_unsigned_challenge, app.as_ref().map(|(_, a)| a));
        let warnings = plan.warnings.into_iter().chain(of_parts).chain(history_failing);
        tell_opening(&teller, session, warnings).await;

        let stop = CancellationToken::new();
        let slots = Slots::new(plan.limits.connections);
        let probe = ProbeKey::new(random_bytes()?);
        let target = Target { address: bound.local, path: ready.path.clone(), probe: probe.clone() };
        let recorder = Arc::new(Recorder::new(history, kind, teller.clone()));
        look_back(&recorder).await;
        let mut pipeline =
            Pipeline::new(plan.endpoint, plan.limits, teller.clone()).with_record(recorder.clone());
        if let Some(key) = probe {
            pipeline = pipeline.answering_probes(key);
        }
        let mut app_side = None;
        if let Some((relay, plan)) = app {
            let (side, app) = AppSide::start(relay, plan.policy, to_replay, (&teller, &recorder), &stop);
            pipeline = pipeline.with_app(Arc::new(app));
            app_side = Some(side);
        }
        let pipeline = Arc::new(pipeline);
        // A convenience: where it cannot be written, other commands take the usual address.
        let entry = Entry::of_process(bound.local, &ready.path, SystemTime::now());
        let registered = plan.found_in.and_then(|folder| Registered::new(&folder, &entry).ok());

        let local = LocalConnections::new(bound.listener, teller.clone());
        let tunnel = Tunnel::start(plan.tunnel, target);
        let public = TunnelConnections(tunnel.connections);
        let serve_local =
            listener::serve(local, Route::Local, pipeline.clone(), slots.clone(), stop.clone(), GRACE);
        let serve_public = listener::serve(public, Route::Tunnel, pipeline, slots, stop.clone(), GRACE);
        let expected = public_side::Expected { kind, strict_url: plan.strict_url };
        let public_side =
            public_side::follow(expected, ready, tunnel.states, teller.clone(), happenings, recorder.clone());
        Ok(Self {
            teller,
            stop: stop.drop_guard(),
            servers: [tokio::spawn(serve_local), tokio::spawn(serve_public)],
            public_side: tokio::spawn(public_side),
            tunnel: tunnel.ending,
            app_side,
            recorder,
            awaited,
            reported,
            registered,
        })
    }

    /// The orderly end: no new connections, what is in flight is answered, the tunnel is taken back, what was
    /// told is reported. Returns what was expected and did not come.
    pub(super) async fn end(self) -> Vec<String> {
        let Self { teller, recorder, .. } = self;
        drop(self.registered);
        drop(self.stop);
        for server in self.servers {
            let _ = server.await;
        }
        self.tunnel.stop().await;
        if let Some(app_side) = self.app_side {
            app_side.end(LAST_WORDS, &teller).await;
        }
        // Ends with the tunnel's states, unless the report is stuck.
        let _ = tokio::time::timeout(LAST_WORDS, self.public_side).await;
        // What was acknowledged is on disk already; this is what became of it at the app.
        let _ = tokio::time::timeout(LAST_WORDS, recorder.close()).await;
        // The report ends once nobody can tell it anything.
        drop((teller, recorder));
        let _ = tokio::time::timeout(LAST_WORDS, self.reported).await;
        self.awaited.missing()
    }
}

async fn tell_opening(teller: &EventSender, session: Session, warnings: impl Iterator<Item = Warning>) {
    teller.tell(SessionEvent::Started(session)).await;
    for warning in warnings {
        teller.tell(SessionEvent::Warning(warning)).await;
    }
}

/// Nearly always done at once; what is late still counts from then on.
async fn look_back(recorder: &Arc<Recorder>) {
    let looking = recorder.clone();
    let looking = tokio::task::spawn_blocking(move || looking.look_back(SystemTime::now()));
    let _ = tokio::time::timeout(LOOKING_BACK, looking).await;
}

/// A target, and the events that it is for.
fn app_row(target: &forward::Target) -> String {
    match target.pattern() {
        Some(pattern) => format!("{target} for {pattern}"),
        None => target.to_string(),
    }
}

/// Bytes that nobody can guess, from the system.
fn random_bytes() -> Result<[u8; 32], SessionError> {
    let mut bytes = [0; 32];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| {
        let error = std::io::ErrorKind::Unsupported.into();
        SessionError::System { what: "give random numbers", error }
    })?;
    Ok(bytes)
}

fn warnings_of(bound: &Bound, allow_unsigned_challenge: bool, app: Option<&AppPlan>) -> Vec<Warning> {
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
    warnings.extend(app.filter(|app| app.policy.unverified).map(|_| Warning::UnverifiedForwarded));
    warnings.extend(app.filter(|app| app.relay.insecure).map(|_| Warning::AppCertificateUnchecked));
    warnings
}
