//! zoomhook: Zoom webhooks on a developer's machine. The program is `zoomhook`; this is the library below it.
//!
//! A Rust developer uses [`zoom`] (`default-features = false`): verify, sign, answer challenges, and samples of every event for tests; and
//! [`diagnosis`]: why a signature does not match.
//!
//! # Layout
//! Four groups; each imports only groups above it in this list, and siblings of the third never import one
//! another. A test (`tests/it/layout.rs`) holds this picture against the `use crate::` lines.
//!
//! 1. **What Zoom says.** Pure: bytes and the time in, values out.
//!    - [`zoom`]: secret token, signature, freshness, challenge, envelope; the catalogue of events with samples
//! 2. **The words, and what can be told without doing anything.** Pure as well.
//!    - [`capture`]: captured requests, read back from the formats of the field
//!    - [`delivery`]: one request, its judgement, its answer
//!    - [`record`]: a delivery as the history keeps it; differences, masks, counts
//!    - [`summary`]: counts of a session
//!    - [`notice`]: what the parts tell, and the queue it travels by
//!    - [`selection`]: which deliveries are shown and counted
//!    - [`expectation`]: what a session waits for
//!    - [`keys`]: what keys do while a session runs: select, filter, pause
//!    - [`diagnosis`]: why a signature does not match; what several deliveries tell, such as a wrong clock
//!    - [`state_folder`]: the platform's place for what is kept between runs
//!    - [`system_words`]: the system's words for what failed, as a person reads them
//!    - [`probe`]: how a session recognises itself behind its own public URL
//!    - [`inspection`]: one captured request judged, from capture and diagnosis
//!    - [`posting`]: requests that we send ourselves, and what became of them
//! 3. **Doing.** Sockets, files and the terminal live here.
//!    - [`listener`]: accept, limit, judge, answer
//!    - [`tunnel`]: the public URL
//!    - [`relay`]: one delivery to the user's app, byte for byte
//!    - [`sender`]: requests posted as Zoom does
//!    - [`verification`]: captures read and judged on all cores, in order
//!    - [`history`]: what arrived, on disk before it is acknowledged
//!    - [`session_registry`]: which `listen`s run on this machine
//!    - [`keyboard`]: single keys from the terminal, whose mode is given back
//!    - [`watch`]: tells when files change
//!    - [`report`]: notices and verdicts to a screen or to NDJSON; the only place that prints
//! 4. **The program.**
//!    - [`settings`]: flags, environment and files, checked once
//!    - [`session`]: listener, tunnel and report wired together from start to orderly end
//!    - [`commands`]: one file a command; errors to text and exit code

#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod diagnosis;
pub mod zoom;

pub mod capture;
#[cfg(feature = "cli")]
pub mod delivery;
#[cfg(feature = "cli")]
pub mod expectation;
#[cfg(feature = "cli")]
pub mod inspection;
#[cfg(feature = "cli")]
pub mod keys;
#[cfg(feature = "cli")]
pub mod notice;
#[cfg(feature = "cli")]
pub mod posting;
#[cfg(feature = "cli")]
pub mod probe;
#[cfg(feature = "cli")]
pub mod record;
#[cfg(feature = "cli")]
pub mod selection;
#[cfg(feature = "cli")]
pub mod state_folder;
#[cfg(feature = "cli")]
pub mod summary;
#[cfg(feature = "cli")]
pub mod system_words;

#[cfg(feature = "cli")]
pub mod history;
#[cfg(feature = "cli")]
pub mod keyboard;
#[cfg(feature = "cli")]
pub mod listener;
#[cfg(feature = "cli")]
pub mod relay;
#[cfg(feature = "cli")]
pub mod report;
#[cfg(feature = "cli")]
pub mod sender;
#[cfg(feature = "cli")]
pub mod session_registry;
#[cfg(feature = "cli")]
pub mod tunnel;
#[cfg(feature = "cli")]
pub mod verification;
#[cfg(feature = "cli")]
pub mod watch;

#[cfg(feature = "cli")]
pub mod commands;
#[cfg(feature = "cli")]
pub mod session;
#[cfg(feature = "cli")]
pub mod settings;

/// Compiles the examples of the library's page.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct LibraryPage;
