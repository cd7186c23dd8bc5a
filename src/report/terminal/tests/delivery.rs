//! The output for one delivery.

use std::sync::Arc;

use bytes::Bytes;
use hyper::{HeaderMap, StatusCode};

use super::*;
use crate::delivery::{ForwardOutcome, ForwardRole, Forwarded, LateForwarded, LateKind, Repetition};
use crate::diagnosis::{Secrets, challenge_faults};

#[test]
fn shows_an_event_as_a_line_and_json() {
    insta::assert_snapshot!(shown(event(MEETING), None), @r#"
    13:44:15.858  ✓ meeting.created   Weekly sync · 885 1234 5678 · jill@example.com   204 in 2 ms
                  {
                    "event": "meeting.created",
                    "payload": {
                      "object": {
                        "topic": "Weekly sync",
                        "id": 88512345678,
                        "host_email": "jill@example.com",
                        "ratio": 1.0
                      }
                    }
                  }
    "#);
}

#[test]
fn puts_a_title_that_does_not_fit_on_the_next_line() {
    insta::assert_snapshot!(shown(event(MEETING), Some(40)), @r#"
    13:44:15 ✓ meeting.created
       Weekly sync · 885 1234 5678 ·
       jill@example.com
       204 in 2 ms
       {
         "event": "meeting.created",
         "payload": {
           "object": {
             "topic": "Weekly sync",
             "id": 88512345678,
             "host_email": "jill@example.com",
             "ratio": 1.0
           }
         }
       }
    "#);
}

#[test]
fn shortens_a_compact_line() {
    insta::assert_snapshot!(compact(event(MEETING), 80), @r#"
     13:44:15.858  ✓ meeting.created   Weekly sync · 885 1234 5678 · …   204 in 2 ms
    "#);
    insta::assert_snapshot!(compact(refused(Refusal::SignatureMismatch, MEETING), 60), @r#"
     13:44:15.858  ✗ meeting.created   signature does not…   401
    "#);
}

#[test]
fn a_challenge_names_the_next_step() {
    insta::assert_snapshot!(shown(challenge(true), None), @r#"
     13:44:15.858  ✓ endpoint.url_validation   answered 200 in 2 ms. Press Save in Marketplace.
    "#);
    insta::assert_snapshot!(shown(challenge(false), None), @r#"
    13:44:15.858  ▲ endpoint.url_validation   answered 200 in 2 ms. Press Save in Marketplace.
                  It was not signed; it was answered because of --allow-unsigned-challenge.
    "#);
}

#[test]
fn a_refused_delivery_shows_the_reason_and_the_consequence() {
    insta::assert_snapshot!(shown(refused(Refusal::SignatureMismatch, MEETING), Some(80)), @"
    13:44:15.858  ✗ meeting.created   signature does not match   401
                  It was signed with a different secret token than the one given
                  here, or its bytes were changed in transit. The secret token is
                  on the app's Feature page in Marketplace.
                  Zoom does not retry a 401. If Zoom sent this, your app will not
                  receive it again. It came from this machine.
    ");
}

#[test]
fn escapes_a_body_that_is_not_an_event() {
    let refusal = Refusal::NotAnEvent(EnvelopeError::NotUtf8 { offset: 1 });
    let mut delivery = refused(refusal, "");
    Arc::make_mut(&mut delivery.request).body = [b"a\xff\x1b[2J".as_slice(), &[b'x'; 5000]].concat().into();
    let text = shown(delivery, None);
    assert!(text.contains(r"Body: a\xff\u{1b}[2Jxxx"), "{text}");
    assert!(text.contains("… 4,606 more bytes"), "{text}");
}

#[test]
fn a_retry_names_the_first_delivery_by_its_time() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    let first = ulid::Ulid::from_parts(1_720_705_155_000, 7).to_string();
    delivery.repeats = Some(Box::new(Repetition { first, number: 2, changed_headers: None }));
    let text = shown(delivery.clone(), None);
    assert!(text.contains("This is retry 2 of 3 of the delivery of 13:39:15.000.\n"), "{text}");
    delivery.repeats.as_mut().unwrap().changed_headers = Some(vec!["x-zm-signature".into(), "x-a".into()]);
    let text = shown(delivery, None);
    assert!(text.contains("13:39:15.000. Changed headers: x-zm-signature, x-a.\n"), "{text}");
}

#[test]
fn names_the_matching_secret_if_there_are_several() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main", "staging"], TunnelKind::None)).deliver(event(r#"{"event":"a.b"}"#));
    assert!(screen.stdout.text().contains("204 in 2 ms · main\n"), "{}", screen.stdout.text());
}

#[test]
fn shows_the_clients_address_and_marks_a_claimed_one() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    assert!(!shown(delivery.clone(), None).contains("from"));
    Arc::make_mut(&mut delivery.request).headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
    assert!(shown(delivery.clone(), None).contains("from 198.51.100.1 (claimed via x-forwarded-for)"));
    Arc::make_mut(&mut delivery.request).route = Route::Tunnel;
    Arc::make_mut(&mut delivery.request).peer = "203.0.113.9:443".parse().unwrap();
    assert!(shown(delivery, None).contains("· from 203.0.113.9\n"));
}

#[test]
fn masks_credentials_in_the_headers() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    Arc::make_mut(&mut delivery.request).headers.insert("authorization", "Bearer secret".parse().unwrap());
    Arc::make_mut(&mut delivery.request).headers.append("x-a", "1\u{9b}2".parse().unwrap());
    let mut screen = Screen::new(&ReportSettings { headers: true, ..settings(Format::Pretty) }, None);
    screen.deliver(delivery);
    let text = screen.stdout.text();
    assert!(
        text.contains("               authorization: Bearer ***\n               x-a: 1\\u{9b}2\n"),
        "{text}"
    );
}

#[test]
fn a_stored_refusal_names_the_command_that_explains_it() {
    let refusal = || refused(Refusal::SignatureMissing, "{}");
    let started = |history: Option<u64>, file: Option<&str>| {
        let SessionEvent::Started(session) = session(&["main"], TunnelKind::None) else { panic!() };
        SessionEvent::Started(Session { history, history_file: file.map(Into::into), ..session })
    };
    let hints = |history, file, flag: &str| {
        let mut screen = Screen::wide();
        screen.show(&started(history, file)).deliver(refusal());
        screen.deliver(refused(Refusal::BodyBroken, "{}"));
        // The command is alone on its line.
        let lines = format!("For the whole diagnosis:\n               zoomhook verify 01J2GZ5YHJ00{flag}\n");
        screen.stdout.text().matches(&lines).count()
    };
    assert_eq!((hints(None, None, ""), hints(Some(0), None, "")), (0, 1));
    assert_eq!(hints(Some(0), Some("/a b/h.db"), " --history-file '/a b/h.db'"), 1);
}

#[test]
fn a_compact_line_shows_a_late_answer_of_the_app() {
    let forwarded = Forwarded {
        target: "http://localhost:3000/a/long/path/of/a/webhook".into(),
        role: ForwardRole::Observed,
        outcome: ForwardOutcome::Unreachable("refused".into()),
        first_byte: None,
        took: Duration::from_millis(3),
        challenge_faults: None,
    };
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let answered = ForwardOutcome::Answered { status, headers: HeaderMap::new(), body: Bytes::new() };
    let later = LateForwarded {
        id: event(MEETING).id,
        judgement: event(MEETING).judgement,
        forwarded: vec![forwarded.clone(), Forwarded { outcome: answered, ..forwarded }],
        attempt: 2,
        kind: LateKind::Copy,
        is_signed_afresh: false,
    };
    let mut screen = Screen::new(&ReportSettings { compact: true, ..settings(Format::Pretty) }, Some(60));
    let shown = screen.show(&SessionEvent::Forwarded(Box::new(later))).stdout.text();
    assert!(shown.lines().all(|line| measure_text_width(line) <= 60), "{shown}");
    assert!(shown.contains("not reachable, try 2") && shown.contains("500 in 3 ms, try 2"), "{shown}");
}

#[test]
fn a_wrong_answer_to_a_challenge_is_not_shown_as_a_success() {
    let answered = |status: StatusCode, body: &'static str| {
        let body = Bytes::from_static(body.as_bytes());
        let mut delivery = challenge(true);
        delivery.answer.status = status;
        delivery.forwarded = vec![Forwarded {
            target: "http://localhost:3000".into(),
            role: ForwardRole::Answers,
            outcome: ForwardOutcome::Answered { status, headers: HeaderMap::new(), body },
            first_byte: None,
            took: Duration::from_millis(2),
            challenge_faults: None,
        }];
        let faults = challenge_faults(&delivery.judgement, &delivery.forwarded[0], &Secrets::new(Vec::new()));
        delivery.forwarded[0].challenge_faults = faults;
        shown(delivery, None)
    };
    for text in [answered(StatusCode::OK, "ok"), answered(StatusCode::NOT_FOUND, "")] {
        assert!(text.contains("▲") && text.contains("not the answer that Zoom expects."), "{text}");
        assert!(text.contains("Your app") && !text.contains("Press Save"), "{text}");
    }
}

#[test]
fn an_answer_is_yellow_after_2_seconds_and_red_after_3() {
    let shown = |status: u16, millis: u64| {
        let mut delivery = event(r#"{"event":"a.b"}"#);
        delivery.answer.status = StatusCode::from_u16(status).unwrap();
        delivery.answer.took = Duration::from_millis(millis);
        let mut screen =
            Screen::with_color(&ReportSettings { compact: true, ..settings(Format::Pretty) }, None, true);
        screen.deliver(delivery);
        screen.stdout.text()
    };
    let is = |status, millis, color: &str| {
        let text = shown(status, millis);
        let before = text.split(&format!("{status} in")).next().unwrap().to_owned();
        before.rsplit("\u{1b}[0m").next().unwrap().contains(color)
    };
    assert!(is(200, 1999, "[2m") && is(200, 2000, "[33m") && is(200, 3000, "[31m") && is(500, 1, "[31m"));
}
