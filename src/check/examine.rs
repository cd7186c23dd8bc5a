//! The order of the requests: cases, then experiments where a case fails, within the budget.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt;
use futures_util::stream;
use hyper::Method;

use super::body::CheckBodies;
use super::case::CheckCase;
use super::facts::{AcceptedWay, CaseReplies, CaseReply, ChallengeFacts, CheckFacts, kind};
use super::request::{CheckReply, CheckRequest, ReplyKind, ReplyOutcome};
use crate::diagnosis::{
    AppStatement, Code, Digest, Framework, GivenAnswer, Role, SecretText, Secrets, SigningRecipe,
    judge_answer, statement,
};
use crate::zoom::catalogue::request_ids;
use crate::zoom::{ANSWER_LIMIT, Challenge, Envelope, RequestIds, SecretToken, SignedRequest};

/// Limit on the requests of a run.
const MOST: u32 = 200;
/// Limit with `--quick`, which has 12 cases: the others are experiments.
const MOST_QUICK: u32 = 80;
/// Requests at the same time.
const AT_A_TIME: usize = 4;
/// Requests that are kept for the cases after a wrong way of signing was found, and for their experiments.
const KEPT: u32 = 40;
/// How many of the likely forms of the body are tried before unlikely ways of signing.
const LIKELY_FORMS: usize = 18;
/// How many of the ways of signing are tried before the forms of the body.
const LIKELY_WAYS: usize = 30;
/// How long the first request waits, to find out how late an answer is.
const PATIENCE: Duration = Duration::from_secs(8);
/// Older than any usual limit on the age.
const STALE: u64 = 20 * 60;
/// Cases whose body the app has only seen in a request that it must refuse.
const UNSEEN: [CheckCase; 5] = [
    CheckCase::Forged,
    CheckCase::NoSignature,
    CheckCase::NoTimestamp,
    CheckCase::OtherTimestamp,
    CheckCase::Stale,
];

/// How many seconds before its retry the first event is signed.
const BEFORE_RETRY: u64 = 2;

/// A secret token that no app has.
const STRANGER: &str = "a-stranger-knows-no-secret-token";

/// Sends a request and waits for its answer.
pub(crate) trait Wire {
    /// Sends one request.
    async fn send(&self, request: CheckRequest) -> CheckReply;
}

/// What is examined.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CheckPlan<'a> {
    /// The secrets. The first token signs.
    pub(crate) secrets: &'a Secrets,
    /// The first token.
    pub(crate) token: &'a SecretToken,
    /// Only the most telling cases.
    pub(crate) quick: bool,
    /// Whether to send events.
    pub(crate) events: bool,
    /// Whether the user set headers.
    pub(crate) has_headers: bool,
    /// Makes ids that differ from run to run.
    pub(crate) seed: u64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CheckProgress {
    /// This case is sent.
    Case(CheckCase),
    /// So many ways of signing were tried.
    Experiments(usize),
}

/// Sends the cases, and experiments where a case fails.
pub(crate) async fn examine(
    wire: &impl Wire,
    plan: CheckPlan<'_>,
    progress: &mut dyn FnMut(CheckProgress),
) -> CheckFacts {
    let mut facts = CheckFacts::default();
    let stranger = Secrets::new(vec![SecretText::new("stranger", Role::Secret, STRANGER)]);
    let (Some(right), Some(stranger)) = (SigningRecipe::right(plan.secrets), SigningRecipe::right(&stranger))
    else {
        return facts;
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now_ms = u64::try_from(now.as_millis()).unwrap_or_default();
    let bodies = CheckBodies::new(now_ms, plan.seed);
    let limit = if plan.quick { MOST_QUICK } else { MOST };
    let mut run = Run { wire, plan, bodies, stranger, sent: 0, limit, framework: None, progress };
    facts.replies = run.cases(&right, false).await;
    if run.is_unchecked(&facts.replies) && plan.has_headers {
        let forged = CheckRequest { bare: true, ..run.request(CheckCase::Forged, &right, false) };
        facts.bare = Some(run.send(forged).await.kind());
    }
    let mut base = right.clone();
    if run.wants_way(&facts.replies) {
        let body = bodies.of(CheckCase::Ascii);
        let candidates = candidates(&right, plan.secrets, &body);
        let found = run.find(&right, &candidates, (CheckCase::Ascii, &body), KEPT, &mut facts).await;
        if let Some((way, recipe)) = found {
            facts.way = Some(way);
            base = recipe;
            facts.under_way = Some(run.cases(&base, true).await);
        }
    }
    for subject in run.refused_texts(facts.telling()) {
        let body = if subject == CheckCase::Emoji { bodies.rich() } else { bodies.of(subject) };
        let candidates = base.wrong_bodies(&body);
        let found = run.find(&base, &candidates, (subject, &body), 0, &mut facts).await;
        if let Some((way, _)) = found {
            facts.text = Some(way);
            break;
        }
    }
    facts.framework = run.framework;
    facts.requests = run.sent;
    facts
}

/// All ways to try for an event that is refused, the likely ones first.
fn candidates(right: &SigningRecipe, secrets: &Secrets, body: &[u8]) -> Vec<SigningRecipe> {
    let (mut ways, mut forms) = (right.wrong(secrets), right.wrong_bodies(body));
    let rest = ways.split_off(LIKELY_WAYS.min(ways.len()));
    let others = forms.split_off(LIKELY_FORMS.min(forms.len()));
    let is_lost = |way: &SigningRecipe| way.causes().iter().any(|cause| cause.code == Code::BodyEmpty);
    let (lost, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_lost);
    [ways, forms, lost, rest, others].concat()
}

struct Run<'r, W> {
    wire: &'r W,
    plan: CheckPlan<'r>,
    bodies: CheckBodies,
    stranger: SigningRecipe,
    sent: u32,
    limit: u32,
    framework: Option<Framework>,
    progress: &'r mut dyn FnMut(CheckProgress),
}

impl<W: Wire> Run<'_, W> {
    /// Sends the cases, signed in this way, which is Zoom's or a wrong one.
    async fn cases(&mut self, recipe: &SigningRecipe, is_wrong: bool) -> CaseReplies {
        let mut replies = CaseReplies::new();
        self.batch(&[CheckCase::Challenge], recipe, is_wrong, &mut replies).await;
        if kind(&replies, CheckCase::Challenge) == Some(ReplyKind::Unreachable) {
            return replies;
        }
        let challenges = [
            CheckCase::ChallengeAgain,
            CheckCase::ChallengeUnsigned,
            CheckCase::ChallengeForged,
            CheckCase::OracleUnsigned,
        ];
        self.batch(&challenges, recipe, is_wrong, &mut replies).await;
        // Every further request would cost three seconds, or as many connections, and show the same.
        if replies.values().all(|found| matches!(found.reply.kind(), ReplyKind::Late | ReplyKind::Closed)) {
            return replies;
        }
        self.batch(&[CheckCase::OracleSigned], recipe, is_wrong, &mut replies).await;
        let refusals = [
            CheckCase::Forged,
            CheckCase::EmptyKey,
            CheckCase::NoSignature,
            CheckCase::NoTimestamp,
            CheckCase::OtherTimestamp,
            CheckCase::Stale,
        ];
        self.batch(&refusals, recipe, is_wrong, &mut replies).await;
        // One after the other: an app that ends because of one of them does not answer the next.
        for case in [CheckCase::Get, CheckCase::NotJson, CheckCase::NoEvent, CheckCase::Ascii] {
            self.batch(&[case], recipe, is_wrong, &mut replies).await;
        }
        if kind(&replies, CheckCase::Ascii).is_some_and(ReplyKind::is_accepted) {
            let events = [
                CheckCase::Accents,
                CheckCase::Emoji,
                CheckCase::Numbers,
                CheckCase::PayloadFirst,
                CheckCase::Large,
                CheckCase::Unknown,
                CheckCase::Retry,
                CheckCase::Deauthorized,
                CheckCase::HeaderCase,
            ];
            self.batch(&events, recipe, is_wrong, &mut replies).await;
            self.repeat_refused(&events, recipe, is_wrong, &mut replies).await;
        }
        replies
    }

    /// Sends the refused events again, alone, each after an event that must be accepted. An event that is accepted now
    /// was refused for another reason, such as too many requests at a time.
    async fn repeat_refused(
        &mut self,
        cases: &[CheckCase],
        recipe: &SigningRecipe,
        is_wrong: bool,
        replies: &mut CaseReplies,
    ) {
        // Events that the app has not accepted yet: it may refuse one that it knows.
        let mut controls = UNSEEN.into_iter().cycle();
        for case in cases.iter().copied() {
            let Some(first) = replies.get(&case).map(|found| found.reply.kind()) else { continue };
            // A refused text has experiments of its own.
            let is_text = case.is_text() && first.is_refusal();
            if first.is_accepted() || is_text || matches!(first, ReplyKind::Limited | ReplyKind::Redirect(_))
            {
                continue;
            }
            let Some(unseen) = controls.next() else { return };
            let control = self.send(self.genuine(unseen, recipe)).await.kind();
            let again = self.send(self.request(case, recipe, is_wrong)).await;
            let is_confirmed = control.is_accepted() && again.kind() == first && first.is_refusal();
            if let Some(found) = replies.get_mut(&case) {
                found.is_confirmed = is_confirmed;
                if again.kind().is_accepted() {
                    found.reply = again;
                }
            }
        }
    }

    /// Sends some cases, a few at a time.
    async fn batch(
        &mut self,
        cases: &[CheckCase],
        recipe: &SigningRecipe,
        is_wrong: bool,
        replies: &mut CaseReplies,
    ) {
        let plan = self.plan;
        let is_wanted =
            |case: &CheckCase| (!plan.quick || case.is_quick()) && (plan.events || !case.sends_an_event());
        let mut requests = Vec::new();
        for case in cases.iter().copied().filter(is_wanted) {
            if is_wrong && self.is_no_difference(case, recipe) {
                continue;
            }
            (self.progress)(CheckProgress::Case(case));
            requests.push((case, self.request(case, recipe, is_wrong)));
        }
        let bodies: Vec<_> = requests.iter().map(|(case, request)| (*case, request.body.clone())).collect();
        let sent = requests.into_iter().map(|(_, request)| request).collect();
        for ((case, body), reply) in bodies.into_iter().zip(self.send_all(sent).await) {
            let challenge = self.challenge_facts(case, &body, &reply);
            replies.insert(case, CaseReply { reply, challenge, is_confirmed: false });
        }
    }

    /// Whether anyone can sign in this way, because its key is empty or not used.
    fn has_empty_key(&self, recipe: &SigningRecipe) -> bool {
        let signature = |recipe: &SigningRecipe| recipe.headers(0, &[], Digest::Computed).pop();
        let empty = recipe.with_empty_key(self.plan.secrets);
        empty.is_none_or(|empty| signature(&empty) == signature(recipe))
    }

    /// Whether an app that expects this way of signing cannot tell the request of a case from a genuine one. That it
    /// accepts it is then no further mistake.
    fn is_no_difference(&self, case: CheckCase, recipe: &SigningRecipe) -> bool {
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

    /// The request of a case.
    fn request(&self, case: CheckCase, recipe: &SigningRecipe, is_altered: bool) -> CheckRequest {
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
                let forged = match is_altered {
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
    fn genuine(&self, case: CheckCase, recipe: &SigningRecipe) -> CheckRequest {
        let seconds = seconds_now();
        let body = match case {
            CheckCase::Challenge | CheckCase::ChallengePace | CheckCase::ChallengeType => {
                self.bodies.challenge(&self.bodies.plain_token(0))
            }
            CheckCase::ChallengeAgain => self.bodies.challenge(&self.bodies.plain_token(1)),
            CheckCase::ChallengeUnsigned => self.bodies.challenge(&self.bodies.plain_token(2)),
            CheckCase::ChallengeForged => self.bodies.challenge(&self.bodies.plain_token(3)),
            CheckCase::OracleUnsigned | CheckCase::OracleSigned => {
                self.bodies.challenge(&self.bodies.message_token(seconds))
            }
            case => self.bodies.of(case),
        };
        self.signed(body, recipe, Digest::Computed)
    }

    fn signed(&self, body: Vec<u8>, recipe: &SigningRecipe, digest: Digest) -> CheckRequest {
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
        let other = u128::from(self.plan.seed) << 32 | u128::from(self.sent);
        request_ids(self.plan.seed, body).for_retry([other, other])
    }

    /// Finds the first way that the app accepts instead of `base`, and proves it.
    async fn find(
        &mut self,
        base: &SigningRecipe,
        candidates: &[SigningRecipe],
        (subject, body): (CheckCase, &[u8]),
        kept: u32,
        facts: &mut CheckFacts,
    ) -> Option<(AcceptedWay, SigningRecipe)> {
        let refused_cases: Vec<_> = facts
            .telling()
            .iter()
            .filter(|(case, found)| case.sends_an_event() && found.reply.kind().is_refusal())
            .map(|(case, _)| *case)
            .collect();
        for chunk in candidates.chunks(AT_A_TIME) {
            // Four to prove it.
            let needed = chunk.len() as u32 + 4 + kept;
            if self.sent + needed > self.limit {
                facts.is_exhausted = true;
                break;
            }
            let requests =
                chunk.iter().map(|way| self.signed(body.to_vec(), way, Digest::Computed)).collect();
            let kinds: Vec<_> = self.send_all(requests).await.iter().map(CheckReply::kind).collect();
            facts.ways_tried += chunk.len();
            (self.progress)(CheckProgress::Experiments(facts.ways_tried));
            for (way, _) in chunk.iter().zip(&kinds).filter(|(_, kind)| kind.is_accepted()) {
                let Some(found) = self.prove(base, way, (subject, body), &refused_cases).await else {
                    continue;
                };
                // An app may accept an empty key besides the way that it expects.
                if facts.empty_key.is_none() && self.has_empty_key(way) {
                    facts.empty_key = Some((found, way.clone()));
                    continue;
                }
                return Some((found, way.clone()));
            }
            if kinds.iter().any(|kind| matches!(kind, ReplyKind::Limited | ReplyKind::Unreachable)) {
                break;
            }
        }
        facts.empty_key.take()
    }

    /// The app refuses the way before it, accepts this one again, and refuses it with one bit changed.
    async fn prove(
        &mut self,
        base: &SigningRecipe,
        way: &SigningRecipe,
        (subject, body): (CheckCase, &[u8]),
        refused_cases: &[CheckCase],
    ) -> Option<AcceptedWay> {
        let refused = self.send(self.signed(body.to_vec(), base, Digest::Computed)).await.kind();
        let altered = self.send(self.signed(body.to_vec(), way, Digest::Altered)).await.kind();
        let accepted = self.send(self.signed(body.to_vec(), way, Digest::Computed)).await.kind();
        let is_proven = refused.is_refusal() && altered.is_refusal() && accepted.is_accepted();
        let explains = refused_cases.iter().copied().filter(|case| way.changes(&self.bodies.of(*case)));
        is_proven.then(|| AcceptedWay {
            causes: way.causes(),
            subject,
            refused,
            accepted,
            altered,
            explains: explains.collect(),
        })
    }

    /// Whether the app accepts any signature.
    fn is_unchecked(&self, replies: &CaseReplies) -> bool {
        kind(replies, CheckCase::Forged).is_some_and(ReplyKind::is_accepted)
    }

    /// Whether a wrong way of signing may be the cause: the app answers, refuses the genuine event, and accepts none
    /// that is forged.
    fn wants_way(&self, replies: &CaseReplies) -> bool {
        let Some(ascii) = replies.get(&CheckCase::Ascii) else { return false };
        // A missing path, a missing method, or a page of a framework is not about the signature.
        let is_elsewhere = matches!(ascii.reply.status(), Some(404 | 405 | 413 | 415 | 501..=504));
        let stated = stated(&ascii.reply).is_some_and(|stated| stated != AppStatement::VerificationFailed);
        let refused = ascii.reply.kind().is_refusal();
        refused && !is_elsewhere && !stated && !self.is_unchecked(replies)
    }

    /// The events for which the form of the body may be the cause: the app checks signatures, accepts the event in
    /// ASCII, and refuses these, whose text can be written in several ways.
    fn refused_texts(&self, replies: &CaseReplies) -> Vec<CheckCase> {
        let of = |case| kind(replies, case);
        let is_checked = of(CheckCase::Ascii).is_some_and(ReplyKind::is_accepted)
            && of(CheckCase::Forged).is_some_and(ReplyKind::is_refusal);
        let texts = [CheckCase::Emoji, CheckCase::Accents, CheckCase::Numbers, CheckCase::PayloadFirst];
        let is_refused = |case: &CheckCase| is_checked && of(*case).is_some_and(ReplyKind::is_refusal);
        texts.into_iter().filter(is_refused).collect()
    }

    fn challenge_facts(&self, case: CheckCase, body: &[u8], reply: &CheckReply) -> Option<ChallengeFacts> {
        let envelope = Envelope::parse(body).ok()?;
        let plain: String = serde_json::from_str(envelope.payload()?.get("plainToken")?.get()).ok()?;
        let right = match Challenge::recognize(&envelope)? {
            Ok(challenge) => Some(challenge.answer(self.plan.token).encrypted_token),
            Err(_) => None,
        };
        let rights: Vec<&str> = right.iter().map(String::as_str).collect();
        let given = GivenAnswer {
            status: reply.status(),
            body: reply.status().map(|_| &*reply.body),
            took: Some(if reply.outcome == ReplyOutcome::TimedOut { ANSWER_LIMIT } else { reply.took }),
        };
        let is_judged = matches!(case, CheckCase::Challenge | CheckCase::ChallengeAgain);
        let faults = match is_judged && reply.status().is_some() {
            true => judge_answer(&given, &plain, &rights, self.plan.secrets),
            false => Vec::new(),
        };
        let first = self.bodies.plain_token(0);
        Some(ChallengeFacts {
            faults,
            is_encrypted: has_token(&reply.body, &plain, "encryptedToken"),
            is_of_first: plain != first && has_token(&reply.body, &first, "plainToken"),
        })
    }

    async fn send(&mut self, request: CheckRequest) -> CheckReply {
        self.sent += 1;
        let reply = self.wire.send(request).await;
        self.note(&reply);
        reply
    }

    /// Sends some requests at a time. The answers are in the order of the requests.
    async fn send_all(&mut self, requests: Vec<CheckRequest>) -> Vec<CheckReply> {
        self.sent += requests.len() as u32;
        let wire = self.wire;
        let replies: Vec<_> =
            stream::iter(requests).map(|request| wire.send(request)).buffered(AT_A_TIME).collect().await;
        replies.iter().for_each(|reply| self.note(reply));
        replies
    }

    fn note(&mut self, reply: &CheckReply) {
        if self.framework.is_none() {
            let headers = reply.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
            self.framework = Framework::guess(headers);
        }
    }
}

/// What an answer says itself about a refusal.
pub(super) fn stated(reply: &CheckReply) -> Option<AppStatement> {
    let status = hyper::StatusCode::from_u16(reply.status()?).ok()?;
    statement(status, &reply.headers, &reply.body)
}

/// Whether a JSON answer has both fields for this token; `field` is not empty.
fn has_token(body: &[u8], plain_token: &str, field: &str) -> bool {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
    let text = |name: &str| json.get(name).and_then(serde_json::Value::as_str);
    text("plainToken") == Some(plain_token) && text(field).is_some_and(|text| !text.is_empty())
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
