//! Posts requests as Zoom does: its headers, three seconds for the answer, no redirects.
//!
//! [`run`] sends many requests, [`EndpointClient::post`] sends one.
//!
//! | file | holds |
//! | --- | --- |
//! | `target.rs` | parses the endpoint's URL; pure |
//! | `client.rs` | posts one request |
//! | `run.rs` | sends many requests, with pauses and retries |
//! | `posted.rs` | one request that was sent, with its outcome; pure |
//! | `tally.rs` | counts and times of many requests |

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
