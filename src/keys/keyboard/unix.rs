//! The thread that reads keys, and the signals that take the terminal away and give it back.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Signal, getpid, kill_process};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinHandle;

use super::decoder::{Decoder, mark_pasted};
use super::mode::{Mode, is_in_front};
use crate::keys::Key;

/// An escape that nothing follows for so long is the key. A terminal sends a sequence at once; over a slow
/// connection it may come in two packets.
const UNDECIDED: Duration = Duration::from_millis(50);

/// In the background: how often it is looked whether the program was brought to the front. A shell says so only
/// to programs that were stopped.
const LOOK: Duration = Duration::from_secs(1);

/// Bytes at a time: a typist sends one, and of a paste a terminal holds so many.
const READ: usize = 4096;

/// Ends the thread and gives the mode back.
#[derive(Debug)]
pub(super) struct Guard {
    mode: Mode,
    signals: Option<JoinHandle<()>>,
    /// Its end is what the thread sees.
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
    mode.take();
    let reader = Reader { mode, keys, closed, decoder: Decoder::default() };
    // Without a thread there are no keys; the guard gives the mode back.
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
    /// There is something to read.
    Keys,
    /// Nothing came for the time that was to be waited.
    Nothing,
    /// The guard is gone, or the terminal.
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
                // What is typed there is for another program; to read it would stop this one.
                Input::Keys if !is_in_front() => {
                    if !self.wait_for_the_front() {
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

    /// False once it is over.
    fn wait_for_the_front(&self) -> bool {
        while !is_in_front() {
            if let Input::Over = self.wait(None, Some(LOOK)) {
                return false;
            }
        }
        self.mode.take();
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
            // Woken by a signal, which may have changed whose terminal it is.
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

/// Ctrl-Z gives the mode back before the process stops, and `fg` takes it again; Ctrl-\ gives it back before the
/// process breaks off.
fn follow_signals(mode: Mode, keys: Sender<Key>) -> io::Result<impl Future<Output = ()> + use<>> {
    let raw = |signal: Signal| SignalKind::from_raw(signal.as_raw());
    let mut stops = signal(raw(Signal::TSTP))?;
    let mut continues = signal(raw(Signal::CONT))?;
    let mut quits = signal(SignalKind::quit())?;
    Ok(async move {
        loop {
            tokio::select! {
                _ = stops.recv() => {
                    mode.give_back();
                    // As the signal itself would have done.
                    let _ = kill_process(getpid(), Signal::STOP);
                }
                _ = continues.recv() => {
                    if mode.take() {
                        let _ = keys.try_send(Key::Returned);
                    }
                }
                _ = quits.recv() => {
                    mode.give_back();
                    std::process::abort();
                }
            }
        }
    })
}
