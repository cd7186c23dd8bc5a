//! One agent's connection: TLS, a relay in which faults are caused, muxado, and the agent's requests.

use std::sync::Arc;
use std::time::Duration;

use muxado::{Accept, MuxadoAccept, Session, SessionBuilder, Stream};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::script::Step;
use super::state::{Agent, Request, Shared};
use super::wire;

/// What a test does to a connection.
#[derive(Debug, Clone)]
pub(crate) enum Control {
    /// Closes it without a message.
    Cut,
    /// Keeps the connection open and drops all bytes in both directions.
    Freeze,
    /// Sends the frame that ends the session while the connection stays open.
    GoAway,
    /// Sends bytes that are not frames.
    Garbage,
}

pub(super) async fn serve(listener: TcpListener, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        tokio::spawn(connection(socket, acceptor.clone(), shared.clone()));
    }
}

async fn connection(socket: TcpStream, acceptor: TlsAcceptor, shared: Arc<Shared>) {
    let script = shared.update(|state| {
        state.dials += 1;
        state.script.clone()
    });
    if script.hang_up {
        return;
    }
    if script.silent_at == Some(Step::Tls) {
        return until_closed(socket).await;
    }
    socket.set_nodelay(true).unwrap();
    // An agent that does not trust the certificate disconnects here.
    let Ok(tls) = acceptor.accept(socket).await else { return };

    let (near, far) = tokio::io::duplex(256 * 1024);
    let (opener, incoming) = SessionBuilder::new(far).server().start().split();
    let (controls, control) = mpsc::unbounded_channel();
    let number = shared.update(|state| {
        let number = state.next();
        let agent = Agent { opener, controls, authtoken: None, client_id: String::new() };
        state.agents.insert(number, agent);
        number
    });
    tokio::select! {
        () = relay(tls, near, control) => {}
        () = accept(number, incoming, shared.clone()) => {}
    }
    shared.update(|state| state.forget(number));
}

async fn until_closed(mut socket: TcpStream) {
    let mut bytes = [0; 1024];
    while matches!(socket.read(&mut bytes).await, Ok(read) if read > 0) {}
}

/// Moves bytes between the agent and muxado until either side ends or a test cuts it.
async fn relay(tls: TlsStream<TcpStream>, near: DuplexStream, mut control: mpsc::UnboundedReceiver<Control>) {
    let (mut from_agent, mut to_agent) = split(tls);
    let (mut from_muxado, mut to_muxado) = split(near);
    let (freeze, frozen) = watch::channel(false);
    let (inject, mut injected) = mpsc::unbounded_channel();
    let (_keep, mut nothing) = mpsc::unbounded_channel();
    let obey = async {
        while let Some(control) = control.recv().await {
            match control {
                Control::Cut => return,
                Control::Freeze => _ = freeze.send_replace(true),
                Control::Garbage => inject.send(vec![0xff; 4096]).unwrap(),
                Control::GoAway => inject.send(wire::GO_AWAY.to_vec()).unwrap(),
            }
        }
        // The agent is gone, which the pumps notice too.
        std::future::pending().await
    };
    tokio::select! {
        () = obey => {}
        () = pump(&mut from_agent, &mut to_muxado, frozen.clone(), &mut nothing) => {}
        () = pump(&mut from_muxado, &mut to_agent, frozen.clone(), &mut injected) => {}
    }
}

/// Moves bytes one way, and injected ones with them, as long as the connection is not frozen.
async fn pump(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut frozen: watch::Receiver<bool>,
    injected: &mut mpsc::UnboundedReceiver<Vec<u8>>,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let bytes = tokio::select! {
            read = from.read(&mut buffer) => match read {
                Ok(read) if read > 0 => &buffer[..read],
                _ => return,
            },
            Some(bytes) = injected.recv() => &bytes.clone(),
        };
        if frozen.wait_for(|frozen| !frozen).await.is_err() || to.write_all(bytes).await.is_err() {
            return;
        }
        if to.flush().await.is_err() {
            return;
        }
    }
}

async fn accept(number: u64, mut incoming: MuxadoAccept, shared: Arc<Shared>) {
    while let Some(stream) = incoming.accept().await {
        tokio::spawn(answer(number, stream, shared.clone()));
    }
}

/// One stream that the agent opened.
async fn answer(number: u64, mut stream: Stream, shared: Arc<Shared>) {
    let Ok(kind) = stream.read_u32().await else { return };
    if kind == wire::HEARTBEAT {
        return echo(stream).await;
    }
    let Some(json) = wire::read_json(&mut stream).await else { return };
    let (request, step) = match kind {
        wire::AUTH => (Request::Auth, Some(Step::Authentication)),
        wire::BIND => (Request::Bind, Some(Step::Binding)),
        wire::UNBIND => (Request::Unbind, None),
        _ => return,
    };
    let reply = shared.update(|state| {
        state.asked.push((request, json.clone()));
        if step.is_some() && state.script.silent_at == step {
            return None;
        }
        Some(match request {
            Request::Auth => state.authenticate(number, &json),
            Request::Bind => state.bind(number, &json),
            Request::Unbind => state.unbind(number, &json),
        })
    });
    let Some(reply) = reply else { return std::future::pending().await };
    finish(stream, &reply).await;
    let refused = reply["Error"].as_str().is_some_and(|said| !said.is_empty());
    if request == Request::Auth && refused {
        // A refused session is closed.
        if let Some(agent) = shared.lock().agents.get(&number) {
            agent.control(&Control::Cut);
        }
    }
}

/// Sends the answer and waits until the agent has closed its side: dropping the stream earlier would reset it
/// under the reader.
async fn finish(mut stream: Stream, reply: &Value) {
    if stream.write_all(reply.to_string().as_bytes()).await.is_ok() && stream.shutdown().await.is_ok() {
        let drained = wire::read_json(&mut stream);
        let _ = tokio::time::timeout(Duration::from_secs(5), drained).await;
    }
}

async fn echo(mut stream: Stream) {
    let mut beat = [0; 4];
    while stream.read_exact(&mut beat).await.is_ok() && stream.write_all(&beat).await.is_ok() {}
}
