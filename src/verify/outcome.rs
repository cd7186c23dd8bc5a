//! A request in its source, or why it cannot be read.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{DeliveryVerdict, Inspection};
use crate::capture::{Format, ReadError};
use crate::diagnosis::Code;

/// What became of one request of a source, or of a source without any.
#[derive(Debug)]
pub struct VerifyOutcome {
    /// The source as the user knows it: a path, or `-`.
    pub source: Arc<str>,
    /// Which request of its source it is, from 0.
    pub index: usize,
    /// The verdict, or why there is none.
    pub result: Result<Box<Inspection>, Unreadable>,
}

/// Why a source, or a part of it, could not be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The source cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a folder, and folders were not asked for.
    #[error("is a folder; --recursive reads the captures in it")]
    Folder,
    /// A body alone: the signature is in a header.
    #[error(
        "is a body without headers, and the signature is one; give both: --body {file} --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'"
    )]
    BodyAlone {
        /// The source.
        file: String,
    },
    /// It is like no format that is read here.
    #[error("is like no format that zoomhook reads; --input FORMAT says what it is")]
    Unrecognised,
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// What was read is not what the format asks for.
    #[error("{0}")]
    Capture(#[from] ReadError),
    /// Well-formed, but there is no request in it.
    #[error("no request in it; expected {} ({format})", format.expected())]
    NoRequest {
        /// The format it was read as.
        format: Format,
    },
}

impl VerifyOutcome {
    /// The verdict in a word; what cannot be read is unknown.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        self.result.as_ref().map_or(DeliveryVerdict::Unknown, |inspection| inspection.verdict())
    }

    /// The cause's stable name, where there is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.result.as_ref().ok()?.diagnosis.verdict.code()
    }
}

/// What many requests came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyTally {
    rows: BTreeMap<(DeliveryVerdict, Option<Code>), u64>,
    unreadable: u64,
}

/// Requests that share verdict and cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Their verdict.
    pub verdict: DeliveryVerdict,
    /// Their cause, where they have one.
    pub code: Option<Code>,
    /// How many.
    pub requests: u64,
}

impl VerifyTally {
    /// Counts one.
    pub fn count(&mut self, outcome: &VerifyOutcome) {
        if outcome.result.is_err() {
            self.unreadable += 1;
        } else {
            // Why nothing can be told is the capture's matter, and no cause of the request's.
            let code = outcome.code().filter(|_| outcome.verdict() == DeliveryVerdict::Invalid);
            *self.rows.entry((outcome.verdict(), code)).or_default() += 1;
        }
    }

    /// How many had this verdict; what could not be read is not among them.
    #[must_use]
    pub fn of(&self, verdict: DeliveryVerdict) -> u64 {
        self.rows().filter(|row| row.verdict == verdict).map(|row| row.requests).sum()
    }

    /// How many could not be read.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// All that were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.values().sum::<u64>() + self.unreadable
    }

    /// The counts: valid, invalid, unknown; by cause within.
    pub fn rows(&self) -> impl Iterator<Item = Count> {
        self.rows.iter().map(|(&(verdict, code), &requests)| Count { verdict, code, requests })
    }

    /// The worst that there was: one invalid request is more than any that could not be told.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        match (
            self.of(DeliveryVerdict::Invalid),
            self.of(DeliveryVerdict::Unknown) + self.unreadable,
            self.total(),
        ) {
            (1.., _, _) => DeliveryVerdict::Invalid,
            // Where there was nothing to judge, nothing is valid.
            (0, 1.., _) | (0, 0, 0) => DeliveryVerdict::Unknown,
            (0, 0, _) => DeliveryVerdict::Valid,
        }
    }
}
