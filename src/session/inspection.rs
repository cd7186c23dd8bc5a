//! The inspector of a session: bound before the session starts, so that its URL is shown with the other ones.

use std::io;
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::parts::{OpenSource, SessionOpening};
use super::{InspectorConfig, SessionConfig, SessionError};
use crate::delivery::{EventTap, SharedExpectation, Warning};
use crate::diagnosis::SecretText;
use crate::inspector::{self, Inspected, Inspector, LiveFeed, ResumePlace};
use crate::report::{self, Ndjson};
use crate::zoom::NamedSecret;

/// The bound inspector, and what it will show.
pub(super) struct Inspection {
    inspector: Inspector,
    inspected: Inspected,
    feed: Arc<LiveFeed>,
    opens: bool,
}

impl Inspection {
    /// Binds the port. `None` if the session has no inspector: without a history there is nothing to show.
    ///
    /// # Errors
    /// The port that the user chose cannot be bound. Without one, the session goes on without an inspector.
    pub(super) async fn bind(
        config: &SessionConfig,
        opened: &SessionOpening,
        project: Option<&str>,
        awaited: SharedExpectation,
    ) -> Result<Option<Self>, SessionError> {
        let Some((wanted, history)) = config.inspector.clone().zip(opened.history.as_ref()) else {
            return Ok(None);
        };
        let InspectorConfig { port, opens, read } = wanted;
        let no_random =
            || SessionError::System { what: "get random numbers", error: io::ErrorKind::Unsupported.into() };
        let random = inspector::random_bytes().ok_or_else(no_random)?;
        let file = &history.history.settings().file;
        let resume = config.inspector_keys.as_deref();
        let resume = resume.map(|folder| ResumePlace { folder, project, history: file });
        let inspector = match (Inspector::bind(port, random, resume).await, port) {
            (Ok(inspector), _) => inspector,
            (Err(error), Some(_)) => return Err(error.into()),
            (Err(_), None) => return Ok(None),
        };
        let feed = Arc::new(LiveFeed::new(Ndjson::new(&config.report)));
        let secrets: Vec<NamedSecret> = config.endpoint.secrets.clone();
        let texts: Vec<SecretText> = config.texts.clone();
        let inspected = Inspected {
            history: file.clone(),
            project: project.map(str::to_owned),
            history_flag: report::history_flag(opened.history_file.as_deref()),
            secrets,
            texts,
            apps: opened.app.as_ref().map(|(targets, _)| targets.clone()),
            endpoint: match &opened.source {
                OpenSource::Endpoint(endpoint) => {
                    format!("http://{}{}", endpoint.bound.local, config.endpoint.path).parse().ok()
                }
                OpenSource::Stream(_) => None,
            },
            ca: opened.app.as_ref().and_then(|(_, app)| app.forward.ca.clone()),
            live: Some(feed.clone()),
            awaited: Some(awaited),
            read,
            ..Inspected::default()
        };
        Ok(Some(Self { inspector, inspected, feed, opens }))
    }

    /// The URL that opens the page.
    pub(super) fn url(&self) -> String {
        self.inspector.url()
    }

    /// Sees the session's events.
    pub(super) fn feed(&self) -> Arc<dyn EventTap> {
        self.feed.clone()
    }

    /// Starts to serve, until `stop` is canceled. Returns the task, and a way to open the page.
    pub(super) fn start(self, stop: CancellationToken) -> (JoinHandle<()>, inspector::Doorbell) {
        let doorbell = self.inspector.doorbell();
        if self.opens {
            // A machine without a browser is not a failure of the session. The URL is shown anyway.
            let _ = doorbell.open_browser();
        }
        (tokio::spawn(self.inspector.serve(self.inspected, stop)), doorbell)
    }
}

/// The warning that there is no inspector although the user asked for one.
pub(super) fn missing(config: &SessionConfig, has_history: bool) -> Option<Warning> {
    let is_asked_for =
        |wanted: &InspectorConfig| wanted.port.is_some() || wanted.opens || !wanted.read.hosts.is_empty();
    let wanted = config.inspector.as_ref().is_some_and(is_asked_for);
    (wanted && !has_history).then_some(Warning::InspectorNeedsHistory)
}
