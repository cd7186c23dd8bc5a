//! Accepts connections and serves them, within limits. A page of the same machine needs few.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Site, router};

/// The largest number of connections. A browser opens six to a host.
pub(super) const CONNECTIONS: usize = 24;
/// Limit on a request's head.
const LARGEST_HEAD: usize = 32 * 1024;
/// Limit on the time for a request's head, and on the pause between two requests.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// The pause after a failure to accept.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves until `stop` is canceled.
pub(super) async fn run(listener: TcpListener, site: Arc<Site>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let mut tasks = JoinSet::new();
    loop {
        let next = async {
            let slot = slots.clone().acquire_owned().await.ok()?;
            Some((listener.accept().await, slot))
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            next = next => next,
        };
        let Some((accepted, slot)) = accepted else { break };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let site = site.clone();
        tasks.spawn(async move {
            let service = service_fn(|request| {
                let site = site.clone();
                async move { Ok::<_, Infallible>(router::handle(site, request).await) }
            });
            let mut builder = http1::Builder::new();
            builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(LARGEST_HEAD);
            // A connection that fails concerns only its client.
            let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            drop(slot);
        });
        while tasks.try_join_next().is_some() {}
    }
    // Streams have no end of their own.
    tasks.shutdown().await;
}
