//! Why is this signature wrong? And: what do several deliveries tell together? Pure: values in, values out.
//!
//! [`diagnose()`] takes the parts of one request and the secret tokens, and searches for the variant of secret,
//! timestamp, body, message layout, hash and header form that reproduces the signature. A cause is named only
//! when it does: 256 bits do not agree by chance. [`explain_mine()`] runs the same search over the value that a
//! user's own code computed.
//!
//! | file | holds |
//! | --- | --- |
//! | `evidence.rs` | what goes in: [`Evidence`], [`Secrets`], [`Budget`] |
//! | `secret_text.rs` | a secret token as text: [`SecretText`] |
//! | `verdict.rs`, `code.rs` | what comes out: [`Diagnosis`], [`Finding`], the stable [`Code`]s |
//! | `diagnose.rs`, `missing.rs` | one request judged; what is plain without a search |
//! | `mine.rs` | the value of the user's own code explained |
//! | `variants/` | what may be otherwise than Zoom does it: one dimension a file, flat tables |
//! | `search/` | the variants combined, in order of likelihood, within the budget |
//! | `remedy/` | what to do about a cause, with the line to write in the user's [`Framework`] |
//! | `difference.rs`, `visible.rs` | the first differing byte, and invisible characters made visible |
//! | `age.rs`, `challenge/` | a request's age; a challenge's right answer; the one judge of challenge answers |
//! | `app_answer.rs` | what an answer shows about the app |
//! | `clock.rs` | what several deliveries show together: a wrong clock |
//!
//! # Example
//! ```
//! use zoomhook::diagnosis::{Budget, Code, Evidence, Role, SecretText, Secrets, diagnose};
//!
//! // The token was stored with a newline; Zoom signed under the token alone.
//! let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret\n")]);
//! let evidence = Evidence {
//!     signature: Some(b"v0=6402d0bfd717b915cb280fbcc1aefb5299cbc4b8d3f7739f8706ceb0263dde02"),
//!     timestamp: Some(b"1795507201"),
//!     body: Some(br#"{"event":"meeting.started"}"#),
//!     ..Evidence::default()
//! };
//! let diagnosis = diagnose(&evidence, &secrets, Budget::FULL);
//! assert_eq!(diagnosis.verdict.code(), Some(Code::SecretWhitespace));
//! ```

mod age;
mod challenge;
mod code;
mod diagnose;
mod difference;
mod evidence;
mod mine;
mod missing;
mod remedy;
mod search;
mod secret_text;
mod variants;
mod verdict;
mod visible;

#[cfg(feature = "cli")]
mod app_answer;
#[cfg(feature = "cli")]
mod clock;

pub use age::{Aged, judge_age};
pub use challenge::{AnswerCode, AnswerFault, ChallengeReport, GivenAnswer, explain_challenge, judge_answer};
pub use code::Code;
pub use diagnose::diagnose;
pub use difference::{Difference, Excerpt};
pub use evidence::{Budget, Evidence, Fidelity, Secrets};
pub use mine::{Mine, explain_mine};
pub use remedy::{Framework, Remedy, UnknownFramework, remedy};
pub use secret_text::{Role, SecretText};
pub use variants::signed_message;
pub use verdict::{
    Cause, Diagnosis, Effort, Finding, MatchedBody, Missing, Proof, RuledOut, Unknown, Valid, Verdict,
};
pub use visible::visible;

#[cfg(feature = "cli")]
pub use app_answer::{Hint, challenge_faults, hints};
#[cfg(feature = "cli")]
pub use clock::{ClockCheck, ClockOff};
