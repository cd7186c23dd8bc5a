//! How a session ends: [`End`] and [`SessionError`].

use std::io;

use crate::delivery::TunnelRefusal;
use crate::history::HistoryError;
use crate::http::TlsRootsError;
use crate::listener::BindError;
use crate::report::OutputError;

/// Why a session ended.
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
    /// The user ended the session, with a signal or the `q` key.
    Interrupted {
        /// Whether the session was ready before.
        ready: bool,
        /// Whether a second signal cut the shutdown short.
        cut_short: bool,
    },
    /// The reader of the output has closed it.
    OutputClosed,
    /// The tunnel's server refused the session.
    TunnelRefused(TunnelRefusal),
    /// The public URL changed, with `--strict-url`.
    UrlChanged {
        /// The base URL before.
        old: String,
        /// The base URL now.
        new: String,
    },
}

/// Why a session could not start or continue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    /// The local socket cannot be bound.
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
    /// The system refused a basic operation: threads, timers, signals.
    #[error("cannot {what}: {error}")]
    System {
        /// The operation, as a verb phrase.
        what: &'static str,
        /// The system's error.
        error: io::Error,
    },
}
