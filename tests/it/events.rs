//! `zoomhook events`: the catalogue on the command line, and names completed in shells.

use serde_json::Value;

use crate::support::process::{finish, run, zoomhook};

#[test]
fn lists_all_of_them_or_those_that_are_asked_for() {
    let all = run(&["events", "list", "--format", "json"]);
    assert_eq!((all.code, all.stdout.lines().count()), (Some(0), 609));
    let some = run(&["events", "list", "recording.*"]).stdout;
    assert!(some.contains("recording.completed") && !some.contains("phone.recording_completed"), "{some}");
    assert!(run(&["events", "list", "rtms"]).stdout.contains("meeting.rtms_started"));
    assert_eq!(run(&["events", "list", "nothing.*"]).code, Some(2));
}

#[test]
fn the_same_seed_gives_the_same_bytes_but_for_the_time() {
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
fn tells_the_seed_that_it_chose() {
    let chosen = run(&["events", "sample", "meeting.started"]);
    let seed = chosen.stderr.trim().strip_prefix("seed ").unwrap().to_owned();
    let again = run(&["events", "sample", "meeting.started", "--seed", &seed]);
    let topic =
        |text: &str| serde_json::from_str::<Value>(text).unwrap()["payload"]["object"]["topic"].clone();
    assert_eq!(topic(&chosen.stdout), topic(&again.stdout));
    assert!(again.stderr.is_empty());
}

#[test]
fn makes_one_of_every_event() {
    let all = run(&["events", "sample", "--all", "--seed", "1"]);
    assert_eq!(all.stdout.lines().count(), 609);
    assert!(all.stdout.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn shows_searches_and_gives_schemas() {
    let shown = run(&["events", "show", "phone.call_log_deleted"]).stdout;
    assert!(shown.contains("Deprecated") && shown.contains("Fields") && shown.contains("Example"), "{shown}");
    let found = run(&["events", "search", "recording_play_passcode"]).stdout;
    assert!(found.contains("recording.completed") && found.contains("payload.object."), "{found}");
    let schema: Value = serde_json::from_str(&run(&["events", "schema", "meeting.ended"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn proposes_the_nearest_name() {
    let failed = run(&["events", "show", "meeting.startd"]);
    assert_eq!(failed.code, Some(2));
    assert!(failed.stderr.contains("Did you mean meeting.started?"), "{failed:?}");
}

#[test]
fn shells_are_given_the_names_of_events_and_scenarios() {
    let complete = |shell: &str, words: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let mut command = zoomhook(home.path());
        command.arg("--").args(words).env("COMPLETE", shell);
        // What bash and zsh pass: the position of the word.
        command.env("_CLAP_COMPLETE_INDEX", (words.len() - 1).to_string()).env("_CLAP_IFS", "\n");
        finish(command).stdout
    };
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let events = complete(shell, &["zoomhook", "events", "show", "meeting.st"]);
        assert!(events.contains("meeting.started"), "{shell}: {events}");
        let scenarios = complete(shell, &["zoomhook", "trigger", "meeting-"]);
        assert!(scenarios.contains("meeting-lifecycle"), "{shell}: {scenarios}");
    }
    let described = complete("fish", &["zoomhook", "trigger", "meeting-"]);
    assert!(described.contains("A meeting from its creation to its end"), "{described}");
}
