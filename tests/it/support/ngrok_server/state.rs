//! What is connected and online, and what was asked: shared by the double's tasks and the test.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use muxado::MuxadoOpen;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::script::Script;
use super::session::Control;

/// An agent's request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    Auth,
    Bind,
    Unbind,
}

/// A public endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    /// The agent that serves it.
    pub(crate) agent: u64,
    pub(crate) id: String,
    pub(crate) host: String,
}

/// A connected agent.
pub(crate) struct Agent {
    /// Opens streams to it.
    pub(super) opener: MuxadoOpen,
    pub(super) controls: mpsc::UnboundedSender<Control>,
    pub(super) authtoken: Option<String>,
    pub(super) client_id: String,
}

impl Agent {
    pub(super) fn control(&self, control: &Control) {
        // The connection may have ended by itself.
        let _ = self.controls.send(control.clone());
    }
}

/// The state of the double.
pub(crate) struct State {
    pub(crate) script: Script,
    /// By connection.
    pub(crate) agents: HashMap<u64, Agent>,
    /// By host.
    pub(crate) endpoints: HashMap<String, Endpoint>,
    /// Connections that agents have opened so far.
    pub(crate) dials: usize,
    pub(super) asked: Vec<(Request, Value)>,
    /// By client id: what a session has to present to be resumed.
    pub(super) cookies: HashMap<String, String>,
    /// By bind token: its endpoint, as id and host.
    pub(super) grants: HashMap<String, (String, String)>,
    serial: u64,
}

impl State {
    /// A new number.
    pub(super) fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// An agent is gone, and its endpoints with it.
    pub(super) fn forget(&mut self, agent: u64) {
        self.agents.remove(&agent);
        self.endpoints.retain(|_, endpoint| endpoint.agent != agent);
    }

    pub(crate) fn requests(&self, kind: Request) -> impl Iterator<Item = &Value> {
        self.asked.iter().filter(move |(request, _)| *request == kind).map(|(_, json)| json)
    }
}

/// The state, and a signal for every change of it.
pub(super) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

impl Shared {
    pub(super) fn new(script: Script) -> Self {
        let state = State {
            script,
            agents: HashMap::new(),
            endpoints: HashMap::new(),
            dials: 0,
            asked: Vec::new(),
            cookies: HashMap::new(),
            grants: HashMap::new(),
            serial: 0,
        };
        Self { state: Mutex::new(state), changed: watch::Sender::new(()) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A failed assertion in a test must not hide behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.send_replace(());
        result
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
