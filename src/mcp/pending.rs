//! [`PendingRequests`]: the requests that are not answered yet. `rmcp` knows them by numbers of our own, because it takes
//! only ids that fit in 64 bits, and answers one of two requests with the same id. Pure.

use std::collections::HashMap;

use super::message::RequestId;

/// Limit on the bytes of all requests that are not answered yet. A single one may be longer.
const MOST_BYTES: usize = 64 << 20;
/// What a request costs besides its text: its task and its names.
const COST: usize = 4 << 10;

/// The requests by their numbers, and the numbers by the ids of the client.
#[derive(Debug, Default)]
pub(super) struct PendingRequests {
    requests: HashMap<i64, Pending>,
    numbers: HashMap<Vec<u8>, i64>,
    last: i64,
    bytes: usize,
}

#[derive(Debug)]
struct Pending {
    id: RequestId,
    bytes: usize,
}

impl PendingRequests {
    /// Whether another request may be read.
    pub(super) fn has_room(&self) -> bool {
        self.bytes < MOST_BYTES
    }

    /// The number of a new request. `None` if its id is that of a request that is not answered yet.
    pub(super) fn begin(&mut self, id: RequestId, bytes: usize) -> Option<i64> {
        let key = id.key();
        if self.numbers.contains_key(&key) {
            return None;
        }
        let bytes = bytes + COST;
        self.last += 1;
        self.bytes += bytes;
        self.numbers.insert(key, self.last);
        self.requests.insert(self.last, Pending { id, bytes });
        Some(self.last)
    }

    /// Removes a request that has its answer. Returns the id of the client.
    pub(super) fn end(&mut self, number: i64) -> Option<RequestId> {
        let Pending { id, bytes } = self.requests.remove(&number)?;
        self.numbers.remove(&id.key());
        self.bytes -= bytes;
        Some(id)
    }

    /// Removes a request that gets no answer, because the client has canceled it. Returns its number.
    pub(super) fn cancel(&mut self, id: &RequestId) -> Option<i64> {
        let number = self.numbers.get(&id.key()).copied()?;
        self.end(number).map(|_| number)
    }
}
