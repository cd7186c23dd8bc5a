//! How a session may end.

use std::io;

use crate::delivery::TunnelRefusal;
use crate::history::HistoryError;
use crate::http::TlsRootsError;
use crate::listener::BindError;
use crate::report::OutputError;

/// How a session ended.
#[derive(Debug)]
pub enum End<T> {
    /// The script that ran beside it came to its end.
    Played(T),
    /// All that was expected came.
    ExpectationMet,
    /// The time was up.
    TimedOut {
        /// What was expected and did not come; empty where nothing was.
        missing: Vec<String>,
    },
    /// A signal asked for the end.
    Interrupted {
        /// Whether the session was ready by then.
        ready: bool,
        /// Whether a second signal cut the orderly end short.
        cut_short: bool,
    },
    /// Whoever read our output has gone.
    OutputClosed,
    /// The tunnel will not serve us.
    TunnelRefused(TunnelRefusal),
    /// The public URL is another one, and that was not to happen.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
}

/// Why a session could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// No local socket.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The history cannot be opened.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The user's app cannot be reached as it was asked for.
    #[error(transparent)]
    App(#[from] TlsRootsError),
    /// The output cannot be written.
    #[error(transparent)]
    Output(OutputError),
    /// The system refuses what every program needs: threads, timers, signals.
    #[error("the system refuses to {what}: {error}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// The system's words.
        error: io::Error,
    },
}
