//! How a session ends.

use std::io;

use crate::delivery::TunnelRefusal;
use crate::history::HistoryError;
use crate::http::TlsRootsError;
use crate::listener::BindError;
use crate::report::OutputError;

/// How a session ended.
#[derive(Debug)]
pub(crate) enum End<T> {
    /// The script ended.
    Played(T),
    /// All expected events arrived.
    ExpectationMet,
    /// The timeout was reached.
    TimedOut {
        /// Expected events that did not arrive.
        missing: Vec<String>,
    },
    /// A signal asked for the end.
    Interrupted {
        /// Whether the session was ready by then.
        ready: bool,
        /// Whether a second signal cut the shutdown short.
        cut_short: bool,
    },
    /// The reader of the output has closed it.
    OutputClosed,
    /// The tunnel's server refused us.
    TunnelRefused(TunnelRefusal),
    /// The public URL changed, with `--strict-url`.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
}

/// Why a session could not start or go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// No local socket.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The history cannot be opened.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The certificates for the user's app cannot be used.
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
