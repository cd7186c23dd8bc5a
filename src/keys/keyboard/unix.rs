//! The thread that reads keys, and the signals that stop and continue the process.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpgrp, getpid, kill_process};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinHandle;

use super::decoder::{Decoder, mark_pasted};
use crate::keys::Key;

/// An escape is the key if nothing follows within this time. A terminal sends a sequence at once; over a slow
/// connection it may arrive in two packets.
const UNDECIDED: Duration = Duration::from_millis(50);

/// The polling interval for the foreground while in the background. A shell notifies only stopped programs.
const FOREGROUND_INTERVAL: Duration = Duration::from_secs(1);

/// Bytes per read. Typing sends one byte; a terminal buffers this many of a paste.
const READ: usize = 4096;

/// Ends the thread and restores the mode.
#[derive(Debug)]
pub(super) struct Guard {
    mode: Mode,
    signals: Option<JoinHandle<()>>,
    /// Dropping it wakes and ends the thread.
    _open: PipeWriter,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(signals) = &self.signals {
            signals.abort();
        }
        self.mode.end();
    }
}

pub(super) fn open(keys: Sender<Key>) -> Option<Guard> {
    let mode = Mode::default();
    let (closed, open) = io::pipe().ok()?;
    let signals = follow_signals(mode.clone(), keys.clone()).ok().map(tokio::spawn);
    let guard = Guard { mode: mode.clone(), signals, _open: open };
    mode.set();
    let reader = Reader { mode, keys, closed, decoder: Decoder::default() };
    // If the thread cannot start, there are no keys, and the guard restores the mode.
    std::thread::Builder::new().name("keyboard".into()).spawn(move || reader.run()).ok()?;
    Some(guard)
}

struct Reader {
    mode: Mode,
    keys: Sender<Key>,
    closed: PipeReader,
    decoder: Decoder,
}

enum Input {
    /// There are bytes to read.
    Keys,
    /// Nothing arrived within the limit.
    Nothing,
    /// The guard was dropped, or the terminal closed.
    Over,
}

impl Reader {
    fn run(mut self) {
        let mut bytes = [0; READ];
        let mut pressed = Vec::new();
        loop {
            let wait = self.decoder.is_undecided().then_some(UNDECIDED);
            match self.wait(Some(io::stdin().as_fd()), wait) {
                Input::Over => return,
                Input::Nothing => pressed.extend(self.decoder.decide()),
                // The input is for another program. Reading it would stop this process.
                Input::Keys if !is_in_foreground() => {
                    if !self.wait_for_foreground() {
                        return;
                    }
                }
                Input::Keys => match rustix::io::read(io::stdin(), &mut bytes) {
                    Ok(0) => return,
                    Ok(read) => {
                        bytes[..read].iter().for_each(|byte| self.decoder.take(*byte, &mut pressed));
                        mark_pasted(&mut pressed);
                    }
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                    Err(_) => return,
                },
            }
            for key in pressed.drain(..) {
                if let Err(TrySendError::Closed(_)) = self.keys.try_send(key) {
                    return;
                }
            }
        }
    }

    /// Waits until the process is in the foreground. `false` once the keys have ended.
    fn wait_for_foreground(&self) -> bool {
        while !is_in_foreground() {
            if let Input::Over = self.wait(None, Some(FOREGROUND_INTERVAL)) {
                return false;
            }
        }
        self.mode.set();
        true
    }

    fn wait(&self, terminal: Option<BorrowedFd<'_>>, limit: Option<Duration>) -> Input {
        let closed = PollFd::new(&self.closed, PollFlags::IN);
        let terminal = terminal.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
        let mut watched: Vec<_> = std::iter::once(closed).chain(terminal).collect();
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        match poll(&mut watched, limit.as_ref()) {
            Ok(0) => return Input::Nothing,
            Ok(_) => {}
            // Interrupted by a signal, after which the process may be in the background.
            Err(rustix::io::Errno::INTR) => return Input::Nothing,
            Err(_) => return Input::Over,
        }
        let is_over = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        match watched.as_slice() {
            [closed, ..] if !closed.revents().is_empty() => Input::Over,
            [_, terminal] if terminal.revents().contains(PollFlags::IN) => Input::Keys,
            [_, terminal] if terminal.revents().intersects(is_over) => Input::Over,
            _ => Input::Nothing,
        }
    }
}

/// Restores the mode before Ctrl-Z stops the process, and sets it again after `fg`. Restores it before Ctrl-\ aborts
/// the process.
fn follow_signals(mode: Mode, keys: Sender<Key>) -> io::Result<impl Future<Output = ()> + use<>> {
    let raw = |signal: Signal| SignalKind::from_raw(signal.as_raw());
    let mut stops = signal(raw(Signal::TSTP))?;
    let mut continues = signal(raw(Signal::CONT))?;
    let mut quits = signal(SignalKind::quit())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = stops.recv() => {
                    mode.restore();
                    // The default action of the signal.
                    let _ = kill_process(getpid(), Signal::STOP);
                }
                _ = continues.recv() => {
                    if mode.set() {
                        let _ = keys.try_send(Key::Returned);
                    }
                }
                _ = quits.recv() => {
                    mode.restore();
                    std::process::abort();
                }
            }
        }
    })
}

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
