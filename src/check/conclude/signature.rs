//! Why a correctly signed event is refused: the wrong way of signing that the app accepts, or what it says itself.

use super::evidence::{CheckEvidence, opening, words};
use super::forged::{EMPTY_KEY, EXIT};
use crate::check::case::CheckCase;
use crate::check::case::Severity::Must;
use crate::check::conclusion::CheckConclusion;
use crate::check::examine::stated;
use crate::check::facts::AcceptedWay;
use crate::check::request::ReplyKind;
use crate::diagnosis::{AppStatement, Code, Hint, remedy_in_app};

impl CheckEvidence<'_> {
    /// Why the correctly signed event is refused.
    pub(super) fn signature(&self) -> Option<CheckConclusion> {
        if let Some(way) = &self.facts.way {
            // The form of the body that was found later is the exact one.
            let is_replaced =
                self.facts.text.as_ref().is_some_and(|text| text.causes.len() <= way.causes.len());
            return (!is_replaced).then(|| accepted_way(way));
        }
        let subject = self.genuine()?;
        let reply = &self.facts.replies.get(&subject)?.reply;
        let (status, sent) = (reply.in_words(), signed(subject));
        match reply.kind() {
            ReplyKind::Accepted(_) | ReplyKind::Limited | ReplyKind::Unreachable => None,
            ReplyKind::Late => {
                let sentence =
                    format!("Your app does not answer {} in time; Zoom waits for 3 s.", subject.sent());
                Some(
                    CheckConclusion::new("too-slow", Must, sentence)
                        .proof(format!("{}: {status}.", opening(subject)))
                        .remedy("Answer first, and do the work afterwards: in a queue or a background task."),
                )
            }
            _ if let Some(said) = stated(reply).filter(|said| *said != AppStatement::VerificationFailed) => {
                Some(
                    CheckConclusion::new(said.code(), Must, Hint::Stated(said).to_string())
                        .proof(format!("Its answer to {sent} says so ({status}).")),
                )
            }
            kind => {
                let sentence = match kind {
                    ReplyKind::Closed => {
                        format!("Your app closes the connection at {sent}, without an answer.")
                    }
                    _ => format!("Your app answers {status} to {sent}."),
                };
                Some(CheckConclusion::new("genuine-refused", Must, sentence).not_proven().proof(self.tried()).remedy(
                    match self.has_this_token() {
                        true => "Your app answered the challenge with the right token, so it has this secret token. Look at what it logs when it refuses the event.",
                        false => "Compare the secret token in your app with the one given here, and look at what your app logs.",
                    },
                ))
            }
        }
    }

    /// An empty key that is accepted besides the way that the app expects.
    pub(super) fn empty_key(&self) -> Option<CheckConclusion> {
        let (way, _) = self.facts.empty_key.as_ref()?;
        Some(
            CheckConclusion::new("empty-key-accepted", Must, EMPTY_KEY).proof(proof(way, ZOOMS)).remedy(EXIT),
        )
    }

    /// A form of the body.
    pub(super) fn text(&self) -> Option<CheckConclusion> {
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

    /// Whether the answer to the challenge shows that the app has the secret token.
    pub(super) fn has_this_token(&self) -> bool {
        let challenge = self.found(CheckCase::Challenge).and_then(|found| found.challenge.as_ref());
        challenge.is_some_and(|challenge| challenge.is_encrypted && challenge.faults.is_empty())
    }

    /// How many other ways of signing were tried in vain.
    pub(super) fn tried(&self) -> String {
        let left_out = match self.facts.is_exhausted {
            true => " The limit on requests left out the unlikely ones.",
            false => "",
        };
        match self.facts.ways_tried {
            0 => "No other ways of signing were tried.".to_owned(),
            ways => format!("{ways} wrong ways of signing were tried, and none was accepted.{left_out}"),
        }
    }
}

/// A correctly signed request of a case, as a phrase.
fn signed(case: CheckCase) -> &'static str {
    match case {
        CheckCase::Challenge => "a correctly signed challenge",
        _ => "a correctly signed event",
    }
}

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
    let conclusion = CheckConclusion::new(code.as_str(), Must, sentences.collect::<Vec<_>>().join(" "))
        .proof(proof(way, ZOOMS));
    match way.causes.last() {
        Some(cause) => conclusion.remedy(remedy_in_app(cause, None).text).cause(cause.clone()),
        None => conclusion,
    }
}

/// How the first of the three requests of a proof is signed, usually.
const ZOOMS: &str = "signed as Zoom signs";

/// The three answers that prove a way.
fn proof(way: &AcceptedWay, first: &str) -> String {
    format!(
        "{}, {first}, was refused ({}). Signed in this way, it was accepted ({}). With one bit of that \
         signature changed, it was refused ({}).",
        opening(way.subject),
        words(way.refused),
        words(way.accepted),
        words(way.altered)
    )
}
