//! `tunnel`: opens the tunnel for a moment, and sends a request to its public URL that only this process can answer.
//!
//! Zoom may send a delivery to the same URL in that moment. It is answered with 503, so that Zoom sends it again.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::{Setup, SetupCheck, SetupFinding};
use crate::delivery::{TunnelKind, TunnelState, Word};
use crate::instances;
use crate::listener::{self, Port};
use crate::probe::ProbeKey;
use crate::tunnel::{self, Connection, Io, Tunnel, TunnelTarget};

/// Limit on opening and proving the tunnel. The limit on the check is longer, so that the reason can be reported.
const LIMIT: Duration = Duration::from_secs(20);

/// Limit on the body of a request. A probe has some hundred bytes.
const LARGEST: usize = 64 * 1024;

pub(super) async fn examine(setup: &Setup) -> SetupFinding {
    let kind = setup.tunnel_kind;
    let settings = match &setup.tunnel {
        Ok(settings) => settings.clone(),
        Err(problem) => return problem.found_by(SetupCheck::Tunnel),
    };
    if kind == TunnelKind::None {
        return SetupFinding::skipped("there is none (--tunnel none)");
    }
    if !setup.online {
        return SetupFinding::skipped("needs --online: it is opened for a moment");
    }
    let running = setup.instances_folder.as_deref().and_then(|folder| instances::all(folder).ok());
    if running.is_some_and(|running| !running.is_empty()) {
        return SetupFinding::skipped("a listen is running, and its header shows the state of its tunnel");
    }
    // The user's own tunnel leads to the port of listen. The others lead to any port.
    let port = if kind == TunnelKind::External { setup.port } else { Port::Asked(0) };
    let bound = match listener::bind(setup.host, exactly(port)).await {
        Ok(bound) => bound,
        Err(error) => return SetupFinding::skipped(format!("not known: {error}; see port")),
    };
    let key = match tunnel::new_probe_key() {
        Ok(key) => key,
        Err(error) => return SetupFinding::skipped(format!("not known: no random numbers: {error}")),
    };
    let target = TunnelTarget { address: bound.local, path: setup.path.clone(), probe: Some(key.clone()) };
    let Tunnel { mut states, connections, ending } = Tunnel::start(settings, target);
    let served = tokio::spawn(serve(bound.listener, connections, key));
    let finding = tokio::time::timeout(LIMIT, outcome(&mut states, kind)).await;
    served.abort();
    // Without a reader, a full buffer could delay the shutdown.
    drop(states);
    ending.stop().await;
    finding.unwrap_or_else(|_| {
        SetupFinding::skipped(format!("not known: the tunnel was not online within {} s", LIMIT.as_secs()))
    })
}

/// A taken port must not lead to another one, to which the user's tunnel does not lead.
fn exactly(port: Port) -> Port {
    match port {
        Port::Usual => Port::Asked(listener::USUAL_PORT),
        asked => asked,
    }
}

/// What the states of the tunnel show, once they show it.
async fn outcome(states: &mut mpsc::Receiver<TunnelState>, kind: TunnelKind) -> SetupFinding {
    let (mut doubt, mut lost) = (None, None);
    while let Some(state) = states.recv().await {
        match state {
            TunnelState::Unproven { reason, is_fault } => doubt = Some((reason, is_fault)),
            TunnelState::Lost { reason } => lost = Some(reason),
            TunnelState::Online { url, .. } => return online(&url, doubt, kind),
            TunnelState::Refused(refusal) => {
                let code = refusal.code.map(|code| format!(" ({code})")).unwrap_or_default();
                return SetupFinding::fail(format!("{}{code}", refusal.meaning), refusal.remedy);
            }
            // Some reasons to try again pass. Two in a row are reported.
            TunnelState::Retrying { attempt: 2.., .. } => {
                let reason = lost.take().unwrap_or_else(|| "it does not open".to_owned());
                return SetupFinding::fail(
                    format!("The tunnel ({}) does not open: {reason}.", kind.as_str()),
                    "Check the network, and any firewall or proxy in between.",
                );
            }
            TunnelState::Starting
            | TunnelState::Searching { .. }
            | TunnelState::Retrying { .. }
            | TunnelState::UrlChanged { .. }
            | TunnelState::Stopped => {}
        }
    }
    SetupFinding::skipped("not known: the tunnel ended")
}

fn online(url: &str, doubt: Option<(String, bool)>, kind: TunnelKind) -> SetupFinding {
    match doubt {
        None => SetupFinding::pass(format!("{url} leads to this machine")),
        Some((reason, true)) => SetupFinding::fail(
            format!("{url}: {reason}."),
            "Correct what is between this URL and this machine. With another path there, use --path.",
        ),
        // Only the URL was in question.
        Some((reason, false)) if kind == TunnelKind::External => {
            SetupFinding::skipped(format!("not known: {reason}"))
        }
        Some((reason, false)) => SetupFinding::pass(format!("it opens at {url}, but {reason}")),
    }
}

/// Answers the probes that arrive at the local port and through the tunnel.
async fn serve(local: TcpListener, mut connections: mpsc::Receiver<Connection>, key: ProbeKey) {
    loop {
        tokio::select! {
            accepted = local.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(answer(TokioIo::new(stream), key.clone()));
                }
            }
            Some(connection) = connections.recv() => {
                tokio::spawn(answer(connection.io, key.clone()));
            }
        }
    }
}

async fn answer(io: impl Io, key: ProbeKey) {
    let service = service_fn(move |request: Request<Incoming>| {
        let key = key.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = Limited::new(body, LARGEST).collect().await.map(|body| body.to_bytes());
            let answer = body.ok().and_then(|body| listener::answer_to_probe(&key, &parts, &body));
            let status = if answer.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            let mut response = Response::new(Full::new(Bytes::from(answer.unwrap_or_default())));
            *response.status_mut() = status;
            Ok::<_, Infallible>(response)
        }
    });
    // An error means that the peer has closed the connection.
    let _ = http1::Builder::new().serve_connection(io, service).await;
}
