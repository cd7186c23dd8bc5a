//! [`read`] reads sources without judging them, on the caller's thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::VerifyPlan;
use super::feed::{self, Batch, FeedWork};
use crate::capture::{self, Capture, Format, Record};
use crate::verify::Unreadable;

/// A part of a source.
#[derive(Debug)]
pub enum SourcePiece {
    /// A line in zoomhook's own format.
    Line(Record),
    /// A request in any other format.
    Capture(Box<Capture>),
    /// An input that cannot be read.
    Unreadable(Unreadable),
    /// A skipped file: in a folder, and not a capture.
    Skipped,
}

/// Reads everything in order. Calls `take` with the source's name and each piece; it may end the reading early.
pub fn read(plan: &VerifyPlan, mut take: impl FnMut(&Arc<str>, SourcePiece) -> ControlFlow<()>) {
    let mut found = 0_u64;
    feed::run(plan, &mut |batch| {
        let Batch { origin, work } = batch;
        let mut emit = |piece| take(&origin.name, piece).is_continue();
        match work {
            FeedWork::Records { records, format, .. } => {
                found += records.len() as u64;
                records.into_iter().all(|record| match format {
                    Format::Zoomhook => emit(SourcePiece::Line(record)),
                    _ => capture::parse(&record, format, &|name: &str| origin.beside.read(name))
                        .into_iter()
                        .all(|parsed| emit(of_parsed(parsed))),
                })
            }
            FeedWork::Capture(capture) => emit(SourcePiece::Capture(capture)),
            FeedWork::Failed(error) => emit(SourcePiece::Unreadable(error)),
            FeedWork::Skipped => emit(SourcePiece::Skipped),
            FeedWork::End(format) => {
                std::mem::take(&mut found) > 0
                    || emit(SourcePiece::Unreadable(Unreadable::NoRequest { format }))
            }
        }
    });
}

fn of_parsed(parsed: Result<Capture, capture::ReadError>) -> SourcePiece {
    match parsed {
        Ok(capture) => SourcePiece::Capture(Box::new(capture)),
        Err(error) => SourcePiece::Unreadable(error.into()),
    }
}
