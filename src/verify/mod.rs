//! Reads and judges captures: files, folders and stdin in, outcomes out, in the order of the input.
//!
//! [`verify()`] is the entry point. One thread reads and cuts records, all cores parse and judge, and the caller's
//! thread receives the results. All queues are bounded: a file of gigabytes needs a few megabytes if its format can be
//! cut. This module does not print.
//!
//! [`CaptureJudge`] judges one request: `capture` parses it, and `diagnosis` computes the signatures. An incomplete
//! capture never makes a request invalid (`lost.rs`).
//!
//! | file | holds |
//! | --- | --- |
//! | `source.rs` | inputs: files, folders, stdin, and the files that a capture names |
//! | `feed.rs`, `pool.rs` | the reading thread, and judging batches on all cores, or reading them unjudged |
//! | `judge.rs`, `age.rs`, `lost.rs` | judges one captured request |
//! | `prove.rs` | what the reader of a format cannot read, searched in the text and proven |
//! | `outcome.rs` | the result of one request; counts of many |

mod age;
mod feed;
mod judge;
mod lost;
mod outcome;
mod pool;
mod prove;
mod source;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::capture::{Format, RecordLimits};

pub use crate::delivery::DeliveryVerdict;
pub use age::{Against, AgeRule, Measured};
pub use judge::{CaptureJudge, JudgedCapture};
pub use outcome::{Count, VerifyTally};
pub use outcome::{Unreadable, VerifyOutcome};
pub use pool::{SourcePiece, read};
pub use source::CaptureSource;

/// What to read, and how.
#[derive(Debug, Clone, Default)]
pub struct VerifyPlan {
    /// The sources, in order.
    pub sources: Vec<CaptureSource>,
    /// Whether folders are read recursively.
    pub recursive: bool,
    /// The format; `None` to detect it from each source's content.
    pub format: Option<Format>,
    /// Limits on the memory for one record.
    pub limits: RecordLimits,
}

/// The result for the next part of the input.
#[derive(Debug, Default)]
pub struct VerifyStep {
    /// The requests in it.
    pub outcomes: Vec<VerifyOutcome>,
    /// A skipped file: in a folder, and not a capture.
    pub skipped: Option<Arc<str>>,
    /// Its length in bytes.
    pub bytes: u64,
}

/// The number of bytes to read, without stdin, whose size is unknown.
#[must_use]
pub fn total_bytes(plan: &VerifyPlan) -> u64 {
    plan.sources.iter().map(|source| source.bytes(plan.recursive)).sum()
}

/// Reads everything and reports the results in order. `report` may end it early.
pub fn verify(plan: &VerifyPlan, judge: &CaptureJudge, report: impl FnMut(VerifyStep) -> ControlFlow<()>) {
    pool::run(plan, judge, report);
}

/// Reads a capture that is in memory, with its name. Returns the results of all its requests.
#[must_use]
pub fn verify_in_memory(
    (name, bytes): (String, Vec<u8>),
    format: Option<Format>,
    judge: &CaptureJudge,
) -> Vec<VerifyOutcome> {
    let sources = vec![CaptureSource::Memory { name, bytes }];
    let mut outcomes = Vec::new();
    verify(&VerifyPlan { sources, format, ..VerifyPlan::default() }, judge, |step| {
        outcomes.extend(step.outcomes);
        ControlFlow::Continue(())
    });
    outcomes
}
