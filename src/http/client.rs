//! [`HttpClient`] sends one request to one target and reads its answer, within limits of time and size.

use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use hyper::{HeaderMap, Request, Response, StatusCode};
use tokio_rustls::TlsConnector;

use super::body_pieces::BodyPieces;
use super::connection::HttpConnection;
use super::dial::{self, DialError};
use super::pool::ConnectionPool;
use super::proxy::Proxies;
use super::target::{Target, TargetAddress};
use crate::system_words::without_numbers;

const MIB: usize = 1024 * 1024;

/// How soon a kept connection fails that the server had closed before our request arrived: within one round trip to the
/// farthest server. A connection that breaks later broke with the request in the server's hands.
const STALE: Duration = Duration::from_secs(1);
/// The same on this machine, where an app can also have worked on the request in a second.
const STALE_HERE: Duration = Duration::from_millis(20);

/// The message about a connection that was reset before the answer was complete. The server may have answered: a reset
/// can discard what is on its way.
pub(crate) const RESET: &str = "the connection was reset before the answer was complete";

/// A target and the connections to it. Does not connect before the first request.
pub(crate) struct HttpClient {
    target: Target,
    tls: Option<TlsConnector>,
    proxies: Proxies,
    pool: ConnectionPool,
    /// Whether names of headers are written as `X-Zm-Signature`.
    title_case: bool,
    /// Whether a connection is kept for the next request.
    reuses: bool,
}

/// An answer whose body is read as it arrives. Dropping it closes the connection.
pub(crate) struct HttpStream {
    pub(crate) status: StatusCode,
    body: AnswerBody,
    connection: HttpConnection,
}

impl HttpStream {
    /// The next part of the body; `None` at its end. Can be canceled without a loss.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, HttpError> {
        Ok(self.connection.read(self.body.next()).await?)
    }

    /// The whole body, up to this limit in bytes.
    pub(crate) async fn collect(self, limit: usize) -> Result<Bytes, HttpError> {
        let Self { body, mut connection, .. } = self;
        connection.read(body.collect(limit)).await
    }
}

/// Limits of one exchange.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExchangeLimits {
    /// For connecting, sending, and the whole answer.
    pub(crate) time: Duration,
    /// For the body of the answer, in bytes.
    pub(crate) body: usize,
}

/// The result of one exchange.
#[derive(Debug)]
pub(crate) struct HttpExchange {
    /// The answer, or why there is none.
    pub(crate) answer: Result<HttpAnswer, HttpError>,
    /// The time until the head of the answer arrived.
    pub(crate) first_byte: Option<Duration>,
    /// The duration of the exchange.
    pub(crate) took: Duration,
    /// A kept connection was closed before any of the answer arrived, and too soon for the server to have handled the
    /// request: the server had closed it while it was idle.
    pub(crate) was_stale: bool,
}

/// An answer. The head is available even if the body is too large or incomplete.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Result<Bytes, HttpError>,
}

/// Why there is no answer, or only a part of it.
#[derive(Debug)]
pub(crate) enum HttpError {
    /// The connection could not be established.
    Dial(DialError),
    /// The connection failed, or the server did not send HTTP/1.1.
    Http(hyper::Error),
    /// The answer over a connection without TLS is not HTTP/1.1.
    NotPlainHttp,
    /// The body is larger than this limit.
    TooLarge(usize),
    /// The answer is `101 Switching Protocols`.
    Switched,
    /// The time limit was reached.
    TimedOut(Duration),
}

impl HttpClient {
    /// A client for `target`. An `https://` target needs `tls`.
    pub(crate) fn new(target: Target, tls: Option<TlsConnector>) -> Self {
        Self {
            target,
            tls,
            proxies: Proxies::default(),
            pool: ConnectionPool::default(),
            title_case: false,
            reuses: true,
        }
    }

    /// The same client, but connects through the proxy for the target, if there is one.
    pub(crate) fn with_proxies(self, proxies: Proxies) -> Self {
        Self { proxies, ..self }
    }

    /// The same client, but writes names of headers as `X-Zm-Signature` instead of `x-zm-signature`.
    pub(crate) fn with_title_case(self) -> Self {
        Self { title_case: true, ..self }
    }

    /// The same client, but with a new connection for each request, which is closed after the answer.
    pub(crate) fn without_reuse(self) -> Self {
        Self { reuses: false, ..self }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// Whether a connection can be established. Sends nothing.
    pub(crate) async fn is_open(&self) -> bool {
        dial::is_open(self.target.address()).await
    }

    /// Sends a request and reads the whole answer. Dropping the future closes the connection.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>, limits: ExchangeLimits) -> HttpExchange {
        self.run(self.connect(), request, limits).await
    }

    /// [`send`](Self::send) over a new connection, after one that was stale.
    pub(crate) async fn send_over_new(
        &self,
        request: Request<Full<Bytes>>,
        limits: ExchangeLimits,
    ) -> HttpExchange {
        self.run(self.connect_new(), request, limits).await
    }

    /// Sends a request over a new connection, and reads only the head of the answer within this time.
    pub(crate) async fn open(
        &self,
        request: Request<Full<Bytes>>,
        time: Duration,
    ) -> Result<HttpStream, HttpError> {
        let opening = async {
            let mut connection = self.connect_new().await?;
            let answer = connection.send(request).await.map_err(TrySendError::into_error)?;
            let (head, body) = answer.into_parts();
            Ok(HttpStream { status: head.status, body: AnswerBody::new(&head.headers, body), connection })
        };
        tokio::time::timeout(time, opening).await.unwrap_or(Err(HttpError::TimedOut(time)))
    }

    /// Like [`send`](Self::send), over a connection from [`connect`](Self::connect). The times start here.
    pub(crate) async fn send_over(
        &self,
        connection: HttpConnection,
        request: Request<Full<Bytes>>,
        limits: ExchangeLimits,
    ) -> HttpExchange {
        self.run(std::future::ready(Ok(connection)), request, limits).await
    }

    /// A pooled connection that is still open, or a new one.
    pub(crate) async fn connect(&self) -> Result<HttpConnection, HttpError> {
        match self.pool.take().await {
            Some(connection) => Ok(connection),
            None => self.connect_new().await,
        }
    }

    async fn run(
        &self,
        connect: impl Future<Output = Result<HttpConnection, HttpError>>,
        request: Request<Full<Bytes>>,
        limits: ExchangeLimits,
    ) -> HttpExchange {
        let started = Instant::now();
        let (mut first_byte, mut is_reused) = (None, false);
        let exchange = async {
            let connection = connect.await?;
            is_reused = connection.is_reused;
            let (connection, response) = self.send_request(connection, request, &mut is_reused).await?;
            first_byte = Some(started.elapsed());
            Ok(self.read(connection, response, limits.body).await)
        };
        let answer = tokio::time::timeout(limits.time, exchange).await;
        let answer = answer.unwrap_or(Err(HttpError::TimedOut(limits.time)));
        let took = started.elapsed();
        let was_stale = is_reused
            && first_byte.is_none()
            && matches!(&answer, Err(HttpError::Http(error)) if self.was_stale(error, took));
        let answer = answer.map_err(|error| match error {
            HttpError::Http(error) if error.is_parse() && !self.target.is_tls() => HttpError::NotPlainHttp,
            error => error,
        });
        HttpExchange { answer, first_byte, took, was_stale }
    }

    /// Whether a kept connection that ended with this error, so long after the request, was closed while it was idle.
    fn was_stale(&self, error: &hyper::Error, took: Duration) -> bool {
        match self.target.is_loopback() {
            // This machine resets a connection that is closed with unread bytes, or that gets bytes after it was closed.
            // Without a reset, the app has read the whole request.
            true => took < STALE_HERE && is_reset(error),
            false => took < STALE && is_closed(error),
        }
    }

    async fn connect_new(&self) -> Result<HttpConnection, HttpError> {
        let connection = match (self.target.address(), &self.tls) {
            (TargetAddress::Tcp { host, port, tls: false }, _) => {
                HttpConnection::start(dial::tcp(host, *port, &self.proxies).await?, self.title_case).await
            }
            (TargetAddress::Tcp { host, port, tls: true }, Some(tls)) => {
                HttpConnection::start(dial::tls(host, *port, &self.proxies, tls).await?, self.title_case)
                    .await
            }
            (TargetAddress::Tcp { tls: true, .. }, None) => {
                let error = std::io::Error::other("no certificates to trust were loaded");
                return Err(DialError::Tls(error).into());
            }
            #[cfg(unix)]
            (TargetAddress::Unix(file), _) => {
                HttpConnection::start(dial::unix(file).await?, self.title_case).await
            }
            #[cfg(not(unix))]
            (TargetAddress::Unix(_), _) => {
                return Err(DialError::Unreachable(std::io::ErrorKind::Unsupported.into()).into());
            }
        };
        Ok(connection?)
    }

    /// Sends the request. Returns the connection and the head of the answer. If the server closed a pooled connection
    /// before the request was sent, retries once over a new one; then `is_reused` becomes false.
    async fn send_request(
        &self,
        mut connection: HttpConnection,
        request: Request<Full<Bytes>>,
        is_reused: &mut bool,
    ) -> Result<(HttpConnection, Response<Incoming>), HttpError> {
        match connection.send(request).await {
            Ok(response) => Ok((connection, response)),
            Err(mut error) => match error.take_message().filter(|_| *is_reused) {
                Some(unsent) => {
                    *is_reused = false;
                    let mut connection = self.connect_new().await?;
                    let response = connection.send(unsent).await.map_err(TrySendError::into_error)?;
                    Ok((connection, response))
                }
                None => Err(error.into_error().into()),
            },
        }
    }

    async fn read(
        &self,
        mut connection: HttpConnection,
        response: Response<Incoming>,
        largest_body: usize,
    ) -> HttpAnswer {
        let (parts, body) = response.into_parts();
        let body = match parts.status {
            StatusCode::SWITCHING_PROTOCOLS => Err(HttpError::Switched),
            _ => connection.read(AnswerBody::new(&parts.headers, body).collect(largest_body)).await,
        };
        if body.is_ok() {
            match connection.is_ready() {
                true if self.reuses => self.pool.keep(connection),
                true => {}
                // It is no longer awaited, so it needs a task.
                false => drop(tokio::spawn(connection.write_rest())),
            }
        }
        HttpAnswer { status: parts.status, headers: parts.headers, body }
    }
}

/// Shows only the target: the rest may contain credentials.
impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient").field("target", &self.target).finish_non_exhaustive()
    }
}

/// The body of an answer.
struct AnswerBody {
    incoming: Incoming,
    /// It has no stated length: the end of the connection is its end.
    ends_with_connection: bool,
}

impl AnswerBody {
    fn new(headers: &HeaderMap, incoming: Incoming) -> Self {
        let is_framed = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
        Self { incoming, ends_with_connection: !is_framed }
    }

    /// The next part; `None` at the end.
    async fn next(&mut self) -> hyper::Result<Option<Bytes>> {
        while let Some(frame) = self.incoming.frame().await {
            match frame {
                // Trailers are ignored, as Zoom does.
                Ok(frame) => {
                    if let Ok(data) = frame.into_data() {
                        return Ok(Some(data));
                    }
                }
                // A server that has not read the whole request resets the connection when it closes it. RFC 9112, 6.3:
                // such a body is complete however the connection ends.
                Err(error) if self.ends_with_connection && is_reset(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The whole body, up to the limit.
    async fn collect(mut self, limit: usize) -> Result<Bytes, HttpError> {
        let mut pieces = BodyPieces::default();
        while let Some(data) = self.next().await? {
            if pieces.len() + data.len() > limit {
                return Err(HttpError::TooLarge(limit));
            }
            pieces.push(data);
        }
        Ok(pieces.whole())
    }
}

/// Whether the connection was closed or reset.
fn is_closed(error: &hyper::Error) -> bool {
    error.is_canceled() || error.is_closed() || error.is_incomplete_message() || is_reset(error)
}

fn is_reset(error: &hyper::Error) -> bool {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|error| matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset))
}

impl From<DialError> for HttpError {
    fn from(error: DialError) -> Self {
        Self::Dial(error)
    }
}

impl From<hyper::Error> for HttpError {
    fn from(error: hyper::Error) -> Self {
        Self::Http(error)
    }
}

impl HttpError {
    /// Whether the server answered, but not in HTTP/1.1.
    pub(crate) fn is_other_protocol(&self) -> bool {
        match self {
            Self::NotPlainHttp => true,
            Self::Http(error) => error.is_parse(),
            _ => false,
        }
    }
}

/// Formatted as a part of a sentence.
impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dial(error) => error.fmt(f),
            Self::Http(error) if error.is_parse() => f.write_str("the answer is not HTTP/1.1"),
            Self::NotPlainHttp => f.write_str(
                "the answer is not HTTP/1.1; for a port with TLS, write https:// instead of http://",
            ),
            Self::Http(error) if is_reset(error) => f.write_str(RESET),
            Self::Http(error) if error.is_incomplete_message() => {
                f.write_str("the connection was closed before the answer was complete")
            }
            Self::Http(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {}", without_numbers(&source.to_string())),
                None => error.fmt(f),
            },
            Self::TooLarge(limit) if *limit < MIB => {
                write!(f, "the answer is larger than {} KiB", limit / 1024)
            }
            Self::TooLarge(limit) => write!(f, "the answer is larger than {} MiB", limit / MIB),
            Self::Switched => f.write_str("the answer switches to another protocol, which was not requested"),
            Self::TimedOut(limit) => write!(f, "no complete answer within {limit:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::mpsc;

    use super::*;

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

    const LIMITS: ExchangeLimits = ExchangeLimits { time: Duration::from_secs(5), body: 16 };

    /// Reads one request per answer, writes the answer, and closes the connection after the last one. Reports each
    /// closed connection.
    async fn server(connections: &'static [&'static [&'static str]]) -> (HttpClient, mpsc::Receiver<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string();
        let (closed, closes) = mpsc::channel(8);
        tokio::spawn(async move {
            for answers in connections {
                let (mut stream, _) = listener.accept().await.unwrap();
                for answer in *answers {
                    read_request(&mut stream).await;
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
                drop(stream);
                closed.send(()).await.unwrap();
            }
        });
        (HttpClient::new(target.parse().unwrap(), None), closes)
    }

    async fn read_request(stream: &mut TcpStream) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a whole request"));
        }
    }

    async fn get(client: &HttpClient) -> Result<HttpAnswer, HttpError> {
        client.send(Request::new(Full::default()), LIMITS).await.answer
    }

    #[tokio::test]
    async fn a_kept_connection_that_is_closed_before_the_request_is_read_was_stale() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = HttpClient::new(listener.local_addr().unwrap().to_string().parse().unwrap(), None);
        tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            read_request(&mut first).await;
            first.write_all(OK.as_bytes()).await.unwrap();
            // Closed with unread bytes.
            first.peek(&mut [0]).await.unwrap();
            drop(first);
            let (mut second, _) = listener.accept().await.unwrap();
            read_request(&mut second).await;
            second.write_all(OK.as_bytes()).await.unwrap();
        });
        get(&client).await.unwrap();
        let exchange = client.send(Request::new(Full::default()), LIMITS).await;
        assert!(exchange.answer.is_err() && exchange.was_stale);
        let again = client.send_over_new(Request::new(Full::default()), LIMITS).await;
        assert!(again.answer.is_ok() && !again.was_stale);
    }

    #[tokio::test]
    async fn a_server_that_reads_the_request_and_then_closes_does_not_get_it_again() {
        let (client, _closes) = server(&[&[OK, ""], &[OK]]).await;
        get(&client).await.unwrap();
        let exchange = client.send(Request::new(Full::default()), LIMITS).await;
        assert!(exchange.answer.is_err() && !exchange.was_stale);
    }

    #[tokio::test]
    async fn replaces_a_pooled_connection_that_the_server_closed() {
        let (client, mut closes) = server(&[&[OK, OK], &[OK]]).await;
        assert_eq!(get(&client).await.unwrap().body.unwrap(), "ok");
        assert_eq!(get(&client).await.unwrap().body.unwrap(), "ok");
        closes.recv().await.unwrap();
        assert_eq!(get(&client).await.unwrap().body.unwrap(), "ok");
    }

    #[tokio::test]
    async fn a_new_connection_that_replaced_a_closed_one_is_not_stale() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = HttpClient::new(listener.local_addr().unwrap().to_string().parse().unwrap(), None);
        let (close, closing) = tokio::sync::oneshot::channel::<()>();
        tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            read_request(&mut first).await;
            first.write_all(OK.as_bytes()).await.unwrap();
            closing.await.unwrap();
            drop(first);
            let (mut second, _) = listener.accept().await.unwrap();
            read_request(&mut second).await;
        });
        get(&client).await.unwrap();
        let mut pooled = client.connect().await.unwrap();
        assert!(pooled.is_reused);
        close.send(()).unwrap();
        while pooled.is_ready() {
            tokio::task::yield_now().await;
        }
        let exchange = client.send_over(pooled, Request::new(Full::default()), LIMITS).await;
        assert!(exchange.answer.is_err() && !exchange.was_stale);
    }

    #[tokio::test]
    async fn a_server_that_answers_first_gets_the_whole_request_all_the_same() {
        const BODY: usize = 16 << 20;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = HttpClient::new(listener.local_addr().unwrap().to_string().parse().unwrap(), None);
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(OK.as_bytes()).await.unwrap();
            let mut body = Vec::new();
            stream.take(BODY as u64).read_to_end(&mut body).await.unwrap();
            body.len()
        });
        let request = Request::new(Full::new(Bytes::from(vec![b'x'; BODY])));
        assert_eq!(client.send(request, LIMITS).await.answer.unwrap().status, StatusCode::OK);
        assert_eq!(server.await.unwrap(), BODY);
    }

    #[tokio::test]
    async fn does_not_send_a_request_again() {
        let (client, mut closes) = server(&[&[OK, ""], &[OK]]).await;
        assert_eq!(get(&client).await.unwrap().status, StatusCode::OK);
        let error = get(&client).await.unwrap_err();
        assert_eq!(error.to_string(), "the connection was closed before the answer was complete");
        closes.recv().await.unwrap();
        assert!(closes.try_recv().is_err(), "a second connection was used");
        assert_eq!(get(&client).await.unwrap().status, StatusCode::OK);
    }

    #[tokio::test]
    async fn returns_the_head_but_no_body_of_an_answer_over_the_limit() {
        let (client, _closes) =
            server(&[&["HTTP/1.1 404 Not Found\r\ncontent-length: 17\r\n\r\n12345678901234567"], &[OK]])
                .await;
        let answer = get(&client).await.unwrap();
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(matches!(answer.body, Err(HttpError::TooLarge(16))));
        assert_eq!(get(&client).await.unwrap().status, StatusCode::OK, "over a new connection");
    }

    #[tokio::test]
    async fn reports_an_answer_that_takes_too_long() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = listener.local_addr().unwrap().to_string().parse().unwrap();
        let limits = ExchangeLimits { time: Duration::from_millis(50), ..LIMITS };
        let exchange = HttpClient::new(target, None).send(Request::new(Full::default()), limits).await;
        assert!(matches!(exchange.answer, Err(HttpError::TimedOut(limit)) if limit == limits.time));
        assert!(exchange.first_byte.is_none() && exchange.took >= limits.time);
    }

    #[tokio::test]
    async fn distinguishes_unreachable_servers_and_other_protocols() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target: Target = listener.local_addr().unwrap().to_string().parse().unwrap();
        drop(listener);
        let client = HttpClient::new(target, None);
        assert!(!client.is_open().await);
        assert!(matches!(get(&client).await, Err(HttpError::Dial(DialError::Unreachable(_)))));
        let (client, _closes) = server(&[&["SSH-2.0-x\r\n"]]).await;
        let error = get(&client).await.unwrap_err();
        assert!(error.to_string().starts_with("the answer is not HTTP/1.1"), "{error}");
    }
}
