//! Replays and triggered events.
//!
//! Both sign requests and send them, so they go only to an app of `--forward`, to the session itself, or to another port
//! of this machine.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::Deserialize;
use tokio::sync::mpsc;

use super::answer::ApiError;
use super::{Inspected, Site, catalogue as known_events, deliveries};
use crate::delivery::{Forwarded, Provenance, Request, StoredDelivery, has_masked_query, short_id};
use crate::diagnosis::Secrets;
use crate::forward::{ForwardSettings, ForwardTarget, OpenApp, OpenApps, Targets};
use crate::history;
use crate::http::Target;
use crate::replay::{Choice, ReplayContext, ReplayError, ReplayMode, ReplayProgress, Replayer, signed_again};
use crate::report;
use crate::send::{self, EndpointClient, Job, Pace, SendClock};
use crate::zoom::SecretToken;
use crate::zoom::catalogue::scenario::SHIPPED;
use crate::zoom::catalogue::{self, Sample};

/// Lines that wait for the page to read them. With more, it is closed, or does not read.
const UNREAD: usize = 64;

/// A run that sends requests. Dropping it ends the run.
#[derive(Debug)]
pub(crate) struct SentRequests {
    /// Lines of NDJSON, as the requests are answered.
    pub(crate) lines: mpsc::Receiver<Bytes>,
    /// How many requests will be sent, if it is known.
    pub(crate) count: Option<usize>,
}

/// What to send again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplayRequest {
    /// The deliveries; sent in the order of their arrival.
    pub(crate) ids: Vec<String>,
    /// A port of this machine, or a URL of it, instead of the app that received it.
    pub(crate) to: Option<String>,
    /// Another body, for a single delivery.
    pub(crate) body: Option<String>,
    /// As it was received, with the old signature.
    #[serde(default)]
    pub(crate) exact: bool,
}

/// `POST replay`: a line of NDJSON for each delivery, as it is sent.
pub(super) async fn replay(site: &Arc<Site>, request: ReplayRequest) -> Result<SentRequests, ApiError> {
    let chosen = deliveries::selected(site, &request.ids).await?;
    let to =
        request.to.as_deref().filter(|to| !to.trim().is_empty()).map(|to| target(site, to)).transpose()?;
    let mode = match (request.exact, request.body) {
        (true, Some(_)) => {
            return Err(ApiError::bad("body: `exact` sends the stored body. Leave out one of the two."));
        }
        (true, None) => ReplayMode::Exact,
        (false, body) => fresh(site, body, chosen.len())?,
    };
    let (sender, lines) = mpsc::channel(UNREAD);
    let count = Some(chosen.len());
    let context = PageReplay { site: site.clone(), to, apps: OpenApps::default(), sender };
    let secrets = Secrets::new(site.inspected.texts.clone());
    tokio::spawn(async move {
        let mut replayer = Replayer::new(context, mode, secrets, None);
        if let Err(error) = replayer.round(chosen.into_iter().map(Ok), Choice::Named).await {
            replayer.context().fail(error);
        }
    });
    Ok(SentRequests { lines, count })
}

fn fresh(site: &Site, body: Option<String>, count: usize) -> Result<ReplayMode, ApiError> {
    if site.inspected.secrets.is_empty() {
        return Err(ApiError::bad("There is no secret token to sign it with."));
    }
    if body.is_some() && count > 1 {
        return Err(ApiError::bad("body: only one delivery at a time can be edited"));
    }
    let secrets = site.inspected.secrets.clone();
    Ok(ReplayMode::Fresh { secrets, edits: Vec::new(), body: body.map(String::into_bytes) })
}

/// A target that the user typed, or the page offered.
pub(super) fn target(site: &Site, text: &str) -> Result<Target, ApiError> {
    let parsed: ForwardTarget = text.trim().parse().map_err(|error| ApiError::bad(format!("to: {error}")))?;
    let target = parsed.target();
    let name = target.to_string();
    let is_configured =
        site.inspected.apps.iter().flat_map(Targets::targets).any(|known| known.to_string() == name)
            || site.inspected.endpoint.as_ref().is_some_and(|endpoint| endpoint.to_string() == name);
    let is_allowed = is_configured || is_reachable(&site.inspected, target);
    if parsed.pattern().is_some() || !is_allowed {
        let how = site.inspected.allowed_hosts.as_ref().map(|_| ALLOW_TARGET).unwrap_or_default();
        return Err(ApiError::bad(format!("to: write a port of this machine, such as 3000{how}")));
    }
    Ok(target.clone())
}

/// How the user of `mcp` allows another host.
const ALLOW_TARGET: &str =
    ". Another host must be allowed by the user, who starts `zoomhook mcp` with --allow-target HOST.";

/// Whether requests may go to a target that is not an app of the session: a port of this machine, or a host that
/// the user allowed.
pub(crate) fn is_reachable(inspected: &Inspected, target: &Target) -> bool {
    // A Unix socket can be anything, such as that of a container engine.
    let Some(host) = target.host_name() else { return false };
    let is_allowed = |allowed: &String| allowed.eq_ignore_ascii_case(host);
    target.is_loopback() || inspected.allowed_hosts.iter().flatten().any(is_allowed)
}

/// The delivery for a command: with a fresh signature if a known token signed it, and to the app that it is for.
pub(super) fn for_command(site: &Site, stored: StoredDelivery) -> StoredDelivery {
    let mut signed =
        signed_again(&stored, site.inspected.secrets.clone(), SystemTime::now()).unwrap_or(stored);
    let of_app = site.inspected.apps.as_ref().and_then(|apps| {
        let app = apps.targets_for(signed.event.as_deref()).next()?;
        apps.target(app).url_for(&signed.target)
    });
    let own = || site.inspected.endpoint.as_ref().map(ToString::to_string);
    if let Some(url) = of_app.or_else(own) {
        signed.target = url;
    }
    signed
}

/// The replay of a page.
struct PageReplay {
    site: Arc<Site>,
    to: Option<Target>,
    apps: OpenApps,
    sender: mpsc::Sender<Bytes>,
}

impl PageReplay {
    fn line(&self, line: Vec<u8>) -> Result<(), ApiError> {
        self.sender.try_send(line.into()).map_err(|_| ApiError::bad("The page does not read the results."))
    }

    fn fail(&self, error: ReplayError<ApiError>) {
        let error = match error {
            ReplayError::NothingChosen => ApiError::bad("There is nothing to send."),
            ReplayError::NotPrepared { id, error } => ApiError::bad(format!("{}: {error}", short_id(&id))),
            ReplayError::Outside(error) => error,
        };
        // The page may be closed.
        let _ = self.line(error.line());
    }

    fn open(&mut self, target: Target) -> Result<OpenApp, ApiError> {
        let ca = self.site.inspected.ca.clone();
        let settings = |target: Target| ForwardSettings { ca, ..ForwardSettings::to(vec![target.into()]) };
        let opened = self.apps.open(target, settings);
        opened.map_err(|error| ApiError::bad(error.to_string()))
    }

    /// The app of `--forward` with this URL.
    fn configured(&self, url: &str) -> Option<OpenApp> {
        let apps = self.site.inspected.apps.as_ref()?;
        let id = apps.ids().find(|id| apps.target(*id).to_string() == url)?;
        Some(OpenApp::of(apps, id))
    }
}

impl ReplayContext for PageReplay {
    type App = OpenApp;
    type Error = ApiError;

    fn has_target(&self) -> bool {
        self.to.is_some()
    }

    /// As for `zoomhook replay`: the app that received it, also if it is not an app of this session, or else the session.
    fn app_for(&mut self, stored: &StoredDelivery) -> Result<(OpenApp, Option<String>), ApiError> {
        if let Some(to) = self.to.clone() {
            return Ok((self.open(to)?, None));
        }
        // What a file says never chooses where a signed request goes.
        if stored.provenance == Provenance::Imported {
            return Err(ApiError::bad(
                "The delivery was imported, so it has no target. Name the port of your app.",
            ));
        }
        let Some(app) = stored.app() else {
            let endpoint = self.site.inspected.endpoint.clone();
            let no_app = || ApiError::bad("No app has received it. Name the port of your app.");
            let note = "No app has received it, so it goes to this session, which handles it as a new one.";
            return Ok((self.open(endpoint.ok_or_else(no_app)?)?, Some(note.to_owned())));
        };
        if let Some(configured) = self.configured(&app.target) {
            return Ok((configured, None));
        }
        if has_masked_query(&app.target) {
            let why =
                "has a credential in its query, which the history does not store. Name the port of your app.";
            return Err(ApiError::bad(format!("{} {why}", app.target)));
        }
        let to = target(&self.site, &app.target).map_err(|_| {
            ApiError::bad(format!("{} received it and is not on this machine. Name another app.", app.target))
        })?;
        let note = format!("{to} received it, so it goes there. No running session forwards to it.");
        Ok((self.open(to)?, Some(note)))
    }

    fn url(&self, app: &OpenApp) -> String {
        app.url()
    }

    fn passes_header(&self, app: &OpenApp, name: &str) -> bool {
        app.passes_header(name)
    }

    async fn send(&self, app: &OpenApp, request: &Request) -> Forwarded {
        app.send(request).await
    }

    async fn wait_until_open(&self, app: &OpenApp, limit: Duration) -> bool {
        app.wait_until_open(limit).await
    }

    fn short_id(&self, id: &str) -> Result<String, ApiError> {
        Ok(short_id(id).to_owned())
    }

    fn settle(&mut self, stored: &StoredDelivery, forwarded: &Forwarded) -> Result<(), ApiError> {
        history::settle_now(&self.site.inspected.history, &stored.id, forwarded)?;
        if let Some(live) = &self.site.inspected.live {
            live.changed(&stored.id);
        }
        Ok(())
    }

    fn report(&mut self, progress: ReplayProgress) -> Result<(), ApiError> {
        report::replay_line(&progress, SystemTime::now()).map_or(Ok(()), |line| self.line(line))
    }
}

/// What to trigger: an event with this body, or a scenario.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerRequest {
    /// The event.
    pub(crate) event: Option<String>,
    /// Its body; a generated one without it.
    pub(crate) body: Option<String>,
    /// A built-in scenario instead.
    pub(crate) scenario: Option<String>,
    /// As for [`ReplayRequest`], instead of the running session.
    pub(crate) to: Option<String>,
}

/// One event of a run, and when it is due.
struct Due {
    at: Duration,
    event: &'static str,
    body: Vec<u8>,
}

/// `POST trigger`: a line of NDJSON for each request, as it is answered.
pub(super) async fn trigger(site: &Arc<Site>, request: TriggerRequest) -> Result<SentRequests, ApiError> {
    let secret = site.inspected.secrets.first().map(|secret| secret.token.clone());
    let secret = secret.ok_or_else(|| ApiError::bad("There is no secret token to sign it with."))?;
    let to = match request.to.as_deref().filter(|to| !to.trim().is_empty()) {
        Some(to) => target(site, to)?,
        None => {
            let endpoint = site.inspected.endpoint.clone();
            endpoint.ok_or_else(|| ApiError::bad("No session is running. Name the port of your app."))?
        }
    };
    let now = SystemTime::now();
    let events = match (&request.event, &request.scenario) {
        (Some(event), None) => vec![one_event(event, request.body, now)?],
        (None, Some(scenario)) => scenario_events(scenario, now)?,
        _ => return Err(ApiError::bad("name an event or a scenario")),
    };
    let client = EndpointClient::new(to, Vec::new()).map_err(|error| ApiError::bad(error.to_string()))?;
    let secrets = Secrets::new(site.inspected.texts.clone());
    let (sender, lines) = mpsc::channel(UNREAD);
    let count = Some(events.len());
    tokio::spawn(send_all(client, secrets, secret, events, sender));
    Ok(SentRequests { lines, count })
}

fn one_event(name: &str, body: Option<String>, now: SystemTime) -> Result<Due, ApiError> {
    let event = known_events::find(name).map_err(|error| ApiError::bad(error.to_string()))?;
    let body = body.unwrap_or_else(|| Sample::new(seed(now), now).of(&event).to_json());
    Ok(Due { at: Duration::ZERO, event: event.name(), body: body.into_bytes() })
}

/// The events of a scenario, ten times as fast as Zoom would send them. Their own times keep their real distances, and
/// the last one happens now.
fn scenario_events(name: &str, now: SystemTime) -> Result<Vec<Due>, ApiError> {
    let shipped = SHIPPED.iter().find(|shipped| shipped.name == name);
    let shipped = shipped.ok_or_else(|| {
        let names: Vec<_> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        ApiError::bad(format!("There is no such scenario. These are built in: {}.", names.join(", ")))
    })?;
    let scenario = shipped.read().map_err(|error| ApiError::bad(error.to_string()))?;
    let plan = scenario.plan(&[]).map_err(|error| ApiError::bad(error.to_string()))?;
    let began =
        now.checked_sub(plan.length).unwrap_or(UNIX_EPOCH).duration_since(UNIX_EPOCH).unwrap_or_default();
    let began = i64::try_from(began.as_millis()).unwrap_or(i64::MAX);
    let due = |planned: &crate::zoom::catalogue::scenario::Planned| Due {
        at: (planned.at / 10).min(Duration::from_secs(1).saturating_mul(60)),
        event: planned.event.name(),
        body: planned.sample(Sample::new(seed(now), now), began).of(&planned.event).to_json().into_bytes(),
    };
    Ok(plan.events.iter().map(due).collect())
}

fn seed(now: SystemTime) -> u64 {
    now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}

async fn send_all(
    client: EndpointClient,
    secrets: Secrets,
    secret: SecretToken,
    events: Vec<Due>,
    sender: mpsc::Sender<Bytes>,
) {
    let events = Arc::new(events);
    let (count, of_due) = (events.len() as u64, events.clone());
    let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let due = move |number: u64| of_due.get(place(number)).map_or(Duration::ZERO, |event| event.at);
    let make = move |number: u64, now: SystemTime| {
        let found = events.get(place(number)).or(events.first());
        let (event, body) = found.map_or(("", Vec::new()), |event| (event.event, event.body.clone()));
        let ids = catalogue::request_ids(seed(now) ^ number, &body);
        Job { event, body, ids, secret: secret.clone(), breakage: None, twice: false }
    };
    let pace = Pace { connections: 1, retry: false, speed: None };
    let mut posts = send::run(Arc::new(client), Arc::new(secrets), pace, SendClock::System, count, make, due);
    let report_all = async {
        while let Some((posted, _)) = posts.recv().await {
            if sender.send(report::posted_line(&posted).into()).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = report_all => {}
        // The page is closed, so the run ends before the next event is due.
        () = sender.closed() => {}
    }
}
