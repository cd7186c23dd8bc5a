//! `history list --follow`: each delivery as it is stored, by whichever process.
//!
//! The file is asked again and again. While nothing is stored that is one look at a number in memory, and no
//! process has to know of another.

use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

use tokio::signal;

use super::{Format, Printed};
use crate::commands::Failure;
use crate::history::{Filter, HistoryError, Order, Reader};
use crate::record::StoredDelivery;
use crate::report::{self, history as view};

/// Between two looks: short enough to seem at once.
const EVERY: Duration = Duration::from_millis(200);
/// Looks at a file that has just appeared and cannot be read: somebody is making it. Two seconds.
const BEING_MADE: u32 = 10;

/// Shows the newest ones, and then each new one. Ends by Ctrl-C, or when nobody reads any more.
pub(super) fn run(path: &Path, filter: &Filter, limit: usize, format: Format) -> Result<Printed, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            printed = forever(path, filter, limit, format) => printed,
            _ = signal::ctrl_c() => {
                report::end_interrupted_line();
                Ok(Ok(()))
            }
        }
    })
}

async fn forever(path: &Path, filter: &Filter, limit: usize, format: Format) -> Result<Printed, Failure> {
    let mut printer = Printer { format, view: view::Following::to_stdout() };
    let mut told = false;
    loop {
        let reader = opened(path, &mut told).await?;
        let mut followed = Followed::new(&reader, filter)?;
        if let Err(error) = printer.print(&reader, &followed.newest(limit)?) {
            return Ok(Err(error));
        }
        // A file that was moved away is followed by the one that takes its place.
        while path.exists() {
            tokio::time::sleep(EVERY).await;
            if !report::has_reader() {
                return Ok(Ok(()));
            }
            loop {
                let found = followed.next()?;
                if found.is_empty() {
                    break;
                }
                if let Err(error) = printer.print(&reader, &found) {
                    return Ok(Err(error));
                }
            }
        }
    }
}

/// The history, once there is one.
async fn opened(path: &Path, told: &mut bool) -> Result<Reader, HistoryError> {
    let mut failed = 0;
    loop {
        match Reader::open(path) {
            Ok(Some(reader)) => return Ok(reader),
            Err(error) if failed == BEING_MADE || !*told => return Err(error),
            Err(_) => failed += 1,
            Ok(None) if !*told => {
                report::print_note("Nothing is kept yet: waiting for the first delivery that listen keeps.");
                *told = true;
            }
            Ok(None) => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// How far a history was read.
struct Followed<'r> {
    reader: &'r Reader,
    filter: &'r Filter,
    seq: i64,
    version: Option<i64>,
    /// What was shown and may be found again, as it was stored while the newest ones were read.
    known: HashSet<String>,
}

impl<'r> Followed<'r> {
    fn new(reader: &'r Reader, filter: &'r Filter) -> Result<Self, HistoryError> {
        Ok(Self { reader, filter, seq: reader.newest_seq()?, version: None, known: HashSet::new() })
    }

    /// The newest ones, the oldest of them first.
    fn newest(&mut self, limit: usize) -> Result<Vec<StoredDelivery>, HistoryError> {
        let mut found = self.reader.page(self.filter, Order::NewestFirst, None, limit)?.deliveries;
        found.reverse();
        self.known = found.iter().map(|stored| stored.id.clone()).collect();
        Ok(found)
    }

    /// What was stored since.
    fn next(&mut self) -> Result<Vec<StoredDelivery>, HistoryError> {
        let version = self.reader.version_of_data()?;
        if self.version.replace(version) == Some(version) {
            return Ok(Vec::new());
        }
        let (mut found, seq) = self.reader.stored_since(self.filter, self.seq)?;
        self.seq = seq;
        if seq < self.reader.newest_seq()? {
            // A page does not hold all of it: look again at once.
            self.version = None;
        }
        let known = std::mem::take(&mut self.known);
        found.retain(|stored| !known.contains(&stored.id));
        Ok(found)
    }
}

struct Printer {
    format: Format,
    view: view::Following,
}

impl Printer {
    fn print(&mut self, reader: &Reader, found: &[StoredDelivery]) -> Printed {
        for stored in found {
            match self.format {
                Format::Json => report::print(&view::line(stored))?,
                Format::Pretty => {
                    // What was pruned meanwhile is shown with its whole id.
                    let id = reader.short_id(&stored.id).unwrap_or_else(|_| stored.id.clone());
                    self.view.show(&id, stored)?;
                }
            }
        }
        Ok(())
    }
}
