//! A client that writes raw bytes and reads one answer at a time.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct RawClient {
    stream: TcpStream,
    read: Vec<u8>,
}

/// An answer's parts.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header's value; names are compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (n, value) = line.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl RawClient {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::new() }
    }

    /// A client that takes little of what it does not read.
    pub async fn connect_with_small_buffers(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        Self { stream: socket.connect(address).await.unwrap(), read: Vec::new() }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// Sends until the peer closes the connection, which is not an error.
    pub async fn send_while_taken(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    pub async fn request(&mut self, bytes: &[u8]) -> Reply {
        self.send(bytes).await;
        self.reply().await.expect("the connection was closed without an answer")
    }

    /// The next answer; `None` if the peer closes first.
    pub async fn reply(&mut self) -> Option<Reply> {
        tokio::time::timeout(PATIENCE, self.next_reply()).await.expect("no answer in time")
    }

    async fn next_reply(&mut self) -> Option<Reply> {
        let head_end = loop {
            if let Some(end) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more().await?;
        };
        let head = String::from_utf8(self.read.drain(..head_end).collect()).unwrap();
        let status = head[9..12].parse().unwrap();
        let mut reply = Reply { status, head, body: Vec::new() };
        let length = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        while self.read.len() < length {
            self.read_more().await?;
        }
        reply.body = self.read.drain(..length).collect();
        Some(reply)
    }

    async fn read_more(&mut self) -> Option<()> {
        let read = self.stream.read_buf(&mut self.read).await.ok()?;
        (read > 0).then_some(())
    }

    /// Whether the peer has closed the connection. It gets a moment for it.
    pub async fn is_closed(&mut self) -> bool {
        let closed = async { while self.read_more().await.is_some() {} };
        tokio::time::timeout(Duration::from_millis(20), closed).await.is_ok()
    }

    /// Everything that the peer sends until it closes.
    pub async fn rest(mut self) -> Vec<u8> {
        self.closed().await;
        self.read
    }

    /// Waits until the peer closes. What it still sends is read.
    pub async fn closed(&mut self) {
        let until_closed = async { while self.read_more().await.is_some() {} };
        tokio::time::timeout(PATIENCE, until_closed).await.expect("not closed in time");
    }
}
