//! Keys of `zoomhook listen` on a terminal: what they do, and the state of the terminal at the end.
//!
//! The screen changes in steps, so a test waits for a text instead of comparing the whole screen.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::support::app::App;
use crate::support::ngrok_server::{Control, GOOD_TOKEN, NgrokServer, Script};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, event, head_with, sign, signed, timestamp, with_length};
use crate::support::screen::Screen;

const ZOOMHOOK: &str = env!("CARGO_BIN_EXE_zoomhook");

async fn send(screen: &Screen, name: &str) {
    post(screen, &signed("/webhook", &event(name, 0)), 204).await;
    screen.shows(name);
}

async fn post(screen: &Screen, request: &[u8], status: u16) {
    let reply = RawClient::connect(screen.address()).await.request(request).await;
    assert_eq!(reply.status, status);
}

fn last_copied(screen: &Screen) -> String {
    String::from_utf8(BASE64_STANDARD.decode(screen.copied().pop().unwrap()).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_arrows_select_and_enter_unfolds() {
    let mut screen = Screen::listen(&["--compact"]);
    for name in ["meeting.started", "meeting.ended"] {
        send(&screen, name).await;
    }
    screen.ends_with("2 verified · ? for keys");
    screen.press("\x1b[A");
    screen.ends_with("▸ 2/2 ✓ ");
    screen.ends_with("meeting.ended · r replay · enter unfold · c curl");
    screen.press("k");
    screen.ends_with("meeting.started · r replay");
    screen.ends_with("▸ 1/2 ✓ ");
    assert!(!screen.text().contains("account_id"), "{}", screen.text());
    screen.press("\r");
    screen.shows("\"account_id\": \"abc\"");
    screen.shows("x-zm-signature: v0=");
    // New deliveries do not change the selection.
    send(&screen, "meeting.deleted").await;
    screen.ends_with("meeting.started · r replay");
    screen.ends_with("▸ 1/3 ✓ ");
    screen.press("\x1b");
    screen.ends_with("Waiting for events · 3 verified");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_selection_tells_deliveries_of_the_same_name_and_second_apart() {
    let app = App::start().await;
    let mut screen = Screen::listen(&["--compact", "--forward", &app.address.port().to_string()]);
    let body = event("meeting.started", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    post(&screen, &signed("/webhook", &body), 204).await;
    post(&screen, &forged, 401).await;
    app.answers("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
    post(&screen, &signed("/webhook", &event("meeting.started", 7)), 404).await;
    screen.ends_with("1 delivered · 1 not delivered · 1 refused");
    for place in ["▸ 3/3 ▲ ", "▸ 2/3 ✗ ", "▸ 1/3 ✓ "] {
        screen.press("k");
        screen.ends_with(place);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_tunnel_stays_in_the_status_line_until_it_is_back() {
    let server = NgrokServer::start(Script::default());
    let (agent, ca) = (server.agent_address.to_string(), server.ca_file());
    let arguments =
        ["listen", "--port", "0", "--ngrok-connect-url", &agent, "--ngrok-ca", ca.to_str().unwrap()];
    let mut screen =
        Screen::start(80, &[&[ZOOMHOOK], &arguments[..]].concat(), &[("NGROK_AUTHTOKEN", GOOD_TOKEN)]);
    screen.ends_with("Waiting for events");
    server.script(|script| script.silent_at = Some(crate::support::ngrok_server::Step::Tls));
    server.control(&Control::Cut);
    screen.ends_with("Tunnel lost: Zoom cannot reach this machine");
    screen.press("p");
    screen.ends_with("Paused · 0 waiting · tunnel lost");
    screen.press("p");
    server.script(|script| script.silent_at = None);
    screen.ends_with("Waiting for events");
    screen.press("q");
    screen.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_names_only_requests_that_are_in_progress() {
    let mut screen = Screen::listen(&[]);
    send(&screen, "meeting.started").await;
    screen.press("q");
    screen.ended();
    assert!(!screen.text().contains("Stopping"), "{}", screen.text());

    let app = App::start().await;
    app.pauses(Duration::from_secs(30));
    let mut screen = Screen::listen(&["--forward", &app.address.port().to_string()]);
    let mut client = RawClient::connect(screen.address()).await;
    client.send(&signed("/webhook", &event("meeting.started", 0))).await;
    screen.ends_with("→ meeting.started  waiting for your app …");
    screen.press("q");
    screen.shows("Stopping: finishing 1 request in progress. Press Ctrl-C again");
    screen.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_is_shown_once_for_identical_failures_in_a_row() {
    let app = App::start().await;
    let no = "no such tenant";
    app.answers(&format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{no}", no.len()));
    let mut screen = Screen::listen(&["--forward", &app.address.port().to_string()]);
    for seconds in 0..3 {
        post(&screen, &signed("/webhook", &event("meeting.started", seconds)), 403).await;
    }
    screen.shows("Same as above, 3 in a row.");
    assert_eq!(screen.sent().matches("It answered: no such tenant").count(), 1);
    // A selected one is explained.
    screen.press("\r");
    screen.shows("which went to the sender");
    assert_eq!(screen.sent().matches("It answered: no such tenant").count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_answer_is_shown_as_lines_of_text() {
    let app = App::start().await;
    let page = "<h1>Not allowed</h1>\r\n<p>\r\n\tcode \x1b[31m7\r\n</p>\r\n";
    app.answers(&format!("HTTP/1.1 403 Forbidden\r\ncontent-length: {}\r\n\r\n{page}", page.len()));
    let mut screen = Screen::listen(&["--compact", "--forward", &app.address.port().to_string()]);
    post(&screen, &signed("/webhook", &event("meeting.started", 0)), 403).await;
    screen.ends_with("1 not delivered");
    screen.press("\r");
    screen.shows(
        "               Body:\n                 <h1>Not allowed</h1>\n                 <p>\n                     \
         code \\u{1b}[31m7\n                 </p>\n",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn enter_shows_a_refused_delivery_and_the_reason() {
    let mut screen = Screen::listen(&["--compact"]);
    screen.address();
    let body = event("meeting.started", 0);
    let forged = with_length(head_with("/webhook", &timestamp(0), "another-secret", &body), &body);
    post(&screen, &forged, 401).await;
    screen.shows("signature does not match");
    screen.press("\r");
    screen.shows("account_id");
    screen.shows("Zoom does not retry a 401");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_reaches_the_app_with_a_new_signature_and_is_reported() {
    let mut app = App::start().await;
    let mut screen = Screen::listen(&["--forward", &app.address.port().to_string()]);
    screen.address();
    // Almost stale: a correct receiver refuses this timestamp within a minute.
    let (body, old) = (event("meeting.started", 0), timestamp(-250));
    post(&screen, &with_length(head_with("/webhook", &old, SECRET, &body), &body), 204).await;
    assert_eq!(app.next().await.header("x-zm-request-timestamp"), [old.as_str()]);
    screen.shows("meeting.started");
    screen.press("r");
    let replayed = app.next().await;
    assert_eq!(replayed.body, body);
    let stamp = replayed.header("x-zm-request-timestamp")[0].to_owned();
    assert!(stamp.parse::<u64>().unwrap() >= old.parse::<u64>().unwrap() + 250, "{stamp}");
    assert_eq!(replayed.header("x-zm-signature"), [sign(SECRET, &stamp, &body)]);
    screen.shows("replayed: your app answered 204 in");
    assert!(app.got_nothing_more());
    screen.press("q");
    assert_eq!(screen.ended().exit_code(), 0);
    let mut shown = crate::support::process::zoomhook(screen.home.path());
    shown.args(["history", "show", "last"]);
    let shown = crate::support::process::finish(shown);
    let app = format!("http://localhost:{} answered 204", app.address.port());
    assert_eq!(shown.stdout.matches(&app).count(), 2, "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_without_an_app_shows_the_flag_that_adds_one() {
    let mut screen = Screen::listen(&[]);
    screen.address();
    send(&screen, "meeting.started").await;
    screen.press("r");
    screen.shows("--forward 3000");
    screen.shows(" --to 3000");
    assert!(!screen.text().contains("--history-file"), "{}", screen.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_in_a_remark_names_a_history_that_is_not_the_default() {
    let mut screen = Screen::listen(&["--history-file", "own.db"]);
    screen.address();
    send(&screen, "meeting.started").await;
    screen.press("r");
    screen.shows("--to 3000 --history-file /");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_delivery_is_replayed_unchanged_only_with_forward_unverified() {
    for (arguments, reaches) in [(&[][..], false), (&["--forward-unverified"][..], true)] {
        let mut app = App::start().await;
        if !reaches {
            app.expect_no_call();
        }
        let port = app.address.port().to_string();
        let mut screen = Screen::listen(&[&["--forward", &port], arguments].concat());
        screen.address();
        let body = event("a.b", 0);
        let stamp = timestamp(0);
        let forged = with_length(head_with("/webhook", &stamp, "another-secret", &body), &body);
        post(&screen, &forged, if reaches { 204 } else { 401 }).await;
        screen.shows("signature does not match");
        screen.press("r");
        if reaches {
            let (first, again) = (app.next().await, app.next().await);
            assert_eq!(first.header("x-zm-signature"), again.header("x-zm-signature"));
            screen.shows("replayed: your app answered 204");
        } else {
            screen.shows("With --forward-unverified");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_hides_other_events_and_new_deliveries_do_not_disturb_typing() {
    let mut screen = Screen::listen(&["--compact"]);
    screen.address();
    screen.press("f");
    screen.ends_with("esc clears):");
    screen.press("meet");
    screen.ends_with("esc clears): meet");
    send(&screen, "phone.first").await;
    screen.ends_with("esc clears): meet");
    screen.press("ing.*");
    screen.ends_with("esc clears): meeting.*");
    screen.press("\r");
    screen.ends_with("Filter meeting.* · 0 hidden");
    post(&screen, &signed("/webhook", &event("phone.second", 0)), 204).await;
    screen.ends_with("1 hidden · 2 verified");
    send(&screen, "meeting.started").await;
    assert!(!screen.text().contains("phone.second"));
    // What it has hidden is shown once it is cleared, and can be selected.
    screen.press("\x1b");
    screen.ends_with("Waiting for events · 3 verified");
    screen.shows("✓ phone.second");
    screen.press("k");
    screen.ends_with("phone.second · r replay");
    screen.press("\x1b");
    screen.ends_with("Waiting for events · 3 verified");
    send(&screen, "phone.third").await;
    screen.press("q");
    assert_eq!(screen.ended().exit_code(), 0);
    assert!(screen.text().contains("4 events verified"), "{}", screen.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_that_is_set_during_a_pause_applies_to_the_waiting_deliveries() {
    let mut screen = Screen::listen(&["--compact"]);
    screen.address();
    screen.press("p");
    for name in ["phone.first", "meeting.second", "phone.third"] {
        post(&screen, &signed("/webhook", &event(name, 0)), 204).await;
    }
    screen.ends_with("3 waiting · 3 verified · p resumes");
    // One key at a time: keys that arrive together are treated as pasted text.
    for keys in ["f", "meeting.*", "\r", "p"] {
        screen.press(keys);
        screen.ends_with(if keys == "f" { "clears):" } else { "meeting.*" });
    }
    screen.ends_with("Filter meeting.* · 2 hidden · 3 verified · esc clears it");
    assert!(
        screen.text().contains("meeting.second") && !screen.text().contains("phone."),
        "{}",
        screen.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_during_a_pause_are_shown_in_order_afterwards() {
    let mut screen = Screen::listen(&["--compact"]);
    screen.address();
    screen.press("p");
    screen.ends_with("Paused · 0 waiting");
    for name in ["a.first", "a.second", "a.third"] {
        post(&screen, &signed("/webhook", &event(name, 0)), 204).await;
    }
    screen.ends_with("Paused · 3 waiting");
    assert!(!screen.text().contains("a.first"));
    screen.press("p");
    screen.ends_with("Waiting for events · 3 verified");
    let text = screen.text();
    let places = ["a.first", "a.second", "a.third"].map(|name| text.find(name).unwrap());
    assert!(places.is_sorted(), "{text}");
    // Deliveries that wait at the end are shown too.
    screen.press("p");
    screen.ends_with("Paused");
    post(&screen, &signed("/webhook", &event("a.fourth", 0)), 204).await;
    screen.ends_with("1 waiting");
    screen.signal("INT");
    assert_eq!(screen.ended().exit_code(), 0);
    assert!(screen.text().contains("✓ a.fourth"), "{}", screen.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_copy_the_url_and_a_curl_command_without_the_secret() {
    let mut screen = Screen::listen(&[]);
    let address = screen.address();
    screen.press("o");
    screen.ends_with("Sent to your terminal to copy: local URL");
    screen.shows("Terminals do not confirm a copy.");
    assert_eq!(last_copied(&screen), format!("http://{address}/webhook"));
    send(&screen, "meeting.started").await;
    screen.press("c");
    screen.ends_with("Sent to your terminal to copy: curl command for meeting.started");
    assert_eq!(screen.text().matches("do not confirm").count(), 1);
    let curl = last_copied(&screen);
    assert!(curl.starts_with(&format!("curl -sS -i -X POST 'http://{address}/webhook'")), "{curl}");
    assert!(curl.contains("x-zm-signature: v0=") && !curl.contains(SECRET), "{curl}");
    assert!(curl.contains(std::str::from_utf8(&event("meeting.started", 0)).unwrap()), "{curl}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_url_is_copied_with_its_path_and_the_curl_command_targets_the_app() {
    let app = App::start().await;
    let port = app.address.port().to_string();
    let arguments =
        ["listen", "--port", "0", "--public-url", "https://hooks.example.com/webhook", "--forward", &port];
    let mut screen = Screen::start(100, &[&[ZOOMHOOK], &arguments[..]].concat(), &[]);
    screen.address();
    screen.press("o");
    screen.ends_with("Sent to your terminal to copy: URL for Marketplace");
    assert_eq!(last_copied(&screen), "https://hooks.example.com/webhook");
    send(&screen, "meeting.started").await;
    screen.press("c");
    screen.ends_with("to copy: curl");
    assert!(last_copied(&screen).contains(&format!("'http://localhost:{port}/webhook'")));
}

/// Puts a program into a folder that writes its arguments and its input to a file, and ends with a status.
fn program(folder: &Path, name: &str, status: u8) {
    let path = folder.join(name);
    let text = format!(
        "#!/bin/sh\n{{ echo \"$@\"; cat; }} > {}\nexit {status}\n",
        path.with_extension("got").display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_of_the_system_copies_and_the_screen_says_where_the_text_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let got = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    program(folder.path(), "wl-copy", 1);
    program(folder.path(), "xclip", 0);
    program(folder.path(), "tmux", 0);
    let listen = [ZOOMHOOK, "listen", "--port", "0", "--tunnel", "none"];
    let desktop =
        [("PATH", path.as_str()), ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0"), ("TMUX", "/tmp/x")];

    let mut screen = Screen::start(100, &listen, &desktop);
    let url = format!("http://{}/webhook", screen.address());
    screen.press("o");
    screen.ends_with("Copied: local URL");
    assert_eq!(got("xclip.got"), format!("-selection clipboard\n{url}"));
    assert!(screen.copied().is_empty() && got("tmux.got").is_empty());

    // Over ssh, the clipboard of this machine is not the user's.
    let mut screen = Screen::start(100, &listen, &[&desktop[..], &[("SSH_CONNECTION", "a b")]].concat());
    let url = format!("http://{}/webhook", screen.address());
    screen.press("o");
    screen.ends_with("Copied to tmux: local URL");
    screen.shows("tmux's prefix key and ] paste it");
    assert_eq!(got("tmux.got"), format!("load-buffer -w -\n{url}"));

    // An old tmux.
    program(folder.path(), "tmux", 1);
    let mut screen = Screen::start(100, &listen, &[("PATH", path.as_str()), ("TMUX", "/tmp/x")]);
    screen.address();
    screen.press("o");
    screen.ends_with("Sent to tmux to copy: local URL");
    screen.shows("set -s set-clipboard on");
    assert_eq!(screen.copied().len(), 1);
}

#[test]
fn a_question_mark_lists_the_keys_and_unknown_keys_do_nothing() {
    let mut screen =
        Screen::start(60, &[ZOOMHOOK, "listen", "--port", "0", "--tunnel", "none", "--no-history"], &[]);
    screen.address();
    screen.press("xyz\x1b[5~\x1bOP?");
    screen.shows("copy the URL for Marketplace");
    screen.ends_with("Waiting for events");
    // Pasted text is text, its line end included.
    screen.press("f");
    screen.ends_with("Filter");
    screen.press("queue\n");
    screen.ends_with(": queue");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_end_restores_the_terminal() {
    type Act = fn(&mut Screen);
    let ends: [(&str, Act, &[u32]); 6] = [
        ("q", |screen| screen.press("q"), &[0]),
        ("Ctrl-C", |screen| screen.press("\x03"), &[0]),
        ("twice", |screen| screen.press("\x03\x03"), &[0, 130]),
        ("TERM", |screen| screen.signal("TERM"), &[0]),
        ("HUP", |screen| screen.signal("HUP"), &[0]),
        ("Ctrl-\\", |screen| screen.press("\x1c"), &[1]),
    ];
    for (name, end, codes) in ends {
        let mut screen = Screen::listen(&[]);
        // The exit code is 0 only after at least one delivery.
        send(&screen, "meeting.started").await;
        screen.has_another_mode();
        end(&mut screen);
        let status = screen.ended();
        assert!(codes.contains(&status.exit_code()), "{name}: {status:?}");
    }
}

#[test]
fn an_error_restores_the_terminal() {
    let mut screen = Screen::listen(&["--max-body", "nonsense"]);
    assert_eq!(screen.ended().exit_code(), 2);

    let server = NgrokServer::start(Script::default());
    let agent = server.agent_address.to_string();
    let ca = server.ca_file();
    let arguments =
        ["listen", "--port", "0", "--ngrok-connect-url", &agent, "--ngrok-ca", ca.to_str().unwrap()];
    let mut screen = Screen::start(
        100,
        &[&[ZOOMHOOK], &arguments[..]].concat(),
        &[("NGROK_AUTHTOKEN", "2wrongTokenThatNobodyMaySee_1234567890abcdefghijkl")],
    );
    assert_eq!(screen.ended().exit_code(), 6);
}

#[test]
fn a_timeout_restores_the_terminal() {
    let mut screen = Screen::listen(&["--timeout", "1s"]);
    screen.has_another_mode();
    assert_eq!(screen.ended().exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_z_restores_the_terminal_and_fg_takes_it_again() {
    let mut screen = Screen::listen(&[]);
    screen.address();
    screen.has_another_mode();
    screen.press("\x1a");
    screen.is_in_state("T");
    assert_eq!(screen.mode(), screen.first_mode);
    screen.signal("CONT");
    screen.has_another_mode();
    send(&screen, "meeting.started").await;
    screen.press("k");
    screen.ends_with("meeting.started · r replay");
    screen.press("q");
    assert_eq!(screen.ended().exit_code(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_session_runs_without_keys_until_fg() {
    let script = format!("{ZOOMHOOK} listen --port 0 --tunnel none & read line; fg; echo left with $?");
    let mut screen = Screen::start(100, &["sh", "-mc", &script], &[]);
    screen.address_in_background();
    send(&screen, "meeting.started").await;
    assert_eq!(screen.mode(), screen.first_mode);
    // Nothing is drawn over the prompt of the shell.
    assert!(!screen.text().contains("Waiting") && !screen.sent().contains("\x1b[2K"), "{}", screen.text());
    screen.press("\n");
    screen.has_another_mode();
    send(&screen, "meeting.ended").await;
    screen.ends_with("Waiting for events · 2 verified");
    screen.press("q");
    screen.shows("left with 0");
    assert!(screen.ended().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ctrl_z_and_bg_send_to_the_background_leaves_the_prompt_alone() {
    // `read` is the prompt of the shell.
    let listen = format!("{ZOOMHOOK} listen --compact --port 0 --tunnel none");
    let script = format!("{listen}; bg; printf 'PROMPT> '; read line; kill %1; wait");
    let mut screen = Screen::start(100, &["sh", "-mc", &script], &[]);
    screen.ends_with("Waiting for events");
    screen.address();
    screen.press("\x1a");
    screen.shows("PROMPT>");
    let wiped = screen.sent().matches("\x1b[2K").count();
    send(&screen, "meeting.started").await;
    assert_eq!(screen.sent().matches("\x1b[2K").count(), wiped);
    screen.shows("PROMPT>");
    screen.press("\n");
    screen.ended();
}

#[test]
fn keys_are_off_where_stdin_or_stdout_is_not_an_interactive_terminal() {
    let listen = format!("{ZOOMHOOK} listen --port 0 --tunnel none");
    for (more, environment) in [
        ("< /dev/null", &[][..]),
        ("--no-keys", &[]),
        ("2>&1 | cat", &[]),
        ("", &[("TERM", "dumb")]),
        ("--format json", &[]),
    ] {
        let mut screen = Screen::start(100, &["sh", "-c", &format!("exec {listen} {more}")], environment);
        screen.shows("/webhook");
        assert_eq!(screen.mode(), screen.first_mode, "{more}");
        assert!(!screen.text().contains("? for keys"), "{more}");
        screen.press("\x03");
        screen.ended();
    }
    // `--quiet` prints nothing that the test could wait for.
    let mut screen = Screen::listen(&["--quiet", "--timeout", "1s"]);
    assert!(screen.ended().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prompt_for_the_secret_comes_first_and_does_not_echo() {
    let mut screen = Screen::listen(&["--secret"]);
    screen.shows("ecret token");
    // Input before the echo is off is discarded.
    screen.has_another_mode();
    screen.press(SECRET);
    screen.press("\r");
    screen.address();
    screen.has_another_mode();
    send(&screen, "meeting.started").await;
    assert!(!screen.text().contains(SECRET));
    screen.press("q");
    assert_eq!(screen.ended().exit_code(), 0);
}
