//! Refusals in numbers.

use super::*;

#[test]
fn strangers_get_a_line_without_words() {
    let mut delivery = refused(Refusal::WrongPath, "");
    delivery.request.target = "/favicon.ico".into();
    insta::assert_snapshot!(shown(delivery.clone(), None), @r#"
     13:44:15.858  · POST /favicon.ico   404 · from this machine
    "#);
    delivery.request.headers.insert("x-zm-signature", "v0=".parse().unwrap());
    assert!(shown(delivery, None).contains("correct the URL in Marketplace"));
}

#[test]
fn a_storm_is_folded_and_told_by_the_tick() {
    let mut screen = Screen::wide();
    for _ in 0..243 {
        screen.deliver(refused(Refusal::SignatureMismatch, MEETING));
    }
    assert_eq!(screen.stdout.text().matches('✗').count(), 3);
    assert_eq!(screen.stdout.text().matches("Zoom does not repeat").count(), 1);
    let due = screen.report.next_tick().unwrap();
    screen.report.tick(due).unwrap();
    assert!(screen.stdout.text().ends_with("… and 240 more like it\n"));
    assert_eq!(screen.report.next_tick(), None);
}

#[test]
fn what_was_folded_is_told_before_the_next_event() {
    let mut screen = Screen::wide();
    for _ in 0..5 {
        screen.deliver(refused(Refusal::SignatureMissing, MEETING));
    }
    screen.deliver(refused(Refusal::SignatureMismatch, MEETING));
    for _ in 0..2 {
        screen.deliver(refused(Refusal::SignatureMissing, MEETING));
    }
    screen.deliver(event(MEETING));
    let text = screen.stdout.text();
    let order = ["… and 2 more like it", "does not match", "… and 2 more: no signature", "✓ meeting.created"];
    let places: Vec<_> = order.iter().map(|part| text.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
}
