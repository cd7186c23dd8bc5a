//! A team on one stream: `listen --share`, `follow` and `stream`, with a real `nats-server`. Without one, the tests print
//! that they are ignored. `follow` of another session needs none.
//!
//! - `shared.rs`: what is published, what a follower makes of it, and who gets what
//! - `app.rs`: the follower's app: what it gets, when, and with which signature
//! - `faults.rs`: processes that are killed, servers that stop, streams that are full
//! - `cluster.rs`: a cluster that loses its leader
//! - `access.rs`: credentials, permissions, TLS, and streams that exist already
//! - `away.rs`: a follower that was away for many events; run by hand
//! - `cut_network.rs`: a network that is cut without a word; run by hand
//! - `operations.rs`: `stream status` and `stream prune`
//! - `sessions.rs`: `follow` of another session, with a read token

mod access;
mod app;
mod away;
mod cluster;
mod cut_network;
mod faults;
mod operations;
mod sessions;
mod shared;

use serde_json::Value;

use crate::support::nats_server::NatsServer;
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::raw_client::{RawClient, Reply};
use crate::support::requests::{SECRET, event, head_with, timestamp, with_length};

/// The flags of a session that shares on this server.
fn sharing(server: &NatsServer) -> Listen {
    Listen::start(&["--share", &server.url()])
}

/// A signed event with a request id, as Zoom sends it. `age` is how many seconds ago it was signed.
fn zooms(name: &str, request_id: &str, age: i64) -> Vec<u8> {
    let body = event(name, 0);
    let head = head_with("/webhook", &timestamp(-age), SECRET, &body);
    with_length(format!("{head}x-zm-request-id: {request_id}\r\n"), &body)
}

async fn send(listen: &Listen, request: &[u8]) -> Reply {
    RawClient::connect(listen.address).await.request(request).await
}

/// Sends events that are named by their numbers, and expects that each is accepted.
async fn send_numbered(listen: &Listen, numbers: std::ops::Range<usize>) {
    let mut client = RawClient::connect(listen.address).await;
    for number in numbers {
        let request = zooms(&format!("event.n{number}"), &format!("r{number}"), 0);
        assert_eq!(client.request(&request).await.status, 204, "{number}");
    }
}

/// The names of the next events.
fn names(follower: &mut Listen, count: usize) -> Vec<String> {
    (0..count).map(|_| follower.delivery()["event"].as_str().unwrap().to_owned()).collect()
}

fn numbered(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("event.n{number}")).collect()
}

/// The state of the stream.
fn status(server: &NatsServer) -> Value {
    let finished = stream(&["status", &server.url(), "--format", "json"]);
    assert_eq!(finished.code, Some(0), "{finished:?}");
    serde_json::from_str(&finished.stdout).unwrap()
}

fn stream(arguments: &[&str]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.arg("stream").args(arguments);
    finish(command)
}
