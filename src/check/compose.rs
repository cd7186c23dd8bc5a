//! Makes the requests of the cases and of the experiments.

use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::Method;

use super::body::CheckBodies;
use super::case::CheckCase;
use super::examine::CheckPlan;
use super::request::CheckRequest;
use crate::diagnosis::{Digest, Role, SecretText, Secrets, SigningRecipe};
use crate::zoom::catalogue::request_ids;
use crate::zoom::{ANSWER_LIMIT, RequestIds, SignedRequest};

/// How long the first request waits, to find out how late an answer is.
const PATIENCE: Duration = Duration::from_secs(8);
/// Older than any usual limit on the age.
const STALE: u64 = 20 * 60;
/// How many seconds before its retry the first event is signed.
const BEFORE_RETRY: u64 = 2;
/// A secret token that no app has.
const STRANGER: &str = "a-stranger-knows-no-secret-token";

/// Makes requests.
#[derive(Debug, Clone)]
pub(super) struct RequestComposer<'p> {
    plan: CheckPlan<'p>,
    /// The bodies.
    pub(super) bodies: CheckBodies,
    /// Signs as somebody who does not have the secret token.
    stranger: SigningRecipe,
    /// The number of requests so far, for their ids.
    made: Cell<u32>,
}

impl<'p> RequestComposer<'p> {
    /// `None` without a secret token.
    pub(super) fn new(plan: CheckPlan<'p>) -> Option<Self> {
        let stranger = Secrets::new(vec![SecretText::new("stranger", Role::Secret, STRANGER)]);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = u64::try_from(now.as_millis()).unwrap_or_default();
        Some(Self {
            plan,
            bodies: CheckBodies::new(now_ms, plan.seed),
            stranger: SigningRecipe::right(&stranger)?,
            made: Cell::new(0),
        })
    }

    /// The same, with other challenges and events: an app may refuse those that it knows.
    pub(super) fn copy(&self, number: u8) -> Self {
        Self { bodies: self.bodies.copy(number), ..self.clone() }
    }

    /// Whether anyone can sign in this way, because its key is empty or not used.
    pub(super) fn has_empty_key(&self, recipe: &SigningRecipe) -> bool {
        let signature = |recipe: &SigningRecipe| recipe.headers(0, &[], Digest::Computed).pop();
        let empty = recipe.with_empty_key(self.plan.secrets);
        empty.is_none_or(|empty| signature(&empty) == signature(recipe))
    }

    /// Whether an app that expects this way of signing cannot tell the request of a case from a genuine one. That it
    /// accepts it is then no further mistake.
    pub(super) fn is_no_difference(&self, case: CheckCase, recipe: &SigningRecipe) -> bool {
        let signature =
            |recipe: &SigningRecipe, seconds| recipe.headers(seconds, &[], Digest::Computed).pop();
        match case {
            CheckCase::EmptyKey => self.has_empty_key(recipe),
            CheckCase::NoTimestamp | CheckCase::OtherTimestamp => {
                signature(recipe, 0) == signature(recipe, 1)
            }
            _ => false,
        }
    }

    /// The request of a case, signed in this way, which is Zoom's or a wrong one.
    pub(super) fn request(&self, case: CheckCase, recipe: &SigningRecipe, is_wrong: bool) -> CheckRequest {
        let mut request = self.genuine(case, recipe);
        let names = {
            let headers = recipe.headers(0, &[], Digest::Computed);
            [headers[0].0, headers[1].0]
        };
        let [time, signature] =
            [[crate::zoom::TIMESTAMP_HEADER, names[0]], [crate::zoom::SIGNATURE_HEADER, names[1]]];
        let drop = |request: &mut CheckRequest, which: [&str; 2]| {
            request.headers.retain(|(name, _)| !which.contains(name));
        };
        let body = request.body.clone();
        match case {
            CheckCase::ChallengeUnsigned | CheckCase::OracleUnsigned => {
                drop(&mut request, time);
                drop(&mut request, signature);
            }
            CheckCase::NoSignature => drop(&mut request, signature),
            CheckCase::NoTimestamp => drop(&mut request, time),
            CheckCase::Forged | CheckCase::ChallengeForged => {
                let forged = match is_wrong {
                    true => recipe.headers(seconds_now(), &body, Digest::Altered),
                    false => self.stranger.headers(seconds_now(), &body, Digest::Computed),
                };
                set(&mut request.headers, forged);
            }
            CheckCase::EmptyKey => {
                let empty = recipe.with_empty_key(self.plan.secrets);
                // Never the genuine signature, whose acceptance would accuse a correct app.
                let signer = empty.as_ref().unwrap_or(&self.stranger);
                set(&mut request.headers, signer.headers(seconds_now(), &body, Digest::Computed));
            }
            CheckCase::OtherTimestamp => {
                for (name, value) in &mut request.headers {
                    if time.contains(name) {
                        let digit = if value.ends_with('7') { "3" } else { "7" };
                        value.pop();
                        value.push_str(digit);
                    }
                }
            }
            CheckCase::Stale => {
                set(&mut request.headers, recipe.headers(seconds_now() - STALE, &body, Digest::Computed));
            }
            CheckCase::Get => {
                request.method = Method::GET;
                request.headers.retain(|(name, _)| !name.starts_with("content-"));
            }
            CheckCase::HeaderCase => request.title_case = true,
            // Earlier than its retry, which Zoom signs afresh.
            CheckCase::Ascii => {
                let earlier = seconds_now() - BEFORE_RETRY;
                set(&mut request.headers, recipe.headers(earlier, &body, Digest::Computed));
            }
            CheckCase::Challenge => request.limit = PATIENCE,
            _ => {}
        }
        request
    }

    /// A request with the body of a case, correctly signed in this way.
    pub(super) fn genuine(&self, case: CheckCase, recipe: &SigningRecipe) -> CheckRequest {
        self.signed(self.body(case), recipe, Digest::Computed)
    }

    /// The body of a case.
    pub(super) fn body(&self, case: CheckCase) -> Vec<u8> {
        match case {
            CheckCase::Challenge | CheckCase::ChallengePace | CheckCase::ChallengeType => {
                self.bodies.challenge(&self.bodies.plain_token(0))
            }
            CheckCase::ChallengeAgain => self.bodies.challenge(&self.bodies.plain_token(1)),
            CheckCase::ChallengeUnsigned => self.bodies.challenge(&self.bodies.plain_token(2)),
            CheckCase::ChallengeForged => self.bodies.challenge(&self.bodies.plain_token(3)),
            CheckCase::OracleUnsigned | CheckCase::OracleSigned => {
                self.bodies.challenge(&self.bodies.message_token(seconds_now()))
            }
            case => self.bodies.of(case),
        }
    }

    /// A request with this body, signed in this way.
    pub(super) fn signed(&self, body: Vec<u8>, recipe: &SigningRecipe, digest: Digest) -> CheckRequest {
        let ids = self.ids(&body);
        let signature = recipe.headers(seconds_now(), &body, digest);
        let request = SignedRequest::new(self.plan.token, body, SystemTime::now(), &ids);
        let mut headers = request.headers().to_vec();
        set(&mut headers, signature);
        CheckRequest {
            method: Method::POST,
            headers,
            body: request.body().to_vec(),
            title_case: false,
            bare: false,
            limit: ANSWER_LIMIT,
        }
    }

    /// The ids of a delivery. A body that is sent again gets the same request id, as a retry does.
    fn ids(&self, body: &[u8]) -> RequestIds {
        let made = self.made.replace(self.made.get() + 1);
        let other = u128::from(self.plan.seed) << 32 | u128::from(made);
        request_ids(self.plan.seed, body).for_retry([other, other])
    }
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Replaces headers of the same name, and adds the others.
fn set(headers: &mut Vec<(&'static str, String)>, values: Vec<(&'static str, String)>) {
    for (name, value) in values {
        match headers.iter_mut().find(|(own, _)| *own == name) {
            Some((_, own)) => *own = value,
            None => headers.push((name, value)),
        }
    }
}
