//! `check` from the page: the same cases, experiments and lines as those of the command.

use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::actions::{self, SentRequests};
use super::answer::ApiError;
use super::{Inspected, Site};
use crate::check::{CheckEndpoint, CheckPlan, CheckReport, examine};
use crate::diagnosis::Secrets;
use crate::forward::Targets;
use crate::http::{Target, TlsRootsError};
use crate::report;
use crate::zoom::NamedSecret;

/// Lines that wait for the page: more than a run has requests.
const UNREAD: usize = 512;

/// What to check.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckRequestBody {
    /// A port of this machine, or a URL of it, instead of the first app of `--forward`.
    pub(crate) to: Option<String>,
    /// Only the most telling cases.
    #[serde(default)]
    pub(crate) quick: bool,
    /// Whether to send events, to which the app reacts.
    pub(crate) events: bool,
}

/// `POST check`: a line for each request that is sent, then the lines of the command.
pub(super) fn check(site: &Arc<Site>, request: &CheckRequestBody) -> Result<SentRequests, ApiError> {
    let token = site.inspected.secrets.first().cloned();
    let token = token.ok_or_else(|| ApiError::bad("There is no secret token to sign it with."))?;
    let to = request.to.as_deref().filter(|to| !to.trim().is_empty());
    let target = match to {
        Some(to) => actions::target(site, to)?,
        None => app(&site.inspected).ok_or_else(|| {
            ApiError::bad("The session does not forward to an app. Name the port of your app.")
        })?,
    };
    let (sender, lines) = mpsc::channel(UNREAD);
    let run = PageCheck {
        endpoint: CheckEndpoint { ca: site.inspected.ca.clone(), ..CheckEndpoint::of(target) },
        secrets: Secrets::new(site.inspected.texts.clone()),
        token,
        quick: request.quick,
        events: request.events,
    };
    // A run is made for the one thread of a command.
    let handle = Handle::current();
    tokio::task::spawn_blocking(move || {
        handle.block_on(async {
            tokio::select! {
                () = run.run(&sender) => {}
                // The page is closed, so the run ends.
                () = sender.closed() => {}
            }
        });
    });
    Ok(SentRequests { lines, count: None })
}

/// The first app, with the path of the session's endpoint if it has none, as for the command.
pub(super) fn app(inspected: &Inspected) -> Option<Target> {
    let app = inspected.apps.iter().flat_map(Targets::targets).next()?.target().clone();
    let endpoint = inspected.endpoint.as_ref().map(|endpoint| endpoint.uri_for("/").path().to_owned());
    Some(app.with_default_path(endpoint.as_deref().unwrap_or("/")))
}

struct PageCheck {
    endpoint: CheckEndpoint,
    secrets: Secrets,
    token: NamedSecret,
    quick: bool,
    events: bool,
}

impl PageCheck {
    async fn run(&self, sender: &mpsc::Sender<Bytes>) {
        let begun = Instant::now();
        let lines = match self.report(sender).await {
            Ok(found) => report::check_lines(&found, &self.endpoint.target.to_string(), begun.elapsed()),
            Err(error) => ApiError::bad(error.to_string()).line(),
        };
        // The page may be closed.
        let _ = sender.send(lines.into()).await;
    }

    async fn report(&self, sender: &mpsc::Sender<Bytes>) -> Result<CheckReport, TlsRootsError> {
        let reached = match self.endpoint.reach().await? {
            Ok(reached) => reached,
            Err(report) => return Ok(report),
        };
        let plan = CheckPlan {
            secrets: &self.secrets,
            token: &self.token.token,
            quick: self.quick,
            events: self.events,
            has_headers: reached.has_headers,
            seed: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64,
        };
        let mut progress = |progress| {
            let sends = json!({ "v": 1, "type": "check_progress", "sends": report::being_sent(progress) });
            // A page that does not read misses only the progress.
            let _ = sender.try_send(format!("{sends}\n").into());
        };
        let facts = examine(&reached.wire, plan, &mut progress).await;
        Ok(reached.report(facts))
    }
}
