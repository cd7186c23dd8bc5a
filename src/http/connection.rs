//! [`HttpConnection`]: one connection, driven by whoever waits for its answer.
//!
//! hyper leaves it to the caller to poll a connection beside its sender, and a task of its own is the usual way. Here a
//! connection carries one request at a time, so the task that waits for the answer polls it. That saves two switches
//! between tasks for each request. Between two requests nothing polls it: that the server has closed it is noticed when
//! it is used again.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::reads_to_end::{OverSocket, ReadsToEnd};

/// How long an app that has answered may take to read the rest of the request.
const WRITING: Duration = Duration::from_secs(30);

/// A connection for one request at a time. Dropping it closes it.
pub(crate) struct HttpConnection {
    sender: SendRequest<Full<Bytes>>,
    io: ConnectionIo,
    /// Whether it was used for an earlier request.
    pub(super) is_reused: bool,
}

/// Reads and writes; `None` once the connection has ended. The sender receives its error.
struct ConnectionIo(Option<BoxFuture<'static, ()>>);

impl HttpConnection {
    /// Starts HTTP on a new stream.
    pub(super) async fn start<T>(stream: T, title_case: bool) -> hyper::Result<Self>
    where
        T: AsyncRead + AsyncWrite + OverSocket + Unpin + Send + 'static,
    {
        let stream = ReadsToEnd::new(stream);
        let mut builder = http1::Builder::new();
        let handshake = builder.title_case_headers(title_case).handshake(TokioIo::new(stream));
        let (sender, connection) = handshake.await?;
        let io = ConnectionIo(Some(connection.map(drop).boxed()));
        Ok(Self { sender, io, is_reused: false })
    }

    /// Sends a request, and returns the head of the answer. The error has the request if it was not sent.
    pub(super) async fn send(
        &mut self,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, TrySendError<Request<Full<Bytes>>>> {
        let sending = self.sender.try_send_request(request);
        self.io.drive(sending).await
    }

    /// Polls the connection until `reading`, which reads the body of its answer, is done.
    pub(super) async fn read<T>(&mut self, reading: impl Future<Output = T>) -> T {
        self.io.drive(reading).await
    }

    /// Whether it is open, and can take a request: the one before is written, and its answer read.
    pub(super) fn is_ready(&mut self) -> bool {
        self.io.run_once();
        self.sender.is_ready()
    }

    /// Writes the rest of a request that was answered before all of it was written, then closes the connection.
    pub(super) async fn write_rest(mut self) {
        self.is_ready_within(WRITING).await;
    }

    /// Whether it is open and can take a request within this time.
    pub(super) async fn is_ready_within(&mut self, limit: Duration) -> bool {
        if self.is_ready() {
            return true;
        }
        let ready = self.io.drive(self.sender.ready());
        matches!(tokio::time::timeout(limit, ready).await, Ok(Ok(())))
    }
}

impl ConnectionIo {
    /// Polls the connection with `work`, until `work` is done.
    async fn drive<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Pending => {
                self.poll(context);
                // The connection may just have received what the work waits for.
                work.as_mut().poll(context)
            }
            done => done,
        })
        .await
    }

    /// Does what can be done without waiting.
    fn run_once(&mut self) {
        self.poll(&mut Context::from_waker(std::task::Waker::noop()));
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        if self.0.as_mut().is_some_and(|io| io.as_mut().poll(context).is_ready()) {
            self.0 = None;
        }
    }
}

impl fmt::Debug for HttpConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConnection").field("is_reused", &self.is_reused).finish_non_exhaustive()
    }
}
