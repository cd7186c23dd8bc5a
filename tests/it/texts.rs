//! Messages that name the flag, the mistake or the expected value.

use std::io::{Read, Write};
use std::net::TcpListener;

use tempfile::TempDir;

use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::RawClient;
use crate::support::requests::{SECRET, signed};
use crate::support::snapshot::{assert_run, assert_text};

fn run(arguments: &[&str]) -> Finished {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

/// A port where each connection gets these bytes once it has sent some.
fn answering(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
        }
    });
    address
}

/// What a server for plain HTTP answers to the beginning of a TLS handshake.
const BAD_REQUEST: &[u8] = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
/// What a TLS server answers to plain HTTP: an alert.
const ALERT: &[u8] = &[0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];

#[test]
fn a_wrong_number_is_answered_with_what_is_expected() {
    let mut shown = String::new();
    for arguments in [
        &["listen", "--port"][..],
        &["listen", "--max-connections"],
        &["listen", "--exit-after"],
        &["trigger", "meeting.started", "--count"],
        &["trigger", "meeting.started", "--concurrency"],
        &["trigger", "meeting.started", "--rate"],
        &["trigger", "meeting.started", "--seed"],
        &["trigger", "meeting.started", "--speed"],
        &["events", "sample", "meeting.started", "--seed"],
        &["history", "list", "--limit"],
    ] {
        for number in ["many", "-1", "99999999999999999999999"] {
            let flag = format!("{}={number}", arguments[arguments.len() - 1]);
            let finished = run(&[&arguments[..arguments.len() - 1], &[&flag]].concat());
            let line = finished.stderr.lines().next().unwrap_or_default().to_owned();
            assert!(!line.contains("invalid digit") && !line.contains("too large to fit"), "{line}");
            if number == "many" {
                shown.push_str(&line);
                shown.push('\n');
            }
        }
    }
    assert_text!(shown, @"
    error: invalid value 'many' for '--port <PORT>': write a whole number from 0 to 65535
    error: invalid value 'many' for '--max-connections <N>': write a whole number from 1 to 65536
    error: invalid value 'many' for '--exit-after <N>': write a whole number, 1 or more
    error: invalid value 'many' for '--count <NUMBER>': write a whole number, 1 or more
    error: invalid value 'many' for '--concurrency <NUMBER>': write a whole number from 1 to 1024
    error: invalid value 'many' for '--rate <NUMBER>': write a number of requests per second, above zero
    error: invalid value 'many' for '--seed <NUMBER>': write a whole number, 0 or more
    error: invalid value 'many' for '--speed <NUMBER|max>': write a number above zero, such as 60, or 'max'
    error: invalid value 'many' for '--seed <NUMBER>': write a whole number, 0 or more
    error: invalid value 'many' for '--limit <N>': write a whole number from 0 to 4294967295
    ");
}

#[test]
fn the_wrong_scheme_is_named() {
    let (plain, tls) = (answering(BAD_REQUEST), answering(ALERT));
    assert_run!(run(&["trigger", "meeting.started", "--seed", "1", "--to", &format!("https://{plain}")]), @"
    exit: 5
    --- stdout
     ✗ meeting.started   not connected in ?.? ms
         The connection failed: the answer is not TLS; if this port speaks plain HTTP, write http:// instead of https://.
         Zoom would retry after 5 min.
    ");
    assert_run!(run(&["trigger", "meeting.started", "--seed", "1", "--to", &format!("http://{tls}")]), @"
    exit: 5
    --- stdout
     ✗ meeting.started   not connected in ?.? ms
         The connection failed: the answer is not HTTP/1.1; for a port with TLS, write https:// instead of http://.
         Zoom would retry after 5 min.
    ");
}

#[test]
fn no_message_has_the_number_of_an_error() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        // What was sent is not read, so the connection is reset.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                std::thread::sleep(std::time::Duration::from_millis(50));
                drop(stream);
            }
        });
        address
    };
    for arguments in [
        &["trigger", "meeting.started", "--to", &closed][..],
        &["trigger", "meeting.started", "--to", "127.0.0.1:1"],
        &["sign", "{}", "--to", "127.0.0.1:1"],
        &["sign", "absent.json"],
        &["verify", "absent.http"],
        &["history", "import", "absent.http"],
        &["trigger", "--check", "absent.toml"],
        &["events", "sample", "meeting.started", "--file", "absent.json"],
        &["man", "--dir", "absent"],
        &["listen", "--env-file", "absent"],
        &["listen", "--secret-file", "absent"],
    ] {
        let finished = run(arguments);
        let text = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!text.contains("os error") && finished.code != Some(0), "{arguments:?}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_bodies_is_named_with_its_flag() {
    let mut listen = Listen::start(&["--max-body", "1KiB"]);
    let body = format!(r#"{{"event":"a.b","text":"{}"}}"#, "x".repeat(2000));
    let reply = RawClient::connect(listen.address).await.request(&signed("/webhook", body.as_bytes())).await;
    assert_eq!(reply.status, 413);
    assert_text!(listen.delivery()["detail"].as_str().unwrap(), @"The body is larger than the limit of 1 KiB; Zoom's events are far smaller. --max-body raises the limit.");
}

#[cfg(unix)]
mod on_a_terminal {
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::support::app::App;
    use crate::support::ngrok_server::certificate;
    use crate::support::screen::Screen;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_certificate_that_is_not_trusted_is_named_with_the_flags_of_the_command() {
        let app = App::start_with_tls(TlsAcceptor::from(certificate::make().server));
        app.expect_no_call();
        let url = format!("https://localhost:{}", app.address.port());
        let mut screen = Screen::listen(&["--forward", &url, "--history-file", "h.db"]);
        let request = signed("/webhook", br#"{"event":"a.b"}"#);
        RawClient::connect(screen.address()).await.request(&request).await;
        screen.shows("--forward-ca FILE trusts its certificate, --forward-insecure");
        screen.signal("INT");
        screen.ended();
        let mut command = zoomhook(screen.home.path());
        command.args(["replay", "--to", &url, "--history-file", "h.db"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        assert_run!(finish(command), @"
        exit: 5
        --- stdout
          ✗ a.b   connection lost   ?????????? → https://localhost:?????
            No connection to your app at https://localhost:?????: the certificate is not trusted: its issuer is unknown. --ca FILE trusts its certificate, --insecure trusts any. Zoom would retry after 5 minutes.
            Same answer as before.
        ");
    }

    #[test]
    fn the_manual_page_is_text_in_a_pager() {
        let words = [env!("CARGO_BIN_EXE_zoomhook"), "man"];
        let mut screen = Screen::start(100, &words, &[("ZOOMHOOK_PAGER", "sed s/^/|/")]);
        screen.ended();
        let text = screen.sent().replace("\r\n", "\n");
        assert!(text.lines().all(|line| line.starts_with('|')), "{text}");
        let styles = regex::Regex::new("\x1b\\[[0-9;]*m").unwrap();
        let text = styles.replace_all(&text, "").into_owned();
        assert!(!text.contains('\x1b') && !text.contains("\\f") && !text.contains("\n|."), "{text}");
        assert_text!(text.lines().take(24).collect::<Vec<_>>().join("\n"), @"
        |
        |NAME
        |       zoomhook - Zoom webhooks on your laptop in one command
        |
        |SYNOPSIS
        |       zoomhook [--profile] [-h|--help] [-V|--version] <subcommands>
        |
        |DESCRIPTION
        |       Zoom webhooks on your laptop in one command
        |
        |       Opens a public https URL for Marketplace, answers the challenge, and verifies and shows
        |       every request. Each refused request comes with a reason. Not affiliated with Zoom or ngrok.
        |
        |OPTIONS
        |
        |       -h, --help
        |              Print help (see a summary with '-h')
        |
        |       -V, --version
        |              Print version
        |
        |PROJECT
        |
        |       --profile <NAME>
        ");
    }
}
