//! Header, tunnel and summary: the output on stderr.

use super::*;

fn header(width: Option<usize>) -> String {
    let mut screen = Screen::new(&settings(Format::Pretty), width);
    screen
        .show(&session(&["main"], TunnelKind::Ngrok))
        .show(&SessionEvent::Warning(Warning::UnsignedChallenges))
        .show(&SessionEvent::Tunnel(TunnelState::Online {
            url: "https://lamb-suited.ngrok-free.app".into(),
            latency: Some(Duration::from_millis(38)),
        }))
        .show(&ready(Some("https://lamb-suited.ngrok-free.app")));
    assert_eq!(screen.stdout.text(), "", "stdout is for events");
    screen.stderr.text().replace(env!("CARGO_PKG_VERSION"), "0.0.0")
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
      anyone who knows the URL can get a plainToken answered.
    "#);
}

#[test]
fn the_header_fits_40_columns_except_for_the_url() {
    insta::assert_snapshot!(header(Some(40)), @"

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
        (--allow-unsigned-challenge): anyone
        who knows the URL can get a
        plainToken answered.
    ");
}

#[test]
fn names_the_secrets_if_there_are_several() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main", "staging"], TunnelKind::None));
    let rows: Vec<_> =
        screen.stderr.text().lines().filter(|l| l.contains("Secret")).map(str::to_owned).collect();
    assert!(rows[0].starts_with("  Secret    main      .env"), "{rows:?}");
    assert!(rows[1].starts_with("  Secret    staging   .env"), "{rows:?}");
}

#[test]
fn names_the_flags_for_a_public_url_if_there_is_none() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None));
    let text = screen.stderr.text();
    assert!(text.contains("\n      http://127.0.0.1:4000/webhook\n"), "{text}");
    assert!(text.contains("Zoom cannot reach this address") && text.contains("--public-url"), "{text}");
}

#[test]
fn shows_tunnel_changes_after_the_session_is_ready() {
    let mut screen = Screen::wide();
    screen.show(&session(&["main"], TunnelKind::Ngrok)).show(&ready(Some("https://a.example")));
    let before = screen.stderr.text().len();
    let new = "https://b.example".to_owned();
    screen
        .show(&SessionEvent::Tunnel(TunnelState::Lost { reason: "reset\x1b[2J".into() }))
        .show(&SessionEvent::Tunnel(TunnelState::Retrying { attempt: 2, after: Duration::from_millis(500) }))
        .show(&SessionEvent::Tunnel(TunnelState::Lost { reason: "no route".into() }))
        .show(&SessionEvent::Tunnel(TunnelState::UrlChanged {
            old: "https://a.example".into(),
            new: new.clone(),
        }))
        .show(&SessionEvent::Tunnel(TunnelState::Online {
            url: new,
            latency: Some(Duration::from_millis(38)),
        }))
        .show(&SessionEvent::Tunnel(TunnelState::Unproven {
            reason: "somebody else answers".into(),
            is_fault: true,
        }));
    insta::assert_snapshot!(screen.stderr.text()[before..], @r#"
    13:44:15.858  ▲ tunnel   connection lost: reset\u{1b}[2J. Zoom cannot reach this machine until it is back.
    13:44:15.858  · tunnel   try 2 in 500 ms
    13:44:15.858  ▲ tunnel   still no connection: no route.
    13:44:15.858  ▲ tunnel   the public URL has changed: Zoom sends to the old one until you paste the new one

         https://b.example/webhook

     Paste it in Marketplace: your app > Feature > Event Subscriptions, then press Validate.

    13:44:15.858  ✓ tunnel   online again after 0 ms · 38 ms
    13:44:15.858  ▲ tunnel   online, but somebody else answers.
    "#);
}

#[test]
fn the_summary_counts_everything() {
    let mut summary = Summary::default();
    summary.ran_for = Duration::from_secs(723);
    summary.count(&event(MEETING));
    summary.count(&challenge(true));
    for _ in 0..3 {
        summary.count(&refused(Refusal::SignatureMismatch, ""));
    }
    summary.count(&refused(Refusal::BodyBroken, ""));
    let missing = crate::report::test_support::missing;
    summary.missing = vec![missing("recording.completed", 0), missing("meeting.ended", 1)];
    let mut screen = Screen::new(&settings(Format::Pretty), Some(80));
    screen.show(&SessionEvent::Summary(Box::new(summary)));
    insta::assert_snapshot!(screen.stderr.text(), @"

    Ran for 12 min 3 s.
    ✓ 1 event verified
        meeting.created   1
    ✓ 1 challenge answered
    ✗ 4 requests refused. Zoom does not retry a 4xx.
        signature does not match   3
        body incomplete            1
    ✗ Not delivered: recording.completed (0 of 1) and meeting.ended (1 of 2).
    ");
}

#[test]
fn the_summary_of_a_follower_does_not_say_that_it_refused_anything() {
    let followed = |refusal: Refusal| {
        let mut delivery = refused(refusal, MEETING);
        std::sync::Arc::make_mut(&mut delivery.request).route = Route::Stream;
        delivery
    };
    let text = |refusals: &[Refusal]| {
        let mut summary = Summary::default();
        refusals.iter().for_each(|refusal| summary.count(&followed(refusal.clone())));
        let mut screen = Screen::new(&settings(Format::Pretty), Some(80));
        screen.show(&SessionEvent::Summary(Box::new(summary)));
        screen.stderr.text()
    };
    let unchecked = text(&[Refusal::NoSecret, Refusal::NoSecret]);
    assert!(unchecked.contains("? 2 events, signature not checked: no secret token"), "{unchecked}");
    assert!(!unchecked.contains('✗'), "{unchecked}");
    let other = text(&[Refusal::SignatureMismatch]);
    assert!(other.contains("✗ 1 request not verified") && !other.contains("refused"), "{other}");
}

#[test]
fn quiet_silences_stderr() {
    let mut screen = Screen::new(&ReportSettings { quiet: true, ..settings(Format::Pretty) }, None);
    screen.show(&session(&["main"], TunnelKind::None)).show(&ready(None)).deliver(event(MEETING));
    assert_eq!(screen.stderr.text(), "");
    assert!(screen.stdout.text().contains("meeting.created"));
}

#[test]
fn shows_deferred_warnings_even_if_the_session_never_gets_ready() {
    let mut screen = Screen::wide();
    screen
        .show(&session(&["main"], TunnelKind::Ngrok))
        .show(&SessionEvent::Warning(Warning::UnsignedChallenges));
    let stderr = screen.stderr.clone();
    assert!(!stderr.text().contains('▲'));
    drop(screen);
    assert!(stderr.text().contains("▲ Challenges are answered"));
}
