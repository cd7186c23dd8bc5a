//! Processes that are killed, servers that stop, streams that are full.
//!
//! `ZOOMHOOK_STREAM_ROUNDS` sets how often each process is killed; 3 by default.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::{Config, DiscardPolicy};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{send, send_numbered, sharing, status, zooms};
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;

pub(super) fn rounds() -> usize {
    std::env::var("ZOOMHOOK_STREAM_ROUNDS").map_or(3, |rounds| rounds.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_down_zoom_gets_503_in_time_and_sends_again() {
    let Some(mut server) = NatsServer::start() else { return };
    let mut hub = sharing(&server);
    let mut follower = Listen::follow(&server.url(), &["--as", "maria"]);
    assert_eq!(send(&hub, &zooms("first.event", "r1", 0)).await.status, 204);
    assert_eq!(hub.delivery()["verdict"], "valid");
    server.kill();
    let began = Instant::now();
    assert_eq!(send(&hub, &zooms("second.event", "r2", 0)).await.status, 503);
    assert!(began.elapsed() < Duration::from_millis(2_500), "{:?}", began.elapsed());
    assert_eq!(hub.line("warning")["code"], "stream_lost");
    let refused = hub.delivery();
    assert_eq!((&refused["reason"], &refused["answer"]["status"]), (&"not_shared".into(), &503.into()));
    insta::assert_snapshot!(
        refused["detail"].as_str().unwrap().replace(&server.url(), "nats://a"),
        @"The delivery is not on the stream: there is no connection to nats://a."
    );
    server.run();
    assert_eq!(hub.line("warning")["code"], "stream_restored");
    assert_eq!(send(&hub, &zooms("second.event", "r2", 0)).await.status, 204);
    assert_eq!([0, 1].map(|_| follower.delivery()["event"].clone()), ["first.event", "second.event"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_stream_that_keeps_the_old_refuses_the_new() {
    let Some(server) = NatsServer::start() else { return };
    let client = async_nats::connect(server.url()).await.unwrap();
    let config = Config {
        name: "zoomhook-default".into(),
        subjects: vec!["zoomhook.default.>".into()],
        max_messages: 1,
        discard: DiscardPolicy::New,
        duplicate_window: Duration::from_secs(7_200),
        ..Config::default()
    };
    async_nats::jetstream::new(client).create_stream(config).await.unwrap();
    let mut hub = sharing(&server);
    assert_eq!(send(&hub, &zooms("first.event", "r1", 0)).await.status, 204);
    assert_eq!(send(&hub, &zooms("second.event", "r2", 0)).await.status, 503);
    assert_eq!(hub.delivery()["verdict"], "valid");
    insta::assert_snapshot!(hub.delivery()["detail"].as_str().unwrap(), @"The delivery is not on the stream: the stream did not take it: maximum messages exceeded (code 503, error code 10077).");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_learns_that_the_stream_has_deleted_what_it_had_not_read() {
    let Some(server) = NatsServer::start() else { return };
    let client = async_nats::connect(server.url()).await.unwrap();
    let config = Config {
        name: "zoomhook-default".into(),
        subjects: vec!["zoomhook.default.>".into()],
        max_messages: 2,
        ..Config::default()
    };
    async_nats::jetstream::new(client).create_stream(config).await.unwrap();
    let hub = sharing(&server);
    let follower = Listen::follow(&server.url(), &["--as", "maria"]);
    assert_eq!(follower.interrupted().0.code(), Some(0));
    send_numbered(&hub, 0..5).await;
    let mut follower = Listen::follow(&server.url(), &["--as", "maria"]);
    assert_eq!(follower.line("warning")["code"], "stream_missed");
    assert_eq!([0, 1].map(|_| follower.delivery()["event"].clone()), ["event.n3", "event.n4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_the_server_does_not_take_is_named() {
    let Some(server) = NatsServer::start_with("max_payload: 2000") else { return };
    let mut hub = sharing(&server);
    let body = crate::support::requests::event("large.event", 3_000);
    let large = crate::support::requests::signed("/webhook", &body);
    assert_eq!(send(&hub, &large).await.status, 503);
    insta::assert_snapshot!(hub.delivery()["detail"].as_str().unwrap(), @"The delivery is not on the stream: it is larger than the server's max_payload of 2000 bytes.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_follower_does_not_slow_the_session_that_shares() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let follower = Listen::follow(&server.url(), &["--as", "slow"]);
    follower.signal("STOP");
    let began = Instant::now();
    send_numbered(&hub, 0..50).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    follower.signal("CONT");
}

/// Sends events until `stop`, each until it is accepted, as Zoom does. Returns how many were accepted.
pub(super) async fn keep_sending(
    address: SocketAddr,
    first: usize,
    stop: tokio::sync::watch::Receiver<bool>,
) -> usize {
    let mut number = first;
    while !*stop.borrow() {
        let request = zooms(&format!("event.n{number}"), &format!("r{number}"), 0);
        match answer_of(address, &request).await {
            Some(answer) if answer.starts_with("HTTP/1.1 204 ") => number += 1,
            // Not accepted, or not known: it is sent again.
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    number
}

/// The answer to a request; `None` if the connection ends first.
async fn answer_of(address: SocketAddr, request: &[u8]) -> Option<String> {
    let mut socket = TcpStream::connect(address).await.ok()?;
    socket.write_all(request).await.ok()?;
    let mut answer = [0; 64];
    let length = socket.read(&mut answer).await.ok()?;
    Some(String::from_utf8_lossy(&answer[..length]).into_owned())
}

/// How often each event was shown.
pub(super) fn count(lines: &[Value], seen: &mut BTreeMap<String, usize>) {
    for line in lines.iter().filter(|line| line["type"] == "delivery") {
        *seen.entry(line["event"].as_str().unwrap().to_owned()).or_default() += 1;
    }
}

pub(super) fn each_once(seen: &BTreeMap<String, usize>, accepted: usize) {
    let missing: Vec<_> =
        (0..accepted).map(|n| format!("event.n{n}")).filter(|name| !seen.contains_key(name)).collect();
    assert!(missing.is_empty(), "lost: {missing:?}");
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "twice: {twice:?}");
}

/// Reads the follower until it has an event after all that were accepted.
async fn drain(hub: &Listen, follower: &mut Listen, seen: &mut BTreeMap<String, usize>) {
    assert_eq!(send(hub, &zooms("the.last", "last", 0)).await.status, 204);
    loop {
        let line = follower.delivery();
        if line["event"] == "the.last" {
            return;
        }
        count(&[line], seen);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_event_is_lost_or_doubled_when_the_server_is_killed() {
    let Some(mut server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let mut follower = Listen::follow(&server.url(), &["--as", "maria"]);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let sending = tokio::spawn(keep_sending(hub.address, 0, stopped));
    for _ in 0..rounds() {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.run();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send_replace(true);
    let accepted = sending.await.unwrap();
    let mut seen = BTreeMap::new();
    drain(&hub, &mut follower, &mut seen).await;
    assert!(accepted > 5, "{accepted}");
    each_once(&seen, accepted);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_event_is_lost_or_doubled_when_the_session_that_shares_is_killed() {
    let Some(server) = NatsServer::start() else { return };
    // It creates the stream.
    drop(sharing(&server));
    let mut follower = Listen::follow(&server.url(), &["--as", "maria"]);
    let mut accepted = 0;
    for _ in 0..rounds() {
        let mut hub = sharing(&server);
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let sending = tokio::spawn(keep_sending(hub.address, accepted, stopped));
        tokio::time::sleep(Duration::from_millis(250)).await;
        hub.signal("KILL");
        stop.send_replace(true);
        accepted = sending.await.unwrap();
        hub.ended();
    }
    let hub = sharing(&server);
    // The event whose answer did not arrive is sent again.
    assert_eq!(
        send(&hub, &zooms(&format!("event.n{accepted}"), &format!("r{accepted}"), 0)).await.status,
        204
    );
    let mut seen = BTreeMap::new();
    drain(&hub, &mut follower, &mut seen).await;
    each_once(&seen, accepted + 1);
    assert_eq!(status(&server)["events"], accepted + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_event_is_lost_or_doubled_when_a_follower_is_killed() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    let home = tempfile::tempdir().unwrap();
    let history = home.path().join("history.db").display().to_string();
    let arguments = ["--as", "maria", "--history-file", &history];
    let mut follower = Listen::follow(&server.url(), &arguments);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let sending = tokio::spawn(keep_sending(hub.address, 0, stopped));
    let mut seen = BTreeMap::new();
    for _ in 0..rounds() {
        tokio::time::sleep(Duration::from_millis(250)).await;
        follower.signal("KILL");
        count(&follower.ended().1, &mut seen);
        follower = Listen::follow(&server.url(), &arguments);
    }
    stop.send_replace(true);
    let accepted = sending.await.unwrap();
    drain(&hub, &mut follower, &mut seen).await;
    // What a killed process had not confirmed comes again after six seconds.
    while status(&server)["followers"][0]["unconfirmed"] != 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    count(&follower.interrupted().1, &mut seen);
    // The kill may come between the history and the screen. What was not shown is in the history.
    for stored in stored(home.path(), &["--history-file", &history]) {
        seen.entry(stored).or_insert(1);
    }
    seen.remove("the.last");
    each_once(&seen, accepted);
}

/// The names of all stored events. `flags` names the history, if it is not the default one.
pub(super) fn stored(home: &std::path::Path, flags: &[&str]) -> Vec<String> {
    let mut command = crate::support::process::zoomhook(home);
    command.arg("history").args(flags).args(["export", "--all-projects"]);
    let finished = crate::support::process::finish(command);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let lines = finished.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|line| line["event"].as_str().unwrap().to_owned()).collect()
}
