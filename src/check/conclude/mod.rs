//! What the answers together prove. Pure. [`conclude`] is the entry point.
//!
//! Each rule states which answers it needs. A rule whose answers are missing draws no conclusion.
//!
//! | file | what it concludes |
//! | --- | --- |
//! | `whole.rs` | what all answers have in common, if that explains them all |
//! | `signature.rs` | why a correctly signed request is refused |
//! | `stopped.rs` | the app ended while it was checked |
//! | `forged.rs` | what is forged and accepted, or not refused as it should be |
//! | `events.rs` | events that are refused, while the one in ASCII is accepted |
//! | `bad_input.rs` | what is not an event, and what error answers give away |
//! | `challenge.rs` | the answers to challenges |
//! | `limited.rs` | a limit on the rate of requests |
//! | `evidence.rs` | the answers, as the rules ask for them |

mod bad_input;
mod challenge;
mod events;
mod evidence;
mod forged;
mod limited;
mod signature;
mod stopped;
mod whole;

use super::case::Severity::Must;
use super::conclusion::CheckConclusion;
use super::facts::CheckFacts;
use super::transport;
use evidence::CheckEvidence;

pub(super) use challenge::{SLOW_CHALLENGE, is_json};

/// Everything that the answers prove or show, the most important first; empty for a correct endpoint.
#[must_use]
pub(super) fn conclude(facts: &CheckFacts) -> Vec<CheckConclusion> {
    let mut found = facts.transport.as_ref().map(transport::conclude).unwrap_or_default();
    if let Some(Err(why)) = &facts.token {
        found.push(token_refused(why));
    }
    let evidence = CheckEvidence { facts };
    if let Some(whole) = evidence.whole() {
        found.push(whole);
        return found;
    }
    found.extend(evidence.stopped());
    found.extend(evidence.signature());
    found.extend(evidence.text());
    found.extend(evidence.empty_key());
    found.extend(evidence.forged());
    found.extend(evidence.odd_refusals());
    found.extend(evidence.events());
    found.extend(evidence.bad_input());
    found.extend(evidence.challenge());
    found.extend(evidence.status());
    found.extend(evidence.error_details());
    found.extend(evidence.limited());
    found.sort_by_key(|conclusion| conclusion.severity);
    found
}

fn token_refused(why: &str) -> CheckConclusion {
    CheckConclusion::new("token-refused", Must, format!("Zoom gets no token from your token URL. {why}")).remedy(
        "Answer 200 with {\"access_token\", \"token_type\": \"bearer\", \"expires_in\": \"3599\"}. Zoom sends \
         the client's id and secret as Basic authentication, and the grant type in the query. It sends no body.",
    )
}
