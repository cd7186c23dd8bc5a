//! One probe: a connection, a request, an answer, each within its limit.

use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::http::response::Parts;
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::reading::{Answer, Outcome};
use super::{ProbeRoute, Prober};
use crate::probe::Probe;

/// Our own answer has about 80 bytes; the rest of anybody else's is not needed.
const LONGEST_ANSWER: usize = 16 * 1024;

/// What went wrong on the way to an answer.
type Failed = Box<dyn Error + Send + Sync>;

/// A connection to the public URL.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Prober {
    /// Posts one probe to `url`.
    pub(super) async fn post(&self, url: &str) -> Outcome {
        let limit = self.limits.probe;
        let stream = match timeout(limit, self.connect(url)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Outcome::NoConnection(error.to_string()),
            Err(_) => return Outcome::NoConnection(format!("no connection within {limit:?}")),
        };
        let probe = self.probe();
        let began = Instant::now();
        match timeout(limit, self.ask(stream, url, &probe)).await {
            Ok(Ok(answer)) => Outcome::Answer(self.judge(answer, &probe, began.elapsed())),
            Ok(Err(_)) | Err(_) => Outcome::NoAnswer,
        }
    }

    async fn connect(&self, url: &str) -> Result<Box<dyn Stream>, Failed> {
        if let ProbeRoute::Edge(address) = self.route {
            return Ok(Box::new(TcpStream::connect(address).await?));
        }
        let uri: Uri = url.parse()?;
        let host = uri.host().ok_or("the URL has no host")?;
        let socket = self.proxies.connect(host, uri.port_u16().unwrap_or(443)).await?;
        let name = ServerName::try_from(host.to_owned())?;
        Ok(Box::new(TlsConnector::from(self.tls().await).connect(name, socket).await?))
    }

    async fn ask(&self, stream: Box<dyn Stream>, url: &str, probe: &Probe) -> Result<(Parts, Bytes), Failed> {
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let exchange = async {
            let response = sender.send_request(self.request(url, probe)?).await?;
            let (parts, body) = response.into_parts();
            // An answer that is too long is somebody else's.
            let body = Limited::new(body, LONGEST_ANSWER).collect().await.map(|body| body.to_bytes());
            Ok::<_, Failed>((parts, body.unwrap_or_default()))
        };
        // Nothing is left running when the probe ends.
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            answer = exchange => answer,
            ended = &mut connection => {
                ended?;
                Err("the connection was closed without an answer".into())
            }
        }
    }

    fn request(&self, url: &str, probe: &Probe) -> Result<Request<Full<Bytes>>, Failed> {
        let uri: Uri = url.parse()?;
        let mut request = Request::post(&self.path)
            .header(HOST, uri.authority().ok_or("the URL has no host")?.as_str())
            .header(USER_AGENT, concat!("zoomhook-probe/", env!("CARGO_PKG_VERSION")))
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            // Free accounts show browsers a page first; this says that nobody is looking.
            .header("ngrok-skip-browser-warning", "1");
        for (name, value) in probe.headers() {
            request = request.header(name, value);
        }
        Ok(request.body(Full::new(Bytes::from(probe.body.clone())))?)
    }

    fn judge(&self, (parts, body): (Parts, Bytes), probe: &Probe, took: Duration) -> Answer {
        let code = parts.headers.get("ngrok-error-code").and_then(|code| code.to_str().ok());
        Answer {
            status: parts.status.as_u16(),
            code: code.filter(|code| is_code(code)).map(str::to_owned),
            arrival: self.key.arrived(probe, &body),
            took,
        }
    }
}

/// It comes from the network and is shown.
fn is_code(text: &str) -> bool {
    text.len() <= 32 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
