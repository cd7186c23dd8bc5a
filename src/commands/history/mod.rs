//! `zoomhook history`: the deliveries that `listen` stored. Entry point: [`run`].
//!
//! | file | subcommand |
//! | --- | --- |
//! | `list.rs` | `list` and `stats` |
//! | `follow.rs` | `list --follow` |
//! | `show.rs` | `show` and `diff` |
//! | `export.rs`, `import.rs` | `export` and `import` |
//! | `delete.rs` | `delete` |
//! | `repair.rs` | `repair` |

mod delete;
mod export;
mod follow;
mod import;
mod list;
mod repair;
mod show;

use std::path::Path;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help, ids};
use crate::history::{HistoryLimits, HistoryReader, prune_now};
use crate::report::{self, OutputError, Paging};
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::project;
use crate::settings::time::Span;
use crate::settings::verify::InputArgs;

/// Look up stored deliveries: list, show, diff, stats, export, import, delete, repair
///
/// `listen` stores every delivery on disk before it answers, including refused ones. An id can be shortened to
/// its beginning. `last` is the newest delivery of this project, `last-2` is two before it. A project is the Git
/// repository around the folder in which listen runs, or else the folder itself.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::HISTORY))]
pub(super) struct HistoryCommandArgs {
    #[command(flatten)]
    file: HistoryFileArgs,
    /// Print without a pager, even if the output is longer than the screen
    #[arg(long, global = true, help_heading = "Output")]
    no_pager: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the newest deliveries
    #[command(after_long_help = help::examples(help::HISTORY_LIST))]
    List(list::ListArgs),
    /// Show one delivery completely
    #[command(after_long_help = help::examples(help::HISTORY_SHOW))]
    Show(show::ShowArgs),
    /// Show the differences between two deliveries
    #[command(after_long_help = help::examples(help::HISTORY_DIFF))]
    Diff(show::DiffArgs),
    /// Count deliveries by event, verdict and answer, and show how fast your app is
    #[command(after_long_help = help::examples(help::HISTORY_STATS))]
    Stats(list::StatsArgs),
    /// Write all deliveries, oldest first, for a file or a program
    #[command(after_long_help = help::examples(help::HISTORY_EXPORT))]
    Export(export::ExportArgs),
    /// Store deliveries from an export or from another tool's capture
    ///
    /// Reads the output of export, and every format that verify reads. Deliveries that are already stored are
    /// skipped.
    #[command(after_long_help = help::examples(help::HISTORY_IMPORT))]
    Import {
        #[command(flatten)]
        input: InputArgs,
    },
    /// Delete deliveries by their ids, or all of this project that match a filter
    ///
    /// The full-text index and the file no longer have them afterwards. It asks before it deletes more than one.
    #[command(after_long_help = help::examples(help::HISTORY_DELETE))]
    Delete(delete::DeleteArgs),
    /// Delete deliveries older than an age, such as 7d
    #[command(after_long_help = help::examples(help::HISTORY_PRUNE))]
    Prune {
        /// The age: 7d, 12h or 30m
        #[arg(long, value_name = "DURATION")]
        older_than: Span,
    },
    /// Recover what can be read from a damaged history
    ///
    /// Checks the history. If it is damaged, it is moved aside, as listen does. Then everything that can be read in files
    /// that were moved aside is stored in the history again. Damaged files are never deleted. The exit code is 1 if
    /// something was lost.
    #[command(after_long_help = help::examples(help::HISTORY_REPAIR))]
    Repair,
    /// Print the path of the history file
    Path,
}

type Printed = Result<(), OutputError>;

pub(super) fn run(args: HistoryCommandArgs) -> Result<ExitStatus, Failure> {
    let environment = Environment::of_process();
    let path = args.file.path(&environment)?;
    let paging = if args.no_pager { Paging::Never } else { Paging::WhenLong };
    let now = SystemTime::now();
    let printed = match args.action {
        Action::Path => report::print_raw(&[path.as_os_str().as_encoded_bytes(), b"\n"].concat()),
        Action::Prune { older_than } => return prune(&path, older_than, now),
        Action::Import { input } => return import::run(&path, input, project::current(&environment), now),
        Action::Delete(args) => return args.run(&path, now),
        Action::Repair => return repair::run(&path, now),
        Action::Export(args) => {
            let (printed, status) = args.run(&path, now)?;
            return finish(printed, status);
        }
        Action::List(args) if args.is_followed() => args.follow(&path, now)?,
        action => match HistoryReader::open(&path)? {
            Some(reader) => read(&reader, action, now, paging)?,
            // An empty list is not an error, but a named delivery that does not exist is.
            None if matches!(action, Action::Show(_) | Action::Diff(_)) => {
                return Err(ids::no_history(&path));
            }
            None => {
                note_that_nothing_is_stored(&path);
                if let Action::Stats(args) = action { args.run_on_nothing() } else { Ok(()) }
            }
        },
    };
    finish(printed, ExitStatus::Done)
}

fn finish(printed: Printed, status: ExitStatus) -> Result<ExitStatus, Failure> {
    match printed {
        Ok(()) | Err(OutputError::Closed) => Ok(status),
        Err(error) => Err(error.into()),
    }
}

fn note_that_nothing_is_stored(path: &Path) {
    let path = path.display();
    report::print_note(&format!("Nothing is stored in {path} yet. `zoomhook listen` stores every delivery."));
}

fn read(reader: &HistoryReader, action: Action, now: SystemTime, paging: Paging) -> Result<Printed, Failure> {
    Ok(match action {
        Action::List(args) => args.run(reader, now, paging)?,
        Action::Show(args) => args.run(reader, now, paging)?,
        Action::Diff(args) => args.run(reader, paging)?,
        Action::Stats(args) => args.run(reader, now, paging)?,
        Action::Delete(_)
        | Action::Export(_)
        | Action::Import { .. }
        | Action::Path
        | Action::Prune { .. }
        | Action::Repair => Ok(()),
    })
}

fn prune(path: &Path, older_than: Span, now: SystemTime) -> Result<ExitStatus, Failure> {
    let limits = HistoryLimits { age: older_than.get(), count: u64::MAX / 2, bytes: u64::MAX / 2 };
    let pruned = prune_now(path, &limits, now)?;
    report::print_note(&format!("{} deleted.", pruned.count));
    Ok(ExitStatus::Done)
}
