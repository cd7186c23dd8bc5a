//! The limit on open connections. The entry point is [`Slots`]; `policy.rs` decides who has a place.
//!
//! The table is locked when a connection opens and closes, and when its first request is verified. Other requests only
//! set flags of their own connection.

mod policy;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use self::policy::{Places, SlotAdmission};
use super::timed_io::Exchange;
use crate::delivery::{EventSender, Route, SessionEvent, Warning};

/// The interval between two warnings.
const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// The limit on open connections, shared by all sources.
#[derive(Debug, Clone)]
pub struct Slots(Arc<Table>);

#[derive(Debug)]
struct Table {
    places: Mutex<Places>,
    warned: Mutex<Option<Instant>>,
    /// A connection left, or one that waited has a place now.
    changed: Notify,
}

/// A connection in the table: it waits for a place, and then has one. Dropping it removes the connection.
#[derive(Debug)]
struct Member {
    table: Arc<Table>,
    number: u64,
}

/// The place of one connection. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct Slot {
    member: Member,
    exchange: Arc<Exchange>,
    close: CancellationToken,
}

impl Slots {
    /// Allows `limit` connections. Zoom's requests arrive by the route `public`.
    #[must_use]
    pub fn new(limit: usize, public: Route) -> Self {
        let places = Mutex::new(Places::new(limit, public));
        Self(Arc::new(Table { places, warned: Mutex::new(None), changed: Notify::new() }))
    }

    /// The number of requests that are being received or answered.
    pub(crate) fn requests(&self) -> usize {
        self.0.places().requests()
    }

    /// A permit for each accepted connection of one source that waits for a place.
    pub(super) fn waiting_room(&self) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(self.0.places().line_limit()))
    }

    /// Waits for a place, and closes the least useful connection if there is none.
    pub(super) async fn take(&self, peer: SocketAddr, route: Route, events: &EventSender) -> Slot {
        let table = &self.0;
        let number = table.places().line_up(peer, route);
        let member = Member { table: table.clone(), number };
        loop {
            let mut changed = std::pin::pin!(table.changed.notified());
            // Enabled before the check, so that no change is missed.
            changed.as_mut().enable();
            match table.admit(number, events) {
                SlotAdmission::Admitted { exchange, close } => return Slot { member, exchange, close },
                SlotAdmission::Waits(time) => {
                    let _ = tokio::time::timeout(time, changed).await;
                }
            }
        }
    }
}

impl Table {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self, number: u64, events: &EventSender) -> SlotAdmission {
        let mut places = self.places();
        let now = Instant::now();
        if places.is_full_for(number) {
            self.warn(places.open_and_idle(), now, events);
        }
        let admission = places.admit(number, now);
        if matches!(admission, SlotAdmission::Admitted { .. }) {
            // The next one in the line is first now.
            self.changed.notify_waiters();
        }
        admission
    }

    /// Warns that the places ran out, unless it did so lately.
    fn warn(&self, (open, idle): (usize, usize), now: Instant, events: &EventSender) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.is_some_and(|warned| now.duration_since(warned) < WARNING_INTERVAL) {
            return;
        }
        let warning = Warning::ConnectionsExhausted { open, idle };
        if events.send_if_room(SessionEvent::Warning(warning)) {
            *warned = Some(now);
        }
    }
}

impl Slot {
    /// The state of the connection.
    pub(super) fn exchange(&self) -> &Arc<Exchange> {
        &self.exchange
    }

    /// Resolves when the place was given to another connection.
    pub(super) fn given_away(&self) -> WaitForCancellationFuture<'_> {
        self.close.cancelled()
    }

    /// Remembers that a request of this connection was verified.
    pub(super) fn remember_sender(&self) {
        let Member { table, number } = &self.member;
        table.places().remember(*number);
        // The connection may have a reserved place now, so that its former place is free.
        table.changed.notify_waiters();
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.table.places().leave(self.number);
        self.table.changed.notify_waiters();
    }
}
