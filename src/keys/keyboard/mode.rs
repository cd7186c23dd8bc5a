//! The terminal's mode: no whole lines and no echo while keys are read, and what it was before afterwards.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::getpgrp;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios};
use rustix::termios::{tcgetattr, tcgetpgrp, tcsetattr};

/// The mode, shared by all who take it and give it back.
#[derive(Debug, Clone, Default)]
pub(super) struct Mode(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What it was before.
    before: Option<Termios>,
    /// It is not to be taken any more.
    is_over: bool,
}

impl Mode {
    /// Takes the mode if the terminal is ours, whatever has become of it meanwhile; whether keys come singly
    /// now. Another program's terminal is left alone: setting its mode would stop this process.
    pub(super) fn take(&self) -> bool {
        let mut state = self.state();
        if state.is_over || !is_in_front() {
            return false;
        }
        let Ok(now) = tcgetattr(io::stdin()) else { return false };
        // Stopped by something else than Ctrl-Z, the mode may still be ours: that is no mode to go back to.
        let is_ours = !now.local_modes.contains(LocalModes::ICANON);
        let before = match state.before.take() {
            Some(before) if is_ours => before,
            _ => now.clone(),
        };
        let taken = tcsetattr(io::stdin(), OptionalActions::Now, &single_keys(now)).is_ok();
        state.before = taken.then_some(before);
        taken
    }

    /// Gives the mode back, if it was taken.
    pub(super) fn give_back(&self) {
        let mut state = self.state();
        let before = state.before.take().filter(|_| is_in_front());
        if let Some(before) = before {
            // A terminal that has gone needs no mode.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }

    /// Gives it back for good.
    pub(super) fn end(&self) {
        self.state().is_over = true;
        self.give_back();
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not `cfmakeraw`: signals and the processing of output stay.
fn single_keys(mut mode: Termios) -> Termios {
    mode.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    mode.special_codes[SpecialCodeIndex::VMIN] = 1;
    mode.special_codes[SpecialCodeIndex::VTIME] = 0;
    mode
}

/// Whether the terminal is in the hands of this process's group. A terminal of another session is not.
pub(super) fn is_in_front() -> bool {
    tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
}
