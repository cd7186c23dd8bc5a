//! Requests through the tunnel: zoomhook compared with the ngrok SDK, interleaved in one run, through the tests' double
//! of ngrok's server.
//!
//! `cargo bench --bench tunnel` prints ratios. `sdk` is the SDK with its defaults and a bare hyper server behind it.
//! `best` is the same with TCP_NODELAY, which is the limit of the double. zoomhook runs as users run it: it verifies
//! and writes NDJSON to a sink. All processes share one machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub
)]

mod agents;
#[path = "../listener/load.rs"]
#[allow(dead_code, reason = "the other benchmark uses more of it")]
mod load;
#[path = "../../tests/it/support/ngrok_server/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use more of it")]
mod ngrok_server;

use std::time::Duration;

use agents::Agent;
use load::{Load, Measured, Until};
use ngrok_server::{GOOD_TOKEN, NgrokServer, Script};

/// The goals: a ratio to the limit of the double, and no delays as from two small writes without TCP_NODELAY.
const AIM_RATIO: f64 = 0.9;
const STALL: Duration = Duration::from_millis(40);

const ROUNDS: usize = 4;
const ROUND_TIME: Duration = Duration::from_secs(2);

/// In the order of the rows.
const NAMES: [&str; 3] = ["sdk", "best", "zoomhook"];

fn main() {
    if agents::run_if_asked() || !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut script = Script { max_agents: NAMES.len(), ..Script::default() };
    for name in NAMES {
        script.reserved.insert(domain(name), GOOD_TOKEN.to_owned());
    }
    let server = NgrokServer::start(script);
    let _agents = [
        Agent::sdk(&server, &domain("sdk"), false),
        Agent::sdk(&server, &domain("best"), true),
        Agent::zoomhook(&server, &domain("zoomhook")),
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    for connections in [1, 8, 64] {
        runtime.block_on(rounds(&server, connections));
    }
}

fn domain(name: &str) -> String {
    format!("{name}.example.com")
}

async fn rounds(server: &NgrokServer, connections: usize) {
    let mut measured = NAMES.map(|_| Vec::new());
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        // The order changes each round, because the later ones find a warmer machine.
        for turn in 0..NAMES.len() {
            let at = (round + turn) % NAMES.len();
            let host = domain(NAMES[at]);
            let load = Load { connections, until: Until::Elapsed(ROUND_TIME), host: &host };
            measured[at].push(load.run(server.edge_address).await);
        }
        let last = |at: usize| measured[at].last().map(Measured::per_second).unwrap();
        ratios.push(last(2) / last(1));
    }
    ratios.sort_by(f64::total_cmp);
    println!("{connections} connections, {ROUNDS} rounds of {ROUND_TIME:?}:");
    for (name, rounds) in NAMES.iter().zip(&measured) {
        let best = rounds.iter().map(Measured::per_second).fold(0.0, f64::max);
        let all = Measured::together(rounds);
        let (p50, p99) = (all.percentile(50.0), all.percentile(99.0));
        let stalls = if p50 >= STALL { "   stalls" } else { "" };
        println!("  {name:<9} best {best:>7.0} requests/s   p50 {p50:>8.1?}   p99 {p99:>8.1?}{stalls}");
    }
    println!(
        "  zoomhook / best: min {:.2}, median {:.2}, max {:.2} (aim {AIM_RATIO})",
        ratios[0],
        ratios[ROUNDS / 2],
        ratios[ROUNDS - 1]
    );
}
