//! Sources read without a verdict, one capture after the other, on the caller's thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::VerifyPlan;
use super::feed::{self, Batch, FeedWork};
use crate::capture::{self, Capture, Format, Record};
use crate::verify::Unreadable;

/// A piece of a source.
#[derive(Debug)]
pub enum SourcePiece {
    /// A line of zoomhook's own.
    Line(Record),
    /// A request of any other format.
    Capture(Box<Capture>),
    /// What cannot be read.
    Unreadable(Unreadable),
    /// A file of a folder that is no capture: left out.
    Skipped,
}

/// Reads everything, in order; `take` is given the source's name with each piece, and may end it early.
pub fn read(plan: &VerifyPlan, mut take: impl FnMut(&Arc<str>, SourcePiece) -> ControlFlow<()>) {
    let mut found = 0_u64;
    feed::run(plan, &mut |batch| {
        let Batch { origin, work } = batch;
        let mut give = |piece| take(&origin.name, piece).is_continue();
        match work {
            FeedWork::Records { records, format, .. } => {
                found += records.len() as u64;
                records.into_iter().all(|record| match format {
                    Format::Zoomhook => give(SourcePiece::Line(record)),
                    _ => capture::parse(&record, format, &|name: &str| origin.beside.read(name))
                        .into_iter()
                        .all(|parsed| give(of_parsed(parsed))),
                })
            }
            FeedWork::Capture(capture) => give(SourcePiece::Capture(capture)),
            FeedWork::Failed(error) => give(SourcePiece::Unreadable(error)),
            FeedWork::Skipped => give(SourcePiece::Skipped),
            FeedWork::End(format) => {
                std::mem::take(&mut found) > 0
                    || give(SourcePiece::Unreadable(Unreadable::NoRequest { format }))
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
