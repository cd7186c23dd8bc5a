//! `follow` of another session without a server: read tokens, what they open and what not, and processes that are killed.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::faults::{count, each_once, keep_sending, rounds, stored};
use super::{names, numbered, send, send_numbered, zooms};
use crate::support::app::{App, reserved_port};
use crate::support::inspector::InspectorClient;
use crate::support::process::{Finished, Listen, at_home, finish, zoomhook};
use crate::support::requests::{SECRET, event, head_with, sign, timestamp, with_length};
use crate::support::snapshot::assert_run;

/// A text with the form of a read token.
const TOKEN: &str = "zhr_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

/// A session that others may follow, and its home.
pub(super) struct Hub {
    pub(super) listen: Listen,
    home: TempDir,
}

impl Hub {
    pub(super) fn start(arguments: &[&str]) -> Self {
        let home = TempDir::new().unwrap();
        let listen = listen_in(home.path(), arguments);
        Self { listen, home }
    }

    pub(super) fn url(&self) -> String {
        url_of(&self.listen)
    }

    pub(super) fn token(&self, name: &str, arguments: &[&str]) -> String {
        token_in(self.home.path(), name, arguments)
    }

    fn inspect(&self, arguments: &[&str]) -> Finished {
        inspect_in(self.home.path(), arguments)
    }

    /// Moves the end of a token into the past.
    fn let_expire(&self, name: &str) {
        let states =
            [".local/state", "Library/Application Support"].map(|state| self.home.path().join(state));
        let state = states.iter().find(|state| state.exists()).unwrap();
        let file = state.join("zoomhook/read-tokens").join(format!("{name}.json"));
        let mut token: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        token["expires_s"] = json!(1);
        std::fs::write(&file, token.to_string()).unwrap();
    }

    fn port(&self) -> String {
        self.url().rsplit_once(':').unwrap().1.to_owned()
    }
}

fn listen_in(home: &Path, arguments: &[&str]) -> Listen {
    Listen::start_with(|command| {
        at_home(command, home);
        command.current_dir(home).args(["--tunnel", "none"]);
        if !arguments.contains(&"--inspect") {
            command.args(["--inspect", "0"]);
        }
        command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    })
}

fn url_of(listen: &Listen) -> String {
    listen.ready["inspect_url"].as_str().unwrap().split_once("/?").unwrap().0.to_owned()
}

fn inspect_in(home: &Path, arguments: &[&str]) -> Finished {
    let mut command = zoomhook(home);
    command.arg("inspect").args(arguments);
    finish(command)
}

fn token_in(home: &Path, name: &str, arguments: &[&str]) -> String {
    let made = inspect_in(home, &[&["token", "create", name], arguments].concat());
    assert_eq!(made.code, Some(0), "{made:?}");
    made.stdout.trim().to_owned()
}

/// Follows as maria, in this home.
pub(super) fn follow_in(home: &Path, url: &str, token: &str, arguments: &[&str]) -> Listen {
    Listen::follow_with(|command| {
        at_home(command, home);
        command.current_dir(home).args([url, "--as", "maria"]).args(arguments);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("ZOOMHOOK_READ_TOKEN", token);
    })
}

/// What a follower that cannot start says.
pub(super) fn refused(url: &str, token: &str) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["follow", url, "--as", "maria", "--exit-after", "1"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("ZOOMHOOK_READ_TOKEN", token);
    let mut finished = finish(command);
    finished.stderr = finished.stderr.replace(url, "http://a");
    finished
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_gets_the_exact_bytes_and_verifies_them_itself() {
    let mut hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    let mut follower = follow_in(home.path(), &hub.url(), &token, &["--headers"]);
    assert_eq!(follower.ready["stream"], json!({ "server": hub.url(), "as": "maria" }));
    assert_eq!((&follower.ready["new"], &follower.ready["behind"]), (&json!(true), &json!(0)));

    let body = br#"{"event":"meeting.started", "payload":{"object":{"topic":"caf\u00e9 \ud83d\ude00"}},"event_ts":1}"#;
    let head = head_with("/webhook", &timestamp(0), SECRET, body);
    let head = format!("{head}x-zm-request-id: r1\r\nx-odd: caf?\r\nauthorization: Bearer hush\r\n");
    let mut request = with_length(head, body);
    // A header that is not UTF-8.
    let at = request.windows(4).position(|bytes| bytes == b"caf?").unwrap();
    request[at + 3] = 0xe9;
    assert_eq!(send(&hub.listen, &request).await.status, 204);
    let (at_hub, here) = (hub.listen.delivery(), follower.delivery());
    for field in ["received_at", "verdict", "body", "event", "request_id", "target", "secret_name", "peer"] {
        assert_eq!(here[field], at_hub[field], "{field}");
    }
    assert_eq!((&here["verdict"], &here["route"]), (&json!("valid"), &json!("stream")));
    assert_eq!(here["answer"], json!({ "status": 204, "ms": null }));
    assert_ne!(here["id"], at_hub["id"], "both may be in one history");
    let headers = here["headers"].to_string();
    assert!(headers.contains("x-zm-signature") && headers.contains("***"), "{headers}");
    assert!(!headers.contains("hush"), "{headers}");
    assert_eq!(follower.interrupted().0.code(), Some(0));

    let mut show = zoomhook(home.path());
    show.args(["history", "export", "--all-projects"]);
    let line: Value = serde_json::from_str(&finish(show).stdout).unwrap();
    let odd = json!(["x-odd", "Y2Fm6Q=="]);
    assert!(line["headers_base64"].as_array().unwrap().contains(&odd), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_was_away_catches_up_in_order() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    send_numbered(&hub.listen, 0..1).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    send_numbered(&hub.listen, 1..3).await;
    assert_eq!(names(&mut follower, 2), numbered(1..3));
    assert_eq!(follower.interrupted().0.code(), Some(0));

    send_numbered(&hub.listen, 3..300).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    assert_eq!((&follower.ready["behind"], &follower.ready["new"]), (&json!(297), &json!(false)));
    assert_eq!(names(&mut follower, 297), numbered(3..300));
    assert_eq!(follower.interrupted().0.code(), Some(0));

    // Nothing is shown twice, and `--new` skips what was missed.
    send_numbered(&hub.listen, 300..302).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &["--new"]);
    send_numbered(&hub.listen, 302..303).await;
    assert_eq!(names(&mut follower, 1), numbered(302..303));
    drop(follower);
    let other = TempDir::new().unwrap();
    let mut follower = follow_in(other.path(), &hub.url(), &token, &["--since", "1h"]);
    assert_eq!(names(&mut follower, 303), numbered(0..303));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_learns_that_the_history_has_pruned_the_place_where_it_was() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    // The place of a follower that has read nothing yet is one that the history has.
    for arguments in [&["--since", "1h"][..], &[]] {
        let (_, lines, _) = follow_in(home.path(), &hub.url(), &token, arguments).interrupted();
        assert!(lines.iter().all(|line| line["type"] != "warning"), "{lines:?}");
    }
    send_numbered(&hub.listen, 0..3).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    assert_eq!(names(&mut follower, 3), numbered(0..3));
    assert_eq!(follower.interrupted().0.code(), Some(0));
    let mut delete = zoomhook(hub.home.path());
    delete.args(["history", "delete", "last", "--yes"]);
    assert_eq!(finish(delete).code, Some(0));
    send_numbered(&hub.listen, 3..4).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    let warning = follower.line("warning");
    assert_eq!(warning["code"], "stream_missed");
    assert_eq!(names(&mut follower, 1), numbered(3..4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_shows_the_verified_events_of_its_filter_and_its_project() {
    let hub = Hub::start(&[]);
    let token = hub.token("ci", &["--events", "meeting.*"]);
    let elsewhere = hub.home.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let mut make = zoomhook(&elsewhere);
    at_home(&mut make, hub.home.path());
    make.args(["inspect", "token", "create", "other"]);
    let of_another_project = finish(make).stdout.trim().to_owned();

    let body = event("meeting.started", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    assert_eq!(send(&hub.listen, &forged).await.status, 401);
    let challenge = br#"{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}"#;
    let signed = with_length(head_with("/webhook", &timestamp(0), SECRET, challenge), challenge);
    assert_eq!(send(&hub.listen, &signed).await.status, 200);
    for (name, id) in [("user.created", "r1"), ("meeting.started", "r2"), ("meeting.ended", "r3")] {
        assert_eq!(send(&hub.listen, &zooms(name, id, 0)).await.status, 204);
    }
    let home = TempDir::new().unwrap();
    let mut follower = follow_in(home.path(), &hub.url(), &token, &["--since", "1h"]);
    assert_eq!(follower.ready["behind"], 2);
    assert_eq!(names(&mut follower, 2), ["meeting.started", "meeting.ended"]);
    let other =
        follow_in(TempDir::new().unwrap().path(), &hub.url(), &of_another_project, &["--since", "1h"]);
    assert_eq!(other.ready["behind"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_nothing_but_deliveries() {
    let hub = Hub::start(&["--inspect-host", "hooks.example.com"]);
    let token = hub.token("maria", &[]);
    assert_eq!(send(&hub.listen, &zooms("meeting.started", "r1", 0)).await.status, 204);
    let page = InspectorClient::open(hub.listen.ready["inspect_url"].as_str().unwrap());
    let ask = |host: &str, method: &str, path: &str, more: &str| {
        page.ask(&format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{more}"), "")
    };
    let bearer = format!("authorization: Bearer {token}\r\n");
    let own = page.host();
    let id = page.get("/api/v1/deliveries").json()["deliveries"][0]["id"].as_str().unwrap().to_owned();
    let one = format!("/api/v1/read/deliveries/{id}");
    for host in [own.as_str(), "hooks.example.com", "HOOKS.example.com:8443"] {
        let answer = ask(host, "GET", &one, &bearer);
        assert_eq!((answer.status, &answer.json()["event"]), (200, &json!("meeting.started")), "{host}");
        assert_eq!((&answer.json()["project"], &answer.json()["secret_name"]), (&Value::Null, &Value::Null));
    }
    // Everything else stays closed, also under the other name, and also for the token of the page there.
    let pages = format!("authorization: Bearer {}\r\n", page.token);
    let cookie = format!("cookie: {}\r\n", page.cookie);
    for path in ["/", "/api/v1/session", "/api/v1/deliveries", "/api/v1/stream", "/assets/app.js"] {
        assert_eq!(ask(&own, "GET", path, &bearer).status, 401, "{path}");
        for key in [&bearer, &pages, &cookie] {
            let answer = ask("hooks.example.com", "GET", path, key);
            assert_eq!(answer.status, 421, "{path}");
            assert!(answer.text().contains("answers only requests with a read token"), "{path}");
        }
    }
    for path in ["replay", "trigger", "check", "ticket", "delete", "export"] {
        let json = format!("{bearer}content-type: application/json\r\n");
        assert_eq!(ask(&own, "POST", &format!("/api/v1/{path}"), &json).status, 401, "{path}");
    }
    for (host, method, more, status) in [
        (own.as_str(), "GET", "", 401),
        (&own, "GET", &pages, 401),
        (&own, "GET", &cookie, 401),
        (&own, "GET", "authorization: Bearer zhr_x\r\n", 401),
        (&own, "POST", &bearer, 405),
        (&own, "DELETE", &bearer, 405),
        (&own, "GET", &format!("{bearer}origin: http://evil.test\r\n"), 403),
        ("evil.test", "GET", &bearer, 421),
    ] {
        let answer = ask(host, method, &one, more);
        assert_eq!(
            (answer.status, &answer.json()["type"]),
            (status, &json!("error")),
            "{host} {method} {more}"
        );
        assert!(!answer.text().contains(&token));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_or_expired_token_ends_a_stream_within_seconds() {
    let hub = Hub::start(&[]);
    let (revoked, short) = (hub.token("maria", &[]), hub.token("short", &[]));
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut follower = follow_in(one.path(), &hub.url(), &revoked, &[]);
    let mut short_one = follow_in(other.path(), &hub.url(), &short, &[]);
    hub.let_expire("short");
    assert_run!(hub.inspect(&["token", "revoke", "maria"]), @"
    exit: 0
    --- stderr
    Revoked: maria. Followers with this token are disconnected within seconds.
    ");
    let began = Instant::now();
    let (status, _, stderr) = follower.ended();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    insta::assert_snapshot!(stderr.replace(&hub.url(), "http://a"), @"
    error: the other session does not accept the read token
      It answers: There is no such read token, or it was revoked.
      Make a new one where the other session runs, in the folder of its project:
        zoomhook inspect token create NAME
      Then run this command again with the new token. It continues where it was.
    ");
    assert_eq!(status.code(), Some(6));
    let (status, _, stderr) = short_one.ended();
    assert_eq!(status.code(), Some(6));
    assert!(stderr.contains("The read token short has expired"), "{stderr}");
    assert_run!(refused(&hub.url(), &short), @"
    exit: 6
    --- stderr
    error: the other session does not accept the read token
      It answers: The read token short has expired.
      Make a new one where the other session runs, in the folder of its project:
        zoomhook inspect token create NAME
      Then run this command again with the new token. It continues where it was.
    ");
    assert_run!(refused(&hub.url(), &revoked), @"
    exit: 6
    --- stderr
    error: the other session does not accept the read token
      It answers: There is no such read token, or it was revoked.
      Make a new one where the other session runs, in the folder of its project:
        zoomhook inspect token create NAME
      Then run this command again with the new token. It continues where it was.
    ");
}

#[test]
fn tokens_are_made_listed_and_deleted() {
    let home = TempDir::new().unwrap();
    let made =
        inspect_in(home.path(), &["token", "create", "ci", "--events", "recording.*", "--expires", "90d"]);
    let token = made.stdout.trim().to_owned();
    let hide = |finished: Finished| {
        let mut hidden =
            finished.put(r"zhr_\S{43}", "zhr_TOKEN").put(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME");
        let folder = home.path().canonicalize().unwrap().display().to_string();
        hidden.stdout = hidden.stdout.replace(&folder, "/project");
        hidden.stderr = hidden.stderr.replace(&folder, "/project");
        hidden
    };
    assert_run!(hide(made), @"
    exit: 0
    --- stdout
    zhr_TOKEN
    --- stderr
    Read token ci for /project
    Shows recording.*. Expires TIME.
    This token is not shown again. Anyone who has it can read events with personal data.
    ");
    assert_run!(hide(inspect_in(home.path(), &["token", "create", "ci"])), @"
    exit: 2
    --- stderr
    error: there is a read token named ci already
      Choose another name, or revoke that token:
        zoomhook inspect token revoke ci
    ");
    assert_run!(hide(inspect_in(home.path(), &["token", "list"])), @"
    exit: 0
    --- stdout
      ci  recording.*  expires in 89 days 23 h  never used  /project
    ");
    let listed = inspect_in(home.path(), &["token", "list", "--format", "json"]);
    let line: Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(
        (&line["name"], &line["events"], &line["expired"]),
        (&json!("ci"), &json!(["recording.*"]), &json!(false))
    );
    assert!(!listed.stdout.contains(&token));
    assert_run!(hide(inspect_in(home.path(), &["token", "revoke", "ci"])), @"
    exit: 0
    --- stderr
    Revoked: ci. Followers with this token are disconnected within seconds.
    ");
    assert_run!(hide(inspect_in(home.path(), &["token", "revoke", "ci"])), @"
    exit: 2
    --- stderr
    error: no read token has the name ci
      `zoomhook inspect token list` shows all of them.
    ");
    assert_run!(hide(inspect_in(home.path(), &["token", "list"])), @"
    exit: 0
    --- stderr
    There are no read tokens. `zoomhook inspect token create NAME` makes one.
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_or_a_session_nothing_starts() {
    let hub = Hub::start(&[]);
    assert_run!(refused(&hub.url(), ""), @"
    exit: 2
    --- stderr
    error: there is no read token for the other session
      Make one where the other session runs, in the folder of its project:
        zoomhook inspect token create NAME
      Then set ZOOMHOOK_READ_TOKEN here, in the environment or in a .env file, or use --token-file PATH.
    ");
    assert_run!(refused(&hub.url(), "hush"), @"
    exit: 2
    --- stderr
    error: the text from ZOOMHOOK_READ_TOKEN in the environment is not a read token, which begins with zhr_
      Make one where the other session runs, in the folder of its project:
        zoomhook inspect token create NAME
      Then set ZOOMHOOK_READ_TOKEN here, in the environment or in a .env file, or use --token-file PATH.
    ");
    let token = hub.token("maria", &[]);
    let webhook = format!("http://{}", hub.listen.address);
    assert_run!(refused(&webhook, &token), @"
    exit: 6
    --- stderr
    error: http://a is not the inspector of a session: it answers 404
      The address has to lead to the port of the inspector, which is not that of the webhook.
    ");
    let closed = format!("http://{}", reserved_port().local_addr().unwrap());
    assert_run!(refused(&closed, &token), @"
    exit: 6
    --- stderr
    error: cannot reach the session at http://a: Connection refused
      Check the address, and that `zoomhook listen` runs with its inspector on this port.
    ");
    let home = TempDir::new().unwrap();
    let follower = follow_in(home.path(), &hub.url(), &token, &[]);
    let mut second = zoomhook(home.path());
    second.args(["follow", &hub.url(), "--as", "maria"]).env("ZOOMHOOK_READ_TOKEN", &token);
    assert_run!(finish(second), @"
    exit: 6
    --- stderr
    error: another process already follows http://127.0.0.1:????? as maria
      Stop that process, or follow under another name with --as.
    ");
    drop(follower);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_right_secret_token_nothing_is_called_genuine() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let follow = |secret: Option<&'static str>| {
        Listen::follow_with(|command| {
            command.args([&hub.url(), "--as", "none"]).env("ZOOMHOOK_READ_TOKEN", &token);
            secret.map(|secret| command.env("ZOOM_WEBHOOK_SECRET_TOKEN", secret));
        })
    };
    let (mut none, mut other) = (follow(None), follow(Some("another-secret")));
    assert_eq!(send(&hub.listen, &zooms("meeting.started", "r1", 0)).await.status, 204);
    let [first, second] = [none.delivery(), other.delivery()];
    assert_eq!((&first["verdict"], &first["reason"]), (&json!("unknown"), &json!("no_secret")));
    assert_eq!((&second["verdict"], &second["reason"]), (&json!("invalid"), &json!("signature_mismatch")));
    // A process that is killed writes no summary.
    #[cfg(unix)]
    {
        let counts = |follower: Listen| {
            let summary = follower.interrupted().1.pop().unwrap();
            json!([summary["refused"], summary["refused_total"], summary["unchecked"]])
        };
        let expected = [json!([{}, 0, 1]), json!([{ "signature_mismatch": 1 }, 1, 0])];
        assert_eq!([counts(none), counts(other)], expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_followers_app_gets_an_event_once_and_an_old_one_with_a_new_signature() {
    let app_of_hub = App::start().await;
    app_of_hub.answers("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n");
    let mut app = App::start().await;
    let (hub_port, port) = (app_of_hub.address.port().to_string(), app.address.port().to_string());
    let hub = Hub::start(&["--forward", &hub_port]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    let mut follower = follow_in(home.path(), &hub.url(), &token, &["--forward", &port]);
    // Zoom sends it again, because the first app fails. That is one event for the follower.
    for age in [200, 100] {
        assert_eq!(send(&hub.listen, &zooms("meeting.started", "r1", age)).await.status, 500);
    }
    assert_eq!(send(&hub.listen, &zooms("meeting.ended", "r2", 0)).await.status, 500);
    let received = app.next().await;
    let stamp = received.header("x-zm-request-timestamp")[0];
    assert!(stamp >= timestamp(-10).as_str(), "{stamp}");
    assert_eq!(received.header("x-zm-signature"), [sign(SECRET, stamp, &event("meeting.started", 0))]);
    assert_eq!(follower.line("relayed")["signed_afresh"], true);
    assert_eq!(app.next().await.body, event("meeting.ended", 0));
    assert_eq!(follower.line("relayed")["signed_afresh"], json!(null));

    // Also after a restart.
    let (status, lines, _) = follower.interrupted();
    assert_eq!(status.code(), Some(0));
    assert!(lines.iter().all(|line| line["type"] != "warning"), "{lines:?}");
    let mut follower = follow_in(home.path(), &hub.url(), &token, &["--forward", &port]);
    assert_eq!(follower.ready["behind"], 0);
    for (name, id) in [("meeting.ended", "r2"), ("user.created", "r3")] {
        assert_eq!(send(&hub.listen, &zooms(name, id, 0)).await.status, 500);
    }
    assert_eq!(names(&mut follower, 1), ["user.created"]);
    assert_eq!(app.next().await.body, event("user.created", 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_app_did_not_take_comes_again_and_is_not_shown_again() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    let reserved = reserved_port();
    let port = reserved.local_addr().unwrap().port().to_string();
    let arguments = ["--forward", &port, "--hold"];
    let mut follower = follow_in(home.path(), &hub.url(), &token, &arguments);
    send_numbered(&hub.listen, 0..3).await;
    assert_eq!(names(&mut follower, 3), numbered(0..3));
    follower.signal("KILL");
    follower.ended();

    let mut app = App::start_on(reserved);
    let mut follower = follow_in(home.path(), &hub.url(), &token, &arguments);
    assert_eq!(follower.ready["behind"], 3);
    assert_eq!(follower.line("warning")["code"], "stream_resumes");
    for number in 0..3 {
        assert_eq!(app.next().await.body, event(&format!("event.n{number}"), 0));
        assert_eq!(follower.line("relayed")["status"], 204);
    }
    let (_, lines, _) = follower.interrupted();
    assert!(lines.iter().all(|line| line["type"] != "delivery"), "{lines:?}");
    let follower = follow_in(home.path(), &hub.url(), &token, &arguments);
    assert_eq!(follower.ready["behind"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_lost_or_doubled_when_a_follower_is_killed() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let sending = tokio::spawn(keep_sending(hub.listen.address, 0, stopped));
    let mut seen = BTreeMap::new();
    for _ in 0..rounds() {
        tokio::time::sleep(Duration::from_millis(250)).await;
        follower.signal("KILL");
        count(&follower.ended().1, &mut seen);
        follower = follow_in(home.path(), &hub.url(), &token, &[]);
    }
    stop.send_replace(true);
    let accepted = sending.await.unwrap();
    read_to_the_last(&hub.listen, &mut follower, &mut seen).await;
    count(&follower.interrupted().1, &mut seen);
    // The kill may come between the history and the screen. What was not shown is in the history.
    for stored in stored(home.path(), &[]) {
        seen.entry(stored).or_insert(1);
    }
    seen.remove("the.last");
    each_once(&seen, accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_event_is_lost_or_doubled_when_the_other_session_is_killed() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let (home, hub_home, port) = (TempDir::new().unwrap(), &hub.home, hub.port());
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    let (mut listen, mut accepted) = (hub.listen, 0);
    for _ in 0..rounds() {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let sending = tokio::spawn(keep_sending(listen.address, accepted, stopped));
        tokio::time::sleep(Duration::from_millis(250)).await;
        listen.signal("KILL");
        stop.send_replace(true);
        accepted = sending.await.unwrap();
        listen.ended();
        listen = listen_in(hub_home.path(), &["--inspect", &port]);
    }
    let last = zooms(&format!("event.n{accepted}"), &format!("r{accepted}"), 0);
    assert_eq!(send(&listen, &last).await.status, 204);
    let mut seen = BTreeMap::new();
    read_to_the_last(&listen, &mut follower, &mut seen).await;
    each_once(&seen, accepted + 1);
}

/// Reads the follower until it has an event after all that were accepted.
async fn read_to_the_last(listen: &Listen, follower: &mut Listen, seen: &mut BTreeMap<String, usize>) {
    assert_eq!(send(listen, &zooms("the.last", "last", 0)).await.status, 204);
    loop {
        let line = follower.delivery();
        if line["event"] == "the.last" {
            return;
        }
        count(&[line], seen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_comes_back_after_the_other_session_was_away_and_says_so() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let (home, port) = (TempDir::new().unwrap(), hub.port());
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    drop(hub.listen);
    let lost = follower.line("warning");
    assert_eq!(lost["code"], "stream_lost");
    let listen = listen_in(hub.home.path(), &["--inspect", &port]);
    assert_eq!(send(&listen, &zooms("meeting.started", "r1", 0)).await.status, 204);
    assert_eq!(follower.line("warning")["code"], "stream_restored");
    assert_eq!(names(&mut follower, 1), ["meeting.started"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_whom_they_follow() {
    let hub = Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let home = TempDir::new().unwrap();
    drop(follow_in(home.path(), &hub.url(), &token, &[]));
    send_numbered(&hub.listen, 0..1).await;
    let mut command = zoomhook(home.path());
    command.args(["follow", &hub.url(), "--as", "maria", "--exit-after", "1", "--compact"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("ZOOMHOOK_READ_TOKEN", &token);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    assert!(!format!("{finished:?}").contains(&token));
    assert_run!(finished, @"
    exit: 0
    --- stdout
     ??:??:??.???  ✓ event.n0
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Session   http://127.0.0.1:?????   as maria
      History   on · 0 deliveries stored

      Earlier events come first, then new ones.


      Ran for ?.? s.
      ✓ 1 event verified
          event.n0   1
    ");
}

/// Anyone may be at the address of the other session.
#[test]
fn a_message_of_the_other_side_takes_one_line_and_cannot_control_the_terminal() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let message = format!("\u{1b}[2J{}\nsecond line", "no ".repeat(3_000));
            let body = json!({ "type": "error", "message": message }).to_string();
            let head = format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    let finished = refused(&url, TOKEN);
    let start = format!("\\u{{1b}}[2J{}no", "no ".repeat(98));
    let expected = format!("error: http://a does not share its events: {start}\n");
    assert_eq!((finished.code, finished.stderr), (Some(6), expected));
}

/// The address of a session that gives this answer to every reader, and the places from which readers went on.
fn hub_that(sends: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> (String, mpsc::Receiver<String>) {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.local_addr().unwrap());
    let (places, found) = mpsc::channel();
    let sends = Arc::new(sends);
    std::thread::spawn(move || {
        for stream in server.incoming() {
            let (mut stream, places, sends) = (stream.unwrap(), places.clone(), sends.clone());
            std::thread::spawn(move || {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let place = head.lines().find_map(|line| line.strip_prefix("last-event-id: "));
                places.send(place.unwrap_or_default().to_owned()).unwrap();
                let position = json!({ "after": id_of(1), "behind": 0, "known": true });
                let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
                write!(stream, "{head}event: position\ndata: {position}\n\n").unwrap();
                sends(&mut stream);
                // The other side ends it.
                let _ = stream.read(&mut [0]);
            });
        }
    });
    (url, found)
}

fn id_of(number: u8) -> String {
    format!("01J2GZ5YHJ00000000000000{number:02}")
}

/// A delivery that another session sends.
fn sent_delivery(id: &str) -> String {
    let (body, stamp) = (event("meeting.started", 0), timestamp(0));
    let line = json!({
        "v": 1, "type": "delivery", "id": id, "retry_of": null, "received_at": jiff::Timestamp::now().to_string(),
        "method": "POST", "target": "/webhook", "body": String::from_utf8(body.clone()).unwrap(),
        "headers": [["x-zm-request-timestamp", stamp], ["x-zm-signature", sign(SECRET, &stamp, &body)]],
        "peer": "203.0.113.9:443", "answer": { "status": 204, "ms": 1.0 },
    });
    format!("event: delivery\ndata: {line}\n\n")
}

#[cfg(unix)]
#[test]
fn a_flood_of_comments_does_not_delay_the_end() {
    let (url, _places) = hub_that(|stream| while stream.write_all(&b":\n".repeat(20_000)).is_ok() {});
    let home = TempDir::new().unwrap();
    let follower = follow_in(home.path(), &url, TOKEN, &[]);
    std::thread::sleep(Duration::from_millis(300));
    let (status, lines, _) = follower.interrupted();
    assert_eq!((status.code(), &lines[0]["type"]), (Some(0), &json!("summary")), "{lines:?}");
}

#[test]
fn a_delivery_that_the_other_session_sends_twice_does_not_hold_up_the_position() {
    let (url, places) = hub_that(|stream| {
        let sent = [2, 2, 3].map(|number| sent_delivery(&id_of(number))).concat();
        stream.write_all(sent.as_bytes()).unwrap();
    });
    let home = TempDir::new().unwrap();
    let mut follower = follow_in(home.path(), &url, TOKEN, &[]);
    assert_eq!(names(&mut follower, 2), ["meeting.started", "meeting.started"]);
    drop(follower.interrupted());
    drop(follow_in(home.path(), &url, TOKEN, &[]));
    assert_eq!([places.recv().unwrap(), places.recv().unwrap()], [String::new(), id_of(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_followers_app_refuses_is_not_blamed_on_zoom() {
    let mut app = App::start().await;
    app.answers("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    let port = app.address.port().to_string();
    let (url, _places) = hub_that(|stream| stream.write_all(sent_delivery(&id_of(2)).as_bytes()).unwrap());
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["follow", &url, "--as", "maria", "--compact", "--forward", &port, "--exit-after", "1"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("ZOOMHOOK_READ_TOKEN", TOKEN);
    let finished = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    app.next().await;
    assert_run!(finished.put(r"of \d\d:\d\d:\d\d\.\d{3}", "of TIME"), @"
    exit: 5
    --- stdout
     ??:??:??.???  ✓ meeting.started   from 203.0.113.9
     ??:??:??.???  → meeting.started   of TIME   401 in ?.? ms · localhost:?????
    --- stderr

      zoomhook ?.?.?                                              Ctrl-C to stop

      Secret    environment  ZOOM_WEBHOOK_SECRET_TOKEN   fingerprint b63f5ec9
      Session   http://127.0.0.1:?????   as maria
      Signed    afresh for your app if older than 60 s
      History   on · 0 deliveries stored
      App       http://localhost:?????

      maria follows this session for the first time. It gets new events. For earlier ones, add --since 2h.


      Ran for ?.? s.
      ✗ 1 event: refused by your app (401). Zoom had its answer before your app.
          meeting.started   1

    error: your app did not take every event: 1 refused by your app (401)
    ");
    let mut command = zoomhook(home.path());
    command.args(["history", "show", "last"]);
    let shown = tokio::task::spawn_blocking(move || finish(command)).await.unwrap();
    let outcome = shown.stdout.lines().find(|line| line.contains("Outcome")).unwrap();
    assert_eq!(outcome.trim(), "Outcome   refused by your app (401)");
}
