//! One connection to the endpoint, kept open between requests.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::target::Target;
use crate::send::Answer;
use crate::system_words::without_numbers;
use crate::zoom::{ANSWER_LIMIT, EndpointOutcome, SignedRequest};

/// More of an answer than anybody looks at; Zoom's log keeps it as a string.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Whose certificates are believed.
#[derive(Clone)]
pub struct Trust(Option<Arc<ClientConfig>>);

/// The system's certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("no certificate of this system can be used, so no https endpoint can be trusted: {0}")]
pub struct TrustError(String);

impl Trust {
    /// The certificates that this system trusts; they are read only for an https target.
    ///
    /// # Errors
    /// [`TrustError`] where there are none.
    pub fn of_system(target: &Target) -> Result<Self, TrustError> {
        if !target.is_https {
            return Ok(Self(None));
        }
        let mut roots = RootCertStore::empty();
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            let reasons: Vec<_> = found.errors.iter().map(ToString::to_string).collect();
            return Err(TrustError(reasons.join("; ")));
        }
        Self::of(roots)
    }

    /// These certificates.
    ///
    /// # Errors
    /// [`TrustError`] where TLS cannot be set up.
    pub fn of(roots: RootCertStore) -> Result<Self, TrustError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Some(Arc::new(config))))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection, opened when it is needed.
pub struct Client {
    target: Arc<Target>,
    trust: Trust,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl Client {
    /// Connects with the first request.
    #[must_use]
    pub fn new(target: Arc<Target>, trust: Trust) -> Self {
        Self { target, trust, connection: None }
    }

    /// Posts one request and waits for the answer, no longer than Zoom does.
    pub async fn post(&mut self, request: &SignedRequest) -> Answer {
        let begun = Instant::now();
        let exchanged = tokio::time::timeout(ANSWER_LIMIT, self.exchange(request)).await;
        let took = begun.elapsed();
        let (outcome, body) = match exchanged {
            Ok(Ok((status, body))) => (EndpointOutcome::Answered { status }, body),
            Ok(Err(error)) => {
                (EndpointOutcome::NotConnected { reason: without_numbers(&error.to_string()) }, Bytes::new())
            }
            Err(_) => (EndpointOutcome::TimedOut, Bytes::new()),
        };
        if !matches!(outcome, EndpointOutcome::Answered { .. }) {
            // What comes after an answer that nobody waited for would be taken for the next one.
            self.connection = None;
        }
        Answer { outcome, took, body }
    }

    async fn exchange(&mut self, request: &SignedRequest) -> io::Result<(u16, Bytes)> {
        let mut connection = self.open().await?;
        let response = match connection.try_send_request(self.http(request)?).await {
            Ok(response) => response,
            Err(mut error) => match error.take_message() {
                // It closed between the two; the request was not sent.
                Some(unsent) => {
                    connection = self.connect().await?;
                    connection.send_request(unsent).await.map_err(io::Error::other)?
                }
                None => return Err(io::Error::other(error.into_error())),
            },
        };
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
        // The rest of a longer one stays unread, and the connection with it.
        let body = match body {
            Ok(body) => {
                self.connection = Some(connection);
                body.to_bytes()
            }
            Err(_) => Bytes::new(),
        };
        Ok((status, body))
    }

    /// An endpoint may close a connection that is idle: it is opened anew, and nobody has to know.
    async fn open(&mut self) -> io::Result<SendRequest<Full<Bytes>>> {
        if let Some(mut kept) = self.connection.take()
            && kept.ready().await.is_ok()
        {
            return Ok(kept);
        }
        self.connect().await
    }

    fn http(&self, request: &SignedRequest) -> io::Result<Request<Full<Bytes>>> {
        let mut http = Request::post(&*self.target.path).header(HOST, &*self.target.authority);
        for (name, value) in request.headers() {
            http = http.header(*name, value);
        }
        http.body(Full::new(Bytes::copy_from_slice(request.body()))).map_err(io::Error::other)
    }

    async fn connect(&self) -> io::Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect((&*self.target.host, self.target.port)).await?;
        stream.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match &self.trust.0 {
            None => Box::new(stream),
            Some(config) => {
                let name = ServerName::try_from(self.target.host.clone()).map_err(io::Error::other)?;
                Box::new(TlsConnector::from(config.clone()).connect(name, stream).await?)
            }
        };
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        Ok(sender)
    }
}
