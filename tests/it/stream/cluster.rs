//! A JetStream cluster of three servers, of which the one that leads the stream is killed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use async_nats::jetstream::{self, stream::Config};

use super::faults::{count, each_once, keep_sending};
use super::{send, zooms};
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;

/// A cluster that takes longer to choose a leader has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until the cluster can keep a stream on three servers.
async fn ready(url: &str) -> jetstream::Context {
    let client = async_nats::connect(url).await.unwrap();
    let context = jetstream::new(client);
    let began = Instant::now();
    let probe = || Config { name: "probe".into(), num_replicas: 3, ..Config::default() };
    while let Err(error) = context.create_stream(probe()).await {
        assert!(began.elapsed() < PATIENCE, "{error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    context.delete_stream("probe").await.unwrap();
    context
}

/// Sends an event until it is accepted, as Zoom does.
async fn send_until_accepted(hub: &Listen, name: &str) {
    let began = Instant::now();
    while send(hub, &zooms(name, name, 0)).await.status != 204 {
        assert!(began.elapsed() < PATIENCE, "{name} is not accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a quarter of a minute: the servers choose leaders after 4 to 9 s"]
async fn nothing_accepted_is_lost_or_doubled_when_the_leader_of_a_cluster_is_killed() {
    let Some(mut servers) = NatsServer::start_cluster() else { return };
    let url = servers.iter().map(NatsServer::url).collect::<Vec<_>>().join(",");
    let context = ready(&servers[0].url()).await;
    let hub = Listen::start(&["--share", &url, "--share-replicas", "3"]);
    let mut follower = Listen::follow(&url, &["--as", "maria"]);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let sending = tokio::spawn(keep_sending(hub.address, 0, stopped));
    tokio::time::sleep(Duration::from_millis(300)).await;

    let stream = context.get_stream("zoomhook-default").await.unwrap();
    let cluster = stream.cached_info().cluster.clone().unwrap();
    assert_eq!(cluster.replicas.len(), 2, "{cluster:?}");
    let leader: usize = cluster.leader.unwrap().trim_start_matches('n').parse().unwrap();
    servers[leader].kill();
    // The other two choose a leader, and the hub goes on.
    send_until_accepted(&hub, "after.kill").await;
    servers[leader].run();
    tokio::time::sleep(Duration::from_millis(500)).await;
    stop.send_replace(true);
    let accepted = sending.await.unwrap();
    send_until_accepted(&hub, "the.last").await;
    let mut seen = BTreeMap::new();
    loop {
        let line = follower.delivery();
        if line["event"] == "the.last" {
            break;
        }
        count(&[line], &mut seen);
    }
    assert!(accepted > 5, "{accepted}");
    assert_eq!(seen["after.kill"], 1);
    each_once(&seen, accepted);
}
