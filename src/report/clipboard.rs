//! Copies text to the clipboard: with a program of the system, with tmux, or through the terminal with OSC 52.
//!
//! A program confirms the copy. A terminal does not, but it needs no program and works over ssh.

use std::env;
use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Limit on the encoded text for a terminal, in bytes: that of xterm, which other terminals adopted.
const LIMIT: usize = 74_994;
/// How long a program may take. They leave a process behind that holds the text, and exit at once.
const PATIENCE: Duration = Duration::from_secs(1);
/// The interval between two looks at a program.
const POLL: Duration = Duration::from_millis(2);

/// What happened to a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Copied {
    /// It is in the clipboard.
    Done,
    /// It is in tmux's buffer.
    InTmux,
    /// It was sent to the terminal, which does not confirm it.
    Sent,
    /// It was sent to tmux, which forwards it only if configured to.
    SentToTmux,
    /// It is larger than terminals accept.
    TooLarge,
    /// There is no terminal.
    NoTerminal,
}

/// Copies a text with a program; `None` if no program has done it.
pub(super) fn copy_with_program(text: &str) -> Option<Copied> {
    let programs = ClipboardPrograms::of_process();
    if programs.clipboard().iter().any(|words| run(words, text)) {
        return Some(Copied::Done);
    }
    (programs.in_tmux && run(&["tmux", "load-buffer", "-w", "-"], text)).then_some(Copied::InTmux)
}

/// The control sequence that copies a text; `None` if the text is too large.
pub(super) fn sequence(text: &str) -> Option<String> {
    let encoded = BASE64_STANDARD.encode(text);
    (encoded.len() <= LIMIT).then(|| format!("\x1b]52;c;{encoded}\x07"))
}

/// Whether this process runs inside tmux.
pub(super) fn is_behind_tmux() -> bool {
    is_set("TMUX")
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

/// What decides which programs can reach the user's clipboard.
#[derive(Debug, Clone, Copy, Default)]
struct ClipboardPrograms {
    wayland: bool,
    x11: bool,
    /// Windows' programs can be run, as in WSL.
    windows: bool,
    macos: bool,
    /// The user sits at another machine: this machine's clipboard is not the user's.
    over_ssh: bool,
    in_tmux: bool,
}

impl ClipboardPrograms {
    fn of_process() -> Self {
        Self {
            wayland: is_set("WAYLAND_DISPLAY"),
            x11: is_set("DISPLAY"),
            windows: cfg!(windows) || is_set("WSL_DISTRO_NAME"),
            macos: cfg!(target_os = "macos"),
            over_ssh: is_set("SSH_CONNECTION") || is_set("SSH_TTY"),
            in_tmux: is_behind_tmux(),
        }
    }

    /// The programs with their arguments, the best first.
    fn clipboard(self) -> Vec<&'static [&'static str]> {
        let all: [(bool, &[&str]); 5] = [
            (self.macos, &["pbcopy"]),
            (self.wayland, &["wl-copy"]),
            (self.x11, &["xclip", "-selection", "clipboard"]),
            (self.x11, &["xsel", "--clipboard", "--input"]),
            (self.windows, &["clip.exe"]),
        ];
        all.into_iter().filter(|(fits, _)| *fits && !self.over_ssh).map(|(_, words)| words).collect()
    }
}

/// Runs a program with the text as its input, and returns whether it succeeded.
fn run(words: &[&str], text: &str) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C for zoomhook must not end the process that holds the text.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let Ok(mut child) = command.spawn() else { return false };
    let bytes = input_for(program, text);
    // A program that does not read must not block this thread.
    let writer = child.stdin.take().map(|mut stdin| thread::spawn(move || stdin.write_all(&bytes).is_ok()));
    let succeeded = wait(&mut child).is_some_and(|status| status.success());
    succeeded && writer.is_some_and(|writer| writer.join().unwrap_or(false))
}

/// Windows' program takes other characters than ASCII only as UTF-16 with a byte order mark.
fn input_for(program: &str, text: &str) -> Vec<u8> {
    if program != "clip.exe" || text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// Waits for the program, and ends it if it takes too long.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        match child.try_wait() {
            Ok(None) => thread::sleep(POLL),
            Ok(Some(status)) => return Some(status),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_any_text_and_rejects_one_over_the_limit() {
        assert_eq!(sequence("a\x07ü").unwrap(), "\x1b]52;c;YQfDvA==\x07");
        assert!(sequence(&"x".repeat(56_000)).is_some());
        assert!(sequence(&"x".repeat(56_300)).is_none());
    }

    #[test]
    fn runs_only_programs_that_reach_the_users_clipboard() {
        let first = |programs: ClipboardPrograms| -> Vec<_> {
            programs.clipboard().iter().map(|words| words[0]).collect()
        };
        let none = ClipboardPrograms::default();
        assert!(first(none).is_empty());
        let desktop = ClipboardPrograms { wayland: true, x11: true, ..none };
        assert_eq!(first(desktop), ["wl-copy", "xclip", "xsel"]);
        assert_eq!(first(ClipboardPrograms { windows: true, ..none }), ["clip.exe"]);
        assert_eq!(first(ClipboardPrograms { macos: true, ..none }), ["pbcopy"]);
        assert!(first(ClipboardPrograms { over_ssh: true, ..desktop }).is_empty());
    }

    #[test]
    fn windows_gets_utf_16_for_other_characters_than_ascii() {
        assert_eq!(input_for("clip.exe", "ab"), b"ab");
        assert_eq!(input_for("clip.exe", "ü"), [0xff, 0xfe, 0xfc, 0]);
        assert_eq!(input_for("xclip", "ü"), "ü".as_bytes());
    }
}
