//! Sends stored deliveries to the app again, and compares its answers with the first ones.
//!
//! [`Replayer`] is the entry point. It sends through [`ReplayContext`], which the command implements with `forward`,
//! `history` and `report`.

mod answer_change;
mod prepare;
mod progress;
mod replayed;
mod replayer;
mod rules;

pub(crate) use answer_change::{AnswerChange, compare_answers};
pub(crate) use prepare::{NotPrepared, ReplayMode, signed_again};
pub(crate) use progress::ReplayProgress;
#[cfg(test)]
pub(crate) use replayed::test_support;
pub(crate) use replayed::{ReplayTally, Replayed};
pub(crate) use replayer::{ReplayContext, ReplayError, Replayer};
pub(crate) use rules::{Choice, Doubt, Withheld};
