//! The sections after the flags in `--help` and the man pages: examples, environment, exit codes.

use std::fmt::Write;

use clap::Command;
use clap::builder::styling::{Effects, Style};

use super::exit::ExitStatus;
use crate::settings::env::{VARIABLES, Variable};

/// The style of clap's own headings.
const HEADING: Style = Style::new().effects(Effects::BOLD.insert(Effects::UNDERLINE));

/// A command line and what it does.
pub(super) struct Example {
    pub(super) command: &'static str,
    pub(super) doc: &'static str,
}

/// Examples of the program without a command.
pub(super) const PROGRAM: &[Example] = &[
    Example { command: "zoomhook demo", doc: "see what it does: no account, no network, no secret" },
    Example { command: "zoomhook listen", doc: "get a public URL for Marketplace, and see every event" },
    Example {
        command: "zoomhook verify request.http",
        doc: "find out whether a captured request is genuine, and if not, why",
    },
    Example { command: "zoomhook listen --help", doc: "all flags of a command, with examples" },
];

pub(super) const LISTEN: &[Example] = &[
    Example {
        command: "zoomhook listen",
        doc: "secret token from the environment or .env, public URL by ngrok; asks for a missing secret token",
    },
    Example {
        command: "zoomhook listen --domain mine.ngrok.app",
        doc: "the same URL every time, so that you enter it in Marketplace only once",
    },
    Example {
        command: "zoomhook listen --tunnel ssh",
        doc: "a public URL without an account, over the system's ssh and localhost.run",
    },
    Example {
        command: "zoomhook listen --public-url https://hooks.example.com",
        doc: "behind your own tunnel or gateway",
    },
    Example {
        command: "zoomhook listen --forward 3000/zoom",
        doc: "forward every verified request to your app, and its answer to Zoom",
    },
    Example {
        command: "zoomhook listen --forward 3000 --ack now --hold",
        doc: "for breakpoints and restarts: Zoom is answered at once, and your app gets the event when it is ready",
    },
    Example {
        command: "zoomhook listen --share nats://hooks.example.com",
        doc: "a team gets the events too, with zoomhook follow",
    },
    Example {
        command: "zoomhook listen --events 'meeting.*' --where payload.object.id=88512345678",
        doc: "only one meeting",
    },
    Example {
        command: "zoomhook listen --format json --expect recording.completed --timeout 5m",
        doc: "in CI: exit 0 once a verified recording.completed arrives, 7 after five minutes without one",
    },
    Example {
        command: "zoomhook listen --expect meeting.ended --timeout 5m -- ./end-a-meeting.sh",
        doc: "run a test with ZOOMHOOK_URL in its environment, then wait for the event",
    },
    Example {
        command: "zoomhook listen --secret-file live=live.token --secret-file test=test.token",
        doc: "two apps at one URL; each event shows its app",
    },
];

pub(super) const FOLLOW: &[Example] = &[
    Example {
        command: "zoomhook follow nats://hooks.example.com",
        doc: "what the team's listen shares, from where you ended last time",
    },
    Example {
        command: "zoomhook follow nats://hooks.example.com --forward 3000/zoom",
        doc: "your app gets it; what it does not get comes again",
    },
    Example {
        command: "zoomhook follow nats://hooks.example.com --as ci --new --expect recording.completed --timeout 5m",
        doc: "in CI: exit 0 once it arrives, 7 after five minutes without it",
    },
    Example {
        command: "zoomhook follow nats://hooks.example.com --as lookup --since 3d --no-history",
        doc: "everything of the last three days, under another name",
    },
    Example {
        command: "zoomhook follow https://hooks.example.com",
        doc: "another session, without a server: its inspector, with ZOOMHOOK_READ_TOKEN in the environment",
    },
];

pub(super) const STREAM: &[Example] = &[
    Example {
        command: "zoomhook stream status nats://hooks.example.com",
        doc: "what is stored, and how far behind each follower is",
    },
    Example {
        command: "zoomhook stream prune nats://hooks.example.com --older-than 2d",
        doc: "delete older events, for all followers",
    },
    Example {
        command: "zoomhook stream prune nats://hooks.example.com --follower maria-laptop",
        doc: "delete a position: the name begins anew",
    },
];

pub(super) const VERIFY: &[Example] = &[
    Example {
        command: "zoomhook verify request.http",
        doc: "any capture format; the secret token from the environment or .env",
    },
    Example { command: "zoomhook verify last", doc: "the newest delivery that listen stored" },
    Example { command: "pbpaste | zoomhook verify", doc: "a curl command from the clipboard" },
    Example {
        command: "zoomhook verify request.http --mine v0=3c9b… --framework express",
        doc: "how my code differs, and how to fix it",
    },
    Example {
        command: "zoomhook verify --body body.json -H 'x-zm-signature: v0=…' -H 'x-zm-request-timestamp: …'",
        doc: "headers and body given separately",
    },
    Example {
        command: "zoomhook verify --recursive captures --format junit",
        doc: "in CI: exit 0 if all are valid, 3 if any is invalid, 4 if any is unknown",
    },
];

pub(super) const CHECK: &[Example] = &[
    Example {
        command: "zoomhook check 3000/webhook",
        doc: "does my app do what Zoom requires, and if not, why?",
    },
    Example { command: "zoomhook check", doc: "the app that the running listen forwards to" },
    Example {
        command: "zoomhook check https://hooks.example.com/zoom --yes --no-events",
        doc: "a deployed endpoint, with challenges only",
    },
    Example {
        command: "zoomhook check 3000/webhook --strict --format junit",
        doc: "in CI: exit 0 if every case passes, 5 if not",
    },
];

pub(super) const DEMO: &[Example] = &[
    Example { command: "zoomhook demo", doc: "with pauses to read" },
    Example { command: "zoomhook demo --fast --format json", doc: "without pauses, for a program" },
];

pub(super) const DOCTOR: &[Example] = &[
    Example { command: "zoomhook doctor", doc: "all checks of this machine, in less than a second" },
    Example {
        command: "zoomhook doctor --online --forward 3000/webhook",
        doc: "also the tunnel, the clock of another machine, and the answer of your app to a challenge",
    },
    Example { command: "zoomhook doctor --only port --port 4001", doc: "one check, with flags of listen" },
    Example { command: "zoomhook doctor --fix", doc: "fix what zoomhook can fix, after a question" },
    Example {
        command: "zoomhook doctor --format json | jq -r 'select(.status == \"fail\") | .detail'",
        doc: "for a script",
    },
];

pub(super) const EVENTS: &[Example] = &[
    Example { command: "zoomhook events list 'recording.*'", doc: "all events about recordings" },
    Example { command: "zoomhook events show meeting.started", doc: "its fields, with types and an example" },
    Example {
        command: "zoomhook events sample meeting.participant_joined --seed 7 --at 2026-11-24T08:00:00Z --full",
        doc: "a payload in Zoom's own JSON style; the same seed and time give the same bytes",
    },
    Example { command: "zoomhook events search passcode", doc: "events with such a field" },
    Example {
        command: "zoomhook events schema recording.completed",
        doc: "a JSON Schema for your own tests",
    },
];

pub(super) const EVENTS_TYPES: &[Example] = &[
    Example {
        command: "zoomhook events types --lang typescript > zoom-events.ts",
        doc: "all events, and a union that `event` tells apart",
    },
    Example {
        command: "zoomhook events types --lang go 'recording.*' meeting.ended",
        doc: "only the events that your program handles",
    },
];

pub(super) const EVENTS_DRIFT: &[Example] = &[
    Example { command: "zoomhook events drift --since 7d", doc: "what Zoom has changed this week" },
    Example {
        command: "zoomhook events drift --format json | jq -c 'select(.known == false)'",
        doc: "events that the catalog does not have",
    },
];

pub(super) const EVENTS_LEARN: &[Example] = &[
    Example { command: "zoomhook events learn", doc: "samples and schemas then have what Zoom sent to you" },
    Example {
        command: "zoomhook events learn --forget",
        doc: "back to the catalog that comes with zoomhook",
    },
];

pub(super) const HISTORY: &[Example] = &[
    Example {
        command: "zoomhook history list --event 'meeting.*' --since 2h",
        doc: "meeting events of the last two hours",
    },
    Example { command: "zoomhook history show last", doc: "the newest delivery, complete" },
    Example {
        command: "zoomhook history show last --format json | zoomhook verify",
        doc: "verify the same request again",
    },
    Example { command: "zoomhook history list --follow", doc: "the newest deliveries, then each new one" },
    Example { command: "zoomhook history diff last-1 last", doc: "the differences between two events" },
    Example { command: "zoomhook history export --redact > events.ndjson", doc: "for someone else" },
    Example {
        command: "zoomhook history import events.ndjson captures.har",
        doc: "from an export and from another tool's capture",
    },
];

pub(super) const HISTORY_LIST: &[Example] = &[
    Example {
        command: "zoomhook history list --event 'meeting.*' --since 2h",
        doc: "meeting events of the last two hours",
    },
    Example { command: "zoomhook history list --verdict invalid", doc: "requests with an invalid signature" },
    Example { command: "zoomhook history list --status 5xx --follow", doc: "failures, as they happen" },
    Example {
        command: "zoomhook history list --search 'Weekly sync' --format json | jq -r .id",
        doc: "for a script",
    },
];

pub(super) const HISTORY_SHOW: &[Example] = &[
    Example { command: "zoomhook history show 01K8ZQ4M7T", doc: "by the beginning of the id" },
    Example {
        command: "zoomhook history show last-2 --format curl",
        doc: "two before the newest, as a curl command",
    },
    Example {
        command: "zoomhook history show --format http > request.http",
        doc: "the newest, byte for byte, for other tools",
    },
];

pub(super) const HISTORY_DIFF: &[Example] = &[
    Example { command: "zoomhook history diff last-1", doc: "from the previous delivery to the newest" },
    Example { command: "zoomhook history diff 01K8ZQ4M7T last --all", doc: "equal values too" },
    Example { command: "zoomhook history diff last-1 --format json", doc: "for a script" },
];

pub(super) const HISTORY_STATS: &[Example] = &[
    Example {
        command: "zoomhook history stats --event 'recording.*' --since 7d",
        doc: "a week of recordings",
    },
    Example { command: "zoomhook history stats --format json", doc: "for a script" },
];

pub(super) const HISTORY_EXPORT: &[Example] = &[
    Example { command: "zoomhook history export > events.ndjson", doc: "everything; import can read it" },
    Example {
        command: "zoomhook history export --since 1h --redact --format har > events.har",
        doc: "the last hour, masked, for a browser's network view or a colleague",
    },
];

pub(super) const HISTORY_IMPORT: &[Example] = &[
    Example { command: "zoomhook history import events.ndjson", doc: "the output of export" },
    Example { command: "zoomhook history import --recursive captures", doc: "a folder of captures" },
    Example { command: "pbpaste | zoomhook history import", doc: "a curl command from the clipboard" },
];

pub(super) const HISTORY_DELETE: &[Example] = &[
    Example { command: "zoomhook history delete last", doc: "the newest delivery of this project" },
    Example {
        command: "zoomhook history delete --search jill@example.com --all-projects",
        doc: "everything with a person's address",
    },
];

pub(super) const HISTORY_PRUNE: &[Example] =
    &[Example { command: "zoomhook history prune --older-than 7d", doc: "keep the last week" }];

pub(super) const HISTORY_REPAIR: &[Example] = &[
    Example { command: "zoomhook history repair", doc: "the default history" },
    Example {
        command: "zoomhook history --history-file events.db repair",
        doc: "another one, with the damaged files next to it",
    },
];

pub(super) const INSPECT: &[Example] = &[
    Example {
        command: "zoomhook inspect --open",
        doc: "open the page of the running listen, or of the history",
    },
    Example { command: "zoomhook inspect --port 4050", doc: "serve the history on a port of your choice" },
    Example { command: "zoomhook inspect token create maria", doc: "let another machine follow the events" },
];

pub(super) const INSPECT_TOKEN: &[Example] = &[
    Example {
        command: "zoomhook inspect token create maria",
        doc: "all events of this project, for 30 days; the token is printed once",
    },
    Example {
        command: "zoomhook inspect token create ci --events 'recording.*' --expires 90d > ci.token",
        doc: "only recordings, and the token in a file",
    },
    Example { command: "zoomhook inspect token revoke maria", doc: "her stream ends within seconds" },
];

pub(super) const WAIT: &[Example] = &[
    Example {
        command: "zoomhook wait recording.completed --timeout 5m",
        doc: "exit 0 once the running listen has one, 7 after five minutes without one",
    },
    Example {
        command: "zoomhook wait 'meeting.*=2' --where payload.object.id=88512345678 --since 1m",
        doc: "two events of one meeting, also those of the last minute",
    },
];

pub(super) const MCP: &[Example] = &[
    Example { command: "claude mcp add zoomhook -- zoomhook mcp", doc: "in Claude Code; it only reads" },
    Example {
        command: "claude mcp add zoomhook -- zoomhook mcp --allow-send",
        doc: "the agent may also test and trigger apps on this machine",
    },
    Example { command: "codex mcp add zoomhook -- zoomhook mcp", doc: "in Codex" },
];

pub(super) const STATUS: &[Example] = &[
    Example { command: "zoomhook status", doc: "what runs on this machine" },
    Example { command: "zoomhook status --format json | jq -r .url", doc: "for a script" },
];

pub(super) const STOP: &[Example] = &[
    Example { command: "zoomhook stop", doc: "the listen of this project" },
    Example { command: "zoomhook stop --all", doc: "every listen of this user" },
];

pub(super) const REPLAY: &[Example] = &[
    Example { command: "zoomhook replay", doc: "the newest delivery, to the app that received it" },
    Example { command: "zoomhook replay meeting.started", doc: "the newest delivery of this event" },
    Example {
        command: "zoomhook replay last-2 --to 3000/zoom --set 'payload.object.topic=Other'",
        doc: "another delivery, to another app, with one value changed",
    },
    Example {
        command: "zoomhook replay last --watch src",
        doc: "again after each change of a file in src, once the app is up",
    },
    Example {
        command: "zoomhook replay --all --since 1h --event 'meeting.*' --speed 10x",
        doc: "an hour of meetings in six minutes",
    },
    Example { command: "zoomhook replay 01K8ZQ4M7T --exact", doc: "byte for byte, with the old signature" },
];

pub(super) const SIGN: &[Example] = &[
    Example {
        command: r#"zoomhook sign '{"event":"meeting.started"}'"#,
        doc: "a curl command with the right headers; signs exactly this text",
    },
    Example {
        command: "zoomhook sign body.json --format http",
        doc: "the whole request; signs exactly the bytes of the file",
    },
    Example { command: "zoomhook sign body.json --send", doc: "post it to the running listen" },
    Example {
        command: "zoomhook sign --challenge --to 3000/webhook",
        doc: "does my endpoint answer a challenge correctly?",
    },
    Example {
        command: "zoomhook sign body.json --break stale --to 3000/webhook",
        doc: "does my endpoint refuse an old signature?",
    },
];

pub(super) const TRIGGER: &[Example] = &[
    Example { command: "zoomhook trigger meeting.started", doc: "to the running listen" },
    Example {
        command: "zoomhook trigger meeting-lifecycle --to 3000/webhook --var participants=5",
        doc: "a whole meeting, without pauses",
    },
    Example {
        command: "zoomhook trigger meeting.ended --to 3000/webhook --retry --speed 60",
        doc: "a minute of Zoom's retries in a second",
    },
    Example {
        command: "zoomhook trigger recording.completed --count 5000 --concurrency 64 --duplicate 5% --fail-signature 1%",
        doc: "a load test with duplicates and wrong signatures",
    },
    Example { command: "zoomhook trigger --list", doc: "the built-in scenarios" },
    Example { command: "zoomhook trigger --check mine.toml", doc: "is my own scenario valid?" },
];

pub(super) const AGENT: &[Example] = &[
    Example { command: "zoomhook agent setup --claude", doc: "a skill for Claude Code in this project" },
    Example { command: "zoomhook agent setup --codex --remove", doc: "remove the section of AGENTS.md" },
    Example { command: "zoomhook agent setup --print", doc: "the text, for another agent" },
];

pub(super) const CONFIG: &[Example] = &[
    Example { command: "zoomhook config", doc: "what zoomhook.toml sets" },
    Example {
        command: "zoomhook config listen --profile staging",
        doc: "every value of listen, with its origin",
    },
];

pub(super) const COMPLETIONS: &[Example] = &[
    Example {
        command: "zoomhook completions bash > ~/.local/share/bash-completion/completions/zoomhook",
        doc: "bash",
    },
    Example { command: "zoomhook completions zsh > ~/.zfunc/_zoomhook", doc: "zsh, with ~/.zfunc in fpath" },
    Example { command: "zoomhook completions fish > ~/.config/fish/completions/zoomhook.fish", doc: "fish" },
    Example {
        command: "source <(COMPLETE=bash zoomhook)",
        doc: "also completes events, scenarios and ids; the same for zsh, fish, elvish and powershell",
    },
];

pub(super) const MAN: &[Example] = &[
    Example { command: "zoomhook man > zoomhook.1", doc: "the main page" },
    Example { command: "zoomhook man --dir /usr/local/share/man/man1", doc: "a page for each command" },
];

/// Only the examples.
pub(super) fn examples(examples: &[Example]) -> String {
    let mut text = heading("Examples");
    for (at, Example { command, doc }) in examples.iter().enumerate() {
        let gap = if at == 0 { "" } else { "\n" };
        // Writing to a String cannot fail.
        let _ = write!(text, "{gap}  {command}\n      {doc}\n");
    }
    text.trim_end().to_owned()
}

/// Examples and exit codes.
pub(super) fn with_exit_codes(examples_of_command: &[Example]) -> String {
    format!("{}\n\n{}", examples(examples_of_command), exit_codes())
}

/// The program, with the variables that each command reads at the end of its long help. The program's own help has all
/// variables.
pub(super) fn with_environment(program: Command) -> Command {
    let text = environment(VARIABLES.iter());
    with_own_environment(append(program, &text))
}

fn with_own_environment(program: Command) -> Command {
    program.mut_subcommands(|command| {
        let mut own = VARIABLES.iter().filter(|one| !one.is_common() && one.is_read_by(&command)).peekable();
        let command = match own.peek() {
            Some(_) => {
                let text =
                    format!("{}\n  Variables that every command reads: zoomhook --help", environment(own));
                append(command, &text)
            }
            None => command,
        };
        with_own_environment(command)
    })
}

/// Appends a section to the long help of a command.
fn append(command: Command, section: &str) -> Command {
    let before = command.get_after_long_help().map(|text| format!("{}\n\n", text.ansi())).unwrap_or_default();
    command.after_long_help(format!("{before}{section}"))
}

/// The table of these variables.
fn environment<'v>(variables: impl Iterator<Item = &'v Variable>) -> String {
    let mut text = heading("Environment");
    for variable in variables {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {:<27}{}", variable.name, variable.doc);
    }
    text.trim_end().to_owned()
}

/// The table of exit codes.
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

/// The examples of a command by its name; `""` is the program itself.
pub(super) fn of(command: &str) -> &'static [Example] {
    match command {
        "listen" => LISTEN,
        "follow" => FOLLOW,
        "stream" => STREAM,
        "verify" => VERIFY,
        "demo" => DEMO,
        "doctor" => DOCTOR,
        "sign" => SIGN,
        "trigger" => TRIGGER,
        "events" => EVENTS,
        "events-types" => EVENTS_TYPES,
        "events-drift" => EVENTS_DRIFT,
        "events-learn" => EVENTS_LEARN,
        "history" => HISTORY,
        "history-list" => HISTORY_LIST,
        "history-show" => HISTORY_SHOW,
        "history-diff" => HISTORY_DIFF,
        "history-stats" => HISTORY_STATS,
        "history-export" => HISTORY_EXPORT,
        "history-import" => HISTORY_IMPORT,
        "history-delete" => HISTORY_DELETE,
        "history-prune" => HISTORY_PRUNE,
        "history-repair" => HISTORY_REPAIR,
        "inspect" => INSPECT,
        "inspect-token" => INSPECT_TOKEN,
        "replay" => REPLAY,
        "completions" => COMPLETIONS,
        "man" => MAN,
        "" => PROGRAM,
        _ => &[],
    }
}
