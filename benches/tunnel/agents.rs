//! The agents, as processes that are killed when their guard is dropped.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use ngrok::prelude::*;
use ngrok::session::{ConnectError, IoStream};
use ngrok::tunnel::AcceptError;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use crate::load::SECRET;
use crate::ngrok_server::{GOOD_TOKEN, NgrokServer};

/// The argument that makes this program an agent. The server, the file of its certificate authority, the domain, and
/// whether to set TCP_NODELAY follow.
const AGENT: &str = "sdk-agent";

/// A running agent that is online.
pub struct Agent(Child);

impl Agent {
    /// The SDK with a bare server behind it.
    pub fn sdk(server: &NgrokServer, domain: &str, no_delay: bool) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(AGENT).arg(server.agent_address.to_string()).arg(server.ca_file());
        command.args([domain, &no_delay.to_string()]);
        Self::start(command, "online")
    }

    pub fn zoomhook(server: &NgrokServer, domain: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zoomhook"));
        command.args(["listen", "--port", "0", "--no-history", "--format", "json", "--domain", domain]);
        command.args(["--ngrok-connect-url", &server.agent_address.to_string()]);
        command.arg("--ngrok-ca").arg(server.ca_file()).stderr(Stdio::null());
        command.env("ZOOM_WEBHOOK_SECRET_TOKEN", SECRET).env("NGROK_AUTHTOKEN", GOOD_TOKEN);
        Self::start(command, r#""type":"ready""#)
    }

    fn start(mut command: Command, ready: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains(ready) {
            line.clear();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the agent ended before it was online");
        }
        // The sink.
        std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self(child)
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs as an agent if the arguments ask for it.
pub fn run_if_asked() -> bool {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() != Some(AGENT) {
        return false;
    }
    let [server, ca, domain, no_delay] = [(); 4].map(|()| arguments.next().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(&server, &ca, &domain, no_delay == "true"));
    true
}

async fn run(server: &str, ca: &str, domain: &str, no_delay: bool) {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let mut builder = ngrok::Session::builder();
    builder.authtoken(GOOD_TOKEN).server_addr(server).unwrap().root_cas(ca).unwrap();
    if no_delay {
        builder.connector(connect);
    }
    let session = builder.connect().await.unwrap();
    let mut tunnel = session.http_endpoint().domain(domain).listen().await.unwrap();
    println!("online");
    std::io::stdout().flush().unwrap();
    while let Some(Ok(connection)) = tunnel.next().await {
        let service = service_fn(|request: Request<Incoming>| async move {
            let body = request.into_body().collect().await.map(|body| body.to_bytes());
            let status = if body.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST };
            let mut response = Response::new(Full::new(Bytes::new()));
            *response.status_mut() = status;
            Ok::<_, Infallible>(response)
        });
        tokio::spawn(http1::Builder::new().serve_connection(connection, service));
    }
}

/// Connects like the SDK, but with TCP_NODELAY.
async fn connect(
    host: String,
    port: u16,
    tls: Arc<ClientConfig>,
    _: Option<AcceptError>,
) -> Result<Box<dyn IoStream>, ConnectError> {
    let socket = tokio::net::TcpStream::connect((host.as_str(), port)).await.map_err(ConnectError::Tcp)?;
    socket.set_nodelay(true).map_err(ConnectError::Tcp)?;
    let name = ServerName::try_from(host).unwrap();
    let stream =
        tokio_rustls::TlsConnector::from(tls).connect(name, socket).await.map_err(ConnectError::Tls)?;
    Ok(Box::new(stream))
}
