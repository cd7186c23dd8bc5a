//! Server-Sent Events, for every stream of the API.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::{CONNECTION, HeaderValue};
use tokio::sync::mpsc;

use super::answer::{self, InspectorAnswer};
use super::query::Parameters;

/// An answer that sends parts as they come.
pub(super) fn opened(parts: mpsc::Receiver<Bytes>) -> InspectorAnswer {
    let mut answer = answer::streamed("text/event-stream", parts);
    // Its connection has the place of a stream, so it serves nothing else.
    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// The id of the last event that the client has. A browser that connects again sends it in a header, and the URL may still
/// have an older one.
pub(super) fn last_id(query: &Parameters, headers: &HeaderMap) -> Option<String> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    last.or_else(|| query.get("after")).map(str::to_owned)
}

/// Appends an event. Its line has no line breaks, because JSON escapes them. An id moves the place of the client on.
pub(super) fn push(events: &mut Vec<u8>, kind: &str, id: Option<&str>, line: &[u8]) {
    if let Some(id) = id {
        events.extend_from_slice(format!("id: {id}\n").as_bytes());
    }
    events.extend_from_slice(format!("event: {kind}\ndata: ").as_bytes());
    events.extend_from_slice(line.trim_ascii_end());
    events.extend_from_slice(b"\n\n");
}
