//! The time limits of one connection: a stream that fails when its peer is too slow.
//!
//! hyper's limit for a request's head includes the idle time before it, and hyper has no limit for an answer that the
//! peer does not read. A timer has a cost, so one is set only when the stream has to wait.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use tokio::time::{Instant, Sleep, sleep};

use super::ListenerLimits;

/// Limits on reading and discarding the rest of a body that was answered early. Closing a socket with unread bytes
/// resets it, and the peer may then not receive the answer.
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 16 * 1024 * 1024;

/// A stream with the time limits of [`ListenerLimits`].
pub(super) struct TimedIo<Io> {
    io: Io,
    exchange: Arc<Exchange>,
    times: Times,
    read_timer: Timer,
    write_timer: Timer,
    lingered: usize,
}

#[derive(Clone, Copy)]
struct Times {
    head: Duration,
    idle: Duration,
    write: Duration,
}

impl<Io> TimedIo<Io> {
    pub(super) fn new(io: Io, exchange: Arc<Exchange>, limits: &ListenerLimits) -> Self {
        let times = Times { head: limits.header_time, idle: limits.idle_time, write: limits.body_time };
        Self { io, exchange, times, read_timer: Timer::unset(), write_timer: Timer::unset(), lingered: 0 }
    }

    /// Called while the peer sends nothing. Ready with an error once the limit is reached.
    fn poll_read_limit(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let (phase, number) = self.exchange.phase();
        match phase {
            Phase::Body | Phase::Serving => Poll::Pending,
            Phase::Head => self.read_timer.poll(number, self.times.head, cx),
            Phase::Idle => self.read_timer.poll(number, self.times.idle, cx),
        }
    }

    /// Returns the outcome of a write, or an error if the peer has not read everything within the limit. One write that
    /// succeeds does not extend it: a peer could read a few bytes at a time.
    fn limit_write<T>(&mut self, done: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if done.is_pending() {
            self.exchange.set_writing(true);
        } else if !self.exchange.is_writing() {
            return done;
        }
        match self.write_timer.poll(0, self.times.write, cx) {
            Poll::Ready(error) => Poll::Ready(Err(error)),
            Poll::Pending => done,
        }
    }

    /// Called when hyper has nothing left to write.
    fn all_written(&mut self) {
        if self.write_timer.disarm() {
            self.exchange.set_writing(false);
        }
    }
}

impl<Io: Read + Unpin> Read for TimedIo<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.io).poll_read(cx, buf) {
            Poll::Ready(read) => {
                if self.exchange.phase().0 == Phase::Idle {
                    self.exchange.enter(Phase::Head);
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_read_limit(cx).map(Err),
        }
    }
}

impl<Io: Read + Write + Unpin> Write for TimedIo<Io> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.io).poll_write(cx, buf);
        self.limit_write(done, cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes once it has written everything.
        let done = Pin::new(&mut self.io).poll_flush(cx);
        if matches!(done, Poll::Ready(Ok(()))) {
            self.all_written();
        }
        self.limit_write(done, cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.io).poll_shutdown(cx);
        ready!(self.limit_write(done, cx))?;
        if self.exchange.body_is_left_unread() { self.poll_linger(cx) } else { Poll::Ready(Ok(())) }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.limit_write(done, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

impl<Io: Read + Unpin> TimedIo<Io> {
    /// Reads and discards what the peer still sends, up to the limits of size and time.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scratch = [0; 8 * 1024];
        while self.lingered < LINGER_BYTES {
            let mut buf = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.io).poll_read(cx, buf.unfilled()) {
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => self.lingered += buf.filled().len(),
                Poll::Ready(_) => break,
                // No phase has this number, so the timer is reset.
                Poll::Pending => return self.read_timer.poll(u32::MAX, LINGER_TIME, cx).map(|_| Ok(())),
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// A timer that is created on first use.
struct Timer {
    sleep: Option<Pin<Box<Sleep>>>,
    set_for: Option<u32>,
}

impl Timer {
    fn unset() -> Self {
        Self { sleep: None, set_for: None }
    }

    /// Returns whether it was set.
    fn disarm(&mut self) -> bool {
        self.set_for.take().is_some()
    }

    /// Sets the timer to `limit` from now, unless it is already set for this occasion. Ready once it has expired.
    fn poll(&mut self, occasion: u32, limit: Duration, cx: &mut Context<'_>) -> Poll<io::Error> {
        let is_set = self.set_for == Some(occasion);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !is_set {
            sleep.as_mut().reset(Instant::now() + limit);
            self.set_for = Some(occasion);
        }
        sleep.as_mut().poll(cx).map(|()| io::ErrorKind::TimedOut.into())
    }
}

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// A request's head, which has begun, or the first byte of a new connection.
    Head,
    /// A request is being served. Its body and its answer have separate limits.
    Serving,
    /// The next request.
    Idle,
    /// A request's body.
    Body,
}

/// The state of one connection. Each change of phase gets a number, so that a timer of an earlier phase is recognized
/// as outdated.
#[derive(Debug)]
pub(super) struct Exchange {
    /// `number * 4 + phase`.
    state: AtomicU32,
    /// A request was refused before its body was read to the end.
    body_left_unread: AtomicBool,
    /// A request of this connection was verified.
    verified: AtomicBool,
    /// An answer waits until the peer reads.
    writing: AtomicBool,
}

impl Exchange {
    /// The state of a new connection. The limit of a head applies to it, not that of an idle connection.
    pub(super) fn new() -> Self {
        Self {
            state: AtomicU32::new(0),
            body_left_unread: AtomicBool::new(false),
            verified: AtomicBool::new(false),
            writing: AtomicBool::new(false),
        }
    }

    pub(super) fn phase(&self) -> (Phase, u32) {
        let state = self.state.load(Ordering::Relaxed);
        let phase = match state & 3 {
            0 => Phase::Head,
            1 => Phase::Serving,
            2 => Phase::Idle,
            _ => Phase::Body,
        };
        (phase, state >> 2)
    }

    /// Enters a phase. Only one task drives a connection, so a separate load and store are safe.
    pub(super) fn enter(&self, phase: Phase) {
        let number = (self.state.load(Ordering::Relaxed) >> 2).wrapping_add(1);
        self.state.store((number << 2) | phase as u32, Ordering::Relaxed);
    }

    /// Records that a request of this connection was verified.
    pub(super) fn set_verified(&self) {
        self.verified.store(true, Ordering::Relaxed);
    }

    /// Whether a request of this connection was verified.
    pub(super) fn is_verified(&self) -> bool {
        self.verified.load(Ordering::Relaxed)
    }

    pub(super) fn set_writing(&self, writing: bool) {
        self.writing.store(writing, Ordering::Relaxed);
    }

    /// Whether an answer waits until the peer reads. Its request counts as served by then.
    pub(super) fn is_writing(&self) -> bool {
        self.writing.load(Ordering::Relaxed)
    }

    /// Records that the peer may still be sending a body that is not read.
    pub(super) fn leave_body_unread(&self) {
        self.body_left_unread.store(true, Ordering::Relaxed);
    }

    /// Whether the peer may still be sending a body that is not read.
    pub(super) fn body_is_left_unread(&self) -> bool {
        self.body_left_unread.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use hyper_util::rt::TokioIo;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_a_few_bytes_at_a_time_runs_out_of_time() {
        let (ours, mut theirs) = tokio::io::duplex(4);
        let limits = ListenerLimits { body_time: Duration::from_secs(10), ..ListenerLimits::default() };
        let exchange = Arc::new(Exchange::new());
        let mut io = TokioIo::new(TimedIo::new(TokioIo::new(ours), exchange.clone(), &limits));
        let reading = async {
            loop {
                sleep(Duration::from_secs(1)).await;
                theirs.read_u8().await.unwrap();
            }
        };
        let started = Instant::now();
        let written = tokio::select! {
            written = io.write_all(&[0; 100]) => written,
            () = reading => Ok(()),
        };
        assert_eq!(written.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!((started.elapsed().as_secs(), exchange.is_writing()), (10, true));
    }

    #[test]
    fn numbers_each_change_of_phase() {
        let exchange = Exchange::new();
        assert_eq!(exchange.phase(), (Phase::Head, 0));
        for (number, phase) in [(1, Phase::Serving), (2, Phase::Idle), (3, Phase::Head), (4, Phase::Body)] {
            exchange.enter(phase);
            assert_eq!(exchange.phase(), (phase, number));
        }
    }
}
