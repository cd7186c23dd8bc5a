//! Moves the log into the file while deliveries are written, so that none of them waits for it.

use std::path::Path;
use std::thread::{self, JoinHandle};

use super::file;

/// A checkpoint on a thread and a connection of its own.
pub(super) struct Checkpoint {
    thread: JoinHandle<()>,
}

impl Checkpoint {
    /// Starts a checkpoint of what has been committed to the file at `path`. `None` if it cannot start.
    pub(super) fn start(path: &Path) -> Option<Self> {
        let path = path.to_owned();
        let run = move || {
            // The writer moves what is left, and an error recurs there.
            if let Ok(connection) = file::open_to_read_back(&path) {
                let _ = file::move_log(&connection);
            }
        };
        let thread = thread::Builder::new().name("history-log".into()).spawn(run).ok()?;
        Some(Self { thread })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until it has ended and its file is closed.
    pub(super) fn wait(self) {
        let _ = self.thread.join();
    }
}
