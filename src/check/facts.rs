//! What was sent and answered.

use std::collections::BTreeMap;
use std::time::Duration;

use super::case::CheckCase;
use super::request::{CheckReply, ReplyKind};
use crate::diagnosis::{AnswerFault, Cause, Framework, SigningRecipe};
use crate::http::TlsInspection;

/// Everything that a run has found out.
#[derive(Debug, Clone, Default)]
pub(crate) struct CheckFacts {
    /// The handshake, for https.
    pub(super) transport: Option<TransportFacts>,
    /// What is wrong with the answer of the token URL; `None` if it was not called.
    pub(super) token: Option<Result<(), String>>,
    /// The answers to the cases, signed as Zoom signs.
    pub(super) replies: CaseReplies,
    /// A wrong way of signing that the app accepts instead of Zoom's.
    pub(super) way: Option<AcceptedWay>,
    /// An empty key, which the app accepts besides that way.
    pub(super) empty_key: Option<(AcceptedWay, SigningRecipe)>,
    /// The answers to the cases, signed in the accepted way.
    pub(super) under_way: Option<CaseReplies>,
    /// A form of the body that the app signs.
    pub(super) text: Option<AcceptedWay>,
    /// The number of ways of signing that were tried without success.
    pub(super) ways_tried: usize,
    /// Whether the budget ended before all ways were tried.
    pub(super) is_exhausted: bool,
    /// The answer to a forged event without the headers that the user set; `None` if there are none, or if the forged
    /// event was refused.
    pub(super) bare: Option<ReplyKind>,
    /// The framework, as far as the answers show it.
    pub(super) framework: Option<Framework>,
    /// The number of requests.
    pub(super) requests: u32,
}

/// What was found out about the connection.
#[derive(Debug, Clone)]
pub(crate) struct TransportFacts {
    /// The handshake.
    pub(crate) inspection: TlsInspection,
    /// The port of the URL.
    pub(crate) port: Option<u16>,
    /// Its host.
    pub(crate) host: String,
}

/// The answers to the cases of one run.
pub(super) type CaseReplies = BTreeMap<CheckCase, CaseReply>;

/// The answer to one case.
#[derive(Debug, Clone)]
pub(super) struct CaseReply {
    pub(super) reply: CheckReply,
    /// For a challenge: what the answer shows.
    pub(super) challenge: Option<ChallengeFacts>,
    /// Whether the same refusal came again, just after an event that was accepted.
    pub(super) is_confirmed: bool,
}

/// What the answer to a challenge shows.
#[derive(Debug, Clone)]
pub(super) struct ChallengeFacts {
    /// Everything that is wrong with it, in the order of the judge of challenge answers.
    pub(super) faults: Vec<AnswerFault>,
    /// Whether it holds an `encryptedToken` for this plainToken.
    pub(super) is_encrypted: bool,
    /// Whether it has this plainToken anywhere, under any name.
    pub(super) is_echoed: bool,
    /// Whether it is the answer to the first challenge of the run.
    pub(super) is_of_first: bool,
}

/// A wrong way of signing that the app accepts, with the proof.
#[derive(Debug, Clone)]
pub(crate) struct AcceptedWay {
    /// How it differs from Zoom's.
    pub(super) causes: Vec<Cause>,
    /// The case whose event was signed.
    pub(super) subject: CheckCase,
    /// The answer to the event, signed as Zoom signs.
    pub(super) refused: ReplyKind,
    /// The answer to the event, signed in this way.
    pub(super) accepted: ReplyKind,
    /// The answer to the event with one bit of that digest changed.
    pub(super) altered: ReplyKind,
    /// Cases in which this way signs other bytes than those that are sent.
    pub(super) explains: Vec<CheckCase>,
}

impl CheckFacts {
    /// The same facts, with what was found out before the first request.
    #[must_use]
    pub(crate) fn with_connection(
        self,
        transport: Option<TransportFacts>,
        token: Option<Result<(), String>>,
    ) -> Self {
        Self { transport, token, ..self }
    }

    /// The answers that show most about the app: those to requests that are signed as it expects.
    pub(super) fn telling(&self) -> &CaseReplies {
        self.under_way.as_ref().unwrap_or(&self.replies)
    }
}

/// How long the app takes for a challenge: the faster of two, because the first may wait until the app is loaded. `None`
/// if none was answered in time.
pub(super) fn challenge_time(replies: &CaseReplies) -> Option<Duration> {
    let challenges = [CheckCase::Challenge, CheckCase::ChallengeAgain].into_iter();
    let replies = challenges.filter_map(|case| replies.get(&case)).map(|found| &found.reply);
    replies.filter(|reply| reply.kind().is_accepted()).map(|reply| reply.took).min()
}

/// The kind of the answer to a case; `None` if it was not sent.
pub(super) fn kind(replies: &CaseReplies, case: CheckCase) -> Option<ReplyKind> {
    replies.get(&case).map(|found| found.reply.kind())
}
