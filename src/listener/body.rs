//! Reads a request's body once, within its limits of size and time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};

use super::Limits;
use crate::delivery::Refusal;

/// The first allocation for a body of unknown or claimed length: a claim alone shall not cost a megabyte.
const FIRST_ALLOCATION: usize = 16 * 1024;

/// Reads the whole body. A body that came in one piece is not copied.
pub(super) async fn read(body: Incoming, limits: &Limits) -> Result<Bytes, Refusal> {
    // An announced length is refused before a byte of it is read.
    if body.size_hint().lower() > u64::try_from(limits.body).unwrap_or(u64::MAX) {
        return Err(Refusal::BodyTooLarge { limit: limits.body });
    }
    within(limits.body_time, collect(body, limits.body)).await
}

async fn within<F>(limit: Duration, reading: F) -> Result<Bytes, Refusal>
where
    F: Future<Output = Result<Bytes, Refusal>>,
{
    // Most bodies are there already: no timer is set for them.
    let mut reading = std::pin::pin!(reading);
    if let std::task::Poll::Ready(done) = futures_util::poll!(&mut reading) {
        return done;
    }
    match tokio::time::timeout(limit, reading).await {
        Ok(done) => done,
        Err(_) => Err(Refusal::BodyTooSlow { limit }),
    }
}

async fn collect(mut body: Incoming, limit: usize) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Err(Refusal::BodyBroken) };
        // Trailers carry nothing that Zoom signs.
        let Ok(data) = frame.into_data() else { continue };
        if first.len() + rest.len() + data.len() > limit {
            return Err(Refusal::BodyTooLarge { limit });
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve((first.len() + data.len()).max(FIRST_ALLOCATION.min(limit)));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}
