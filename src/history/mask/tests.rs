//! Tests of what is masked and what stays.

use super::*;

fn key() -> MaskKey {
    MaskKey::new([7; 32])
}

#[test]
fn the_same_value_has_the_same_mask_and_the_rest_stays() {
    let body = br#"{ "event":"meeting.started", "n":1.0, "payload":{"object":{"host_email":"jill@example.com",
        "password":"123456","topic":"Jill \ud83d\ude80","other":"ask jill@example.com now","uuid":"a\/b=="}}}"#;
    let masked = String::from_utf8(key().body(body)).unwrap();
    for gone in ["jill@", "123456", "Jill"] {
        assert!(!masked.contains(gone), "{gone}: {masked}");
    }
    for kept in [r#""event":"meeting.started""#, r#""n":1.0"#, r#""uuid":"a\/b==""#, "ask "] {
        assert!(masked.contains(kept), "{kept}: {masked}");
    }
    assert_eq!(masked.matches(&key().mask(Mask::Address, "jill@example.com")).count(), 2, "{masked}");
    assert_ne!(key().mask(Mask::Name, "a"), MaskKey::new([8; 32]).mask(Mask::Name, "a"));
}

#[test]
fn masks_lists_numbers_and_links() {
    let body = br#"{"emails":["a@b.c","d"],"passcode":4711,"join_url":"https://z.us/j/1?pwd=abc","x":4711}"#;
    let masked = String::from_utf8(key().body(body)).unwrap();
    for gone in ["a@b.c", r#""d""#, "pwd", r#""passcode":4711"#] {
        assert!(!masked.contains(gone), "{gone}: {masked}");
    }
    assert!(masked.contains(r#""x":4711"#) && masked.contains("https://z.us/j/1?secret-"), "{masked}");
    assert!(serde_json::from_str::<serde_json::Value>(&masked).is_ok(), "{masked}");
}

#[test]
fn masks_addresses_and_links_under_any_name() {
    let body = br#"{"x":"+1 415-555-0171","y":["call +14155550172, or 203.0.113.60."],"z":"2001:db8::7",
        "share":"https://z.us/rec/share/AbCdEfGhIjKlMnOpQr","page":"https://z.us/j/85512345678",
        "inner":"{\"password\":\"4711\",\"n\":1}","version":"6.2.12","local":"127.0.0.1:4000"}"#;
    let masked = String::from_utf8(key().body(body)).unwrap();
    for gone in ["0171", "0172", "203.0", "db8", "AbCdEf", "4711"] {
        assert!(!masked.contains(gone), "{gone}: {masked}");
    }
    for kept in ["https://z.us/j/85512345678", "https://z.us/rec/share/secret-", "6.2.12", "127.0.0.1:4000"] {
        assert!(masked.contains(kept), "{kept}: {masked}");
    }
    assert!(serde_json::from_str::<serde_json::Value>(&masked).is_ok(), "{masked}");
}

#[test]
fn the_name_of_a_list_applies_to_all_its_items() {
    let masked =
        String::from_utf8(key().body(br#"{"user_name":["Jill",{"id":"x"},"Zo\u00eb"],"id":"y"}"#)).unwrap();
    assert!(!masked.contains("Jill") && !masked.contains("Zo"), "{masked}");
    assert!(masked.contains(r#"{"id":"x"}"#) && masked.contains(r#""id":"y""#), "{masked}");
}

#[test]
fn masks_text_that_people_wrote_and_keeps_numbers_next_to_it() {
    let masked = key().body(br#"{"message":"I like Jill","message_id":"m","answer":5,"sender_name":"Z"}"#);
    let masked = String::from_utf8(masked).unwrap();
    assert!(!masked.contains("Jill") && !masked.contains(r#""Z""#), "{masked}");
    assert!(masked.contains(r#""message_id":"m""#) && masked.contains(r#""answer":5"#), "{masked}");
}

#[test]
fn accepts_deeply_nested_json() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(key().body(deep.as_bytes()), deep.as_bytes());
}

#[test]
fn masks_a_body_that_is_not_json_as_a_whole() {
    assert!(key().body(b"password=1").starts_with(b"secret-"));
    assert!(key().body(b"").is_empty());
}
