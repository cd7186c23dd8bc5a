//! Events that are shown later, because the screen was paused or a filter hid them: in order and within limits.

use std::collections::VecDeque;

use crate::delivery::SessionEvent;

/// Limit on buffered events: some minutes of a busy account.
const MOST: usize = 1000;
/// Limit on bytes of buffered bodies: another quarter of the listener's limit for all bodies in use.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The buffered events. If they do not fit, the oldest deliveries are dropped and counted: they are in the history, and
/// the latest ones are what a user waits for.
#[derive(Debug, Default)]
pub(super) struct BufferedEvents {
    events: VecDeque<SessionEvent>,
    bytes: usize,
    deliveries: u64,
    dropped: u64,
}

/// Buffered events, in order.
#[derive(Debug, Default)]
pub(crate) struct Released {
    /// The events.
    pub(crate) events: Vec<SessionEvent>,
    /// The number of deliveries that did not fit.
    pub(crate) dropped: u64,
}

impl BufferedEvents {
    /// Adds an event.
    pub(super) fn push(&mut self, event: SessionEvent) {
        self.bytes += body_bytes(&event);
        self.deliveries += u64::from(is_delivery(&event));
        self.events.push_back(event);
        self.enforce_limits();
    }

    /// Adds the events of another buffer, which are older.
    pub(super) fn put_before(&mut self, older: Self) {
        let newer = std::mem::replace(self, older);
        self.dropped += newer.dropped;
        newer.events.into_iter().for_each(|event| self.push(event));
    }

    fn enforce_limits(&mut self) {
        while self.deliveries as usize > MOST || self.bytes > MOST_BYTES || self.events.len() > 2 * MOST {
            // Other events are rare and concern the session itself, such as a lost tunnel.
            let oldest = self.events.iter().position(is_delivery).unwrap_or(0);
            let Some(event) = self.events.remove(oldest) else { return };
            self.bytes -= body_bytes(&event);
            self.deliveries -= u64::from(is_delivery(&event));
            self.dropped += u64::from(is_delivery(&event));
        }
    }

    /// The number of deliveries, including those that were dropped.
    pub(super) fn deliveries(&self) -> u64 {
        self.deliveries + self.dropped
    }

    /// Takes all events.
    pub(super) fn release(&mut self) -> Released {
        let buffered = std::mem::take(self);
        Released { events: buffered.events.into(), dropped: buffered.dropped }
    }
}

fn is_delivery(event: &SessionEvent) -> bool {
    matches!(event, SessionEvent::Delivery(_))
}

fn body_bytes(event: &SessionEvent) -> usize {
    match event {
        SessionEvent::Delivery(delivery) => delivery.request.body.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::named;

    fn delivery(id: usize, body: &str) -> SessionEvent {
        SessionEvent::Delivery(named(&id.to_string(), "a.b", body))
    }

    fn ids(released: &Released) -> Vec<String> {
        let id = |event: &SessionEvent| match event {
            SessionEvent::Delivery(delivery) => delivery.id.clone(),
            _ => String::new(),
        };
        released.events.iter().map(id).collect()
    }

    #[test]
    fn keeps_the_latest_deliveries_and_counts_the_others() {
        let mut buffered = BufferedEvents::default();
        buffered.push(SessionEvent::Remark("x".into()));
        for n in 0..MOST + 5 {
            buffered.push(delivery(n, "{}"));
        }
        assert_eq!(buffered.deliveries(), MOST as u64 + 5);
        let released = buffered.release();
        assert_eq!((released.events.len(), released.dropped), (MOST + 1, 5));
        assert_eq!(ids(&released)[..2], ["", "5"]);
        assert_eq!(buffered.deliveries(), 0);
    }

    #[test]
    fn keeps_large_bodies_up_to_their_limit() {
        let mut buffered = BufferedEvents::default();
        (0..3).for_each(|n| buffered.push(delivery(n, &"x".repeat(MOST_BYTES / 2))));
        let released = buffered.release();
        assert_eq!((ids(&released), released.dropped), (vec!["1".to_owned(), "2".to_owned()], 1));
    }

    #[test]
    fn older_events_are_put_first() {
        let (mut newer, mut older) = (BufferedEvents::default(), BufferedEvents::default());
        older.push(delivery(1, "{}"));
        newer.push(delivery(2, "{}"));
        newer.put_before(older);
        assert_eq!(ids(&newer.release()), ["1", "2"]);
    }
}
