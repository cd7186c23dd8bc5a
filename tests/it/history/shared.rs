//! Several processes on one file: none is blocked, and none misses a delivery.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use super::follow::Followed;
use super::load::{Load, assert_kept, kept, request};
use super::{history, keeping, send};
use crate::support::raw_client::RawClient;
use crate::support::requests::{event, head_with, timestamp, with_length};

fn id_of(line: &str) -> String {
    serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_listeners_followers_and_all_other_commands_share_a_file() {
    let folder = TempDir::new().unwrap();
    let followed = Followed::start(folder.path(), &["--format", "json"]);
    // Both start at the same time, before the file exists.
    let both = std::thread::scope(|scope| {
        let starting = [0, 1].map(|_| scope.spawn(|| keeping(folder.path(), &[])));
        starting.map(|one| one.join().unwrap())
    });
    let mut loads = Vec::new();
    for (listen, prefix) in both.iter().zip(["a", "b"]) {
        loads.push(Load::start(listen.address, prefix, 4, 1_000).await);
    }
    let over = AtomicBool::new(false);
    let (folder, over) = (folder.path(), &over);
    let (mut sent, mut late) = (Vec::new(), Vec::new());
    let rounds = std::thread::scope(|scope| {
        let commands = [&["prune", "--older-than", "1h"][..], &["stats"], &["list", "--search", "xx"]];
        let running = commands.map(|arguments| {
            scope.spawn(move || {
                let mut rounds = 0;
                while !over.load(Ordering::Relaxed) {
                    let finished = history(folder, arguments);
                    assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
                    rounds += 1;
                }
                rounds
            })
        });
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                for _ in 0..2 {
                    for load in &mut loads {
                        sent.extend(load.until(204, 200).await);
                    }
                    late.push(Followed::start(folder, &["--format", "json", "-n", "10"]));
                }
                for load in loads {
                    sent.extend(load.end().await);
                }
            });
        });
        over.store(true, Ordering::Relaxed);
        running.map(|command| command.join().unwrap())
    });
    // The followers that started under load have printed the newest deliveries by now; one last delivery follows.
    let late: Vec<_> = late
        .into_iter()
        .map(|late| {
            let newest: Vec<String> = (0..10).map(|_| id_of(&late.line())).collect();
            (late, newest)
        })
        .collect();
    let (mut last, bytes) = request("the.last", 10);
    last.status = send(&both[0], &bytes).await;
    sent.push(last);
    assert!(sent.iter().all(|sent| sent.status == 204));
    println!("{} deliveries during {rounds:?} runs of prune, stats and search", sent.len());
    let file = folder.join("h.db");
    assert_eq!(assert_kept(&sent, &kept(&file)), sent.len());
    let connection = Connection::open(&file).unwrap();
    let mut stored = connection.prepare("SELECT id FROM deliveries ORDER BY seq").unwrap();
    let stored: Vec<String> = stored.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for id in &stored {
        assert_eq!(id_of(&followed.line()), *id);
    }
    for (late, mut shown) in late {
        while shown.last() != stored.last() {
            shown.push(id_of(&late.line()));
        }
        let since = &shown[10..];
        assert_eq!(since, &stored[stored.len() - since.len()..]);
        let all: HashSet<&String> = shown.iter().collect();
        assert_eq!(all.len(), shown.len(), "nothing is shown twice");
    }
    #[cfg(unix)]
    for listen in both {
        let (status, lines, _) = listen.interrupted();
        assert!(status.success(), "{status}");
        assert!(lines.iter().all(|line| line["type"] != "warning"), "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_forged_requests_displace_no_genuine_delivery() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &["--history-max", "200"]);
    let mut genuine = Vec::new();
    for number in 0..30 {
        let (mut sent, bytes) = request(&format!("genuine.{number}"), 100);
        sent.status = send(&listen, &bytes).await;
        genuine.push(sent);
    }
    let mut clients = Vec::new();
    for client in 0..16 {
        let address = listen.address;
        clients.push(tokio::spawn(async move {
            let mut connection = RawClient::connect(address).await;
            for number in 0..125 {
                let body = event(&format!("forged.{client}.{number}"), 100);
                let head = head_with("/webhook", &timestamp(0), "a-stranger's", &body);
                let forged = with_length(head, &body);
                loop {
                    match connection.request(&forged).await.status {
                        401 => break,
                        // The disk of a busy machine cannot keep up with sixteen clients without a pause.
                        503 => {}
                        other => panic!("answered with {other}"),
                    }
                }
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
    let at_once = kept(&folder.path().join("h.db"));
    let forged = |kept: &[super::load::Sent]| kept.iter().filter(|kept| kept.status == 401).count();
    println!("{} forged deliveries are stored without a pause", forged(&at_once));
    assert!(forged(&at_once) < 400, "pruning does not keep up: {}", forged(&at_once));
    assert_eq!(assert_kept(&genuine, &at_once), 30);
    drop(listen);
    let listen = keeping(folder.path(), &["--history-max", "200"]);
    // The next start prunes what the killed process left.
    let list = history(folder.path(), &["stats"]);
    assert_eq!(list.code, Some(0), "{list:?}");
    assert_eq!(assert_kept(&genuine, &kept(&folder.path().join("h.db"))), 30);
    drop(listen);
}
