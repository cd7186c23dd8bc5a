//! The public side: plain HTTP on loopback, where the real edge has TLS. Each client connection becomes one stream
//! to the agent, as at ngrok; the `Host` header chooses the endpoint.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;

use super::state::Shared;
use super::wire;

type Answer = Response<BoxBody<Bytes, hyper::Error>>;

/// The stream to the agent, once the first request has opened it.
type Upstream = Mutex<Option<SendRequest<Incoming>>>;

pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((socket, client)) = listener.accept().await else { continue };
        tokio::spawn(connection(socket, client, shared.clone()));
    }
}

async fn connection(socket: TcpStream, client: SocketAddr, shared: Arc<Shared>) {
    socket.set_nodelay(true).unwrap();
    let upstream = Arc::new(Upstream::default());
    let service = service_fn(move |request| {
        let (shared, upstream) = (shared.clone(), upstream.clone());
        async move { Ok::<_, Infallible>(answer(request, client, &shared, &upstream).await) }
    });
    // Clients come and go as they like.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(
    mut request: Request<Incoming>,
    client: SocketAddr,
    shared: &Shared,
    upstream: &Upstream,
) -> Answer {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_owned();
    let mut upstream = upstream.lock().await;
    if upstream.as_ref().is_none_or(SendRequest::is_closed) {
        *upstream = connect(&host, client, shared).await;
    }
    let Some(sender) = upstream.as_mut() else {
        return failure(404, "ERR_NGROK_3200", &format!("The endpoint {host} is offline."));
    };
    forwarded(&mut request, "x-forwarded-for", &client.ip().to_string());
    forwarded(&mut request, "x-forwarded-proto", "https");
    forwarded(&mut request, "x-forwarded-host", &host);
    if let Err(error) = sender.ready().await {
        return failure(502, "ERR_NGROK_3004", &error.to_string());
    }
    match sender.send_request(request).await {
        Ok(response) => response.map(BodyExt::boxed),
        Err(error) => failure(502, "ERR_NGROK_3004", &error.to_string()),
    }
}

/// Opens a stream to the agent that serves `host`.
async fn connect(host: &str, client: SocketAddr, shared: &Shared) -> Option<SendRequest<Incoming>> {
    let (mut opener, id) = {
        let state = shared.lock();
        let endpoint = state.endpoints.get(host)?;
        (state.agents.get(&endpoint.agent)?.opener.clone(), endpoint.id.clone())
    };
    let stream = wire::open_proxy(&mut opener, &id, client).await.ok()?;
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
    tokio::spawn(connection);
    Some(sender)
}

fn forwarded(request: &mut Request<Incoming>, name: &'static str, value: &str) {
    request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
}

/// An answer of the edge itself.
fn failure(status: u16, code: &str, text: &str) -> Answer {
    let body = Full::new(Bytes::from(format!("{text}\n\n{code}\n"))).map_err(|never| match never {});
    Response::builder().status(status).header("ngrok-error-code", code).body(body.boxed()).unwrap()
}
