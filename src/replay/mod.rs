//! Stored deliveries sent to the app again, and its answers compared with those of the first time.

mod answer_change;
mod replayed;

pub use answer_change::{AnswerChange, compare_answers};
#[cfg(test)]
pub(crate) use replayed::test_support;
pub use replayed::{ReplayTally, Replayed};
