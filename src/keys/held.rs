//! What came while the screen was paused, in its order and within limits.

use crate::delivery::SessionEvent;

/// EventReceiver that are held: some minutes of a busy account.
const MOST: usize = 1000;
/// Bytes of bodies that are held: another quarter of what the listener grants to all bodies in use.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What is held.
#[derive(Debug, Default)]
pub(super) struct Held {
    events: Vec<SessionEvent>,
    bytes: usize,
    deliveries: u64,
    passed_over: u64,
}

/// What was held, in its order.
#[derive(Debug, Default)]
pub struct Released {
    /// The events.
    pub events: Vec<SessionEvent>,
    /// Deliveries that did not fit any more.
    pub passed_over: u64,
}

impl Held {
    /// Holds a event; gives a delivery back that does not fit, which is counted.
    pub(super) fn push(&mut self, event: SessionEvent) -> Option<SessionEvent> {
        let bytes = match &event {
            SessionEvent::Delivery(delivery) => delivery.request.body.len(),
            _ => 0,
        };
        // What is no delivery is rare and tells of the session itself, such as a lost tunnel.
        let is_delivery = matches!(event, SessionEvent::Delivery(_));
        let is_full = self.events.len() >= MOST || self.bytes + bytes > MOST_BYTES;
        if is_full && (is_delivery || self.events.len() >= 2 * MOST) {
            self.passed_over += u64::from(is_delivery);
            return Some(event);
        }
        self.bytes += bytes;
        self.deliveries += u64::from(is_delivery);
        self.events.push(event);
        None
    }

    /// Deliveries that wait, those that did not fit included.
    pub(super) fn waiting(&self) -> u64 {
        self.deliveries + self.passed_over
    }

    pub(super) fn release(&mut self) -> Released {
        let held = std::mem::take(self);
        Released { events: held.events, passed_over: held.passed_over }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::named;

    #[test]
    fn holds_so_many_and_counts_the_rest() {
        let mut held = Held::default();
        for n in 0..MOST + 5 {
            let returned = held.push(SessionEvent::Delivery(named(&n.to_string(), "a.b", "{}")));
            assert_eq!(returned.is_some(), n >= MOST, "{n}");
        }
        assert!(held.push(SessionEvent::Remark("x".into())).is_none());
        assert_eq!(held.waiting(), MOST as u64 + 5);
        let released = held.release();
        assert_eq!((released.events.len(), released.passed_over), (MOST + 1, 5));
        assert_eq!(held.waiting(), 0);
    }

    #[test]
    fn large_bodies_are_held_up_to_their_limit() {
        let mut held = Held::default();
        let large = || SessionEvent::Delivery(named("1", "a.b", &"x".repeat(MOST_BYTES / 2)));
        assert!(held.push(large()).is_none() && held.push(large()).is_none() && held.push(large()).is_some());
    }
}
