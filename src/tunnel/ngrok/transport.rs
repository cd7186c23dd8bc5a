//! A byte stream for an ngrok session that zoomhook can close at any time. The entry point is [`Transport::new`].
//!
//! The SDK reconnects only if its stream fails, and a silent stream (after sleep or behind a dead router) does not fail
//! for many minutes. Closing a session through the SDK also leaves the connection open. So each stream is wrapped in a
//! [`Transport`], and its [`Cut`] closes it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;
use ngrok::session::IoStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::tap::{Tap, TappedAnswer};

/// Called with the answer once the endpoint is bound.
pub(super) type OnBound = Box<dyn FnOnce(TappedAnswer) + Send>;

/// A stream that its [`Cut`] can close.
pub(super) struct Transport {
    shared: Arc<Shared>,
    /// Reads the bytes until the endpoint is bound, and the callback for that.
    tap: Option<(Tap, OnBound)>,
}

/// Closes a [`Transport`].
#[derive(Clone)]
pub(super) struct ConnectionCut(Arc<Shared>);

struct Shared {
    /// `None` once cut.
    io: Mutex<Option<Box<dyn IoStream>>>,
    // Reader and writer may be different tasks.
    reader: AtomicWaker,
    writer: AtomicWaker,
}

impl Shared {
    fn io(&self) -> MutexGuard<'_, Option<Box<dyn IoStream>>> {
        self.io.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn poll<T>(
        &self,
        waker: &AtomicWaker,
        cx: &mut Context<'_>,
        act: impl FnOnce(Pin<&mut Box<dyn IoStream>>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        waker.register(cx.waker());
        match self.io().as_mut() {
            Some(io) => act(Pin::new(io), cx),
            None => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }
}

impl Transport {
    /// Wraps `io`. Calls `bound` with the answer once the endpoint is bound.
    pub(super) fn new(io: Box<dyn IoStream>, bound: Option<OnBound>) -> (Self, ConnectionCut) {
        let shared = Arc::new(Shared {
            io: Mutex::new(Some(io)),
            reader: AtomicWaker::new(),
            writer: AtomicWaker::new(),
        });
        let tap = bound.map(|bound| (Tap::default(), bound));
        (Self { shared: shared.clone(), tap }, ConnectionCut(shared))
    }

    fn look_at_received(&mut self, bytes: &[u8]) {
        let Some((tap, _)) = self.tap.as_mut() else { return };
        let Some(answer) = tap.received(bytes) else { return };
        if let Some((_, bound)) = self.tap.take() {
            bound(answer);
        }
    }
}

impl ConnectionCut {
    /// Closes the socket and wakes the session's tasks.
    pub(super) fn cut(&self) {
        drop(self.0.io().take());
        self.0.reader.wake();
        self.0.writer.wake();
    }
}

impl AsyncRead for Transport {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let done = self.shared.poll(&self.shared.reader, cx, |io, cx| io.poll_read(cx, buf));
        if matches!(done, Poll::Ready(Ok(()))) {
            self.look_at_received(&buf.filled()[before..]);
        }
        done
    }
}

impl AsyncWrite for Transport {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = self.shared.poll(&self.shared.writer, cx, |io, cx| io.poll_write(cx, buf));
        if let (Poll::Ready(Ok(written)), Some((tap, _))) = (&done, self.tap.as_mut()) {
            tap.sent(&buf[..*written]);
        }
        done
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(&self.shared.writer, cx, |io, cx| io.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.shared.poll(&self.shared.writer, cx, |io, cx| io.poll_shutdown(cx))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn a_cut_ends_a_pending_read_a_pending_write_and_the_other_side() {
        let (near, mut far) = tokio::io::duplex(8);
        let (transport, cut) = Transport::new(Box::new(near), None);
        let (mut reader, mut writer) = tokio::io::split(transport);
        let read = tokio::spawn(async move { reader.read_u8().await });
        let write = tokio::spawn(async move { writer.write_all(&[0; 64]).await });
        tokio::task::yield_now().await;
        cut.cut();
        assert_eq!(read.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        assert_eq!(write.await.unwrap().unwrap_err().kind(), io::ErrorKind::ConnectionAborted);
        let mut rest = Vec::new();
        far.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest.len(), 8);
    }

    #[tokio::test]
    async fn bytes_pass_unchanged_both_ways() {
        let (near, mut far) = tokio::io::duplex(64);
        let (mut transport, _cut) = Transport::new(Box::new(near), Some(Box::new(|_| ())));
        transport.write_all(b"out").await.unwrap();
        far.write_all(b"in!").await.unwrap();
        let mut bytes = [0; 3];
        far.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"out");
        transport.read_exact(&mut bytes).await.unwrap();
        assert_eq!(&bytes, b"in!");
    }
}
