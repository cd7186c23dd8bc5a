//! `zoomhook trigger`: events and scenarios against `listen`, and against a receiver that is not ours.

use std::collections::BTreeSet;

use serde_json::Value;
use zoomhook::zoom::{catalogue, catalogue::scenario::SHIPPED};

use crate::support::{
    process::{Finished, Listen, finish, zoomhook},
    receiver::Receiver,
    requests::SECRET,
};

fn trigger(args: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.arg("trigger").args(args).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

fn json_lines(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn listen_takes_a_sample_of_every_event() {
    let mut listen = Listen::start(&[]);
    let url = format!("http://{}/webhook", listen.address);
    let mut args: Vec<&str> = catalogue::all().map(|event| event.name()).collect();
    let mut names: BTreeSet<&str> = args.iter().copied().collect();
    args.extend(["--to", &url, "--concurrency", "8", "--seed", "1", "--format", "json"]);
    let sent = trigger(&args);
    assert_eq!(sent.code, Some(0), "{}", sent.stderr);
    let summary = json_lines(&sent).pop().unwrap();
    assert_eq!((&summary["sent"], &summary["delivered"]), (&609.into(), &609.into()));
    for _ in 0..609 {
        let delivery = listen.delivery();
        assert_eq!(delivery["verdict"], "valid", "{delivery}");
        names.remove(delivery["event"].as_str().unwrap());
    }
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn listen_takes_every_scenario() {
    let listen = Listen::start(&[]);
    let url = format!("http://{}/webhook", listen.address);
    let mut args: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
    args.extend(["--to", &url, "--format", "json"]);
    let sent = trigger(&args);
    assert_eq!(sent.code, Some(0), "{sent:?}");
}

#[test]
fn a_receiver_that_is_not_ours_takes_events_and_challenges() {
    let Some(receiver) = Receiver::start() else { return };
    let sent =
        trigger(&["meeting-lifecycle", "revalidation", "--to", &receiver.url("/webhook"), "--seed", "3"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    assert!(sent.stdout.contains("✓ meeting.participant_joined   204"), "{sent:?}");
    assert!(sent.stdout.contains("23 sent"), "{sent:?}");
}

#[test]
fn retries_what_zoom_would_with_the_same_id_and_a_fresh_signature() {
    let Some(receiver) = Receiver::start() else { return };
    let sent = trigger(&["meeting.ended", "--to", &receiver.url("/fail"), "--retry", "--format", "json"]);
    // Its signature is judged before it fails, so each retry was signed rightly.
    assert_eq!(sent.code, Some(0), "{sent:?}");
    let lines = json_lines(&sent);
    let posted: Vec<_> = lines.iter().filter(|line| line["type"] == "posted").collect();
    let statuses: Vec<_> = posted.iter().map(|line| line["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [500, 500, 200]);
    let ids: BTreeSet<_> = posted.iter().map(|line| line["request_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 1);
}

#[test]
fn judges_answers_as_zoom_does_and_ends_with_5() {
    let Some(receiver) = Receiver::start() else { return };
    for (path, says) in [
        ("/redirect", "follows no redirect"),
        ("/slow", "waits for 3 seconds"),
        ("/fail", "try again after 5 min"),
    ] {
        let sent = trigger(&["meeting.ended", "--to", &receiver.url(path)]);
        assert_eq!(sent.code, Some(5), "{sent:?}");
        assert!(sent.stdout.contains(says), "{sent:?}");
    }
    let refused = trigger(&["meeting.ended", "--to", "http://127.0.0.1:1/webhook"]);
    assert_eq!(refused.code, Some(5));
    assert!(refused.stdout.contains("not connected"), "{refused:?}");
}

#[test]
fn faults_are_counted_and_forgeries_have_to_be_refused() {
    let Some(receiver) = Receiver::start() else { return };
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
fn another_machine_has_to_be_confirmed() {
    let refused = trigger(&["meeting.started", "--to", "https://hooks.example.com/webhook"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--yes"), "{refused:?}");
}

#[test]
fn says_what_is_wrong_in_a_scenario_file_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write("about = \"x\"\n\n[[step]]\nevent = \"meeting.startd\"\n");
    let wrong = trigger(&["--check", path.to_str().unwrap()]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("mine.toml:4:9: there is no event meeting.startd"), "{wrong:?}");
    write("about = \"x\"\n\n[[step]]\nevent = \"meeting.started\"\n");
    let right = trigger(&["--check", path.to_str().unwrap()]);
    assert_eq!(right.code, Some(0), "{right:?}");
}

#[test]
fn proposes_the_name_that_was_meant() {
    for (name, meant) in [("meeting.startd", "meeting.started"), ("meeting_lifecycle", "meeting-lifecycle")] {
        let failed = trigger(&[name]);
        assert_eq!(failed.code, Some(2));
        assert!(failed.stderr.contains(meant), "{failed:?}");
    }
}
