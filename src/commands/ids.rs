//! Stored deliveries named on the command line: finds them, and completes their ids in the shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::{ExitStatus, Failure, named_events};
use crate::delivery::StoredDelivery;
use crate::history::{HistoryReader, Reference, default_file};
use crate::report::history::{in_a_line, in_other_projects};
use crate::settings::env::Environment;
use crate::settings::project;

/// Completions offered to a shell: few enough for a menu that a person can read.
const OFFERED: u32 = 20;

/// The delivery that `reference` names. Positions and names of events mean the deliveries of `project`, or all.
pub(super) fn find(
    reader: &HistoryReader,
    reference: &Reference,
    project: Option<&str>,
) -> Result<StoredDelivery, Failure> {
    match reader.get(reference, project)? {
        Ok(stored) => Ok(stored),
        Err(fitting) => Err(not_found(reader, reference, project, &fitting)),
    }
}

/// The error for a reference that does not name one delivery: the ids in `fitting` fit.
pub(super) fn not_found(
    reader: &HistoryReader,
    reference: &Reference,
    project: Option<&str>,
    fitting: &[String],
) -> Failure {
    let of_others = || {
        let of_project = reader.count_of(Some(project?)).ok()?;
        reader.count().ok()?.checked_sub(of_project).filter(|count| *count > 0)
    };
    match (reference, project) {
        (Reference::Last(_) | Reference::LastOf(_), Some(project)) => match of_others() {
            Some(of_others) => not_in_project(reference, project, of_others),
            None => not_one(reference, fitting),
        },
        _ => not_one(reference, fitting),
    }
}

/// The error for a position or an event that this project does not have, although other projects have deliveries.
fn not_in_project(typed: &Reference, project: &str, of_others: u64) -> Failure {
    let message = match typed {
        Reference::Last(0) => format!("no delivery is stored for the project {project}"),
        Reference::LastOf(event) => {
            format!("no verified delivery of {event} is stored for the project {project}")
        }
        _ => format!("{typed}: there are not that many stored deliveries for the project {project}"),
    };
    let others = in_other_projects(of_others);
    Failure::new(ExitStatus::Usage, message)
        .with_hint(format!("{others}: --all-projects, or --project PATH."))
}

/// The error for an id that names no delivery, or several: those in `fitting`.
fn not_one(typed: &Reference, fitting: &[String]) -> Failure {
    let message = match (typed, fitting) {
        (Reference::Last(0), []) => "no delivery is stored yet".to_owned(),
        (Reference::Last(_), []) => format!("{typed}: there are not that many stored deliveries"),
        (Reference::LastOf(pattern), []) if named_events::is_pattern(pattern) => {
            format!("{pattern} is a pattern of events, not a delivery")
        }
        (Reference::LastOf(event), []) => format!("no verified delivery of {event} is stored"),
        (Reference::Beginning(_), []) => format!("no delivery has an id that begins with {typed}"),
        (_, ids) => format!("several deliveries have ids that begin with {typed}: {}", ids.join(", ")),
    };
    let hint = match typed {
        Reference::Last(0) => "`zoomhook listen` stores every delivery.".to_owned(),
        Reference::LastOf(pattern) if named_events::is_pattern(pattern) => {
            format!(
                "`zoomhook history list --event '{pattern}'` shows those that match a pattern, with their ids."
            )
        }
        Reference::LastOf(event) => named_events::nearest_to(event).unwrap_or_else(|| {
            format!("`zoomhook history list --event {event}` shows all that have the name.")
        }),
        Reference::Last(_) | Reference::Beginning(_) => "`zoomhook history list` shows the ids.".to_owned(),
    };
    Failure::new(ExitStatus::Usage, message).with_hint(hint)
}

/// The error for a history file that does not exist.
pub(super) fn no_history(path: &Path) -> Failure {
    Failure::new(ExitStatus::Usage, format!("there is no history at {}", path.display()))
        .with_hint("`zoomhook listen` stores every delivery. To use another file, add --history-file.")
}

/// Shell completion: `last` and the newest ids. An unreadable history gives none.
pub(super) fn completer() -> ArgValueCompleter {
    ArgValueCompleter::new(|typed: &OsStr| candidates(&typed.to_string_lossy()).unwrap_or_default())
}

fn candidates(typed: &str) -> Option<Vec<CompletionCandidate>> {
    let reader = HistoryReader::open(&file()?).ok()??;
    let project = if names_all_projects() { None } else { project::current(&Environment::of_process()) };
    let recent = reader.recent(OFFERED, project.as_deref()).ok()?;
    let newest = recent.first()?;
    let last = ("last".to_owned(), in_a_line(newest));
    let ids = recent.iter().map(|stored| {
        let id = reader.short_id(&stored.id).unwrap_or_else(|_| stored.id.clone());
        (id, in_a_line(stored))
    });
    let typed = typed.to_ascii_lowercase();
    let fitting = [last].into_iter().chain(ids).filter(|(id, _)| id.to_ascii_lowercase().starts_with(&typed));
    let order = (0..).map(Some);
    let candidate = |((id, help), order): ((String, String), Option<usize>)| {
        CompletionCandidate::new(id).help(Some(help.into())).display_order(order)
    };
    Some(fitting.zip(order).map(candidate).collect())
}

/// Whether the command line that is being completed counts the deliveries of all projects.
fn names_all_projects() -> bool {
    std::env::args_os().any(|word| word == "--all-projects")
}

/// The history file named on the command line that is being completed, or the default one.
fn file() -> Option<PathBuf> {
    let mut words = std::env::args_os();
    let given = words.find_map(|word| match word.to_str()?.strip_prefix("--history-file")? {
        "" => Some(None),
        rest => rest.strip_prefix('=').map(|path| Some(path.into())),
    });
    match given.and_then(|path| path.or_else(|| words.next())) {
        Some(path) => Some(path.into()),
        None => {
            let environment = Environment::of_process();
            default_file(|name| environment.path(name)).ok()
        }
    }
}
