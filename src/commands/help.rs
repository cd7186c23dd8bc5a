//! What follows the flags in `--help` and in the man pages: examples, environment, exit codes.

use std::fmt::Write;

use clap::builder::styling::{Effects, Style};

use super::exit::ExitStatus;
use crate::settings::env::VARIABLES;

/// The style of clap's own headings.
const HEADING: Style = Style::new().effects(Effects::BOLD.insert(Effects::UNDERLINE));

/// A command line and what it does.
pub(super) struct Example {
    pub(super) command: &'static str,
    pub(super) doc: &'static str,
}

/// The examples of the program as a whole.
pub(super) const PROGRAM: &[Example] = &[
    Example { command: "zoomhook demo", doc: "see what it does: no account, no network, no secret" },
    Example { command: "zoomhook listen", doc: "a public URL for Marketplace, and every event on screen" },
    Example {
        command: "zoomhook verify request.http",
        doc: "is this captured request genuine, and if not, why?",
    },
    Example { command: "zoomhook listen --help", doc: "all about it, with examples" },
];

/// Those of `listen`.
pub(super) const LISTEN: &[Example] = &[
    Example {
        command: "zoomhook listen",
        doc: "secret from .env or the environment, public URL by ngrok; asks for what is missing",
    },
    Example {
        command: "zoomhook listen --domain mine.ngrok.app",
        doc: "the same URL every time, so that Marketplace needs it once",
    },
    Example {
        command: "zoomhook listen --public-url https://hooks.example.com",
        doc: "behind a tunnel or gateway of your own",
    },
    Example {
        command: "zoomhook listen --events 'meeting.*' --where payload.object.id=88512345678",
        doc: "one meeting only",
    },
    Example {
        command: "zoomhook listen --format json --expect recording.completed --timeout 5m",
        doc: "in CI: exit 0 once a verified recording.completed was seen, 7 after five minutes without",
    },
    Example {
        command: "zoomhook listen --secret-file live=live.token --secret-file test=test.token",
        doc: "two apps at one URL; each event tells whose it is",
    },
];

/// Those of `verify`.
pub(super) const VERIFY: &[Example] = &[
    Example {
        command: "zoomhook verify request.http",
        doc: "in whatever format it was captured; the secret from .env or the environment",
    },
    Example { command: "pbpaste | zoomhook verify -", doc: "a curl command from the clipboard" },
    Example {
        command: "zoomhook verify request.http --mine v0=3c9b… --framework express",
        doc: "what does my code do otherwise, and what has it to be?",
    },
    Example {
        command: "zoomhook verify --body body.json -H 'x-zm-signature: v0=…' -H 'x-zm-request-timestamp: …'",
        doc: "headers and body given apart",
    },
    Example {
        command: "zoomhook verify --recursive captures --format junit",
        doc: "in CI: exit 0 if all are valid, 3 if any is invalid, 4 if any cannot be told",
    },
];

/// Those of `demo`.
pub(super) const DEMO: &[Example] = &[
    Example { command: "zoomhook demo", doc: "with time to read along" },
    Example { command: "zoomhook demo --fast --format json", doc: "at once, for a program" },
];

/// Those of `completions`.
pub(super) const COMPLETIONS: &[Example] = &[
    Example {
        command: "zoomhook completions bash > ~/.local/share/bash-completion/completions/zoomhook",
        doc: "bash",
    },
    Example { command: "zoomhook completions zsh > ~/.zfunc/_zoomhook", doc: "zsh, with ~/.zfunc in fpath" },
    Example { command: "zoomhook completions fish > ~/.config/fish/completions/zoomhook.fish", doc: "fish" },
];

/// Those of `man`.
pub(super) const MAN: &[Example] = &[
    Example { command: "zoomhook man > zoomhook.1", doc: "the main page" },
    Example { command: "zoomhook man --dir /usr/local/share/man/man1", doc: "a page for each command" },
];

/// Examples alone.
pub(super) fn examples(examples: &[Example]) -> String {
    let mut text = heading("Examples");
    for (at, Example { command, doc }) in examples.iter().enumerate() {
        let gap = if at == 0 { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{gap}  {command}\n      {doc}\n");
    }
    text.trim_end().to_owned()
}

/// Examples, environment and exit codes.
pub(super) fn everything(program: &[Example]) -> String {
    let mut text = examples(program);
    text.push_str("\n\n");
    text.push_str(&heading("Environment"));
    for variable in VARIABLES {
        let _ = writeln!(text, "  {:<27}{}", variable.name, variable.doc);
    }
    text.push('\n');
    text.push_str(&exit_codes());
    text
}

/// The exit codes.
pub(super) fn exit_codes() -> String {
    let mut text = heading("Exit codes");
    for status in ExitStatus::ALL {
        let _ = writeln!(text, "  {:<5}{}", status.code(), status.doc());
    }
    text.trim_end().to_owned()
}

fn heading(title: &str) -> String {
    format!("{HEADING}{title}:{HEADING:#}\n")
}

/// The examples of a command, by its name.
pub(super) fn of(command: &str) -> &'static [Example] {
    match command {
        "listen" => LISTEN,
        "verify" => VERIFY,
        "demo" => DEMO,
        "completions" => COMPLETIONS,
        "man" => MAN,
        _ => PROGRAM,
    }
}
