//! Clients that hold every place of `listen`, and the genuine requests that must be answered all the same.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;

use crate::support::process::Listen;
use crate::support::raw_client::RawClient;
use crate::support::requests::{event, signed, signed_head};

/// Zoom waits this long for an answer.
const ZOOM_WAITS: Duration = Duration::from_secs(3);

/// A request that costs an attacker nothing.
const CHEAP: &[u8] = b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n";

/// Opens `count` connections, and sends these bytes over each of them. Waits for the answer if there is to be one.
async fn hold(listen: &Listen, count: usize, bytes: &[u8], answered: bool) -> Vec<RawClient> {
    let mut held = Vec::new();
    for _ in 0..count {
        let mut client = RawClient::connect(listen.address).await;
        client.send_while_taken(bytes).await;
        if answered {
            assert_eq!(client.reply().await.expect("no answer").status, 404);
        }
        held.push(client);
    }
    held
}

/// Sends an event over a new connection, as Zoom does.
async fn post(listen: &Listen, name: &str) -> RawClient {
    let mut client = RawClient::connect(listen.address).await;
    let began = Instant::now();
    assert_eq!(client.request(&signed("/webhook", &event(name, 0))).await.status, 204);
    let took = began.elapsed();
    assert!(took < ZOOM_WAITS, "answered after {took:?}");
    client
}

/// The number of connections that the peer has not closed.
async fn still_open(held: Vec<RawClient>) -> usize {
    let mut open = 0;
    for mut client in held {
        open += usize::from(!client.is_closed().await);
    }
    open
}

#[tokio::test]
async fn idle_connections_that_hold_every_place_are_closed_for_genuine_events() {
    let mut listen = Listen::start(&["--max-connections", "16"]);
    let held = hold(&listen, 12, CHEAP, true).await;
    let mut genuine = Vec::new();
    for number in 0..4 {
        genuine.push(post(&listen, &format!("number.{number}")).await);
    }
    let warning = listen.line("warning");
    assert_eq!(
        (&warning["code"], &warning["message"], &warning["connections"], &warning["idle"]),
        (
            &json!("connections_exhausted"),
            &json!(
                "12 connections, 12 idle: there is no room for new ones (--max-connections). Idle ones are closed for \
                 them, first those without a verified request."
            ),
            &json!(12),
            &json!(12)
        )
    );
    // A connection with a verified request has a place of the reserve, so one had to be closed.
    assert_eq!(still_open(held).await, 11);
    // A flood of twice the limit closes none of the genuine connections.
    let flood = hold(&listen, 32, CHEAP, true).await;
    for client in &mut genuine {
        assert_eq!(client.request(&signed("/webhook", &event("over.the_same", 0))).await.status, 204);
    }
    drop(flood);
    let (_, rest, _) = listen.interrupted();
    assert!(rest.iter().all(|line| line["type"] != "warning"), "warned twice: {rest:#?}");
}

#[tokio::test]
async fn clients_that_never_complete_a_request_do_not_keep_genuine_events_out() {
    let unsent_body = format!("{}content-length: 500\r\n\r\n", signed_head("/webhook", b""));
    for begun in ["", "POST /web", &unsent_body] {
        let listen = Listen::start(&["--max-connections", "16"]);
        let _held = hold(&listen, 32, begun.as_bytes(), false).await;
        post(&listen, "among.stalled").await;
    }
}

/// Connects again and again, and sends nothing.
async fn reconnect(address: SocketAddr) {
    loop {
        RawClient::connect(address).await.closed().await;
    }
}

#[tokio::test]
async fn clients_that_reconnect_at_once_do_not_delay_genuine_events() {
    let listen = Listen::start(&["--max-connections", "16"]);
    let mut flood = JoinSet::new();
    for _ in 0..40 {
        flood.spawn(reconnect(listen.address));
    }
    // Nothing tells the sender of the events from the flood.
    for number in 0..4 {
        post(&listen, &format!("number.{number}")).await;
    }
    assert!(flood.try_join_next().is_none(), "a client of the flood has ended");
}

#[tokio::test]
async fn clients_that_send_requests_and_read_no_answer_do_not_keep_genuine_events_out() {
    let listen = Listen::start(&["--max-connections", "4"]);
    let mut flood = JoinSet::new();
    for _ in 0..4 {
        let mut client = RawClient::connect_with_small_buffers(listen.address).await;
        flood.spawn(async move {
            // More answers than the buffers of both sides hold.
            client.send_while_taken(&CHEAP.repeat(20_000)).await;
            client
        });
    }
    post(&listen, "among.unread_answers").await;
}

#[tokio::test]
async fn a_genuine_event_is_answered_while_1024_connections_are_held() {
    if !raise_file_limit(1024 * 2) {
        println!("ignored: the hard limit on open files is too low for 1,024 connections");
        return;
    }
    let mut listen = Listen::start(&[]);
    let held = hold(&listen, 1024, CHEAP, true).await;
    let mut genuine = post(&listen, "first.one").await;
    assert_eq!(listen.line("warning")["code"], "connections_exhausted");
    let _more = hold(&listen, 300, CHEAP, true).await;
    assert_eq!(genuine.request(&signed("/webhook", &event("second.one", 0))).await.status, 204);
    drop(held);
}

/// Lets this process, and the ones that it starts, open this many files.
#[cfg(unix)]
fn raise_file_limit(files: u64) -> bool {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let is_enough = |limit: Option<u64>| limit.is_none_or(|limit| limit >= files);
    is_enough(limit.current)
        || is_enough(limit.maximum)
            && setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum: limit.maximum }).is_ok()
}

/// Windows limits only the memory for sockets.
#[cfg(not(unix))]
fn raise_file_limit(_files: u64) -> bool {
    true
}
