//! What `sign --break` and `trigger --fail-signature` say about six apps, each with its own way to check a request: a
//! table of command, app and sentence.

use std::fmt::Write as _;

use crate::support::app::App;
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::{assert_run, assert_text};
use crate::support::webhook_apps::{CUSTOM_HEADER, Check};

const BODY: &str = r#"{"event":"meeting.started","payload":{"object":{"topic":"A"}}}"#;

const BREAKS: [&str; 8] =
    ["secret", "body", "timestamp", "prefix", "missing-signature", "missing-timestamp", "stale", "encoding"];

async fn run(app: &App, args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    let to = format!("http://{}/webhook", app.address);
    command.args(args).args(["--to", &to]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    tokio::task::spawn_blocking(move || finish(command)).await.unwrap()
}

/// One command on each app: exit code, and the lines of stdout.
async fn on_each(args: &[&str], table: &mut String) {
    let _ = writeln!(table, "{}", args[..args.len()].join(" ").replace(BODY, "BODY"));
    for check in Check::ALL {
        let app = check.start().await;
        let finished = run(&app, args).await;
        // The origin of the token, and the command that finds out why a genuine event was refused.
        assert!(
            finished.stderr.is_empty() || finished.stderr.starts_with("Signed with the secret token from"),
            "{check:?}: {}",
            finished.stderr
        );
        let _ = writeln!(table, "  {check:?}: exit {}", finished.code.unwrap());
        for line in finished.stdout.lines().filter(|line| !line.contains("a second") && is_steady(line)) {
            let _ = writeln!(table, "  {line}");
        }
    }
}

/// Whether a line has no times.
fn is_steady(line: &str) -> bool {
    !["p50", "up to"].iter().any(|start| line.trim_start().starts_with(start)) && !line.trim().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_break_says_what_the_answers_prove() {
    let mut table = String::new();
    for how in BREAKS {
        on_each(&["sign", BODY, "--break", how], &mut table).await;
    }
    assert_text!(table, @"
    sign BODY --break secret
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break body
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Accepted with 200. Your app checks the signature over JSON that it re-serializes, not over the body as received. It will refuse a genuine event that its serializer writes differently than Zoom; in most languages, one with an emoji in a name.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: the body has white space that is not signed.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break timestamp
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: the timestamp is in milliseconds, but was signed in seconds.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break prefix
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: the signature has no v0=.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break missing-signature
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: no x-zm-signature.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break missing-timestamp
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: no x-zm-request-timestamp.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break stale
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200. Your app checks the signature, and accepts one that is 20 minutes old: replay protection by age is missing, or has a longer limit. Zoom does not ask for it.
      LikeRivet: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200. Your app checks the signature, and accepts one that is 20 minutes old: replay protection by age is missing, or has a longer limit. Zoom does not ask for it.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break encoding
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 5
       ✗ meeting.started   401 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
      DecodedHex: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Accepted with 200. Your app checks the signature, and accepts it in upper-case hex, as a check does that decodes the hex or ignores case. This is not a fault.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: the signature is in upper-case hex.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_header_that_the_app_checks_instead_the_signature_is_not_accused() {
    let mut table = String::new();
    for how in ["secret", "stale"] {
        on_each(&["sign", BODY, "--break", how, "--header", CUSTOM_HEADER], &mut table).await;
    }
    assert_text!(table, @"
    sign BODY --break secret --header x-api-key: let-me-in-please
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      LikeRivet: exit 0
       ✓ meeting.started   400 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 400; a genuine request was accepted with 200.
      CustomHeader: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Accepted with 200: your app does not check the signature of this request. It checks the headers of --header: without them it answered 401.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: signed with an empty secret token.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    sign BODY --break stale --header x-api-key: let-me-in-please
      RawBody: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Refused with 401; a genuine request was accepted with 200.
      Reserialized: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200. Your app checks the signature, and accepts one that is 20 minutes old: replay protection by age is missing, or has a longer limit. Zoom does not ask for it.
      LikeRivet: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200. Your app checks the signature, and accepts one that is 20 minutes old: replay protection by age is missing, or has a longer limit. Zoom does not ask for it.
      CustomHeader: exit 0
       ▲ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200: your app does not check the signature of this request. It checks the headers of --header: without them it answered 401.
      DecodedHex: exit 0
       ✓ meeting.started   401 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Refused with 401; a genuine request was accepted with 200.
      Nothing: exit 5
       ✗ meeting.started   200 in ?.? ms
           Wrong on purpose: signed 20 minutes ago.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn trigger_judges_wrong_signatures_by_the_genuine_events_of_the_run() {
    let mut table = String::new();
    let share = |count, percent| {
        ["trigger", "meeting.deleted", "--seed", "3", "--count", count, "--fail-signature", percent]
    };
    on_each(&share("4", "50%"), &mut table).await;
    on_each(&share("1", "100%"), &mut table).await;
    assert_text!(table, @r#"
    trigger meeting.deleted --seed 3 --count 4 --fail-signature 50%
      RawBody: exit 0
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401; a genuine request was accepted with 200.
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401; a genuine request was accepted with 200.
                2  delivered
                2  signed wrongly on purpose and refused, as they should be
         200 × 2, 401 × 2
      Reserialized: exit 5
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
                2  signed wrongly on purpose and refused, but no genuine event was accepted either
                2  lost: Zoom would not retry
         401 × 4
      LikeRivet: exit 0
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   400 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 400; a genuine request was accepted with 200.
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   400 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 400; a genuine request was accepted with 200.
                2  delivered
                2  signed wrongly on purpose and refused, as they should be
         200 × 2, 400 × 2
      CustomHeader: exit 5
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
                2  signed wrongly on purpose and refused, but no genuine event was accepted either
                2  lost: Zoom would not retry
         401 × 4
      DecodedHex: exit 0
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401; a genuine request was accepted with 200.
       ✓ meeting.deleted   200 in ?.? ms
       ✓ meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401; a genuine request was accepted with 200.
                2  delivered
                2  signed wrongly on purpose and refused, as they should be
         200 × 2, 401 × 2
      Nothing: exit 5
       ✓ meeting.deleted   200 in ?.? ms
       ✗ meeting.deleted   200 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
       ✓ meeting.deleted   200 in ?.? ms
       ✗ meeting.deleted   200 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
                2  delivered
                2  signed wrongly on purpose and accepted: your app does not check the signature
         200 × 4
    trigger meeting.deleted --seed 3 --count 1 --fail-signature 100%
      RawBody: exit 0
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✓ meeting.deleted   200 in ?.? ms
                1  delivered
                1  signed wrongly on purpose and refused, as they should be
         200 × 1, 401 × 1
      Reserialized: exit 5
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
                1  signed wrongly on purpose and refused, but no genuine event was accepted either
                1  lost: Zoom would not retry
         401 × 2
      LikeRivet: exit 0
       · meeting.deleted   400 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 400. No genuine request was accepted before, so this alone shows nothing about the signature check.
           It answered: {"message":"Failed to verify the request"}
       ✓ meeting.deleted   200 in ?.? ms
                1  delivered
                1  signed wrongly on purpose and refused, as they should be
         200 × 1, 400 × 1
      CustomHeader: exit 5
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✗ meeting.deleted   401 in ?.? ms
           Your app answered 401 to a correctly signed request.
           Zoom would not retry after 401: the event would be lost.
                1  signed wrongly on purpose and refused, but no genuine event was accepted either
                1  lost: Zoom would not retry
         401 × 2
      DecodedHex: exit 0
       · meeting.deleted   401 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Refused with 401. No genuine request was accepted before, so this alone shows nothing about the signature check.
       ✓ meeting.deleted   200 in ?.? ms
                1  delivered
                1  signed wrongly on purpose and refused, as they should be
         200 × 1, 401 × 1
      Nothing: exit 5
       ✗ meeting.deleted   200 in ?.? ms
           Wrong on purpose: signed with another secret token.
           Accepted with 200: your app does not check the signature of this request. An app that processes it accepts events from anyone.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genuine_event_with_an_emoji_is_refused_by_the_app_that_re_serializes() {
    let body = r#"{"event":"meeting.started","payload":{"object":{"topic":"\uD83D\uDE80"}}}"#;
    let app = Check::Reserialized.start().await;
    assert_run!(run(&app, &["sign", body]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   401 in ?.? ms
         Your app answered 401 to a correctly signed request.
         Zoom would not retry after 401: the event would be lost.
    --- stderr
    Signed with the secret token from ZOOM_WEBHOOK_SECRET_TOKEN in the environment (fingerprint b63f5ec9). An app with another secret token refuses it.
    To find out why, by experiment:
      zoomhook check http://127.0.0.1:?????/webhook
    ");
    assert_run!(run(&app, &["sign", body, "--break", "secret"]).await, @"
    exit: 5
    --- stdout
     ✗ meeting.started   401 in ?.? ms
         Wrong on purpose: signed with an empty secret token.
         Refused with 401, but the genuine request was refused too, with 401. So this shows nothing about the signature check.
    ");
    let app = Check::RawBody.start().await;
    assert_run!(run(&app, &["sign", body]).await, @"
    exit: 0
    --- stdout
     ✓ meeting.started   200 in ?.? ms
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_neither_a_refusal_nor_an_acceptance_show_nothing() {
    let app = App::start().await;
    for status in ["404 Not Found", "405 Method Not Allowed", "302 Found", "500 Internal Server Error"] {
        app.answers(&format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n"));
        let finished = run(&app, &["sign", BODY, "--break", "secret"]).await;
        assert_eq!(finished.code, Some(5));
        assert!(finished.stdout.contains("shows nothing about the signature check."), "{finished:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_challenge_that_is_wrong_on_purpose_gets_a_remark_if_it_is_answered() {
    let app = Check::Nothing.start().await;
    assert_run!(run(&app, &["sign", "--challenge", "--break", "secret"]).await, @"
    exit: 0
    --- stdout
     ▲ endpoint.url_validation   200 in ?.? ms
         Wrong on purpose: signed with an empty secret token.
         Your app answered this challenge with 200. Zoom does not ask for a check of a challenge's signature, but an app that encrypts any plainToken of a stranger can be made to sign an event.
    ");
    let app = Check::RawBody.start().await;
    assert_run!(run(&app, &["sign", "--challenge", "--break", "secret"]).await, @"
    exit: 0
    --- stdout
     ✓ endpoint.url_validation   401 in ?.? ms
         Wrong on purpose: signed with an empty secret token.
         Refused with 401; a genuine request was accepted with 200.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_headers_are_sent_and_never_shown() {
    let mut app = Check::CustomHeader.start().await;
    let body = ["sign", BODY, "--header", CUSTOM_HEADER, "--header", "User-Agent: mine"];
    assert_run!(run(&app, &body).await, @"
    exit: 0
    --- stdout
     ✓ meeting.started   200 in ?.? ms
    ");
    let request = app.next().await;
    assert_eq!(request.header("x-api-key"), ["let-me-in-please"]);
    assert_eq!(request.header("user-agent"), ["mine"]);
    let finished =
        run(&app, &["trigger", "meeting.ended", "--format", "json", "--header", CUSTOM_HEADER]).await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(!finished.stdout.contains("let-me-in") && !finished.stderr.contains("let-me-in"), "{finished:?}");
    for header in ["x-zm-signature: let-me-in", "let-me-in", "content-length: 5"] {
        let refused = run(&app, &["trigger", "meeting.ended", "--header", header]).await;
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(!refused.stderr.contains("let-me-in"), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_needs_a_request_that_is_posted() {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["sign", BODY, "--header", CUSTOM_HEADER]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    assert_run!(finish(command), @"
    exit: 2
    --- stderr
    error: the following required arguments were not provided:
      <--send|--to <TARGET>>

    Usage: zoomhook sign --header <NAME: VALUE> <--send|--to <TARGET>> <BODY>

    For more information, try '--help'.
    ");
}
