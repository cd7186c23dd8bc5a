//! `stream status` and `stream prune`.

use std::time::Duration;

use super::{names, numbered, send_numbered, sharing, status, stream};
use crate::support::nats_server::NatsServer;
use crate::support::process::Listen;
use crate::support::snapshot::assert_run;

#[tokio::test(flavor = "multi_thread")]
async fn status_shows_the_stream_and_its_followers() {
    let Some(server) = NatsServer::start() else { return };
    assert_run!(stream(&["status", &server.url(), "--app", "acme"]), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? has no stream for the app acme (zoomhook-acme)
      `zoomhook listen --share` with the same --app creates it. Check the name of the app.
    ");
    let hub = Listen::start(&["--share", &server.url(), "--app", "acme"]);
    drop(Listen::follow(&server.url(), &["--app", "acme", "--as", "ci"]));
    let mut follower = Listen::follow(&server.url(), &["--app", "acme", "--as", "maria"]);
    send_numbered(&hub, 0..3).await;
    assert_eq!(names(&mut follower, 3), numbered(0..3));
    std::thread::sleep(Duration::from_millis(100));
    let finished = stream(&["status", &server.url(), "--app", "acme"]);
    assert_run!(finished.put(r"\d\.\d KiB", "? KiB").put(r"\d+ (ms|s) ago|just now", "? ago"), @"
    exit: 0
    --- stdout
    zoomhook-acme on nats://127.0.0.1:?????
      Events      3
      Size        ? KiB of 1 GiB
      Oldest      ????-??-?? ??:??:?? (? ago)
      Newest      ????-??-?? ??:??:?? (? ago)
      Kept        for 7 days, on 1 server, on disk
      Duplicates  recognized for 2 h

    Followers
      ci     3 behind    not connected
      maria  up to date  connected      last confirmed one ? ago
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn prune_deletes_old_events_and_positions() {
    let Some(server) = NatsServer::start() else { return };
    let hub = sharing(&server);
    drop(Listen::follow(&server.url(), &["--as", "ci"]));
    let prune = |arguments: &[&str]| stream(&[&["prune", &server.url()], arguments].concat());
    assert_run!(prune(&[]), @"
    exit: 2
    --- stderr
    error: nothing to delete: neither --older-than nor --follower is given
      To delete events: --older-than 2d
      To delete a follower's position: --follower NAME
    ");
    assert_run!(prune(&["--older-than", "1s"]), @"
    exit: 2
    --- stderr
    error: this deletes from the stream of the team
      To delete without a question, add --yes.
    ");
    assert_run!(prune(&["--yes", "--follower", "jo"]), @"
    exit: 6
    --- stderr
    error: nobody has followed as jo
      `zoomhook stream status` lists the followers.
    ");
    send_numbered(&hub, 0..3).await;
    std::thread::sleep(Duration::from_millis(1_500));
    send_numbered(&hub, 3..5).await;
    assert_run!(prune(&["--yes", "--older-than", "1s"]), @"
    exit: 0
    --- stdout
    Deleted 3 events.
    Not all of them were confirmed by: ci
    ");
    assert_eq!(status(&server)["events"], 2);

    let mut follower = Listen::follow(&server.url(), &["--as", "ci"]);
    assert_eq!(names(&mut follower, 2), numbered(3..5));
    assert_eq!(prune(&["--yes", "--follower", "ci"]).stdout, "Deleted 0 events and 1 position.\n");
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
    assert_run!(crate::support::process::finish(command), @"
    exit: 6
    --- stderr
    error: another process follows as maria right now, so its position cannot be changed
      Stop that process, or follow under another name with --as.
    ");
}
