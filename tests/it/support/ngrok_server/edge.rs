//! The public side on loopback: plain HTTP, and with TLS as the real edge has it. Each client connection becomes one stream
//! to the agent, as at ngrok; the `Host` header chooses the endpoint.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_rustls::TlsAcceptor;

use super::state::Shared;
use super::wire;

type Answer = Response<BoxBody<Bytes, hyper::Error>>;

/// The stream to the agent, once the first request has opened it.
type Upstream = Mutex<Option<SendRequest<Full<Bytes>>>>;

pub(super) async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    loop {
        let Ok((socket, client)) = listener.accept().await else { continue };
        socket.set_nodelay(true).unwrap();
        let (tls, shared) = (tls.clone(), shared.clone());
        tokio::spawn(async move {
            match tls {
                None => connection(socket, client, shared).await,
                Some(tls) => {
                    // A client that does not trust the certificate disconnects here.
                    if let Ok(stream) = tls.accept(socket).await {
                        connection(stream, client, shared).await;
                    }
                }
            }
        });
    }
}

async fn connection(
    socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    client: SocketAddr,
    shared: Arc<Shared>,
) {
    let upstream = Arc::new(Upstream::default());
    let service = service_fn(move |request| {
        let (shared, upstream) = (shared.clone(), upstream.clone());
        async move { Ok::<_, Infallible>(answer(request, client, &shared, &upstream).await) }
    });
    // A client may disconnect at any time.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

async fn answer(
    request: Request<Incoming>,
    client: SocketAddr,
    shared: &Shared,
    upstream: &Upstream,
) -> Answer {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_owned();
    let (rewrite, at_the_edge) = {
        let script = &shared.lock().script;
        (script.rewrite_bodies, script.answer_at_the_edge)
    };
    if let Some((status, code)) = at_the_edge {
        return failure(status, code, "Not here.");
    }
    let Some(mut request) = whole(request, rewrite).await else {
        return failure(400, "ERR_NGROK_3005", "The request broke off.");
    };
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

/// The request with its whole body, which `rewrite` serializes again.
async fn whole(request: Request<Incoming>, rewrite: bool) -> Option<Request<Full<Bytes>>> {
    let (mut parts, body) = request.into_parts();
    let mut body = body.collect().await.ok()?.to_bytes();
    if rewrite && let Ok(json) = serde_json::from_slice::<serde_json::Value>(&body) {
        body = json.to_string().into();
        parts.headers.remove(CONTENT_LENGTH);
    }
    Some(Request::from_parts(parts, Full::new(body)))
}

/// Opens a stream to the agent that serves `host`.
async fn connect(host: &str, client: SocketAddr, shared: &Shared) -> Option<SendRequest<Full<Bytes>>> {
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

fn forwarded(request: &mut Request<Full<Bytes>>, name: &'static str, value: &str) {
    request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
}

/// An answer of the edge itself.
fn failure(status: u16, code: &str, text: &str) -> Answer {
    let body = Full::new(Bytes::from(format!("{text}\n\n{code}\n"))).map_err(|never| match never {});
    Response::builder().status(status).header("ngrok-error-code", code).body(body.boxed()).unwrap()
}
