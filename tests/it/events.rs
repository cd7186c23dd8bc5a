//! `zoomhook events`: the catalogue on the command line, and names completed in shells.

use serde_json::Value;

use crate::support::process::{finish, run, zoomhook};
use crate::support::snapshot::assert_run;

#[test]
fn list_prints_all_events_or_those_that_match() {
    let all = run(&["events", "list", "--format", "json"]);
    assert_eq!((all.code, all.stdout.lines().count()), (Some(0), 614));
    assert_run!(run(&["events", "list", "recording.*"]), @"
    exit: 0
    --- stdout
    meetings  18
      recording.archive_files_completed
      recording.batch_deleted
      recording.batch_recovered
      recording.batch_trashed
      recording.cloud_storage_usage_updated
      recording.completed
      recording.deleted
      recording.paused
      recording.recovered
      recording.registration_approved
      recording.registration_created
      recording.registration_denied
      recording.renamed
      recording.resumed
      recording.started
      recording.stopped
      recording.transcript_completed
      recording.trashed

    18 events in 1 group
    ");
    assert_run!(run(&["events", "list", "rtms"]), @"
    exit: 0
    --- stdout
    meetings  1
      meeting.rtms_concurrency_near_limit

    rtms  14
      contact_center.voice_rtms_interrupted
      contact_center.voice_rtms_started
      contact_center.voice_rtms_stopped
      meeting.rtms_interrupted
      meeting.rtms_started
      meeting.rtms_stopped
      rtms.concurrency_limited
      rtms.concurrency_near_limit
      session.rtms_interrupted
      session.rtms_started
      session.rtms_stopped
      webinar.rtms_interrupted
      webinar.rtms_started
      webinar.rtms_stopped

    15 events in 2 groups
    ");
    assert_run!(run(&["events", "list", "nothing.*"]), @"
    exit: 2
    --- stderr
    error: there is no event 'nothing.*'
      `zoomhook events list` shows all events, `zoomhook events search WORD` finds some.
    ");
}

#[test]
fn the_same_seed_gives_the_same_bytes_except_for_times() {
    let sample = |seed: &str| {
        let out =
            run(&["events", "sample", "meeting.participant_joined", "--seed", seed, "--set", "event_ts:=1"]);
        let mut body: Value = serde_json::from_str(&out.stdout).unwrap();
        for name in ["start_time", "participant"] {
            body["payload"]["object"].as_object_mut().unwrap().remove(name);
        }
        body
    };
    assert_eq!(sample("7"), sample("7"));
    assert_ne!(sample("7"), sample("8"));
}

#[test]
fn a_seed_that_was_chosen_is_printed_and_repeats_the_sample() {
    let chosen = run(&["events", "sample", "meeting.started"]);
    let seed = chosen.stderr.trim().strip_prefix("seed ").unwrap().to_owned();
    let again = run(&["events", "sample", "meeting.started", "--seed", &seed]);
    let topic =
        |text: &str| serde_json::from_str::<Value>(text).unwrap()["payload"]["object"]["topic"].clone();
    assert_eq!(topic(&chosen.stdout), topic(&again.stdout));
    assert!(again.stderr.is_empty());
}

#[test]
fn sample_makes_one_of_every_event() {
    let all = run(&["events", "sample", "--all", "--seed", "1"]);
    assert_eq!(all.stdout.lines().count(), 614);
    assert!(all.stdout.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn show_search_and_schema_describe_an_event() {
    assert_run!(run(&["events", "show", "phone.call_log_deleted"]), @r#"
    exit: 0
    --- stdout
    phone.call_log_deleted  phone
    Deprecated: Zoom has announced that it will be removed.
    Known from the type definitions of @zoom/rivet; the form of published sample payloads.

    Fields
      event                               string            always
      event_ts                            integer, unix-ms  always
      payload.account_id                  string            always
      payload.object.user_id              string, id22      documented
      payload.object.call_logs[].id       string, uuid      documented
      payload.object.call_logs[].call_id  string, digits    documented

      always      every delivery has it
      documented  Zoom documents it as required, but deliveries may lack it

    Example
      {
        "event": "phone.call_log_deleted",
        "event_ts": ?????????????,
        "payload": {
          "account_id": "-i7x6Gs7UE_JkqDdDY3cHV",
          "object": {
            "user_id": "f6ow-hA_AWApogK4KdDQ26",
            "call_logs": [
              {
                "id": "02b2c38a-cf80-48dc-9387-b5708b8d8c1c",
                "call_id": "5054116082933448633"
              }
            ]
          }
        }
      }
    "#);
    assert_run!(run(&["events", "search", "recording_play_passcode"]), @"
    exit: 0
    --- stdout
    recording.completed  meetings
      payload.object.recording_play_passcode
    ");
    let schema: Value = serde_json::from_str(&run(&["events", "schema", "meeting.ended"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn an_unknown_event_fails_with_the_nearest_name() {
    assert_run!(run(&["events", "show", "meeting.startd"]), @"
    exit: 2
    --- stderr
    error: there is no event 'meeting.startd'
      Did you mean meeting.started?
    ");
}

#[test]
fn shells_complete_the_names_of_events_and_scenarios() {
    let complete = |shell: &str, words: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        command.arg("--").args(words).env("COMPLETE", shell);
        // Bash and zsh pass the position of the word.
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string()).env("_CLAP_IFS", "\n");
        finish(command)
    };
    let events = |shell| complete(shell, &["zoomhook", "events", "show", "meeting.st"]);
    let scenarios = |shell| complete(shell, &["zoomhook", "trigger", "meeting-"]);
    assert_run!(events("bash"), @"
    exit: 0
    --- stdout
    meeting.started
    ");
    assert_run!(events("zsh"), @"
    exit: 0
    --- stdout
    meeting.started:meetings
    ");
    assert_run!(events("fish"), @r"
    exit: 0
    --- stdout
    meeting.started\tmeetings
    ");
    assert_run!(events("powershell"), @r"
    exit: 0
    --- stdout
    meeting.started\tmeetings
    ");
    assert_run!(events("elvish"), @"
    exit: 0
    --- stdout
    meeting.started
    ");
    assert_run!(scenarios("bash"), @"
    exit: 0
    --- stdout
    meeting-lifecycle
    ");
    assert_run!(scenarios("zsh"), @"
    exit: 0
    --- stdout
    meeting-lifecycle:A meeting from its creation to its end, with participants who join and leave
    ");
    assert_run!(scenarios("fish"), @r"
    exit: 0
    --- stdout
    meeting-lifecycle\tA meeting from its creation to its end, with participants who join and leave
    ");
    assert_run!(scenarios("powershell"), @r"
    exit: 0
    --- stdout
    meeting-lifecycle\tA meeting from its creation to its end, with participants who join and leave
    ");
    assert_run!(scenarios("elvish"), @"
    exit: 0
    --- stdout
    meeting-lifecycle
    ");
}
