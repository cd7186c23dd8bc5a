//! The launcher of the npm package, with the real binary in the place of a platform's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::output;
use crate::support::process::{Finished, Listen, at_home, finish, zoomhook};
use crate::support::requests::SECRET;
use crate::support::screen::Screen;
use crate::support::snapshot::assert_run;

/// A project in which `zoomhook` is installed.
struct Installed {
    folder: TempDir,
    node: String,
}

impl Installed {
    /// `None` on a machine without Node and npm.
    fn new() -> Option<Self> {
        let Some((node, _)) = find("node").zip(find("npm")) else {
            println!("skipped: node or npm is missing");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        output("python3", &["packaging/npm/build.py", folder.path().to_str().unwrap()]);
        let archive = folder.path().join(format!("zoomhook-{}.tgz", env!("CARGO_PKG_VERSION")));
        let package = folder.path().join("node_modules/zoomhook");
        std::fs::create_dir_all(&package).unwrap();
        output(
            "tar",
            &["-xzf", archive.to_str().unwrap(), "--strip-components=1", "-C", package.to_str().unwrap()],
        );
        Some(Self { folder, node })
    }

    /// With the binary as the package for this platform.
    fn with_program() -> Option<Self> {
        let installed = Self::new()?;
        let name = output(&installed.node, &["-p", "process.platform + '-' + process.arch"]);
        let package = installed.folder.path().join("node_modules/@zoomhook").join(name.trim()).join("bin");
        std::fs::create_dir_all(&package).unwrap();
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zoomhook"), package.join("zoomhook")).unwrap();
        Some(installed)
    }

    fn launcher(&self) -> PathBuf {
        self.folder.path().join("node_modules/zoomhook/zoomhook.js")
    }

    /// The launcher, with a home of its own.
    fn command(&self, home: &Path) -> Command {
        let mut command = Command::new(&self.node);
        command.arg(self.launcher()).env_clear().current_dir(home);
        at_home(&mut command, home);
        command
    }

    /// Runs the launcher as on another platform.
    fn on(&self, platform: &str, processor: &str) -> Finished {
        let mut command = Command::new(&self.node);
        let pretend = format!(
            "Object.defineProperties(process, {{ platform: {{ value: '{platform}' }}, arch: {{ value: '{processor}' }} }});
             require({:?})",
            self.launcher()
        );
        command.args(["-e", &pretend]);
        finish(command)
    }
}

/// The path of a program, if it is there.
fn find(program: &str) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found =
        std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())?;
    found.into_os_string().into_string().ok()
}

#[test]
fn passes_arguments_output_and_exit_code_on() {
    let Some(installed) = Installed::with_program() else { return };
    let home = tempfile::tempdir().unwrap();
    for arguments in
        [&["--version"][..], &["events", "list", "meeting.st*"], &["verify", "a file"], &["--lisen"]]
    {
        let (mut through, mut direct) = (installed.command(home.path()), zoomhook(home.path()));
        through.args(arguments);
        direct.args(arguments);
        let (through, direct) = (finish(through), finish(direct));
        assert_eq!(
            (through.code, through.stdout, through.stderr),
            (direct.code, direct.stdout, direct.stderr)
        );
    }
}

#[test]
fn passes_signals_on() {
    let Some(installed) = Installed::with_program() else { return };
    let launcher = installed.launcher();
    for signal in ["INT", "TERM"] {
        // The first argument is the path of the binary.
        let start = format!("shift; exec '{}' '{}' \"$@\"", installed.node, launcher.display());
        let mut listen = Listen::start_through(&["/bin/sh", "-c", &start, "sh"], |command| {
            command.args(["--tunnel", "none"]).env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET);
        });
        listen.signal(signal);
        let (status, lines, stderr) = listen.ended();
        assert_eq!(status.code(), Some(0), "{signal}: {stderr}");
        assert_eq!(lines.last().unwrap()["type"], "summary", "{signal}");
    }
}

#[test]
fn ctrl_c_at_a_terminal_reaches_the_program_once() {
    let Some(installed) = Installed::with_program() else { return };
    let launcher = installed.launcher();
    let words = [&installed.node, launcher.to_str().unwrap(), "listen", "--port", "0", "--tunnel", "none"];
    let mut screen = Screen::start(100, &words, &[]);
    screen.shows("Waiting for events");
    screen.press("\x03");
    assert_eq!(screen.ended().exit_code(), 0);
    // A second Ctrl-C would end the program without it.
    assert!(screen.text().contains("Ran for"), "{}", screen.text());
}

#[test]
fn says_why_there_is_no_program() {
    let Some(installed) = Installed::new() else { return };
    assert_run!(installed.on("linux", "arm64"), @"");
    assert_run!(installed.on("freebsd", "x64"), @"");
}
