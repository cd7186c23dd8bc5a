//! `zoomhook history`: what `listen` kept.

use std::path::Path;
use std::time::SystemTime;

use super::{ExitStatus, Failure, help};
use crate::history::{Filter, Limits, Order, Reader, Reference, prune_now};
use crate::record::{MaskKey, StoredDelivery, diff};
use crate::report::{self, OutputError, history as view};
use crate::settings::duration::Span;
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::history_filter::FilterArgs;

/// What arrived: list, show, diff, stats, export
///
/// `listen` keeps every delivery on disk before it acknowledges it, the refused ones too. Ids may be cut short;
/// `last` is the newest, `last-2` the one two before it.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help::examples(help::HISTORY))]
pub(super) struct HistoryCommandArgs {
    #[command(flatten)]
    file: HistoryFileArgs,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// The newest deliveries
    List {
        #[command(flatten)]
        filter: Box<FilterArgs>,
        /// How many
        #[arg(long, short = 'n', value_name = "N", default_value_t = 30)]
        limit: usize,
        /// For a person, or one JSON object a line
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// One delivery: all of it
    Show {
        /// Its id, the beginning of one, last, or last-2
        #[arg(default_value = "last")]
        delivery: Reference,
        /// For a person, or one JSON object
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// What differs between the bodies of two deliveries
    Diff {
        /// The first
        first: Reference,
        /// The second
        #[arg(default_value = "last")]
        second: Reference,
    },
    /// Counts by event, verdict and answer, and how fast your app is
    Stats {
        #[command(flatten)]
        filter: Box<FilterArgs>,
    },
    /// All deliveries as NDJSON, the oldest first
    Export {
        #[command(flatten)]
        filter: Box<FilterArgs>,
        /// Mask passcodes, tokens, addresses and names: the same value by the same mask
        #[arg(long)]
        redact: bool,
    },
    /// Delete what is older than an age, such as 7d
    Prune {
        /// The age
        #[arg(long, value_name = "DURATION")]
        older_than: Span,
    },
    /// Where the file is
    Path,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For a person
    Text,
    /// One JSON object a line
    Json,
}

/// Does what was asked.
pub(super) fn run(args: HistoryCommandArgs) -> Result<ExitStatus, Failure> {
    let path = args.file.path(&Environment::of_process())?;
    let now = SystemTime::now();
    let printed = match args.action {
        Action::Path => report::print(format!("{}\n", path.display()).as_bytes()),
        Action::Prune { older_than } => return prune(&path, older_than, now),
        action => match Reader::open(&path)? {
            Some(reader) => read(&reader, action, now)?,
            None => {
                report::print_note("Nothing is kept yet: listen keeps every delivery from now on.");
                return Ok(ExitStatus::Done);
            }
        },
    };
    match printed {
        Ok(()) | Err(OutputError::Closed) => Ok(ExitStatus::Done),
        Err(error) => Err(error.into()),
    }
}

fn read(reader: &Reader, action: Action, now: SystemTime) -> Result<Result<(), OutputError>, Failure> {
    Ok(match action {
        Action::List { filter, limit, format } => list(reader, &filter.check(now), limit, format)?,
        Action::Show { delivery, format } => {
            let stored = find(reader, &delivery)?;
            match format {
                Format::Text => view::print_one(&stored),
                Format::Json => report::print(&view::line(&stored)),
            }
        }
        Action::Diff { first, second } => {
            let (first, second) = (find(reader, &first)?, find(reader, &second)?);
            let text = |stored: &StoredDelivery| String::from_utf8_lossy(&stored.body).into_owned();
            view::print_diff(&diff(&text(&first), &text(&second)))
        }
        Action::Stats { filter } => view::print_stats(&reader.stats(&filter.check(now))?),
        Action::Export { filter, redact } => export(reader, &filter.check(now), redact)?,
        Action::Path | Action::Prune { .. } => Ok(()),
    })
}

fn list(
    reader: &Reader,
    filter: &Filter,
    limit: usize,
    format: Format,
) -> Result<Result<(), OutputError>, Failure> {
    let found = reader.page(filter, Order::NewestFirst, None, limit)?.deliveries;
    if format == Format::Json {
        let lines: Vec<u8> = found.iter().flat_map(view::line).collect();
        return Ok(report::print(&lines));
    }
    let mut rows = Vec::with_capacity(found.len());
    for stored in found {
        rows.push((reader.short_id(&stored.id)?, stored));
    }
    Ok(view::print_list(&rows, reader.count()?))
}

/// Streams: a page of deliveries is in memory at a time.
fn export(reader: &Reader, filter: &Filter, redact: bool) -> Result<Result<(), OutputError>, Failure> {
    let masks = redact.then(mask_key).transpose()?;
    for stored in reader.oldest_first(filter) {
        let mut stored = stored?;
        if let Some(masks) = &masks {
            masks.apply(&mut stored);
        }
        if let Err(error) = report::print(&view::line(&stored)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// A key for this run alone: masks of two exports cannot be compared.
fn mask_key() -> Result<MaskKey, Failure> {
    let mut bytes = [0; 32];
    let provider = rustls::crypto::ring::default_provider();
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Failure::new(ExitStatus::Internal, "the system gives no random numbers"))?;
    Ok(MaskKey::new(bytes))
}

pub(super) fn find(reader: &Reader, reference: &Reference) -> Result<StoredDelivery, Failure> {
    reader.get(reference)?.map_err(|ids| {
        let message = match ids.as_slice() {
            [] => "no delivery has this id".to_owned(),
            ids => format!("several deliveries have ids that begin like this: {}", ids.join(", ")),
        };
        Failure::new(ExitStatus::Usage, message).with_hint("`zoomhook history list` shows the ids.")
    })
}

fn prune(path: &Path, older_than: Span, now: SystemTime) -> Result<ExitStatus, Failure> {
    let limits = Limits { age: older_than.get(), count: u64::MAX / 2, bytes: u64::MAX / 2 };
    let pruned = prune_now(path, &limits, now)?;
    report::print_note(&format!("{} deleted.", pruned.count));
    Ok(ExitStatus::Done)
}
