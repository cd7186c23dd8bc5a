//! Credentials, permissions, TLS, and streams that exist already.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType};

use super::{send, zooms};
use crate::support::nats_server::NatsServer;
use crate::support::process::{Finished, Listen, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::assert_run;

/// Runs a command that does not get as far as being ready.
fn fails(arguments: &[&str], variables: &[(&str, &str)]) -> Finished {
    let home = tempfile::tempdir().unwrap();
    let mut command = zoomhook(home.path());
    command.args(arguments).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    command.envs(variables.iter().copied());
    finish(command)
}

#[test]
fn a_server_that_is_not_there_or_takes_no_such_credentials_is_named() {
    assert_run!(fails(&["follow", "nats://127.0.0.1:1"], &[]), @"
    exit: 6
    --- stderr
    error: cannot connect to nats://127.0.0.1:1: Connection refused
      Check the address, and that the server runs. A server on this machine: nats-server -js
    ");
    assert_run!(fails(&["follow", "nats://maria:hush-hush@127.0.0.1:port"], &[]), @"
    exit: 2
    --- stderr
    error: invalid value '(not shown: may hold a password)' for '<URL>': this is not a host with an optional port

    For more information, try '--help'.
    ");
    assert_run!(fails(&["listen", "--tunnel", "none", "--nats-creds", "x"], &[]), @"
    exit: 2
    --- stderr
    error: --nats-creds needs --share
      Name the server of the stream: --share nats://HOST
    ");
    let Some(server) = NatsServer::start_with("authorization { user: hub, password: right }") else { return };
    assert_run!(fails(&["follow", &server.url()], &[]), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? asks for credentials
      Give them with --nats-creds PATH, in the URL, or in the environment: NATS_CREDS, NATS_NKEY, NATS_USER and NATS_PASSWORD, NATS_TOKEN.
    ");
    assert_run!(fails(&["follow", &server.url_as("hub", "hush-hush")], &[]), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? does not accept the user and password
    ");
    let wrong = [("NATS_USER", "hub"), ("NATS_PASSWORD", "hush-hush")];
    assert_run!(fails(&["stream", "status", &server.url()], &wrong), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? does not accept the user and password
    ");
    let right = [("NATS_USER", "hub"), ("NATS_PASSWORD", "right")];
    assert_run!(fails(&["stream", "status", &server.url()], &right), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? has no stream for the app default (zoomhook-default)
      `zoomhook listen --share` with the same --app creates it. Check the name of the app.
    ");
}

#[test]
fn a_server_without_jetstream_is_named() {
    let Some(server) = NatsServer::start_with("jetstream: disabled") else { return };
    assert_run!(fails(&["listen", "--tunnel", "none", "--port", "0", "--share", &server.url()], &[]), @"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:????? has no JetStream, which keeps the deliveries
      Start the server with -js, or add `jetstream {}` to its configuration. A server with accounts needs it in the account.
    ");
}

async fn with_stream(config: Config) -> Option<NatsServer> {
    let server = NatsServer::start()?;
    let client = async_nats::connect(server.url()).await.unwrap();
    async_nats::jetstream::new(client).create_stream(config).await.unwrap();
    Some(server)
}

fn existing() -> Config {
    Config {
        name: "zoomhook-default".into(),
        subjects: vec!["zoomhook.default.>".into()],
        ..Config::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_stream_is_used_as_it_is_and_what_differs_is_said() {
    let config = Config { storage: StorageType::Memory, max_messages: 7, ..existing() };
    let Some(server) = with_stream(config).await else { return };
    let hub = Listen::start(&["--share", &server.url(), "--share-replicas", "3"]);
    let messages: Vec<_> = hub.before.iter().filter(|line| line["code"] == "stream_differs").collect();
    let messages: Vec<_> = messages.iter().map(|line| line["message"].as_str().unwrap()).collect();
    insta::assert_snapshot!(messages.join("\n"), @"
    The stream zoomhook-default existed before and is used as it is: its duplicate window is 2 min, and Zoom's last retry comes after 85 min, so an event can be stored twice.
    The stream zoomhook-default existed before and is used as it is: it is kept in memory, so events are lost when its server restarts.
    The stream zoomhook-default existed before and is used as it is: 1 replica and not the 3 of --share-replicas.
    ");
    let client = async_nats::connect(server.url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    let kept = context.get_stream("zoomhook-default").await.unwrap().cached_info().config.clone();
    assert_eq!((kept.max_messages, kept.storage), (7, StorageType::Memory));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_loses_events_is_refused() {
    let config = Config { retention: RetentionPolicy::WorkQueue, ..existing() };
    let Some(server) = with_stream(config).await else { return };
    assert_run!(fails(&["listen", "--tunnel", "none", "--port", "0", "--share", &server.url()], &[]), @"
    exit: 6
    --- stderr
    error: the stream zoomhook-default cannot be used: it deletes what one follower has read; its retention must be limits
      zoomhook does not change an existing stream. Choose another --app, or change the stream with the program nats.
    ");
}

/// The configuration of docs/team.md, with its users.
fn documented() -> Option<NatsServer> {
    let page = include_str!("../../../docs/team.md");
    let config = page.split("```conf").nth(1).unwrap().split("```").next().unwrap();
    // The server of a test has its own port and store.
    let own = |line: &&str| !line.starts_with("listen") && !line.starts_with("jetstream");
    NatsServer::start_with(&config.lines().filter(own).collect::<Vec<_>>().join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_permissions_are_enough_and_not_more() {
    let Some(server) = documented() else { return };
    let [hub_url, maria] = [("hub", "HUB_PASSWORD"), ("maria", "MARIA_PASSWORD")]
        .map(|(user, password)| server.url_as(user, password));
    let hub = Listen::start(&["--share", &hub_url, "--app", "acme"]);
    let mut follower = Listen::follow(&maria, &["--app", "acme", "--as", "maria", "--since", "1h"]);
    assert_eq!(send(&hub, &zooms("meeting.started", "r1", 0)).await.status, 204);
    assert_eq!(follower.delivery()["verdict"], "valid");
    assert_eq!(follower.interrupted().0.code(), Some(0));
    // Moving a position, and reading the state, are a developer's too.
    let mut follower = Listen::follow(&maria, &["--app", "acme", "--as", "maria", "--new"]);
    assert_eq!(send(&hub, &zooms("meeting.started", "r2", 0)).await.status, 204);
    assert_eq!(follower.delivery()["verdict"], "valid");
    let hide = |finished: Finished| finished.put("127.0.0.1:[0-9]+", "127.0.0.1:?");
    let status = fails(&["stream", "status", &maria, "--app", "acme"], &[]);
    assert_eq!(status.code, Some(0), "{status:?}");

    let share = ["listen", "--tunnel", "none", "--port", "0", "--share"];
    let other_app = [&share[..], &[&hub_url, "--app", "other"]].concat();
    assert_run!(hide(fails(&other_app, &[])), @r#"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:? does not allow this user to read the stream: Permissions Violation for Publish to "$JS.API.STREAM.INFO.zoomhook-other"
      docs/team.md lists the permissions that zoomhook needs.
    "#);
    assert_run!(hide(fails(&["follow", &hub_url, "--app", "acme", "--as", "hub"], &[])), @r#"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:? does not allow this user to read the position of the follower: Permissions Violation for Publish to "$JS.API.CONSUMER.INFO.zoomhook-acme.hub"
      docs/team.md lists the permissions that zoomhook needs.
    "#);
    let prune = ["stream", "prune", &maria, "--app", "acme", "--older-than", "1s", "--yes"];
    assert_run!(hide(fails(&prune, &[])), @r#"
    exit: 6
    --- stderr
    error: nats://127.0.0.1:? does not allow this user to find the deliveries: Permissions Violation for Publish to "$JS.API.CONSUMER.CREATE.zoomhook-acme"
      docs/team.md lists the permissions that zoomhook needs.
    "#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_developer_may_not_publish() {
    let Some(server) = documented() else { return };
    let hub = Listen::start(&["--share", &server.url_as("hub", "HUB_PASSWORD"), "--app", "acme"]);
    drop(hub);
    // The stream is there, so the session starts.
    let maria = server.url_as("maria", "MARIA_PASSWORD");
    let mut developer = Listen::start(&["--share", &maria, "--app", "acme"]);
    let began = std::time::Instant::now();
    assert_eq!(send(&developer, &zooms("meeting.started", "r1", 0)).await.status, 503);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    let line = developer.delivery();
    assert_eq!(line["reason"], "not_shared");
    insta::assert_snapshot!(line["detail"].as_str().unwrap(), @r#"The delivery is not on the stream: the server does not allow it: Permissions Violation for Publish to "zoomhook.acme.meeting.started"."#);
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_is_verified() {
    let key = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cert.pem"), key.cert.pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), key.signing_key.serialize_pem()).unwrap();
    let tls = "tls { cert_file: \"{FOLDER}/cert.pem\", key_file: \"{FOLDER}/key.pem\" }";
    let Some(server) = NatsServer::start_in(folder, tls) else { return };
    let ca = server.folder().join("cert.pem").display().to_string();
    // The server asks for TLS, whatever the address says.
    for scheme in ["tls", "nats"] {
        let url = server.url().replace("nats", scheme);
        let hub = Listen::start(&["--share", &url, "--nats-ca", &ca]);
        let mut follower = Listen::follow(&url, &["--as", scheme, "--nats-ca", &ca]);
        assert_eq!(send(&hub, &zooms("meeting.started", scheme, 0)).await.status, 204);
        assert_eq!(follower.delivery()["verdict"], "valid");
    }
    let url = server.url().replace("nats", "tls");
    assert_run!(fails(&["follow", &url], &[]), @"
    exit: 6
    --- stderr
    error: tls://127.0.0.1:????? has a certificate that is not trusted: invalid peer certificate: UnknownIssuer
      Name its certificates with --nats-ca.
    ");
}
