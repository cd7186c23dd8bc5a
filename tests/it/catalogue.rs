//! The catalogue against deliveries: JSON Schemas, drift, what is learned, and type definitions.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{Finished, Listen, finish, run, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, signed};
use crate::support::schema::fault;
use crate::support::snapshot::{assert_run, assert_text};

fn schemas() -> BTreeMap<String, Value> {
    let lines = run(&["events", "schema", "--all"]).stdout;
    let schemas = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    schemas.map(|schema| (schema["title"].as_str().unwrap().to_owned(), schema)).collect()
}

#[test]
fn each_sample_is_valid_under_its_own_schema() {
    let schemas = schemas();
    assert_eq!(schemas.len(), 614);
    for fullness in ["--full", "--minimal"] {
        let samples = run(&["events", "sample", "--all", fullness, "--seed", "3"]).stdout;
        for line in samples.lines() {
            let sample: Value = serde_json::from_str(line).unwrap();
            let event = sample["event"].as_str().unwrap();
            assert_eq!(fault(&schemas[event], &sample), None, "{event}: {line}");
        }
    }
}

/// The values of deliveries that people published, in the forms that a schema once refused.
#[test]
fn published_deliveries_are_valid() {
    let schemas = schemas();
    let meeting = json!({"id": "88330591739", "type": 2, "uuid": "Jt4PAh1jSaiRSDnd90ssWA==", "topic": "Part 1",
        "host_id": "6y-Yqx-DSGiUlkjaIH7ISw", "duration": 40, "timezone": "", "start_time": "2025-06-04T19:11:50Z"});
    let with = |more: Value| {
        let mut object = meeting.clone();
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    };
    let guest = json!({"id": "", "email": "", "user_id": "16778240", "user_name": "Alice", "registrant_id": "",
        "public_ip": "2001:db8::7", "private_ip": "10.102.199.170", "participant_user_id": "",
        "leave_time": "2025-06-04T19:13:05Z", "leave_reason": "left the meeting. Reason : left the meeting",
        "custom_keys": [{"key": "a", "value": "b"}]});
    for (event, object, event_ts) in [
        ("meeting.started", meeting.clone(), json!(1_749_064_310_621_i64)),
        ("meeting.ended", with(json!({"end_time": "", "type": 10})), json!("1749064407840")),
        ("meeting.participant_left", with(json!({ "participant": guest })), json!(1)),
        (
            "recording.started",
            json!({"id": 1, "uuid": "a", "recording_file": {"recording_start":
            "2025-06-04T19:11:50Z", "recording_end": ""}}),
            json!(1),
        ),
        (
            "recording.stopped",
            json!({"id": 1, "uuid": "a", "recording_file": {"recording_start":
            "2025-06-04T19:11:50Z", "recording_end": "2025-06-04T19:12:50Z"}}),
            json!(1),
        ),
        (
            "recording.completed",
            json!({"id": 1, "uuid": "a", "password": "51XY2K", "recording_files": [{
            "file_type": "TIMELINE", "recording_type": "something_new", "download_url": ""}]}),
            json!(1),
        ),
    ] {
        let body = json!({"event": event, "event_ts": event_ts, "payload": {"account_id": "AAAAAABBBB",
            "object": object}});
        assert_eq!(fault(&schemas[event], &body), None, "{body}");
    }
    let other = json!({"event": "group.members_deleted", "event_ts": 1, "payload": {"account_id": "a", "object": {
        "id": "g"}}});
    assert_eq!(fault(&schemas["group.member_deleted"], &other), None);
}

#[test]
fn a_schema_offers_values_and_makes_no_list_of_one() {
    for (event, schema) in schemas() {
        let mut rest = vec![&schema];
        while let Some(value) = rest.pop() {
            match value {
                Value::Array(items) => rest.extend(items),
                Value::Object(members) => {
                    let values = members.get("enum").and_then(Value::as_array);
                    assert!(values.is_none_or(|values| values.len() > 1), "{event}: {members:?}");
                    rest.extend(members.values());
                }
                _ => {}
            }
        }
    }
}

#[test]
fn show_says_how_certain_each_field_is() {
    let shown = run(&["events", "show", "meeting.ended"]).stdout;
    let line =
        |start: &str| shown.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default();
    for (field, certainty) in [
        ("payload.object.uuid", "always"),
        ("payload.object.topic", "documented"),
        ("payload.object.host_email", "optional"),
    ] {
        assert!(line(field).contains(certainty), "{field}: {shown}");
    }
    assert!(
        shown.contains("documented  Zoom documents it as required, but deliveries may lack it"),
        "{shown}"
    );
    let shown = run(&["events", "show", "group.members_deleted"]).stdout;
    assert!(shown.contains("Zoom also spells it group.member_deleted."), "{shown}");
}

fn listening(folder: &Path) -> Listen {
    Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(folder.join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

fn events(folder: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(folder);
    command.arg("events").args(arguments);
    finish(command)
}

/// With the history of the test.
fn with_history(folder: &Path, arguments: &[&str]) -> Finished {
    let file = folder.join("h.db");
    events(folder, &[arguments, &["--history-file", file.to_str().unwrap()]].concat())
}

/// Two events that Zoom has changed, one that is new, and a forged one.
async fn deliver(folder: &Path) {
    let listen = listening(folder);
    let secret = "jill@example.com";
    let stopped = json!({"event": "meeting.rtms_stopped", "event_ts": 1, "payload": {"meeting_uuid": secret,
        "rtms_stream_id": 7, "later": {"note": secret, secret: 1}}});
    let new = json!({"event": "phone.brand_new", "event_ts": 1, "payload": {"object": {"calls": [{"who": secret}]}}});
    let mut client = RawClient::connect(listen.address).await;
    for body in [&stopped, &stopped, &new] {
        assert_eq!(client.request(&signed("/webhook", body.to_string().as_bytes())).await.status, 204);
    }
    let forged = signed("/webhook", br#"{"event":"phone.forged","event_ts":1}"#);
    let forged = String::from_utf8(forged).unwrap().replace("phone.forged", "phone.forget");
    assert_eq!(client.request(forged.as_bytes()).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_compares_the_deliveries_with_the_catalogue() {
    let folder = TempDir::new().unwrap();
    assert_run!(with_history(folder.path(), &["drift"]), @"
    exit: 0
    --- stderr
    The history has no delivery that was received and verified on this machine. `zoomhook listen` stores every delivery.
    ");
    deliver(folder.path()).await;
    assert_run!(with_history(folder.path(), &["drift", "--since", "7d"]), @"
    exit: 0
    --- stdout
    3 verified deliveries of 2 events, compared with the catalog

    meeting.rtms_stopped  2 deliveries
      payload.rtms_stream_id  other type  integer, not string  2 times
      payload.stop_reason     never came  documented
      payload.later           unknown     object               2 times

    phone.brand_new  1 delivery
      The catalog does not have this event.

    To add what is unknown to samples, schemas and completions on this machine:
      zoomhook events learn
    ");
    assert_run!(with_history(folder.path(), &["drift", "--format", "json"]), @r#"
    exit: 0
    --- stdout
    {"event":"meeting.rtms_stopped","deliveries":2,"known":true,"unknown_fields":[{"path":"payload.later","types":["object"],"count":2}],"other_types":[{"path":"payload.rtms_stream_id","known":"string","types":["integer"],"count":2}],"never":[{"path":"payload.stop_reason","certainty":"documented"}],"optional_never":0}
    {"event":"phone.brand_new","deliveries":1,"known":false,"unknown_fields":[],"other_types":[],"never":[],"optional_never":0}
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn learn_adds_names_and_types_to_samples_schemas_and_completions() {
    let folder = TempDir::new().unwrap();
    deliver(folder.path()).await;
    // The rest is the file's path, which differs between systems.
    let learned = with_history(folder.path(), &["learn"]);
    assert_eq!(learned.code, Some(0), "{learned:?}");
    assert_text!(learned.stdout.split("Written to").next().unwrap(), @"
    Learned from 3 verified deliveries:
      meeting.rtms_stopped  2 fields
      phone.brand_new       new event, 3 fields
    ");
    assert!(
        learned.stdout.trim_end().ends_with("learned-events.tsv: names and types, no values."),
        "{learned:?}"
    );
    // Elsewhere the state folder has another name.
    #[cfg(target_os = "linux")]
    {
        let file = folder.path().join(".local/state/zoomhook/learned-events.tsv");
        let text = std::fs::read_to_string(file).unwrap();
        assert!(!text.contains("jill") && !text.contains("forge"), "{text}");
        assert!(text.contains("phone.brand_new\tphone\tl\t-\t"), "{text}");
    }
    let sample = events(
        folder.path(),
        &["sample", "phone.brand_new", "meeting.rtms_stopped", "--full", "--seed", "1"],
    );
    let [new, changed] = sample.stdout.lines().collect::<Vec<_>>()[..] else { panic!("{sample:?}") };
    let (new, changed): (Value, Value) =
        (serde_json::from_str(new).unwrap(), serde_json::from_str(changed).unwrap());
    assert!(new["payload"]["object"]["calls"][0]["who"].is_string(), "{new}");
    assert!(changed["payload"]["rtms_stream_id"].is_number(), "{changed}");
    assert!(
        changed["payload"]["later"].is_object() && changed["payload"]["stop_reason"].is_number(),
        "{changed}"
    );
    let schema = events(folder.path(), &["schema", "meeting.rtms_stopped"]).stdout;
    assert!(
        schema.contains(
            r#""later":{"description":"known only from deliveries on this machine","type":"object""#
        )
    );
    let mut command = zoomhook(folder.path());
    command.args(["--", "zoomhook", "events", "show", "phone.brand"]).env("COMPLETE", "fish");
    assert_eq!(finish(command).stdout, "phone.brand_new\tphone\n");
    let drift = with_history(folder.path(), &["drift"]).stdout;
    assert!(!drift.contains("unknown") && !drift.contains("other type"), "{drift}");
    assert_run!(with_history(folder.path(), &["learn"]), @"
    exit: 0
    --- stdout
    Nothing new in 3 verified deliveries.
    ");
    let forgotten = events(folder.path(), &["learn", "--forget"]);
    assert!(forgotten.stderr.ends_with("learned-events.tsv deleted.\n"), "{forgotten:?}");
    assert_eq!(events(folder.path(), &["show", "phone.brand_new"]).code, Some(2));
}

#[test]
fn an_imported_delivery_teaches_nothing() {
    let folder = TempDir::new().unwrap();
    let line = json!({"v": 1, "type": "delivery", "id": "01J2GZ5YHJ0000000000000001", "event": "phone.brand_new",
        "received_at": "2026-01-01T00:00:00Z", "verdict": "valid", "method": "POST", "target": "/webhook",
        "peer": "203.0.113.9:5", "body": r#"{"event":"phone.brand_new"}"#, "headers": []});
    let (file, history) = (folder.path().join("export.ndjson"), folder.path().join("h.db"));
    std::fs::write(&file, line.to_string()).unwrap();
    let mut command = zoomhook(folder.path());
    command.args(["history", "import"]).arg(file).arg("--history-file").arg(history);
    assert_eq!(finish(command).code, Some(0));
    let learned = with_history(folder.path(), &["learn"]);
    assert!(learned.stderr.contains("no delivery that was received and verified"), "{learned:?}");
}

#[test]
fn types_are_written_for_five_languages() {
    for (language, expected) in [
        ("typescript", "export interface MeetingEnded {\n  event: \"meeting.ended\";"),
        ("python", "class MeetingEnded(TypedDict):"),
        ("go", "type MeetingEnded struct {"),
        ("rust", "pub struct MeetingEnded {"),
        ("csharp", "public sealed record MeetingEnded\n{"),
    ] {
        let written = run(&["events", "types", "--lang", language, "meeting.ended", "recording.*"]);
        assert_eq!(written.code, Some(0), "{written:?}");
        assert!(written.stdout.contains(expected), "{language}: {}", written.stdout);
        assert!(!written.stdout.contains("MeetingStarted"), "{language}");
    }
    assert_eq!(run(&["events", "types", "--lang", "go", "meting.*"]).code, Some(2));
}

/// Runs a tool in a folder.
fn tool(folder: &Path, program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).current_dir(folder).output();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(done.status.success(), "{program}: {}{}", text(&done.stdout), text(&done.stderr));
}

#[test]
#[ignore = "needs tsc, mypy, go and cargo with a registry, and takes minutes"]
fn type_definitions_compile() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let types = |language: &str| run(&["events", "types", "--lang", language]).stdout;
    write("events.ts", &types("typescript"));
    write(
        "use.ts",
        "import type { ZoomEvent } from './events';\nexport const topic = (e: ZoomEvent): string | undefined =>\n  \
         e.event === 'meeting.started' ? e.payload.object.topic : undefined;\n",
    );
    tool(folder.path(), "tsc", &["--strict", "--noEmit", "--target", "es2022", "use.ts"]);
    write("events.py", &types("python"));
    write(
        "use.py",
        "from events import ZoomEvent\n\ndef topic(e: ZoomEvent) -> str:\n    if e['event'] == 'meeting.started':\n        \
         return e['payload']['object'].get('topic', '')\n    return ''\n",
    );
    tool(folder.path(), "mypy", &["--strict", "events.py", "use.py"]);
    write("go/go.mod", "module zoomevents\n\ngo 1.19\n");
    write("go/events.go", &types("go"));
    tool(&folder.path().join("go"), "go", &["vet", "./..."]);
    write("rust/src/lib.rs", &types("rust"));
    write(
        "rust/Cargo.toml",
        "[package]\nname = \"events\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\n[dependencies]\n\
         serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n",
    );
    tool(&folder.path().join("rust"), "cargo", &["check"]);
}
