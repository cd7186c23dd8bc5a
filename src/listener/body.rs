//! Reads a request's body once, within its limits of size and time, and within a budget for all bodies.

use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ListenerLimits;
use crate::delivery::Refusal;

/// The size up to which a body is free: Zoom's ordinary events are below it, and a stranger who fills every
/// connection and the whole queue with bodies of this size takes 32 MiB.
const FREE: usize = 16 * 1024;

/// What the larger bodies may take together, in KiB; a stranger can open many connections at a time.
const BUDGET_KIB: u32 = 64 * 1024;

/// The memory for bodies larger than [`FREE`], those in the queue included: what a body takes is given back
/// when its last user drops it.
#[derive(Debug, Clone)]
pub(super) struct BodyBudget(Arc<Semaphore>);

impl BodyBudget {
    /// Room for at least one body of the largest size.
    pub(super) fn new(largest_body: usize) -> Self {
        Self(Arc::new(Semaphore::new(BUDGET_KIB.max(kib(largest_body)) as usize)))
    }

    /// Waits until there is room for `bytes` more.
    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        self.0.clone().acquire_many_owned(kib(bytes)).await.map_err(|_| Refusal::OutputStalled)
    }
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

/// Reads the whole body. One that is small and came in one piece is not copied.
pub(super) async fn read(
    body: Incoming,
    limits: &ListenerLimits,
    budget: &BodyBudget,
) -> Result<Bytes, Refusal> {
    // An announced length is refused before a byte of it is read.
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limits.body {
        return Err(Refusal::BodyTooLarge { limit: limits.body });
    }
    // Without an announced length it may become as large as any.
    let room = body.size_hint().exact().map_or(limits.body, |_| announced);
    within(limits.body_time, collect(body, room, limits.body, budget)).await
}

async fn within<F>(limit: Duration, reading: F) -> Result<Bytes, Refusal>
where
    F: Future<Output = Result<Bytes, Refusal>>,
{
    // Most bodies are there already: no timer is set for them.
    let mut reading = std::pin::pin!(reading);
    if let Poll::Ready(done) = futures_util::poll!(&mut reading) {
        return done;
    }
    match tokio::time::timeout(limit, reading).await {
        Ok(done) => done,
        Err(_) => Err(Refusal::BodyTooSlow { limit }),
    }
}

/// Reads on from nothing while the body is free; beyond that, once there is room for `room` bytes.
async fn collect(
    mut body: Incoming,
    room: usize,
    limit: usize,
    budget: &BodyBudget,
) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut taken = None;
    while let Some(data) = next_data(&mut body).await? {
        let length = first.len() + rest.len() + data.len();
        if length > limit {
            return Err(Refusal::BodyTooLarge { limit });
        }
        if length > FREE && taken.is_none() {
            taken = Some(budget.take(room).await?);
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    let body = if rest.is_empty() { first } else { rest.freeze() };
    Ok(match taken {
        Some(taken) => Bytes::from_owner(Budgeted { body, _taken: taken }),
        None => body,
    })
}

/// The next piece of a body; trailers are passed over, since nothing that Zoom signs is in them.
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

/// A body that gives its share of the budget back when it is dropped.
struct Budgeted {
    body: Bytes,
    _taken: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Budgeted {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}
