//! The parts of a running session: [`Parts::start`] and [`Parts::end`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hyper::header::HeaderValue;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::cause::CauseFinder;
use super::console::{Console, ConsoleApp};
use super::endpoint::{EndpointParts, Handling, Listing, OpenEndpoint};
use super::followed_stream::{OpenStream, StreamParts};
use super::handler::AppTasks;
use super::inspection::{self, Inspection};
use super::ready_file::ReadyFile;
use super::recorder::{self, Recorder};
use super::replayer::{self, Replay};
use super::sharing;
use super::subscriber::{self, Subscriber};
use super::{
    AppConfig, EndpointConfig, Happening, HistoryConfig, SessionConfig, SessionError, SourceConfig,
    own_address, port_conflict,
};
use crate::delivery::{
    self, EventSender, MissingEvent, Session, SessionEvent, SessionSource, SharedExpectation, StreamPlace,
    Warning, Word,
};
use crate::forward::{self, Targets};
use crate::inspector::Doorbell;
use crate::instances::Entry;
use crate::keys::{Interaction, Key};
use crate::listener::{self, Bound};
use crate::probe::ProbeKey;
use crate::report::{self, Report};
use crate::tunnel;

/// Capacity of the event queue: one second of a busy account.
const QUEUE: usize = 1024;

/// How long the start waits for the search in earlier sessions.
const LOOK_BACK_LIMIT: Duration = Duration::from_millis(250);

/// How long each of the last parts, such as the report, may take to drain its queue.
pub(super) const DRAIN_LIMIT: Duration = Duration::from_secs(2);

/// The parts of a running session.
pub(super) struct Parts {
    pub(super) events: EventSender,
    /// Dropping it stops the source and the tasks of the app.
    stop: DropGuard,
    source: SourceParts,
    inspector: Option<JoinHandle<()>>,
    app_tasks: Option<AppTasks>,
    recorder: Arc<Recorder>,
    awaited: SharedExpectation,
    reported: oneshot::Receiver<()>,
}

/// Where the deliveries come from.
enum SourceParts {
    Endpoint(EndpointParts),
    Stream(Box<StreamParts>),
}

impl Parts {
    pub(super) async fn start(
        mut config: SessionConfig,
        report: Report,
        happenings: mpsc::UnboundedSender<Happening>,
        pressed: Option<mpsc::Receiver<Key>>,
    ) -> Result<Self, SessionError> {
        let ready_file = config.ready_file.take().map(ReadyFile::new).transpose()?;
        let project = config.project.take();
        let is_without_history = config.history.is_none();
        let opened = SessionOpening::new(&mut config).await?;
        let awaited = SharedExpectation::new(std::mem::take(&mut config.waiting.expectation));
        let inspection = Inspection::bind(&config, &opened, project.as_deref(), awaited.clone()).await?;
        let no_inspector = inspection::missing(&config, opened.history.is_some());
        let mut session = opened.session(&mut config);
        session.inspector = inspection.as_ref().map(Inspection::url);
        let (kind, inspector_url) = (session.source.tunnel(), session.inspector.clone());

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

        let recorder = Arc::new(Recorder::new(opened.history, kind, events.clone()));
        let receipts = match &opened.source {
            OpenSource::Endpoint(_) => None,
            OpenSource::Stream(stream) => Some(stream.receipts.clone()),
        };
        let apps =
            opened.app.iter().flat_map(|(_, app)| &app.forward.targets).map(ToString::to_string).collect();
        let app = opened.app.map(|(targets, app)| {
            AppTasks::start(targets, app.policy, to_replay, recorder.clone(), events.clone(), receipts, &stop)
        });
        let (app_tasks, forwarder) = app.unzip();
        let handling = Handling {
            endpoint: config.endpoint,
            forwarder,
            recorder: recorder.clone(),
            events: events.clone(),
            happenings,
        };
        let source = match opened.source {
            OpenSource::Endpoint(endpoint) => {
                look_back(&recorder).await;
                let (local, since) = (endpoint.bound.local, SystemTime::now());
                let entry = Entry {
                    apps,
                    inspector: inspector_url,
                    project,
                    history_file: opened.history_file,
                    is_without_history,
                    log: config.log,
                    tunnel: Some(kind.as_str().to_owned()),
                    ..Entry::of_process(local, &handling.endpoint.path, since)
                };
                let listing = Listing { folder: config.found_in, entry, ready_file };
                SourceParts::Endpoint(EndpointParts::start(*endpoint, handling, listing, &stop).await?)
            }
            OpenSource::Stream(stream) => {
                SourceParts::Stream(Box::new(StreamParts::start(*stream, handling, &stop).await))
            }
        };
        Ok(Self {
            events,
            stop: stop.drop_guard(),
            source,
            inspector,
            app_tasks,
            recorder,
            awaited,
            reported,
        })
    }

    /// The requests that are not answered yet, and the deliveries that wait for the app.
    pub(super) fn in_progress(&self) -> usize {
        let unanswered = match &self.source {
            SourceParts::Endpoint(endpoint) => endpoint.in_progress(),
            SourceParts::Stream(_) => 0,
        };
        unanswered + self.app_tasks.as_ref().map_or(0, AppTasks::unsent)
    }

    /// The expected events that are not delivered yet.
    pub(super) fn missing(&self) -> Vec<MissingEvent> {
        self.awaited.missing()
    }

    /// Shuts down in order: takes no further deliveries, finishes those in progress, closes the tunnel or the stream, and
    /// reports all events. Returns the expected events that were not delivered.
    pub(super) async fn end(self) -> Vec<MissingEvent> {
        let Self { events, recorder, .. } = self;
        let stop = self.stop;
        let stream = match self.source {
            SourceParts::Endpoint(endpoint) => {
                endpoint.end(stop).await;
                None
            }
            SourceParts::Stream(mut stream) => {
                stream.end_intake(stop).await;
                Some(stream)
            }
        };
        if let Some(inspector) = self.inspector {
            let _ = inspector.await;
        }
        if let Some(app_tasks) = self.app_tasks {
            app_tasks.end(DRAIN_LIMIT).await;
        }
        // Acknowledged deliveries are already on disk. This waits for the app's late answers.
        let _ = tokio::time::timeout(DRAIN_LIMIT, recorder.close()).await;
        if let Some(stream) = stream {
            stream.end().await;
        }
        // The report ends once all senders of events are dropped.
        drop((events, recorder));
        let _ = tokio::time::timeout(DRAIN_LIMIT, self.reported).await;
        self.awaited.missing()
    }
}

/// A source that is opened and does not deliver yet.
pub(super) enum OpenSource {
    Endpoint(Box<OpenEndpoint>),
    Stream(Box<OpenStream>),
}

/// What is opened before the first task starts. Opening can fail.
pub(super) struct SessionOpening {
    /// `Some` with `--forward`.
    pub(super) app: Option<(Targets, AppConfig)>,
    pub(super) history: Option<recorder::OpenHistory>,
    pub(super) history_file: Option<PathBuf>,
    pub(super) source: OpenSource,
    /// The stream on which the session shares.
    shares_on: Option<StreamPlace>,
    warnings: Vec<Warning>,
}

impl SessionOpening {
    async fn new(config: &mut SessionConfig) -> Result<Self, SessionError> {
        let no_random_numbers = |error| SessionError::System { what: "get random numbers", error };
        let probe = tunnel::new_probe_key().map_err(no_random_numbers)?;
        let app = config.app.take();
        let app = app.map(|app| open_targets(app, &probe)).transpose()?;
        let history_file = config.history.as_ref().and_then(HistoryConfig::non_default_file);
        let (history, history_failing) = recorder::open(config.history.take())?;
        let mut opening = Self {
            source: match &config.source {
                SourceConfig::Stream(stream) => OpenSource::Stream(Box::new(OpenStream::new(stream).await?)),
                SourceConfig::Endpoint(endpoint) => {
                    let (bound, endpoint) = bind(endpoint, config, app.as_ref()).await?;
                    OpenSource::Endpoint(Box::new(OpenEndpoint {
                        bound,
                        config: endpoint,
                        probe,
                        publisher: None,
                    }))
                }
            },
            app,
            history,
            history_file,
            shares_on: None,
            warnings: Vec::new(),
        };
        opening.warnings = opening.warnings_of(config.endpoint.allow_unsigned_challenge);
        opening.warnings.extend(history_failing);
        opening.share().await?;
        Ok(opening)
    }

    /// Connects to the stream on which the session shares, if there is one.
    async fn share(&mut self) -> Result<(), SessionError> {
        let OpenSource::Endpoint(endpoint) = &mut self.source else { return Ok(()) };
        let Some(share) = &endpoint.config.share else { return Ok(()) };
        let (publisher, place, warnings) = sharing::open(share).await?;
        (endpoint.publisher, self.shares_on) = (Some(publisher), Some(place));
        self.warnings.extend(warnings);
        Ok(())
    }

    fn session(&self, config: &mut SessionConfig) -> Session {
        let source = match &self.source {
            OpenSource::Endpoint(endpoint) => SessionSource::Endpoint {
                local: endpoint.bound.local,
                path: config.endpoint.path.clone(),
                tunnel: endpoint.config.tunnel.kind(),
            },
            OpenSource::Stream(stream) => SessionSource::Stream(stream.place.clone()),
        };
        Session {
            secrets: std::mem::take(&mut config.secrets),
            source,
            shares_on: self.shares_on.clone(),
            // Damage is reported by itself, and does not keep the session from starting.
            history: self.history.as_ref().map(|opened| opened.history.count().unwrap_or(0)),
            history_file: self.history_file.clone(),
            apps: self.app.iter().flat_map(|(targets, _)| targets.targets().map(app_row)).collect(),
            inspector: None,
        }
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

    fn warnings_of(&self, allow_unsigned_challenge: bool) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let OpenSource::Endpoint(endpoint) = &self.source {
            warnings.extend(warnings_of_socket(&endpoint.bound));
            warnings.extend(allow_unsigned_challenge.then_some(Warning::UnsignedChallenges));
        }
        let app = self.app.as_ref().map(|(_, app)| app);
        warnings.extend(app.filter(|app| app.policy.unverified).map(|_| Warning::UnverifiedForwarded));
        warnings.extend(app.filter(|app| app.forward.insecure).map(|_| Warning::AppCertificateUnchecked));
        warnings
    }
}

/// Binds the socket of an endpoint.
async fn bind(
    endpoint: &EndpointConfig,
    config: &SessionConfig,
    app: Option<&(Targets, AppConfig)>,
) -> Result<(Bound, EndpointConfig), SessionError> {
    let bound = listener::bind(endpoint.address.host, endpoint.address.port).await;
    let bound = port_conflict::name_session(bound, config.found_in.as_deref())?;
    if let Some((targets, _)) = app
        && let Some(target) = own_address::find(targets, &bound).await
    {
        return Err(SessionError::ForwardsToItself { target, local: bound.local });
    }
    Ok((bound, endpoint.clone()))
}

/// The targets of `--forward`, which get the session's mark with each request.
fn open_targets(mut app: AppConfig, key: &ProbeKey) -> Result<(Targets, AppConfig), SessionError> {
    // The mark is always valid in a header.
    if let Ok(mark) = HeaderValue::try_from(key.forward_mark()) {
        app.forward.mark_with(mark);
    }
    Ok((Targets::new(app.forward.clone())?, app))
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

fn warnings_of_socket(bound: &Bound) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(holder) = &bound.usual_is_taken {
        let (taken, used) = (listener::USUAL_PORT, bound.local.port());
        warnings.push(Warning::PortMoved { taken, used, holder: holder.clone() });
    }
    if !bound.local.ip().is_loopback() {
        warnings.push(Warning::NotLoopback { local: bound.local });
    }
    warnings
}
