//! The minimum that a reverse proxy does: reads the request, forwards it over an open connection, and returns the
//! answer.

use std::convert::Infallible;
use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1 as client;
use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use crate::servers::Server;

/// The argument that makes this program the bare proxy; the app's address follows.
pub const BARE: &str = "bare-proxy";

/// The proxy as a process.
pub fn start(app: SocketAddr) -> Server {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(BARE).arg(app.to_string());
    Server::start(command, |line| line.trim().parse().ok())
}

/// Runs the proxy. Each connection has its own connection to the app.
pub fn run_bare(app: SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        std::io::stdout().flush().unwrap();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            tokio::spawn(serve(stream, app));
        }
    });
}

async fn serve(stream: TcpStream, app: SocketAddr) {
    let to_app = TcpStream::connect(app).await.unwrap();
    to_app.set_nodelay(true).unwrap();
    let (sender, connection) = client::handshake(TokioIo::new(to_app)).await.unwrap();
    tokio::spawn(connection);
    let sender = Arc::new(Mutex::new(sender));
    let service = service_fn(move |request: Request<Incoming>| {
        let sender = sender.clone();
        async move { Ok::<_, Infallible>(forward(request, &sender).await) }
    });
    let _ = server::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn forward(
    request: Request<Incoming>,
    sender: &Mutex<client::SendRequest<Full<Bytes>>>,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let body = Full::new(body.collect().await.unwrap().to_bytes());
    let mut sender = sender.lock().await;
    // The connection may still be finishing the answer before.
    sender.ready().await.unwrap();
    let answer = sender.send_request(Request::from_parts(head, body)).await.unwrap();
    let (head, body) = answer.into_parts();
    Response::from_parts(head, Full::new(body.collect().await.unwrap().to_bytes()))
}
