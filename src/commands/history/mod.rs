//! `zoomhook history`: what `listen` kept.
//!
//! | file | holds |
//! | --- | --- |
//! | `list.rs` | the newest ones |
//! | `follow.rs` | each one as it is stored, by whichever process |
//! | `show.rs` | one in any form, and what differs between two |
//! | `export.rs`, `import.rs` | out of the file, and into it |

mod export;
mod follow;
mod import;
mod list;
mod show;

use std::path::Path;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help, ids};
use crate::history::{HistoryLimits, HistoryReader, prune_now};
use crate::report::{self, OutputError, Paging};
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::time::Span;
use crate::settings::verify::InputArgs;

/// What arrived: list, show, diff, stats, export, import
///
/// `listen` keeps every delivery on disk before it acknowledges it, the refused ones too. Ids may be cut short;
/// `last` is the newest, `last-2` the one two before it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::HISTORY))]
pub(super) struct HistoryCommandArgs {
    #[command(flatten)]
    file: HistoryFileArgs,
    /// Print at once, also what is longer than the screen
    #[arg(long, global = true, help_heading = "Output")]
    no_pager: bool,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// The newest deliveries
    #[command(after_long_help = help::examples(help::HISTORY_LIST))]
    List(list::ListArgs),
    /// One delivery: all of it
    #[command(after_long_help = help::examples(help::HISTORY_SHOW))]
    Show(show::ShowArgs),
    /// What differs between two deliveries
    #[command(after_long_help = help::examples(help::HISTORY_DIFF))]
    Diff(show::DiffArgs),
    /// Counts by event, verdict and answer, and how fast your app is
    #[command(after_long_help = help::examples(help::HISTORY_STATS))]
    Stats(list::StatsArgs),
    /// All deliveries, the oldest first, for a file or a program
    #[command(after_long_help = help::examples(help::HISTORY_EXPORT))]
    Export(export::ExportArgs),
    /// Keep what was exported, or captured by another tool
    ///
    /// Reads what export wrote, and every format that verify reads. What is kept already is passed over.
    #[command(after_long_help = help::examples(help::HISTORY_IMPORT))]
    Import {
        #[command(flatten)]
        input: InputArgs,
    },
    /// Delete what is older than an age, such as 7d
    #[command(after_long_help = help::examples(help::HISTORY_PRUNE))]
    Prune {
        /// From which age on: 7d, 12h or 30m
        #[arg(long, value_name = "DURATION")]
        older_than: Span,
    },
    /// Where the file is
    Path,
}

/// For a person or for a program.
/// What came of printing.
type Printed = Result<(), OutputError>;

/// Does what was asked.
pub(super) fn run(args: HistoryCommandArgs) -> Result<ExitStatus, Failure> {
    let path = args.file.path(&Environment::of_process())?;
    let paging = if args.no_pager { Paging::Never } else { Paging::WhenLong };
    let now = SystemTime::now();
    let printed = match args.action {
        Action::Path => report::print(format!("{}\n", path.display()).as_bytes()),
        Action::Prune { older_than } => return prune(&path, older_than, now),
        Action::Import { input } => return import::run(&path, input, now),
        Action::Export(args) => args.run(&path, now)?,
        Action::List(args) if args.is_followed() => args.follow(&path, now)?,
        action => match HistoryReader::open(&path)? {
            Some(reader) => read(&reader, action, now, paging)?,
            // Nothing to list or to count is no error; one that was named, and is not there, is.
            None if matches!(action, Action::Show(_) | Action::Diff(_)) => {
                return Err(ids::no_history(&path));
            }
            None => {
                nothing_kept(&path);
                if let Action::Stats(args) = action { args.run_on_nothing() } else { Ok(()) }
            }
        },
    };
    match printed {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

fn nothing_kept(path: &Path) {
    let path = path.display();
    report::print_note(&format!("Nothing is kept in {path} yet: listen keeps every delivery from now on."));
}

fn read(reader: &HistoryReader, action: Action, now: SystemTime, paging: Paging) -> Result<Printed, Failure> {
    Ok(match action {
        Action::List(args) => args.run(reader, now, paging)?,
        Action::Show(args) => args.run(reader, paging)?,
        Action::Diff(args) => args.run(reader, paging)?,
        Action::Stats(args) => args.run(reader, now, paging)?,
        Action::Export(_) | Action::Import { .. } | Action::Path | Action::Prune { .. } => Ok(()),
    })
}

fn prune(path: &Path, older_than: Span, now: SystemTime) -> Result<ExitStatus, Failure> {
    let limits = HistoryLimits { age: older_than.get(), count: u64::MAX / 2, bytes: u64::MAX / 2 };
    let pruned = prune_now(path, &limits, now)?;
    report::print_note(&format!("{} deleted.", pruned.count));
    Ok(ExitStatus::Done)
}
