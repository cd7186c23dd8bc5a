//! The listener beside a bare hyper server that only reads the body, interleaved in one run.
//!
//! `cargo bench --bench listener` prints ratios: machines differ and are noisy, and the two servers share
//! whatever noise there is. Both run as processes of their own; the client shares the machine with them.
//! zoomhook runs as its users run it: verify, and NDJSON to a sink.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub)]

mod load;
mod servers;

use std::time::Duration;

use load::{Load, Measured};
use servers::Server;

/// What the figures are held against.
const AIM_RATIO: f64 = 0.8;
const AIM_P99: Duration = Duration::from_millis(5);
const AIM_RESIDENT_KIB: u64 = 16 * 1024;
const AIM_START: Duration = Duration::from_millis(20);

const HOST: &str = "localhost";
const ROUNDS: usize = 5;
const ROUND_TIME: Duration = Duration::from_secs(2);
const REQUESTS_FOR_MEMORY: u64 = 1_000_000;

fn main() {
    if std::env::args().any(|argument| argument == servers::BARE) {
        return servers::run_bare();
    }
    // `cargo test --benches` runs this too, and has other things to do.
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
    let (bare, zoomhook) = (Server::bare(), Server::zoomhook_to_sink());
    let (mut of_bare, mut of_zoomhook, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Whoever comes second finds a warmer machine: they take turns.
        let (first, second) = if round % 2 == 0 { (&bare, &zoomhook) } else { (&zoomhook, &bare) };
        let load = Load { connections, until: load::Until::Elapsed(ROUND_TIME), host: HOST };
        let (first, second) = (load.run(first.address).await, load.run(second.address).await);
        let (b, z) = if round % 2 == 0 { (first, second) } else { (second, first) };
        ratios.push(z.per_second() / b.per_second());
        of_bare.push(b);
        of_zoomhook.push(z);
    }
    ratios.sort_by(f64::total_cmp);
    println!("{connections} connections, {ROUNDS} rounds of {ROUND_TIME:?}:");
    print_row("bare hyper", &of_bare);
    print_row("zoomhook", &of_zoomhook);
    println!(
        "  ratio       min {:.2}, median {:.2}, max {:.2} (aim {AIM_RATIO} at 64 connections)",
        ratios[0],
        ratios[ROUNDS / 2],
        ratios[ROUNDS - 1]
    );
}

fn print_row(name: &str, rounds: &[Measured]) {
    let best = rounds.iter().map(Measured::per_second).fold(0.0, f64::max);
    let all = Measured::together(rounds);
    println!(
        "  {name:<11} best {best:>8.0} requests/s   p50 {:>8.1?}   p99 {:>8.1?} (aim {AIM_P99:?})",
        all.percentile(50.0),
        all.percentile(99.0)
    );
}

async fn memory() {
    let server = Server::zoomhook_to_sink();
    let Some(at_start) = server.resident_kib() else {
        println!("resident memory: this system does not tell");
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
