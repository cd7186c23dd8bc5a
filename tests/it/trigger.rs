//! `zoomhook trigger`: events and scenarios sent to `listen` and to an independent receiver.

use std::collections::BTreeSet;

use serde_json::Value;
use zoomhook::zoom::catalogue;
use zoomhook::zoom::catalogue::scenario::SHIPPED;

use crate::support::app::{App, reserved_port};
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::receiver::Receiver;
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

fn trigger(args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.arg("trigger").args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

/// Without the statistics of how long it took.
fn without_times(mut finished: Finished) -> Finished {
    let histogram =
        |line: &&str| !line.trim_start().starts_with("up to") && !line.trim_start().starts_with("p50");
    finished.stdout = finished.stdout.lines().filter(histogram).map(|line| format!("{line}\n")).collect();
    finished.put(r"sent in (.*)", "?.? s, ?? a second")
}

fn json_lines(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn listen_accepts_a_sample_of_every_event() {
    let mut listen = Listen::start(&[]);
    let url = format!("http://{}/webhook", listen.address);
    let mut args: Vec<&str> = catalogue::all().map(|event| event.name()).collect();
    let mut names: BTreeSet<&str> = args.iter().copied().collect();
    args.extend(["--to", &url, "--concurrency", "8", "--seed", "1", "--format", "json"]);
    let sent = trigger(&args);
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let summary = json_lines(&sent).pop().unwrap();
    assert_eq!((&summary["sent"], &summary["delivered"]), (&614.into(), &614.into()));
    for _ in 0..614 {
        let delivery = listen.delivery();
        assert_eq!(delivery["verdict"], "valid", "{delivery}");
        names.remove(delivery["event"].as_str().unwrap());
    }
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn listen_accepts_every_scenario() {
    let listen = Listen::start(&[]);
    let url = format!("http://{}/webhook", listen.address);
    let mut args: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
    args.extend(["--to", &url, "--format", "json"]);
    let sent = trigger(&args);
    assert_eq!(sent.code, Some(0), "{sent:?}");
}

#[test]
fn an_independent_receiver_accepts_events_and_challenges() {
    let receiver = Receiver::start();
    let sent =
        trigger(&["meeting-lifecycle", "revalidation", "--to", &receiver.url("/webhook"), "--seed", "3"]);
    assert_run!(without_times(sent), @"
    exit: 0
    --- stdout
     ✓ meeting.created   204 in ?.? ms
     ✓ meeting.started   204 in ?.? ms
     ✓ meeting.participant_joined   204 in ?.? ms
     ✓ meeting.participant_joined   204 in ?.? ms
     ✓ meeting.participant_joined   204 in ?.? ms
     ✓ meeting.sharing_started   204 in ?.? ms
     ✓ meeting.sharing_ended   204 in ?.? ms
     ✓ meeting.participant_left   204 in ?.? ms
     ✓ meeting.participant_left   204 in ?.? ms
     ✓ meeting.participant_left   204 in ?.? ms
     ✓ meeting.ended   204 in ?.? ms
     ✓ endpoint.url_validation   200 in ?.? ms
     ✓ meeting.started   204 in ?.? ms
     ✓ meeting.ended   204 in ?.? ms
     ✓ user.signed_in   204 in ?.? ms
     ✓ endpoint.url_validation   200 in ?.? ms
     ✓ meeting.started   204 in ?.? ms
     ✓ meeting.ended   204 in ?.? ms
     ✓ user.signed_in   204 in ?.? ms
     ✓ endpoint.url_validation   200 in ?.? ms
     ✓ meeting.started   204 in ?.? ms
     ✓ meeting.ended   204 in ?.? ms
     ✓ user.signed_in   204 in ?.? ms

     23 sent in ?.? s, ?? a second
             23  delivered
       200 × 3, 204 × 20
    ");
}

#[test]
fn retries_as_zoom_does_with_the_same_id_and_a_new_signature() {
    let receiver = Receiver::start();
    let sent = trigger(&["meeting.ended", "--to", &receiver.url("/fail"), "--retry", "--format", "json"]);
    // The receiver checks the signature before it fails, so each retry was signed correctly.
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let lines = json_lines(&sent);
    let posted: Vec<_> = lines.iter().filter(|line| line["type"] == "posted").collect();
    let statuses: Vec<_> = posted.iter().map(|line| line["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [500, 500, 200]);
    let ids: BTreeSet<_> = posted.iter().map(|line| line["request_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1);
}

#[test]
fn answers_that_zoom_does_not_accept_are_reported_and_end_with_5() {
    let receiver = Receiver::start();
    let sent = |url: &str| without_times(trigger(&["meeting.ended", "--seed", "1", "--to", url]));
    assert_run!(sent(&receiver.url("/redirect")), @"
    exit: 5
    --- stdout
     ✗ meeting.ended   302 in ?.? ms
         Zoom does not follow redirects, and does not retry an event after one. Your app redirects to /elsewhere.
    ");
    assert_run!(sent(&receiver.url("/slow")), @"
    exit: 5
    --- stdout
     ✗ meeting.ended   no answer in 3.0 s
         Zoom waits for at most 3 seconds.
         Zoom would retry after 5 min.
    ");
    assert_run!(sent(&receiver.url("/fail")), @"
    exit: 5
    --- stdout
     ✗ meeting.ended   500 in ?.? ms
         Zoom would retry after 5 min.
    ");
    assert_run!(sent("http://127.0.0.1:1/webhook"), @"
    exit: 5
    --- stdout
     ✗ meeting.ended   not connected in ?.? ms
         The connection failed: Connection refused.
         Zoom would retry after 5 min.
    ");
}

#[test]
fn faults_are_counted_and_an_accepted_forgery_ends_with_5() {
    let receiver = Receiver::start();
    let faults = ["--count", "60", "--concurrency", "4", "--duplicate", "20%", "--fail-signature", "30%"];
    let run = |path: &str| {
        let url = receiver.url(path);
        trigger(
            &[&["meeting.started", "--to", &url, "--seed", "1", "--format", "json"], &faults[..]].concat(),
        )
    };
    let right = run("/webhook");
    assert_eq!(right.code, Some(0), "{right:?}");
    let summary = json_lines(&right).pop().unwrap();
    assert!(summary["sent"].as_u64().unwrap() > 60 && summary["refused"].as_u64().unwrap() > 5, "{summary}");
    let wrong = run("/accept");
    assert_eq!(wrong.code, Some(5));
    assert!(json_lines(&wrong).pop().unwrap()["forged_taken"].as_u64().unwrap() > 5);
}

#[test]
fn another_machine_as_the_target_needs_a_confirmation() {
    assert_run!(trigger(&["meeting.started", "--to", "https://hooks.example.com/webhook"]), @"
    exit: 2
    --- stderr
    error: https://hooks.example.com/webhook is not on this machine, and its receiver would treat the forged events as genuine
      To send anyway, add --yes.
    ");
}

#[test]
fn a_mistake_in_a_scenario_file_is_reported_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write("about = \"x\"\n\n[[step]]\nevent = \"meeting.startd\"\n");
    assert_run!(trigger(&["--check", path.to_str().unwrap()]), @"
    exit: 2
    --- stderr
    error: /folder/of/test/mine.toml:4:9: there is no event meeting.startd; did you mean meeting.started?
    ");
    write("about = \"x\"\n\n[[step]]\nevent = \"meeting.started\"\n");
    assert_run!(trigger(&["--check", path.to_str().unwrap()]), @"
    exit: 0
    --- stderr
    /folder/of/test/mine.toml: valid, 1 events
    ");
}

#[test]
fn an_unknown_name_fails_with_the_nearest_one() {
    assert_run!(trigger(&["meeting.startd"]), @"
    exit: 2
    --- stderr
    error: there is no event and no scenario 'meeting.startd'
      Did you mean meeting.started?
    ");
    assert_run!(trigger(&["meeting_lifecycle"]), @"
    exit: 2
    --- stderr
    error: there is no event and no scenario 'meeting_lifecycle'
      Did you mean meeting-lifecycle?
    ");
}

#[test]
fn a_field_that_the_event_does_not_have_is_reported() {
    let listen = Listen::start(&[]);
    let url = format!("http://{}/webhook", listen.address);
    for (path, is_known) in [("payload.object.topik=x", false), ("payload.object.topic=x", true)] {
        let arguments = ["meeting.started", "--to", &url, "--seed", "1", "--set", path];
        let sent = trigger(&arguments);
        let note = "Not in the event, so --set adds it: payload.object.topik.";
        assert_eq!((sent.code, sent.stderr.contains(note)), (Some(0), !is_known), "{}", sent.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn junit_has_a_test_case_for_each_event() {
    let listen = Listen::start(&[]);
    let (right, wrong) =
        (format!("http://{}/webhook", listen.address), format!("http://{}/other", listen.address));
    let events = ["meeting.started", "meeting.ended", "--format", "junit", "--seed", "1", "--quiet", "--to"];
    assert_run!(trigger(&[&events[..], &[&right]].concat()), @r#"
    exit: 0
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="zoomhook trigger">
      <testsuite name="zoomhook trigger">
        <testcase classname="trigger" name="meeting.started"/>
        <testcase classname="trigger" name="meeting.ended"/>
      </testsuite>
    </testsuites>
    "#);
    assert_run!(trigger(&[&events[..], &[&wrong]].concat()), @r#"
    exit: 5
    --- stdout
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="zoomhook trigger">
      <testsuite name="zoomhook trigger">
        <testcase classname="trigger" name="meeting.started">
          <failure type="not_delivered" message="zoomhook itself answered 404: There is no endpoint at this path.">zoomhook itself answered 404: There is no endpoint at this path.
    Zoom would not retry after 404: the event would be lost.</failure>
        </testcase>
        <testcase classname="trigger" name="meeting.ended">
          <failure type="not_delivered" message="zoomhook itself answered 404: There is no endpoint at this path.">zoomhook itself answered 404: There is no endpoint at this path.
    Zoom would not retry after 404: the event would be lost.</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicate_that_the_app_knows_is_delivered() {
    let app = App::start().await;
    let mut answers = ["200 OK", "409 Conflict"].into_iter();
    app.answers_by(move |_| {
        format!("HTTP/1.1 {}\r\ncontent-length: 0\r\n\r\n", answers.next().unwrap()).into_bytes()
    });
    let to = app.address.port().to_string();
    let sent = trigger(&["meeting.started", "--seed", "1", "--duplicate", "100%", "--to", &to]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let known = "Your app accepted this event before, and answered 409 to the duplicate.";
    assert!(sent.stdout.contains(known) && !sent.stdout.contains("lost"), "{sent:?}");
}

#[test]
fn junit_calls_a_forged_request_accepted_only_if_it_was() {
    let closed = reserved_port();
    let to = closed.local_addr().unwrap().port().to_string();
    let args =
        ["meeting.started", "--seed", "1", "--fail-signature", "100%", "--format", "junit", "--to", &to];
    let sent = trigger(&args);
    assert!(sent.stdout.contains(r#"<failure type="unclear""#), "{sent:?}");
}
