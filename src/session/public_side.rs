//! Reports the tunnel's states, and passes its connections to the listener.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::mpsc;

use super::Happening;
use super::announcement::Announcement;
use super::recorder::Recorder;
use crate::delivery::{EventSender, Ready, SessionEvent, TunnelKind, TunnelState, Warning};
use crate::listener::Connections;
use crate::tunnel::{Connection, Io};
use crate::zoom::{AnswerPace, pace};

/// The tunnel as a source of connections.
pub(super) struct TunnelConnections(pub(super) mpsc::Receiver<Connection>);

impl Connections for TunnelConnections {
    type Io = Box<dyn Io>;

    async fn next(&mut self) -> Option<(Self::Io, SocketAddr)> {
        self.0.recv().await.map(|connection| (connection.io, connection.peer))
    }
}

/// The public side that the configuration asks for.
pub(super) struct Expected {
    pub(super) kind: TunnelKind,
    /// Ends the session when the public URL changes.
    pub(super) strict_url: bool,
}

/// Where the states are reported.
pub(super) struct ToSession {
    pub(super) events: EventSender,
    pub(super) happenings: mpsc::UnboundedSender<Happening>,
    pub(super) announcement: Arc<Announcement>,
}

impl ToSession {
    /// Announces the session at its URL.
    fn announce(&self, ready: &Ready) {
        if let Err(error) = self.announcement.ready(ready) {
            let _ = self.happenings.send(Happening::NotAnnounced(error));
        }
    }

    /// Reports that the session is ready. It is announced before: who reads the report may look for it.
    async fn report_ready(&self, ready: &Ready) {
        self.announce(ready);
        self.events.send(SessionEvent::Ready(ready.clone())).await;
        let _ = self.happenings.send(Happening::Ready(ready.clone()));
    }
}

/// Reports every state. Reports the session as ready once: at the first public URL, or at once without a tunnel.
pub(super) async fn follow(
    expected: Expected,
    mut ready: Ready,
    mut states: mpsc::Receiver<TunnelState>,
    to_session: ToSession,
    recorder: Arc<Recorder>,
) {
    let mut is_ready = false;
    let (events, happenings) = (&to_session.events, &to_session.happenings);
    if expected.kind == TunnelKind::None {
        is_ready = true;
        to_session.report_ready(&ready).await;
    }
    while let Some(state) = states.recv().await {
        events.send(SessionEvent::Tunnel(state.clone())).await;
        if let TunnelState::Online { url, latency } = &state {
            if recorder.set_public_url(url)
                && let Some(warning) = overdue_validation(&recorder, url).await
            {
                events.send(SessionEvent::Warning(warning)).await;
            }
            if let Some(took) = latency.filter(|took| pace(*took) != AnswerPace::InTime) {
                events.send(SessionEvent::Warning(Warning::TunnelSlow { took })).await;
            }
        }
        match state {
            TunnelState::Online { url, .. } if !is_ready => {
                is_ready = true;
                ready.public_url = Some(url);
                to_session.report_ready(&ready).await;
            }
            TunnelState::UrlChanged { old, new } if expected.strict_url => {
                let _ = happenings.send(Happening::UrlChanged { old, new });
            }
            TunnelState::UrlChanged { new, .. } => {
                ready.public_url = Some(new);
                to_session.announce(&ready);
            }
            TunnelState::Refused(refusal) => {
                let _ = happenings.send(Happening::TunnelRefused(refusal));
            }
            _ => {}
        }
    }
}

/// Whether the last challenge for this URL is too old. Reads the history on another thread.
async fn overdue_validation(recorder: &Arc<Recorder>, url: &str) -> Option<Warning> {
    let (recorder, url) = (recorder.clone(), url.to_owned());
    let looked_up = move || recorder.overdue_validation(&url, SystemTime::now());
    tokio::task::spawn_blocking(looked_up).await.ok().flatten()
}
