//! Diagnoses live requests after they were answered: why one was refused, and what is wrong with an app's answer to a
//! challenge.
//!
//! Anyone can send forged requests, so the work per request and per second is limited.

use std::time::{Duration, Instant};

use crate::delivery::{Delivery, Forwarded, Judgement, NamedCause, Refusal};
use crate::diagnosis::{
    Budget, Evidence, SecretText, Secrets, Verdict, challenge_faults, diagnose, remedy_in_app,
};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Searches that may run without a pause. A person who tests by hand sends fewer requests.
const BURST: u32 = 8;
/// After a burst, one search per interval. A search takes a few milliseconds: a few hundredths of a core.
const INTERVAL: Duration = Duration::from_millis(250);
/// The largest body that is searched. The largest known webhooks have some tens of KiB, and each variant is a copy.
const LARGEST: usize = 64 * 1024;

/// Finds causes of refusals and judges answers to challenges.
pub(super) struct CauseFinder {
    secrets: Secrets,
    /// Empty, for requests over the limit: judging without secrets needs no search.
    no_secrets: Secrets,
    /// The number of searches allowed now.
    allowance: u32,
    /// When the allowance was last raised.
    raised: Instant,
}

impl CauseFinder {
    pub(super) fn new(secrets: Vec<SecretText>, now: Instant) -> Self {
        Self {
            secrets: Secrets::new(secrets),
            no_secrets: Secrets::new(Vec::new()),
            allowance: BURST,
            raised: now,
        }
    }

    /// The cause, if the signature was refused and an HMAC proves why.
    pub(super) fn find(&mut self, delivery: &Delivery, now: Instant) -> Option<NamedCause> {
        let Judgement::Refused { refusal, .. } = &delivery.judgement else { return None };
        let is_about_the_signature = matches!(
            refusal,
            Refusal::SignatureMismatch
                | Refusal::SignatureMalformed(_)
                | Refusal::TimestampMissing
                | Refusal::TimestampMalformed(_)
        );
        if !is_about_the_signature || delivery.request.body.len() > LARGEST || !self.is_allowed(now) {
            return None;
        }
        let Verdict::Invalid(finding) = self.diagnose(delivery) else { return None };
        finding.proof.as_ref()?;
        let sentences: Vec<_> = finding.causes().map(|cause| cause.sentence.as_str()).collect();
        Some(NamedCause {
            code: finding.cause.code.as_str(),
            sentence: sentences.join(" Also: "),
            remedy: remedy_in_app(&finding.cause, None).text,
        })
    }

    /// Judges the app's answers to a challenge.
    pub(super) fn judge_answers(&mut self, judgement: &Judgement, forwarded: &mut [Forwarded], now: Instant) {
        let Judgement::Challenge { signed, .. } = judgement else { return };
        for forwarded in forwarded {
            // A signed challenge comes from Zoom or from the user. Anyone can send an unsigned one.
            let may_search = *signed || self.is_allowed(now);
            let secrets = if may_search { &self.secrets } else { &self.no_secrets };
            forwarded.challenge_faults = challenge_faults(judgement, forwarded, secrets);
        }
    }

    fn diagnose(&self, delivery: &Delivery) -> Verdict {
        let request = &delivery.request;
        let value = |name: &str| request.headers.get(name).map(|value| value.as_bytes());
        let is_own = |name: &str| name == SIGNATURE_HEADER || name == TIMESTAMP_HEADER;
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .filter(|(name, _)| !is_own(name))
            .collect();
        let evidence = Evidence {
            signature: value(SIGNATURE_HEADER),
            timestamp: value(TIMESTAMP_HEADER),
            body: Some(&request.body),
            headers: &headers,
            captured_at: Some(delivery.received_at),
            ..Evidence::default()
        };
        diagnose(&evidence, &self.secrets, Budget::LIVE).verdict
    }

    fn is_allowed(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.raised).as_millis() / INTERVAL.as_millis();
        if passed > 0 {
            let more = u32::try_from(passed).unwrap_or(BURST).min(BURST);
            self.allowance = self.allowance.saturating_add(more).min(BURST);
            self.raised = now;
        }
        let is_allowed = self.allowance > 0;
        self.allowance = self.allowance.saturating_sub(1);
        is_allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_the_searches_per_second_in_a_flood() {
        let start = Instant::now();
        let mut finder = CauseFinder::new(Vec::new(), start);
        let mut allowed_at = |ms: u64| {
            let now = start + Duration::from_millis(ms);
            (0..1000).filter(|_| finder.is_allowed(now)).count()
        };
        assert_eq!(allowed_at(0), BURST as usize);
        assert_eq!(allowed_at(200), 0);
        assert_eq!(allowed_at(250), 1);
        assert_eq!(allowed_at(1250), 4);
        assert_eq!(allowed_at(3_600_000), BURST as usize);
    }
}
