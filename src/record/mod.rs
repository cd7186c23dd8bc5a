//! A delivery as the history keeps it, and what can be told from kept ones without opening anything. Pure.
//!
//! These are the words that the history and the report share. Unlike [`crate::delivery::Delivery`] a record may
//! come from another version or from another tool's capture: it has texts where a delivery has types.
//!
//! | file | holds |
//! | --- | --- |
//! | `stored.rs` | one kept delivery |
//! | `compare.rs` | two deliveries compared |
//! | `diff.rs` | two JSON documents, compared member by member |
//! | `answer_change.rs` | an app's answer then and now |
//! | `mask.rs` | personal data in a body replaced by masks |
//! | `foreign.rs` | records made of an exported line, or of a capture |
//! | `stats.rs` | counts and times of many |
//!
//! Uses: `zoom`, `capture`, `delivery`. Used by: `history`, `report`, `settings`, `commands`.

mod answer_change;
mod compare;
mod diff;
mod foreign;
mod mask;
mod stats;
mod stored;

pub use answer_change::{AnswerChange, compare_answers};
pub use compare::{BodyComparison, Comparison, compare};
pub use diff::{Change, ChangeKind, Member, diff, members};
pub use foreign::NotARecord;
pub use mask::{Mask, MaskKey};
pub use stats::{EventCount, Slow, Stats, Tally};
pub use stored::{CREDENTIALS, MASK, StoredAnswer, StoredDelivery, StoredRelay, verdict_named};
