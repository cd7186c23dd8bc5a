//! `--mine`: how did the user's own code come to its value for this request?

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
    /// It computes the right value.
    Right {
        /// The secret token's name.
        secret_name: Arc<str>,
    },
    /// It does something else, and this is what. The difference compares the right message with theirs.
    Explained(Box<Finding>),
    /// The value is no digest in any notation.
    NotADigest,
    /// There is nothing to compute it from.
    CannotTell(Unknown),
    /// No variant gives this value.
    Unexplained {
        /// What was tried.
        ruled_out: Vec<RuledOut>,
    },
}

/// Finds out how the user's own code came to the value `mine` for this request.
///
/// The request is diagnosed first: which secret token and which bytes are the right ones is what the user's
/// value is measured by. Without a genuine request the body as captured and every given secret count as right.
#[must_use]
pub fn explain_mine(evidence: &Evidence<'_>, secrets: &Secrets, mine: &[u8], budget: Budget) -> Mine {
    let readings = readings(mine);
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
        let change =
            VariantChange::new(Code::BodyReserialised, "as this capture has it, which is not as it was sent");
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

/// What is known of the request itself.
struct Genuine {
    /// The bytes that Zoom signed, if they are not those captured.
    body: Option<Vec<u8>>,
    /// The secrets, all but the right one in the role of another secret.
    secrets: Option<Secrets>,
}

fn genuine(evidence: &Evidence<'_>, secrets: &Secrets, budget: Budget) -> Genuine {
    let (name, body) = match diagnose(evidence, secrets, budget).verdict {
        Verdict::Valid(valid) => {
            let body = match valid.body {
                MatchedBody::AsCaptured => None,
                MatchedBody::Alternative(place) => evidence.alternatives.get(place).map(|body| body.to_vec()),
                MatchedBody::Reserialised { bytes, .. } => Some(bytes),
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
