//! `--seed` and `--at`: two runs print and send the same bytes.

use tempfile::TempDir;

use crate::support::app::App;
use crate::support::process::{Finished, finish, zoomhook};
use crate::support::requests::{SECRET, sign};
use crate::support::snapshot::assert_run;

const AT: &str = "2026-11-24T08:00:01.042Z";

fn run(arguments: &[&str]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

#[test]
fn samples_of_a_seed_and_a_time_are_the_same_bytes() {
    let of = |seed: &str, at: &[&str]| {
        let sampled = run(&[&["events", "sample", "--all", "--seed", seed], at].concat());
        assert_eq!(sampled.code, Some(0), "{sampled:?}");
        sampled.stdout
    };
    assert_eq!(of("7", &["--at", AT]), of("7", &["--at", AT]));
    assert_ne!(of("7", &["--at", AT]), of("8", &["--at", AT]));
    // Without a time the payloads have that of the run: nothing else is promised.
    assert_ne!(of("7", &[]), of("7", &["--at", "-1d"]));
    assert_run!(run(&["events", "sample", "meeting.ended", "--seed", "7", "--at", AT]), @r#"
    exit: 0
    --- stdout
    {"event":"meeting.ended","payload":{"account_id":"ijUJQWyogX_-xZjm-wfs5Y","object":{"id":"96101793360","uuid":"WZlAN70k5GGf98VNgj5Ygg==","host_id":"VZldlyW-T2SNvQoeMSlBpp","host_email":"sam.carter@example.com","topic":"Onboarding \uD83D\uDC4B new colleagues","type":2,"start_time":"2026-11-24T07:45:01Z","timezone":"Europe/Berlin","duration":15,"end_time":"2026-11-24T08:00:01Z"}},"event_ts":1795507201042}
    "#);
}

#[test]
fn a_request_that_is_signed_at_a_time_is_the_same_bytes() {
    for arguments in [
        &["sign", r#"{"event":"a.b"}"#, "--format", "http"][..],
        &["sign", "--challenge", "--format", "http"],
    ] {
        let signed = || run(&[arguments, &["--at", AT]].concat());
        let first = signed();
        assert_eq!((first.code, &first.stdout), (Some(0), &signed().stdout), "{first:?}");
        assert!(first.stdout.contains("x-zm-request-timestamp: 1795507201\r\n"), "{first:?}");
        let by_its_other_name = run(&[arguments, &["--timestamp", AT]].concat());
        assert_eq!(by_its_other_name.stdout, first.stdout);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_run_of_trigger_is_the_same_bytes() {
    let mut app = App::start().await;
    app.answers("HTTP/1.1 500 Not Now\r\ncontent-length: 0\r\n\r\n");
    let to = app.address.port().to_string();
    let mut runs = Vec::new();
    for _ in 0..2 {
        let sent = run(&[
            "trigger",
            "meeting-lifecycle",
            "recording.completed",
            "--to",
            &to,
            "--seed",
            "7",
            "--at",
            AT,
            "--count",
            "2",
            "--retry",
            "--speed",
            "100000",
            "--duplicate",
            "30%",
            "--fail-signature",
            "20%",
            "--format",
            "json",
        ]);
        assert_eq!(sent.code, Some(5), "{sent:?}");
        let count = sent.stdout.lines().filter(|line| line.contains(r#""type":"posted""#)).count();
        let mut requests = Vec::new();
        for _ in 0..count {
            let request = app.next().await;
            requests.push(format!("{}{}", request.head, String::from_utf8(request.body).unwrap()));
        }
        // Retries wait beside the next events, so their order may differ.
        requests.sort();
        assert!(count > 40, "{count}");
        runs.push(requests);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn trigger_signs_with_the_time_that_it_was_given() {
    let mut app = App::start().await;
    let to = app.address.port().to_string();
    let sent = run(&["trigger", "meeting.started", "--to", &to, "--at", AT]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let request = app.next().await;
    assert_eq!(request.header("x-zm-request-timestamp"), ["1795507201"]);
    assert_eq!(request.header("x-zm-signature"), [sign(SECRET, "1795507201", &request.body)]);
    let body = String::from_utf8(request.body).unwrap();
    assert!(body.ends_with(r#""event_ts":1795507201042}"#), "{body}");
}
