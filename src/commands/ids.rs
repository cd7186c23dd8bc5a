//! Stored deliveries named on the command line: finds them, and completes their ids in the shell.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};

use super::{ExitStatus, Failure};
use crate::delivery::StoredDelivery;
use crate::history::{HistoryReader, Reference, default_file};
use crate::report::history::in_a_line;
use crate::settings::env::Environment;

/// Completions offered to a shell: few enough for a menu that a person can read.
const OFFERED: u32 = 20;

/// The delivery that `reference` names.
pub(super) fn find(reader: &HistoryReader, reference: &Reference) -> Result<StoredDelivery, Failure> {
    reader.get(reference)?.map_err(|fitting| not_one(reference, &fitting))
}

/// The error for an id that names no delivery, or several: those in `fitting`.
pub(super) fn not_one(typed: &Reference, fitting: &[String]) -> Failure {
    let message = match (typed, fitting) {
        (Reference::Last(0), []) => "no delivery is stored yet".to_owned(),
        (Reference::Last(_), []) => format!("{typed}: there are not that many stored deliveries"),
        (Reference::Beginning(_), []) => format!("no delivery has an id that begins with {typed}"),
        (_, ids) => format!("several deliveries have ids that begin with {typed}: {}", ids.join(", ")),
    };
    let hint = match (typed, fitting) {
        (Reference::Last(0), []) => "`zoomhook listen` stores every delivery.",
        _ => "`zoomhook history list` shows the ids.",
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
    let recent = reader.recent(OFFERED).ok()?;
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
