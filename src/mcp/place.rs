//! [`McpPlace`]: the project, its sessions, its history and its secret tokens, looked up at the moment of each call, because
//! an agent's session is longer than any of them.

use std::path::PathBuf;

use super::tool::ToolError;
use crate::delivery::has_masked_query;
use crate::forward::{ForwardSettings, ForwardTarget, Targets};
use crate::inspector::{Inspected, LocalApi, is_reachable};
use crate::instances::{self, Entry, SessionHistory};
use crate::settings::env::Environment;
use crate::settings::prompt::Unattended;
use crate::settings::secret::{FoundSecrets, SecretArgs, SecretError};

/// What an agent can do without a secret token.
const NO_SECRET: &str =
    "There is no secret token. The user sets ZOOM_WEBHOOK_SECRET_TOKEN in a .env file of this project.";

/// Where the tools look.
#[derive(Debug)]
pub(crate) struct McpPlace {
    /// The environment of the server.
    pub(crate) environment: Environment,
    /// The flags for secret tokens.
    pub(crate) secret: SecretArgs,
    /// The project; `None` for all.
    pub(crate) project: Option<String>,
    /// The history that the user named.
    pub(crate) named_history: Option<PathBuf>,
    /// The history without a name.
    pub(crate) usual_history: PathBuf,
    /// Hosts to which requests may be sent although they are not this machine.
    pub(crate) allowed_hosts: Vec<String>,
}

impl McpPlace {
    /// The running sessions of the project, the newest first.
    pub(super) fn sessions(&self) -> Result<Vec<Entry>, ToolError> {
        let folder = self.environment.instances_folder();
        let running = folder.as_deref().map(instances::all).transpose();
        let running = running
            .map_err(|reason| ToolError::new(format!("the list of sessions is not used: {reason}")))?;
        let is_own = |entry: &Entry| self.project.is_none() || entry.is_of_project(self.project.as_deref());
        Ok(running.unwrap_or_default().into_iter().filter(is_own).collect())
    }

    /// The history that is read now, and whether the sessions of the project store there.
    pub(super) fn history(&self, sessions: &[Entry]) -> (PathBuf, SessionHistory) {
        let stored = SessionHistory::of(sessions);
        let path = match (&self.named_history, &stored) {
            (Some(named), _) => named.clone(),
            (None, SessionHistory::File(path)) => path.clone(),
            (None, _) => self.usual_history.clone(),
        };
        (path, stored)
    }

    /// The secret tokens; none if there are none.
    pub(super) fn secrets(&self) -> Result<FoundSecrets, ToolError> {
        match self.secret.check(&self.environment, &mut Unattended) {
            Ok(found) => Ok(found),
            Err(SecretError::Missing { .. }) => Ok(FoundSecrets::none()),
            Err(error) => Err(ToolError::new(error.to_string())),
        }
    }

    /// The secret tokens, for a tool that needs one.
    pub(super) fn known_secrets(&self) -> Result<FoundSecrets, ToolError> {
        let secrets = self.secrets()?;
        if secrets.tokens.is_empty() {
            return Err(ToolError::new(NO_SECRET));
        }
        Ok(secrets)
    }

    /// The API, for a tool that signs.
    pub(super) fn signing_api(&self) -> Result<LocalApi, ToolError> {
        self.known_secrets()?;
        self.api()
    }

    /// The API of the inspector over all this.
    pub(super) fn api(&self) -> Result<LocalApi, ToolError> {
        let sessions = self.sessions()?;
        let FoundSecrets { tokens, texts, origins, .. } = self.secrets()?;
        let mut inspected = Inspected {
            history: self.history(&sessions).0,
            secrets: tokens,
            origins,
            texts,
            only_project: self.project.clone(),
            allowed_hosts: Some(self.allowed_hosts.clone()),
            ..Inspected::default()
        };
        if let Some(session) = sessions.first() {
            inspected.endpoint = session.url.parse().ok();
            inspected.apps = apps(session, &inspected);
        }
        Ok(LocalApi::new(inspected))
    }
}

/// The apps of a session that requests may be sent to.
fn apps(session: &Entry, inspected: &Inspected) -> Option<Targets> {
    let known = session.apps.iter().filter(|app| !has_masked_query(app));
    let targets = known.filter_map(|app| app.parse::<ForwardTarget>().ok());
    let targets: Vec<_> = targets.filter(|target| is_reachable(inspected, target.target())).collect();
    if targets.is_empty() { None } else { Targets::new(ForwardSettings::to(targets)).ok() }
}
