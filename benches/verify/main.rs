//! Verification compared with plain SHA-256 over the same bytes, interleaved in one run, and the cost of a full
//! diagnosis.
//!
//! `cargo bench --bench verify` prints ratios, because machines differ and are noisy. SHA-256 runs on one thread and on
//! all cores. Verification reads, cuts, parses and hashes the file, and returns verdicts in order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub)]

use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use zoomhook::capture::from_parts;
use zoomhook::diagnosis::{Role, SecretText, Secrets};
use zoomhook::verify::{AgeRule, CaptureJudge, CaptureSource, DeliveryVerdict, VerifyPlan, verify};
use zoomhook::zoom::SecretToken;

/// The goals for the figures.
const AIM_RATIO: f64 = 0.5;
const AIM_DIAGNOSIS: Duration = Duration::from_millis(20);
/// For each 10 KB.
const AIM_SEARCH: Duration = Duration::from_millis(50);
const AIM_HOSTILE: Duration = Duration::from_secs(2);

const SECRET: &str = "zoomhook-test-secret";
const TIMESTAMP: &str = "1795507201";
const ROUNDS: usize = 7;
/// Long enough that the time to start threads is negligible.
const FILE_BYTES: usize = 128 << 20;

fn main() {
    // `cargo test --benches` starts this program too, without `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for body_bytes in [512, 2 << 10, 32 << 10] {
        for (name, write) in [("NDJSON", ndjson as fn(&str) -> String), ("raw HTTP", raw_http)] {
            let path = folder.path().join("requests");
            let one = write(&body(body_bytes));
            let requests = FILE_BYTES / one.len();
            std::fs::write(&path, one.repeat(requests)).unwrap();
            throughput(&format!("{name}, bodies of {body_bytes} bytes"), &path, requests);
        }
    }
    diagnosis();
    searches();
}

/// Texts that no reader reads: a log with one request in it, and hostile ones.
fn searches() {
    let body = body(2 << 10);
    let line = "2026-11-24T08:00:01.100Z app[web.1]: ";
    let request = format!(
        "{line}x-zm-signature: {}\n{line}x-zm-request-timestamp: {TIMESTAMP}\n{line}{body}\n",
        signature(&body)
    );
    let other = format!("{line}GET /health 200 in 3 ms, {{ cache: 'hit', user: null }}\n");
    let log = |bytes: usize| {
        let half = other.repeat(bytes / 2 / other.len());
        format!("{half}{request}{half}")
    };
    let nested = (0..8).fold(r#"{"event":"x"} "#.repeat(500), |text, _| {
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text)
    });
    for (name, text, aim) in [
        ("a log of 10 KB", log(10 << 10), AIM_SEARCH),
        ("a log of 100 KB", log(100 << 10), AIM_SEARCH * 10),
        ("100,000 braces", "{".repeat(100_000), AIM_HOSTILE),
        ("50 MB of hex digits", "ab12cd34".repeat(50 << 17), AIM_HOSTILE),
        ("32 MB of signatures", "x-zm-signature: v0=ab12\n".repeat(1_400_000), AIM_HOSTILE),
        ("nested base64", nested, AIM_HOSTILE),
    ] {
        let text = &text[..text.len().min(50 << 20)];
        let judge = CaptureJudge::new(
            Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]),
            AgeRule::default(),
        );
        let source = CaptureSource::Memory { name: name.to_owned(), bytes: text.as_bytes().to_vec() };
        let plan = VerifyPlan { sources: vec![source], ..VerifyPlan::default() };
        let taken = timed(|| verify(&plan, &judge, |_| ControlFlow::Continue(())));
        println!("search of {name}: {taken:.1?} (aim {aim:?})");
    }
}

fn body(bytes: usize) -> String {
    let text = "Weekly sync – día, \\uD83D\\uDE92 ".repeat(bytes / 32);
    format!(
        r#"{{"event":"meeting.started","payload":{{"account_id":"abc","object":{{"topic":"{text}","id":"91234567890","type":2}}}},"event_ts":1795507200123}}"#
    )
}

fn signature(body: &str) -> String {
    SecretToken::new(SECRET).unwrap().sign(TIMESTAMP.as_bytes(), body.as_bytes()).to_string()
}

fn ndjson(body: &str) -> String {
    let headers = [["x-zm-request-timestamp", TIMESTAMP], ["x-zm-signature", &signature(body)]];
    let line = serde_json::json!({ "v": 1, "type": "delivery", "body": body, "headers": headers });
    format!("{line}\n")
}

fn raw_http(body: &str) -> String {
    format!(
        "POST /webhook HTTP/1.1\r\nhost: a\r\nx-zm-request-timestamp: {TIMESTAMP}\r\nx-zm-signature: {}\r\n\
         content-length: {}\r\n\r\n{body}\r\n",
        signature(body),
        body.len()
    )
}

fn throughput(name: &str, path: &Path, requests: usize) {
    let bytes = std::fs::read(path).unwrap();
    let size = bytes.len() as f64;
    let secrets = || Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]);
    let judge = CaptureJudge::new(secrets(), AgeRule::default());
    let plan = VerifyPlan { sources: vec![CaptureSource::Path(path.to_owned())], ..VerifyPlan::default() };
    let (mut ours, mut one, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(|| judge_all(&plan, &judge, requests)));
        one.push(timed(|| hash(&bytes)));
        all.push(timed(|| hash_on_all_cores(&bytes)));
    }
    let best = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
    let (ours, one, all) = (best(&ours), best(&one), best(&all));
    println!("{name}:");
    println!(
        "  verify               {:>8.0} requests/s {:>8.0} MB/s",
        requests as f64 / ours,
        size / ours / 1e6
    );
    println!(
        "  SHA-256, one thread  {:>28.0} MB/s   ratio {:.2} (aim {AIM_RATIO})",
        size / one / 1e6,
        one / ours
    );
    println!("  SHA-256, all cores   {:>28.0} MB/s   ratio {:.2}", size / all / 1e6, all / ours);
}

fn judge_all(plan: &VerifyPlan, judge: &CaptureJudge, requests: usize) {
    let mut valid = 0;
    verify(plan, judge, |step| {
        valid += step.outcomes.iter().filter(|outcome| outcome.verdict() == DeliveryVerdict::Valid).count();
        ControlFlow::Continue(())
    });
    assert_eq!(valid, requests);
}

fn hash_on_all_cores(bytes: &[u8]) {
    let cores = std::thread::available_parallelism().map_or(1, Into::into);
    std::thread::scope(|scope| {
        for part in bytes.chunks(bytes.len().div_ceil(cores)) {
            scope.spawn(move || hash(part));
        }
    });
}

fn hash(bytes: &[u8]) {
    let _ = std::hint::black_box(Sha256::digest(bytes));
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A request without a known cause, so that the diagnosis tries everything.
fn diagnosis() {
    let body = body(2 << 10);
    let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, SECRET)]);
    let judge = CaptureJudge::new(secrets, AgeRule::default());
    let stranger = SecretToken::new("somebody-else").unwrap().sign(TIMESTAMP.as_bytes(), body.as_bytes());
    let headers = [format!("x-zm-request-timestamp: {TIMESTAMP}"), format!("x-zm-signature: {stranger}")];
    let capture = from_parts(headers.iter().map(String::as_str), body.clone().into_bytes()).unwrap();
    let mut digests = 0;
    let mut times: Vec<_> = (0..50)
        .map(|_| {
            let capture = capture.clone();
            timed(|| digests = judge.judge(capture).diagnosis.effort.digests)
        })
        .collect();
    times.sort();
    println!(
        "full diagnosis of {} bytes, {digests} digests: min {:.1?}, median {:.1?}, max {:.1?} (aim {AIM_DIAGNOSIS:?})",
        body.len(),
        times[0],
        times[25],
        times[49]
    );
}
