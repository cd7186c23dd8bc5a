//! A double of a company's proxy: HTTP CONNECT and SOCKS 5 on one port, with or without credentials.
//!
//! It resolves the names of the tests, which no resolver knows.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};

/// A running proxy, which ends when it is dropped. A test in which nothing connected to it fails.
pub struct ProxyDouble {
    pub address: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
    was_called: Arc<AtomicBool>,
    expects_no_call: AtomicBool,
    runtime: Option<Runtime>,
}

#[derive(Clone)]
struct Rules {
    /// `user:password`; `None` accepts every client.
    credentials: Option<&'static str>,
    /// The address of all names under `.test`.
    test_names: SocketAddr,
    targets: Arc<Mutex<Vec<String>>>,
}

impl ProxyDouble {
    /// Starts on a free port. Names under `.test` resolve to `test_names`.
    pub fn start(credentials: Option<&'static str>, test_names: SocketAddr) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let targets = Arc::default();
        let was_called = Arc::new(AtomicBool::new(false));
        let called = Arc::clone(&was_called);
        let rules = Rules { credentials, test_names, targets: Arc::clone(&targets) };
        runtime.spawn(async move {
            let listener = TcpListener::from_std(listener).unwrap();
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                called.store(true, Ordering::Relaxed);
                tokio::spawn(serve(client, rules.clone()));
            }
        });
        let expects_no_call = AtomicBool::new(false);
        Self { address, targets, was_called, expects_no_call, runtime: Some(runtime) }
    }

    /// The test fails if anything connects to this proxy, and not if nothing does.
    pub fn expect_no_call(&self) {
        self.expects_no_call.store(true, Ordering::Relaxed);
    }

    /// The targets that clients asked for so far, as `host:port`.
    pub fn targets(&self) -> Vec<String> {
        self.targets.lock().unwrap().clone()
    }
}

impl Drop for ProxyDouble {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if std::thread::panicking() {
            return;
        }
        let was_called = self.was_called.load(Ordering::Relaxed);
        if self.expects_no_call.load(Ordering::Relaxed) {
            assert!(!was_called, "something connected to the proxy");
        } else {
            assert!(was_called, "the proxy was never called");
        }
    }
}

async fn serve(mut client: TcpStream, rules: Rules) -> Option<()> {
    let first = client.read_u8().await.ok()?;
    let target =
        if first == 5 { socks(&mut client, &rules).await? } else { http(&mut client, &rules).await? };
    rules.targets.lock().unwrap().push(target.clone());
    let (host, _) = target.rsplit_once(':')?;
    let to = if host.ends_with(".test") { rules.test_names } else { target.parse().ok()? };
    let mut server = TcpStream::connect(to).await.ok()?;
    server.set_nodelay(true).ok()?;
    client.set_nodelay(true).ok()?;
    let answer: &[u8] =
        if first == 5 { &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0] } else { b"HTTP/1.1 200 Connected\r\n\r\n" };
    client.write_all(answer).await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}

async fn http(client: &mut TcpStream, rules: &Rules) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    // The first letter of the method was read before.
    let target = head.strip_prefix("ONNECT ")?.split(' ').next()?.to_owned();
    // "jill:hush" in base64; the test knows no other.
    let is_allowed =
        rules.credentials.is_none() || head.contains("\r\nProxy-Authorization: Basic amlsbDpodXNo\r\n");
    if !is_allowed {
        client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.ok()?;
        return None;
    }
    Some(target)
}

async fn socks(client: &mut TcpStream, rules: &Rules) -> Option<String> {
    let methods = read_short(client).await?;
    match rules.credentials {
        None => client.write_all(&[5, 0]).await.ok()?,
        Some(_) if !methods.contains(&2) => {
            client.write_all(&[5, 0xff]).await.ok()?;
            return None;
        }
        Some(credentials) => {
            client.write_all(&[5, 2]).await.ok()?;
            client.read_u8().await.ok()?;
            let (user, password) = (read_short(client).await?, read_short(client).await?);
            let given = [user, password].map(|text| String::from_utf8_lossy(&text).into_owned()).join(":");
            client.write_all(&[1, u8::from(given != credentials)]).await.ok()?;
        }
    }
    let mut request = [0; 4];
    client.read_exact(&mut request).await.ok()?;
    let host = match request[3] {
        1 => std::net::Ipv4Addr::from(client.read_u32().await.ok()?).to_string(),
        3 => String::from_utf8(read_short(client).await?).ok()?,
        _ => return None,
    };
    Some(format!("{host}:{}", client.read_u16().await.ok()?))
}

/// A length of one byte and as many bytes.
async fn read_short(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; usize::from(client.read_u8().await.ok()?)];
    client.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}
