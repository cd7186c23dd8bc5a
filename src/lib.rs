//! zoomhook: Zoom webhooks on a developer's machine. The program is `zoomhook`; this is the library below it.
//!
//! A Rust developer uses [`zoom`] (`default-features = false`) to verify, sign and answer challenges, with samples of
//! every event for tests; and [`diagnosis`], which says why a signature does not match.
//!
//! # Layout
//! Three groups. A part imports only parts above it, parts with I/O do not import one another except `files`,
//! `child` and `http`, and only `report` prints. `tests/it/layout.rs` enforces this.
//!
//! 1. **Pure**: bytes and the time in, values out.
//!    - [`zoom`]: secret token, signature, freshness, challenge, envelope; what Zoom does with an answer; the catalogue of events
//!    - `json`: lossless documents and their differences
//!    - [`capture`]: reads captured requests in the formats of other tools
//!    - `delivery`: one request, its judgement and its answer; session events; filter; expectation; retries; summary
//!    - [`diagnosis`]: why a signature does not match; what an app's answer shows
//! 2. **I/O**: sockets, files and the terminal.
//!    - `files`: opens files by path, safe from other users
//!    - `child`: programs that zoomhook starts, and stops with everything that they started
//!    - `http`: the one HTTP client: target, dial, TLS, proxy, kept connections
//!    - `listener`: accept, limit, judge, answer
//!    - `tunnel`: the public URL
//!    - `forward`: one delivery to the user's app, byte for byte
//!    - `send`: requests of our own, sent as Zoom sends them
//!    - `check`: cases, experiments and conclusions about an endpoint
//!    - `verify`: captures read and judged on all cores, in order
//!    - `history`: what arrived, on disk before it is acknowledged
//!    - `replay`: stored deliveries sent again
//!    - `instances`: which sessions run on this machine
//!    - `learned_file`: what `events learn` found
//!    - `read_token`: tokens with which other machines read events from the inspector
//!    - `keys`: keys of the live view, and reading them from the terminal
//!    - `watch`: reports changed files
//!    - `report`: events and verdicts to a screen or to NDJSON; the only part that prints
//!    - `inspector`: the history and the running session in a browser; its JSON is that of `report`
//! 3. **The program.**
//!    - `doctor`: what is wrong with this machine's set-up; it looks at the parts above
//!    - `follow_history`: passes on what any process stores
//!    - `settings`: flags, environment and files, checked once
//!    - `session`: wires one `listen`: listener, tunnel, history and report, from start to shutdown
//!    - `mcp`: the commands as tools of an AI agent
//!    - `commands`: one file a command; errors to text and exit code
//!
//! The promised library is [`zoom`], [`capture`] and [`diagnosis`]. Parts that are hidden here are public only for the
//! program itself, the integration tests and the benchmarks.

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod capture;
pub mod diagnosis;
mod json;
pub mod zoom;

#[cfg(feature = "cli")]
mod check;
#[cfg(feature = "cli")]
mod child;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod delivery;
#[cfg(feature = "cli")]
mod doctor;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod files;
#[cfg(feature = "cli")]
mod follow_history;
#[cfg(feature = "cli")]
mod forward;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod history;
#[cfg(feature = "cli")]
mod http;
#[cfg(feature = "cli")]
mod inspector;
#[cfg(feature = "cli")]
mod instances;
#[cfg(feature = "cli")]
mod keys;
#[cfg(feature = "cli")]
mod learned_file;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod listener;
#[cfg(feature = "cli")]
mod mcp;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod probe;
#[cfg(feature = "cli")]
mod read_token;
#[cfg(feature = "cli")]
mod replay;
#[cfg(feature = "cli")]
mod report;
#[cfg(feature = "cli")]
mod send;
#[cfg(feature = "cli")]
mod session;
#[cfg(feature = "cli")]
mod settings;
#[cfg(feature = "cli")]
mod state_folder;
#[cfg(feature = "cli")]
mod stream;
#[cfg(feature = "cli")]
mod system_words;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod tunnel;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod verify;
#[cfg(feature = "cli")]
mod watch;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod commands;

#[cfg(all(feature = "cli", any(test, fuzzing)))]
#[doc(hidden)]
pub mod fuzzing;

/// Compiles the examples of the library's page.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;
