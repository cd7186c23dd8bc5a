//! Experiments: a request is signed in each wrong way until the app accepts one, and that is proven.

use super::case::CheckCase;
use super::examine::{CheckProgress, Run};
use super::facts::{AcceptedWay, CheckFacts};
use super::request::{CheckReply, ReplyKind};
use super::sender::AT_A_TIME;
use super::wire::Wire;
use crate::diagnosis::{Code, Digest, Secrets, SigningRecipe};

/// How many of the likely forms of the body are tried before unlikely ways of signing.
const LIKELY_FORMS: usize = 18;
/// How many of the ways of signing are tried before the forms of the body.
const LIKELY_WAYS: usize = 30;

/// All ways to try for an event that is refused, the likely ones first.
pub(super) fn candidates(right: &SigningRecipe, secrets: &Secrets, body: &[u8]) -> Vec<SigningRecipe> {
    let (mut ways, mut forms) = (right.wrong(secrets), right.wrong_bodies(body));
    let rest = ways.split_off(LIKELY_WAYS.min(ways.len()));
    let others = forms.split_off(LIKELY_FORMS.min(forms.len()));
    let is_lost = |way: &SigningRecipe| way.causes().iter().any(|cause| cause.code == Code::BodyEmpty);
    let (lost, others): (Vec<_>, Vec<_>) = others.into_iter().partition(is_lost);
    [ways, forms, lost, rest, others].concat()
}

impl<W: Wire> Run<'_, W> {
    /// Finds the first way that the app accepts instead of `base`, and proves it.
    pub(super) async fn find(
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
            if !self.sender.has_room_for(needed) {
                facts.is_exhausted = true;
                break;
            }
            let requests =
                chunk.iter().map(|way| self.composer.signed(body.to_vec(), way, Digest::Computed)).collect();
            let kinds: Vec<_> = self.sender.send_all(requests).await.iter().map(CheckReply::kind).collect();
            facts.ways_tried += chunk.len();
            (self.progress)(CheckProgress::Experiments(facts.ways_tried));
            for (way, _) in chunk.iter().zip(&kinds).filter(|(_, kind)| kind.is_accepted()) {
                let Some(found) = self.prove(base, way, (subject, body), &refused_cases).await else {
                    continue;
                };
                // An app may accept an empty key besides the way that it expects.
                if facts.empty_key.is_none() && self.composer.has_empty_key(way) {
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
        let refused =
            self.sender.send(self.composer.signed(body.to_vec(), base, Digest::Computed)).await.kind();
        let altered =
            self.sender.send(self.composer.signed(body.to_vec(), way, Digest::Altered)).await.kind();
        let accepted =
            self.sender.send(self.composer.signed(body.to_vec(), way, Digest::Computed)).await.kind();
        let is_proven = refused.is_refusal() && altered.is_refusal() && accepted.is_accepted();
        let explains =
            refused_cases.iter().copied().filter(|case| way.changes(&self.composer.bodies.of(*case)));
        is_proven.then(|| AcceptedWay {
            causes: way.causes(),
            subject,
            refused,
            accepted,
            altered,
            explains: explains.collect(),
        })
    }
}
