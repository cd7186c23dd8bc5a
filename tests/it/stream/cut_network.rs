//! A network that is cut: packets are dropped, and nobody closes a connection.
//!
//! `needs_root` makes a network namespace, so `cargo test` lists it as ignored. To run it as root:
//! `cargo test --test it -- --ignored needs_root`.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{names, numbered, send_numbered};
use crate::support::process::Listen;
use crate::support::snapshot::assert_run;

/// A relay that can stop passing bytes on without closing anything.
struct Relay {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
}

impl Relay {
    /// Passes connections of this port on to `to`.
    fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, is_cut) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(false)));
        let cut = is_cut.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(to).unwrap();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let cut = cut.clone();
                    std::thread::spawn(move || pass_on(from, to, &cut));
                }
            }
        });
        Self { address, is_cut }
    }

    fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }
}

/// What is sent while the network is cut never arrives, also later.
fn pass_on(mut from: TcpStream, mut to: TcpStream, is_cut: &AtomicBool) {
    let (mut bytes, mut was_cut) = ([0; 16 * 1024], false);
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        was_cut |= is_cut.load(Ordering::Relaxed);
        if !was_cut && to.write_all(&bytes[..length]).is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_name_that_the_inspector_does_not_accept_is_named() {
    let hub = super::sessions::Hub::start(&[]);
    let token = hub.token("maria", &[]);
    let relay = Relay::start(hub.url().trim_start_matches("http://").parse().unwrap());
    let url = format!("http://localhost:{}", relay.address.port());
    assert_run!(super::sessions::refused(&url, &token), @"
    exit: 6
    --- stderr
    error: the inspector does not accept the host name localhost
      Start the other session with this name:
        zoomhook listen --inspect-host localhost
    ");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes half a minute: a silent connection is given up after 16 s"]
async fn a_follower_of_another_session_gives_up_a_silent_connection() {
    let hub = super::sessions::Hub::start(&["--inspect-host", "localhost"]);
    let token = hub.token("maria", &[]);
    let relay = Relay::start(hub.url().trim_start_matches("http://").parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let url = format!("http://localhost:{}", relay.address.port());
    let mut follower = super::sessions::follow_in(home.path(), &url, &token, &[]);
    send_numbered(&hub.listen, 0..1).await;
    assert_eq!(names(&mut follower, 1), numbered(0..1));
    relay.cut(true);
    send_numbered(&hub.listen, 1..3).await;
    assert_eq!(follower.line("warning")["code"], "stream_lost");
    relay.cut(false);
    assert_eq!(follower.line("warning")["code"], "stream_restored");
    assert_eq!(names(&mut follower, 2), numbered(1..3));
}

#[cfg(target_os = "linux")]
mod needs_root {
    use std::process::Command;

    use super::*;
    use crate::support::nats_server::NatsServer;
    use crate::support::requests::SECRET;

    /// A network namespace with a cable to this one. Both are removed with it.
    struct Namespace {
        name: String,
        cable: String,
    }

    /// The two ends of the cable, in a network for documentation.
    const HERE: &str = "198.51.100.1";
    const THERE: &str = "198.51.100.2";

    fn ip(arguments: &[&str]) -> bool {
        Command::new("ip").args(arguments).output().is_ok_and(|done| done.status.success())
    }

    impl Namespace {
        /// `None`, with a message, where there is no `ip` or the container does not allow it.
        fn new() -> Option<Self> {
            let number = std::process::id();
            let made = Self { name: format!("zoomhook-{number}"), cable: format!("zh{number}") };
            let (name, cable) = (made.name.as_str(), made.cable.as_str());
            let peer = format!("{cable}p");
            let worked = ip(&["netns", "add", name])
                && ip(&["link", "add", cable, "type", "veth", "peer", "name", &peer, "netns", name])
                && ip(&["addr", "add", &format!("{HERE}/24"), "dev", cable])
                && ip(&["link", "set", cable, "up"])
                && ip(&["-n", name, "addr", "add", &format!("{THERE}/24"), "dev", &peer])
                && ip(&["-n", name, "link", "set", &peer, "up"]);
            if !worked {
                println!("ignored: network namespaces cannot be made here");
            }
            worked.then_some(made)
        }

        /// Drops all packets, or passes them on again. A link that is down would be an error for a client. With a wrong
        /// hardware address of the other end, packets are lost without a word.
        fn cut(&self, is_cut: bool) {
            let peer = format!("{}p", self.cable);
            let there = ["-n", self.name.as_str()];
            for (at, other, cable) in [(&there[..], HERE, &peer), (&[], THERE, &self.cable)] {
                let change: &[&str] = match is_cut {
                    true => &["neigh", "replace", other, "lladdr", "02:00:00:00:00:99", "dev", cable],
                    false => &["neigh", "del", other, "dev", cable],
                };
                assert!(ip(&[at, change].concat()));
            }
        }
    }

    impl Drop for Namespace {
        fn drop(&mut self) {
            ip(&["link", "del", &self.cable]);
            ip(&["netns", "del", &self.name]);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "makes a network namespace, which needs root"]
    async fn a_follower_of_a_stream_survives_a_cut_network() {
        let Some(namespace) = Namespace::new() else { return };
        let Some(server) = NatsServer::start_on(HERE) else { return };
        let hub = Listen::start(&["--share", &server.url()]);
        let mut follower = Listen::follow_through(&["ip", "netns", "exec", &namespace.name], |command| {
            command.args([&server.url(), "--as", "maria"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
            command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        });
        send_numbered(&hub, 0..1).await;
        assert_eq!(names(&mut follower, 1), numbered(0..1));
        namespace.cut(true);
        send_numbered(&hub, 1..3).await;
        // A connection is given up after two pings without an answer.
        tokio::time::sleep(Duration::from_secs(15)).await;
        assert_eq!(follower.line("warning")["code"], "stream_lost");
        namespace.cut(false);
        assert_eq!(follower.line("warning")["code"], "stream_restored");
        assert_eq!(names(&mut follower, 2), numbered(1..3));
        assert_eq!(follower.interrupted().0.code(), Some(0));
    }
}
