//! The last deliveries that were shown, which can be selected.

use std::collections::VecDeque;

use crate::delivery::{Delivery, ForwardOutcome, Forwarded};

/// Limit on stored deliveries: more than a user steps through with an arrow key.
const MOST: usize = 500;
/// Limit on bytes of stored bodies: a quarter of the listener's limit of 64 MiB for all bodies in use.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Limit on later answers that are stored with a delivery, such as those to replays.
const MOST_ANSWERS: usize = 8;

/// A delivery that was shown, and its later outcomes.
#[derive(Debug, Clone)]
pub(crate) struct ShownDelivery {
    /// The delivery as it was shown.
    pub(crate) delivery: Box<Delivery>,
    /// Outcomes after it was shown: copies, later attempts, replays.
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

/// The last deliveries, oldest first.
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
        self.enforce_limits();
    }

    /// Adds outcomes to a delivery, if it is still stored.
    pub(super) fn amend(&mut self, id: &str, forwarded: &[Forwarded]) {
        let Some(at) = self.position(id) else { return };
        let kept = &mut self.kept[at];
        self.bytes -= kept.bytes();
        kept.later.extend_from_slice(forwarded);
        let surplus = kept.later.len().saturating_sub(MOST_ANSWERS);
        kept.later.drain(..surplus);
        self.bytes += kept.bytes();
        self.enforce_limits();
    }

    fn enforce_limits(&mut self) {
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

    /// The number of a delivery from 1, and the number of all.
    pub(super) fn place(&self, id: &str) -> (usize, usize) {
        (self.position(id).map_or(0, |at| at + 1), self.kept.len())
    }

    /// The delivery before `id`; for the oldest, the oldest itself.
    pub(super) fn before(&self, id: &str) -> Option<&ShownDelivery> {
        self.position(id).map(|at| &self.kept[at.saturating_sub(1)])
    }

    /// The delivery after `id`; `None` for the newest.
    pub(super) fn after(&self, id: &str) -> Option<&ShownDelivery> {
        self.position(id).and_then(|at| self.kept.get(at + 1))
    }

    /// Searches from the end: most searches are for new deliveries.
    fn position(&self, id: &str) -> Option<usize> {
        self.kept.iter().rposition(|kept| kept.delivery.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::named;

    #[test]
    fn limits_the_number_and_size_of_stored_deliveries() {
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
    fn steps_in_both_directions() {
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
