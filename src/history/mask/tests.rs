//! Tests of what is masked and what stays.

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::zoom::catalogue::{Fullness, JsonKind, JsonName, Node, Sample};

fn key() -> MaskKey {
    MaskKey::new([7; 32])
}

fn masking(key: &MaskKey) -> Masking<'_> {
    Masking { key, event: None, masked: Vec::new() }
}

/// A body as an export has it.
fn masked_by(key: &MaskKey, body: &str) -> String {
    let mut masking = masking(key);
    masking.read(body.as_bytes());
    String::from_utf8(masking.body(body.as_bytes())).unwrap()
}

fn masked(body: &str) -> String {
    masked_by(&key(), body)
}

#[test]
fn only_what_is_known_to_be_safe_stays() {
    let body = r#"{ "event":"meeting.started", "n":1.0, "b":true, "payload":{"object":{"type":2,"timezone":"Europe/Berlin",
        "start_time":"2026-11-24T08:00:00Z","host_email":"jill@example.com","topic":"Jill \ud83d\ude80","password":"123456",
        "recording_type":"audio_only","odd":"ask jill@example.com now","duration":30,"status":"Jill"}}}"#;
    let masked = masked(body);
    for gone in ["jill@", "123456", "Jill", "ask", "now"] {
        assert!(!masked.contains(gone), "{gone}: {masked}");
    }
    for kept in [
        r#"{ "event":"meeting.started", "n":1.0, "b":true, "#,
        r#""type":2,"timezone":"Europe/Berlin""#,
        r#""start_time":"2026-11-24T08:00:00Z""#,
        r#""recording_type":"audio_only""#,
        r#""duration":30"#,
    ] {
        assert!(masked.contains(kept), "{kept}: {masked}");
    }
    assert!(serde_json::from_str::<serde_json::Value>(&masked).is_ok(), "{masked}");
}

#[test]
fn equal_values_have_equal_masks_and_another_run_has_others() {
    let body = r#"{"email":"jill@example.com","who":"jill@example.com","id":88512345678}"#;
    let (once, other) = (masked(body), masked_by(&MaskKey::new([8; 32]), body));
    assert_eq!(once.matches(&key().mask(Mask::Address, "jill@example.com")).count(), 2, "{once}");
    assert_ne!(once, other);
}

/// Each of these was once in an export.
#[test]
fn text_that_people_wrote_is_masked_under_every_name() {
    for (name, value) in [
        ("leave_reason", "Jill Chill left the meeting.<br>Reason: Host ended the meeting."),
        ("editItem", "Jill"),
        ("newValue", "Jill's birthday"),
        ("reason", "Jill is ill"),
        ("desc", "about Jill"),
        ("request_reason", "Jill needs it"),
        ("custom_location", "Jill's desk"),
        ("additional_info", "ask Jill"),
        ("caller_location", "Jillville"),
        ("department", "Jill's team"),
        ("org", "Jill Ltd"),
        ("body", "call Jill at +1 555 123 4567"),
        ("page", "https://zoom.us/s/Jill"),
        ("path", "/rec/Jill"),
        ("status", "Jill"),
        ("time_zone", "Jill/Chill"),
        ("start_time", "2026-11-24T08:00:00 Jill"),
    ] {
        let body = serde_json::json!({ name: value, "fieldEditItem": { name: [value] } }).to_string();
        let masked = masked(&body);
        assert!(!masked.contains("Jill") && !masked.contains("555"), "{name}: {masked}");
    }
}

#[test]
fn a_value_that_is_masked_once_is_masked_everywhere() {
    let body = r#"{"event":"user.updated","display_name":"inbound","n":4711,"call_direction":"inbound","meeting_id":4711,
        "names":{"Jill Chill":1,"jill@example.com":2,"yes":3}}"#;
    let masked = masked(body);
    for gone in ["inbound", "4711,", "Jill", "jill@"] {
        assert_eq!(masked.matches(gone).count(), usize::from(gone == "4711,"), "{gone}: {masked}");
    }
    assert!(masked.contains(r#""yes":3"#), "{masked}");
    let key = key();
    let mut masking = masking(&key);
    masking.read(br#"{"user_name":"Jill Chill"}"#);
    let headers =
        [("Server", "app of Jill Chill"), ("x-user", "J"), ("User-Agent", "Jill/1"), ("x-zm-signature", "J")];
    let mut headers: Vec<_> =
        headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).into();
    masking.headers(&mut headers);
    let starts: Vec<bool> = headers.iter().map(|(_, value)| value.starts_with(b"text-")).collect();
    assert!(headers[0].1.starts_with(b"app of text-"), "{headers:?}");
    assert_eq!(starts, [false, true, true, true]);
    let kept = vec![
        ("User-Agent".to_owned(), b"Zoom Marketplace/1.0a".to_vec()),
        ("x-zm-request-timestamp".to_owned(), b"1795507201".to_vec()),
    ];
    let mut headers = kept.clone();
    masking.headers(&mut headers);
    assert_eq!(headers, kept);
}

#[test]
fn ids_stay_only_where_asked() {
    let body = r#"{"account_id":"-i7x6Gs7UE_JkqDdDY3cHV","id":88512345678,"uuid":"a\/bC+d==","user_id":"jill",
        "operator_id":"jill@example.com"}"#;
    let without = masked(body);
    for gone in ["-i7x6", "88512345678", "bC+d"] {
        assert!(!without.contains(gone), "{gone}: {without}");
    }
    let with = masked_by(&key().keeping_ids(true), body);
    for kept in ["-i7x6Gs7UE_JkqDdDY3cHV", "88512345678", r"a\/bC+d=="] {
        assert!(with.contains(kept), "{kept}: {with}");
    }
    assert!(!with.contains("jill"), "{with}");
}

#[test]
fn links_and_targets_have_no_tokens() {
    let key = key();
    let masking = masking(&key);
    assert_eq!(masking.target("/zoom/webhook"), "/zoom/webhook");
    for (url, start) in [
        ("https://jill.ngrok.app/s/Ab1?pwd=x", "https://address-"),
        ("http://localhost:3000/zoom/Ab1?pwd=x", "http://localhost:3000/zoom/secret-"),
    ] {
        let masked = masking.url(url);
        assert!(masked.starts_with(start) && !masked.contains("Ab1") && !masked.contains("pwd"), "{masked}");
    }
    let sentence = masking.sentence("connect to 203.0.113.7:443 for jill@example.com: refused");
    assert!(!sentence.contains("203.0") && !sentence.contains("jill"), "{sentence}");
    assert!(sentence.ends_with(": refused"), "{sentence}");
}

#[test]
fn documents_in_strings_are_masked_inside() {
    let masked =
        masked(r#"{"inner":"{\"password\":\"4711\",\"n\":1}","list":["a@b.c",{"id":"x"},"Zo\u00eb"]}"#);
    assert!(
        masked.contains(r#""inner":"{\"password\":\"secret-"#) && masked.contains(r#"\"n\":1"#),
        "{masked}"
    );
    for gone in ["4711", "a@b.c", r#""x""#, "Zo"] {
        assert!(!masked.contains(gone), "{gone}: {masked}");
    }
}

#[test]
fn accepts_deeply_nested_json() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let key = key();
    assert_eq!(masking(&key).body(deep.as_bytes()), deep.as_bytes());
}

#[test]
fn masks_a_body_that_is_not_json_as_a_whole() {
    let key = key();
    assert!(masking(&key).body(b"password=1").starts_with(b"secret-"));
    assert!(masking(&key).body(b"").is_empty());
}

/// Texts that a person could have in any field.
const PLANTED: [&str; 6] = [
    "Zaphod Beeblebrox",
    "zaphod@example.com",
    "+1 555 123 4567",
    "https://zoom.us/s/zaphod",
    "zaphod",
    "2026-11-24T08:00:00Z and zaphod",
];

/// Puts a planted text in the place of every string but the event's name.
fn planted(value: &Node, at: &mut usize) -> Node {
    match value.kind() {
        JsonKind::Text(_) => {
            *at += 1;
            PLANTED[*at % PLANTED.len()].into()
        }
        JsonKind::List(items) => Node::list(items.iter().map(|item| planted(item, at)).collect::<Vec<_>>()),
        JsonKind::Object(members) => {
            let mut changed: Vec<(JsonName<'static>, Node)> = Vec::new();
            for (name, value) in members {
                changed.push((name.clone(), planted(value, at)));
            }
            Node::object(changed)
        }
        _ => value.clone(),
    }
}

#[test]
fn no_planted_value_survives_in_any_event() {
    let sample = Sample::new(1, UNIX_EPOCH + Duration::from_secs(1_795_507_201)).fullness(Fullness::Full);
    // The forms take turns over the events, and so do the two ways to treat ids.
    for (at, event) in catalogue::all().enumerate() {
        let mut body = planted(sample.of(&event).node(), &mut { at });
        let _ = body.set("event", event.name().into());
        let masked = masked_by(&key().keeping_ids(at % 2 == 0), &body.to_json());
        for gone in ["aphod", "555", "zoom.us"] {
            assert!(!masked.contains(gone), "{}: {masked}", event.name());
        }
    }
}
