//! Response times with a history of a million deliveries.
//!
//! `cargo bench --bench history` fills a file (some minutes, two gigabytes in the temporary folder; the first argument
//! is the number of deliveries). Then it times whole runs of the program, and opening the file within a process. Times
//! depend on the machine; the goals are times that feel instant.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use hyper::{HeaderMap, Method, StatusCode};
use tokio::sync::Semaphore;
use zoomhook::delivery::{Answer, Delivery, Judgement, Request, Route, TunnelKind, VerifiedEvent};
use zoomhook::history::{Extra, History, HistoryLimits, HistoryReader, HistorySettings};

const DELIVERIES: u64 = 1_000_000;
/// As many as the writer's queue holds, so that commits have their maximum size.
const CONCURRENCY: usize = 512;
const REPETITIONS: usize = 11;

const EVENTS: [&str; 12] = [
    "meeting.participant_joined",
    "meeting.participant_left",
    "meeting.started",
    "meeting.ended",
    "meeting.created",
    "meeting.updated",
    "recording.completed",
    "recording.transcript_completed",
    "phone.callee_answered",
    "phone.caller_ended",
    "webinar.registration_created",
    "user.presence_status_updated",
];
const TOPICS: [&str; 7] =
    ["Weekly sync", "Roadmap", "Interview", "Stand-up", "Retrospective", "All hands", "1:1"];

fn main() {
    // `cargo test --benches` starts this program too, without `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(DELIVERIES);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("history.db");
    let limits =
        HistoryLimits { count: u64::MAX / 4, bytes: u64::MAX / 4, age: Duration::from_secs(365 * 86_400) };
    let settings = HistorySettings { file: file.clone(), limits, masked_headers: Vec::new() };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let history = History::open(&settings).unwrap();
        let started = Instant::now();
        fill(&history, count).await;
        let took = started.elapsed();
        println!(
            "{count} deliveries stored in {took:.0?}: {:.0} a second",
            count as f64 / took.as_secs_f64()
        );
        let started = Instant::now();
        until_indexed(&file).await;
        println!("the rest of the index: {:.0?}", started.elapsed());
        history.close().await;
    });
    println!("the file: {} MiB", std::fs::metadata(&file).unwrap().len() >> 20);

    let newest = zoomhook(&file, &["list", "-n", "1", "--format", "json"]);
    let newest: serde_json::Value = serde_json::from_str(newest.lines().next().unwrap()).unwrap();
    let id = newest["id"].as_str().unwrap();
    let oldest = HistoryReader::open(&file).unwrap().unwrap();
    let oldest = oldest.oldest_first(&zoomhook::history::Filter::default()).next().unwrap().unwrap().id;
    let at_once = Duration::from_millis(50);
    for (arguments, aim) in [
        (vec!["list"], at_once),
        (vec!["list", "--event", "recording.*"], at_once),
        (vec!["list", "--since", "1h", "--status", "5xx"], at_once),
        (vec!["list", "--status", "5xx"], at_once),
        (vec!["list", "--verdict", "invalid"], at_once),
        (vec!["show", "last"], at_once),
        (vec!["show", id], at_once),
        (vec!["show", &oldest], at_once),
        (vec!["list", "--search", "retrospective"], Duration::from_millis(300)),
        (vec!["list", "--search", "person777777@example.com"], Duration::from_millis(300)),
        (vec!["list", "--search", "nowhere"], Duration::from_millis(300)),
        (vec!["list", "--search", "weekly sync", "--event", "meeting.ended"], Duration::from_millis(300)),
    ] {
        report(&format!("history {}", arguments.join(" ")), aim, || {
            zoomhook(&file, &arguments);
        });
    }
    report("open, to write", Duration::from_millis(20), || {
        runtime.block_on(async { History::open(&settings).unwrap().close().await });
    });
    report("open, to read", Duration::from_millis(20), || {
        HistoryReader::open(&file).unwrap().unwrap().count().unwrap();
    });
    report("history stats", Duration::from_secs(5), || {
        zoomhook(&file, &["stats"]);
    });
}

fn report(what: &str, aim: Duration, mut work: impl FnMut()) {
    let mut times: Vec<Duration> = (0..REPETITIONS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "  {what:<60} median {:>8.1?}, max {:>8.1?} (aim {aim:?})",
        times[REPETITIONS / 2],
        times[REPETITIONS - 1]
    );
}

fn zoomhook(file: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
    command.args(["history", "--history-file"]).arg(file).args(arguments);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

async fn fill(history: &History, count: u64) {
    let places = Arc::new(Semaphore::new(CONCURRENCY));
    let begin = SystemTime::now() - Duration::from_millis(count * 2);
    for number in 0..count {
        let place = places.clone().acquire_owned().await.unwrap();
        let (history, delivery) =
            (history.clone(), delivery(number, begin + Duration::from_millis(number * 2)));
        tokio::spawn(async move {
            let extra = Extra { tunnel: TunnelKind::None, public_url: None, project: None };
            history.append(&delivery, &extra).await.unwrap();
            drop(place);
        });
    }
    let _ = places.acquire_many(u32::try_from(CONCURRENCY).unwrap()).await.unwrap();
}

/// Waits for the index, which is built while the writer is idle.
async fn until_indexed(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let sql = "SELECT up_to >= (SELECT max(seq) FROM contents) FROM indexed";
    while !connection.query_row(sql, [], |row| row.get::<_, bool>(0)).unwrap() {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn delivery(number: u64, received_at: SystemTime) -> Delivery {
    let pick =
        |list: &[&'static str], number: u64| list[usize::try_from(number % list.len() as u64).unwrap()];
    let (event, topic) = (pick(&EVENTS, number), pick(&TOPICS, number / 12));
    let body = format!(
        r#"{{"event":"{event}","event_ts":{},"payload":{{"account_id":"q1Zk7sXbT2mN8cVwYp0LdA","object":{{"uuid":"4444AAAiAAAAAiAiAiiAii==","id":"{}","type":2,"topic":"{topic} {}","host_id":"x1yCzABCDEfg23HiJKl4mN","duration":60,"start_time":"2026-11-23T08:00:00Z","timezone":"Europe/Berlin","participant":{{"user_id":"16778240","user_name":"Person {number}","id":"x1yCzABCDEfg23HiJKl4mN","email":"person{number}@example.com","join_time":"2026-11-23T08:00:01Z"}}}}}}}}"#,
        1_795_420_800_000 + number,
        88_500_000_000 + number * 13,
        number % 997,
    );
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "lamb-suited.example.com".to_owned()),
        ("user-agent", "Zoom Marketplace/1.0a".to_owned()),
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("x-zm-request-timestamp", (1_795_420_800 + number / 1000).to_string()),
        ("x-zm-signature", format!("v0={number:064x}")),
        ("x-zm-request-id", format!("6009d653_d487_445d_8406_{number:012x}")),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    // One in two thousand gets a 502.
    let status = if number.is_multiple_of(2_000) { StatusCode::BAD_GATEWAY } else { StatusCode::NO_CONTENT };
    Delivery {
        id: ulid::Ulid::from_parts(millis(received_at), u128::from(number)).to_string(),
        received_at,
        request: Arc::new(Request {
            method: Method::POST,
            target: "/webhook".to_owned(),
            headers,
            body: body.into(),
            peer: "127.0.0.1:50000".parse().unwrap(),
            route: Route::Local,
        }),
        judgement: Judgement::Event(VerifiedEvent {
            event: event.to_owned(),
            event_ts: Some(1_795_420_800_000),
            secret_name: "main".into(),
        }),
        answer: Answer { status, took: Duration::from_micros(900 + number % 3_000) },
        repeats: None,
        cause: None,
        forwarded: Vec::new(),
        is_queued: false,
    }
}

fn millis(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}
