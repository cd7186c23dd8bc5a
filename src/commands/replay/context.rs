//! Connects `replay` to the rest of the program: the app (through `forward`), the history and the report.

use std::collections::HashMap;
use std::time::Duration;

use crate::commands::{ExitStatus, Failure};
use crate::delivery::{ForwardRole, Forwarded, Request, StoredDelivery};
use crate::forward::{TargetId, Targets};
use crate::history::{HistoryError, HistoryReader};
use crate::replay::{ReplayContext, ReplayProgress};
use crate::report;
use crate::report::{OutputError, ReplayReport};
use crate::settings::replay::{NoTarget, ReplayTo};

/// The context of a replay. It sends to apps and reports progress.
pub(super) struct Program<'r> {
    reader: &'r HistoryReader,
    to: ReplayTo,
    /// One entry per target, so that its connections are reused.
    apps: HashMap<String, (Targets, TargetId)>,
    pub(super) report: ReplayReport,
}

impl<'r> Program<'r> {
    pub(super) fn new(reader: &'r HistoryReader, to: ReplayTo, report: ReplayReport) -> Self {
        Self { reader, to, apps: HashMap::new(), report }
    }

    pub(super) fn note(&mut self, text: &str) -> Result<(), Stop> {
        Ok(self.report.note(text)?)
    }
}

impl ReplayContext for Program<'_> {
    type App = (Targets, TargetId);
    type Error = Stop;

    fn has_target(&self) -> bool {
        self.to.is_given()
    }

    fn app_for(&mut self, stored: &StoredDelivery) -> Result<(Self::App, Option<String>), Stop> {
        let place = self.to.place_for(stored).map_err(no_target)?;
        let name = place.target.to_string();
        if let Some(known) = self.apps.get(&name) {
            return Ok((known.clone(), place.note));
        }
        let targets = Targets::new(self.to.relay_to(place.target)).map_err(|error| {
            Failure::new(ExitStatus::Usage, error.to_string())
                .with_hint("Name its certificates with --ca, or trust any certificate with --insecure.")
        })?;
        let id = targets.targets_for(None).next();
        let id = id.ok_or_else(|| Failure::new(ExitStatus::Internal, "there is no target to send to"))?;
        self.apps.insert(name, (targets.clone(), id));
        Ok(((targets, id), place.note))
    }

    fn url(&self, (targets, id): &Self::App) -> String {
        targets.target(*id).to_string()
    }

    async fn send(&self, (targets, id): &Self::App, request: &Request) -> Forwarded {
        targets.send(*id, request, ForwardRole::Answers).await
    }

    async fn wait_until_open(&self, (targets, id): &Self::App, limit: Duration) -> bool {
        targets.wait_until_open(*id, limit).await
    }

    fn short_id(&self, id: &str) -> Result<String, Stop> {
        Ok(self.reader.short_id(id)?)
    }

    fn report(&mut self, progress: ReplayProgress) -> Result<(), Stop> {
        Ok(self.report.progress(&progress)?)
    }
}

/// Why a replay ends.
pub(super) enum Stop {
    Output(OutputError),
    Failed(Failure),
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<HistoryError> for Stop {
    fn from(error: HistoryError) -> Self {
        Self::Failed(error.into())
    }
}

fn no_target(error: NoTarget) -> Failure {
    let hint = match &error {
        NoTarget::NotConfirmed { .. } => {
            "To send anyway, add --yes. To use another target, add --to.".to_owned()
        }
        NoTarget::OtherProjects(running) => {
            let list: Vec<_> =
                running.iter().map(|entry| format!("\n  {}", report::session_in_a_line(entry))).collect();
            format!("Name a target with --to. Running for other projects:{}", list.concat())
        }
        NoTarget::Masked { .. } => "Name the whole URL with --to.".to_owned(),
        NoTarget::Imported | NoTarget::Kept(_) | NoTarget::Listen(_) => {
            "Name a target with --to, such as --to 3000.".to_owned()
        }
        NoTarget::Untrusted(reason) => {
            report::repair_hint(reason.repair(), "Name a target with --to, such as --to 3000.")
        }
    };
    Failure::new(ExitStatus::Usage, error.to_string()).with_hint(hint)
}
