//! The parts of a running session: [`Parts::start`] and [`Parts::end`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hyper::header::HeaderValue;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::announcement::{Announcement, Withdrawal};
use super::cause::CauseFinder;
use super::console::{Console, ConsoleApp};
use super::handler::{AppTasks, DeliveryHandler};
use super::inspection::{self, Inspection};
use super::public_side::{self, TunnelConnections};
use super::ready_file::ReadyFile;
use super::recorder::{self, Recorder};
use super::replayer::{self, Replay};
use super::subscriber::{self, Subscriber};
use super::{AppConfig, Happening, HistoryConfig, SessionConfig, SessionError, own_address, port_conflict};
use crate::delivery::{
    self, EventSender, MissingEvent, Ready, Route, Session, SessionEvent, SharedExpectation, TunnelKind,
    Warning,
};
use crate::forward::{self, Targets};
use crate::inspector::Doorbell;
use crate::instances::Entry;
use crate::keys::{Interaction, Key};
use crate::listener::{self, Bound, LocalConnections, Pipeline, Slots};
use crate::probe::ProbeKey;
use crate::report::{self, Report};
use crate::tunnel::{self, Tunnel, TunnelTarget};

/// Capacity of the event queue: one second of a busy account.
const QUEUE: usize = 1024;

/// The grace period for requests in flight at shutdown. Most are answered in milliseconds. A slow client must not delay
/// the shutdown, which takes three seconds at most, including the tunnel.
const GRACE: Duration = Duration::from_millis(1500);

/// How long the start waits for the search in earlier sessions.
const LOOK_BACK_LIMIT: Duration = Duration::from_millis(250);

/// How long each of the last parts, such as the report, may take to drain its queue.
const DRAIN_LIMIT: Duration = Duration::from_secs(2);

/// The parts of a running session.
pub(super) struct Parts {
    pub(super) events: EventSender,
    /// Dropping it stops the servers and the tasks of the app.
    stop: DropGuard,
    servers: [JoinHandle<()>; 2],
    inspector: Option<JoinHandle<()>>,
    slots: Slots,
    public_side: JoinHandle<()>,
    tunnel: tunnel::Ending,
    app_tasks: Option<AppTasks>,
    recorder: Arc<Recorder>,
    awaited: SharedExpectation,
    reported: oneshot::Receiver<()>,
    /// Lets other programs find the session.
    announced: Withdrawal,
}

impl Parts {
    pub(super) async fn start(
        mut config: SessionConfig,
        report: Report,
        happenings: mpsc::UnboundedSender<Happening>,
        pressed: Option<mpsc::Receiver<Key>>,
    ) -> Result<Self, SessionError> {
        let ready_file = config.ready_file.take().map(ReadyFile::new).transpose()?;
        let project = config.history.as_ref().and_then(|history| history.project.clone());
        let opened = SessionOpening::new(&mut config).await?;
        let awaited = SharedExpectation::new(std::mem::take(&mut config.waiting.expectation));
        let inspection = Inspection::bind(&config, &opened, awaited.clone()).await?;
        let no_inspector = inspection::missing(&config, opened.history.is_some());
        let mut session = opened.session(&mut config)?;
        session.inspector = inspection.as_ref().map(Inspection::url);
        let inspector_url = session.inspector.clone();
        let ready = Ready { local: session.local, path: session.path.clone(), public_url: None };
        let kind = session.tunnel;

        let (mut events, queue) = delivery::event_channel(QUEUE);
        if let Some(inspection) = &inspection {
            events = events.with_tap(inspection.feed());
        }
        let stop = CancellationToken::new();
        let inspection = inspection.map(|inspection| inspection.start(stop.child_token()));
        let (inspector, doorbell) = inspection.unzip();
        let (replays, to_replay) = mpsc::channel(replayer::WAITING);
        let console = pressed.map(|pressed| opened.console(&config, pressed, replays, doorbell));
        let causes = CauseFinder::new(config.texts, Instant::now());
        let to_session = happenings.clone();
        let subscriber =
            Subscriber::new(report, config.waiting.selection, awaited.clone(), causes, to_session, console);
        let reported = subscriber::spawn(subscriber, queue)?;
        send_opening(
            &events,
            session,
            config.warnings.into_iter().chain(opened.warnings).chain(no_inspector),
        )
        .await;

        if let Some(history) = &opened.history {
            recorder::report_replacements(history, opened.history_file.is_none(), events.clone());
        }

        let probe = opened.probe;
        let target = TunnelTarget { address: ready.local, path: ready.path.clone(), probe: probe.clone() };
        let recorder = Arc::new(Recorder::new(opened.history, kind, events.clone()));
        look_back(&recorder).await;
        let apps =
            opened.app.iter().flat_map(|(_, app)| &app.forward.targets).map(ToString::to_string).collect();
        let app = opened.app.map(|(targets, app)| {
            AppTasks::start(targets, app.policy, to_replay, recorder.clone(), events.clone(), &stop)
        });
        let (app_tasks, forwarder) = app.unzip();
        let handler = DeliveryHandler { forwarder, recorder: recorder.clone(), events: events.clone() };
        let slots = Slots::new(config.limits.connections, public_route(kind));
        let mut pipeline =
            Pipeline::new(config.endpoint, config.limits, events.clone()).with_handler(Arc::new(handler));
        if let Some(key) = probe {
            pipeline = pipeline.recognizing_own(key);
        }
        let entry = Entry::of_process(ready.local, &ready.path, SystemTime::now())
            .forwarding_to(apps)
            .with_inspector(inspector_url)
            .of_project(project, opened.history_file)
            .logging_to(config.log);
        let announcement =
            Announcement::start(config.found_in.as_deref(), entry, ready_file, &events).await?;

        let local = LocalConnections::new(opened.bound.listener, events.clone());
        let tunnel = Tunnel::start(config.tunnel, target);
        let servers = serve(local, TunnelConnections(tunnel.connections), pipeline, slots.clone(), &stop);
        let expected = public_side::Expected { kind, strict_url: config.strict_url };
        let announced = Withdrawal(announcement.clone());
        let to_session = public_side::ToSession { events: events.clone(), happenings, announcement };
        let public_side = public_side::follow(expected, ready, tunnel.states, to_session, recorder.clone());
        Ok(Self {
            events,
            stop: stop.drop_guard(),
            servers,
            inspector,
            slots,
            public_side: tokio::spawn(public_side),
            tunnel: tunnel.ending,
            app_tasks,
            recorder,
            awaited,
            reported,
            announced,
        })
    }

    /// The requests that are not answered yet, and the deliveries that wait for the app.
    pub(super) fn in_progress(&self) -> usize {
        self.slots.requests() + self.app_tasks.as_ref().map_or(0, AppTasks::unsent)
    }

    /// The expected events that are not delivered yet.
    pub(super) fn missing(&self) -> Vec<MissingEvent> {
        self.awaited.missing()
    }

    /// Shuts down in order: refuses new connections, answers requests in flight, closes the tunnel, and reports all
    /// events. Returns the expected events that were not delivered.
    pub(super) async fn end(self) -> Vec<MissingEvent> {
        let Self { events, recorder, .. } = self;
        drop(self.announced);
        drop(self.stop);
        for server in self.servers {
            let _ = server.await;
        }
        self.tunnel.stop().await;
        if let Some(inspector) = self.inspector {
            let _ = inspector.await;
        }
        if let Some(app_tasks) = self.app_tasks {
            app_tasks.end(DRAIN_LIMIT).await;
        }
        // Ends with the tunnel's states, unless the report blocks.
        let _ = tokio::time::timeout(DRAIN_LIMIT, self.public_side).await;
        // Acknowledged deliveries are already on disk. This waits for the app's late answers.
        let _ = tokio::time::timeout(DRAIN_LIMIT, recorder.close()).await;
        // The report ends once all senders of events are dropped.
        drop((events, recorder));
        let _ = tokio::time::timeout(DRAIN_LIMIT, self.reported).await;
        self.awaited.missing()
    }
}

/// What is opened before the first task starts. Opening can fail.
pub(super) struct SessionOpening {
    /// `Some` with `--forward`.
    pub(super) app: Option<(Targets, AppConfig)>,
    pub(super) history: Option<recorder::OpenHistory>,
    pub(super) history_file: Option<PathBuf>,
    pub(super) bound: Bound,
    /// Recognizes the session's own requests.
    probe: Option<ProbeKey>,
    warnings: Vec<Warning>,
}

impl SessionOpening {
    async fn new(config: &mut SessionConfig) -> Result<Self, SessionError> {
        let no_random_numbers = |error| SessionError::System { what: "get random numbers", error };
        let probe = Some(tunnel::new_probe_key().map_err(no_random_numbers)?);
        let app = config.app.take();
        let app = app.map(|app| open_targets(app, probe.as_ref())).transpose()?;
        let history_file = config.history.as_ref().and_then(HistoryConfig::non_default_file);
        let (history, history_failing) = recorder::open(config.history.take())?;
        let bound = listener::bind(config.address.host, config.address.port).await;
        let bound = port_conflict::name_session(bound, config.found_in.as_deref())?;
        if let Some((targets, _)) = &app
            && let Some(target) = own_address::find(targets, &bound).await
        {
            return Err(SessionError::ForwardsToItself { target, local: bound.local });
        }
        let app_config = app.as_ref().map(|(_, app)| app);
        let mut warnings = warnings_of(&bound, config.endpoint.allow_unsigned_challenge, app_config);
        warnings.extend(history_failing);
        Ok(Self { app, history, history_file, bound, probe, warnings })
    }

    fn session(&self, config: &mut SessionConfig) -> Result<Session, SessionError> {
        Ok(Session {
            secrets: std::mem::take(&mut config.secrets),
            local: self.bound.local,
            path: config.endpoint.path.clone(),
            tunnel: config.tunnel.kind(),
            // Damage is reported by itself, and does not keep the session from starting.
            history: self.history.as_ref().map(|opened| opened.history.count().unwrap_or(0)),
            history_file: self.history_file.clone(),
            apps: self.app.iter().flat_map(|(targets, _)| targets.targets().map(app_row)).collect(),
            inspector: None,
        })
    }

    fn console(
        &self,
        config: &SessionConfig,
        pressed: mpsc::Receiver<Key>,
        replays: mpsc::Sender<Replay>,
        inspector: Option<Doorbell>,
    ) -> Console {
        Console {
            interaction: Interaction::default(),
            pressed,
            app: self.app.as_ref().map(|(targets, app)| ConsoleApp {
                targets: targets.clone(),
                replays,
                unverified: app.policy.unverified,
            }),
            secrets: config.endpoint.secrets.clone(),
            kept: self.history.as_ref().map(|_| report::history_flag(self.history_file.as_deref())),
            inspector,
            explained_copying: false,
        }
    }
}

/// The targets of `--forward`, which get the session's mark with each request.
fn open_targets(mut app: AppConfig, key: Option<&ProbeKey>) -> Result<(Targets, AppConfig), SessionError> {
    // The mark is always valid in a header.
    if let Some(mark) = key.and_then(|key| HeaderValue::try_from(key.forward_mark()).ok()) {
        app.forward.mark_with(mark);
    }
    Ok((Targets::new(app.forward.clone())?, app))
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

async fn send_opening(events: &EventSender, session: Session, warnings: impl Iterator<Item = Warning>) {
    events.send(SessionEvent::Started(session)).await;
    for warning in warnings {
        events.send(SessionEvent::Warning(warning)).await;
    }
}

/// Searches earlier sessions for events that Zoom may retry. A slow search continues in the background.
async fn look_back(recorder: &Arc<Recorder>) {
    let recorder = recorder.clone();
    let search = tokio::task::spawn_blocking(move || recorder.look_back(SystemTime::now()));
    let _ = tokio::time::timeout(LOOK_BACK_LIMIT, search).await;
}

/// A target and its events.
fn app_row(target: &forward::ForwardTarget) -> String {
    match target.pattern() {
        Some(pattern) => format!("{target} for {pattern}"),
        None => target.to_string(),
    }
}

fn warnings_of(bound: &Bound, allow_unsigned_challenge: bool, app: Option<&AppConfig>) -> Vec<Warning> {
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
    warnings.extend(app.filter(|app| app.forward.insecure).map(|_| Warning::AppCertificateUnchecked));
    warnings
}
