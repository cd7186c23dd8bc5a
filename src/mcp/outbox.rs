//! [`Outbox`]: the lines for the client. A task of its own writes them, because a line that is half written when its
//! future is dropped would break the protocol.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// Bytes that may wait for the client to read them. With more, no request is read. A client may write thousands of
/// requests before it reads the first answer.
const MOST_UNREAD: usize = 16 << 20;

/// How long a client that has closed its side may read nothing before the rest is dropped.
const STALLED: Duration = Duration::from_secs(4);

/// The lines that are not written yet.
#[derive(Debug)]
pub(super) struct Outbox {
    lines: Option<mpsc::UnboundedSender<Vec<u8>>>,
    /// Their bytes.
    unread: watch::Sender<usize>,
    writer: Option<JoinHandle<io::Result<()>>>,
}

impl Outbox {
    /// Begins to write.
    pub(super) fn new(write: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let (lines, waiting) = mpsc::unbounded_channel();
        let unread = watch::Sender::new(0);
        let writer = tokio::spawn(write_all(write, waiting, unread.clone()));
        Self { lines: Some(lines), unread, writer: Some(writer) }
    }

    /// Adds a line, which ends with a line feed.
    pub(super) fn push(&self, line: Vec<u8>) -> io::Result<()> {
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.unread.send_modify(|bytes| *bytes += line.len());
        self.lines.as_ref().ok_or_else(closed)?.send(line).map_err(|_| closed())
    }

    /// Waits until another request may be read.
    pub(super) async fn has_room(&self) {
        // The sender is a member, so the channel is open.
        let _ = self.unread.subscribe().wait_for(|bytes| *bytes < MOST_UNREAD).await;
    }

    /// Waits until nothing can be written any more.
    pub(super) async fn is_broken(&self) {
        if let Some(lines) = &self.lines {
            lines.closed().await;
        }
    }

    /// Waits until everything is written, or the client has read nothing for a while.
    pub(super) async fn close(&mut self) -> io::Result<()> {
        self.lines = None;
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        loop {
            let before = *self.unread.borrow();
            match tokio::time::timeout(STALLED, &mut writer).await {
                Ok(written) => return written?,
                Err(_) if *self.unread.borrow() < before => {}
                Err(_) => {
                    writer.abort();
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
        }
    }
}

async fn write_all(
    mut write: impl AsyncWrite + Unpin,
    mut waiting: mpsc::UnboundedReceiver<Vec<u8>>,
    unread: watch::Sender<usize>,
) -> io::Result<()> {
    while let Some(line) = waiting.recv().await {
        write.write_all(&line).await?;
        write.flush().await?;
        unread.send_modify(|bytes| *bytes -= line.len());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_end_waits_for_a_slow_client_and_not_for_one_that_reads_nothing() {
        let (mut slow, side) = tokio::io::duplex(4);
        let mut outbox = Outbox::new(side);
        (0..8).for_each(|_| outbox.push(b"12345678".to_vec()).unwrap());
        let reading = async {
            for _ in 0..16 {
                tokio::time::sleep(STALLED / 3).await;
                slow.read_exact(&mut [0; 4]).await.unwrap();
            }
        };
        let (closed, ()) = tokio::join!(outbox.close(), reading);
        closed.unwrap();
        let (_silent, side) = tokio::io::duplex(4);
        let mut outbox = Outbox::new(side);
        outbox.push(b"12345678".to_vec()).unwrap();
        assert_eq!(outbox.close().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
