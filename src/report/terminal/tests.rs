//! The whole view through made-up sessions.

use std::time::{Duration, Instant, UNIX_EPOCH};

use console::measure_text_width;
use proptest::prelude::*;

use crate::delivery::{Delivery, Refusal, Route};
use crate::notice::{Notice, Ready, SecretOrigin, Session, TunnelKind, TunnelState, Warning};
use crate::report::clock::Clock;
use crate::report::out::{Out, Side};
use crate::report::sanitise::is_unsafe;
use crate::report::test_support::{RECEIVED, Shared, all_refusals, challenge, event, refused, settings};
use crate::report::{Format, Moment, Report, Settings};
use crate::summary::Summary;
use crate::zoom::{EnvelopeError, SecretToken};

const MEETING: &str = r#"{"event":"meeting.created","payload":{"object":{"topic":"Weekly sync","id":88512345678,"host_email":"jill@example.com","ratio":1.0}}}"#;

/// A report whose two streams can be read.
struct Screen {
    report: Report,
    stdout: Shared,
    stderr: Shared,
    now: Instant,
}

impl Screen {
    fn new(settings: &Settings, width: Option<usize>) -> Self {
        Self::with_colour(settings, width, false)
    }

    fn with_colour(settings: &Settings, width: Option<usize>, colour: bool) -> Self {
        let (stdout, stderr) = (Shared::default(), Shared::default());
        let side = |shared: &Shared| Side::fixed(Box::new(shared.clone()), width, colour);
        let out = Out::new(side(&stdout), side(&stderr), settings.quiet, false);
        let report = Report::new(settings, out, Clock::utc());
        Self { report, stdout, stderr, now: Instant::now() }
    }

    fn wide() -> Self {
        Self::new(&settings(Format::Pretty), None)
    }

    fn show(&mut self, notice: &Notice) -> &mut Self {
        let now = Moment { instant: self.now, wall: UNIX_EPOCH + RECEIVED };
        self.report.show_at(notice, now).unwrap();
        self.report.settle().unwrap();
        self
    }

    fn deliver(&mut self, delivery: Delivery) -> &mut Self {
        self.show(&Notice::Delivery(Box::new(delivery)))
    }
}

fn session(secrets: &[&str], tunnel: TunnelKind) -> Notice {
    let fingerprint = SecretToken::new("zoomhook-test-secret").unwrap().fingerprint();
    let origin = |name: &&str| SecretOrigin {
        name: (*name).into(),
        source: ".env  ZOOM_WEBHOOK_SECRET_TOKEN".into(),
        fingerprint,
    };
    Notice::Started(Session {
        secrets: secrets.iter().map(origin).collect(),
        local: "127.0.0.1:4000".parse().unwrap(),
        path: "/webhook".into(),
        tunnel,
    })
}

fn ready(public_url: Option<&str>) -> Notice {
    Notice::Ready(Ready {
        local: "127.0.0.1:4000".parse().unwrap(),
        path: "/webhook".into(),
        public_url: public_url.map(str::to_owned),
    })
}

fn header(width: Option<usize>) -> String {
    let mut screen = Screen::new(&settings(Format::Pretty), width);
    screen
        .show(&session(&["main"], TunnelKind::Ngrok))
        .show(&Notice::Warning(Warning::UnsignedChallenges))
        .show(&Notice::Tunnel(TunnelState::Online {
            url: "https://lamb-suited.ngrok-free.app".into(),
            latency: Some(Duration::from_millis(38)),
        }))
        .show(&ready(Some("https://lamb-suited.ngrok-free.app")));
    assert_eq!(screen.stdout.text(), "", "stdout is for events");
    screen.stderr.text().replace(env!("CARGO_PKG_VERSION"), "0.0.0")
}

fn shown(delivery: Delivery, width: Option<usize>) -> String {
    let mut screen = Screen::new(&settings(Format::Pretty), width);
    screen.show(&session(&["main"], TunnelKind::None)).deliver(delivery);
    screen.stdout.text()
}

fn compact(delivery: Delivery, width: usize) -> String {
    let mut screen = Screen::new(&Settings { compact: true, ..settings(Format::Pretty) }, Some(width));
    screen.deliver(delivery);
    screen.stdout.text()
}

#[test]
fn the_header_shows_the_session_and_the_next_step() {
    insta::assert_snapshot!(header(Some(80)), @r#"

    zoomhook 0.0.0                                              Ctrl-C to stop

    Secret    .env  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
    Local     http://127.0.0.1:4000/webhook
    Tunnel    ngrok · online · 38 ms

    Event notification endpoint URL:

        https://lamb-suited.ngrok-free.app/webhook

    Paste it in Marketplace: your app > Feature > Event Subscriptions, then press
    Validate.

    ▲ Challenges are answered without a signature (--allow-unsigned-challenge):
      anybody who knows the URL can have a plainToken answered.
    "#);
}

#[test]
fn the_header_keeps_within_forty_columns_but_for_the_url() {
    insta::assert_snapshot!(header(Some(40)), @r#"

      zoomhook 0.0.0          Ctrl-C to stop

      Secret .env  ZOOM_WEBHOOK_SECRET_TOKEN
             fingerprint b63f5ec9
      Local  http://127.0.0.1:4000/webhook
      Tunnel ngrok · online · 38 ms

      Event notification endpoint URL:

    https://lamb-suited.ngrok-free.app/webhook

      Paste it in Marketplace: your app >
      Feature > Event Subscriptions, then
      press Validate.

      ▲ Challenges are answered without a
        signature
        (--allow-unsigned-challenge):
        anybody who knows the URL can have a
        plainToken answered.
    "#);
}

#[test]
fn several_secrets_have_names() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main", "staging"], TunnelKind::None));
    let rows: Vec<_> =
        screen.stderr.text().lines().filter(|l| l.contains("Secret")).map(str::to_owned).collect();
    assert!(rows[0].starts_with("  Secret    main      .env"), "{rows:?}");
    assert!(rows[1].starts_with("  Secret    staging   .env"), "{rows:?}");
}

#[test]
fn without_a_public_url_says_what_to_use_instead() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None));
    let text = screen.stderr.text();
    assert!(text.contains("\n      http://127.0.0.1:4000/webhook\n"), "{text}");
    assert!(
        text.contains("Zoom itself cannot reach this address") && text.contains("--public-url"),
        "{text}"
    );
}

#[test]
fn an_event_has_its_line_and_its_json() {
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
fn the_title_goes_below_where_it_does_not_fit() {
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
fn a_compact_line_is_shortened() {
    insta::assert_snapshot!(compact(event(MEETING), 80), @r#"
     13:44:15.858  ✓ meeting.created   Weekly sync · 885 1234 5678 · …   204 in 2 ms
    "#);
    insta::assert_snapshot!(compact(refused(Refusal::SignatureMismatch, MEETING), 60), @r#"
     13:44:15.858  ✗ meeting.created   401 · from this machine
    "#);
}

#[test]
fn a_challenge_says_what_to_press() {
    insta::assert_snapshot!(shown(challenge(true), None), @r#"
     13:44:15.858  ✓ endpoint.url_validation   answered 200 in 2 ms. Press Save in Marketplace.
    "#);
    insta::assert_snapshot!(shown(challenge(false), None), @r#"
    13:44:15.858  ▲ endpoint.url_validation   answered 200 in 2 ms. Press Save in Marketplace.
                  It was not signed, and answered because of --allow-unsigned-challenge.
    "#);
}

#[test]
fn a_refused_delivery_says_why_and_that_it_is_lost() {
    insta::assert_snapshot!(shown(refused(Refusal::SignatureMismatch, MEETING), Some(80)), @r#"
    13:44:15.858  ✗ meeting.created   signature does not match   401
                  It was signed with another secret token than the one given here,
                  or its bytes were changed on the way. The secret token is on the
                  app's Feature page in Marketplace.
                  Zoom does not repeat what was answered with 401: if Zoom sent
                  this, it is lost to your app. It came from this machine.
    "#);
}

#[test]
fn a_body_that_is_no_event_is_shown_escaped() {
    let refusal = Refusal::NotAnEvent(EnvelopeError::NotUtf8 { offset: 1 });
    let mut delivery = refused(refusal, "");
    delivery.request.body = [b"a\xff\x1b[2J".as_slice(), &[b'x'; 5000]].concat().into();
    let text = shown(delivery, None);
    assert!(text.contains(r"Body: a\xff\u{1b}[2Jxxx"), "{text}");
    assert!(text.contains("… 4,606 more bytes"), "{text}");
}

#[test]
fn a_retry_names_the_first_try_by_its_time() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    delivery.retry_of = Some(ulid::Ulid::from_parts(1_720_705_155_000, 7).to_string());
    assert!(shown(delivery, None).contains("A retry: Zoom has sent the delivery of 13:39:15.000 again."));
}

#[test]
fn the_secret_is_named_where_there_are_several() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main", "staging"], TunnelKind::None)).deliver(event(r#"{"event":"a.b"}"#));
    assert!(screen.stdout.text().contains("204 in 2 ms · main\n"), "{}", screen.stdout.text());
}

#[test]
fn the_clients_address_is_shown_and_a_claimed_one_as_such() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    assert!(!shown(delivery.clone(), None).contains("from"));
    delivery.request.headers.insert("x-forwarded-for", "198.51.100.1".parse().unwrap());
    assert!(shown(delivery.clone(), None).contains("from 198.51.100.1 (claimed via x-forwarded-for)"));
    delivery.request.route = Route::Tunnel;
    delivery.request.peer = "203.0.113.9:443".parse().unwrap();
    assert!(shown(delivery, None).contains("· from 203.0.113.9\n"));
}

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
fn headers_are_shown_with_credentials_masked() {
    let mut delivery = event(r#"{"event":"a.b"}"#);
    delivery.request.headers.insert("authorization", "Bearer secret".parse().unwrap());
    delivery.request.headers.append("x-a", "1\u{9b}2".parse().unwrap());
    let mut screen = Screen::new(&Settings { headers: true, ..settings(Format::Pretty) }, None);
    screen.deliver(delivery);
    let text = screen.stdout.text();
    assert!(
        text.contains("               authorization: Bearer ***\n               x-a: 1\\u{9b}2\n"),
        "{text}"
    );
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

#[test]
fn changes_of_the_tunnel_are_told_once_it_was_up() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main"], TunnelKind::Ngrok)).show(&ready(Some("https://a.example")));
    let before = screen.stderr.text().len();
    let new = "https://b.example".to_owned();
    screen
        .show(&Notice::Tunnel(TunnelState::Lost { reason: "reset\x1b[2J".into() }))
        .show(&Notice::Tunnel(TunnelState::Retrying { attempt: 2, after: Duration::from_millis(500) }))
        .show(&Notice::Tunnel(TunnelState::UrlChanged { old: "https://a.example".into(), new }));
    insta::assert_snapshot!(screen.stderr.text()[before..], @r#"
    13:44:15.858  ▲ tunnel   connection lost: reset\u{1b}[2J. Zoom cannot reach this machine until it is back.
    13:44:15.858  · tunnel   try 2 in 500 ms
    13:44:15.858  ▲ tunnel   the public URL has changed

         https://b.example/webhook

     Paste it in Marketplace: your app > Feature > Event Subscriptions, then press Validate.
    "#);
}

#[test]
fn the_summary_has_everything_that_came() {
    let mut summary = Summary { ran_for: Duration::from_secs(723), ..Summary::default() };
    summary.count(&event(MEETING));
    summary.count(&challenge(true));
    for _ in 0..3 {
        summary.count(&refused(Refusal::SignatureMismatch, ""));
    }
    summary.count(&refused(Refusal::BodyBroken, ""));
    summary.missing = vec!["recording.completed (0 of 1)".into(), "meeting.ended (1 of 2)".into()];
    let mut screen = Screen::new(&settings(Format::Pretty), Some(80));
    screen.show(&Notice::Summary(Box::new(summary)));
    insta::assert_snapshot!(screen.stderr.text(), @r#"

    Ran for 12 min 3 s.
    ✓ 1 event verified
        meeting.created   1
    ✓ 1 challenge answered
    ✗ 4 requests refused. Zoom does not repeat what was answered with 4xx.
        signature does not match   3
        body broke off             1
    ✗ Did not come: recording.completed (0 of 1) and meeting.ended (1 of 2).
    "#);
}

#[test]
fn quiet_leaves_only_stdout() {
    let mut screen = Screen::new(&Settings { quiet: true, ..settings(Format::Pretty) }, None);
    screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None)).deliver(event(MEETING));
    assert_eq!(screen.stderr.text(), "");
    assert!(screen.stdout.text().contains("meeting.created"));
}

#[test]
fn held_warnings_are_told_even_if_it_never_comes_to_ready() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main"], TunnelKind::Ngrok)).show(&Notice::Warning(Warning::UnsignedChallenges));
    let stderr = screen.stderr.clone();
    assert!(!stderr.text().contains('▲'));
    drop(screen);
    assert!(stderr.text().contains("▲ Challenges are answered"));
}

#[test]
fn colour_changes_no_character_of_the_text() {
    let render = |colour| {
        let mut screen = Screen::with_colour(&settings(Format::Pretty), Some(80), colour);
        screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None)).deliver(event(MEETING));
        screen.stderr.text() + &screen.stdout.text()
    };
    let coloured = render(true);
    assert!(coloured.contains("\x1b["));
    assert_eq!(console::strip_ansi_codes(&coloured), render(false));
}

proptest! {
    #[test]
    fn nothing_from_outside_acts_on_the_terminal(
        body: Vec<u8>, text: String, target: String, header in "[^\\x00-\\x08\\x0a-\\x1f\\x7f]{0,40}",
        kind in 0_usize..19, width in prop_oneof![Just(None), (20_usize..120).prop_map(Some)], compact: bool,
    ) {
        let name = serde_json::to_string(&format!("a{text}")).unwrap();
        let json = format!(r#"{{"event":{name},"payload":{{"object":{{"topic":{name},{name}:{name}}}}}}}"#);
        let mut bad = refused(all_refusals()[kind].clone(), &json);
        (bad.request.body, bad.request.target) = (body.into(), target);
        bad.retry_of = Some(text.clone());
        bad.request.headers.insert("x-forwarded-for", header.parse().unwrap());
        let mut good = event(&json);
        good.request.headers = bad.request.headers.clone();
        let settings = Settings { headers: true, compact, ..settings(Format::Pretty) };
        let mut screen = Screen::new(&settings, width);
        screen.deliver(bad).deliver(good).show(&Notice::Remark(text.clone()));
        screen.show(&Notice::Tunnel(TunnelState::Lost { reason: text }));
        let all = screen.stdout.text() + &screen.stderr.text();
        prop_assert!(!all.replace('\n', "").chars().any(is_unsafe), "{all:?}");
    }

    #[test]
    fn a_compact_line_keeps_within_any_width(topic: String, width in 40_usize..120) {
        let topic = serde_json::to_string(&topic).unwrap();
        let body = format!(r#"{{"event":"meeting.participant_joined","payload":{{"object":{{"topic":{topic}}}}}}}"#);
        let text = compact(event(&body), width);
        prop_assert_eq!(text.lines().count(), 1);
        prop_assert!(measure_text_width(text.trim_end()) <= width, "{}", text);
    }

    #[test]
    fn explanations_keep_within_any_width(kind in 0_usize..19, width in 40_usize..120) {
        let text = shown(refused(all_refusals()[kind].clone(), "{}"), Some(width));
        for line in text.lines() {
            prop_assert!(measure_text_width(line) <= width, "{line:?}");
        }
    }
}
