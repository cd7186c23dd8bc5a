//! The verdict on each case. Pure.

use super::case::{CaseGroup, CheckCase};
use super::conclude::{SLOW_CHALLENGE, is_json};
use super::error_detail::error_detail;
use super::facts::{CaseReply, CheckFacts, challenge_time, kind};
use super::request::ReplyKind;
use super::transport;

/// Why a case is not sent that the user left out, or that does not apply.
pub(crate) const LEFT_OUT: &str = "it does not apply, or was left out";

const NO_ANSWER: &str = "no request was answered";

/// What the answer to one case shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CaseVerdict {
    /// As expected.
    Passed,
    /// Not as expected, with what the answer means.
    Failed(String),
    /// The answer shows nothing, with the reason.
    Unproven(String),
    /// Not sent, with the reason.
    NotRun(&'static str),
}

impl CaseVerdict {
    /// What the answer means; `None` if it is as expected.
    #[must_use]
    pub(crate) fn meaning(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed(meaning) | Self::Unproven(meaning) => Some(meaning),
            Self::NotRun(why) => Some(why),
        }
    }

    /// The word in NDJSON.
    #[must_use]
    pub(crate) fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Unproven(_) => "unproven",
            Self::NotRun(_) => "not_run",
        }
    }
}

/// The answer that a case is judged by: a refusal shows something only if a genuine event is accepted, so it is judged
/// by the run in which one was.
pub(super) fn judged(facts: &CheckFacts, case: CheckCase) -> Option<&CaseReply> {
    let of_way = facts.under_way.as_ref().filter(|_| needs_control(case));
    of_way.unwrap_or(&facts.replies).get(&case).or_else(|| facts.replies.get(&case))
}

/// Whether a refusal shows something only if the genuine request is accepted.
fn needs_control(case: CheckCase) -> bool {
    case.group() == CaseGroup::Refusals
}

/// The verdict on a case.
pub(super) fn judge(facts: &CheckFacts, case: CheckCase) -> CaseVerdict {
    if case.group() == CaseGroup::Transport {
        return match &facts.transport {
            Some(found) => transport::judge(found, case),
            None => CaseVerdict::NotRun(LEFT_OUT),
        };
    }
    if case == CheckCase::Token {
        return match &facts.token {
            None => CaseVerdict::NotRun(LEFT_OUT),
            Some(Ok(())) => CaseVerdict::Passed,
            Some(Err(why)) => CaseVerdict::Failed(why.clone()),
        };
    }
    match case {
        CheckCase::AnswerSize => return size(facts),
        CheckCase::ErrorText => return error_text(facts),
        _ => {}
    }
    let Some(found) = judged(facts, case_sent(case)) else { return not_run(facts, case) };
    match found.reply.kind() {
        // If the app answered an earlier request, it has ended since. That is no answer to this one.
        ReplyKind::Unreachable if facts.replies.values().any(|found| found.reply.is_connected()) => {
            return CaseVerdict::Unproven("There was no connection any more.".to_owned());
        }
        ReplyKind::Unreachable => return CaseVerdict::Failed("There was no connection.".to_owned()),
        ReplyKind::Limited => {
            return CaseVerdict::Unproven(
                "The answer is 429: something limits the rate of requests.".to_owned(),
            );
        }
        _ => {}
    }
    match case {
        CheckCase::Challenge => answer(found),
        CheckCase::ChallengeAgain => again(found),
        CheckCase::ChallengePace => pace(facts, found),
        CheckCase::ChallengeType => content_type(found),
        CheckCase::ChallengeUnsigned
        | CheckCase::ChallengeForged
        | CheckCase::OracleUnsigned
        | CheckCase::OracleSigned => refused_challenge(facts, case, found),
        CheckCase::Get => get(found),
        _ if case.group() == CaseGroup::Refusals => refused(facts, case, found),
        _ => accepted(case, found),
    }
}

/// The case whose request shows the answer for this case.
fn case_sent(case: CheckCase) -> CheckCase {
    match case {
        CheckCase::ChallengePace | CheckCase::ChallengeType => CheckCase::Challenge,
        case => case,
    }
}

fn not_run(facts: &CheckFacts, case: CheckCase) -> CaseVerdict {
    let ascii = kind(&facts.replies, CheckCase::Ascii);
    let mut kinds = facts.replies.values().map(|found| found.reply.kind());
    CaseVerdict::NotRun(match ascii {
        Some(kind) if !kind.is_accepted() && case.group() == CaseGroup::Events => {
            "the event in ASCII is not accepted"
        }
        _ if !facts.transport.as_ref().is_none_or(transport::is_usable) => {
            "there is no TLS connection that Zoom would use"
        }
        _ if matches!(facts.token, Some(Err(_))) => "Zoom sends nothing without a token",
        None if kinds.clone().all(ReplyKind::is_missing) => NO_ANSWER,
        None if kinds.all(|kind| kind.is_missing() || kind == ReplyKind::Limited) => {
            "no request had another answer than 429"
        }
        _ => LEFT_OUT,
    })
}

fn answer(found: &CaseReply) -> CaseVerdict {
    let status = found.reply.in_words();
    let faults = found.challenge.as_ref().map_or(&[][..], |challenge| &challenge.faults);
    match found.reply.kind() {
        ReplyKind::Accepted(200) if faults.is_empty() => CaseVerdict::Passed,
        ReplyKind::Accepted(_) => {
            let faults: Vec<_> = faults.iter().map(|fault| fault.sentence.as_str()).collect();
            CaseVerdict::Failed(faults.join(" "))
        }
        ReplyKind::Late => CaseVerdict::Failed(format!("{status}: Zoom waits for 3 s. Validate fails.")),
        _ => CaseVerdict::Failed(format!("{status}: Validate fails.")),
    }
}

fn again(found: &CaseReply) -> CaseVerdict {
    match &found.challenge {
        Some(challenge) if challenge.is_of_first => {
            CaseVerdict::Failed("The answer is the one to the first challenge.".to_owned())
        }
        _ => answer(found),
    }
}

fn pace(facts: &CheckFacts, found: &CaseReply) -> CaseVerdict {
    let took = challenge_time(&facts.replies).unwrap_or(found.reply.took);
    match found.reply.kind() {
        ReplyKind::Accepted(_) | ReplyKind::Late if took <= SLOW_CHALLENGE => CaseVerdict::Passed,
        ReplyKind::Accepted(_) | ReplyKind::Late => {
            CaseVerdict::Failed(format!("The answer took {:.1} s. Zoom waits for 3 s.", took.as_secs_f64()))
        }
        _ => CaseVerdict::Unproven("The challenge was not answered.".to_owned()),
    }
}

fn content_type(found: &CaseReply) -> CaseVerdict {
    match found.reply.kind() {
        ReplyKind::Accepted(_) if is_json(&found.reply) => CaseVerdict::Passed,
        ReplyKind::Accepted(_) => CaseVerdict::Failed("content-type is another one, or missing.".to_owned()),
        _ => CaseVerdict::Unproven("The challenge was not answered.".to_owned()),
    }
}

fn size(facts: &CheckFacts) -> CaseVerdict {
    let answered: Vec<_> = facts.replies.values().filter(|found| found.reply.status().is_some()).collect();
    match answered.iter().any(|found| found.reply.is_cut) {
        _ if facts.replies.is_empty() => not_run(facts, CheckCase::AnswerSize),
        _ if answered.is_empty() => CaseVerdict::NotRun(NO_ANSWER),
        true => CaseVerdict::Failed("An answer is longer.".to_owned()),
        false => CaseVerdict::Passed,
    }
}

fn error_text(facts: &CheckFacts) -> CaseVerdict {
    let mut errors =
        facts.replies.values().map(|found| &found.reply).filter(|reply| reply.is_error()).peekable();
    if errors.peek().is_none() {
        return match facts.replies.is_empty() {
            true => not_run(facts, CheckCase::ErrorText),
            false => CaseVerdict::NotRun("no request was answered with an error"),
        };
    }
    match errors.find_map(|reply| error_detail(&reply.body)) {
        Some(detail) => CaseVerdict::Failed(format!("An error answer shows {}.", detail.what)),
        None => CaseVerdict::Passed,
    }
}

/// Whether the app accepts what is correctly signed: the event in ASCII, or the challenge where no events are sent.
/// Without that, a refusal shows nothing.
fn accepts_genuine(facts: &CheckFacts, group: CaseGroup) -> bool {
    match kind(facts.telling(), CheckCase::Ascii) {
        Some(ascii) if group == CaseGroup::Refusals => ascii.is_accepted(),
        _ => {
            let challenge = facts.telling().get(&CheckCase::Challenge);
            challenge
                .and_then(|found| found.challenge.as_ref())
                .is_some_and(|challenge| challenge.is_encrypted)
        }
    }
}

/// Whether a request that must be refused is neither accepted nor refused with a 4xx, while the genuine one is accepted.
pub(super) fn is_odd_refusal(facts: &CheckFacts, case: CheckCase, found: &CaseReply) -> bool {
    let is_encrypted = found.challenge.as_ref().is_some_and(|challenge| challenge.is_encrypted);
    let is_odd = match found.reply.kind() {
        ReplyKind::Failed(_) | ReplyKind::Redirect(_) | ReplyKind::Closed => true,
        // An app that is late with the genuine challenge may be on its way to refuse this one.
        ReplyKind::Late => {
            case.group() != CaseGroup::Challenge
                || kind(facts.telling(), CheckCase::Challenge) != Some(ReplyKind::Late)
        }
        ReplyKind::Accepted(_) | ReplyKind::Refused(_) | ReplyKind::Limited | ReplyKind::Unreachable => false,
    };
    case.is_forged() && is_odd && !is_encrypted && accepts_genuine(facts, case.group())
}

fn refused_challenge(facts: &CheckFacts, case: CheckCase, found: &CaseReply) -> CaseVerdict {
    let is_encrypted = found.challenge.as_ref().is_some_and(|challenge| challenge.is_encrypted);
    match found.reply.kind() {
        _ if is_encrypted => CaseVerdict::Failed("The answer has the encryptedToken.".to_owned()),
        _ if !accepts_genuine(facts, CaseGroup::Challenge) => CaseVerdict::Unproven(
            "It was not answered with the encryptedToken, but neither was the genuine challenge.".to_owned(),
        ),
        _ if is_odd_refusal(facts, case, found) => odd_refusal(found),
        ReplyKind::Late => CaseVerdict::Unproven(
            "There was no answer in time, and the genuine challenge had none in time either.".to_owned(),
        ),
        _ => CaseVerdict::Passed,
    }
}

fn odd_refusal(found: &CaseReply) -> CaseVerdict {
    CaseVerdict::Failed(format!(
        "{}: it was not accepted, but that is not a refusal.",
        found.reply.in_words()
    ))
}

fn get(found: &CaseReply) -> CaseVerdict {
    match found.reply.kind() {
        // How a server says that it has no such method.
        ReplyKind::Failed(501) => CaseVerdict::Passed,
        ReplyKind::Failed(_) | ReplyKind::Closed | ReplyKind::Late => {
            CaseVerdict::Failed(format!("{}: an error in your app.", found.reply.in_words()))
        }
        _ => CaseVerdict::Passed,
    }
}

fn refused(facts: &CheckFacts, case: CheckCase, found: &CaseReply) -> CaseVerdict {
    let status = found.reply.in_words();
    match found.reply.kind() {
        ReplyKind::Accepted(_) => CaseVerdict::Failed(format!("{status}: it was accepted.")),
        ReplyKind::Refused(_) if accepts_genuine(facts, CaseGroup::Refusals) => CaseVerdict::Passed,
        ReplyKind::Refused(_) => {
            CaseVerdict::Unproven(match facts.telling().get(&CheckCase::Ascii).map(|found| &found.reply) {
                Some(genuine) if genuine.kind().is_refusal() => {
                    "It was refused, but so was the genuine event.".to_owned()
                }
                Some(genuine) => format!(
                    "It was refused, but the genuine event was not accepted either: {}.",
                    genuine.in_words()
                ),
                None => "It was refused, but no genuine request was accepted.".to_owned(),
            })
        }
        ReplyKind::Failed(_) | ReplyKind::Closed
            if matches!(case, CheckCase::NotJson | CheckCase::NoEvent) =>
        {
            let forged = kind(facts.telling(), CheckCase::Forged);
            match forged == Some(found.reply.kind()) {
                true => {
                    CaseVerdict::Unproven(format!("{status}, as for forged events, so it proves no error."))
                }
                false => CaseVerdict::Failed(format!("{status}: an error in your app.")),
            }
        }
        _ if is_odd_refusal(facts, case, found) => odd_refusal(found),
        _ => CaseVerdict::Unproven(format!("{status} is neither a refusal nor an acceptance.")),
    }
}

fn accepted(case: CheckCase, found: &CaseReply) -> CaseVerdict {
    let status = found.reply.in_words();
    match found.reply.kind() {
        // The app says that it has the event already, so it is not lost.
        ReplyKind::Refused(409) if case == CheckCase::Retry => CaseVerdict::Passed,
        ReplyKind::Accepted(200 | 204) => CaseVerdict::Passed,
        ReplyKind::Accepted(_) => {
            CaseVerdict::Failed(format!("{status}: delivered, but Zoom's documentation asks for 200 or 204."))
        }
        ReplyKind::Refused(_) => {
            CaseVerdict::Failed(format!("{status}: Zoom does not retry a 4xx. The event is lost."))
        }
        ReplyKind::Redirect(_) => {
            CaseVerdict::Failed(format!("{status}: Zoom does not follow redirects. The event is lost."))
        }
        _ => CaseVerdict::Failed(format!("{status}: Zoom retries the event.")),
    }
}
