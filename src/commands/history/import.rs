//! `history import`: stores deliveries of an export, and requests that other tools captured. Entry point: [`run`].

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;

use crate::capture::{self, Format, Record};
use crate::commands::failure::repair_hint;
use crate::commands::{ExitStatus, Failure};
use crate::delivery::StoredDelivery;
use crate::history::{History, HistoryError, HistoryLimits, HistorySettings, NotARecord, Replaced};
use crate::report::{self, history as view};
use crate::settings::verify::{InputArgs, has_piped_stdin};
use crate::verify::{self, SourcePiece};

/// Deliveries per commit: one sync for each delivery would take most of the time.
const BATCH: usize = 256;
/// Total size of bodies that also completes a batch.
const BATCH_BYTES: usize = 8 << 20;

#[derive(Debug, Default)]
struct Counts {
    imported: u64,
    known: u64,
    unreadable: u64,
}

/// Imports everything that can be read, and reports what cannot.
pub(super) fn run(
    path: &Path,
    input: InputArgs,
    project: Option<String>,
    now: SystemTime,
) -> Result<ExitStatus, Failure> {
    let plan = input.check(None, has_piped_stdin()).map_err(|_| {
        Failure::new(ExitStatus::Usage, "there is no file to import")
            .with_hint("Name a file of `zoomhook history export`, a captured request, or - for stdin.")
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    // An import prunes nothing. The next listen applies its limits.
    let limits =
        HistoryLimits { count: u64::MAX / 2, bytes: u64::MAX / 2, age: Duration::from_secs(u64::MAX / 4) };
    let settings = HistorySettings { file: path.to_owned(), limits, masked_headers: Vec::new() };
    let history = History::open(&settings)?;
    let replaced = history.take_replaced();
    let mut importer =
        Importer { runtime, history, project, batch: Vec::new(), bytes: 0, counts: Counts::default() };
    let mut failed = Ok(());
    verify::read(&plan, |source, piece| {
        failed = importer.take(source, piece, now);
        if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let finished = failed.and_then(|()| importer.store_batch());
    let Importer { runtime, history, counts, .. } = importer;
    runtime.block_on(history.close());
    print_counts(&counts);
    for replaced in
        replaced.into_iter().flat_map(|mut replaced| std::iter::from_fn(move || replaced.try_recv().ok()))
    {
        if let Replaced::Damaged { moved_to, .. } = replaced {
            report::print_error(&view::moved_aside(path, &moved_to), Some(&repair_hint(path)));
        }
    }
    finished?;
    Ok(if counts.unreadable > 0 { ExitStatus::Unknown } else { ExitStatus::Done })
}

fn print_counts(counts: &Counts) {
    let mut text = format!("{} imported", counts.imported);
    for (count, what) in [(counts.known, "already stored"), (counts.unreadable, "could not be read")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    report::print_note(&format!("{text}."));
}

struct Importer {
    runtime: tokio::runtime::Runtime,
    history: History,
    /// The project that the deliveries belong to from now on.
    project: Option<String>,
    batch: Vec<StoredDelivery>,
    bytes: usize,
    counts: Counts,
}

impl Importer {
    fn take(&mut self, source: &str, piece: SourcePiece, now: SystemTime) -> Result<(), HistoryError> {
        let stored = match piece {
            SourcePiece::Line(line) => match of_line(&line, now) {
                Ok(stored) => stored,
                Err(error) => return self.unreadable(&format!("{source}: {}: {error}", line.place)),
            },
            SourcePiece::Capture(capture) => match StoredDelivery::of_capture(&capture, now) {
                Ok(stored) => Some(stored),
                Err(error) => return self.unreadable(&format!("{source}: {}: {error}", capture.place)),
            },
            SourcePiece::Unreadable(error) => return self.unreadable(&format!("{source}: {error}")),
            SourcePiece::Skipped => None,
        };
        self.bytes += stored.as_ref().map_or(0, |stored| stored.body.len());
        self.batch.extend(stored.map(|stored| StoredDelivery { project: self.project.clone(), ..stored }));
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES { self.store_batch() } else { Ok(()) }
    }

    fn unreadable(&mut self, why: &str) -> Result<(), HistoryError> {
        self.counts.unreadable += 1;
        report::print_note(why);
        Ok(())
    }

    fn store_batch(&mut self) -> Result<(), HistoryError> {
        self.bytes = 0;
        let imports = std::mem::take(&mut self.batch).into_iter().map(|stored| self.history.import(stored));
        // Without the runtime's budget, which would interrupt `join_all` and then poll the rest from the end.
        let all = tokio::task::unconstrained(join_all(imports));
        for done in self.runtime.block_on(all) {
            if done? {
                self.counts.imported += 1;
            } else {
                self.counts.known += 1;
            }
        }
        Ok(())
    }
}

/// Reads a line of an export. A line without all fields of an export, such as one of `listen`, is read as a capture.
fn of_line(line: &Record, now: SystemTime) -> Result<Option<StoredDelivery>, NotARecord> {
    let incomplete = match StoredDelivery::of_line(&line.bytes, now) {
        Err(error @ NotARecord::Incomplete(_)) => error,
        read => return read,
    };
    let no_files = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    match capture::parse(line, Format::Zoomhook, &no_files).into_iter().next() {
        Some(Ok(capture)) if !capture.body.bytes.is_empty() => {
            StoredDelivery::of_capture(&capture, now).map(Some)
        }
        _ => Err(incomplete),
    }
}
