//! Reads and judges every file in `tests/captures`, and compares the results with the table in `expected.txt`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;
use zoomhook::capture::{self, Capture, Format, RecordLimits};

use crate::support::process::{finish, zoomhook};

/// The secret token of the captures.
const SECRET: &str = "zoomhook-test-secret";

/// The folders, each with the verdict on all of its captures. Those in `posted` have different verdicts.
const FOLDERS: [(&str, Option<&str>); 4] = [
    ("valid", Some("valid")),
    ("invalid", Some("invalid")),
    ("cannot-tell", Some("unknown")),
    ("posted", None),
];

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}

/// The verdicts on all files, read as one run of the program.
fn verdicts() -> Vec<Value> {
    let home = TempDir::new().unwrap();
    let mut command = zoomhook(home.path());
    command.args(["verify", "--recursive", "--format", "json"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    for (folder, expected) in FOLDERS {
        // A file in a folder is skipped if it has no signature. One that is named is not.
        match expected {
            Some(_) => command.arg(captures().join(folder)),
            None => command.args(files(folder)),
        };
    }
    let lines = finish(command).stdout;
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Folder and file of a verdict.
fn file(verdict: &Value) -> String {
    let source = verdict["source"].as_str().unwrap().replace('\\', "/");
    source.rsplit_once("tests/captures/").unwrap().1.to_owned()
}

/// The line of a verdict in the table: the file, the verdict, its cause or remarks, and how it was read.
fn row(verdict: &Value) -> String {
    let text = |name: &str| verdict[name].as_str().unwrap_or("-").to_owned();
    let remarks: Vec<&str> =
        verdict["remark_codes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let cause = if remarks.is_empty() { text("cause") } else { remarks.join("+") };
    let mut row = format!(
        "{} {}: {} {cause}, {} {}",
        file(verdict),
        verdict["index"],
        text("verdict"),
        text("format"),
        text("fidelity")
    );
    if let Some(found) = verdict["found"].as_object() {
        let line = |name: &str| found[name].as_u64().map_or_else(|| "-".to_owned(), |line| line.to_string());
        let layers: Vec<&str> =
            found["layers"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let lines = ["signature_line", "timestamp_line", "body_line"].map(line).join(" ");
        write!(
            row,
            ", lines {lines}, {}",
            if layers.is_empty() { "as it is".to_owned() } else { layers.join(" > ") }
        )
        .unwrap();
    }
    row
}

#[test]
fn every_capture_is_read_and_judged_as_the_table_says() {
    let table = captures().join("expected.txt");
    let rows: String = verdicts().iter().map(|verdict| row(verdict) + "\n").collect();
    if std::env::var_os("ZOOMHOOK_REGENERATE").is_some() {
        fs::write(&table, &rows).unwrap();
    }
    let expected = fs::read_to_string(&table).unwrap().replace("\r\n", "\n");
    let differing = |one: &str, other: &str| -> Vec<String> {
        one.lines().filter(|line| !other.lines().any(|known| known == *line)).map(str::to_owned).collect()
    };
    assert!(
        rows == expected,
        "new: {:#?}\nmissing: {:#?}",
        differing(&rows, &expected),
        differing(&expected, &rows)
    );
}

#[test]
fn every_capture_has_the_verdict_of_its_folder_and_as_many_requests_as_its_name_says() {
    let verdicts = verdicts();
    for (folder, expected) in FOLDERS {
        for path in files(folder) {
            let name = format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
            let own: Vec<_> = verdicts.iter().filter(|verdict| file(verdict) == name).collect();
            assert_eq!(
                own.len(),
                if folder == "posted" { own.len().max(1) } else { named_count(&path) },
                "{name}"
            );
            if let Some(expected) = expected {
                assert!(own.iter().all(|verdict| verdict["verdict"] == expected), "{name}: {own:#?}");
            }
        }
    }
}

#[test]
fn every_format_has_a_valid_capture() {
    let verdicts = verdicts();
    for format in Format::ALL {
        let is_present = verdicts
            .iter()
            .any(|verdict| verdict["format"] == format.name() && verdict["verdict"] == "valid");
        assert!(is_present, "no capture for {}", format.name());
    }
}

fn folder(name: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(captures().join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no captures in {name}");
    files
}

/// The captures in a folder, without the files that they refer to.
fn files(name: &str) -> impl Iterator<Item = PathBuf> {
    folder(name).into_iter().filter(|path| path.extension().is_none_or(|extension| extension != "body"))
}

/// The number of requests from the name of a file: `x3` for three. The default is one.
fn named_count(path: &Path) -> usize {
    let name = path.file_name().unwrap().to_str().unwrap();
    name.split('.').find_map(|part| part.strip_prefix('x')?.parse().ok()).unwrap_or(1)
}

fn read(path: &Path) -> Vec<Capture> {
    let bytes = fs::read(path).unwrap();
    let format = capture::detect(&bytes).unwrap();
    let referenced_file = |name: &str| fs::read(path.with_file_name(name).with_extension("body"));
    capture::read(bytes.as_slice(), format, RecordLimits::default(), &referenced_file)
        .map(Result::unwrap)
        .collect()
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
    for name in ["ngrok.list.x3.json", "webhook-site.list.x3.json", "lambda.v1-list.x3.json"] {
        let addresses = read(&valid.join(name)).into_iter().map(|capture| capture.remote);
        assert!(addresses.into_iter().all(|address| address.as_deref() == Some("203.0.113.24")), "{name}");
    }
    for name in ["raw-http.sequence-with-answers.x3.http", "raw-http.challenge-with-answer.http"] {
        let answers = read(&valid.join(name)).into_iter().filter_map(|capture| capture.response);
        assert!(
            answers.into_iter().all(|answer| answer.status == Some(200) && !answer.body.bytes.is_empty()),
            "{name}"
        );
    }
}
