//! How a session ends: [`End`] and [`SessionError`].

use std::io;
use std::net::SocketAddr;

use super::command::CommandNotStarted;
use super::ready_file::ReadyFileError;
use crate::delivery::{MissingEvent, TunnelRefusal, UnmetExpectation};
use crate::files::PathError;
use crate::history::HistoryError;
use crate::http::TlsRootsError;
use crate::listener::BindError;
use crate::report::OutputError;
use crate::stream::{SourceError, StreamError};

/// Why a session ended.
#[derive(Debug)]
pub(crate) enum End<T> {
    /// The script ended.
    Played(T),
    /// All expected events were delivered.
    ExpectationMet,
    /// The app did not take an expected event.
    ExpectationFailed(UnmetExpectation),
    /// The timeout was reached.
    TimedOut {
        /// Expected events that were not delivered.
        missing: Vec<MissingEvent>,
    },
    /// The user ended the session, with a signal or the `q` key.
    Interrupted {
        /// Whether the session was ready before.
        ready: bool,
        /// Whether a second signal cut the shutdown short.
        cut_short: bool,
    },
    /// The command has ended, and decides the exit code. It is zero only if nothing is missing.
    CommandEnded {
        /// The exit code.
        code: i32,
    },
    /// The timeout has ended the command, with this exit code.
    CommandStopped {
        /// The command's exit code.
        code: i32,
    },
    /// The command could not be started.
    CommandNotStarted(CommandNotStarted),
    /// The reader of the output has closed it.
    OutputClosed,
    /// The tunnel's server refused the session.
    TunnelRefused(TunnelRefusal),
    /// No further delivery can come from the stream.
    SourceEnded(SourceError),
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
    /// The stream cannot be used.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A target of `--forward` is this session.
    #[error("--forward {target} leads back to zoomhook itself, which listens on {local}")]
    ForwardsToItself {
        /// The target.
        target: String,
        /// The bound address.
        local: SocketAddr,
    },
    /// The file of `--ready-file` cannot be used.
    #[error(transparent)]
    ReadyFile(#[from] ReadyFileError),
    /// Other commands could not find a session in the background.
    #[error("other commands could not find this session: {0}")]
    NotListed(PathError),
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

/// A signal to this process. On Windows, an event of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReceivedSignal {
    /// Ctrl-C.
    Interrupt,
    Terminate,
    /// The terminal was closed.
    Hangup,
}

/// Receives the signals. After [`install`](Self::install), they no longer terminate the process.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    sources: [tokio::signal::unix::Signal; 3],
    #[cfg(windows)]
    ctrl_c: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    ctrl_break: tokio::signal::windows::CtrlBreak,
    #[cfg(windows)]
    ctrl_close: tokio::signal::windows::CtrlClose,
}

#[cfg(unix)]
impl Signals {
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        // Without a handler, SIGXFSZ kills the process when a file reaches its size limit (ulimit -f). With one, the
        // write fails, as on a full disk. The handler stays installed.
        let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?;
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(signal);
        Ok(Self { sources: [interrupt?, terminate?, hangup?] })
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) -> ReceivedSignal {
        let [interrupt, terminate, hangup] = &mut self.sources;
        tokio::select! {
            _ = interrupt.recv() => ReceivedSignal::Interrupt,
            _ = terminate.recv() => ReceivedSignal::Terminate,
            _ = hangup.recv() => ReceivedSignal::Hangup,
        }
    }
}

#[cfg(windows)]
impl Signals {
    pub(super) fn install() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};
        Ok(Self { ctrl_c: ctrl_c()?, ctrl_break: ctrl_break()?, ctrl_close: ctrl_close()? })
    }

    /// Waits for the next signal.
    pub(super) async fn next(&mut self) -> ReceivedSignal {
        tokio::select! {
            _ = self.ctrl_c.recv() => ReceivedSignal::Interrupt,
            _ = self.ctrl_break.recv() => ReceivedSignal::Terminate,
            _ = self.ctrl_close.recv() => ReceivedSignal::Hangup,
        }
    }
}
