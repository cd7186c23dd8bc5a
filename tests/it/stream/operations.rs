//! `stream status` and `stream prune`.

use std::time::Duration;

use super::{names, numbered, send_numbered, sharing, status, stream};
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn status_shows_the_stream_and_its_followers() {
    let Some(server) = NatsServer::start() else { return };
    assert_run!(stream(&["status", &server.url(), "--app", "acme"]), @"");
    let hub = Listen::start(&["--share", &server.url(), "--app", "acme"]);
    drop(Listen::follow(&server.url(), &["--app", "acme", "--as", "ci"]));
    let mut follower = Listen::follow(&server.url(), &["--app", "acme", "--as", "maria"]);
    send_numbered(&hub, 0..3).await;
    assert_eq!(names(&mut follower, 3), numbered(0..3));
    std::thread::sleep(Duration::from_millis(100));
    let finished = stream(&["status", &server.url(), "--app", "acme"]);
    assert_run!(finished.put(r"\d\.\d KiB", "? KiB").put(r"\d+ (ms|s) ago|just now", "? ago"), @"");
}

#[tokio::test(flavor = "multi_thread")]
async fn prune_deletes_old_events_and_positions() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    drop(Listen::follow(&server.url(), &["--as", "ci"]));
    send_numbered(&hub, 0..3).await;
    std::thread::sleep(Duration::from_millis(1_500));
    send_numbered(&hub, 3..5).await;
    let prune = |arguments: &[&str]| stream(&[&["prune", &server.url()], arguments].concat());
    assert_run!(prune(&[]), @"");
    assert_run!(prune(&["--older-than", "1s"]), @"");
    assert_run!(prune(&["--yes", "--follower", "jo"]), @"");
    assert_run!(prune(&["--yes", "--older-than", "1s"]), @"");
    assert_eq!(status(&server)["events"], 2);

    // The follower learns that it has missed events.
    let mut follower = Listen::follow(&server.url(), &["--as", "ci"]);
    assert_eq!(follower.line("warning")["code"], "stream_missed");
    assert_eq!(names(&mut follower, 2), numbered(3..5));
    assert_run!(prune(&["--yes", "--follower", "ci"]), @"");
    let (status, _, stderr) = follower.ended();
    assert_eq!(status.code(), Some(6), "{stderr}");
    assert!(stderr.contains("the follower ci was deleted on the server"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_does_not_move_while_someone_reads() {
    let Some(server) = NatsServer::start() else { return };
    let _hub = sharing(&server);
    let _follower = Listen::follow(&server.url(), &["--as", "maria"]);
    std::thread::sleep(Duration::from_millis(200));
    let home = tempfile::tempdir().unwrap();
    let mut command = crate::support::process::zoomhook(home.path());
    command.args(["follow", &server.url(), "--as", "maria", "--new"]);
    assert_run!(crate::support::process::finish(command), @"");
}
