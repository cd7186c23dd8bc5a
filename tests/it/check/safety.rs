//! What `check` sends, and what it does not.

use super::{run, run_to, serve};
use crate::support::app::App;
use crate::support::faulty_app::Fault;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_must_be_confirmed() {
    assert_run!(run_to("https://hooks.example.com/zoom", &[]).await, @"");
}

/// The bodies that the app has received.
fn bodies(app: &mut App) -> Vec<String> {
    std::iter::from_fn(|| app.try_next()).map(|request| String::from_utf8(request.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn challenges_and_refusals_come_before_genuine_events() {
    let mut app = serve(&[]).await;
    run(&app, &[]).await;
    let sent = bodies(&mut app);
    let first = |part: &str| sent.iter().position(|body| body.contains(part)).unwrap();
    let last = |part: &str| sent.iter().rposition(|body| body.contains(part)).unwrap();
    assert!(last("url_validation") < first("meeting.started"));
    // The first accepted event is the one in ASCII, after everything that must be refused.
    assert!(first("participant_joined") > last("\"payload\":{\"account_id\":\"zoomhook-check\"}}"));
    assert!(sent.iter().all(|body| !body.contains("account_id") || body.contains("zoomhook-check")));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_events_sends_none() {
    let mut app = serve(&[Fault::NotChecked]).await;
    run(&app, &["--no-events"]).await;
    for body in bodies(&mut app) {
        assert!(!body.contains("meeting") || body.ends_with("\"payload\":"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_200_requests_are_sent() {
    let mut app = serve(&[Fault::UnknownSecret]).await;
    run(&app, &[]).await;
    assert!((150..=200).contains(&bodies(&mut app).len()));
}
