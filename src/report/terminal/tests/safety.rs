//! No input controls the terminal, and no line is wider than the terminal.

use std::sync::Arc;

use super::*;

#[test]
fn color_does_not_change_the_text() {
    let render = |color| {
        let mut screen = Screen::with_color(&settings(Format::Pretty), Some(80), color);
        screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None)).deliver(event(MEETING));
        screen.stderr.text() + &screen.stdout.text()
    };
    let colored = render(true);
    assert!(colored.contains("\x1b["));
    assert_eq!(console::strip_ansi_codes(&colored), render(false));
}

#[test]
fn a_huge_request_takes_only_a_few_lines() {
    let long = "x".repeat(1_000_000);
    let body = format!(r#"{{"event":"{long}","payload":{{"object":{{"topic":"{long}"}}}}}}"#);
    assert!(shown(refused(Refusal::SignatureMissing, &body), None).len() < 1_000);
    assert!(shown(event(&body), Some(80)).len() < 4_000);
}

proptest! {
    #[test]
    fn no_input_controls_the_terminal(
        body: Vec<u8>, text: String, target: String, header in "[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,40}",
        kind in 0_usize..19, width in prop_oneof![Just(None), (20_usize..120).prop_map(Some)], compact: bool,
    ) {
        let name = serde_json::to_string(&format!("a{text}")).unwrap();
        let json = format!(r#"{{"event":{name},"payload":{{"object":{{"topic":{name},{name}:{name}}}}}}}"#);
        let mut bad = refused(all_refusals()[kind].clone(), &json);
        let request = Arc::make_mut(&mut bad.request);
        (request.body, request.target) = (body.into(), target);
        let changed_headers = Some(vec![text.clone()]);
        bad.repeats = Some(Box::new(crate::delivery::Repetition { first: text.clone(), number: 1, changed_headers }));
        Arc::make_mut(&mut bad.request).headers.insert("x-forwarded-for", header.parse().unwrap());
        let mut good = event(&json);
        Arc::make_mut(&mut good.request).headers = bad.request.headers.clone();
        let settings = ReportSettings { headers: true, compact, ..settings(Format::Pretty) };
        let mut screen = Screen::new(&settings, width);
        screen.deliver(bad).deliver(good).show(&SessionEvent::Remark(text.clone()));
        screen.show(&SessionEvent::Tunnel(TunnelState::Lost { reason: text }));
        let all = screen.stdout.text() + &screen.stderr.text();
        prop_assert!(!all.replace('\n', "").chars().any(is_unsafe), "{all:?}");
    }

    #[test]
    fn a_compact_line_fits_any_width(topic: String, width in 40_usize..120) {
        let topic = serde_json::to_string(&topic).unwrap();
        let body = format!(r#"{{"event":"meeting.participant_joined","payload":{{"object":{{"topic":{topic}}}}}}}"#);
        let text = compact(event(&body), width);
        prop_assert_eq!(text.lines().count(), 1);
        prop_assert!(measure_text_width(text.trim_end()) <= width, "{}", text);
    }

    #[test]
    fn a_title_without_width_takes_no_room(width in 40_usize..120) {
        let body = r#"{"event":"meeting.participant_joined","payload":{"object":{"topic":"\u0f71"}}}"#;
        prop_assert!(measure_text_width(compact(event(body), width).trim_end()) <= width);
    }

    #[test]
    fn explanations_fit_any_width(kind in 0_usize..19, width in 40_usize..120) {
        let text = shown(refused(all_refusals()[kind].clone(), "{}"), Some(width));
        for line in text.lines() {
            prop_assert!(measure_text_width(line) <= width, "{line:?}");
        }
    }
}

#[test]
fn an_unrelated_request_gets_a_line_without_an_explanation() {
    let mut delivery = refused(Refusal::WrongPath, "");
    Arc::make_mut(&mut delivery.request).target = "/favicon.ico".into();
    insta::assert_snapshot!(shown(delivery.clone(), None), @r#"
     13:44:15.858  · POST /favicon.ico   404 · from this machine
    "#);
    Arc::make_mut(&mut delivery.request).headers.insert("x-zm-signature", "v0=".parse().unwrap());
    assert!(shown(delivery, None).contains("correct the URL in Marketplace"));
}

#[test]
fn folds_a_burst_and_shows_the_count_at_the_tick() {
    let mut screen = Screen::wide();
    for _ in 0..243 {
        screen.deliver(refused(Refusal::SignatureMismatch, MEETING));
    }
    assert_eq!(screen.stdout.text().matches('✗').count(), 3);
    assert_eq!(screen.stdout.text().matches("Zoom does not retry").count(), 1);
    let due = screen.report.next_tick().unwrap();
    screen.report.tick(due).unwrap();
    assert!(screen.stdout.text().ends_with("… and 240 more like it\n"));
    assert_eq!(screen.report.next_tick(), None);
}

#[test]
fn shows_the_folded_counts_before_the_next_event() {
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
