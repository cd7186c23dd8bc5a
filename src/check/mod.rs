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
//! | `compose.rs` | the requests of the cases and of the experiments. Pure but for the time |
//! | `request.rs` | one request and its answer |
//! | `examine.rs` | the order of the cases |
//! | `experiments.rs` | the wrong ways of signing, and the proof of one |
//! | `sender.rs` | how many requests are sent at a time, within the budget |
//! | `wire.rs` | sends the requests over HTTP |
//! | `facts.rs` | what was sent and answered |
//! | `judge.rs` | the verdict on each case. Pure |
//! | `conclude/` | what the answers together prove. Pure |
//! | `conclusion.rs` | a conclusion: code, sentence, proof, remedy |
//! | `error_detail.rs` | stack traces in error answers. Pure |
//! | `suite.rs` | the user's own cases |
//! | `token.rs` | Zoom's call to the user's token URL |
//! | `transport.rs` | the verdicts and conclusions about TLS. Pure |
//! | `endpoint.rs` | the endpoint, and what must work before the first request |

mod body;
mod case;
mod compose;
mod conclude;
mod conclusion;
mod endpoint;
mod error_detail;
mod examine;
mod experiments;
mod facts;
mod judge;
mod report;
mod request;
mod sender;
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
