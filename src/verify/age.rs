//! Measures a request's age, and applies the limit on it.

use std::time::{Duration, SystemTime};

use crate::capture::Capture;
use crate::diagnosis::{Aged, Cause, Finding, Missing, Unknown, Verdict, judge_age};
use crate::zoom::TIMESTAMP_HEADER;

/// How ages are measured and limited.
#[derive(Debug, Clone, Copy)]
pub struct AgeRule {
    /// The time from the user.
    pub at: Option<SystemTime>,
    /// The limit; `None` to accept any age.
    pub max_age: Option<Duration>,
    /// The time of the run, which is used if there is no better one.
    pub now: SystemTime,
}

impl Default for AgeRule {
    fn default() -> Self {
        Self { at: None, max_age: None, now: SystemTime::now() }
    }
}

/// The time that an age is measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The time from the user.
    Given,
    /// The time in the capture.
    Capture,
    /// The time of the run.
    Now,
}

impl Against {
    /// The value in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Capture => "capture",
            Self::Now => "now",
        }
    }
}

/// A request's age.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The age, and the cause if it is over the limit.
    pub aged: Aged,
    /// The time that it is measured against.
    pub against: Against,
}

/// The age of a capture; `None` if it has no timestamp.
pub(super) fn measure(capture: &Capture, rule: &AgeRule) -> Option<Result<Measured, Cause>> {
    let (at, against) = match (rule.at, capture.captured_at) {
        (Some(at), _) => (at, Against::Given),
        (None, Some(at)) => (at, Against::Capture),
        (None, None) => (rule.now, Against::Now),
    };
    let timestamp = capture.headers.get(TIMESTAMP_HEADER)?;
    Some(judge_age(timestamp, at, rule.max_age).map(|aged| Measured { aged, against }))
}

/// Applies the limit, if there is one: a genuine request that is too old is invalid, and one of unknown age is unknown.
pub(super) fn apply_limit(
    verdict: Verdict,
    measured: Option<&Result<Measured, Cause>>,
    rule: &AgeRule,
) -> Verdict {
    let Verdict::Valid(valid) = &verdict else { return verdict };
    if rule.max_age.is_none() {
        return verdict;
    }
    let cause = match measured {
        Some(Ok(measured)) if measured.against == Against::Now => {
            // It arrived before now: if it is within the limit now, it was so on arrival.
            let is_within = measured.aged.cause.is_none() && !measured.aged.age.is_in_the_future();
            return if is_within { verdict } else { Verdict::CannotTell(no_time()) };
        }
        Some(Ok(measured)) => measured.aged.cause.clone(),
        Some(Err(cause)) => Some(cause.clone()),
        None => None,
    };
    let Some(cause) = cause else { return verdict };
    Verdict::Invalid(Box::new(Finding {
        cause,
        also: Vec::new(),
        proof: None,
        secret_name: Some(valid.secret_name.clone()),
        difference: None,
        restored_body: None,
    }))
}

fn no_time() -> Unknown {
    let why = Missing::Time;
    let sentence = "The signature matches, but the capture does not say when the request arrived, so its age at that time is unknown.";
    Unknown { why, code: None, sentence: sentence.into(), instead: why.instead() }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::capture::from_parts;
    use crate::diagnosis::{Code, Role, SecretText, Secrets};
    use crate::verify::{CaptureJudge, JudgedCapture};

    fn judge_one(rule: AgeRule) -> JudgedCapture {
        let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")]);
        let headers = [
            "x-zm-request-timestamp: 1795507201",
            "x-zm-signature: v0=6402d0bfd717b915cb280fbcc1aefb5299cbc4b8d3f7739f8706ceb0263dde02",
        ];
        let capture = from_parts(headers, br#"{"event":"meeting.started"}"#.to_vec()).unwrap();
        CaptureJudge::new(secrets, rule).judge(capture)
    }

    fn at(seconds: u64) -> Option<SystemTime> {
        Some(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn rejects_an_old_request_only_with_a_limit() {
        let limit = Some(Duration::from_secs(300));
        let days_later = AgeRule { at: at(1_795_807_201), ..AgeRule::default() };
        let judged = judge_one(days_later);
        assert_eq!(judged.diagnosis.verdict.as_str(), "valid");
        assert_eq!(judged.age.unwrap().aged.age.as_millis(), 300_000_000);
        let stale = judge_one(AgeRule { max_age: limit, ..days_later });
        assert_eq!(stale.diagnosis.verdict.code(), Some(Code::Stale));
        let fresh = judge_one(AgeRule { at: at(1_795_507_203), max_age: limit, ..days_later });
        assert_eq!(fresh.diagnosis.verdict.as_str(), "valid");
    }

    #[test]
    fn without_a_time_in_the_capture_only_an_age_within_the_limit_until_now_is_known() {
        let judged = |now| {
            let limit = Some(Duration::from_secs(300));
            let rule = AgeRule { at: None, max_age: limit, now: UNIX_EPOCH + Duration::from_secs(now) };
            judge_one(rule).diagnosis.verdict.as_str()
        };
        assert_eq!(judged(1_795_507_501), "valid");
        assert_eq!(judged(1_795_507_502), "unknown");
        // The clock is wrong.
        assert_eq!(judged(1_795_507_200), "unknown");
    }
}
