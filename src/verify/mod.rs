//! Captures read and judged: files, folders and stdin in, outcomes out, in the order of the input.
//!
//! One thread reads and cuts records, all cores parse and judge, and the caller's thread is told. Everything
//! between them is bounded, so that a file of gigabytes takes a few megabytes where its format can be cut.
//! Nothing here prints, and nothing here decides what a request is.
//!
//! [`verify()`] is the entry point. [`Inspector`] judges one request: `capture` reads what a tool recorded, `diagnosis`
//! does the arithmetic. Information that a capture lost never becomes a verdict against the request (`lost.rs`).
//!
//! | file | holds |
//! | --- | --- |
//! | `source.rs`, `opened.rs`, `beside.rs` | inputs: files, folders, stdin, and the files that a capture names |
//! | `feed.rs`, `pool.rs` | the reading thread, and the batches judged on all cores, in order |
//! | `inspector.rs`, `evidence.rs`, `age.rs`, `lost.rs` | one captured request judged |
//! | `outcome.rs`, `tally.rs` | the result of one request; counts of many |
//! | `unjudged.rs` | the same sources read without a verdict |

mod age;
mod feed;
mod inspector;
mod lost;
mod outcome;
mod pool;
mod source;
mod unjudged;

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::capture::{Format, RecordLimits};

pub use crate::delivery::DeliveryVerdict;
pub use age::{Against, AgeRule, Measured};
pub use inspector::{Inspection, Inspector};
pub use outcome::{Count, VerifyTally};
pub use outcome::{Unreadable, VerifyOutcome};
pub use source::CaptureSource;
pub use unjudged::{SourcePiece, read};

/// What is read, and how.
#[derive(Debug, Clone, Default)]
pub struct VerifyPlan {
    /// The sources, in their order.
    pub sources: Vec<CaptureSource>,
    /// Whether folders are read, with all that is in them.
    pub recursive: bool,
    /// The format; `None` to tell it from each source's content.
    pub format: Option<Format>,
    /// How much memory a record may take.
    pub limits: RecordLimits,
}

/// What came of the next piece of the input.
#[derive(Debug, Default)]
pub struct VerifyStep {
    /// The requests in it.
    pub outcomes: Vec<VerifyOutcome>,
    /// A file of a folder that is no capture: left out.
    pub skipped: Option<Arc<str>>,
    /// Its length.
    pub bytes: u64,
}

/// Bytes that are to be read, as far as sizes are known: nobody knows that of stdin.
#[must_use]
pub fn total_bytes(plan: &VerifyPlan) -> u64 {
    plan.sources.iter().map(|source| source.bytes(plan.recursive)).sum()
}

/// Reads everything, and tells what came of it, in order; `tell` may end it early.
pub fn verify(plan: &VerifyPlan, inspector: &Inspector, tell: impl FnMut(VerifyStep) -> ControlFlow<()>) {
    pool::run(plan, inspector, tell);
}
