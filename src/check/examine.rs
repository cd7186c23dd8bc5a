//! The order of the requests: cases, then experiments where a case fails, within the budget.

use super::case::{CaseGroup, CheckCase};
use super::compose::RequestComposer;
use super::conclude::SLOW_CHALLENGE;
use super::experiments::candidates;
use super::facts::{CaseReplies, CaseReply, ChallengeFacts, CheckFacts, challenge_time, kind};
use super::request::{CheckReply, CheckRequest, ReplyKind, ReplyOutcome};
use super::sender::{AT_A_TIME, PacedSender};
use super::wire::Wire;
use crate::diagnosis::{AppStatement, GivenAnswer, Secrets, SigningRecipe, judge_answer, statement};
use crate::zoom::{ANSWER_LIMIT, Challenge, Envelope, SecretToken};

/// Limit on the requests of a run.
const MOST: u32 = 200;
/// Limit with `--quick`, which has 12 cases: the others are experiments.
const MOST_QUICK: u32 = 80;
/// Requests that are kept for the cases after a wrong way of signing was found, and for their experiments.
const KEPT: u32 = 40;
/// At least so many answers are compared before something is said about all of them.
pub(super) const SEVERAL: usize = 3;
/// Cases whose body the app has only seen in a request that it must refuse.
const UNSEEN: [CheckCase; 5] = [
    CheckCase::Forged,
    CheckCase::NoSignature,
    CheckCase::NoTimestamp,
    CheckCase::OtherTimestamp,
    CheckCase::Stale,
];
/// The copy of the bodies for requests that are sent again, alone.
const ALONE: u8 = 1;
/// The copy of the bodies for requests that are sent again to confirm a refusal.
const CONFIRMING: u8 = 2;

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
    let (Some(right), Some(composer)) = (SigningRecipe::right(plan.secrets), RequestComposer::new(plan))
    else {
        return facts;
    };
    let limit = if plan.quick { MOST_QUICK } else { MOST };
    let mut run = Run { plan, composer, sender: PacedSender::new(wire, limit), progress };
    facts.replies = run.cases(&right, false).await;
    if is_unchecked(&facts.replies) && plan.has_headers {
        let forged = CheckRequest { bare: true, ..run.composer.request(CheckCase::Forged, &right, false) };
        facts.bare = Some(run.sender.send(forged).await.kind());
    }
    let mut base = right.clone();
    if let Some(subject) = genuine_refused(&facts.replies) {
        let body = run.composer.body(subject);
        let candidates = candidates(&right, plan.secrets, &body);
        let found = run.find(&right, &candidates, (subject, &body), KEPT, &mut facts).await;
        if let Some((way, recipe)) = found {
            facts.way = Some(way);
            base = recipe;
            facts.under_way = Some(run.cases(&base, true).await);
        }
    }
    for subject in refused_texts(facts.telling()) {
        let bodies = &run.composer.bodies;
        let body = if subject == CheckCase::Emoji { bodies.rich() } else { bodies.of(subject) };
        let candidates = base.wrong_bodies(&body);
        let found = run.find(&base, &candidates, (subject, &body), 0, &mut facts).await;
        if let Some((way, _)) = found {
            facts.text = Some(way);
            break;
        }
    }
    facts.framework = run.sender.framework;
    facts.requests = run.sender.sent;
    facts
}

/// One run.
pub(super) struct Run<'r, W> {
    pub(super) plan: CheckPlan<'r>,
    pub(super) composer: RequestComposer<'r>,
    pub(super) sender: PacedSender<'r, W>,
    pub(super) progress: &'r mut dyn FnMut(CheckProgress),
}

impl<W: Wire> Run<'_, W> {
    /// Sends the cases, signed in this way, which is Zoom's or a wrong one.
    async fn cases(&mut self, recipe: &SigningRecipe, is_wrong: bool) -> CaseReplies {
        let mut replies = CaseReplies::new();
        self.batch(&[CheckCase::Challenge], recipe, is_wrong, &mut replies).await;
        let first = kind(&replies, CheckCase::Challenge);
        if first == Some(ReplyKind::Unreachable) {
            return replies;
        }
        let mut challenges = &[
            CheckCase::ChallengeAgain,
            CheckCase::ChallengeUnsigned,
            CheckCase::ChallengeForged,
            CheckCase::OracleUnsigned,
        ][..];
        // Alone, so that its time is measured as that of the first.
        if challenge_time(&replies).is_some_and(|took| took > SLOW_CHALLENGE)
            && let Some((again, others)) = challenges.split_first()
        {
            self.batch(&[*again], recipe, is_wrong, &mut replies).await;
            challenges = others;
        }
        let at_a_time = if first.is_some_and(ReplyKind::is_missing) { 1 } else { AT_A_TIME };
        for some in challenges.chunks(at_a_time) {
            self.batch(some, recipe, is_wrong, &mut replies).await;
            // Every further request would cost three seconds, or as many connections, and show the same.
            if replies.len() >= SEVERAL && all_are_mute(&replies) {
                return replies;
            }
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
            if first.is_accepted() || is_text || first == ReplyKind::Limited || !self.sender.has_room_for(2) {
                continue;
            }
            let Some(unseen) = controls.next() else { return };
            let control = self.sender.send(self.composer.genuine(unseen, recipe)).await.kind();
            let again = self.request_again(case, CONFIRMING, recipe, is_wrong);
            let again = self.sender.send(again).await;
            let is_confirmed = control.is_accepted() && again.kind() == first && first.is_refusal();
            if let Some(found) = replies.get_mut(&case) {
                found.is_confirmed = is_confirmed;
                if again.kind().is_accepted() {
                    found.reply = again;
                }
            }
        }
    }

    /// Sends some cases, a few at a time. What is not answered among others is sent again alone, before it is judged: an
    /// app may serve one connection at a time, or one request.
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
            if is_wrong && self.composer.is_no_difference(case, recipe) {
                continue;
            }
            (self.progress)(CheckProgress::Case(case));
            requests.push((case, self.composer.request(case, recipe, is_wrong)));
        }
        let is_alone = requests.len() == 1 || self.sender.is_one_at_a_time();
        let sent = requests.iter().map(|(_, request)| request.clone()).collect();
        let answered = self.sender.send_all(sent).await;
        for ((case, mut request), mut reply) in requests.into_iter().zip(answered) {
            if !is_alone && is_doubtful(case, reply.kind()) && self.sender.has_room_for(1) {
                let alone = self.request_again(case, ALONE, recipe, is_wrong);
                let again = self.sender.send(alone.clone()).await;
                if again.status().is_some() {
                    self.sender.send_one_at_a_time();
                    (request, reply) = (alone, again);
                }
            }
            let challenge = self.challenge_facts(case, &request.body, &reply);
            replies.insert(case, CaseReply { reply, challenge, is_confirmed: false });
        }
    }

    /// The request of a case once more: with another event, which the app does not know, unless the case is a retry.
    fn request_again(
        &self,
        case: CheckCase,
        copy: u8,
        recipe: &SigningRecipe,
        is_wrong: bool,
    ) -> CheckRequest {
        match case {
            CheckCase::Retry => self.composer.request(case, recipe, is_wrong),
            case => self.composer.copy(copy).request(case, recipe, is_wrong),
        }
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
        let first = self.composer.bodies.plain_token(0);
        Some(ChallengeFacts {
            faults,
            is_encrypted: has_token(&reply.body, &plain, "encryptedToken"),
            is_echoed: memchr::memmem::find(&reply.body, plain.as_bytes()).is_some(),
            is_of_first: plain != first && has_token(&reply.body, &first, "plainToken"),
        })
    }
}

/// Whether no answer shows anything about the app.
fn all_are_mute(replies: &CaseReplies) -> bool {
    replies
        .values()
        .map(|found| found.reply.kind())
        .all(|kind| kind.is_missing() || kind == ReplyKind::Limited)
}

/// Whether an answer may be due to the other requests at the same time. A refused event is sent again in any case.
fn is_doubtful(case: CheckCase, kind: ReplyKind) -> bool {
    kind.is_missing() || case.group() == CaseGroup::Challenge && matches!(kind, ReplyKind::Failed(_))
}

/// Whether the app accepts any signature.
fn is_unchecked(replies: &CaseReplies) -> bool {
    kind(replies, CheckCase::Forged).is_some_and(ReplyKind::is_accepted)
}

/// The genuine request that is refused, if a wrong way of signing may be the cause: the app answers it, and accepts
/// none that is forged. Without events, it is the challenge.
fn genuine_refused(replies: &CaseReplies) -> Option<CheckCase> {
    if all_are_mute(replies) {
        return None;
    }
    let mut subjects = [CheckCase::Ascii, CheckCase::Challenge].into_iter();
    let subject = subjects.find(|case| replies.contains_key(case))?;
    let reply = &replies.get(&subject)?.reply;
    // A missing path, a missing method, another URL, or a page of a framework is not about the signature.
    let is_elsewhere = match reply.kind() {
        ReplyKind::Redirect(status) => !matches!(status, 302 | 303),
        _ => matches!(reply.status(), Some(404 | 405 | 413 | 415 | 501..=504)),
    };
    let stated = stated(reply).is_some_and(|stated| stated != AppStatement::VerificationFailed);
    let is_refused = reply.kind().is_refusal() && !is_elsewhere && !stated && !is_unchecked(replies);
    is_refused.then_some(subject)
}

/// The events for which the form of the body may be the cause: the app checks signatures, accepts the event in
/// ASCII, and refuses these, whose text can be written in several ways.
fn refused_texts(replies: &CaseReplies) -> Vec<CheckCase> {
    let of = |case| kind(replies, case);
    let is_checked = of(CheckCase::Ascii).is_some_and(ReplyKind::is_accepted)
        && of(CheckCase::Forged).is_some_and(ReplyKind::is_refusal);
    let texts = [CheckCase::Emoji, CheckCase::Accents, CheckCase::Numbers, CheckCase::PayloadFirst];
    let is_refused = |case: &CheckCase| is_checked && of(*case).is_some_and(ReplyKind::is_refusal);
    texts.into_iter().filter(is_refused).collect()
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
