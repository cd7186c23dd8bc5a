//! Accepts connections and serves them, within limits. A page of the same machine needs few.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::access::Access;
use super::places::{ConnectionPlace, ConnectionPlaces, PlaceLimits};
use super::unread::ReadingPeer;
use super::{Site, router};

/// Limit on a request's head.
const LARGEST_HEAD: usize = 32 * 1024;
/// Limit on the pause between two requests of a connection with the key.
const IDLE_TIME: Duration = Duration::from_secs(30);
/// The pause after a failure to accept.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` is canceled.
pub(super) async fn run(
    listener: TcpListener,
    access: Arc<Access>,
    site: Arc<Site>,
    limits: PlaceLimits,
    stop: CancellationToken,
) {
    let places = ConnectionPlaces::new(limits);
    let mut tasks = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        tasks.spawn(serve(stream, access.clone(), site.clone(), places.enter(), limits));
        while tasks.try_join_next().is_some() {}
    }
    // Streams have no end of their own.
    tasks.shutdown().await;
}

async fn serve(
    stream: TcpStream,
    access: Arc<Access>,
    site: Arc<Site>,
    place: ConnectionPlace,
    limits: PlaceLimits,
) {
    let _ = stream.set_nodelay(true);
    let place = Arc::new(place);
    let service = service_fn(|request| {
        let (access, site, place) = (access.clone(), site.clone(), place.clone());
        async move { Ok::<_, Infallible>(router::handle(&access, site, &place, request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(IDLE_TIME).max_buf_size(LARGEST_HEAD);
    let io = TokioIo::new(ReadingPeer::new(stream, limits.unread_time));
    tokio::select! {
        // A connection that fails concerns only its client.
        _ = builder.serve_connection(io, service) => {}
        () = place.dismissed() => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::time::timeout;

    use super::*;
    use crate::inspector::access::Access;
    use crate::inspector::test_support::inspected;

    const LIMITS: PlaceLimits = PlaceLimits {
        newcomer_time: Duration::from_millis(100),
        unread_time: Duration::from_millis(200),
        ..PlaceLimits::USUAL
    };
    /// A test that waits longer than this has failed.
    const PATIENCE: Duration = Duration::from_secs(10);

    /// An inspector without a history, whose cookie is `biscuit`.
    async fn serve() -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let access = Arc::new(Access::new(address.port(), "right".into(), "biscuit".into(), None));
        let inspected = inspected();
        let stop = CancellationToken::new();
        tokio::spawn(run(listener, access, Arc::new(Site::new(inspected)), LIMITS, stop.clone()));
        (address, stop)
    }

    fn request(address: SocketAddr, cookie: &str) -> String {
        let port = address.port();
        format!("GET /assets/app.js HTTP/1.1\r\nhost: {address}\r\ncookie: zoomhook_{port}={cookie}\r\n\r\n")
    }

    #[tokio::test]
    async fn a_connection_without_the_key_is_closed_soon() {
        let (address, _stop) = serve().await;
        for sent in ["", "GET / HTTP/1.1\r\n", &request(address, "wrong")] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let closed = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
            assert!(closed.is_ok(), "{sent}");
        }
        let mut known = TcpStream::connect(address).await.unwrap();
        for _ in 0..2 {
            known.write_all(request(address, "biscuit").as_bytes()).await.unwrap();
            assert!(known.read(&mut [0; 64 * 1024]).await.unwrap() > 0);
            tokio::time::sleep(3 * LIMITS.newcomer_time).await;
        }
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_dropped() {
        let (address, _stop) = serve().await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        // More answers than fit into the buffers of a connection.
        let many = request(address, "biscuit").repeat(4000);
        let _ = timeout(PATIENCE, stream.write_all(many.as_bytes())).await;
        tokio::time::sleep(5 * LIMITS.unread_time).await;
        let (mut answers, reading) = (Vec::new(), PATIENCE);
        let closed = timeout(reading, stream.read_to_end(&mut answers)).await;
        assert!(closed.is_ok(), "{} bytes were read, and more are coming", answers.len());
    }
}
