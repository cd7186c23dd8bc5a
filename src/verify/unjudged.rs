//! [`read`] reads sources without judging them, on the caller's thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Plan;
use super::feed::{self, Batch, Work};
use crate::capture::{self, Capture, Format, Record};
use crate::verify::Unreadable;

/// A part of a source.
#[derive(Debug)]
pub enum Piece {
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
pub fn read(plan: &Plan, mut take: impl FnMut(&Arc<str>, Piece) -> ControlFlow<()>) {
    let mut found = 0_u64;
    feed::run(plan, &mut |batch| {
        let Batch { origin, work } = batch;
        let mut emit = |piece| take(&origin.name, piece).is_continue();
        match work {
            Work::Records { records, format, .. } => {
                found += records.len() as u64;
                records.into_iter().all(|record| match format {
                    Format::Zoomhook => emit(Piece::Line(record)),
                    _ => capture::parse(&record, format, &|name: &str| origin.beside.read(name))
                        .into_iter()
                        .all(|parsed| emit(of_parsed(parsed))),
                })
            }
            Work::Capture(capture) => emit(Piece::Capture(capture)),
            Work::Failed(error) => emit(Piece::Unreadable(error)),
            Work::Skipped => emit(Piece::Skipped),
            Work::End(format) => {
                std::mem::take(&mut found) > 0 || emit(Piece::Unreadable(Unreadable::NoRequest { format }))
            }
        }
    });
}

fn of_parsed(parsed: Result<Capture, capture::ReadError>) -> Piece {
    match parsed {
        Ok(capture) => Piece::Capture(Box::new(capture)),
        Err(error) => Piece::Unreadable(error.into()),
    }
}
