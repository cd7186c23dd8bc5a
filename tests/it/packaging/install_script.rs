//! `packaging/install.sh` against a server on loopback that has a release.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::ROOT;
use crate::support::process::{Finished, as_restricted_user, finish, output_with_input, write_script};
use crate::support::snapshot::assert_run;

const ARCHIVE: &str = "zoomhook-x86_64-unknown-linux-gnu.tar.gz";

/// A machine without zoomhook, and a server with the files of a release.
struct Machine {
    folder: TempDir,
    server: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Machine {
    /// A release whose program prints its version. `change` may damage the files.
    fn with_release(change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> Self {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("zoomhook-x86_64-unknown-linux-gnu");
        std::fs::create_dir(&root).unwrap();
        write_script(&root.join("zoomhook"), "echo zoomhook 7.8.9");
        let mut tar = Command::new("tar");
        tar.args(["-czf", "-", "-C"]).arg(folder.path()).arg(root.file_name().unwrap());
        let archive = output_with_input(tar, b"").stdout;
        std::fs::remove_dir_all(&root).unwrap();

        let sum = hex::encode(Sha256::digest(&archive));
        let sums = format!("{:064}  another.tar.gz\n{sum}  {ARCHIVE}\n", 0);
        let mut files = BTreeMap::new();
        for release in ["latest/download", "download/v7.8.9"] {
            files.insert(format!("/releases/{release}/{ARCHIVE}"), archive.clone());
            files.insert(format!("/releases/{release}/SHA256SUMS"), sums.clone().into_bytes());
        }
        change(&mut files);
        let asked = Arc::default();
        let server = serve(files, Arc::clone(&asked));
        let machine = Self { folder, server, asked };
        std::fs::create_dir(machine.path("tools")).unwrap();
        machine.is("Linux", "x86_64");
        // Whatever C library this machine has.
        write_script(&machine.path("tools/ldd"), "echo 'ldd (GNU libc) 2.36'");
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Sets what `uname` says.
    fn is(&self, system: &str, processor: &str) {
        let script = format!("case $1 in -s) echo {system} ;; -m) echo {processor} ;; esac");
        write_script(&self.path("tools/uname"), &script);
    }

    /// The script, behind `wrapper`, with these arguments.
    fn command(&self, wrapper: &[&str], arguments: &[&str]) -> Command {
        let mut command = Command::new(wrapper[0]);
        let path = format!("{}:{}", self.path("tools").display(), std::env::var("PATH").unwrap());
        command.args(&wrapper[1..]).arg("sh").arg(format!("{ROOT}/packaging/install.sh"));
        command.arg("--from").arg(format!("http://{}/releases", self.server)).args(arguments);
        command.env_clear().env("PATH", path).env("HOME", self.folder.path()).current_dir(self.folder.path());
        command
    }

    fn install(&self, arguments: &[&str]) -> Finished {
        finish(self.command(&["env"], arguments))
    }

    /// The files that are in the folder for programs.
    fn installed(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(".local/bin")).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the server was asked for.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A server of files, for as long as the tests run.
fn serve(files: BTreeMap<String, Vec<u8>>, asked: Arc<Mutex<Vec<String>>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut line = String::new();
            let mut head = String::new();
            while stream.read_line(&mut line).is_ok_and(|length| length > 2) {
                head.push_str(&std::mem::take(&mut line));
            }
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let (status, body) = match files.get(&path) {
                Some(body) => ("200 OK", body.as_slice()),
                None => ("404 Not Found", &b"<html>not found</html>"[..]),
            };
            asked.lock().unwrap().push(path);
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.get_mut().write_all(&[head.as_bytes(), body].concat());
        }
    });
    address
}

#[test]
fn installs_the_latest_release() {
    let machine = Machine::with_release(|_| ());
    assert_run!(machine.install(&[]), @r#"
    exit: 0
    --- stdout
    Installed zoomhook ?.?.? as /folder/of/test/.local/bin/zoomhook
    /folder/of/test/.local/bin is not in PATH. Add it, for example in ~/.profile:
      export PATH="/folder/of/test/.local/bin:$PATH"
    Try it: /folder/of/test/.local/bin/zoomhook demo
    "#);
    assert_eq!(machine.installed(), ["zoomhook"]);
    let program = Command::new(machine.path(".local/bin/zoomhook")).output().unwrap();
    assert_eq!(program.stdout, b"zoomhook 7.8.9\n");
}

#[test]
fn installs_a_version_into_a_folder_over_an_older_program() {
    let machine = Machine::with_release(|_| ());
    std::fs::create_dir(machine.path("bin")).unwrap();
    write_script(&machine.path("bin/zoomhook"), "old");
    let mut command = machine.command(&["env"], &["--version", "v7.8.9", "--to", "bin"]);
    let path =
        format!("{}:{}/bin:/usr/bin:/bin", machine.path("tools").display(), machine.folder.path().display());
    command.env("PATH", path);
    assert_run!(finish(command), @"
    exit: 0
    --- stdout
    Installed zoomhook ?.?.? as /folder/of/test/bin/zoomhook
    Try it: zoomhook demo
    ");
    let program = std::fs::read_to_string(machine.path("bin/zoomhook")).unwrap();
    assert!(program.contains("7.8.9"), "{program}");
    let asked =
        ["/releases/download/v7.8.9/SHA256SUMS".to_owned(), format!("/releases/download/v7.8.9/{ARCHIVE}")];
    assert_eq!(machine.asked(), asked);
}

#[test]
fn installs_nothing_if_the_checksum_is_wrong_or_missing() {
    let machine = Machine::with_release(|files| {
        let archive = files.get_mut(&format!("/releases/latest/download/{ARCHIVE}")).unwrap();
        *archive.last_mut().unwrap() ^= 1;
    });
    assert_run!(machine.install(&[]).hide("expected (.*)").hide("received (.*)"), @"
    exit: 1
    --- stderr
    error: the checksum of zoomhook-x86_64-unknown-linux-gnu.tar.gz is wrong
      expected ????????????????????????????????????????????????????????????????
      received ????????????????????????????????????????????????????????????????
      Nothing was installed. The file was damaged or changed on its way, or a new release has just come out.
    ");
    assert_eq!(machine.installed(), [""; 0]);

    let machine = Machine::with_release(|files| {
        files.insert("/releases/latest/download/SHA256SUMS".to_owned(), b"0  another.tar.gz\n".to_vec());
    });
    assert_run!(machine.install(&[]), @"
    exit: 1
    --- stderr
    error: SHA256SUMS has no line for zoomhook-x86_64-unknown-linux-gnu.tar.gz
      Nothing was installed.
    ");
    assert_eq!(machine.installed(), [""; 0]);
}

#[test]
fn says_what_is_missing_on_the_server() {
    let machine = Machine::with_release(|_| ());
    assert_run!(machine.install(&["--version", "7.8.10"]), @"
    exit: 1
    --- stderr
    error: http://127.0.0.1:?????/releases/download/v7.8.10/SHA256SUMS cannot be downloaded: the server answered 404
      Is there a version 7.8.10? See http://127.0.0.1:?????/releases
    ");
    assert_eq!(machine.installed(), [""; 0]);
}

#[test]
fn refuses_a_platform_without_a_release_before_it_downloads() {
    let machine = Machine::with_release(|_| ());
    machine.is("FreeBSD", "amd64");
    assert_run!(machine.install(&[]), @"
    exit: 1
    --- stderr
    error: there is no release for FreeBSD on amd64
      With Rust, you can build it from the source: cargo install zoomhook
    ");
    machine.is("MINGW64_NT-10.0", "x86_64");
    assert_run!(machine.install(&[]), @"
    exit: 1
    --- stderr
    error: this script is not for Windows
      Unpack zoomhook-x86_64-pc-windows-msvc.zip from https://example.com/zoomhook/releases
    ");
    machine.is("Linux", "x86_64");
    write_script(&machine.path("tools/ldd"), "echo 'musl libc (x86_64)' >&2\nexit 1");
    assert_run!(machine.install(&[]), @"
    exit: 1
    --- stderr
    error: the releases for Linux need glibc, and this system has musl
      With Rust, you can build it from the source: cargo install zoomhook
    ");
    assert_eq!(machine.asked(), [""; 0]);
}

#[test]
fn names_a_folder_that_it_cannot_write_to() {
    let machine = Machine::with_release(|_| ());
    std::fs::create_dir(machine.path("closed")).unwrap();
    std::fs::write(machine.path("file"), "").unwrap();
    let user = as_restricted_user(machine.folder.path());
    let closed = std::fs::Permissions::from_mode(0o555);
    std::fs::set_permissions(machine.path("closed"), closed).unwrap();
    assert_run!(finish(machine.command(user, &["--to", "closed"])), @"
    exit: 1
    --- stderr
    error: you cannot write to /folder/of/test/closed
      Choose a folder that you can write to: --to FOLDER
    ");
    assert_run!(machine.install(&["--to", "file/bin"]), @"
    exit: 1
    --- stderr
    error: the folder file/bin cannot be made
      Choose a folder that you can write to: --to FOLDER
    ");
    assert_eq!(machine.asked(), [""; 0]);
}

#[test]
fn takes_known_options_and_addresses_with_encryption_only() {
    let machine = Machine::with_release(|_| ());
    assert_run!(machine.install(&["--prefix", "/usr"]), @"
    exit: 1
    --- stderr
    error: unknown option --prefix
      See the options: --help
    ");
    assert_run!(machine.install(&["--to"]), @"
    exit: 1
    --- stderr
    error: --to needs a value
    ");
    assert_run!(machine.install(&["--from", "http://mirror.example/releases"]), @"
    exit: 1
    --- stderr
    error: --from needs an https URL, but it is http://mirror.example/releases
    ");
}

#[test]
fn does_nothing_if_only_a_part_of_the_script_arrives() {
    let script = super::read("packaging/install.sh");
    let part = script.strip_suffix("main \"$@\"\n").unwrap();
    let mut command = Command::new("sh");
    command.env_clear();
    let done: Finished = output_with_input(command, part.as_bytes()).into();
    assert_run!(done, @"exit: 0");
}
