//! The line of a stored delivery: the fields of a live one, its headers, its tunnel and its public URL.

use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::delivery::{
    PENDING_ANSWER, PENDING_ENDED, PENDING_QUEUE, Provenance, Stored, StoredDelivery, StoredForward,
    StoredRoute, StoredWait,
};
use crate::zoom::{Envelope, Reaction};

use super::escape::push_string;
use super::{Object, delivery};

/// Appends the delivery's line.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, stored: &StoredDelivery, now: SystemTime) {
    push(buffer, stored, now, None);
}

/// Characters of each text in a row: names, titles and URLs are a stranger's texts, and a list has many rows. The line of
/// one delivery has the whole texts.
const LONGEST_IN_ROW: usize = 200;

/// What the line of a list has instead of headers and bodies.
#[derive(Debug, Clone, Copy)]
struct RowOnly {
    /// Which of Zoom's retries it is.
    retry: Option<u64>,
}

/// Appends the delivery's line for a list: with a title, without headers and bodies, and with short texts.
pub(in crate::report) fn write_row(
    buffer: &mut Vec<u8>,
    stored: &StoredDelivery,
    retry: Option<u64>,
    now: SystemTime,
) {
    push(buffer, stored, now, Some(RowOnly { retry }));
}

fn push(buffer: &mut Vec<u8>, stored: &StoredDelivery, now: SystemTime, row: Option<RowOnly>) {
    let longest = row.map(|_| LONGEST_IN_ROW);
    let mut line = Object::line(buffer, "delivery");
    line.cut_texts(longest)
        .text("id", &stored.id)
        .text_or_null("request_id", stored.request_id.as_deref())
        .time("received_at", stored.received_at)
        .text("verdict", stored.verdict.as_str())
        .text_or_null("reason", stored.reason.as_ref().map(Stored::as_str))
        .text_or_null("secret_name", stored.secret_name.as_deref())
        .text_or_null("event", stored.event.as_deref());
    match stored.event_ts {
        Some(millis) => line.number("event_ts", millis),
        None => line.number("event_ts", "null"),
    };
    line.text_or_null("retry_of", stored.retry_of.as_deref());
    if let Some(answer) = stored.answer {
        line.object("answer", |object| {
            object.number("status", answer.status);
            match stored.route == StoredRoute::Stream {
                // Another session has answered it.
                true => object.number("ms", "null"),
                false => object.millis("ms", answer.took),
            };
        });
    }
    line.text_or_null("zoom", stored.reaction(now).map(Reaction::as_str));
    match stored.waits_for {
        Some(StoredWait::Answer { until }) => {
            line.text("pending", PENDING_ANSWER).time("pending_until", until);
        }
        Some(StoredWait::Queue) => {
            line.text("pending", PENDING_QUEUE);
        }
        Some(StoredWait::Abandoned) => {
            line.text("pending", PENDING_ENDED);
        }
        None => {}
    }
    if let Some(RowOnly { retry }) = row {
        if let Some(number) = retry {
            line.object("retry", |object| {
                object.number("number", number);
            });
        }
        let title = Envelope::parse(&stored.body).map(|envelope| envelope.title().join(" · "));
        line.text_or_null("title", title.ok().filter(|title| !title.is_empty()).as_deref());
        line.number("body_bytes", stored.body.len()).text("source", stored.came_by());
    } else {
        delivery::body(&mut line, &stored.body);
    }
    line.text("method", &stored.method)
        .text("target", &stored.target)
        .text("peer", &stored.peer)
        .text("route", stored.route.as_str())
        .text("tunnel", stored.tunnel.as_str())
        .text_or_null("public_url", stored.public_url.as_deref())
        .text_or_null("project", stored.project.as_deref());
    if stored.provenance == Provenance::Imported {
        line.number("imported", true);
    }
    if row.is_none() {
        headers(&mut line, &stored.headers);
    }
    line.list("relayed", stored.forwarded.iter(), |buffer, forward| {
        let mut object = Object::open(buffer);
        members(object.cut_texts(longest), forward, row.is_some());
        object.close();
    });
    line.end_line();
}

fn members(object: &mut Object<'_>, forward: &StoredForward, is_row: bool) {
    object.text("target", &forward.target).text("role", forward.role.as_str());
    object.text("outcome", forward.outcome.as_str());
    if let Some(status) = forward.status {
        object.number("status", status);
    }
    object.text_or_null("detail", forward.detail.as_deref());
    if let Some(first_byte) = forward.first_byte {
        object.millis("first_byte_ms", first_byte);
    }
    object.millis("ms", forward.took);
    if !is_row {
        headers(object, &forward.headers);
        delivery::body(object, &forward.body);
    }
}

/// Writes pairs of name and value. Bytes that are not UTF-8 are replaced, and a second list then has the exact values.
fn headers(object: &mut Object<'_>, headers: &[(String, Vec<u8>)]) {
    let pair = |buffer: &mut Vec<u8>, name: &str, value: &str| {
        buffer.push(b'[');
        push_string(buffer, name);
        buffer.push(b',');
        push_string(buffer, value);
        buffer.push(b']');
    };
    object.list("headers", headers.iter(), |buffer, (name, value)| {
        pair(buffer, name, &String::from_utf8_lossy(value));
    });
    if headers.iter().any(|(_, value)| std::str::from_utf8(value).is_err()) {
        object.list("headers_base64", headers.iter(), |buffer, (name, value)| {
            pair(buffer, name, &STANDARD.encode(value));
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::delivery::{DeliveryVerdict, ForwardRole, StoredAnswer};

    #[test]
    fn an_exported_line_is_read_back_as_the_same_delivery() {
        let stored = StoredDelivery {
            id: "01J2GZ5YHJ0000000000000001".into(),
            provenance: Provenance::Imported,
            received_at: UNIX_EPOCH + Duration::from_millis(1_720_705_455_858),
            method: "POST".into(),
            target: "/webhook?a=b".into(),
            headers: vec![
                ("x-zm-request-id".into(), b"a_b".to_vec()),
                ("x".into(), "café".into()),
                ("y".into(), b"caf\xe9".to_vec()),
            ],
            body: b"{\"event\":\"a.b\"} \xff".to_vec(),
            verdict: DeliveryVerdict::Invalid,
            reason: Some("signature_mismatch".into()),
            event: Some("a.b".into()),
            event_ts: Some(7),
            request_id: Some("a_b".into()),
            secret_name: None,
            retry_of: Some("01J2GZ5YHJ0000000000000000".into()),
            answer: Some(StoredAnswer { status: 401, took: Duration::from_micros(1_800) }),
            waits_for: Some(StoredWait::Abandoned),
            project: None,
            peer: "127.0.0.1:5".into(),
            route: "tunnel".into(),
            tunnel: "ngrok".into(),
            public_url: Some("https://a.test".into()),
            forwarded: vec![StoredForward {
                target: "http://localhost:3000".into(),
                role: ForwardRole::Answers.into(),
                outcome: "answered".into(),
                status: Some(401),
                headers: Vec::new(),
                body: b"no".to_vec(),
                detail: None,
                first_byte: Some(Duration::from_millis(1)),
                took: Duration::from_millis(2),
            }],
        };
        let mut line = Vec::new();
        write(&mut line, &stored, SystemTime::now());
        assert_eq!(StoredDelivery::of_line(&line, SystemTime::now()).unwrap(), Some(stored));
    }

    #[test]
    fn the_row_of_a_delivery_stays_short_whatever_it_contains() {
        let long = "🎈".repeat(100_000);
        let body =
            format!(r#"{{"event":"{long}","payload":{{"object":{{"topic":"{long}","id":"{long}"}}}}}}"#);
        let mut stored = StoredDelivery::of_line(EXPORTED, SystemTime::now()).unwrap().unwrap();
        let text = || Some(long.clone());
        (stored.event, stored.request_id, stored.retry_of, stored.secret_name) =
            (text(), text(), text(), text());
        (stored.target, stored.peer, stored.body) = (long.clone(), long.clone(), body.into_bytes());
        stored.reason = Some(long.as_str().into());
        stored.forwarded[0].detail = text();
        let mut row = Vec::new();
        write_row(&mut row, &stored, None, SystemTime::now());
        assert!(row.len() < 12_000, "{}", row.len());
        let row: serde_json::Value = serde_json::from_slice(&row).unwrap();
        assert!(row["title"].as_str().unwrap().ends_with('…'), "{row}");
    }

    #[test]
    fn unknown_words_of_another_version_are_written_back_unchanged() {
        let mut stored = StoredDelivery::of_line(EXPORTED, SystemTime::now()).unwrap().unwrap();
        (stored.reason, stored.route) = (Some("too_new".into()), "websocket".into());
        let mut written = Vec::new();
        write(&mut written, &stored, SystemTime::now());
        let written = String::from_utf8(written).unwrap();
        assert!(
            written.contains(r#""reason":"too_new""#) && written.contains(r#""route":"websocket""#),
            "{written}"
        );
    }

    /// A line of an export.
    const EXPORTED: &[u8] = br#"{"v":1,"type":"delivery","id":"01J2GZ5YHJ0000000000000001","request_id":null,"received_at":"2024-07-11T13:44:15.858Z","verdict":"invalid","reason":"stale","secret_name":null,"event":null,"event_ts":null,"retry_of":null,"zoom":null,"body":"{}","method":"POST","target":"/","peer":"","route":"local","tunnel":"ngrok","public_url":null,"project":null,"imported":true,"headers":[],"relayed":[{"target":"http://a","role":"observed","outcome":"answered","detail":null,"ms":2.000,"headers":[],"body":""}]}
"#;
}
