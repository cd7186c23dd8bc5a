//! Posts requests as Zoom does: its headers, three seconds for the answer, no redirects.
//!
//! [`run`] sends many requests, [`EndpointClient::post`] sends one.
//!
//! | file | holds |
//! | --- | --- |
//! | `endpoint.rs` | parses the endpoint's URL; posts one request |
//! | `run.rs` | sends many requests, with pauses and retries |
//! | `posted.rs` | one request that was sent, with its outcome; counts and times of many. Pure |

mod endpoint;
mod posted;
mod run;

pub(crate) use endpoint::{EndpointClient, InvalidEndpoint, parse_endpoint};
pub(crate) use posted::{EndpointAnswer, Posted, SendTally, is_stale, next_try};
pub(crate) use run::{Job, Pace, SendClock, run};
