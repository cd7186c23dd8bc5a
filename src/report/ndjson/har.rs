//! Stored deliveries as an HTTP archive (HAR 1.2): request, answer, times.
//!
//! Members that HAR does not define begin with an underscore, as its specification asks.

use crate::delivery::{Stored, StoredDelivery, StoredForward};

use super::escape;
use super::escape::push_string;
use super::object::Object;

/// Appends everything before the first entry.
pub(in crate::report) fn head(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(br#"{"log":{"version":"1.2","creator":"#);
    let mut creator = Object::open(buffer);
    creator.text("name", "zoomhook").text("version", env!("CARGO_PKG_VERSION"));
    creator.close();
    buffer.extend_from_slice(b",\"entries\":[\n");
}

/// Appends one entry.
pub(in crate::report) fn entry(buffer: &mut Vec<u8>, stored: &StoredDelivery) {
    let took = stored.answer.map(|answer| answer.took).unwrap_or_default();
    let mut entry = Object::open(buffer);
    entry.time("startedDateTime", stored.received_at).millis("time", took);
    entry.object("request", |object| request(object, stored));
    entry.object("response", |object| response(object, stored));
    entry.object("cache", |_| {});
    entry.object("timings", |timings| {
        timings.number("send", 0).millis("wait", took).number("receive", 0);
    });
    if !stored.peer.is_empty() {
        entry.text("_remoteAddress", &stored.peer);
    }
    entry.text("_id", &stored.id).text("_verdict", stored.verdict.as_str());
    entry.text_or_null("_reason", stored.reason.as_ref().map(Stored::as_str));
    entry.text_or_null("_retry_of", stored.retry_of.as_deref());
    entry.close();
}

fn request(object: &mut Object<'_>, stored: &StoredDelivery) {
    object.text("method", &stored.method).text("url", &stored.url());
    object.text("httpVersion", "HTTP/1.1").list("cookies", std::iter::empty::<()>(), |_, ()| {});
    pairs(object, "headers", stored.headers.iter().map(|(name, value)| (name.as_str(), lossy(value))));
    let query = stored.target.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let query = query.split('&').filter(|part| !part.is_empty());
    pairs(
        object,
        "queryString",
        query.map(|part| part.split_once('=').map_or((part, String::new()), |(n, v)| (n, v.to_owned()))),
    );
    object.object("postData", |data| {
        data.text("mimeType", stored.header("content-type").unwrap_or("application/json"));
        data.list("params", std::iter::empty::<()>(), |_, ()| {});
        content(data, &stored.body);
    });
    object.number("headersSize", -1).number("bodySize", stored.body.len());
}

/// Writes the answer that Zoom received. Its headers and body are stored only if it was the app's answer.
fn response(object: &mut Object<'_>, stored: &StoredDelivery) {
    let status = stored.answer.map_or(0, |answer| answer.status);
    let app = stored.answering();
    let app = app.filter(|forward| forward.status == Some(status));
    let reason = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    object.number("status", status).text("statusText", reason.unwrap_or_default());
    object.text("httpVersion", "HTTP/1.1").list("cookies", std::iter::empty::<()>(), |_, ()| {});
    let headers = app.map(|app| app.headers.as_slice()).unwrap_or_default();
    pairs(object, "headers", headers.iter().map(|(name, value)| (name.as_str(), lossy(value))));
    object.object("content", |data| {
        let body = app.map(|app| app.body.as_slice()).unwrap_or_default();
        data.number("size", body.len()).text("mimeType", &app.map(content_type).unwrap_or_default());
        if app.is_some() {
            content(data, body);
        }
    });
    object.text("redirectURL", "").number("headersSize", -1);
    object.number("bodySize", app.map_or(-1, |app| i64::try_from(app.body.len()).unwrap_or(-1)));
}

fn content_type(forward: &StoredForward) -> String {
    let found = forward.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map(|(_, value)| lossy(value)).unwrap_or_default()
}

/// Writes a body as text, or as base64 with its encoding.
fn content(object: &mut Object<'_>, body: &[u8]) {
    if let Ok(text) = std::str::from_utf8(body) {
        object.text("text", text);
        return;
    }
    let value = object.name("text");
    value.push(b'"');
    escape::push_base64(value, body);
    value.push(b'"');
    object.text("encoding", "base64");
}

fn pairs<'p>(object: &mut Object<'_>, name: &str, pairs: impl Iterator<Item = (&'p str, String)>) {
    object.list(name, pairs, |buffer, (name, value)| {
        buffer.extend_from_slice(b"{\"name\":");
        push_string(buffer, name);
        buffer.extend_from_slice(b",\"value\":");
        push_string(buffer, &value);
        buffer.push(b'}');
    });
}

fn lossy(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::capture::{Format, RecordLimits, read};
    use crate::delivery::StoredAnswer;
    use crate::report::history::HAR_TAIL;
    use crate::report::test_support::stored;

    #[test]
    fn is_read_back_as_the_same_request_and_answer() {
        let mut text = Vec::new();
        head(&mut text);
        let mut delivery = stored();
        delivery.target = "/webhook?a=b&c".into();
        delivery.body = b"{\"event\":\"a.b\"} \xff".to_vec();
        delivery.answer = Some(StoredAnswer { status: 204, took: Duration::from_millis(12) });
        entry(&mut text, &delivery);
        text.extend_from_slice(HAR_TAIL);
        let none = |_: &str| Err(std::io::ErrorKind::NotFound.into());
        let captures: Vec<_> = read(text.as_slice(), Format::Json, RecordLimits::default(), &none).collect();
        let [Ok(capture)] = captures.as_slice() else { panic!("{captures:?}") };
        assert_eq!((&capture.body.bytes, capture.captured_at), (&delivery.body, Some(delivery.received_at)));
        assert_eq!(capture.headers.text("x-zm-request-id"), Some("a_b"));
        let response = capture.response.as_ref().unwrap();
        assert_eq!((response.status, response.took), (Some(204), Some(Duration::from_millis(12))));
    }
}
