//! Events that arrived while the screen was paused, in order and within limits.

use crate::delivery::SessionEvent;

/// Limit on buffered events: some minutes of a busy account.
const MOST: usize = 1000;
/// Limit on bytes of buffered bodies: another quarter of the listener's limit for all bodies in use.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The buffered events.
#[derive(Debug, Default)]
pub(super) struct PausedEvents {
    events: Vec<SessionEvent>,
    bytes: usize,
    deliveries: u64,
    dropped: u64,
}

/// The events of a pause, in order.
#[derive(Debug, Default)]
pub(crate) struct Resumed {
    /// The events.
    pub(crate) events: Vec<SessionEvent>,
    /// The number of deliveries that did not fit.
    pub(crate) dropped: u64,
}

impl PausedEvents {
    /// Buffers an event. Returns and counts a delivery that does not fit.
    pub(super) fn push(&mut self, event: SessionEvent) -> Option<SessionEvent> {
        let bytes = match &event {
            SessionEvent::Delivery(delivery) => delivery.request.body.len(),
            _ => 0,
        };
        // Other events are rare and concern the session itself, such as a lost tunnel.
        let is_delivery = matches!(event, SessionEvent::Delivery(_));
        let is_full = self.events.len() >= MOST || self.bytes + bytes > MOST_BYTES;
        if is_full && (is_delivery || self.events.len() >= 2 * MOST) {
            self.dropped += u64::from(is_delivery);
            return Some(event);
        }
        self.bytes += bytes;
        self.deliveries += u64::from(is_delivery);
        self.events.push(event);
        None
    }

    /// The number of deliveries that arrived in the pause, including those that did not fit.
    pub(super) fn waiting(&self) -> u64 {
        self.deliveries + self.dropped
    }

    pub(super) fn resume(&mut self) -> Resumed {
        let paused = std::mem::take(self);
        Resumed { events: paused.events, dropped: paused.dropped }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::named;

    #[test]
    fn buffers_up_to_the_limit_and_counts_the_rest() {
        let mut paused = PausedEvents::default();
        for n in 0..MOST + 5 {
            let returned = paused.push(SessionEvent::Delivery(named(&n.to_string(), "a.b", "{}")));
            assert_eq!(returned.is_some(), n >= MOST, "{n}");
        }
        assert!(paused.push(SessionEvent::Remark("x".into())).is_none());
        assert_eq!(paused.waiting(), MOST as u64 + 5);
        let resumed = paused.resume();
        assert_eq!((resumed.events.len(), resumed.dropped), (MOST + 1, 5));
        assert_eq!(paused.waiting(), 0);
    }

    #[test]
    fn buffers_large_bodies_up_to_their_limit() {
        let mut paused = PausedEvents::default();
        let large = || SessionEvent::Delivery(named("1", "a.b", &"x".repeat(MOST_BYTES / 2)));
        assert!(
            paused.push(large()).is_none()
                && paused.push(large()).is_none()
                && paused.push(large()).is_some()
        );
    }
}
