//! A follower that was away for many events: how fast it catches up, and with how much memory.
//!
//! Takes minutes, so it is run by hand: `cargo test --test it -- --ignored --nocapture away`. `ZOOMHOOK_STREAM_EVENTS` sets the
//! number of events; 50,000 by default.

use std::time::{Duration, Instant};

use super::sessions::{Hub, follow_in};
use super::zooms;
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;
use crate::support::raw_client::RawClient;

/// Connections that send at the same time: they share the commits of the history.
const SENDERS: usize = 64;
/// The memory of a follower that has caught up may be this much more than after the first tenth.
const GROWTH_KIB: u64 = 16 * 1024;

fn count() -> usize {
    std::env::var("ZOOMHOOK_STREAM_EVENTS").map_or(50_000, |count| count.parse().unwrap())
}

/// Sends this many events, and expects that each is accepted.
async fn send_many(listen: &Listen, count: usize) {
    let address = listen.address;
    let senders = (0..SENDERS).map(|first| {
        tokio::spawn(async move {
            let mut client = RawClient::connect(address).await;
            for number in (first..count).step_by(SENDERS) {
                let request = zooms(&format!("event.n{number}"), &format!("r{number}"), 0);
                assert_eq!(client.request(&request).await.status, 204);
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.unwrap();
    }
}

/// The largest memory of a process so far, in KiB.
fn peak_memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).map_or(0, |kib| kib.parse().unwrap())
}

/// Reads all events, each once. Prints the rate, and compares the memory at the end with that after the first tenth.
fn catch_up(what: &str, follower: &mut Listen, count: usize) {
    let mut seen = vec![false; count];
    let (began, mut early) = (Instant::now(), 0);
    for read in 0..count {
        let line = follower.delivery();
        let number: usize = line["event"].as_str().unwrap()["event.n".len()..].parse().unwrap();
        assert!(!std::mem::replace(&mut seen[number], true), "{number} came twice");
        if read == count / 10 {
            early = peak_memory(follower.pid());
        }
    }
    let (took, late) = (began.elapsed(), peak_memory(follower.pid()));
    let rate = count as f64 / took.as_secs_f64();
    println!("{what}: {count} events in {took:.1?}, {rate:.0} a second; memory {early} KiB, then {late} KiB");
    assert!(late < early + GROWTH_KIB, "{early} KiB, then {late} KiB");
    assert!(took < Duration::from_secs(600));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn from_a_stream() {
    let Some(server) = NatsServer::start() else { return };
    let hub = Listen::start(&["--share", &server.url()]);
    let home = tempfile::tempdir().unwrap();
    let history = home.path().join("history.db").display().to_string();
    let arguments = ["--as", "maria", "--history-file", &history, "--compact"];
    assert_eq!(Listen::follow(&server.url(), &arguments).interrupted().0.code(), Some(0));
    send_many(&hub, count()).await;
    let mut follower = Listen::follow(&server.url(), &arguments);
    assert_eq!(follower.ready["behind"], count());
    catch_up("from a stream", &mut follower, count());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn from_another_session() {
    let hub = Hub::start(&["--history-max", "200000"]);
    let token = hub.token("maria", &[]);
    let home = tempfile::tempdir().unwrap();
    assert_eq!(follow_in(home.path(), &hub.url(), &token, &[]).interrupted().0.code(), Some(0));
    send_many(&hub.listen, count()).await;
    let mut follower = follow_in(home.path(), &hub.url(), &token, &[]);
    assert_eq!(follower.ready["behind"], count());
    catch_up("from another session", &mut follower, count());
}
