//! Posts requests as Zoom does: its headers, three seconds for the answer, no redirects.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | the URL that is posted to |
//! | `client.rs` | one connection, kept open: http or https |
//! | `run.rs` | many requests: when, over how many connections, retries |
//! | `posted.rs` | one request that was sent, and how it ended |
//! | `challenge.rs` | the answer to a challenge of ours, judged |
//! | `tally.rs` | counts and times of many |

mod challenge;
mod client;
mod posted;
mod run;
mod tally;
mod target;

pub use challenge::{ChallengeFault, judge_answer};
pub use client::{Client, Trust, TrustError};
pub use posted::{Answer, Posted};
pub use run::{Job, Pace, run};
pub use tally::Tally;
pub use target::{InvalidTarget, Target};
