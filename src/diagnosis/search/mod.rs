//! The search for the variant that reproduces a signature. The entry point is [`search`].
//!
//! | file | purpose |
//! | --- | --- |
//! | `attempts.rs` | computes one digest after another, within the budget |
//! | `plan.rs` | the variants, the order in which they are tried, and the search for a truncated body |
//! | `finding.rs` | turns a hit into sentences |

mod attempts;
mod finding;
mod plan;

pub(super) use attempts::Hit;
pub(super) use finding::{change_of_body, finding};

use self::attempts::Attempts;
use self::plan::Variants;
use super::evidence::{Budget, Evidence, Secrets};
use super::variants::body::BodyForm;
use super::variants::header::Reading;
use super::verdict::{Effort, RuledOut};

/// What a search found.
pub(super) struct SearchOutcome<T> {
    /// What the caller's function returned for the hit, if there was a hit.
    pub(super) found: Option<T>,
    pub(super) ruled_out: Vec<RuledOut>,
    pub(super) effort: Effort,
}

/// Searches for the combination of variants that gives one of the `readings`, and passes it to `describe`.
pub(super) fn search<T>(
    evidence: &Evidence<'_>,
    secrets: &Secrets,
    readings: &[Reading],
    first_forms: Vec<BodyForm>,
    budget: Budget,
    describe: impl FnOnce(&Hit<'_>) -> T,
) -> SearchOutcome<T> {
    let variants = Variants::of(evidence, secrets, first_forms, budget.bytes);
    let mut attempts = Attempts::new(readings, budget);
    let (hit, ruled_out) = variants.run(&mut attempts);
    SearchOutcome { found: hit.map(|hit| describe(&hit)), ruled_out, effort: attempts.effort }
}
