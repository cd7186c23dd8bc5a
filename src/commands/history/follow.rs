//! `history list --follow`: each delivery as it is stored, by whichever process.
//!
//! The file is asked again and again. While nothing is stored that is one look at a number in memory, and no
//! process has to know of another.

use std::path::Path;
use std::time::Duration;

use super::Printed;
use crate::commands::Failure;
use crate::commands::interrupt::until_ctrl_c;
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader};
use crate::report::{self, Format, history as view};

/// Between two looks: short enough to seem at once.
const EVERY: Duration = Duration::from_millis(200);
/// Looks at a file that has just appeared and cannot be read: somebody is making it. Two seconds.
const BEING_MADE: u32 = 10;

/// Shows the newest ones, and then each new one. Ends by Ctrl-C, or when nobody reads any more.
pub(super) fn run(path: &Path, filter: &Filter, limit: usize, format: Format) -> Result<Printed, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    until_ctrl_c(&runtime, forever(path, filter, limit, format)).unwrap_or(Ok(Ok(())))
}

async fn forever(path: &Path, filter: &Filter, limit: usize, format: Format) -> Result<Printed, Failure> {
    let mut printer = Printer { format, view: view::Following::to_stdout() };
    let mut told = false;
    let mut is_first = true;
    loop {
        let reader = opened(path, &mut told).await?;
        let mut followed = Followed { reader: &reader, filter, seq: 0, version: None };
        // All that is in a file that was not there before is new.
        if is_first && !told {
            let (newest, seq) = reader.newest(filter, limit)?;
            followed.seq = seq;
            if let Err(error) = printer.print(&reader, &newest) {
                return Ok(Err(error));
            }
        }
        is_first = false;
        // A file that was moved away is read to its end, and followed by the one that takes its place.
        let mut is_in_place = true;
        while is_in_place {
            tokio::time::sleep(EVERY).await;
            if !report::has_reader() {
                return Ok(Ok(()));
            }
            is_in_place = reader.is_in_place();
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
async fn opened(path: &Path, told: &mut bool) -> Result<HistoryReader, HistoryError> {
    let mut failed = 0;
    loop {
        match HistoryReader::open(path) {
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
    reader: &'r HistoryReader,
    filter: &'r Filter,
    seq: i64,
    version: Option<i64>,
}

impl Followed<'_> {
    /// What was stored since.
    fn next(&mut self) -> Result<Vec<StoredDelivery>, HistoryError> {
        let version = self.reader.version_of_data()?;
        if self.version.replace(version) == Some(version) {
            return Ok(Vec::new());
        }
        let (found, seq) = self.reader.stored_since(self.filter, self.seq)?;
        self.seq = seq;
        if seq < self.reader.newest_seq()? {
            // A page does not hold all of it: look again at once.
            self.version = None;
        }
        Ok(found)
    }
}

struct Printer {
    format: Format,
    view: view::Following,
}

impl Printer {
    fn print(&mut self, reader: &HistoryReader, found: &[StoredDelivery]) -> Printed {
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
