//! [`Outcome`]: the result for one request, or why it cannot be read. [`Tally`] counts outcomes.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::{DeliveryVerdict, JudgedCapture};
use crate::capture::{Format, ReadError};
use crate::diagnosis::Code;

/// The result for one request of a source, or for a source without requests.
#[derive(Debug)]
pub struct VerifyOutcome {
    /// The source: a path, or `-`.
    pub source: Arc<str>,
    /// The index of the request in its source, from 0.
    pub index: usize,
    /// The verdict, or why there is none.
    pub result: Result<Box<JudgedCapture>, Unreadable>,
}

/// Why a source, or a part of it, cannot be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The source cannot be opened or read.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// It is a folder, without `--recursive`.
    #[error("is a folder; use --recursive to read the captures in it")]
    Folder,
    /// A text without a signature.
    #[error("contains no request: {}; give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'", match found {
        Some(found) => format!("it has {found}, but no signature"),
        None => "it has no signature and no event of Zoom".to_owned(),
    })]
    NothingFound {
        /// What it contains, in words.
        found: Option<String>,
    },
    /// It is empty.
    #[error("is empty")]
    Empty,
    /// A record does not conform to the format.
    #[error("{0}")]
    Capture(#[from] ReadError),
    /// Well-formed, but without a request.
    #[error("contains no request; expected {} ({format})", format.expected())]
    NoRequest {
        /// The format it was read as.
        format: Format,
    },
}

impl VerifyOutcome {
    /// The verdict as a word; unknown if the request cannot be read.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        self.result.as_ref().map_or(DeliveryVerdict::Unknown, |judged| judged.verdict())
    }

    /// The code of the cause, if there is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.result.as_ref().ok()?.diagnosis.verdict.code()
    }
}

/// Counts of many outcomes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyTally {
    rows: BTreeMap<(DeliveryVerdict, Option<Code>), u64>,
    unreadable: u64,
}

/// The count of one verdict and cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The verdict.
    pub verdict: DeliveryVerdict,
    /// The cause, if there is one.
    pub code: Option<Code>,
    /// The number of requests.
    pub requests: u64,
}

impl VerifyTally {
    /// Counts one outcome.
    pub fn count(&mut self, outcome: &VerifyOutcome) {
        if outcome.result.is_err() {
            self.unreadable += 1;
        } else {
            // The code of an unknown verdict describes the capture, not the request.
            let code = outcome.code().filter(|_| outcome.verdict() == DeliveryVerdict::Invalid);
            *self.rows.entry((outcome.verdict(), code)).or_default() += 1;
        }
    }

    /// The number of requests with this verdict, without unreadable ones.
    #[must_use]
    pub fn of(&self, verdict: DeliveryVerdict) -> u64 {
        self.rows().filter(|row| row.verdict == verdict).map(|row| row.requests).sum()
    }

    /// The number of unreadable requests and sources.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// The number of outcomes.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.rows.values().sum::<u64>() + self.unreadable
    }

    /// The counts: valid, invalid, unknown, and by cause within each.
    pub fn rows(&self) -> impl Iterator<Item = Count> {
        self.rows.iter().map(|(&(verdict, code), &requests)| Count { verdict, code, requests })
    }

    /// The worst verdict: invalid before unknown before valid.
    #[must_use]
    pub fn verdict(&self) -> DeliveryVerdict {
        match (
            self.of(DeliveryVerdict::Invalid),
            self.of(DeliveryVerdict::Unknown) + self.unreadable,
            self.total(),
        ) {
            (1.., _, _) => DeliveryVerdict::Invalid,
            // Without any request, the verdict is unknown.
            (0, 1.., _) | (0, 0, 0) => DeliveryVerdict::Unknown,
            (0, 0, _) => DeliveryVerdict::Valid,
        }
    }
}
