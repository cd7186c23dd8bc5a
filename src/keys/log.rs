//! The deliveries that were shown last: what can be selected.

use std::collections::VecDeque;

use crate::delivery::{Delivery, ForwardOutcome, Forwarded};

/// Deliveries that are kept: more than anybody walks through with an arrow key.
const MOST: usize = 500;
/// Bytes of bodies that are kept. The listener grants 64 MiB to all bodies in use: a quarter of it stays here at
/// the most.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Answers of the app that are kept with a delivery, those of replays.
const MOST_ANSWERS: usize = 8;

/// A delivery that was shown, and what became of it later.
#[derive(Debug, Clone)]
pub(crate) struct ShownDelivery {
    /// The delivery as it was shown.
    pub(crate) delivery: Box<Delivery>,
    /// What the app made of it after it was told: copies, later tries, replays.
    pub(crate) later: Vec<Forwarded>,
}

impl ShownDelivery {
    fn bytes(&self) -> usize {
        let answers = self.delivery.forwarded.iter().chain(&self.later).map(answer_bytes).sum::<usize>();
        self.delivery.request.body.len() + answers
    }
}

fn answer_bytes(forwarded: &Forwarded) -> usize {
    match &forwarded.outcome {
        ForwardOutcome::Answered { body, .. } => body.len(),
        _ => 0,
    }
}

/// The last deliveries, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    kept: VecDeque<ShownDelivery>,
    bytes: usize,
}

impl Log {
    pub(super) fn push(&mut self, delivery: Box<Delivery>) {
        let kept = ShownDelivery { delivery, later: Vec::new() };
        self.bytes += kept.bytes();
        self.kept.push_back(kept);
        self.keep_within();
    }

    /// Adds what became of a delivery, if it is still here.
    pub(super) fn amend(&mut self, id: &str, forwarded: &[Forwarded]) {
        let Some(at) = self.position(id) else { return };
        let kept = &mut self.kept[at];
        self.bytes -= kept.bytes();
        kept.later.extend_from_slice(forwarded);
        let surplus = kept.later.len().saturating_sub(MOST_ANSWERS);
        kept.later.drain(..surplus);
        self.bytes += kept.bytes();
        self.keep_within();
    }

    fn keep_within(&mut self) {
        while self.kept.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.kept.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&ShownDelivery> {
        self.position(id).map(|at| &self.kept[at])
    }

    pub(super) fn newest(&self) -> Option<&ShownDelivery> {
        self.kept.back()
    }

    /// The one that came before `id`; the oldest one stays where it is.
    pub(super) fn before(&self, id: &str) -> Option<&ShownDelivery> {
        self.position(id).map(|at| &self.kept[at.saturating_sub(1)])
    }

    /// The one that came after `id`; `None` behind the newest.
    pub(super) fn after(&self, id: &str) -> Option<&ShownDelivery> {
        self.position(id).and_then(|at| self.kept.get(at + 1))
    }

    /// From the end: what is looked for is nearly always new.
    fn position(&self, id: &str) -> Option<usize> {
        self.kept.iter().rposition(|kept| kept.delivery.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::named;

    #[test]
    fn keeps_the_last_ones_within_number_and_size() {
        let mut log = Log::default();
        for n in 0..MOST + 2 {
            log.push(named(&n.to_string(), "a.b", "{}"));
        }
        assert!(log.get("1").is_none() && log.get("2").is_some());
        log.push(named("large", "a.b", &"x".repeat(MOST_BYTES - 2)));
        assert_eq!(log.kept.len(), 2);
        log.push(named("too large", "a.b", &"x".repeat(MOST_BYTES + 1)));
        assert_eq!((log.kept.len(), log.bytes), (0, 0));
    }

    #[test]
    fn walks_to_both_sides() {
        let mut log = Log::default();
        for id in ["1", "2"] {
            log.push(named(id, "a.b", "{}"));
        }
        let id = |kept: Option<&ShownDelivery>| kept.map(|kept| kept.delivery.id.clone());
        assert_eq!(id(log.newest()).as_deref(), Some("2"));
        assert_eq!(id(log.before("2")), id(log.before("1")));
        assert_eq!((id(log.after("1")).as_deref(), id(log.after("2"))), (Some("2"), None));
        assert_eq!(id(log.before("gone")), None);
    }
}
