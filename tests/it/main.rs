//! Integration tests, one binary so that there is one link. What is where:
//!
//! - `support/`: the doubles, the guard around the real binary, a client that writes raw bytes
//! - `capture_properties.rs`: readers of captures against random, damaged and endless input
//! - `capture_writers.rs`: random bodies, written in every format and read back
//! - `captures.rs`: every file of `tests/captures` read, and its signature checked
//! - `demo.rs`: `zoomhook demo` on a machine with nothing on it
//! - `challenge_answers.rs`: wrong answers to a challenge, the same code and sentence from every command
//! - `diagnosis.rs`: requests that an independent script signed wrongly, each with the cause it must be given
//! - `protocol.rs`: the published vectors, and properties that hold for all secrets and bodies
//! - `events.rs`: the catalogue on the command line, and names completed in shells
//! - `forward.rs`: `listen --forward`, the user's app in the loop
//! - `history/`: what `listen` keeps on disk, and `history` tells of it
//! - `replay.rs`: kept deliveries sent to the app again, and its answers compared
//! - `picture.rs`: the picture in the README, made from a real run
//! - `generated_files.rs`: the completions that are checked in are those that the binary makes
//! - `keys.rs`: keys while `listen` runs at a terminal, and how the terminal is left
//! - `layout.rs`: which part of the source may import which
//! - `listen.rs`: `zoomhook listen` as a process: answers, expectations, signals, errors
//! - `listener.rs`: the listener's limits and its end, over real sockets, through the library
//! - `documentation.rs`: every command in the README and in `docs/` runs, and every link leads somewhere
//! - `reference.rs`: exit codes and NDJSON, as `docs/` has them, against the program
//! - `session_registry.rs`: commands that find the `listen` that runs, and what a killed one leaves
//! - `sign.rs`: right signatures in every form, and wrong ones that a receiver refuses
//! - `strangers.rs`: what strangers send to a public URL, and what it must never bring about
//! - `survives.rs`: `listen` as a process whose tunnel fails: what it tells, how it ends
//! - `usage.rs`: what the program says when it cannot start
//! - `trigger.rs`: events and scenarios against `listen`, and against a receiver that is not ours
//! - `verify.rs`: `zoomhook verify` as a process: every capture, every output, memory, mistakes
//! - `main_job.rs`: the real binary through the real SDK, from the public edge to the output
//! - `tunnel/`: the tunnel through the library, against the double of ngrok's server

// A test may unwrap: a failed assumption there is a failed test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, unreachable_pub)]

mod capture_properties;
mod capture_writers;
mod captures;
mod challenge_answers;
mod demo;
mod diagnosis;
mod documentation;
mod events;
mod forward;
mod generated_files;
mod history;
#[cfg(unix)]
mod keys;
mod layout;
mod listen;
mod listener;
mod main_job;
#[cfg(unix)]
mod picture;
mod protocol;
mod reference;
mod replay;
mod session_registry;
mod sign;
mod strangers;
mod support;
mod survives;
mod trigger;
mod tunnel;
mod usage;
mod verify;
