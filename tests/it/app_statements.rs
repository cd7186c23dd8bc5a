//! What the app's own answer says, shown by `trigger` and `sign`: as lines, and as codes in NDJSON.

use serde_json::Value;

use crate::support::app::App;
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

const BODY: &str = r#"{"event":"meeting.started","payload":{"object":{"topic":"A"}}}"#;

/// An answer of an app, with a body.
fn answer(status: &str, header: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{header}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

async fn run(app: &App, args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    let to = format!("http://{}/webhook", app.address);
    command.args(args).args(["--to", &to]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_shows_what_the_apps_answer_says() {
    let app = App::start().await;
    let page = "<!doctype html><html><head><title>403 Forbidden</title></head><body>\
                CSRF verification failed. Request aborted.</body></html>";
    app.answers(&answer("403 Forbidden", "content-type: text/html", page));
    assert_run!(run(&app, &["sign", BODY]).await, @r#"
    exit: 5
    --- stdout
     ✗ meeting.started   403 in ?.? ms
         Zoom would not retry after 403: the event would be lost.
         Django's CSRF check refused it. Put @csrf_exempt on the view of the webhook.
         It answered: a web page with the title "403 Forbidden"
    "#);
    app.answers(&answer(
        "400 Bad Request",
        "content-type: application/json",
        r#"{"message":"Failed to verify the request"}"#,
    ));
    assert_run!(run(&app, &["sign", BODY]).await, @r#"
    exit: 5
    --- stdout
     ✗ meeting.started   400 in ?.? ms
         Zoom would not retry after 400: the event would be lost.
         Your app says that it could not verify the request.
         It answered: {"message":"Failed to verify the request"}
    --- stderr
    Signed with the secret token from ZOOM_WEBHOOK_SECRET_TOKEN in the environment (fingerprint b63f5ec9). An app with another secret token refuses it.
    To find out why, by experiment:
      zoomhook check http://127.0.0.1:?????/webhook
    "#);
    app.answers(&answer("401 Unauthorized", "x: y", "no\nentry"));
    assert_run!(run(&app, &["sign", BODY]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   401 in ?.? ms
         Your app answered 401 to a correctly signed request.
         Zoom would not retry after 401: the event would be lost.
         It answered: no entry
    --- stderr
    Signed with the secret token from ZOOM_WEBHOOK_SECRET_TOKEN in the environment (fingerprint b63f5ec9). An app with another secret token refuses it.
    To find out why, by experiment:
      zoomhook check http://127.0.0.1:?????/webhook
    ");
    app.answers(&answer("302 Found", "location: https://vercel.com/sso-api?url=x", "vercel.com/sso-api"));
    assert_run!(run(&app, &["sign", BODY]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   302 in ?.? ms
         Zoom would not retry after 302: the event would be lost.
         Vercel asks for a login before the app. Turn off Deployment Protection for this deployment, or use a production domain.
         It answered: vercel.com/sso-api
    ");
    app.answers(&answer("302 Found", "location: /login", ""));
    assert_run!(run(&app, &["sign", BODY]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   302 in ?.? ms
         Zoom does not follow redirects, and does not retry an event after one. Your app redirects to /login.
    ");
    app.answers(&answer("404 Not Found", "x: y", "Cannot POST /webhook"));
    assert_run!(run(&app, &["sign", BODY]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   404 in ?.? ms
         Zoom would not retry after 404: the event would be lost.
         Your app answered 404. If its webhook has another path, add the path to --to, such as 3000/zoom.
         It answered: Cannot POST /webhook
    ");
    app.answers(&answer("200 OK", "content-type: text/html", "OK"));
    assert_run!(run(&app, &["sign", BODY]).await, @"
    exit: 0
    --- stdout
     ✓ meeting.started   200 in ?.? ms
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn trigger_has_the_codes_of_listen() {
    let app = App::start().await;
    let laravel =
        answer("419 Page Expired", "content-type: text/html", "<html><title>Page Expired</title></html>");
    let challenge = answer("403 Forbidden", "x: y", "Blocked host: 127.0.0.1");
    for (event, answer, codes) in [
        ("meeting.started", laravel.as_str(), &["app_csrf"][..]),
        (
            "meeting.started",
            "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
            &["app_refused_genuine"],
        ),
        ("meeting.started", "HTTP/1.1 204 No Content\r\n\r\n", &[]),
        ("endpoint.url_validation", &challenge, &["app_challenge", "app_blocked_host"]),
    ] {
        app.answers(answer);
        let finished = run(&app, &["trigger", event, "--format", "json"]).await;
        let posted: Value = serde_json::from_str(finished.stdout.lines().next().unwrap()).unwrap();
        assert_eq!(posted["hints"], serde_json::json!(codes), "{posted}");
    }
}
