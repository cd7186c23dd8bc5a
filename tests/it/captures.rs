//! Reads and verifies every file in `tests/captures`. The folder name is the expected verdict.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use zoomhook::capture::{self, Capture, Format, RecordLimits};
use zoomhook::zoom::{SIGNATURE_HEADER, SecretToken, Signature, TIMESTAMP_HEADER};

/// The secret token of the captures.
const SECRET: &str = "zoomhook-test-secret";

fn folder(name: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no captures in {name}");
    files
}

/// The format from the name of a file: `format.description.extension`.
fn named_format(path: &Path) -> Format {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.split('.').next().unwrap().parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn read(path: &Path) -> Vec<Capture> {
    let bytes = fs::read(path).unwrap();
    let sample = &bytes[..bytes.len().min(capture::SAMPLE_LEN)];
    let format = capture::detect(sample).unwrap_or_else(|| panic!("{}: not recognized", path.display()));
    assert_eq!(format.name(), named_format(path).name(), "{}", path.display());
    let referenced_file = |name: &str| fs::read(path.with_file_name(name).with_extension("body"));
    let captures: Result<Vec<_>, _> =
        capture::read(bytes.as_slice(), format, RecordLimits::default(), &referenced_file).collect();
    let captures = captures.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(captures.iter().enumerate().all(|(i, c)| c.place.index == i), "{}", path.display());
    assert_eq!(captures.len(), named_count(path), "{}", path.display());
    captures
}

/// The number of requests from the name of a file: `x3` for three. The default is one.
fn named_count(path: &Path) -> usize {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.split('.').find_map(|part| part.strip_prefix('x')?.parse().ok()).unwrap_or(1)
}

/// Whether the signature matches one of the body's candidates.
fn verifies(capture: &Capture) -> bool {
    let secret = SecretToken::new(SECRET).unwrap();
    let Some(timestamp) = capture.headers.get(TIMESTAMP_HEADER) else { return false };
    let signature = capture.headers.text(SIGNATURE_HEADER).and_then(|text| text.parse::<Signature>().ok());
    signature.is_some_and(|signature| {
        capture.body.candidates().any(|body| secret.verify(timestamp, body, &signature))
    })
}

fn files(name: &str) -> impl Iterator<Item = PathBuf> {
    folder(name).into_iter().filter(|path| path.extension().is_none_or(|extension| extension != "body"))
}

#[test]
fn every_valid_capture_verifies() {
    for path in files("valid") {
        for capture in read(&path) {
            let place = (path.display(), capture.place.index);
            assert!(verifies(&capture), "{place:?}: {} {:?}", shown(&capture), capture.notes);
        }
    }
}

fn shown(capture: &Capture) -> String {
    let candidates: Vec<_> = capture.body.candidates().map(String::from_utf8_lossy).collect();
    format!("{:?}\n{}", capture.headers.text(SIGNATURE_HEADER), candidates.join("\n"))
}

#[test]
fn no_invalid_capture_verifies_and_every_invalid_capture_has_a_body() {
    for path in files("invalid") {
        for capture in read(&path) {
            assert!(!verifies(&capture), "{}", path.display());
            assert!(!capture.body.bytes.is_empty(), "{}", path.display());
        }
    }
}

#[test]
fn captures_that_cannot_be_verified_lack_a_body_or_have_a_note() {
    for path in files("cannot-tell") {
        for capture in read(&path) {
            assert!(!verifies(&capture), "{}", path.display());
            let silent = capture.notes.is_empty() && !capture.body.bytes.is_empty();
            assert!(!silent, "{}: {capture:#?}", path.display());
        }
    }
}

#[test]
fn every_format_has_a_valid_capture() {
    let present: Vec<_> = files("valid").map(|path| named_format(&path)).collect();
    for format in Format::ALL {
        assert!(present.contains(format), "no capture for {}", format.name());
    }
}

#[test]
fn reads_response_time_and_address_if_the_format_has_them() {
    let valid = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures/valid");
    // 2026-11-24T08:00:01.4Z in all captures.
    let recorded = UNIX_EPOCH + Duration::from_millis(1_795_507_201_400);
    for (name, status, took, body) in [
        ("ngrok.list.x3.json", Some(200), Some(Duration::from_micros(12_500)), "ok"),
        ("har.several.x3.har", Some(200), Some(Duration::from_micros(12_500)), "ok"),
        ("zoomhook.session.x4.ndjson", Some(204), Some(Duration::from_millis(2)), ""),
    ] {
        for capture in read(&valid.join(name)) {
            let response = capture.response.unwrap_or_else(|| panic!("{name} has answers"));
            assert_eq!((response.status, response.took), (status, took), "{name}");
            assert_eq!(String::from_utf8_lossy(&response.body.bytes), body, "{name}");
            let at = capture.captured_at.unwrap_or_else(|| panic!("{name} has times"));
            let off = at.duration_since(recorded).unwrap_or_else(|error| error.duration());
            assert!(off < Duration::from_millis(1), "{name}: {off:?}");
        }
    }
    for name in [
        "ngrok.list.x3.json",
        "webhook-site.list.x3.json",
        "lambda.v1-list.x3.json",
        "csv.webhook-site.x3.csv",
    ] {
        let addresses = read(&valid.join(name)).into_iter().map(|capture| capture.remote);
        assert!(addresses.into_iter().all(|address| address.as_deref() == Some("203.0.113.24")), "{name}");
    }
    for name in [
        "raw-http.sequence-with-answers.x3.http",
        "raw-http.challenge-with-answer.http",
        "curl-verbose.with-command.txt",
    ] {
        let answers = read(&valid.join(name)).into_iter().filter_map(|capture| capture.response);
        assert!(
            answers.into_iter().all(|answer| answer.status == Some(200) && !answer.body.bytes.is_empty()),
            "{name}"
        );
    }
}
