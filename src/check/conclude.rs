//! What the answers together prove. Pure. [`conclude`] is the entry point.
//!
//! Each rule states which answers it needs. A rule whose answers are missing draws no conclusion.

use super::case::{CheckCase, Severity};
use super::conclusion::CheckConclusion;
use super::examine::stated;
use super::facts::{AcceptedWay, CaseReply, CheckFacts, kind};
use super::request::{CheckReply, ReplyKind, ReplyOutcome};
use super::transport;
use crate::diagnosis::{AnswerCode, AnswerFault, AppStatement, Cause, Code, Hint, is_page, remedy};
use crate::zoom::ANSWER_LIMIT;

use Severity::{Must, Should};

/// At least so many answers are compared before something is said about all of them.
const SEVERAL: usize = 3;

/// Answers to a challenge that are slower than this get a warning.
pub(super) const SLOW_CHALLENGE: std::time::Duration = std::time::Duration::from_secs(1);

/// Everything that the answers prove or show, the most important first; empty for a correct endpoint.
#[must_use]
pub(super) fn conclude(facts: &CheckFacts) -> Vec<CheckConclusion> {
    let mut transport = facts.transport.as_ref().map(transport::conclude).unwrap_or_default();
    if let Some(Err(why)) = &facts.token {
        transport.push(
            CheckConclusion::new("token-refused", Must, format!("Zoom gets no token from your token URL. {why}")).remedy(
                "Answer 200 with {\"access_token\", \"token_type\": \"bearer\", \"expires_in\": \"3599\"}. The client's id and secret come as Basic authentication, the grant type in the query, and there is no body.",
            ),
        );
    }
    if let Some(found) = about_all(facts) {
        transport.push(found);
        return transport;
    }
    let look = Look { facts };
    let mut found = transport;
    found.extend(look.signature());
    found.extend(look.text());
    found.extend(look.empty_key());
    found.extend(look.checks());
    found.extend(look.events());
    found.extend(look.bad_input());
    found.extend(look.challenge());
    found.extend(look.status());
    found.sort_by_key(|conclusion| conclusion.severity);
    found
}

/// What all answers have in common, if that explains them all.
fn about_all(facts: &CheckFacts) -> Option<CheckConclusion> {
    let replies: Vec<&CheckReply> = facts.replies.values().map(|found| &found.reply).collect();
    let first = *replies.first()?;
    if let ReplyOutcome::Unreachable(reason) = &first.outcome
        && replies.iter().all(|reply| reply.kind() == ReplyKind::Unreachable)
    {
        return Some(
            CheckConclusion::new(
                "unreachable",
                Must,
                format!("There is no connection to your app: {reason}."),
            )
            .remedy("Start your app, and compare the port and the host with those of the target."),
        );
    }
    if replies.len() < SEVERAL {
        return None;
    }
    let all = |is: &dyn Fn(&CheckReply) -> bool| replies.iter().all(|reply| is(reply));
    if all(&|reply| reply.kind() == ReplyKind::Closed) {
        let ReplyOutcome::Closed(reason) = &first.outcome else { return None };
        let sentence = "Your app accepts connections and closes them without an answer.";
        return Some(
            CheckConclusion::new("closes-connection", Must, sentence)
                .proof(format!("{} requests: {reason}.", replies.len()))
                .remedy(
                    "Look at your app's log: it may end or fail in the middle of a request, or expect TLS.",
                ),
        );
    }
    if all(&|reply| reply.kind() == ReplyKind::Late) {
        return Some(late(first, replies.len()));
    }
    let posts: Vec<&CheckReply> = facts
        .replies
        .iter()
        .filter(|(case, _)| **case != CheckCase::Get)
        .map(|(_, found)| &found.reply)
        .collect();
    if posts.iter().all(|reply| matches!(reply.kind(), ReplyKind::Redirect(_))) {
        let to = first.headers.get(hyper::header::LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()));
        let to = to.map_or_else(String::new, |to| format!(" to {to}"));
        let status = first.in_words();
        return Some(
            CheckConclusion::new("redirect", Must, format!("Every request is redirected{to}."))
                .proof(format!("{} of {0} requests were answered with a redirect ({status}).", posts.len()))
                .remedy("Zoom does not follow redirects. Enter the final URL in Marketplace, with the right scheme, host and slash at the end."),
        );
    }
    if let Some(stated) = posts.first().and_then(|reply| stated(reply))
        && stated != AppStatement::VerificationFailed
        && posts.iter().all(|reply| self::stated(reply) == Some(stated))
    {
        return Some(
            CheckConclusion::new(stated.code(), Must, Hint::Stated(stated).to_string())
                .proof(format!("All {} answers say so.", posts.len())),
        );
    }
    if posts.iter().all(|reply| is_page(&reply.body)) {
        let status = first.in_words();
        return Some(
            CheckConclusion::new("web-page", Must, "Every request is answered with the same kind of web page, not by a webhook.")
                .proof(format!("{} of {0} answers are web pages ({status}).", posts.len()))
                .remedy("Exclude the webhook's path from the login, the challenge page or the single-page app that answers, or correct the path."),
        );
    }
    let statuses: Vec<u16> = posts.iter().filter_map(|reply| reply.status()).collect();
    let same = statuses.len() == posts.len() && statuses.iter().all(|status| *status == statuses[0]);
    match posts.first().map(|reply| reply.kind())? {
        ReplyKind::Refused(status @ (404 | 405)) if same => Some(
            CheckConclusion::new(
                "no-handler",
                Must,
                format!("Your app answers {status} to every POST at this path."),
            )
            .proof(format!("{} of {0} requests were answered with {status}.", posts.len()))
            .remedy("Check the path of the target, and that the route accepts POST."),
        ),
        ReplyKind::Failed(status) if same => Some(
            CheckConclusion::new(
                "server-error",
                Must,
                format!("Your app answers {status} to every request."),
            )
            .not_proven()
            .proof(tried(facts))
            .remedy("Look for the error in your app's log."),
        ),
        _ if facts.way.is_none()
            && posts.iter().all(|reply| reply.kind().is_refusal())
            && facts.replies.contains_key(&CheckCase::Ascii) =>
        {
            let answered = answers(&posts);
            Some(
                CheckConclusion::new(
                    "refuses-everything",
                    Must,
                    "Your app refuses every request, also the correctly signed ones.",
                )
                .not_proven()
                .proof(answered)
                .proof(tried(facts))
                .remedy("Compare the secret token in your app with the one given here. Then look at what your app logs when it refuses: it may check something else than the signature."),
            )
        }
        _ => None,
    }
}

fn late(first: &CheckReply, requests: usize) -> CheckConclusion {
    let sentence = match first.outcome {
        ReplyOutcome::Answered(_) => {
            format!("Your app answers after {:.1} s; Zoom waits for 3 s.", first.took.as_secs_f64())
        }
        _ => "Your app does not answer in time; Zoom waits for 3 s.".to_owned(),
    };
    CheckConclusion::new("too-slow", Must, sentence)
        .proof(format!("{requests} of {requests} requests had no answer within 3 s."))
        .remedy("Answer first, and do the work afterwards: in a queue or a background task.")
}

fn tried(facts: &CheckFacts) -> String {
    let all = if facts.is_exhausted { " The limit on requests left out the unlikely ones." } else { "" };
    match facts.ways_tried {
        0 => "No other ways of signing were tried.".to_owned(),
        ways => format!("{ways} wrong ways of signing were tried, and none was accepted.{all}"),
    }
}

/// The statuses, and the beginning of the first body.
fn answers(replies: &[&CheckReply]) -> String {
    let mut statuses: Vec<_> = replies.iter().map(|reply| reply.in_words()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    format!("It answered {} to {} requests.", statuses.join(" or "), replies.len())
}

struct Look<'f> {
    facts: &'f CheckFacts,
}

impl Look<'_> {
    /// The kind of the answer to a case that was signed as the app expects.
    fn of(&self, case: CheckCase) -> Option<ReplyKind> {
        kind(self.facts.telling(), case)
    }

    fn found(&self, case: CheckCase) -> Option<&CaseReply> {
        self.facts.telling().get(&case)
    }

    fn accepts(&self, case: CheckCase) -> bool {
        self.of(case).is_some_and(ReplyKind::is_accepted)
    }

    fn refuses(&self, case: CheckCase) -> bool {
        self.of(case).is_some_and(ReplyKind::is_refusal)
    }

    fn status_of(&self, case: CheckCase) -> String {
        self.found(case).map_or_else(String::new, |found| found.reply.in_words())
    }

    /// Why the correctly signed event is refused.
    fn signature(&self) -> Option<CheckConclusion> {
        if let Some(way) = &self.facts.way {
            // The form of the body that was found later is the exact one.
            let is_replaced =
                self.facts.text.as_ref().is_some_and(|text| text.causes.len() <= way.causes.len());
            return (!is_replaced).then(|| accepted_way(way));
        }
        let ascii = &self.facts.replies.get(&CheckCase::Ascii)?.reply;
        match ascii.kind() {
            ReplyKind::Accepted(_) => None,
            ReplyKind::Limited => None,
            ReplyKind::Closed | ReplyKind::Unreachable => self.went_down(),
            ReplyKind::Late => Some(
                CheckConclusion::new(
                    "too-slow",
                    Must,
                    "Your app does not answer an event in time; Zoom waits for 3 s.",
                )
                .proof(format!("The event in ASCII: {}.", ascii.in_words()))
                .remedy("Answer first, and do the work afterwards: in a queue or a background task."),
            ),
            ReplyKind::Redirect(_) => None,
            ReplyKind::Refused(_) | ReplyKind::Failed(_) => {
                let status = ascii.in_words();
                if let Some(stated) = stated(ascii).filter(|said| *said != AppStatement::VerificationFailed) {
                    return Some(
                        CheckConclusion::new(stated.code(), Must, Hint::Stated(stated).to_string())
                            .proof(format!("Its answer to a correctly signed event says so ({status}).")),
                    );
                }
                Some(
                    CheckConclusion::new(
                        "genuine-refused",
                        Must,
                        format!("Your app answers {status} to a correctly signed event."),
                    )
                    .not_proven()
                    .proof(tried(self.facts))
                    .remedy(match self.has_this_token() {
                        true => "Your app answered the challenge with the right token, so it has this secret token. Look at what it logs when it refuses the event.",
                        false => "Compare the secret token in your app with the one given here, and look at what your app logs.",
                    }),
                )
            }
        }
    }

    /// The app answered first, and then not any more.
    fn went_down(&self) -> Option<CheckConclusion> {
        use CheckCase::{Ascii, Challenge, Get, NoEvent, NotJson};
        let down = |case: CheckCase| {
            self.of(case).filter(|kind| matches!(kind, ReplyKind::Closed | ReplyKind::Unreachable))
        };
        let replies = &self.facts.replies;
        replies.get(&Challenge)?.reply.status()?;
        // In the order in which they are sent, one after the other.
        let bad = [Get, NotJson, NoEvent];
        let was_up = replies
            .keys()
            .filter(|case| **case != Ascii && !bad.contains(case))
            .all(|case| down(*case).is_none());
        let first = bad.into_iter().find(|case| down(*case).is_some());
        let proof = format!("It answered before, and not since: {}.", self.status_of(Ascii));
        // A connection that was refused shows that the app had ended before this request.
        match first.filter(|case| was_up && down(*case) == Some(ReplyKind::Closed)) {
            Some(first) => Some(
                CheckConclusion::new("crashes-on-bad-input", Must, format!("Your app ends after {}.", first.sent()))
                    .proof(proof)
                    .remedy("Answer 400 to what is not JSON or not an event. An error in one request must not end the process."),
            ),
            None => Some(
                CheckConclusion::new("stopped-answering", Must, "Your app stopped answering while it was checked.")
                    .not_proven()
                    .proof(proof)
                    .remedy("Look at your app's log for why it ended, and start it again."),
            ),
        }
    }

    /// An empty key that is accepted besides the way that the app expects.
    fn empty_key(&self) -> Option<CheckConclusion> {
        let (way, _) = self.facts.empty_key.as_ref()?;
        Some(
            CheckConclusion::new("empty-key-accepted", Must, EMPTY_KEY).proof(proof(way, ZOOMS)).remedy(EXIT),
        )
    }

    /// A form of the body.
    fn text(&self) -> Option<CheckConclusion> {
        let text = self.facts.text.as_ref()?;
        let is_second = self.facts.way.as_ref().is_some_and(|way| way.causes.len() < text.causes.len());
        if !is_second {
            return Some(accepted_way(text));
        }
        // The first cause has a conclusion of its own.
        let causes = text.causes.last().cloned().into_iter().collect();
        let mut second = accepted_way(&AcceptedWay { causes, ..text.clone() });
        second.proof = vec![proof(text, "signed in the way above")];
        Some(second)
    }

    /// Forged events that are accepted.
    fn checks(&self) -> Vec<CheckConclusion> {
        use CheckCase::{Ascii, EmptyKey, Forged, NoSignature, NoTimestamp, OtherTimestamp, Stale};
        if !self.accepts(Ascii) {
            return Vec::new();
        }
        if self.accepts(Forged) {
            return self.unchecked().into_iter().collect();
        }
        if !self.refuses(Forged) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut add = |case: CheckCase, code, severity, sentence: &str, remedy: &str| {
            if self.accepts(case) {
                let status = self.status_of(case);
                let forged = self.status_of(Forged);
                let proof = format!(
                    "{} was accepted ({status}), while one signed with another secret token was refused ({forged}).",
                    upper(case.sent())
                );
                found.push(CheckConclusion::new(code, severity, sentence).proof(proof).remedy(remedy));
            }
        };
        add(
            NoSignature,
            "unsigned-accepted",
            Must,
            "Your app accepts events without a signature.",
            "Refuse a request without x-zm-signature, before anything else.",
        );
        add(EmptyKey, "empty-key-accepted", Must, EMPTY_KEY, EXIT);
        add(
            NoTimestamp,
            "timestamp-not-required",
            Must,
            "Your app accepts signed events without a timestamp.",
            "Refuse a request without x-zm-request-timestamp.",
        );
        add(
            OtherTimestamp,
            "timestamp-not-signed",
            Must,
            "Your app accepts a timestamp that was not signed.",
            "Sign the exact text of the header x-zm-request-timestamp: v0:{timestamp}:{body}.",
        );
        add(
            Stale,
            "stale-accepted",
            Should,
            "Your app accepts an event that was signed 20 minutes ago, so a recorded request can be sent again.",
            "Refuse a timestamp that differs from the clock by more than 5 minutes. Retries of Zoom are signed afresh.",
        );
        found
    }

    fn unchecked(&self) -> Option<CheckConclusion> {
        let status = self.status_of(CheckCase::Forged);
        let proof = format!("An event signed with another secret token was accepted ({status}).");
        if let Some(bare) = self.facts.bare.filter(|bare| bare.is_refusal()) {
            return Some(
                CheckConclusion::new(
                    "signature-not-checked",
                    Should,
                    "Your app checks the headers that you gave, and not the signature.",
                )
                .proof(proof)
                .proof(format!("Without these headers it was refused ({}).", words(bare)))
                .remedy("Check x-zm-signature as well: the headers do not prove that the body is Zoom's."),
            );
        }
        let remedy = "Compute v0= and the HMAC-SHA256 of v0:{timestamp}:{body} with the secret token as the key, and refuse what differs.";
        if self.checks_challenges() {
            return Some(
                CheckConclusion::new(
                    "signature-not-checked",
                    Must,
                    format!("Your app answers {status} to events with a wrong signature."),
                )
                .not_proven()
                .proof(proof)
                .proof("It refuses challenges with a wrong signature. Whether it then uses such an event cannot be seen from here.")
                .remedy(format!("If it drops them: answer 401 instead. If not: {remedy}")),
            );
        }
        let sentence = "Your app does not check the signature: it accepts events from anyone.";
        Some(CheckConclusion::new("signature-not-checked", Must, sentence).proof(proof).remedy(remedy))
    }

    /// Whether the answer to the challenge shows that the app has the secret token.
    fn has_this_token(&self) -> bool {
        let challenge = self.found(CheckCase::Challenge).and_then(|found| found.challenge.as_ref());
        challenge.is_some_and(|challenge| challenge.is_encrypted && challenge.faults.is_empty())
    }

    /// Whether the app answers a challenge only if it is correctly signed.
    fn checks_challenges(&self) -> bool {
        let answers = |case| {
            self.found(case)
                .and_then(|found| found.challenge.as_ref())
                .map(|challenge| challenge.is_encrypted)
        };
        answers(CheckCase::Challenge) == Some(true) && answers(CheckCase::ChallengeForged) == Some(false)
    }

    /// Events that are refused, while the one in ASCII is accepted.
    fn events(&self) -> Vec<CheckConclusion> {
        use CheckCase::{
            Accents, Ascii, Deauthorized, Emoji, HeaderCase, Large, Numbers, PayloadFirst, Retry, Unknown,
        };
        if !self.accepts(Ascii) {
            return Vec::new();
        }
        let explained = self.facts.text.as_ref().map_or(&[][..], |text| &text.explains);
        let mut found = Vec::new();
        for (case, code, what, remedy) in [
            (Accents, "accents-refused", "an event with accents", "Read the body as bytes or as UTF-8."),
            (
                Emoji,
                "emoji-refused",
                "an event with an emoji",
                "Compute the signature over the bytes of the body as received.",
            ),
            (
                Numbers,
                "numbers-refused",
                "an event with unusual numbers and escapes",
                "Compute the signature over the bytes of the body as received.",
            ),
            (
                PayloadFirst,
                "member-order-refused",
                "an event whose first member is payload",
                "Do not rely on the order of members.",
            ),
            (
                Large,
                "large-body-refused",
                "an event of 60 KB",
                "Raise the limit on the size of a body, in your framework and in the proxy before it.",
            ),
            (
                Unknown,
                "unknown-event-refused",
                "an event whose name it does not know",
                "Answer 200 to events that you do not use. Zoom does not retry a 4xx.",
            ),
            (
                Retry,
                "retry-refused",
                "a retry of an event that it has accepted",
                "Answer 200 to a delivery that you know already, and do not process it again.",
            ),
            (
                Deauthorized,
                "deauthorization-refused",
                "app_deauthorized, which has no payload.object",
                "Do not expect payload.object in every event.",
            ),
            (
                HeaderCase,
                "header-case-refused",
                "header names in another case, such as X-Zm-Signature",
                "Names of headers are case-insensitive: look them up in this way.",
            ),
        ] {
            let Some(found_case) = self.found(case) else { continue };
            let reply = &found_case.reply;
            // An app that says that it has the event already has not lost it.
            let is_known = case == Retry && reply.kind() == ReplyKind::Refused(409);
            if explained.contains(&case)
                || is_known
                || matches!(
                    reply.kind(),
                    ReplyKind::Accepted(_) | ReplyKind::Limited | ReplyKind::Unreachable
                )
            {
                continue;
            }
            let severity = case.severity();
            let (status, ascii) = (reply.in_words(), self.status_of(Ascii));
            let conclusion =
                CheckConclusion::new(code, severity, format!("Your app does not accept {what}."))
                    .proof(format!(
                        "It was answered with {status}; an event in ASCII was accepted ({ascii})."
                    ))
                    .remedy(remedy);
            // The difference between the two events has several parts. One of those of app_deauthorized is its name.
            let is_fact = case.is_text() || case == Deauthorized && self.of(Unknown) == Some(reply.kind());
            let is_proven = found_case.is_confirmed && !is_fact;
            found.push(if is_proven { conclusion } else { conclusion.not_proven() });
        }
        found
    }

    /// Bad input that is accepted, or makes the app fail.
    fn bad_input(&self) -> Vec<CheckConclusion> {
        use CheckCase::{Get, NoEvent, NotJson};
        if !self.accepts(CheckCase::Ascii) {
            return Vec::new();
        }
        let mut found = Vec::new();
        // 501 is how a server says that it has no such method.
        let fails = |case: &CheckCase| match self.of(*case) {
            Some(ReplyKind::Failed(status)) => (*case, status) != (Get, 501),
            Some(ReplyKind::Closed | ReplyKind::Late) => true,
            _ => false,
        };
        let failing: Vec<_> = [Get, NotJson, NoEvent].into_iter().filter(fails).collect();
        if !failing.is_empty() {
            let proofs =
                failing.iter().map(|case| format!("{}: {}.", upper(case.sent()), self.status_of(*case)));
            let mut conclusion = CheckConclusion::new("crashes-on-bad-input", Should, "Your app fails on a request that it does not expect.")
                .remedy("Answer 400 to what is not JSON or not an event. Zoom's log keeps your error page, and retries a 5xx.");
            conclusion.proof.extend(proofs);
            found.push(conclusion);
        }
        let taken: Vec<_> = [NotJson, NoEvent].into_iter().filter(|case| self.accepts(*case)).collect();
        if !taken.is_empty() {
            let proofs =
                taken.iter().map(|case| format!("{}: {}.", upper(case.sent()), self.status_of(*case)));
            let mut conclusion = CheckConclusion::new("accepts-non-events", Should, "Your app accepts a body that is not an event.")
                .remedy("Answer 400 to what is not JSON, or has no member event. So you notice when something other than Zoom calls.");
            conclusion.proof.extend(proofs);
            found.push(conclusion);
        }
        found
    }

    fn challenge(&self) -> Vec<CheckConclusion> {
        let Some(answer) = self.found(CheckCase::Challenge) else { return Vec::new() };
        let mut found = Vec::new();
        let is_right = self.challenge_answer(answer, &mut found);
        if is_right {
            let again = self.found(CheckCase::ChallengeAgain);
            if again.and_then(|again| again.challenge.as_ref()).is_some_and(|again| again.is_of_first) {
                found.push(
                    CheckConclusion::new(
                        "challenge-cached",
                        Must,
                        "Your app answers a challenge with the answer to an earlier one.",
                    )
                    .proof("The second challenge had another plainToken, and got the first one's answer.")
                    .remedy("Compute the answer for each challenge. Exclude the path from caches."),
                );
            }
        }
        found.extend(self.oracle());
        found
    }

    /// The answer to the first challenge. Returns whether it is right, except for its pace and content type.
    fn challenge_answer(&self, answer: &CaseReply, found: &mut Vec<CheckConclusion>) -> bool {
        let (reply, status) = (&answer.reply, answer.reply.in_words());
        let faults = answer.challenge.as_ref().map_or(&[][..], |challenge| &challenge.faults);
        let accepts_events = self.accepts(CheckCase::Ascii);
        match reply.kind() {
            ReplyKind::Accepted(_) => {}
            ReplyKind::Refused(_) | ReplyKind::Failed(_) | ReplyKind::Redirect(_) | ReplyKind::Closed
                if accepts_events =>
            {
                found.push(
                    CheckConclusion::new("challenge-refused", Must, "Your app accepts signed events, but not the signed challenge.")
                        .proof(format!("The challenge: {status}. The event in ASCII: {}.", self.status_of(CheckCase::Ascii)))
                        .remedy("Handle the event endpoint.url_validation: answer 200 with plainToken and encryptedToken."),
                );
                return false;
            }
            ReplyKind::Late if accepts_events => {
                found.push(
                    CheckConclusion::new(
                        "challenge-too-slow",
                        Must,
                        "Your app answers events in time, but not the challenge.",
                    )
                    .proof(format!("The challenge: {status}."))
                    .remedy("Answer the challenge at once, before anything that takes time."),
                );
                return false;
            }
            _ => return false,
        }
        let code_of = |fault: &AnswerFault| fault.code;
        let lacks_both = faults.iter().any(|fault| code_of(fault) == AnswerCode::Text)
            || faults.iter().filter(|fault| code_of(fault) == AnswerCode::Field).count() == 2;
        if lacks_both {
            let sentence = format!(
                "Your app answers the challenge with {status}, but without plainToken and encryptedToken."
            );
            found.push(
                CheckConclusion::new("no-challenge-handler", Must, sentence)
                    .proof(faults.iter().map(|fault| fault.sentence.as_str()).collect::<Vec<_>>().join(" "))
                    .remedy("Handle the event endpoint.url_validation: answer 200 with the JSON object {\"plainToken\": as received, \"encryptedToken\": HMAC-SHA256 of it in lower-case hex, with the secret token as the key}."),
            );
            return false;
        }
        let (mut is_right, same_status) = (true, self.odd_status().is_some());
        for fault in faults {
            // The status of all answers is a conclusion of its own.
            if fault.code == AnswerCode::Status && same_status {
                continue;
            }
            is_right &= fault.code == AnswerCode::Status;
            if !self.is_explained(fault) {
                found.push(answer_fault(fault));
            }
        }
        if faults.is_empty() && reply.took > SLOW_CHALLENGE {
            found.push(
                CheckConclusion::new("challenge-slow", Should, format!("Your app answers the challenge after {:.1} s. Zoom waits for 3 s.", reply.took.as_secs_f64()))
                    .remedy("Answer the challenge before anything that takes time, and keep one instance running: a cold start adds to it."),
            );
        }
        if is_right && !is_json(reply) {
            let given = content_type(reply);
            found.push(
                CheckConclusion::new(
                    "challenge-content-type",
                    Should,
                    "The answer to the challenge is not sent as application/json.",
                )
                .proof(format!("Its content-type is {}.", given.unwrap_or_else(|| "missing".to_owned())))
                .remedy("Send the answer with content-type: application/json, as every sample of Zoom does."),
            );
        }
        is_right
    }

    /// Whether the way of signing that the app expects explains this fault, because both have the same cause.
    fn is_explained(&self, fault: &AnswerFault) -> bool {
        let causes = self.facts.way.iter().flat_map(|way| &way.causes);
        causes.into_iter().any(|cause: &Cause| {
            let is_notation =
                cause.code == Code::SignatureEncoding && fault.sentence.contains(&cause.variant);
            is_notation || fault.sentence.ends_with(&cause.sentence)
        })
    }

    /// Challenges that must not be answered.
    fn oracle(&self) -> Option<CheckConclusion> {
        use CheckCase::{ChallengeForged, ChallengeUnsigned, OracleSigned, OracleUnsigned};
        let answers = |case| {
            let found = self.found(case);
            found.and_then(|found| found.challenge.as_ref()).is_some_and(|challenge| challenge.is_encrypted)
        };
        let guard = "Refuse a plainToken that begins with v0: (in general: one that is not 22 characters of A-Z a-z 0-9 - _).";
        if answers(OracleUnsigned) {
            let sentence = "Your app is a signing oracle: it encrypts any plainToken for anyone. Whoever sends v0:{timestamp}:{body} as the plainToken gets a valid signature for that body.";
            return Some(
                CheckConclusion::new("signing-oracle", Must, sentence)
                    .proof(format!(
                        "An unsigned challenge with such a plainToken was answered ({}).",
                        self.status_of(OracleUnsigned)
                    ))
                    .remedy(format!("Check the signature of the challenge before you answer it. {guard}")),
            );
        }
        // An app that checks no signature at all has that conclusion.
        let is_unchecked = self.accepts(CheckCase::Forged) && self.accepts(CheckCase::Ascii);
        // An app that accepts unsigned events has that conclusion, too.
        let unsigned = answers(ChallengeUnsigned) && !self.accepts(CheckCase::NoSignature);
        let forged = answers(ChallengeForged).then_some(ChallengeForged);
        let unsigned = unsigned.then_some(ChallengeUnsigned).or(forged);
        if let Some(case) = unsigned.filter(|_| !is_unchecked) {
            return Some(
                CheckConclusion::new(
                    "challenge-not-checked",
                    Should,
                    "Your app answers challenges of anyone: it does not check their signature.",
                )
                .proof(format!("{} was answered ({}).", upper(case.sent()), self.status_of(case)))
                .remedy("Zoom signs its challenges. Check the signature before you answer."),
            );
        }
        answers(OracleSigned).then(|| {
            let sentence = "Your app encrypts a plainToken that has the form of a message to sign, if the challenge is signed.";
            CheckConclusion::new("signs-messages", Should, sentence)
                .proof(format!("A signed challenge with such a plainToken was answered ({}).", self.status_of(OracleSigned)))
                .remedy(guard)
        })
    }

    /// A status other than 200 and 204 for events that are accepted.
    fn odd_status(&self) -> Option<u16> {
        match self.of(CheckCase::Ascii)? {
            ReplyKind::Accepted(200 | 204) => None,
            ReplyKind::Accepted(status) => Some(status),
            _ => None,
        }
    }

    fn status(&self) -> Option<CheckConclusion> {
        let status = self.odd_status()?;
        Some(
            CheckConclusion::new(
                "odd-status",
                Should,
                format!("Your app answers {status}; Zoom's documentation asks for 200 or 204."),
            )
            .proof(format!("The event in ASCII was answered with {status}."))
            .remedy("Answer 200 or 204."),
        )
    }
}

const EMPTY_KEY: &str =
    "Your app accepts events that are signed with an empty secret token: anyone can sign them.";
const EXIT: &str = "Make the program exit if the secret token is not set.";

/// The conclusion from a wrong way of signing that is accepted.
fn accepted_way(way: &AcceptedWay) -> CheckConclusion {
    // The last cause is the one that the experiments added.
    let code = way.causes.last().map_or(Code::Unexplained, |cause| cause.code);
    let sentences = way.causes.iter().map(|cause| match cause.code {
        // Which key the app has is not known, only which one it accepts.
        Code::SecretEmpty => format!(
            "Your app accepts signatures that are made with {} as the HMAC key, and not those with the secret token.",
            cause.variant
        ),
        _ => cause.sentence.clone(),
    });
    CheckConclusion::new(code.as_str(), Must, sentences.collect::<Vec<_>>().join(" "))
        .proof(proof(way, ZOOMS))
        .remedy(remedy(code, None).text)
        .cause(code)
}

/// How the first of the three requests of a proof is signed, usually.
const ZOOMS: &str = "signed as Zoom signs";

/// The three answers that prove a way.
fn proof(way: &AcceptedWay, first: &str) -> String {
    format!(
        "{}, {first}, was refused ({}). Signed in this way, it was accepted ({}). With one bit of that \
         signature changed, it was refused ({}).",
        upper(way.subject.sent()),
        words(way.refused),
        words(way.accepted),
        words(way.altered)
    )
}

fn answer_fault(fault: &AnswerFault) -> CheckConclusion {
    let remedy = match fault.code {
        AnswerCode::Status => "Answer a challenge with 200.",
        AnswerCode::JsonString | AnswerCode::Wrapped | AnswerCode::Text => {
            "Answer with the JSON object itself, with the two fields at the top level."
        }
        AnswerCode::Field => "Name the fields plainToken and encryptedToken.",
        AnswerCode::PlainToken => "Return plainToken exactly as received.",
        AnswerCode::Encoding => "Write encryptedToken as 64 lower-case hex digits.",
        AnswerCode::Key => "Use the app's secret token as the key of the HMAC, without anything around it.",
        _ => "Compute encryptedToken as the HMAC-SHA256 of plainToken, with the secret token as the key.",
    };
    CheckConclusion::new(fault.code.as_str(), Must, fault.sentence.clone()).remedy(remedy)
}

fn words(kind: ReplyKind) -> String {
    match kind {
        ReplyKind::Accepted(status)
        | ReplyKind::Refused(status)
        | ReplyKind::Redirect(status)
        | ReplyKind::Failed(status) => status.to_string(),
        ReplyKind::Limited => "429".to_owned(),
        ReplyKind::Late => format!("no answer within {} s", ANSWER_LIMIT.as_secs()),
        ReplyKind::Closed => "closed without an answer".to_owned(),
        ReplyKind::Unreachable => "no connection".to_owned(),
    }
}

fn content_type(reply: &CheckReply) -> Option<String> {
    let value = reply.headers.get(hyper::header::CONTENT_TYPE)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Whether an answer is sent as JSON.
pub(super) fn is_json(reply: &CheckReply) -> bool {
    content_type(reply).is_some_and(|given| {
        let kind = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        kind == "application/json" || kind.ends_with("+json")
    })
}

/// With its first letter in upper case.
fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
