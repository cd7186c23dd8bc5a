//! Counts over many requests, by verdict and cause.

use std::collections::BTreeMap;

use super::{Outcome, Verdict};
use crate::diagnosis::Code;

/// What many requests came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    rows: BTreeMap<(Verdict, Option<Code>), u64>,
    unreadable: u64,
}

/// Requests that share verdict and cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Their verdict.
    pub verdict: Verdict,
    /// Their cause, where they have one.
    pub code: Option<Code>,
    /// How many.
    pub requests: u64,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, outcome: &Outcome) {
        if outcome.result.is_err() {
            self.unreadable += 1;
        } else {
            // Why nothing can be told is the capture's matter, and no cause of the request's.
            let code = outcome.code().filter(|_| outcome.verdict() == Verdict::Invalid);
            *self.rows.entry((outcome.verdict(), code)).or_default() += 1;
        }
    }

    /// How many had this verdict; what could not be read is not among them.
    #[must_use]
    pub fn of(&self, verdict: Verdict) -> u64 {
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
    pub fn verdict(&self) -> Verdict {
        match (self.of(Verdict::Invalid), self.of(Verdict::Unknown) + self.unreadable, self.total()) {
            (1.., _, _) => Verdict::Invalid,
            // Where there was nothing to judge, nothing is valid.
            (0, 1.., _) | (0, 0, 0) => Verdict::Unknown,
            (0, 0, _) => Verdict::Valid,
        }
    }
}
