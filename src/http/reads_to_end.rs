//! [`ReadsToEnd`]: a stream that is read to its end after a write to it has failed.
//!
//! A server may answer before it has read the whole request, and close the connection. Then the next write fails, while
//! the answer waits to be read. hyper gives up at a failed write.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Keeps the error of a write until everything that has arrived is read. A read returns it in place of the end.
#[derive(Debug)]
pub(super) struct ReadsToEnd<S> {
    stream: S,
    failed_write: Option<io::ErrorKind>,
}

/// A stream over a socket.
pub(super) trait OverSocket {
    /// Takes an error of the socket that no read or write has returned.
    fn take_error(&self) -> io::Result<Option<io::Error>>;
}

impl OverSocket for TcpStream {
    fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.take_error()
    }
}

impl OverSocket for TlsStream<TcpStream> {
    fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.get_ref().0.take_error()
    }
}

#[cfg(unix)]
impl OverSocket for tokio::net::UnixStream {
    fn take_error(&self) -> io::Result<Option<io::Error>> {
        self.take_error()
    }
}

impl<S: AsyncWrite + Unpin> ReadsToEnd<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, failed_write: None }
    }

    /// Writes with `write`. After a failure, writes wait forever; the end of the reads ends the connection.
    fn write_with<T>(
        &mut self,
        write: impl FnOnce(Pin<&mut S>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if self.failed_write.is_some() {
            return Poll::Pending;
        }
        match ready!(write(Pin::new(&mut self.stream))) {
            Ok(written) => Poll::Ready(Ok(written)),
            Err(error) => {
                self.failed_write = Some(error.kind());
                Poll::Pending
            }
        }
    }
}

impl<S: AsyncRead + OverSocket + Unpin> AsyncRead for ReadsToEnd<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let (before, room) = (buffer.filled().len(), buffer.remaining());
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before || room == 0 {
            return Poll::Ready(Ok(()));
        }
        // The server closed the connection. On Linux, a reset that followed shows only here.
        let pending = self.stream.take_error()?.map(|error| error.kind());
        Poll::Ready(self.failed_write.take().or(pending).map_or(Ok(()), |kind| Err(kind.into())))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for ReadsToEnd<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.write_with(|stream| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write_with(|stream| stream.poll_write_vectored(context, buffers))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write_with(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

// Windows discards what was not read before a reset.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use futures_util::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_answer_that_came_before_a_failed_write_is_read() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let mut client = ReadsToEnd::new(client);
        let (mut server, _) = listener.accept().await.unwrap();
        client.write_all(b"head").await.unwrap();
        server.readable().await.unwrap();
        server.write_all(b"answer").await.unwrap();
        // Closed with unread bytes, which resets the connection.
        drop(server);
        assert!(client.write_all(b"body").now_or_never().is_none(), "a failed write waits");
        let mut answer = Vec::new();
        let error = client.read_to_end(&mut answer).await.unwrap_err();
        assert_eq!((&answer[..], error.kind()), (&b"answer"[..], io::ErrorKind::ConnectionReset));
    }

    #[tokio::test]
    async fn a_close_that_found_nothing_unread_is_the_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = ReadsToEnd::new(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
        let (server, _) = listener.accept().await.unwrap();
        drop(server);
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        // The server's socket is gone, so this resets the connection.
        client.write_all(b"late").await.unwrap();
        assert_eq!(client.read(&mut [0]).await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
