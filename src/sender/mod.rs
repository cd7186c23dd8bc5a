//! Posts requests as Zoom does: its headers, three seconds for the answer, no redirects.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | the URL that is posted to; is it this machine's own? |
//! | `client.rs` | one connection, kept open: http or https |
//! | `run.rs` | many requests: when, over how many connections, tried again |
//!
//! Uses: `zoom`, `posting`, `system_words`. Used by: `settings`, `commands`.

mod client;
mod run;
mod target;

pub use client::{Client, Trust, TrustError};
pub use run::{Job, Pace, run};
pub use target::{InvalidTarget, Target};
