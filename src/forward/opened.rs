//! [`OpenApps`]: single apps, opened when they are first needed.

use std::collections::HashMap;
use std::time::Duration;

use hyper::header::HeaderName;

use super::{ForwardSettings, TargetId, Targets, is_framing};
use crate::delivery::{ForwardRole, Forwarded, Request};
use crate::http::{Target, TlsRootsError};

/// One app with the connections to it. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct OpenApp {
    targets: Targets,
    id: TargetId,
}

impl OpenApp {
    /// One of these targets.
    pub(crate) fn of(targets: &Targets, id: TargetId) -> Self {
        Self { targets: targets.clone(), id }
    }

    /// The app's URL, without credentials.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        self.targets.target(self.id).to_string()
    }

    /// Whether the app gets this header from the request: the user sets no other value, and it is not one of a single
    /// connection.
    #[must_use]
    pub(crate) fn passes_header(&self, name: &str) -> bool {
        let Ok(name) = name.parse::<HeaderName>() else { return false };
        !is_framing(&name) && !self.targets.sets_header(&name)
    }

    /// Sends one request.
    pub(crate) async fn send(&self, request: &Request) -> Forwarded {
        self.targets.send(self.id, request, ForwardRole::Answers).await
    }

    /// As [`Targets::wait_until_open`].
    pub(crate) async fn wait_until_open(&self, limit: Duration) -> bool {
        self.targets.wait_until_open(self.id, limit).await
    }
}

/// Apps by their URL, so that connections are reused.
#[derive(Debug, Default)]
pub(crate) struct OpenApps(HashMap<String, OpenApp>);

impl OpenApps {
    /// The app of this target. `settings` are those for a target that is not open yet.
    ///
    /// # Errors
    /// As [`Targets::new`].
    pub(crate) fn open(
        &mut self,
        target: Target,
        settings: impl FnOnce(Target) -> ForwardSettings,
    ) -> Result<OpenApp, TlsRootsError> {
        let url = target.to_string();
        if let Some(known) = self.0.get(&url) {
            return Ok(known.clone());
        }
        let app = OpenApp { targets: Targets::new(settings(target))?, id: TargetId(0) };
        self.0.insert(url, app.clone());
        Ok(app)
    }
}
