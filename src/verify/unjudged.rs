//! Sources read without a verdict, one capture after the other, on the caller's thread.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Plan;
use super::feed::{self, Batch, Work};
use crate::capture::{self, Capture, Format, Record};
use crate::verify::Unreadable;

/// A piece of a source.
#[derive(Debug)]
pub enum Piece {
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
pub fn read(plan: &Plan, mut take: impl FnMut(&Arc<str>, Piece) -> ControlFlow<()>) {
    let mut found = 0_u64;
    feed::run(plan, &mut |batch| {
        let Batch { origin, work } = batch;
        let mut give = |piece| take(&origin.name, piece).is_continue();
        match work {
            Work::Records { records, format, .. } => {
                found += records.len() as u64;
                records.into_iter().all(|record| match format {
                    Format::Zoomhook => give(Piece::Line(record)),
                    _ => capture::parse(&record, format, &|name: &str| origin.beside.read(name))
                        .into_iter()
                        .all(|parsed| give(of_parsed(parsed))),
                })
            }
            Work::Capture(capture) => give(Piece::Capture(capture)),
            Work::Failed(error) => give(Piece::Unreadable(error)),
            Work::Skipped => give(Piece::Skipped),
            Work::End(format) => {
                std::mem::take(&mut found) > 0 || give(Piece::Unreadable(Unreadable::NoRequest { format }))
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
