//! What `check` sends, and what it does not.

use super::{run, run_to, serve};
use crate::support::app::App;
use crate::support::faulty_app::Fault;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_must_be_confirmed() {
    assert_run!(run_to("https://hooks.example.com/zoom", &[]).await, @"
    exit: 2
    --- stderr
    error: https://hooks.example.com/zoom is not on this machine, and its receiver would treat the forged events as genuine
      To send anyway, add --yes.
    ");
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
    assert!(first("café") > last("\"payload\":{\"account_id\":\"zoomhook-check\"}}"));
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

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_fetched_as_zoom_does() {
    let mut app = App::start().await;
    app.answers_by(|request| {
        let body = r#"{"access_token":"abc","token_type":"Bearer","expires_in":"3599"}"#;
        let (status, body) = if request.head.contains("/token") { (200, body) } else { (401, "") };
        format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
    });
    let token = format!("http://{}/token", app.address);
    run(&app, &["--quick", "--no-events", "--bearer", &token, "--client", "id:hush"]).await;
    let asked = app.next().await;
    assert!(asked.head.starts_with("POST /token?grant_type=client_credentials HTTP/1.1"), "{}", asked.head);
    assert_eq!(asked.header("authorization"), ["Basic aWQ6aHVzaA=="]);
    assert_eq!((asked.header("content-length"), asked.body.len()), (vec!["0"], 0));
    assert_eq!(app.next().await.header("authorization"), ["Bearer abc"]);
}
