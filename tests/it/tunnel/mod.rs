//! The tunnel through the library and the real SDK, against a double of ngrok's server.

mod ended;
mod faults;
mod lost;
mod online;
mod probed;
#[cfg(unix)]
mod programs;
mod proxied;
mod refused;
mod soak;

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use zeroize::Zeroizing;
use zoomhook::delivery::{TunnelRefusal, TunnelState};
use zoomhook::probe::ProbeKey;
use zoomhook::tunnel::ngrok::Authorities;
use zoomhook::tunnel::{
    Backoff, Connection, ProbeRoute, Tunnel, TunnelLimits, TunnelOptions, TunnelSettings, TunnelTarget, ngrok,
};

use crate::support::ngrok_server::{GOOD_TOKEN, NgrokServer, PATIENCE};
use crate::support::snapshot::assert_text;

/// The settings with which a user reaches the double.
fn settings(server: &NgrokServer) -> ngrok::NgrokSettings {
    ngrok::NgrokSettings {
        connect_url: Some(server.agent_address.to_string()),
        ca: Authorities::Pem(std::fs::read(server.ca_file()).unwrap()),
        ..ngrok::NgrokSettings::new(Zeroizing::new(GOOD_TOKEN.to_owned()))
    }
}

/// Short waits between tries; everything else as in the product.
fn quick() -> TunnelLimits {
    let backoff = Backoff { min: Duration::from_millis(10), max: Duration::from_millis(50) };
    TunnelLimits {
        backoff,
        rate_limited: backoff,
        linger: Duration::ZERO,
        probe_patience: Duration::from_millis(100),
        probe_pause: Duration::from_millis(10),
        ..TunnelLimits::default()
    }
}

/// The key of every test's probes.
fn probe_key() -> ProbeKey {
    ProbeKey::new([7; 32]).unwrap()
}

/// Starts a tunnel without probes.
fn start(settings: ngrok::NgrokSettings, limits: TunnelLimits) -> Tunnel {
    start_any(TunnelSettings::Ngrok(Box::new(settings)), limits, ProbeRoute::Off)
}

/// Starts any tunnel; its probes go where the test says.
fn start_any(settings: TunnelSettings, limits: TunnelLimits, probes: ProbeRoute) -> Tunnel {
    let address = ([127, 0, 0, 1], 4000).into();
    let target = TunnelTarget { address, path: "/webhook".to_owned(), probe: Some(probe_key()) };
    Tunnel::start_with(settings, target, TunnelOptions { limits, probes })
}

/// Starts a tunnel and waits until it is online; its base URL.
async fn start_online(server: &NgrokServer, limits: TunnelLimits) -> (Tunnel, String) {
    let mut tunnel = start(settings(server), limits);
    assert_eq!(next(&mut tunnel).await, Some(TunnelState::Starting));
    match next(&mut tunnel).await {
        Some(TunnelState::Online { url, .. }) => (tunnel, url),
        other => panic!("not online: {other:?}"),
    }
}

/// The next state; `None` after the last one.
async fn next(tunnel: &mut Tunnel) -> Option<TunnelState> {
    tokio::time::timeout(PATIENCE, tunnel.states.recv()).await.expect("no state in time")
}

/// The states up to and including the first one that is wanted.
async fn until(tunnel: &mut Tunnel, wanted: impl Fn(&TunnelState) -> bool) -> Vec<TunnelState> {
    let mut seen = Vec::new();
    loop {
        let Some(state) = next(tunnel).await else { panic!("ended after {seen:?}") };
        let found = wanted(&state);
        seen.push(state);
        if found {
            return seen;
        }
    }
}

fn is_online(state: &TunnelState) -> bool {
    matches!(state, TunnelState::Online { .. })
}

/// Starts a tunnel that ngrok refuses; returns the refusal, which is the last state.
async fn refused(settings: ngrok::NgrokSettings, limits: TunnelLimits) -> TunnelRefusal {
    let mut tunnel = start(settings, limits);
    assert_eq!(next(&mut tunnel).await, Some(TunnelState::Starting));
    let Some(TunnelState::Refused(refusal)) = next(&mut tunnel).await else { panic!("not refused") };
    assert_eq!(next(&mut tunnel).await, None);
    refusal
}

/// The text of a refusal for the user.
fn text_of(refusal: &TunnelRefusal) -> String {
    format!("{}\n{}", refusal.meaning, refusal.remedy)
}

/// Serves every connection; the answer repeats what arrived.
fn serve(tunnel: &mut Tunnel) {
    let (_, empty) = mpsc::channel(1);
    let mut connections = std::mem::replace(&mut tunnel.connections, empty);
    tokio::spawn(async move {
        while let Some(Connection { io, peer }) = connections.recv().await {
            let service = service_fn(move |request: Request<Incoming>| async move {
                let forwarded = request.headers()["x-forwarded-for"].to_str().unwrap().to_owned();
                let body = request.into_body().collect().await.unwrap().to_bytes();
                let text = format!("{peer} {forwarded} {}", String::from_utf8_lossy(&body));
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(text))))
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
        }
    });
}

/// Posts through the public edge on a new connection; returns the status, the answer, and the address of the client.
async fn post(server: &NgrokServer, url: &str, body: &'static str) -> (u16, String, String) {
    let socket = TcpStream::connect(server.edge_address).await.unwrap();
    let client = socket.local_addr().unwrap().to_string();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let host = url.strip_prefix("https://").unwrap();
    let request = Request::post("/webhook").header("host", host).body(Full::new(Bytes::from(body))).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let status = response.status().as_u16();
    let text = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&text).into_owned(), client)
}
