//! A double of the user's app: a server that records every byte of every request and gives the answer of the test.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

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

/// The answer that closes the connection instead.
pub const CLOSE: &[u8] = b"close";

/// A port that refuses connections and that no other process can take: it is bound, but does not listen yet.
pub fn reserved_port() -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket
}

/// A running app, which ends with its runtime. A test in which it never got a request fails.
pub struct App {
    /// Where it listens; unspecified for a Unix socket.
    pub address: SocketAddr,
    received: mpsc::UnboundedReceiver<Received>,
    work: Arc<Work>,
}

/// What its connections share.
struct Work {
    received: mpsc::UnboundedSender<Received>,
    answer: Mutex<Script>,
    pause: Mutex<Duration>,
    connections: Mutex<usize>,
    was_called: AtomicBool,
    expects_no_call: AtomicBool,
}

/// The answer to a request, byte for byte.
type Script = Box<dyn FnMut(&Received) -> Vec<u8> + Send>;

trait Connection: AsyncRead + AsyncWrite + Send + Unpin + 'static {}
impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> Connection for C {}

impl App {
    pub async fn start() -> Self {
        Self::start_on(reserved_port())
    }

    /// Starts on a port that was reserved before.
    pub fn start_on(reserved: TcpSocket) -> Self {
        let listener = reserved.listen(64).unwrap();
        let app = Self::at(listener.local_addr().unwrap());
        let work = app.work.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                work.clone().begin(socket);
            }
        });
        app
    }

    /// Starts on the IPv6 loopback address.
    pub fn start_on_v6() -> Self {
        let needed =
            "this test needs the IPv6 loopback address; on Linux: sysctl net.ipv6.conf.lo.disable_ipv6=0";
        let socket = TcpSocket::new_v6().expect(needed);
        socket.bind("[::1]:0".parse().unwrap()).expect(needed);
        Self::start_on(socket)
    }

    /// Starts behind TLS.
    pub fn start_with_tls(acceptor: TlsAcceptor) -> Self {
        let listener = reserved_port().listen(64).unwrap();
        let app = Self::at(listener.local_addr().unwrap());
        let work = app.work.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(socket).await {
                    work.clone().begin(stream);
                }
            }
        });
        app
    }

    /// Starts at a socket in the file system.
    #[cfg(unix)]
    pub fn start_at_path(path: &std::path::Path) -> Self {
        let listener = tokio::net::UnixListener::bind(path).unwrap();
        let app = Self::at(SocketAddr::from(([0, 0, 0, 0], 0)));
        let work = app.work.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                work.clone().begin(socket);
            }
        });
        app
    }

    fn at(address: SocketAddr) -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let work = Work {
            received: sender,
            answer: Mutex::new(Box::new(|_| b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())),
            pause: Mutex::default(),
            connections: Mutex::default(),
            was_called: AtomicBool::new(false),
            expects_no_call: AtomicBool::new(false),
        };
        Self { address, received, work: Arc::new(work) }
    }

    /// The test fails if any request reaches this app, and not if none does.
    pub fn expect_no_call(&self) {
        self.work.expects_no_call.store(true, Ordering::Relaxed);
    }

    /// The answer to every request from now on, byte for byte; [`CLOSE`] closes the connection.
    pub fn answers(&self, answer: &str) {
        let answer = answer.as_bytes().to_vec();
        self.answers_by(move |_| answer.clone());
    }

    /// How every request is answered from now on.
    pub fn answers_by(&self, script: impl FnMut(&Received) -> Vec<u8> + Send + 'static) {
        *self.work.answer.lock().unwrap() = Box::new(script);
    }

    /// The pause before every answer from now on, such as at a breakpoint.
    pub fn pauses(&self, pause: Duration) {
        *self.work.pause.lock().unwrap() = pause;
    }

    /// The number of connections so far.
    pub fn connections(&self) -> usize {
        *self.work.connections.lock().unwrap()
    }

    /// The next request.
    pub async fn next(&mut self) -> Received {
        let next = tokio::time::timeout(Duration::from_secs(20), self.received.recv());
        next.await.expect("nothing reached the app in time").unwrap()
    }

    /// The next request, if it is there already.
    pub fn try_next(&mut self) -> Option<Received> {
        self.received.try_recv().ok()
    }

    /// Whether no request is left that [`App::next`] would return.
    pub fn got_nothing_more(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let was_called = self.work.was_called.load(Ordering::Relaxed);
        if self.work.expects_no_call.load(Ordering::Relaxed) {
            assert!(!was_called, "a request reached the app");
        } else {
            assert!(was_called, "the app was never called");
        }
    }
}

impl Work {
    fn begin(self: Arc<Self>, socket: impl Connection) {
        *self.connections.lock().unwrap() += 1;
        tokio::spawn(self.serve(socket));
    }

    async fn serve(self: Arc<Self>, mut socket: impl Connection) -> Option<()> {
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
            self.was_called.store(true, Ordering::Relaxed);
            let answer = (self.answer.lock().unwrap())(&request);
            let _ = self.received.send(request);
            let pause = *self.pause.lock().unwrap();
            tokio::time::sleep(pause).await;
            if answer == CLOSE {
                return None;
            }
            socket.write_all(&answer).await.ok()?;
            socket.flush().await.ok()?;
        }
    }
}

async fn read_more(socket: &mut impl Connection, read: &mut Vec<u8>) -> Option<()> {
    (socket.read_buf(read).await.ok()? > 0).then_some(())
}
