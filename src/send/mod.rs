//! Posts requests as Zoom does: its headers, three seconds for the answer, no redirects.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | the URL that is posted to. Pure |
//! | `client.rs` | one request to the endpoint |
//! | `run.rs` | many requests: when, over how many connections, retries |
//! | `posted.rs` | one request that was sent, and how it ended |
//! | `tally.rs` | counts and times of many |

mod endpoint;
mod posted;
mod run;
mod tally;
mod target;

pub(crate) use endpoint::EndpointClient;
pub(crate) use posted::{EndpointAnswer, Posted};
pub(crate) use run::{Job, Pace, run};
pub(crate) use tally::SendTally;
pub(crate) use target::{InvalidEndpoint, parse_endpoint};
