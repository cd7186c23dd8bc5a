//! [`serve`] runs one task per connection, up to a limit, and shuts them down gracefully.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Pipeline;
use super::in_flight::InFlight;
use super::timed_io::{Exchange, Phase, TimedIo};
use crate::delivery::{EventSender, Route, SessionEvent, Warning};
use crate::system_words::without_numbers;

/// A source of connections: the local socket, or a tunnel.
pub trait Connections: Send {
    /// The stream of one connection.
    type Io: Read + Write + Unpin + Send + 'static;

    /// Waits for the next connection and its peer; `None` after the last one.
    fn next(&mut self) -> impl Future<Output = Option<(Self::Io, SocketAddr)>> + Send;
}

/// The limit on open connections, shared by all sources.
#[derive(Debug, Clone)]
pub struct Slots {
    free: Arc<Semaphore>,
    limit: usize,
    reported: Arc<AtomicBool>,
}

impl Slots {
    /// Allows `limit` connections.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        let limit = limit.min(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(limit)), limit, reported: Arc::default() }
    }

    async fn take(&self, pipeline: &Pipeline) -> Option<OwnedSemaphorePermit> {
        if let Ok(slot) = self.free.clone().try_acquire_owned() {
            // Reported again only after a quarter of the slots were free: at the limit, slots are freed and taken
            // constantly.
            if self.free.available_permits() > self.limit / 4 {
                self.reported.store(false, Ordering::Relaxed);
            }
            return Some(slot);
        }
        if !self.reported.swap(true, Ordering::Relaxed) {
            let warning = Warning::ConnectionsExhausted { limit: self.limit };
            pipeline.events().send_if_room(SessionEvent::Warning(warning));
        }
        self.free.clone().acquire_owned().await.ok()
    }
}

/// Serves connections until there are no more or `stop` is canceled. Then it accepts no new ones, closes idle ones,
/// and gives requests in flight the grace period `grace` before it cuts their connections.
pub async fn serve<C: Connections>(
    mut connections: C,
    route: Route,
    pipeline: Arc<Pipeline>,
    slots: Slots,
    stop: CancellationToken,
    grace: Duration,
) {
    let mut tasks = JoinSet::new();
    loop {
        let next = async {
            let slot = slots.take(&pipeline).await?;
            let (io, peer) = connections.next().await?;
            Some((slot, io, peer))
        };
        let (slot, io, peer) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        let (pipeline, stop) = (pipeline.clone(), stop.clone());
        tasks.spawn(async move {
            let _slot = slot;
            serve_connection(io, peer, route, pipeline, stop).await;
        });
        // Removes completed tasks as new ones start, so that their number stays bounded.
        while tasks.try_join_next().is_some() {}
    }
    // Closes the local socket: a new client is refused instead of waiting.
    drop(connections);
    let all_ended = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(grace, all_ended).await;
    tasks.shutdown().await;
}

async fn serve_connection<Io>(
    io: Io,
    peer: SocketAddr,
    route: Route,
    pipeline: Arc<Pipeline>,
    stop: CancellationToken,
) where
    Io: Read + Write + Unpin + Send + 'static,
{
    let exchange = Arc::new(Exchange::new());
    let in_flight = InFlight::none();
    let io = TimedIo::new(io, exchange.clone(), pipeline.limits());
    let service = service_fn(|request| {
        exchange.enter(Phase::Serving);
        let (pipeline, exchange, in_flight) = (&pipeline, &exchange, &in_flight);
        async move {
            let response = pipeline.handle(request, peer, route, exchange, in_flight).await;
            exchange.enter(Phase::Idle);
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = http1::Builder::new();
    // `TimedIo` applies the time limits.
    builder.header_read_timeout(None).max_header_size(pipeline.limits().headers).writev(true);
    let mut connection = std::pin::pin!(builder.serve_connection(io, service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A closed connection is not reported. hyper itself answers requests that it cannot parse; only this error shows
    // them.
    if let Err(error) = ended
        && error.is_parse()
    {
        let too_large = error.is_parse_too_large().then(|| pipeline.limits().headers);
        pipeline.report_unreadable(peer, too_large);
    }
    in_flight.finish().await;
}

/// The backoff after a failure to accept. If descriptors ran out, they are freed when connections end.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Accepts connections from a bound socket. Backs off while the system has no free descriptors.
#[derive(Debug)]
pub struct LocalConnections {
    listener: TcpListener,
    events: EventSender,
    pause: Duration,
}

impl LocalConnections {
    /// Accepts from `listener` and reports failures to `events`.
    #[must_use]
    pub fn new(listener: TcpListener, events: EventSender) -> Self {
        Self { listener, events, pause: FIRST_PAUSE }
    }

    async fn back_off(&mut self, error: &io::Error) {
        if self.pause == FIRST_PAUSE {
            let warning = Warning::AcceptFailing { error: without_numbers(&error.to_string()) };
            self.events.send_if_room(SessionEvent::Warning(warning));
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

impl Connections for LocalConnections {
    type Io = TokioIo<TcpStream>;

    async fn next(&mut self) -> Option<(Self::Io, SocketAddr)> {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    self.pause = FIRST_PAUSE;
                    // Answers are small and must not wait for a full segment. A failure only costs speed.
                    let _ = stream.set_nodelay(true);
                    return Some((TokioIo::new(stream), peer));
                }
                Err(error) if concerns_one_connection(&error) => {}
                Err(error) => self.back_off(&error).await,
            }
        }
    }
}

/// Whether the error concerns one connection only: the peer disconnected before it was accepted.
fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}
