//! The verdict on one request: first the plain HMAC check, then missing parts, then the search.

use hmac::Mac;

use super::code::Code;
use super::evidence::{Budget, Evidence, Fidelity, Secrets, SigningScheme};
use super::missing;
use super::search::{Hit, change_of_body, finding, search};
use super::variants::change::Voice;
use super::variants::header::{Reading, canonical, readings};
use super::variants::secret::SecretVariant;
use super::variants::timestamp::is_milliseconds;
#[cfg(feature = "cli")]
use super::verdict::Finding;
use super::verdict::{Cause, Diagnosis, Effort, MatchedBody, Valid, Verdict};

/// Verifies a request, and finds out why its signature does not match.
///
/// A genuine request costs one HMAC for each secret token up to the one that signed it. Only a request that does
/// not match starts a search.
#[must_use]
pub fn diagnose(evidence: &Evidence<'_>, secrets: &Secrets, budget: Budget) -> Diagnosis {
    if let Some(valid) = valid(evidence, secrets) {
        return Diagnosis {
            verdict: Verdict::Valid(valid),
            ruled_out: Vec::new(),
            effort: Effort::default(),
        };
    }
    match missing::before_the_search(evidence, secrets) {
        Err(verdict) => Diagnosis { verdict, ruled_out: Vec::new(), effort: Effort::default() },
        Ok(header) => explain(evidence, secrets, &readings(header, evidence.scheme), budget),
    }
}

/// Checks the signature over the captured body, then over its alternatives.
fn valid(evidence: &Evidence<'_>, secrets: &Secrets) -> Option<Valid> {
    let digest = canonical(evidence.signature?, evidence.scheme)?;
    // A capture of an empty body looks like one without a body. The signature tells.
    let (timestamp, body) = (evidence.timestamp?, evidence.body.unwrap_or_default());
    let bodies = std::iter::once(&body).chain(evidence.alternatives);
    let (place, key) = bodies.enumerate().find_map(|(place, body)| {
        Some((place, secrets.plain().iter().find(|key| matches(key, timestamp, body, &digest))?))
    })?;
    Some(Valid {
        secret_name: secrets.name_of(key)?.clone(),
        body: place.checked_sub(1).map_or(MatchedBody::AsCaptured, MatchedBody::Alternative),
        notes: notes(timestamp),
    })
}

/// The first of these bodies that a secret token gives this signature for, if there is one. A body that is proven in this
/// way was sent, wherever it was found.
#[must_use]
pub fn proven<'b>(
    signature: &[u8],
    timestamp: &[u8],
    mut bodies: impl Iterator<Item = &'b [u8]>,
    secrets: &Secrets,
) -> Option<usize> {
    let digest = canonical(signature, SigningScheme::Webhooks)?;
    bodies.position(|body| secrets.plain().iter().any(|key| matches(key, timestamp, body, &digest)))
}

/// Compares in constant time, because the sender may measure how long this takes.
fn matches(key: &SecretVariant, timestamp: &[u8], body: &[u8], digest: &[u8; 32]) -> bool {
    let mut mac = key.keyed();
    [b"v0:", timestamp, b":", body].iter().for_each(|part| mac.update(part));
    mac.verify_slice(digest).is_ok()
}

/// Remarks on a correctly signed request.
fn notes(timestamp: &[u8]) -> Vec<Cause> {
    let unit = || {
        Cause {
        code: Code::TimestampUnit,
        sentence: "The signature is correct, but the timestamp is in milliseconds. Zoom sends seconds; an age check that expects seconds will reject it.".into(),
        variant: String::new(),
    }
    };
    is_milliseconds(timestamp).then(unit).into_iter().collect()
}

fn explain(evidence: &Evidence<'_>, secrets: &Secrets, readings: &[Reading], budget: Budget) -> Diagnosis {
    let describe = |hit: &Hit<'_>| match restored(hit, evidence, secrets) {
        Some(valid) => Some(Verdict::Valid(valid)),
        None => finding(hit, evidence, secrets, Voice::Request).map(|finding| {
            missing::scheme(&finding, evidence)
                .map_or_else(|| Verdict::Invalid(Box::new(finding)), Verdict::CannotTell)
        }),
    };
    let outcome = search(evidence, secrets, readings, Vec::new(), budget, describe);
    let (ruled_out, effort) = (outcome.ruled_out, outcome.effort);
    let verdict =
        outcome.found.flatten().unwrap_or_else(|| missing::after_the_search(evidence, secrets, effort));
    Diagnosis { verdict, ruled_out, effort }
}

/// The verdict for a capture that has only the parsed body. Such a capture cannot show more than a match with
/// another form of its JSON, so that counts as valid.
fn restored(hit: &Hit<'_>, evidence: &Evidence<'_>, secrets: &Secrets) -> Option<Valid> {
    hit.only_change_of_body()?;
    let form = change_of_body(hit, evidence)?;
    (evidence.fidelity == Fidelity::Parsed && is_form(form.code)).then_some(())?;
    Some(Valid {
        secret_name: secrets.name_of(hit.key)?.clone(),
        body: MatchedBody::Reserialized { form: form.phrase.to_string(), bytes: hit.body.to_vec() },
        notes: evidence.timestamp.map(notes).unwrap_or_default(),
    })
}

/// The verdict if only the capture changed the body: then the signature is right for the bytes that were sent. `None` if
/// the finding is not about another form of the body.
#[cfg(feature = "cli")]
pub(crate) fn valid_over_restored(finding: &Finding, timestamp: Option<&[u8]>) -> Option<Valid> {
    is_form(finding.cause.code).then(|| {
        Some(Valid {
            secret_name: finding.secret_name.clone()?,
            body: MatchedBody::Reserialized {
                form: finding.cause.variant.clone(),
                bytes: finding.restored_body.clone()?,
            },
            notes: timestamp.map(notes).unwrap_or_default(),
        })
    })?
}

/// Whether a cause is another form of the whole body.
fn is_form(code: Code) -> bool {
    matches!(code, Code::BodyReserialized | Code::BodyNewline | Code::BodyEncoding | Code::BodyCharset)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::secret_text::{Role, SecretText};
    use super::*;
    use crate::zoom::SecretToken;

    const SECRET: &str = "zoomhook-test-secret";
    /// Enough for every single cause, and fast in a debug build.
    const SMALL: Budget = Budget { digests: 300, bytes: 200_000 };

    fn secrets() -> Secrets {
        Secrets::new(vec![
            SecretText::new("first", Role::Secret, "the-secret-of-another-app"),
            SecretText::new("second", Role::Secret, SECRET),
            SecretText::new("client", Role::OtherCredential, "a-client-secret"),
        ])
    }

    fn body() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            any::<String>().prop_map(|topic| {
                serde_json::json!({"event": "a.b", "event_ts": 1_795_507_200_123_i64, "payload": topic})
                    .to_string()
                    .into()
            }),
        ]
    }

    fn fidelity() -> impl Strategy<Value = Fidelity> {
        prop_oneof![Just(Fidelity::Original), Just(Fidelity::Reconstructed), Just(Fidelity::Parsed)]
    }

    proptest! {
        #[test]
        fn accepts_every_genuine_request(body in body(), at in 0..99_999_999_999_u64, fidelity in fidelity()) {
            let timestamp = at.to_string();
            let signature = SecretToken::new(SECRET).unwrap().sign(timestamp.as_bytes(), &body).to_string();
            let evidence = Evidence {
                signature: Some(signature.as_bytes()),
                timestamp: Some(timestamp.as_bytes()),
                body: Some(&body),
                fidelity,
                content_length: Some(7),
                ..Evidence::default()
            };
            let diagnosis = diagnose(&evidence, &secrets(), SMALL);
            prop_assert!(matches!(&diagnosis.verdict, Verdict::Valid(valid) if &*valid.secret_name == "second"));
        }

        #[test]
        fn names_no_cause_for_an_unknown_secret(body in body(), secret in "[a-zA-Z0-9_-]{22}") {
            let signature = SecretToken::new(secret).unwrap().sign(b"1795507201", &body).to_string();
            let evidence = Evidence {
                signature: Some(signature.as_bytes()),
                timestamp: Some(b"1795507201"),
                body: Some(&body),
                ..Evidence::default()
            };
            let code = diagnose(&evidence, &secrets(), SMALL).verdict.code();
            prop_assert!(matches!(code, Some(Code::Unexplained | Code::BodyEmpty)), "{:?}", code);
        }

        #[test]
        fn handles_arbitrary_bytes_within_the_budget(
            signature in prop::option::of(any::<Vec<u8>>()),
            timestamp in prop::option::of(any::<Vec<u8>>()),
            body in prop::option::of(body()),
            value in any::<Vec<u8>>(),
            content_length in any::<Option<u64>>(),
        ) {
            let headers = [("date", &*value), ("x-zm-trackingid", &*value)];
            let evidence = Evidence {
                signature: signature.as_deref(),
                timestamp: timestamp.as_deref(),
                body: body.as_deref(),
                headers: &headers,
                content_length,
                ..Evidence::default()
            };
            let diagnosis = diagnose(&evidence, &secrets(), SMALL);
            prop_assert!(!matches!(diagnosis.verdict, Verdict::Valid(_)));
            prop_assert!(diagnosis.effort.digests <= SMALL.digests && diagnosis.effort.bytes <= SMALL.bytes);
        }
    }

    #[test]
    fn ignores_a_blank_secret() {
        let blank = Secrets::new(vec![SecretText::new("blank", Role::Secret, " ")]);
        let evidence = Evidence {
            signature: Some(b"v0=71d1f0e3671e73967fe959db52ad86f0cb335aeaa907ea14491523a0ebcc4bed"),
            timestamp: Some(b"1795507201"),
            body: Some(b"{}"),
            ..Evidence::default()
        };
        let verdict = diagnose(&evidence, &blank, Budget::FULL).verdict;
        assert!(
            matches!(verdict, Verdict::CannotTell(unknown) if unknown.why == super::super::Missing::Secret)
        );
    }

    #[test]
    fn stops_within_the_budget_on_deep_and_long_bodies() {
        let deep = "[".repeat(200_000);
        let long = format!("{{\"event\":\"{}\"}}", "é".repeat(100_000));
        for body in [deep, long] {
            let evidence = Evidence {
                signature: Some(b"v0=71d1f0e3671e73967fe959db52ad86f0cb335aeaa907ea14491523a0ebcc4bed"),
                timestamp: Some(b"1795507201"),
                body: Some(body.as_bytes()),
                ..Evidence::default()
            };
            let diagnosis = diagnose(&evidence, &secrets(), Budget::LIVE);
            assert!(diagnosis.effort.bytes <= Budget::LIVE.bytes && diagnosis.effort.exhausted);
        }
    }
}
