//! The listener, compared with a bare hyper server that only reads the body, interleaved in one run.
//!
//! `cargo bench --bench listener` prints ratios, because machines differ and are noisy, and noise affects both servers.
//! Both are separate processes on the client's machine. zoomhook runs as users run it: it verifies and writes NDJSON to
//! a sink. It runs without a history, and with one, where each answer waits for the disk. With a history, it also runs with
//! a page of the inspector that follows the deliveries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub)]

mod load;
mod servers;

use std::time::Duration;

use load::{Load, Measured};
use servers::Server;

/// The goals for the figures.
const AIM_RATIO: f64 = 0.8;
const AIM_RATIO_WITH_HISTORY: f64 = 0.45;
/// Compared with the same without a page.
const AIM_RATIO_WITH_PAGE: f64 = 0.95;
const AIM_P99: Duration = Duration::from_millis(5);
const AIM_P99_WITH_HISTORY: Duration = Duration::from_millis(15);
const AIM_RESIDENT_KIB: u64 = 16 * 1024;
const AIM_START: Duration = Duration::from_millis(20);

/// Limit on stored deliveries: more than are sent. The default limit would be reached within two seconds.
const MOST: &str = "100000000";

const HOST: &str = "localhost";
const ROUNDS: usize = 5;
const ROUND_TIME: Duration = Duration::from_secs(2);
const REQUESTS_FOR_MEMORY: u64 = 1_000_000;

fn main() {
    if std::env::args().any(|argument| argument == servers::BARE) {
        return servers::run_bare();
    }
    // `cargo test --benches` starts this program too, without `--bench`.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        start_up();
        for connections in [1, 8, 64] {
            throughput(connections).await;
        }
        memory().await;
    });
}

fn start_up() {
    let mut times: Vec<Duration> = (0..20).map(|_| Server::zoomhook().ready_after).collect();
    times.sort();
    println!(
        "start-up to listening: min {:.1?}, median {:.1?}, max {:.1?} (aim {AIM_START:?})",
        times[0], times[10], times[19]
    );
}

async fn throughput(connections: usize) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [history, history_of_page] = ["history.db", "of-page.db"].map(file);
    let stores = |file| ["--history-file", file, "--history-max", MOST, "--history-max", "20GiB"];
    let servers = [
        Server::bare(),
        Server::zoomhook_to_sink(&["--no-history"]),
        Server::zoomhook_to_sink(&stores(&history)),
        Server::zoomhook_with_page(&stores(&history_of_page), folder.path()),
    ];
    let mut measured: [Vec<Measured>; 4] = Default::default();
    for round in 0..ROUNDS {
        // The order changes each round, because the later ones find a warmer machine.
        for turn in 0..servers.len() {
            let which = (round + turn) % servers.len();
            let load = Load { connections, until: load::Until::Elapsed(ROUND_TIME), host: HOST };
            measured[which].push(load.run(servers[which].address).await);
        }
    }
    println!("{connections} connections, {ROUNDS} rounds of {ROUND_TIME:?}:");
    let [bare, plain, with_history, with_page] = &measured;
    print_row("bare hyper", bare, None);
    print_row("zoomhook", plain, Some(AIM_P99));
    print_row("with history", with_history, Some(AIM_P99_WITH_HISTORY));
    print_row("with a page", with_page, Some(AIM_P99_WITH_HISTORY));
    print_ratio("zoomhook / bare", plain, bare, AIM_RATIO);
    print_ratio("with history / bare", with_history, bare, AIM_RATIO_WITH_HISTORY);
    print_ratio("with a page / without", with_page, with_history, AIM_RATIO_WITH_PAGE);
}

fn print_row(name: &str, rounds: &[Measured], aim: Option<Duration>) {
    let best = rounds.iter().map(Measured::per_second).fold(0.0, f64::max);
    let all = Measured::together(rounds);
    let aim = aim.map(|aim| format!(" (aim {aim:?})")).unwrap_or_default();
    println!(
        "  {name:<12} best {best:>8.0} requests/s   p50 {:>8.1?}   p99 {:>8.1?}{aim}",
        all.percentile(50.0),
        all.percentile(99.0)
    );
}

fn print_ratio(name: &str, rounds: &[Measured], others: &[Measured], aim: f64) {
    let mut ratios: Vec<f64> =
        rounds.iter().zip(others).map(|(round, other)| round.per_second() / other.per_second()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "  {name:<21}: min {:.2}, median {:.2}, max {:.2} (aim {aim} at 64 connections)",
        ratios[0],
        ratios[ratios.len() / 2],
        ratios[ratios.len() - 1]
    );
}

async fn memory() {
    let server = Server::zoomhook_to_sink(&["--no-history"]);
    let Some(at_start) = server.resident_kib() else {
        println!("resident memory: not available on this system");
        return;
    };
    println!(
        "resident memory over {REQUESTS_FOR_MEMORY} requests on 64 connections (aim {AIM_RESIDENT_KIB} KiB):"
    );
    println!("  at start         {at_start:>6} KiB");
    for part in 1..=4 {
        let load =
            Load { connections: 64, until: load::Until::Requests(REQUESTS_FOR_MEMORY / 4), host: HOST };
        load.run(server.address).await;
        let resident = server.resident_kib().unwrap_or_default();
        println!("  after {:>9}  {resident:>6} KiB", part * REQUESTS_FOR_MEMORY / 4);
    }
}
