//! Connects `replay` to the rest of the program: the app (through `forward`), the history and the report.

use std::time::Duration;

use crate::commands::failure::running_for_others;
use crate::commands::{ExitStatus, Failure};
use crate::delivery::{Forwarded, Request, StoredDelivery};
use crate::forward::{OpenApp, OpenApps};
use crate::history::{self, HistoryError, HistoryReader};
use crate::replay::{ReplayContext, ReplayProgress};
use crate::report;
use crate::report::{OutputError, ReplayReport};
use crate::settings::replay::{NoTarget, ReplayTo};

/// The context of a replay. It sends to apps and reports progress.
pub(super) struct Program<'r> {
    reader: &'r HistoryReader,
    to: ReplayTo,
    apps: OpenApps,
    pub(super) report: ReplayReport,
}

impl<'r> Program<'r> {
    pub(super) fn new(reader: &'r HistoryReader, to: ReplayTo, report: ReplayReport) -> Self {
        Self { reader, to, apps: OpenApps::default(), report }
    }

    pub(super) fn note(&mut self, text: &str) -> Result<(), Stop> {
        Ok(self.report.note(text)?)
    }
}

impl ReplayContext for Program<'_> {
    type App = OpenApp;
    type Error = Stop;

    fn has_target(&self) -> bool {
        self.to.is_given()
    }

    fn app_for(&mut self, stored: &StoredDelivery) -> Result<(OpenApp, Option<String>), Stop> {
        let place = self.to.place_for(stored).map_err(no_target)?;
        let opened = self.apps.open(place.target, |target| self.to.relay_to(target)).map_err(|error| {
            Failure::new(ExitStatus::Usage, error.to_string())
                .with_hint("Name its certificates with --ca, or trust any certificate with --insecure.")
        })?;
        Ok((opened, place.note))
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

    fn short_id(&self, id: &str) -> Result<String, Stop> {
        Ok(self.reader.short_id(id)?)
    }

    fn settle(&mut self, stored: &StoredDelivery, forwarded: &Forwarded) -> Result<(), Stop> {
        Ok(history::settle_now(self.reader.path(), &stored.id, forwarded)?)
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
        NoTarget::NotConfirmed { is_given: true, .. } => "To send anyway, add --yes.".to_owned(),
        NoTarget::NotConfirmed { is_given: false, .. } => {
            "It received the delivery the first time. To send anyway, add --yes. To send it to an app on this \
             machine, add --to, such as --to 3000."
                .to_owned()
        }
        NoTarget::OtherProjects(running) => {
            running_for_others("Name a target with --to.", running.iter().map(report::session_in_a_line))
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
