//! The launcher of the npm package, with the real binary in the place of a platform's package.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{ROOT, output};
use crate::support::process::{Finished, Listen, at_home, finish, write_script, zoomhook};
use crate::support::requests::SECRET;
use crate::support::screen::Screen;
use crate::support::snapshot::assert_run;

/// Prints the manifest of the package, as it is published. npm itself would take a second.
const MANIFEST: &str = "import json, sys
sys.path.insert(0, 'packaging/npm')
import build
print(json.dumps(build.main_package(build.Project())[0]))";

/// A program that waits for Ctrl-C, and then a while for a second one. A shell would count two in a row as one.
const COUNTS_INTERRUPTS: &str = r#"
let count = 0;
process.on("SIGINT", () => count++);
console.log("ready");
const wait = setInterval(() => {
  if (count === 0) return;
  clearInterval(wait);
  setTimeout(() => {
    console.log("interrupts: " + count);
    process.exit(9);
  }, 300);
}, 20);
"#;

/// A project in which `zoomhook` is installed.
struct Installed {
    folder: TempDir,
    node: String,
}

impl Installed {
    /// `None` on a machine without Node.
    fn new() -> Option<Self> {
        let Some(node) = find("node") else {
            println!("skipped: node is missing");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("node_modules/zoomhook");
        std::fs::create_dir_all(&package).unwrap();
        std::fs::write(package.join("package.json"), output("python3", &["-B", "-c", MANIFEST])).unwrap();
        std::fs::copy(Path::new(ROOT).join("packaging/npm/zoomhook.js"), package.join("zoomhook.js"))
            .unwrap();
        Some(Self { folder, node })
    }

    /// With the binary in the package for this platform.
    fn with_binary() -> Option<Self> {
        Self::with_program(|path| std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zoomhook"), path).unwrap())
    }

    /// With the program that `put` puts into the package for this platform.
    fn with_program(put: impl FnOnce(&Path)) -> Option<Self> {
        let installed = Self::new()?;
        let name = output(&installed.node, &["-p", "process.platform + '-' + process.arch"]);
        let package = installed.folder.path().join("node_modules/@zoomhook").join(name.trim()).join("bin");
        std::fs::create_dir_all(&package).unwrap();
        put(&package.join("zoomhook"));
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
    let Some(installed) = Installed::with_binary() else { return };
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
    let Some(installed) = Installed::with_binary() else { return };
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
    let Some(installed) = Installed::with_program(|path| write_script(path, COUNTS_INTERRUPTS)) else {
        return;
    };
    let mut screen = Screen::start(100, &[&installed.node, installed.launcher().to_str().unwrap()], &[]);
    screen.shows("ready");
    screen.press("\x03");
    // A second one would end zoomhook before it has answered everything.
    screen.shows("interrupts: 1");
    assert_eq!(screen.ended().exit_code(), 9);
}

#[test]
fn says_why_there_is_no_program() {
    let Some(installed) = Installed::new() else { return };
    let missing = installed.on("darwin", "arm64").put(r"zoomhook@[\d.]+", "zoomhook@VERSION");
    assert_run!(missing, @"
    exit: 1
    --- stderr
    error: the package @zoomhook/darwin-arm64, which has the program for this platform, is not installed
      npm leaves it out with --omit=optional (or --no-optional), and if node_modules or the lockfile comes from another platform.
      Install it: npm install zoomhook@VERSION --include=optional --force
    ");
    assert_run!(installed.on("freebsd", "x64"), @"
    exit: 1
    --- stderr
    error: zoomhook ?.?.? has no npm package for freebsd on x64
      With Rust, you can build it from the source: cargo install zoomhook
    ");
}
