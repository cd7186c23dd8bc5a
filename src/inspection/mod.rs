//! One captured request judged: is it genuine, if not why, how old is it, was its challenge answered rightly?
//! Pure: a capture and the secrets in, an [`Inspection`] out.
//!
//! Here meet the two halves that know nothing of one another: `capture` reads what a tool recorded,
//! `diagnosis` does the arithmetic. What a capture lost on its way must not become a verdict over the request:
//! `lost.rs` holds that line.
//!
//! | file | holds |
//! | --- | --- |
//! | `inspector.rs` | [`Inspector`]: what a run is asked; [`Inspection`]: what one request came to |
//! | `evidence.rs` | a capture as a diagnosis wants it |
//! | `lost.rs` | no verdict against a request of which the capture lost a part |
//! | `age.rs` | the age, and the time that it is measured against |
//! | `outcome.rs` | a request in its source, or why it cannot be read |
//! | `tally.rs` | counts over many requests |
//!
//! Uses: `zoom`, `delivery`, `capture`, `diagnosis`. Used by: `verification`, `report`, `settings`, `commands`.

mod age;
mod evidence;
mod inspector;
mod lost;
mod outcome;
mod tally;

pub use crate::delivery::Verdict;
pub use age::{Against, AgeRule, Measured};
pub use inspector::{Inspection, Inspector};
pub use outcome::{Outcome, Unreadable};
pub use tally::{Count, Tally};
