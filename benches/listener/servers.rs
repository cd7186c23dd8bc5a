//! The two servers, as processes that are killed when their guard is dropped.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::load::SECRET;

/// The argument that makes this program the bare server.
pub const BARE: &str = "bare-server";

/// A running server.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the line that says it is listening.
    pub ready_after: Duration,
}

impl Server {
    pub fn bare() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(BARE);
        Self::start(command, |line| line.trim().parse().ok())
    }

    /// zoomhook with its output in a pipe, which reports when it is ready.
    pub fn zoomhook() -> Self {
        Self::start(Self::zoomhook_command(0, &["--no-history"]), |line| {
            let line: serde_json::Value = serde_json::from_str(line).ok()?;
            let port = line["port"].as_u64().filter(|_| line["type"] == "ready")?;
            Some(loopback(u16::try_from(port).ok()?))
        })
    }

    /// zoomhook with these arguments and its output discarded, so that no reader uses CPU time.
    pub fn zoomhook_to_sink(arguments: &[&str]) -> Self {
        let free = std::net::TcpListener::bind(loopback(0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let started = Instant::now();
        let child = Self::zoomhook_command(address.port(), arguments).stdout(Stdio::null()).spawn().unwrap();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "zoomhook does not listen");
            std::thread::sleep(Duration::from_millis(1));
        }
        Self { child, address, ready_after: started.elapsed() }
    }

    /// As [`Self::zoomhook_to_sink`], with a page of the inspector that reads its stream. `state` is the folder in which
    /// the session is registered.
    pub fn zoomhook_with_page(arguments: &[&str], state: &Path) -> Self {
        let started = Instant::now();
        let mut command = Self::zoomhook_command(0, arguments);
        command.args(["--inspect", "0"]).env("XDG_STATE_HOME", state).stdout(Stdio::null());
        let child = command.spawn().unwrap();
        let entry = loop {
            if let Some(entry) = registered(state) {
                break entry;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "zoomhook does not listen");
            std::thread::sleep(Duration::from_millis(1));
        };
        let [url, inspector] = ["url", "inspector"].map(|name| entry[name].as_str().unwrap());
        let host = |url: &str| url.trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let (_, token) = inspector.split_once("/?token=").unwrap();
        let own = host(inspector);
        let mut page = std::net::TcpStream::connect(&own).unwrap();
        let head =
            format!("GET /api/v1/stream HTTP/1.1\r\nhost: {own}\r\nauthorization: Bearer {token}\r\n\r\n");
        page.write_all(head.as_bytes()).unwrap();
        std::thread::spawn(move || std::io::copy(&mut page, &mut std::io::sink()));
        Self { child, address: host(url).parse().unwrap(), ready_after: started.elapsed() }
    }

    fn zoomhook_command(port: u16, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
        command.args(["listen", "--tunnel", "none", "--format", "json", "--port"]).arg(port.to_string());
        command
            .args(arguments)
            .env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    pub fn start(mut command: Command, address_in: impl Fn(&str) -> Option<SocketAddr>) -> Self {
        let started = Instant::now();
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended before it was ready");
            if let Some(address) = address_in(&line) {
                break address;
            }
        };
        let ready_after = started.elapsed();
        // The sink.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self { child, address, ready_after }
    }

    /// The resident memory, if the system reports it.
    pub fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    }
}

/// The entry of the session that is registered in this folder.
fn registered(state: &Path) -> Option<serde_json::Value> {
    let files = std::fs::read_dir(state.join("zoomhook/listening")).ok()?.filter_map(Result::ok);
    let entry =
        files.map(|file| file.path()).find(|path| path.extension().is_some_and(|end| end == "json"))?;
    serde_json::from_slice(&std::fs::read(entry).ok()?).ok()
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads each body and answers 204: the minimum that a server does.
pub fn run_bare() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let service = service_fn(|request: Request<Incoming>| async move {
                    let body = request.into_body().collect().await.map(|body| body.to_bytes());
                    let status = if body.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST };
                    let mut response = Response::new(Full::new(Bytes::new()));
                    *response.status_mut() = status;
                    Ok::<_, Infallible>(response)
                });
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}
