//! Reads a request's body once, within its limits of size and time, and within a budget for all bodies.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ListenerLimits;
use crate::delivery::Refusal;
use crate::http::BodyPieces;

/// Bodies up to this size do not count against the budget. Zoom's ordinary events are smaller. A client that fills
/// every connection and the whole queue with bodies of this size uses 32 MiB.
const FREE: usize = 16 * 1024;

/// Limit on the memory of all larger bodies, in KiB: a client can open many connections.
const BUDGET_KIB: u32 = 64 * 1024;

/// The memory for bodies larger than [`FREE`], including those in the queue. A body's share is released when its last
/// user drops it.
#[derive(Debug, Clone)]
pub(super) struct BodyBudget(Arc<Semaphore>);

impl BodyBudget {
    /// A budget for at least one body of the largest size.
    pub(super) fn new(largest_body: usize) -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB.max(kib(largest_body)) as usize)))
    }

    /// Waits until the budget has room for `bytes` more.
    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        self.0.clone().acquire_many_owned(kib(bytes)).await.map_err(|_| Refusal::OutputStalled)
    }
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

/// Reads the whole body. A small body that arrives in one piece is not copied.
pub(super) async fn read(
    body: Incoming,
    limits: &ListenerLimits,
    budget: &BodyBudget,
) -> Result<Bytes, Refusal> {
    // A body with a `content-length` over the limit is refused before it is read.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limits.body {
        return Err(Refusal::BodyTooLarge { limit: limits.body });
    }
    // Without a `content-length`, the body may reach the limit.
    let room = body.size_hint().exact().map_or(limits.body, |_| announced);
    within(limits.body_time, collect(body, room, limits.body, budget)).await
}

async fn within<F>(limit: Duration, reading: F) -> Result<Bytes, Refusal>
where
    F: Future<Output = Result<Bytes, Refusal>>,
{
    // Most bodies have already arrived. They need no timer.
    let mut reading = std::pin::pin!(reading);
    if let Poll::Ready(done) = futures_util::poll!(&mut reading) {
        return done;
    }
    match tokio::time::timeout(limit, reading).await {
        Ok(done) => done,
        Err(_) => Err(Refusal::BodyTooSlow { limit }),
    }
}

/// Reads the body. Beyond [`FREE`] bytes, first waits until the budget has room for `room` bytes.
async fn collect(
    mut body: Incoming,
    room: usize,
    limit: usize,
    budget: &BodyBudget,
) -> Result<Bytes, Refusal> {
    let mut pieces = BodyPieces::default();
    let mut taken = None;
    while let Some(data) = next_data(&mut body).await? {
        let length = pieces.len() + data.len();
        if length > limit {
            return Err(Refusal::BodyTooLarge { limit });
        }
        if length > FREE && taken.is_none() {
            taken = Some(budget.take(room).await?);
        }
        pieces.push(data);
    }
    let body = pieces.whole();
    Ok(match taken {
        Some(taken) => Bytes::from_owner(Budgeted { body, _taken: taken }),
        None => body,
    })
}

/// The next piece of a body. Skips trailers: Zoom does not sign them.
async fn next_data(body: &mut Incoming) -> Result<Option<Bytes>, Refusal> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Err(_)) => return Err(Refusal::BodyBroken),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(data) => return Ok(Some(data)),
                Err(_trailers) => {}
            },
        }
    }
}

/// A body that releases its share of the budget when it is dropped.
struct Budgeted {
    body: Bytes,
    _taken: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Budgeted {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
