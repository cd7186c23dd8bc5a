//! A disk without room, a limit on files, a folder that cannot be written.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::load::{Load, assert_kept, kept, request};
use super::{history, keeping, send};
use crate::support::{
    process::{Finished, Listen, finish, zoomhook},
    requests::SECRET,
};

/// How long a trouble has to be over before that is told, and a little more.
const CALM: Duration = Duration::from_millis(1_300);

/// A file system of a few megabytes; unmounted with its guard.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None`, with a note, where nobody may mount.
    fn mounted(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let options = format!("size={size},mode=0755");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(Self(folder));
        }
        println!("not tested: nothing can be mounted here");
        None
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

fn warnings(lines: &[Value]) -> Vec<(&str, &str)> {
    let warnings = lines.iter().filter(|line| line["type"] == "warning");
    warnings.map(|line| (line["code"].as_str().unwrap(), line["message"].as_str().unwrap())).collect()
}

fn told_at_start(folder: &Path) -> Finished {
    let mut command = zoomhook(folder);
    command.args(["listen", "--tunnel", "none", "--port", "0", "--history-file", "h.db"]);
    command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
    finish(command)
}

/// Load on a disk that fills, until there is room again; all answers.
async fn fills_and_is_emptied(disk: &SmallDisk, listen: &Listen, when_full: u16) -> Vec<super::load::Sent> {
    let mut load = Load::start(listen.address, "full", 8, 3_000).await;
    let mut sent = load.until(when_full, 300).await;
    disk.make_room();
    sent.extend(load.until(204, 50).await);
    sent.extend(load.end().await);
    // One at a time: it shall not fill again.
    let has_room = Instant::now();
    let mut calm = Load::start(listen.address, "calm", 1, 100).await;
    while has_room.elapsed() < CALM {
        sent.push(calm.next().await);
    }
    sent.extend(calm.end().await);
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_is_told_once_and_used_again_when_there_is_room() {
    let Some(disk) = SmallDisk::mounted("128m") else { return };
    disk.fill(126 << 20);
    let listen = keeping(disk.path(), &["--history-max", "20mib"]);
    let sent = fills_and_is_emptied(&disk, &listen, 503).await;
    let (status, lines, _) = listen.interrupted();
    assert!(status.success());
    let warnings = warnings(&lines);
    let [("history_failing", failing), ("history_working", works)] = warnings[..] else {
        panic!("{warnings:?}")
    };
    assert!(failing.contains("the disk is full") && failing.contains("Make room"), "{failing}");
    let refused = sent.iter().filter(|sent| sent.status == 503).count();
    assert!(works.contains("works again") && refused >= 300, "{works}");
    let kept = kept(&disk.path().join("h.db"));
    println!("{} kept, {refused} answered with 503", kept.len());
    // With the little that is kept at a time, the first ones may have been pruned.
    let last: Vec<_> = kept.iter().map(|kept| kept.name.as_str()).collect();
    assert_kept(sent.iter().filter(|sent| last.contains(&sent.name.as_str())), &kept);
    assert!(sent.iter().filter(|sent| sent.status == 204).all(|sent| last.contains(&sent.name.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_best_effort_is_asked_for_a_full_disk_stops_nothing() {
    let Some(disk) = SmallDisk::mounted("128m") else { return };
    disk.fill(126 << 20);
    let listen = keeping(disk.path(), &["--history", "best-effort"]);
    let sent = fills_and_is_emptied(&disk, &listen, 204).await;
    let (status, lines, _) = listen.interrupted();
    assert!(status.success());
    assert!(sent.iter().all(|sent| sent.status == 204));
    let warnings = warnings(&lines);
    let [("history_failing", failing), ("history_working", _)] = warnings[..] else { panic!("{warnings:?}") };
    assert!(failing.contains("Nothing is kept") && failing.contains("the disk is full"), "{failing}");
    assert!(!kept(&disk.path().join("h.db")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_is_full_at_the_start_is_told_at_once() {
    let Some(disk) = SmallDisk::mounted("4m") else { return };
    let filler = disk.path().join("filler");
    assert!(fs::write(&filler, vec![1; 5 << 20]).is_err());
    let finished = told_at_start(disk.path());
    assert_eq!(finished.code, Some(2), "{finished:?}");
    assert!(
        finished.stderr.contains("the disk is full") && finished.stderr.contains("--no-history"),
        "{finished:?}"
    );
    let listen = keeping(disk.path(), &["--history", "best-effort"]);
    assert_eq!(send(&listen, &request("a.b", 10).1).await, 204);
    disk.make_room();
    let listen = keeping(disk.path(), &[]);
    assert_eq!(send(&listen, &request("a.b", 10).1).await, 204);
    assert_eq!(kept(&disk.path().join("h.db")).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_on_the_size_of_files_ends_no_process() {
    let folder = TempDir::new().unwrap();
    // Half a megabyte or a megabyte, as the shell counts.
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
    let [("history_failing", failing), ..] = warnings[..] else { panic!("{warnings:?}") };
    assert!(failing.contains("ulimit -f") || failing.contains("the disk is full"), "{failing}");
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    println!("{} were acknowledged", assert_kept(&sent, &kept(&folder.path().join("h.db"))));
}

/// The user that the process has to be, for whom rights count: ourselves, or nobody where we are root.
fn for_whom_rights_count(folder: &Path) -> Option<&'static [&'static str]> {
    let probe = folder.join("probe");
    fs::write(&probe, "").unwrap();
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o400)).unwrap();
    if fs::OpenOptions::new().write(true).open(&probe).is_err() {
        return Some(&["env"]);
    }
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    let mut command = Command::new(NOBODY[0]);
    command.args(&NOBODY[1..]).arg(env!("CARGO_BIN_EXE_zoomhook")).arg("--version");
    if chown(folder, Some(65534), Some(65534)).is_ok()
        && command.output().is_ok_and(|done| done.status.success())
    {
        return Some(NOBODY);
    }
    println!("not tested: this user may write everything");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_becomes_read_only_stops_nothing_and_is_told_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let Some(user) = for_whom_rights_count(folder.path()) else { return };
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
    // The guard of the folder may delete in it.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    for (file, mode, words) in [("h.db", 0o400, "read-only"), ("no/h.db", 0o500, "cannot open")] {
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
        let finished = finish(command);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.contains(words) && finished.stderr.contains("--no-history"), "{finished:?}");
    }
    let stats = history(folder.path(), &["stats"]);
    assert_eq!(stats.code, Some(0), "{stats:?}");
}
