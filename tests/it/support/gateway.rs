//! A double of a gateway between the internet and `listen`: passes requests on, unchanged or with a fault.

// The tests with several hosts start shell scripts.
#![cfg_attr(windows, allow(dead_code))]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use zoomhook::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// What the gateway does with each request.
#[derive(Debug, Clone)]
pub enum GatewayRule {
    /// Passes it on.
    Pass,
    /// Passes it on to another path.
    Path(&'static str),
    /// Passes it on without Zoom's two headers.
    StripSignature,
    /// Passes it on without any header whose name starts with `x-`.
    StripAll,
    /// Passes it on with a body that was parsed and written again.
    Reserialize,
    /// Passes it on if it is for one of these hosts. All others show a page of somebody else.
    Hosts(&'static [&'static str]),
    /// Answers it: status, headers, body.
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
}

/// A running gateway. It ends with the test's runtime.
pub struct Gateway {
    pub address: SocketAddr,
    rule: Arc<Mutex<GatewayRule>>,
}

impl Gateway {
    /// Starts on a free port. The listener behind it need not run yet.
    pub async fn start(upstream: SocketAddr, rule: GatewayRule) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let rule = Arc::new(Mutex::new(rule));
        let rules = rule.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let rules = rules.clone();
                let service = service_fn(move |request| {
                    let rule = rules.lock().unwrap().clone();
                    async move { Ok::<_, Infallible>(handle(request, upstream, rule).await) }
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { address, rule }
    }

    /// Changes what it does.
    pub fn set(&self, rule: GatewayRule) {
        *self.rule.lock().unwrap() = rule;
    }
}

async fn handle(
    request: Request<Incoming>,
    upstream: SocketAddr,
    rule: GatewayRule,
) -> Response<Full<Bytes>> {
    let host = request.headers()["host"].to_str().unwrap();
    let rule = match rule {
        GatewayRule::Hosts(hosts) if !hosts.contains(&host) => {
            GatewayRule::Answer(200, &[("content-type", "text/html")], "<title>Somebody else</title>")
        }
        rule => rule,
    };
    if let GatewayRule::Answer(status, headers, body) = rule {
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        return response.body(Full::new(body.into())).unwrap();
    }
    let (mut parts, body) = request.into_parts();
    let mut body = body.collect().await.unwrap().to_bytes();
    match rule {
        GatewayRule::Path(path) => parts.uri = Uri::from_static(path),
        GatewayRule::StripSignature => {
            parts.headers.remove(SIGNATURE_HEADER);
            parts.headers.remove(TIMESTAMP_HEADER);
        }
        GatewayRule::StripAll => {
            let names: Vec<_> =
                parts.headers.keys().filter(|name| name.as_str().starts_with("x-")).cloned().collect();
            names.iter().for_each(|name| drop(parts.headers.remove(name)));
        }
        GatewayRule::Reserialize => {
            let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
            body = value.to_string().into();
            parts.headers.remove("content-length");
        }
        GatewayRule::Pass | GatewayRule::Hosts(_) | GatewayRule::Answer(..) => {}
    }
    let Ok(stream) = TcpStream::connect(upstream).await else {
        let mut response = Response::new(Full::new(Bytes::new()));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        return response;
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let response = sender.send_request(Request::from_parts(parts, Full::new(body))).await.unwrap();
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, Full::new(body.collect().await.unwrap().to_bytes()))
}

/// A port that was free a moment ago, for a listener that a gateway has to know before it runs.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
