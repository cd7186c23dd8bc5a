//! The real binary on a pseudo-terminal: the text on its screen, the bytes that were sent to it, and its mode.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

use super::process::signal;
use super::requests::SECRET;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines of the terminal, enough for every test.
const LINES: u16 = 60;

#[derive(Default)]
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    closed: bool,
}

/// A terminal with a program in it, which is killed by the guard.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    address: OnceLock<SocketAddr>,
    /// The mode before the program started.
    pub first_mode: String,
    pub home: TempDir,
}

impl Screen {
    /// `zoomhook listen` without a tunnel on a free port, with [`SECRET`].
    pub fn listen(arguments: &[&str]) -> Self {
        let listen = ["listen", "--port", "0", "--tunnel", "none"];
        Self::start(100, &[&[env!("CARGO_BIN_EXE_zoomhook")], &listen[..], arguments].concat(), &[])
    }

    /// Any program in a terminal of so many columns.
    pub fn start(columns: u16, words: &[&str], environment: &[(&str, &str)]) -> Self {
        let home = TempDir::new().unwrap();
        let size = PtySize { rows: LINES, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(words[0]);
        command.args(&words[1..]);
        command.env_clear();
        command.cwd(home.path());
        let own =
            [("TERM", "xterm-256color"), ("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET), ("PATH", "/usr/bin:/bin")];
        for (name, value) in own.iter().chain(environment) {
            command.env(name, value);
        }
        for name in ["HOME", "XDG_CONFIG_HOME"] {
            command.env(name, home.path());
        }
        let first_mode = mode_of(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        let parser = vt100::Parser::new(NonZero::new(LINES).unwrap(), NonZero::new(columns).unwrap(), 0);
        let seen = Arc::new((Mutex::new(Seen { parser, ..Seen::default() }), Condvar::new()));
        let reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn({
            let seen = seen.clone();
            move || follow(reader, &seen)
        });
        let input = pair.master.take_writer().unwrap();
        Self { child, master: pair.master, input, seen, address: OnceLock::new(), first_mode, home }
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// The text on the screen now.
    pub fn text(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// What stands on the screen now, with colors.
    pub fn screen(&self) -> vt100::Screen {
        self.seen.0.lock().unwrap().parser.screen().clone()
    }

    /// Everything that was sent to the terminal so far.
    pub fn sent(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().bytes).into_owned()
    }

    /// Waits for a text on the screen.
    pub fn shows(&self, text: &str) {
        self.until(text, |seen| seen.parser.screen().contents().contains(text));
    }

    /// Waits until the last line contains this text.
    pub fn ends_with(&self, text: &str) {
        self.until(text, |seen| {
            let contents = seen.parser.screen().contents();
            contents.trim_end().lines().last().is_some_and(|line| line.contains(text))
        });
    }

    /// The texts that were sent to the clipboard so far, still as base64.
    pub fn copied(&self) -> Vec<String> {
        let bytes = String::from_utf8_lossy(&self.seen.0.lock().unwrap().bytes).into_owned();
        let copied = bytes.split("\x1b]52;c;").skip(1);
        copied.filter_map(|rest| Some(rest.split_once('\x07')?.0.to_owned())).collect()
    }

    fn until(&self, what: &str, is_there: impl Fn(&Seen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = self.seen.0.lock().unwrap();
        while !is_there(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            let screen = seen.parser.screen().contents();
            assert!(!left.is_zero() && !seen.closed, "no {what:?} on the screen:\n{screen}");
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
    }

    /// The address of the listener, which the screen shows.
    pub fn address(&self) -> SocketAddr {
        self.address_after("Waiting for events")
    }

    /// The same for a session in the background, which has no status line.
    pub fn address_in_background(&self) -> SocketAddr {
        self.address_after("Zoom cannot reach this address")
    }

    fn address_after(&self, ready: &str) -> SocketAddr {
        *self.address.get_or_init(|| {
            self.shows(ready);
            let text = self.text();
            let rest = text.split("http://").nth(1).unwrap();
            rest.split('/').next().unwrap().parse().unwrap()
        })
    }

    /// Sends a signal by name to the program.
    pub fn signal(&self, name: &str) {
        signal(self.child.process_id().unwrap(), name);
    }

    /// The state that `ps` gives, such as `T` for stopped; waits until it begins with one of these letters.
    pub fn is_in_state(&self, letters: &str) {
        let process = self.child.process_id().unwrap().to_string();
        eventually(&format!("state {letters}"), || {
            let ps = Command::new("ps").args(["-o", "stat=", "-p", &process]).output().unwrap();
            let state = String::from_utf8(ps.stdout).unwrap();
            state.trim_start().starts_with(|c| letters.contains(c))
        });
    }

    /// The terminal's mode.
    pub fn mode(&self) -> String {
        mode_of(&*self.master)
    }

    /// Waits until the mode differs from the first one: for single keys, or for a prompt without echo.
    pub fn has_another_mode(&self) {
        eventually("another mode", || self.mode() != self.first_mode);
    }

    /// Waits until the program exits, and asserts that it restored the terminal's mode.
    pub fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "the program does not exit:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        };
        // The last output may still arrive until the terminal is closed.
        eventually("the last of its output", || self.seen.0.lock().unwrap().closed);
        assert_eq!(self.mode(), self.first_mode, "the terminal's mode was not restored");
        status
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Polls a condition that has no event to wait for.
fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn mode_of(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn follow(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar)) {
    let mut bytes = [0; 4096];
    loop {
        // On some systems the end of the program is a read error.
        let read = reader.read(&mut bytes).unwrap_or(0);
        let mut state = seen.0.lock().unwrap();
        state.parser.process(&bytes[..read]);
        state.bytes.extend_from_slice(&bytes[..read]);
        state.closed = read == 0;
        seen.1.notify_all();
        if read == 0 {
            return;
        }
    }
}
