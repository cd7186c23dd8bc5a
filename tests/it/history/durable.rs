//! Acknowledged deliveries are in the history: after a kill, and with its file removed, locked or truncated.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tempfile::TempDir;
use tokio::time::sleep;

use super::load::{Load, Random, Sent, assert_kept, kept, request};
use super::{history, keeping, send};
use crate::support::raw_client::RawClient;
#[cfg(unix)]
use crate::support::snapshot::assert_text;

/// Zoom gives up after this.
const DEADLINE: Duration = Duration::from_secs(3);

fn opens_and_reads(folder: &Path) {
    for arguments in [&["list", "-n", "5"][..], &["list", "--search", "xx"], &["stats"], &["show", "last"]] {
        let finished = history(folder, arguments);
        assert_eq!(finished.code, Some(0), "{arguments:?}: {finished:?}");
        assert!(!finished.stdout.is_empty(), "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_deliveries_survive_twenty_kills_under_load() {
    let (folder, mut random) = (TempDir::new().unwrap(), Random::printed());
    let mut acknowledged: Vec<Sent> = Vec::new();
    for round in 0..20 {
        let listen = keeping(folder.path(), &[]);
        let padding = [50, 5_000, 200_000][round % 3];
        let mut load = Load::start(listen.address, &format!("r{round}"), 8, padding).await;
        let early = random.below(2) == 0;
        if !early {
            acknowledged.extend(load.until(204, 1).await);
        }
        // The random moment of the kill; the test waits for nothing.
        sleep(Duration::from_micros(random.below(100_000))).await;
        // The guard kills it with SIGKILL.
        drop(listen);
        acknowledged.extend(load.end().await);
    }
    opens_and_reads(folder.path());
    let kept = kept(&folder.path().join("h.db"));
    let checked = assert_kept(&acknowledged, &kept);
    println!("{checked} acknowledged, {} stored", kept.len());
    assert!(checked > 100, "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_log_loses_its_end_and_nothing_else() {
    let (folder, mut random) = (TempDir::new().unwrap(), Random::printed());
    let file = folder.path().join("h.db");
    drop(keeping(folder.path(), &[]));
    // The tables are in the file now, not only in the log.
    assert_eq!(history(folder.path(), &["prune", "--older-than", "1h"]).code, Some(0));
    for round in 0..4 {
        let listen = keeping(folder.path(), &[]);
        let mut load = Load::start(listen.address, &format!("r{round}"), 4, 500).await;
        load.until(204, 50).await;
        drop(listen);
        load.end().await;
        let log = fs::OpenOptions::new().write(true).open(folder.path().join("h.db-wal")).unwrap();
        log.set_len(random.below(log.metadata().unwrap().len())).unwrap();
        let _ = kept(&file);
        let stats = history(folder.path(), &["stats"]);
        assert_eq!(stats.code, Some(0), "{stats:?}");
    }
    let listen = keeping(folder.path(), &[]);
    let (mut sent, bytes) = request("after.it", 10);
    sent.status = send(&listen, &bytes).await;
    assert_eq!(sent.status, 204);
    assert_eq!(assert_kept([&sent], &kept(&file)), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_a_file_that_another_process_has_locked() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let holder = Connection::open(folder.path().join("h.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let holding = std::thread::spawn(move || {
        // The test measures how long the answers take.
        std::thread::sleep(Duration::from_secs(1));
        holder.execute_batch("COMMIT").unwrap();
    });
    let started = Instant::now();
    let mut clients = Vec::new();
    for client in 0..8 {
        let (address, bytes) = (listen.address, request(&format!("c{client}"), 10).1);
        clients.push(tokio::spawn(
            async move { RawClient::connect(address).await.request(&bytes).await.status },
        ));
    }
    for client in clients {
        assert_eq!(client.await.unwrap(), 204);
    }
    println!("answered after {:?}", started.elapsed());
    assert!(started.elapsed() > Duration::from_millis(800) && started.elapsed() < DEADLINE);
    holding.join().unwrap();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_stays_locked_gives_503_in_time_and_works_again_afterwards() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let file = folder.path().join("h.db");
    let holder = Connection::open(&file).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut load = Load::start(listen.address, "held", 8, 100).await;
    let (started, mut last) = (Instant::now(), Instant::now());
    // Two answers to each of the eight clients, which takes four seconds.
    for _ in 0..16 {
        assert_eq!(load.next().await.status, 503);
        assert!(last.elapsed() < DEADLINE, "{:?}", last.elapsed());
        last = Instant::now();
    }
    println!("locked for {:?}", started.elapsed());
    holder.execute_batch("COMMIT").unwrap();
    let mut sent = load.until(204, 1).await;
    let works_again = Instant::now();
    while works_again.elapsed() < Duration::from_millis(2_200) {
        sent.push(load.next().await);
    }
    sent.extend(load.end().await);
    let (_, lines, _) = listen.interrupted();
    let warnings: Vec<_> = lines.iter().filter(|line| line["type"] == "warning").collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert_eq!(
        (&warnings[0]["code"], &warnings[1]["code"]),
        (&"history_failing".into(), &"history_working".into())
    );
    assert_text!(warnings[0]["message"].as_str().unwrap(), @"Deliveries are answered with 503 while they cannot be stored, so that Zoom sends them again: the history /folder/of/test/h.db is in use by another process. Stop the other process, or use another file with --history-file.");
    let refused = lines.iter().filter(|line| line["reason"] == "not_recorded");
    for line in refused {
        insta::allow_duplicates! { assert_text!(line["detail"].as_str().unwrap(), @"The delivery could not be stored in the history: the history /folder/of/test/h.db is in use by another process."); }
    }
    assert!(assert_kept(&sent, &kept(&file)) > 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_moved_or_deleted_is_replaced_by_a_new_one() {
    let folder = TempDir::new().unwrap();
    let (file, moved) = (folder.path().join("h.db"), folder.path().join("moved.db"));
    let mut listen = keeping(folder.path(), &[]);
    let keep = async |name: &str| {
        let (mut sent, bytes) = request(name, 10);
        sent.status = send(&listen, &bytes).await;
        assert_eq!(sent.status, 204);
        sent
    };
    let before = keep("before").await;
    fs::rename(&file, &moved).unwrap();
    let after = keep("after").await;
    assert_eq!(kept(&moved), [before]);
    assert_eq!(kept(&file), std::slice::from_ref(&after));
    let others = keep("others").await;
    for ending in ["", "-wal", "-shm"] {
        fs::remove_file(folder.path().join(format!("h.db{ending}"))).unwrap();
    }
    let last = keep("last").await;
    assert_eq!(kept(&file), std::slice::from_ref(&last));
    fs::remove_file(folder.path().join("h.db-wal")).unwrap();
    let after_log = keep("after_log").await;
    drop(others);
    let warning = listen.line("warning");
    assert_eq!(warning["code"], "history_started_anew");
    assert_text!(warning["message"].as_str().unwrap(), @"The history was moved or deleted while it was in use, so a new one was created: /folder/of/test/h.db.");
    drop(listen);
    assert_kept([&last, &after_log], &kept(&file));
}

/// What is in the file already is not a delivery that came twice.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_is_stored_before_the_log_is_deleted_is_acknowledged() {
    let folder = TempDir::new().unwrap();
    let listen = keeping(folder.path(), &[]);
    let mut load = Load::start(listen.address, "a", 16, 200).await;
    let mut sent = Vec::new();
    for _ in 0..20 {
        sent.extend(load.until(204, 30).await);
        // It is missing while the file is opened again.
        let _ = fs::remove_file(folder.path().join("h.db-wal"));
    }
    sent.extend(load.end().await);
    let refused: Vec<_> = sent.iter().filter(|sent| sent.status != 204).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_switch_to_a_new_file_under_load() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("h.db");
    let both = [keeping(folder.path(), &[]), keeping(folder.path(), &[])];
    let mut loads = Vec::new();
    for (listen, prefix) in both.iter().zip(["a", "b"]) {
        loads.push(Load::start(listen.address, prefix, 4, 2_000).await);
    }
    let mut sent = Vec::new();
    let mut files = vec![file.clone()];
    for round in 0..6 {
        for load in &mut loads {
            sent.extend(load.until(204, 40).await);
        }
        let moved = folder.path().join(format!("moved{round}.db"));
        fs::rename(&file, &moved).unwrap();
        files.push(moved);
        // Both processes use a new file once a client of each has got another answer.
        for load in &mut loads {
            sent.extend(load.so_far());
            sent.extend(load.until(204, 10).await);
        }
    }
    drop(both);
    for load in loads {
        sent.extend(load.end().await);
    }
    let kept: Vec<_> = files.iter().flat_map(|file| kept(file)).collect();
    assert!(sent.iter().all(|sent| sent.status == 204));
    println!("{} acknowledged, {} stored", assert_kept(&sent, &kept), kept.len());
}
