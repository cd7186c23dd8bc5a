//! Sends stored deliveries to the app again, and compares its answers with the first ones.
//!
//! [`Replayer`] is the entry point. It sends through [`ReplayContext`], which the command implements with `forward`,
//! `history` and `report`.

mod answer_change;
mod prepare;
mod progress;
mod replayed;
mod replayer;

pub use answer_change::{AnswerChange, compare_answers};
pub use prepare::{NotPrepared, ReplayMode};
pub use progress::ReplayProgress;
#[cfg(test)]
pub(crate) use replayed::test_support;
pub use replayed::{ReplayTally, Replayed};
pub use replayer::{ReplayContext, ReplayError, Replayer, Unproven};
