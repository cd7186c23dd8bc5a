//! Tests the user's endpoint as Zoom would use it, and proves what is wrong by experiments.
//!
//! [`examine`] sends the cases, and experiments where a case fails. [`CheckReport::of`] judges the answers. The first
//! needs a [`Wire`]: a connection to an endpoint, or a function in tests. The second is pure.
//!
//! A cause is named only if experiments prove it: the app refuses Zoom's signature twice, accepts one that was made in
//! a wrong way, and refuses the same with one bit changed. Everything else is stated as a fact.
//!
//! | file | holds |
//! | --- | --- |
//! | `case.rs` | the cases: a flat table |
//! | `body.rs` | the bodies that are sent, with reserved ids. Pure |
//! | `request.rs` | one request and its answer |
//! | `examine.rs` | the order of the requests, within the budget |
//! | `facts.rs` | what was sent and answered |
//! | `judge.rs` | the verdict on each case. Pure |
//! | `conclude.rs` | what the answers together prove. Pure |
//! | `conclusion.rs` | the conclusions: codes, sentences, remedies |
//! | `suite.rs` | the user's own cases |
//! | `token.rs` | Zoom's call to the user's token URL |
//! | `transport.rs` | the verdicts and conclusions about TLS. Pure |
//! | `wire.rs` | sends the requests over HTTP |
//! | `endpoint.rs` | the endpoint, and what must work before the first request |

mod body;
mod case;
mod conclude;
mod conclusion;
mod endpoint;
mod examine;
mod facts;
mod judge;
mod report;
mod request;
mod suite;
mod token;
mod transport;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use case::{CaseGroup, Severity};
pub(crate) use conclusion::{CheckConclusion, ConclusionCertainty};
pub(crate) use endpoint::CheckEndpoint;
pub(crate) use examine::{CheckPlan, CheckProgress, examine};
pub(crate) use judge::{CaseVerdict, LEFT_OUT};
pub(crate) use report::{CaseResult, CheckReport};
pub(crate) use suite::{SuiteCase, examine_suite};
