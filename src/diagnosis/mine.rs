//! `--mine`: finds out how the user's own code computed its value for a request. See [`explain_mine`].

use std::sync::Arc;

use super::code::Code;
use super::diagnose::diagnose;
use super::evidence::{Budget, Evidence, Secrets};
use super::missing;
use super::search::{Hit, finding, search};
use super::secret_text::Role;
use super::variants::body::BodyForm;
use super::variants::change::{VariantChange, Voice};
use super::variants::header::readings;
use super::verdict::{Finding, MatchedBody, RuledOut, Unknown, Verdict};

/// What the user's own code does.
#[derive(Debug, Clone)]
pub enum Mine {
    /// It computes the correct value.
    Right {
        /// The secret token's name.
        secret_name: Arc<str>,
    },
    /// It computes something else. The difference compares the correct message with the user's.
    Explained(Box<Finding>),
    /// The value is not a digest in any known notation.
    NotADigest,
    /// The body or the secret token is missing.
    CannotTell(Unknown),
    /// None of the variants tried gives this value.
    Unexplained {
        /// What was tried.
        ruled_out: Vec<RuledOut>,
    },
}

/// Finds out how the user's own code computed the value `mine` for this request.
///
/// It diagnoses the request first, to learn the correct secret token and the correct bytes. If the request is not
/// genuine, the captured body and every given secret token count as correct.
#[must_use]
pub fn explain_mine(evidence: &Evidence<'_>, secrets: &Secrets, mine: &[u8], budget: Budget) -> Mine {
    let readings = readings(mine, evidence.scheme);
    if readings.is_empty() {
        return Mine::NotADigest;
    }
    if let Err(unknown) = missing::body_and_secret(evidence, secrets) {
        return Mine::CannotTell(unknown);
    }
    let genuine = genuine(evidence, secrets, budget);
    let captured = evidence.body.unwrap_or_default();
    let body = genuine.body.as_deref().unwrap_or(captured);
    let right = Evidence { body: Some(body), alternatives: &[], ..*evidence };
    let as_captured = (body != captured).then(|| {
        let change = VariantChange::new(
            Code::BodyReserialized,
            "as captured, which differs from the body that was signed",
        );
        BodyForm { change, bytes: captured.to_vec() }
    });
    let judged = genuine.secrets.as_ref().unwrap_or(secrets);
    let describe = |hit: &Hit<'_>| match finding(hit, &right, judged, Voice::Mine) {
        Some(finding) => Some(Mine::Explained(Box::new(finding))),
        None => Some(Mine::Right { secret_name: judged.name_of(hit.key)?.clone() }),
    };
    let outcome = search(&right, judged, &readings, as_captured.into_iter().collect(), budget, describe);
    outcome.found.flatten().unwrap_or(Mine::Unexplained { ruled_out: outcome.ruled_out })
}

/// What the diagnosis of the request itself shows.
struct Genuine {
    /// The bytes that were signed, if they differ from the captured bytes.
    body: Option<Vec<u8>>,
    /// The secrets, with all but the correct one in the role of another secret.
    secrets: Option<Secrets>,
}

fn genuine(evidence: &Evidence<'_>, secrets: &Secrets, budget: Budget) -> Genuine {
    let (name, body) = match diagnose(evidence, secrets, budget).verdict {
        Verdict::Valid(valid) => {
            let body = match valid.body {
                MatchedBody::AsCaptured => None,
                MatchedBody::Alternative(place) => evidence.alternatives.get(place).map(|body| body.to_vec()),
                MatchedBody::Reserialized { bytes, .. } => Some(bytes),
            };
            (Some(valid.secret_name), body)
        }
        Verdict::Invalid(finding) => (None, finding.restored_body),
        Verdict::CannotTell(_) => (None, None),
    };
    let only = |name: Arc<str>| {
        let demoted = secrets.texts().iter().map(|text| match text.role {
            Role::Secret if text.name != name => text.in_role(Role::OtherSecret),
            role => text.in_role(role),
        });
        Secrets::new(demoted.collect())
    };
    Genuine { body, secrets: name.map(only) }
}
