//! `sign` compared with `openssl dgst`, samples per second, and `trigger` compared with wrk, interleaved in one run.
//!
//! `cargo bench --bench sign` prints ratios, because machines differ and are noisy, and noise affects both sides.
//! Programs that are not installed are skipped with a note. `trigger` is also compared with a client that only repeats
//! the same bytes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub)]

// Shared with the other benchmark, which uses more of them.
#[allow(dead_code)]
#[path = "../listener/load.rs"]
mod load;
#[allow(dead_code)]
#[path = "../listener/servers.rs"]
mod servers;

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use load::{Load, SECRET, Until};
use servers::Server;

/// The goals: `sign` at most as slow as openssl, `trigger` at least half as fast as wrk.
const AIM_SIGN: f64 = 1.0;
const AIM_TRIGGER: f64 = 0.5;

const PROCESSES: usize = 200;
const ROUNDS: usize = 5;
const CONNECTIONS: usize = 64;
const REQUESTS: u64 = 40_000;

fn main() {
    if std::env::args().any(|argument| argument == servers::BARE) {
        return servers::run_bare();
    }
    // `cargo test --benches` starts this program too, without `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    sign(folder.path());
    samples(folder.path());
    trigger(folder.path());
}

fn zoomhook(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
    command.current_dir(folder).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Output {
    let output = command.stderr(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}");
    output
}

/// How long a command takes, from start to end.
fn timed(command: &mut Command) -> Duration {
    let begun = Instant::now();
    run(command);
    begun.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn sign(folder: &Path) {
    let body = folder.join("body.json");
    std::fs::write(&body, vec![b'a'; 1024]).unwrap();
    let ours = || {
        let mut command = zoomhook(folder);
        command.arg("sign").arg(&body).args(["--format", "raw-signature"]);
        command
    };
    let theirs = || {
        let mut command = Command::new("openssl");
        command.args(["dgst", "-sha256", "-hmac", SECRET]).arg(&body).stdin(Stdio::null());
        command
    };
    if theirs().output().is_err() {
        println!("sign: openssl is not installed here; {:.2?} per process", timed(&mut ours()));
        return;
    }
    let (mut of_ours, mut of_theirs) = (Vec::new(), Vec::new());
    for _ in 0..PROCESSES {
        of_ours.push(timed(&mut ours()));
        of_theirs.push(timed(&mut theirs()));
    }
    let (ours, theirs) = (median(of_ours), median(of_theirs));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "sign of 1 KiB as a process, median of {PROCESSES}: zoomhook {ours:.2?}, openssl dgst {theirs:.2?}"
    );
    println!("  ratio {ratio:.2} (aim at most {AIM_SIGN})");
}

fn samples(folder: &Path) {
    let times =
        (0..ROUNDS).map(|_| timed(zoomhook(folder).args(["events", "sample", "--all", "--seed", "1"])));
    let took = median(times.collect());
    println!("events sample --all: {took:.2?}, {:.0} samples per second", 609.0 / took.as_secs_f64());
}

fn trigger(folder: &Path) {
    let server = Server::bare();
    let url = format!("http://{}/webhook", server.address);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (mut of_trigger, mut of_writer, mut of_wrk) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        of_trigger.push(trigger_once(folder, &url));
        let load = Load { connections: CONNECTIONS, host: "localhost", until: Until::Requests(REQUESTS) };
        of_writer.push(runtime.block_on(load.run(server.address)).per_second());
        of_wrk.extend(wrk(folder, &url));
    }
    let best = |rates: &[f64]| rates.iter().copied().fold(0.0, f64::max);
    let (trigger, writer) = (best(&of_trigger), best(&of_writer));
    println!("trigger on {CONNECTIONS} connections, best of {ROUNDS}: {trigger:.0} requests per second");
    println!("  a client that only writes bytes: {writer:.0}, ratio {:.2}", trigger / writer);
    match of_wrk.is_empty() {
        true => println!("  wrk is not installed here"),
        false => {
            let wrk = best(&of_wrk);
            println!("  wrk: {wrk:.0}, ratio {:.2} (aim at least {AIM_TRIGGER})", trigger / wrk);
        }
    }
}

/// The rate that the program reports, without its start-up.
fn trigger_once(folder: &Path, url: &str) -> f64 {
    let mut command = zoomhook(folder);
    command.args(["trigger", "meeting.participant_joined", "--seed", "1", "--to", url]);
    command.args(["--count", &REQUESTS.to_string(), "--concurrency", &CONNECTIONS.to_string()]);
    let shown = String::from_utf8(run(&mut command).stdout).unwrap();
    let rate = shown.split(", ").nth(1).and_then(|text| text.split(' ').next());
    rate.and_then(|rate| rate.parse().ok()).expect("the summary has a rate")
}

fn wrk(folder: &Path, url: &str) -> Option<f64> {
    let script = folder.join("post.lua");
    let body = "a".repeat(700);
    std::fs::write(&script, format!("wrk.method = 'POST'\nwrk.body = '{body}'\n")).unwrap();
    let mut command = Command::new("wrk");
    command.args(["-t2", &format!("-c{CONNECTIONS}"), "-d3s", "-s"]).arg(&script).arg(url);
    let output = command.stderr(Stdio::null()).output().ok()?;
    let shown = String::from_utf8(output.stdout).ok()?;
    shown.lines().find_map(|line| line.trim().strip_prefix("Requests/sec:"))?.trim().parse().ok()
}
