//! Why a signature does not match. Pure: values in, values out.
//!
//! [`diagnose()`] takes the parts of one request and the secret tokens. It searches for the variant of secret,
//! timestamp, body, message layout, hash and header format that reproduces the signature. It names a cause only
//! if one does: 256 bits do not match by chance. [`explain_mine()`] runs the same search for the value that a
//! user's own code computed. [`judge_answer()`] checks the answer to a challenge.
//!
//! | file | holds |
//! | --- | --- |
//! | `evidence.rs` | the input: [`Evidence`], [`Secrets`], [`Budget`] |
//! | `secret_text.rs` | a secret token as text: [`SecretText`] |
//! | `verdict.rs`, `code.rs` | the result: [`Diagnosis`], [`Finding`], the stable [`Code`]s |
//! | `diagnose.rs`, `missing.rs` | the verdict on one request; the checks that need no search |
//! | `mine.rs` | an explanation of the value that the user's own code computed |
//! | `variants/` | deviations from the protocol: one file per dimension, flat tables |
//! | `search/` | combines the variants, the likely ones first, within the budget |
//! | `remedy/` | how to fix a cause, with the line of code for the user's [`Framework`] |
//! | `difference.rs`, `visible.rs` | the first differing byte; marks for invisible characters |
//! | `age.rs`, `challenge/` | a request's age; the correct answer to a challenge, and the faults of a wrong one |
//! | `app_answer.rs` | hints about the app, from its answer |
//! | `app_statement.rs` | what the text of an answer says about who refused a request |
//! | `forgery.rs` | what the answer to a request that is wrong on purpose shows |
//! | `recipe.rs` | ways to sign a request, for experiments with an app |
//! | `clock.rs` | detects a wrong clock from several deliveries |
//!
//! # Example
//! ```
//! use zoomhook::diagnosis::{Budget, Code, Evidence, Role, SecretText, Secrets, diagnose};
//!
//! // The token was stored with a newline; Zoom signed with the token alone.
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
mod app_statement;
#[cfg(feature = "cli")]
mod clock;
#[cfg(feature = "cli")]
mod forgery;
#[cfg(feature = "cli")]
mod recipe;

pub use age::{Aged, judge_age};
pub use challenge::{AnswerCode, AnswerFault, ChallengeReport, GivenAnswer, explain_challenge, judge_answer};
pub use code::Code;
pub use diagnose::{diagnose, proven};
pub use difference::{Compared, Difference, Excerpt};
pub use evidence::{Budget, Evidence, Fidelity, Secrets, SigningScheme};
pub use mine::{Mine, explain_mine};
#[cfg(feature = "cli")]
pub(crate) use remedy::remedy_in_app;
pub use remedy::{Framework, Remedy, UnknownFramework, remedy, remedy_of};
pub use secret_text::{Role, SecretText};
#[cfg(feature = "cli")]
pub(crate) use variants::body::{is_cut, is_displayed, is_printed_object, rewritten_parts};
pub use variants::signed_message;
pub use verdict::{
    Cause, Diagnosis, Effort, Finding, MatchedBody, Missing, Proof, RuledOut, Unknown, Valid, Verdict,
};
pub use visible::visible;

#[cfg(feature = "cli")]
pub use app_answer::{AnsweredRequest, Hint, answer_hint, challenge_faults, hints};
#[cfg(feature = "cli")]
pub use app_statement::{AppStatement, is_page, is_web_page, statement};
#[cfg(feature = "cli")]
pub use clock::{ClockCheck, ClockOff};
#[cfg(feature = "cli")]
pub(crate) use diagnose::valid_over_restored;
#[cfg(feature = "cli")]
pub(crate) use forgery::{ControlRequest, ForgeryTrial, ForgeryVerdict};
#[cfg(feature = "cli")]
pub(crate) use recipe::{Digest, SigningRecipe};
