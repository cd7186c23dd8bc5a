//! zoomhook in front of an app, compared with a bare hyper reverse proxy, interleaved in one run.
//!
//! `cargo bench --bench forward` prints ratios. App, proxy and zoomhook are separate processes on the
//! client's machine. zoomhook runs as users run it, but without a history: it verifies, forwards, judges the answer,
//! and writes NDJSON to a sink. `cargo bench --bench listener` measures the cost of a history.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub)]

#[expect(dead_code, reason = "the listener's benchmark uses all of it")]
#[path = "../listener/load.rs"]
mod load;
mod proxy;
#[expect(dead_code, reason = "the listener's benchmark uses all of it")]
#[path = "../listener/servers.rs"]
mod servers;

use std::time::Duration;

use load::{Load, Measured, Until};
use servers::Server;

/// The goal for the median of the ratios at 64 connections.
const AIM: f64 = 0.8;
const ROUNDS: usize = 5;
const ROUND_TIME: Duration = Duration::from_secs(2);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == servers::BARE) {
        return servers::run_bare();
    }
    if let Some(at) = arguments.iter().position(|argument| argument == proxy::BARE) {
        return proxy::run_bare(arguments[at + 1].parse().unwrap());
    }
    // `cargo test --benches` starts this program too, without `--bench`.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for connections in [1, 8, 64] {
            throughput(connections).await;
        }
    });
}

async fn throughput(connections: usize) {
    let app = Server::bare();
    let port = app.address.port().to_string();
    let servers =
        [proxy::start(app.address), Server::zoomhook_to_sink(&["--no-history", "--forward", &port])];
    let mut measured: [Vec<Measured>; 2] = Default::default();
    for round in 0..ROUNDS {
        // The order changes each round, because the later ones find a warmer machine.
        for turn in 0..servers.len() {
            let which = (round + turn) % servers.len();
            let load = Load { connections, until: Until::Elapsed(ROUND_TIME), host: "localhost" };
            measured[which].push(load.run(servers[which].address).await);
        }
    }
    println!("{connections} connections, {ROUNDS} rounds of {ROUND_TIME:?}:");
    for (name, rounds) in ["bare proxy", "zoomhook"].iter().zip(&measured) {
        let best = rounds.iter().map(Measured::per_second).fold(0.0, f64::max);
        let all = Measured::together(rounds);
        let (p50, p99) = (all.percentile(50.0), all.percentile(99.0));
        println!("  {name:<11} best {best:>8.0} requests/s   p50 {p50:>8.1?}   p99 {p99:>8.1?}");
    }
    let [bare, zoomhook] = &measured;
    let mut ratios: Vec<f64> =
        zoomhook.iter().zip(bare).map(|(z, b)| z.per_second() / b.per_second()).collect();
    ratios.sort_by(f64::total_cmp);
    println!(
        "  ratio       min {:.2}, median {:.2}, max {:.2} (aim {AIM} at 64 connections)",
        ratios[0],
        ratios[ROUNDS / 2],
        ratios[ROUNDS - 1]
    );
}
