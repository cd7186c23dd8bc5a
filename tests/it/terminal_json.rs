//! Output for programs, on a terminal: the same JSON, in which nothing acts on the terminal. In a pipe it is exact.

use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::{Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, signed};
use crate::support::screen::Screen;

/// More marks on one letter than any script has, and characters that act on a terminal where JSON allows them raw.
const TOPIC: &str =
    "o\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{9b}31m\u{202e}\u{200b}é👩\u{200d}🚒";

fn body() -> String {
    format!(r#"{{"event":"meeting.started","event_ts":1,"payload":{{"object":{{"topic":"{TOPIC}"}}}}}}"#)
}

fn acts(c: char) -> bool {
    (c.is_control() && !"\r\n".contains(c)) || "\u{202e}\u{200b}\u{200d}".contains(c)
}

/// Whether nothing in a text acts on a terminal. Up to four marks on a letter are shown.
fn is_harmless(text: &str) -> bool {
    !text.chars().any(acts) && !text.contains(&"\u{301}".repeat(5))
}

/// The values of all lines, or of the whole text.
fn values(text: &str) -> Vec<Value> {
    match serde_json::from_str(text) {
        Ok(whole) => vec![whole],
        Err(_) => text.lines().map(|line| serde_json::from_str(line).expect(line)).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_on_a_terminal_is_the_same_value_and_harmless() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("h.db");
    let mut listen = Listen::start_with(|command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(&file);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    RawClient::connect(listen.address).await.request(&signed("/webhook", b"{\"event\":\"a.b\"}")).await;
    RawClient::connect(listen.address).await.request(&signed("/webhook", body().as_bytes())).await;
    listen.delivery();
    listen.delivery();
    drop(listen);
    let capture = folder.path().join("c.http");
    let event = body().replace("meeting.started", TOPIC);
    std::fs::write(&capture, signed("/webhook", event.as_bytes())).unwrap();
    let (file, capture) = (file.to_str().unwrap(), capture.to_str().unwrap());
    let topic = format!("payload.object.topic={TOPIC}");
    let history = |arguments: &[&'static str]| {
        [&["history", "--history-file", file], arguments, &["--all-projects"]].concat()
    };
    for (arguments, is_exact) in [
        (history(&["list", "--format", "json"]), false),
        (history(&["show", "--format", "json"]), false),
        (history(&["show", "--format", "har"]), false),
        (history(&["export"]), false),
        (history(&["export", "--format", "har"]), false),
        (history(&["diff", "last-1", "--format", "json"]), false),
        (vec!["verify", capture, "--format", "json"], false),
        (vec!["events", "sample", "meeting.started", "--seed", "7", "--set", &topic], true),
    ] {
        let mut command = zoomhook(folder.path());
        let piped = finish({
            command.args(&arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
            command
        });
        // A capture without a time is valid or too old: that does not matter here.
        assert!([Some(0), Some(4)].contains(&piped.code), "{piped:?}");
        // A sample has Zoom's own escapes for emoji.
        let beginning = TOPIC.split('é').next().unwrap();
        // In a pipe, a body keeps the bytes that it had.
        assert_eq!(piped.stdout.contains(beginning), is_exact, "{arguments:?}: {}", piped.stdout);
        assert!(piped.stdout.contains(&"\u{301}".repeat(8)), "{arguments:?}: {}", piped.stdout);
        let words = [&[env!("CARGO_BIN_EXE_zoomhook")], &arguments[..]].concat();
        let mut screen = Screen::start(100, &words, &[("ZOOMHOOK_PAGER", "cat")]);
        screen.ended();
        let shown = screen.sent();
        assert!(is_harmless(&shown), "{arguments:?}: {shown:?}");
        let same = |text: &str| {
            let mut values = values(text);
            // These depend on the time.
            for value in values.iter_mut().filter_map(Value::as_object_mut) {
                value.retain(|name, _| name != "event_ts" && name != "age_s");
            }
            if is_exact {
                values[0]["payload"]["object"]["topic"].to_string()
            } else {
                Value::from(values).to_string()
            }
        };
        assert_eq!(same(&shown), same(&piped.stdout), "{arguments:?}");
        assert!(shown.contains("\\u0301\\u0301\\u0301\\u0301"), "{arguments:?}: {shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_reports_json_to_a_terminal_is_harmless() {
    let mut screen = Screen::listen(&["--format", "json", "--exit-after", "1"]);
    screen.shows("\"port\":");
    let text = screen.sent();
    let port: u16 = text.split("\"port\":").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
    let request = signed("/webhook", body().as_bytes());
    RawClient::connect(([127, 0, 0, 1], port).into()).await.request(&request).await;
    screen.ended();
    let shown = screen.sent();
    assert!(is_harmless(&shown), "{shown:?}");
    let delivery = values(&shown).into_iter().find(|value| value["type"] == "delivery").unwrap();
    assert_eq!(delivery["body"], body());
}

#[test]
fn a_signed_request_on_a_terminal_is_harmless_and_its_command_has_the_signed_bytes() {
    let body = body();
    for form in ["json", "har", "http", "headers"] {
        let words = [env!("CARGO_BIN_EXE_zoomhook"), "sign", &body, "--format", form];
        let mut screen = Screen::start(100, &words, &[]);
        screen.ended();
        assert!(is_harmless(&screen.sent()), "{form}: {}", screen.sent());
    }
    // A command that is copied with escapes in it would send another body.
    let mut screen = Screen::start(100, &[env!("CARGO_BIN_EXE_zoomhook"), "sign", &body], &[]);
    screen.ended();
    let shown = screen.sent().replace("\r\n", " ");
    let path = shown.split("The body is in ").nth(1).unwrap().split_whitespace().next().unwrap();
    let written = std::fs::read(path).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(String::from_utf8(written).unwrap(), body);
    assert!(is_harmless(&shown), "{shown:?}");
}
