//! The terminal's mode: without line mode and echo while keys are read, and restored afterwards.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use rustix::termios::{tcgetattr, tcgetpgrp, tcsetattr};

/// The mode, shared by the guard, the reading thread and the signal handlers.
#[derive(Debug, Clone, Default)]
pub(super) struct Mode(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The mode to restore.
    before: Option<Termios>,
    /// The mode must not be set again.
    is_over: bool,
}

impl Mode {
    /// Sets the mode for single keys if this process is in the foreground, and returns whether it is set. In the
    /// background, the terminal is not changed: setting its mode would stop this process.
    pub(super) fn set(&self) -> bool {
        let mut state = self.state();
        if state.is_over || !is_in_foreground() {
            return false;
        }
        let Ok(now) = tcgetattr(io::stdin()) else { return false };
        // After a stop other than Ctrl-Z, the mode may still be the one for single keys. That is not a mode to restore.
        let is_ours = !now.local_modes.contains(LocalModes::ICANON);
        let before = match state.before.take() {
            Some(before) if is_ours => before,
            _ => now.clone(),
        };
        let taken = tcsetattr(io::stdin(), OptionalActions::Now, &single_keys(now)).is_ok();
        state.before = taken.then_some(before);
        taken
    }

    /// Restores the mode, if it was set.
    pub(super) fn restore(&self) {
        let mut state = self.state();
        let before = state.before.take().filter(|_| is_in_foreground());
        if let Some(before) = before {
            // Fails if the terminal has closed.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }

    /// Restores the mode and prevents further changes.
    pub(super) fn end(&self) {
        self.state().is_over = true;
        self.restore();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not `cfmakeraw`: signals and output processing stay on.
fn single_keys(mut mode: Termios) -> Termios {
    mode.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    mode.special_codes[SpecialCodeIndex::VMIN] = 1;
    mode.special_codes[SpecialCodeIndex::VTIME] = 0;
    mode
}

/// Whether this process's group is in the foreground of the terminal. False for a terminal of another session.
pub(super) fn is_in_foreground() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}
