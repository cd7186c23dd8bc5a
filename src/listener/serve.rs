//! [`serve`] runs one task per connection and shuts them down gracefully.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use hyper::rt::{Read, Write};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Pipeline;
use super::http2;
use super::in_flight::InFlight;
use super::slots::{Slot, Slots};
use super::timed_io::{Phase, TimedIo};
use super::unreadable::unreadable;
use crate::delivery::{EventSender, Route, SessionEvent, UnreadableRequest, Warning};
use crate::system_words::without_numbers;

/// A source of connections: the local socket, or a tunnel.
pub trait Connections: Send {
    /// The stream of one connection.
    type Io: Read + Write + Unpin + Send + 'static;

    /// Waits for the next connection and its peer; `None` after the last one.
    fn next(&mut self) -> impl Future<Output = Option<(Self::Io, SocketAddr)>> + Send;
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
    let waiting_room = slots.waiting_room();
    loop {
        let next = async {
            let permit = waiting_room.clone().acquire_owned().await.ok()?;
            let (io, peer) = connections.next().await?;
            Some((permit, io, peer))
        };
        let (permit, io, peer) = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            next = next => match next {
                Some(next) => next,
                None => break,
            },
        };
        let (pipeline, slots, stop) = (pipeline.clone(), slots.clone(), stop.clone());
        tasks.spawn(async move {
            let slot = tokio::select! {
                slot = slots.take(peer, route, pipeline.events()) => slot,
                () = stop.cancelled() => return,
            };
            drop(permit);
            serve_connection(io, slot, (peer, route), pipeline, stop).await;
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

/// How long a connection that has lost its place may take for the answer to its last request. It is a stranger's.
const LAST_ANSWER: Duration = Duration::from_secs(1);

async fn serve_connection<Io>(
    io: Io,
    slot: Slot,
    (peer, route): (SocketAddr, Route),
    pipeline: Arc<Pipeline>,
    stop: CancellationToken,
) where
    Io: Read + Write + Unpin + Send + 'static,
{
    let exchange = slot.exchange();
    let in_flight = InFlight::none();
    let io = TimedIo::new(io, exchange.clone(), pipeline.limits());
    let service = service_fn(|request| {
        exchange.enter(Phase::Serving);
        let (pipeline, slot, exchange, in_flight) = (&pipeline, &slot, exchange, &in_flight);
        async move {
            let was_verified = exchange.is_verified();
            let response = pipeline.handle(request, peer, route, exchange, in_flight).await;
            if !was_verified && exchange.is_verified() {
                slot.remember_sender();
            }
            exchange.enter(Phase::Idle);
            Ok::<_, Infallible>(response)
        }
    });
    let mut builder = http1::Builder::new();
    // `TimedIo` applies the time limits.
    builder.header_read_timeout(None).max_header_size(pipeline.limits().headers).writev(true);
    let mut connection = builder.serve_connection(io, service);
    let (ended, grace) = tokio::select! {
        ended = &mut connection => (Some(ended), None),
        () = stop.cancelled() => (None, None),
        // A request that has arrived meanwhile is answered.
        () = slot.given_away() => match futures_util::poll!(&mut connection) {
            Poll::Ready(ended) => (Some(ended), None),
            Poll::Pending if exchange.is_verified() => (None, None),
            Poll::Pending if exchange.phase().0 == Phase::Serving && !exchange.is_writing() => {
                (None, Some(LAST_ANSWER))
            }
            Poll::Pending => return,
        },
    };
    let ended = match (ended, grace) {
        (Some(ended), _) => ended,
        (None, grace) => {
            Pin::new(&mut connection).graceful_shutdown();
            match grace {
                None => (&mut connection).await,
                Some(grace) => tokio::time::timeout(grace, &mut connection).await.unwrap_or(Ok(())),
            }
        }
    };
    // A closed connection is not reported. Only this error shows a request that hyper could not parse.
    if let Err(error) = ended {
        let parts = connection.into_parts();
        if let Some(sent) = unreadable(&error, &parts.read_buf, pipeline.limits()) {
            pipeline.report_unreadable(peer, sent);
            // The other ones were answered by hyper.
            if sent == UnreadableRequest::Http2 {
                http2::refuse(parts.io, parts.read_buf).await;
            }
        }
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
