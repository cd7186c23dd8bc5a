//! `history delete`: deletes deliveries by id or by filter.

use std::path::Path;
use std::time::SystemTime;

use crate::commands::named_events::checked;
use crate::commands::{ExitStatus, Failure, ids};
use crate::history::{HistoryReader, Reference, copies_of, delete_now};
use crate::report::{self, history as view};
use crate::settings::env::Environment;
use crate::settings::history::FilterArgs;
use crate::settings::prompt::Terminal;

#[derive(Debug, clap::Args)]
pub(super) struct DeleteArgs {
    /// Ids as `history list` shows them, last, or last-2
    #[arg(value_name = "ID", add = ids::completer())]
    deliveries: Vec<Reference>,
    /// Do not ask before more than one delivery is deleted
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

impl DeleteArgs {
    /// Deletes what was named, or what matches the filter.
    pub(super) fn run(self, path: &Path, now: SystemTime) -> Result<ExitStatus, Failure> {
        let has_filter = !self.filter.is_empty() || self.filter.project().is_given();
        match (self.deliveries.is_empty(), has_filter) {
            (true, false) => {
                let error = "there is nothing to delete: name deliveries, or give a filter";
                return Err(Failure::new(ExitStatus::Usage, error)
                    .with_hint("`zoomhook history list` shows the ids, and takes the same filters."));
            }
            (false, _) if !self.filter.is_empty() => {
                return Err(Failure::new(ExitStatus::Usage, "give either ids or a filter, not both"));
            }
            _ => {}
        }
        let Some(reader) = HistoryReader::open(path)? else {
            return Err(ids::no_history(path));
        };
        // Most likely a mistyped path.
        if let Some(project) = self.filter.project().check_given(&Environment::of_process())
            && reader.count_of(Some(&project))? == 0
        {
            let message = format!("no delivery is stored for the project {project}");
            return Err(Failure::new(ExitStatus::Usage, message)
                .with_hint("`zoomhook history list --all-projects` lists those of all projects."));
        }
        let ids = self.chosen(&reader, now)?;
        drop(reader);
        if ids.len() > 1 && !self.yes && !confirmed(ids.len() as u64, path)? {
            report::print_note("Nothing was deleted.");
            return Ok(ExitStatus::Done);
        }
        let deleted = delete_now(path, &ids, now)?;
        report::print_note(&view::deleted(&deleted, ids.len() as u64));
        for copy in copies_of(path) {
            report::print_note(&view::copy_remains(&copy));
        }
        Ok(ExitStatus::Done)
    }

    fn chosen(&self, reader: &HistoryReader, now: SystemTime) -> Result<Vec<String>, Failure> {
        if self.deliveries.is_empty() {
            return Ok(reader.ids(&checked((*self.filter).clone(), now))?);
        }
        let project = self.filter.project().check(&Environment::of_process());
        let mut chosen = Vec::with_capacity(self.deliveries.len());
        for reference in &self.deliveries {
            // It could mean one delivery of the event, or all of them.
            if let Reference::LastOf(event) = reference {
                let message = format!("{event} is not the id of a delivery");
                return Err(Failure::new(ExitStatus::Usage, message).with_hint(format!(
                    "`zoomhook history delete --event '{event}'` deletes all that match."
                )));
            }
            let id = match reader.id(reference, project.as_deref())? {
                Ok(id) => id,
                Err(fitting) => return Err(ids::not_found(reader, reference, project.as_deref(), &fitting)),
            };
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
        Ok(chosen)
    }
}

/// Asks the user at the terminal.
fn confirmed(count: u64, path: &Path) -> Result<bool, Failure> {
    let answer = Terminal.confirm(&view::deletion_question(count, path))?;
    answer.ok_or_else(|| {
        Failure::new(ExitStatus::Usage, view::no_answer_to_deletion(count))
            .with_hint("To delete them without being asked, add --yes.")
    })
}
