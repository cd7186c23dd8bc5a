//! Integration tests in one binary, so that linking happens once.
//!
//! - `support/`: the doubles, the guard of the real binary, a client that writes raw bytes, complete snapshots of output
//! - `agent.rs`: `zoomhook agent setup`
//! - `app_outcomes.rs`: what became of events at the user's app, in every output
//! - `app_statements.rs`: what the text of an app's answer says, in `trigger` and `sign`
//! - `arguments.rs`: file names that act on a terminal, and tokens in the wrong place
//! - `background.rs`: `listen --detach`, `status`, `stop`, `wait`, and the ready file
//! - `capture_properties.rs`: readers of captures on random, damaged and very long input
//! - `capture_writers.rs`: random bodies, written in every format and read back
//! - `captures.rs`: every file of `tests/captures`, read and verified
//! - `catalogue.rs`: the catalogue against deliveries: schemas, drift, what is learned, type definitions
//! - `challenge_answers.rs`: wrong answers to a challenge: the same code and sentence from every command
//! - `check/`: an app with faults, and what `check` concludes
//! - `credentials.rs`: credentials in headers and URLs, which are neither stored nor shown
//! - `demo.rs`: `zoomhook demo` on a machine that has nothing set up
//! - `diagnosis.rs`: wrong signatures of an independent script, each with its cause
//! - `doctor.rs`: each check of `doctor` with a fault that was made for real
//! - `documentation.rs`: every command in the README and in `docs/` runs, and every link resolves
//! - `events.rs`: the catalogue on the command line, and names completed in shells
//! - `forward.rs`: `listen --forward`, with the user's app
//! - `generated_files.rs`: the completion scripts in the repository are up to date
//! - `github_action.rs`: the GitHub Action's shell part, and the workflow of `docs/ci.md`
//! - `help.rs`: `--help` of every command, and the manual page
//! - `history/`: what `listen` stores on disk, and `history` reads
//! - `imports.rs`: files that others wrote, imported into the history
//! - `inspector.rs`: the page and its API: who may ask, what they get, and what a slow client must not cause
//! - `instances.rs`: commands that find a running `listen`, and the files of a killed one
//! - `keys.rs`: keys while `listen` runs on a terminal, and the state of the terminal at the end
//! - `layout.rs`: which part of the source may import which
//! - `listen.rs`: `zoomhook listen` as a process: answers, expectations, signals, errors
//! - `listen_command.rs`: `listen -- COMMAND`: whose exit code counts, and who gets the signals
//! - `listener.rs`: limits and shutdown of the listener, over real sockets, through the library
//! - `main_job.rs`: the real binary with the real SDK, from the public edge to the output
//! - `mcp.rs`: `zoomhook mcp`: tools for AI agents, spoken to over stdin
//! - `open_files.rs`: every command under a low `ulimit -n`
//! - `packaging/`: what is published: the crate, `install.sh`, the npm package, addresses and versions
//! - `paths.rs`: paths that other users control, and paths of pipes, devices and sockets
//! - `protocol.rs`: published vectors, and properties of all secrets and bodies
//! - `picture.rs`: the picture in the README, made from a real run
//! - `receivers.rs`: what the answers of six apps to wrong requests prove
//! - `project_file.rs`: `zoomhook.toml` and `zoomhook config`
//! - `public_url.rs`: what the probe shows of the user's own tunnel or gateway
//! - `reference.rs`: exit codes and NDJSON: `docs/` compared with the program
//! - `repeatable.rs`: `--seed` and `--at`: the same bytes in two runs
//! - `replay.rs`: stored deliveries sent to the app again, and the answers compared
//! - `serializers.rs`: bodies written by the serializers of eight languages, signed and captured
//! - `short_forms.rs`: ports as targets, piped input, times, repeated flags: the same for every command
//! - `sign.rs`: correct signatures in every format, and wrong ones that a receiver refuses
//! - `slots.rs`: clients that hold every connection that `listen` allows
//! - `sign_round_trips.rs`: bodies that are hard to write down, signed in every format and read back
//! - `stream/`: deliveries that a team shares, with a real NATS server
//! - `strangers.rs`: requests of strangers to a public URL, and what they must never cause
//! - `survives.rs`: `listen` as a process whose tunnel fails
//! - `terminal_json.rs`: JSON on a terminal: the same value, and nothing in it acts on the terminal
//! - `texts.rs`: messages that name the flag, the mistake or the expected value
//! - `trigger.rs`: events and scenarios sent to `listen` and to an independent receiver
//! - `tunnel/`: the tunnel through the library, against a double of ngrok's server
//! - `usage.rs`: messages where the program cannot start
//! - `verdicts.rs`: one request for each kind of cause, with the verdict and the words that it deserves
//! - `verify.rs`: `zoomhook verify` as a process: every capture, every output, memory, mistakes

// Tests may unwrap: a failed assumption is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, unreachable_pub)]

mod agent;
mod app_outcomes;
mod app_statements;
mod arguments;
#[cfg(unix)]
mod background;
mod capture_properties;
mod capture_writers;
mod captures;
mod catalogue;
mod challenge_answers;
mod check;
mod credentials;
mod demo;
mod diagnosis;
mod doctor;
mod documentation;
mod events;
mod forward;
mod generated_files;
#[cfg(unix)]
mod github_action;
mod help;
mod history;
mod imports;
mod inspector;
mod instances;
#[cfg(unix)]
mod keys;
mod layout;
mod listen;
#[cfg(unix)]
mod listen_command;
mod listener;
mod main_job;
mod mcp;
#[cfg(unix)]
mod open_files;
mod packaging;
#[cfg(unix)]
mod paths;
#[cfg(unix)]
mod picture;
mod project_file;
mod protocol;
mod public_url;
mod receivers;
mod reference;
mod repeatable;
mod replay;
mod serializers;
mod short_forms;
mod sign;
mod sign_round_trips;
mod slots;
mod strangers;
#[cfg(unix)]
mod stream;
mod support;
mod survives;
#[cfg(unix)]
mod terminal_json;
mod texts;
mod trigger;
mod tunnel;
mod usage;
mod verdicts;
mod verify;
