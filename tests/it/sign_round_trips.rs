//! Bodies that are hard to write down, signed in every format: what `sign` prints is read back as valid, or `sign`
//! refuses with the reason.

use std::path::Path;
use std::process::Output;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use tempfile::TempDir;
use zoomhook::zoom::SecretToken;

use crate::support::process::{finish_with_input, output_with_input, zoomhook};
use crate::support::requests::SECRET;

/// Starts and ends that mean something to a shell, to curl, to PowerShell, to an editor, or to a reader of captures.
const PIECES: &[&[u8]] = &[
    b"@",
    b"@file",
    b"@-",
    b"@a=b\n{{a}}",
    b"-",
    b"--data",
    b"--next",
    b"\r",
    b"\r\n",
    b"\n",
    b"\n\n",
    b"\n###\n",
    b"### a\n",
    b"# a\n",
    b"// a\n",
    b"< file",
    b"\n<> file",
    b"\n> {% %}",
    b"{{$guid}}",
    b"'",
    b"\"",
    b"`",
    b"\\",
    b"$",
    b"$(id)",
    b"${a}",
    b"!!",
    b"%PATH%",
    b"^",
    b"=",
    b";",
    b" ",
    b"\t",
    b"\0",
    b"\x1b",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xe2\x80\x9c",
    b"\xe2\x80\x99",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x9a\x92",
    b"HTTP/1.1 200 OK\r\n",
    b"\nPOST / HTTP/1.1\n",
    b"\ncurl http://a\n",
    b"x-zm-signature: v0=00\n",
    b"\nEOF\n",
    b"{\"headers\":{},\"body\":1}",
    b"content-length: 1\n\n",
];

const FORMS: [&str; 9] =
    ["headers", "curl", "http", "json", "raw-signature", "powershell", "httpie", "har", ".http"];

const SIGNATURE_NAME: &[u8] = b"x-zm-signature";

const TIMESTAMP: &str = "1795507201";

/// A folder for the files that `sign` writes.
fn sign(folder: &Path, body: &[u8], form: &str) -> Output {
    let mut command = zoomhook(folder);
    command.args(["sign", "-", "--format", form, "--timestamp", TIMESTAMP]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("TMPDIR", folder).env("TMP", folder);
    output_with_input(command, body)
}

/// The verdicts of `verify -`.
fn verdicts(folder: &Path, capture: &[u8]) -> Vec<String> {
    let mut command = zoomhook(folder);
    command.args(["verify", "-", "--format", "json"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    let lines = finish_with_input(command, capture).stdout;
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let verdicts = lines.filter(|line| line["type"] == "verdict");
    verdicts.map(|line| line["verdict"].as_str().unwrap().to_owned()).collect()
}

/// The body that a program with this name would get on its standard input.
#[cfg(unix)]
fn piped(command: &str, program: &str) -> Vec<u8> {
    let script = format!("{program}() {{ cat; }}\n{command}");
    std::process::Command::new("sh").arg("-c").arg(script).output().unwrap().stdout
}

#[cfg(windows)]
fn piped(_: &str, _: &str) -> Vec<u8> {
    unreachable!("the command is for a Unix shell")
}

/// Signs the body in this format and reads the result back.
fn round_trip(body: &[u8], form: &str) {
    let folder = TempDir::new().unwrap();
    let signed = sign(folder.path(), body, form);
    let text = String::from_utf8_lossy(&signed.stdout).into_owned();
    let errors = String::from_utf8_lossy(&signed.stderr).into_owned();
    let shown = || format!("{form}, {:?}: {errors}{text}", String::from_utf8_lossy(body));
    if !signed.status.success() {
        assert!(signed.status.code() == Some(2) && errors.starts_with("error: "), "{}", shown());
        return;
    }
    match form {
        // Without the body, or for a program whose commands `verify` does not read.
        "raw-signature" => {
            let signature = SecretToken::new(SECRET).unwrap().sign(TIMESTAMP.as_bytes(), body).to_string();
            assert_eq!(text.trim_end(), signature, "{}", shown());
        }
        "headers" => {
            let message = [b"POST / HTTP/1.1\n", text.as_bytes(), b"\n", body].concat();
            assert_eq!(verdicts(folder.path(), &message), ["valid"], "{}", shown());
        }
        "httpie" if cfg!(unix) => assert_eq!(piped(&text, "http"), body, "{}", shown()),
        "httpie" => {}
        // A signature inside the body looks like that of another request, which then has no body.
        _ if body.windows(SIGNATURE_NAME.len()).any(|name| name == SIGNATURE_NAME) => {
            let verdicts = verdicts(folder.path(), &signed.stdout);
            assert!(verdicts.contains(&"valid".to_owned()), "{}", shown());
            assert!(!verdicts.contains(&"invalid".to_owned()), "{}", shown());
        }
        _ => assert_eq!(verdicts(folder.path(), &signed.stdout), ["valid"], "{}", shown()),
    }
}

#[test]
fn every_format_of_a_body_with_a_hard_start_or_end_is_read_back() {
    for (number, piece) in PIECES.iter().enumerate() {
        let body = br#"{"event":"a.b"}"#.as_slice();
        let body = match number % 3 {
            0 => [piece, body].concat(),
            1 => [body, piece].concat(),
            _ => piece.to_vec(),
        };
        // The other formats are in the random test: they encode every body alike.
        for form in ["curl", "http", "powershell", "httpie", ".http"] {
            round_trip(&body, form);
        }
    }
}

#[test]
fn every_format_of_a_random_body_is_read_back() {
    let piece = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
    let bytes = prop::collection::vec(any::<u8>(), 0..12);
    let json = Just(br#"{"event":"a.b","payload":{}}"#.to_vec());
    let part = prop_oneof![3 => piece, 1 => bytes, 1 => json];
    let body = prop::collection::vec(part, 0..5).prop_map(|parts| parts.concat());
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    // The same bodies in every run. Each case starts two processes.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let tried = TestRunner::new_with_rng(config, random).run(
        &(body, prop::sample::select(&FORMS[..])),
        |(body, form)| {
            round_trip(&body, form);
            Ok(())
        },
    );
    assert!(tried.is_ok(), "{}", tried.unwrap_err());
}
