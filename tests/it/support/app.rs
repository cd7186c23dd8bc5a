//! The user's app: a server that records every byte of every request and answers as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

/// A request as it came.
#[derive(Debug)]
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    /// A header's values, in their order; names are compared without case.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(':'));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }
}

/// A port on which nobody listens and that nobody else can take: bound, and not listening yet.
pub fn reserved_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

/// A running app. Ends with its runtime.
pub struct App {
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
    answer: Arc<Mutex<Vec<u8>>>,
    connections: Arc<Mutex<usize>>,
}

impl App {
    pub async fn start() -> Self {
        Self::start_on(reserved_port())
    }

    /// Starts on a port that was reserved before.
    pub fn start_on(reserved: TcpSocket) -> Self {
        let listener = reserved.listen(64).unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, received) = mpsc::unbounded_channel();
        let answer = Arc::new(Mutex::new(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()));
        let connections = Arc::new(Mutex::new(0));
        let app = Self { address, received, answer: answer.clone(), connections: connections.clone() };
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                *connections.lock().unwrap() += 1;
                tokio::spawn(serve(socket, sender.clone(), answer.clone()));
            }
        });
        app
    }

    /// What every request is answered with from now on, byte for byte.
    pub fn answers(&self, answer: &str) {
        *self.answer.lock().unwrap() = answer.as_bytes().to_vec();
    }

    /// How many connections were made to it so far.
    pub fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.received.recv());
        next.await.expect("nothing reached the app in time").unwrap()
    }

    /// Whether nothing waits to be taken.
    pub fn got_nothing_more(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

async fn serve(
    mut socket: TcpStream,
    received: mpsc::UnboundedSender<Received>,
    answer: Arc<Mutex<Vec<u8>>>,
) -> Option<()> {
    let mut read = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            read_more(&mut socket, &mut read).await?;
        };
        let head = String::from_utf8(read.drain(..end).collect()).unwrap();
        let mut request = Received { head, body: Vec::new() };
        let length: usize = request.header("content-length").first().map_or(0, |l| l.parse().unwrap());
        while read.len() < length {
            read_more(&mut socket, &mut read).await?;
        }
        request.body = read.drain(..length).collect();
        let _ = received.send(request);
        let answer = answer.lock().unwrap().clone();
        socket.write_all(&answer).await.ok()?;
    }
}

async fn read_more(socket: &mut TcpStream, read: &mut Vec<u8>) -> Option<()> {
    (socket.read_buf(read).await.ok()? > 0).then_some(())
}
