//! A full disk, a limit on file sizes, a read-only folder.
//!
//! The tests in `needs_root` mount a file system, so `cargo test` lists them as ignored. To run them as root:
//! `cargo test --test it -- --ignored needs_root`.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::load::{self, Load, assert_kept, kept, request};
use super::{keeping, send};
use crate::support::process::{Finished, Listen, as_restricted_user, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::snapshot::{assert_run, assert_text};

fn warnings(lines: &[Value]) -> Vec<(&str, &str)> {
    let warnings = lines.iter().filter(|line| line["type"] == "warning");
    warnings.map(|line| (line["code"].as_str().unwrap(), line["message"].as_str().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_file_sizes_is_reported_and_ends_no_process() {
    let folder = TempDir::new().unwrap();
    // Half a megabyte or a megabyte: shells count in different blocks.
    let limited = ["sh", "-c", "ulimit -f 1000 && exec \"$0\" \"$@\""];
    let listen = Listen::start_through(&limited, |command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(folder.path().join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    });
    let mut load = Load::start(listen.address, "limited", 8, 20_000).await;
    let mut sent = load.until(503, 100).await;
    sent.extend(load.end().await);
    let (status, lines, _) = listen.interrupted();
    assert!(status.success(), "{status}");
    let warnings = warnings(&lines);
    let [("history_failing", failing)] = warnings[..] else { panic!("{warnings:?}") };
    // Which of the two is reported depends on the write that reaches the limit.
    assert!(failing.contains("ulimit -f") || failing.contains("the disk is full"), "{failing}");
    println!("{} acknowledged", assert_kept(&sent, &kept(&folder.path().join("h.db"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_becomes_read_only_stops_nothing_until_the_next_start() {
    let folder = TempDir::new().unwrap();
    let user = as_restricted_user(folder.path());
    let set_up = |command: &mut Command| {
        command.args(["--tunnel", "none", "--history-file"]).arg(folder.path().join("h.db"));
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    };
    let listen = Listen::start_through(user, set_up);
    let mut sent = Vec::new();
    for name in ["before", "after"] {
        let (mut one, bytes) = request(name, 10);
        one.status = send(&listen, &bytes).await;
        sent.push(one);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    }
    drop(listen);
    assert_eq!(assert_kept(&sent, &kept(&folder.path().join("h.db"))), 2);
    // The guard of the folder has to be able to delete it.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let start = |file: &str, mode: u32| {
        let path = folder.path().join(file);
        let parent = path.parent().unwrap().to_owned();
        fs::create_dir_all(&parent).unwrap();
        let limited = if file == "h.db" { &path } else { &parent };
        fs::set_permissions(limited, fs::Permissions::from_mode(mode)).unwrap();
        let mut command = Command::new(user[0]);
        command.env_clear().args(&user[1..]).arg(env!("CARGO_BIN_EXE_zoomhook"));
        command.args(["listen", "--tunnel", "none", "--port", "0", "--history-file"]).arg(&path);
        command
            .env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET)
            .env("HOME", folder.path())
            .current_dir(folder.path());
        finish(command)
    };
    assert_run!(start("h.db", 0o400), @"
    exit: 2
    --- stderr
    error: the history /folder/of/test/h.db cannot be written: it is read-only
      Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
      To check this again:
        zoomhook doctor --only history --history-file /folder/of/test/h.db
    ");
    assert_run!(start("no/h.db", 0o500), @"
    exit: 2
    --- stderr
    error: cannot open the history /folder/of/test/no/h.db: Permission denied
      Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
      To check this again:
        zoomhook doctor --only history --history-file /folder/of/test/no/h.db
    ");
    let mut stats = Command::new(user[0]);
    stats.args(&user[1..]).arg(env!("CARGO_BIN_EXE_zoomhook")).args(["history", "stats", "--history-file"]);
    let stats = finish({
        stats.arg(folder.path().join("h.db"));
        stats
    });
    assert_eq!(stats.code, Some(0), "{stats:?}");
}

mod needs_root {
    use super::*;

    /// A little longer than zoomhook waits before it reports the end of a failure.
    const CALM: Duration = Duration::from_millis(1_300);

    /// A file system of a few megabytes, unmounted by its guard.
    struct SmallDisk(TempDir);

    impl SmallDisk {
        fn mounted(size: &str) -> Self {
            let folder = TempDir::new().unwrap();
            let options = format!("size={size},mode=0755");
            let mut mount = Command::new("mount");
            mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path());
            let mounted = mount.output().is_ok_and(|output| output.status.success());
            assert!(mounted, "this test mounts a file system of type tmpfs, which needs root on Linux");
            Self(folder)
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        fn fill(&self, bytes: usize) {
            fs::write(self.path().join("filler"), vec![1; bytes]).unwrap();
        }

        fn make_room(&self) {
            fs::remove_file(self.path().join("filler")).unwrap();
        }
    }

    impl Drop for SmallDisk {
        fn drop(&mut self) {
            let _ = Command::new("umount").arg("-l").arg(self.path()).status();
        }
    }

    fn start_fails(folder: &Path) -> Finished {
        let mut command = zoomhook(folder);
        command.args(["listen", "--tunnel", "none", "--port", "0", "--history-file", "h.db"]);
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        finish(command)
    }

    /// Load on a disk that fills up and is emptied again; returns all answers.
    async fn fills_and_is_emptied(disk: &SmallDisk, listen: &Listen, when_full: u16) -> Vec<load::Sent> {
        let mut load = Load::start(listen.address, "full", 8, 3_000).await;
        let mut sent = load.until(when_full, 300).await;
        disk.make_room();
        sent.extend(load.until(204, 50).await);
        sent.extend(load.end().await);
        // One request at a time, so that the disk does not fill up again.
        let has_room = Instant::now();
        let mut calm = Load::start(listen.address, "calm", 1, 100).await;
        while has_room.elapsed() < CALM {
            sent.push(calm.next().await);
        }
        sent.extend(calm.end().await);
        sent
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "mounts a file system, which needs root"]
    async fn a_full_disk_is_reported_once_and_used_again_when_it_has_room() {
        let disk = SmallDisk::mounted("128m");
        disk.fill(126 << 20);
        let listen = keeping(disk.path(), &["--history-max", "20mib"]);
        let sent = fills_and_is_emptied(&disk, &listen, 503).await;
        let (status, lines, _) = listen.interrupted();
        assert!(status.success());
        let warnings = warnings(&lines);
        let [("history_failing", failing), ("history_working", works)] = warnings[..] else {
            panic!("{warnings:?}")
        };
        assert_text!(failing, @"Deliveries are answered with 503 while they cannot be stored, so that Zoom sends them again: the history /folder/of/test/h.db cannot grow: the disk is full. Free disk space, or start listen with a lower --history-max or with --no-history.");
        let works: String = works.chars().filter(|c| !c.is_ascii_digit()).collect();
        assert_text!(works, @"The history works again.  deliveries were not stored in the meantime.");
        let refused = sent.iter().filter(|sent| sent.status == 503).count();
        assert!(refused >= 300, "{refused}");
        let kept = kept(&disk.path().join("h.db"));
        println!("{} stored, {refused} answered with 503", kept.len());
        // The limit is low, so the first deliveries may have been pruned.
        let last: Vec<_> = kept.iter().map(|kept| kept.name.as_str()).collect();
        assert_kept(sent.iter().filter(|sent| last.contains(&sent.name.as_str())), &kept);
        assert!(sent.iter().filter(|sent| sent.status == 204).all(|sent| last.contains(&sent.name.as_str())));
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "mounts a file system, which needs root"]
    async fn with_best_effort_a_full_disk_stops_nothing() {
        let disk = SmallDisk::mounted("128m");
        disk.fill(126 << 20);
        let listen = keeping(disk.path(), &["--history", "best-effort"]);
        let sent = fills_and_is_emptied(&disk, &listen, 204).await;
        let (status, lines, _) = listen.interrupted();
        assert!(status.success());
        assert!(sent.iter().all(|sent| sent.status == 204));
        let warnings = warnings(&lines);
        let [("history_failing", failing), ("history_working", _)] = warnings[..] else {
            panic!("{warnings:?}")
        };
        assert_text!(failing, @"No delivery is stored while the history fails (--history best-effort): the history /folder/of/test/h.db cannot grow: the disk is full. Free disk space, or start listen with a lower --history-max or with --no-history.");
        assert!(!kept(&disk.path().join("h.db")).is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "mounts a file system, which needs root"]
    async fn a_disk_that_is_full_at_the_start_is_an_error() {
        let disk = SmallDisk::mounted("4m");
        let filler = disk.path().join("filler");
        assert!(fs::write(&filler, vec![1; 5 << 20]).is_err());
        assert_run!(start_fails(disk.path()), @"
        exit: 2
        --- stderr
        error: the history h.db cannot grow: the disk is full
          Name another file with --history-file, use --history best-effort to continue although the history fails, or use --no-history to store nothing.
          To check this again:
            zoomhook doctor --only history --history-file /folder/of/test/h.db
        ");
        let listen = keeping(disk.path(), &["--history", "best-effort"]);
        assert_eq!(send(&listen, &request("a.b", 10).1).await, 204);
        disk.make_room();
        let listen = keeping(disk.path(), &[]);
        assert_eq!(send(&listen, &request("a.b", 10).1).await, 204);
        assert_eq!(kept(&disk.path().join("h.db")).len(), 1);
    }
}
