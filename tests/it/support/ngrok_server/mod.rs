//! A double of ngrok: the server that agents connect to and the public HTTP edge, both on loopback.
//!
//! It speaks the real wire protocol (TLS, muxado frames, typed streams, JSON), so that the product is tested
//! through the real SDK, in this process or as a child process. It runs on a thread of its own. JSON is handled
//! as plain values and never through the SDK's types, so that a member that the SDK renames would show.
//!
//! A test starts it, changes its [`Script`] at any time, causes faults, and waits for its [`State`]. A test in which no
//! agent ever connected fails.

pub mod certificate;
mod edge;
mod rpc;
mod script;
mod session;
mod state;
mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::TlsAcceptor;

pub(crate) use script::{Script, Step};
pub(crate) use session::Control;
pub(crate) use state::{Endpoint, Request, State};

use state::Shared;

/// How long a test waits for something that should come at once; long, because machines can be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The authtoken that the double knows unless its script says otherwise.
pub(crate) const GOOD_TOKEN: &str = "2goodTokenOfTheTestAccount_4Qx8Zr1Wb6Np3Kd9Ty5Ul7";

/// A running double. Everything ends when it is dropped.
pub(crate) struct NgrokServer {
    /// Where agents connect: `--ngrok-connect-url`.
    pub(crate) agent_address: SocketAddr,
    /// Where the public comes in, as plain HTTP; the `Host` header chooses the endpoint.
    pub(crate) edge_address: SocketAddr,
    /// The same with TLS, under a certificate of the double's authority.
    pub(crate) tls_edge_address: SocketAddr,
    shared: Arc<Shared>,
    ca: TempDir,
    expects_no_call: AtomicBool,
    runtime: Option<Runtime>,
}

impl NgrokServer {
    /// Starts on free ports.
    pub(crate) fn start(script: Script) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let certificate = certificate::make();
        let ca = tempfile::tempdir().unwrap();
        std::fs::write(ca.path().join("ca.pem"), &certificate.ca_pem).unwrap();
        let shared = Arc::new(Shared::new(script));
        let acceptor = TlsAcceptor::from(certificate.server);
        let (agents, agent_address) = bind(&runtime);
        let (clients, edge_address) = bind(&runtime);
        let (tls_clients, tls_edge_address) = bind(&runtime);
        runtime.spawn(session::serve(agents, acceptor.clone(), shared.clone()));
        runtime.spawn(edge::serve(clients, None, shared.clone()));
        runtime.spawn(edge::serve(tls_clients, Some(acceptor), shared.clone()));
        let (expects_no_call, runtime) = (AtomicBool::new(false), Some(runtime));
        Self { agent_address, edge_address, tls_edge_address, shared, ca, expects_no_call, runtime }
    }

    /// The test fails if any agent connects, and not if none does.
    pub(crate) fn expect_no_call(&self) {
        self.expects_no_call.store(true, Ordering::Relaxed);
    }

    /// The file with the certificate authority that agents have to trust: `--ngrok-ca`.
    pub(crate) fn ca_file(&self) -> PathBuf {
        Path::join(self.ca.path(), "ca.pem")
    }

    /// Changes what the double does from now on.
    pub(crate) fn script(&self, change: impl FnOnce(&mut Script)) {
        self.shared.update(|state| change(&mut state.script));
    }

    /// Reads the state.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.shared.lock())
    }

    /// Waits until the state is as described.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&State) -> bool) {
        let mut changed = self.shared.subscribe();
        let waiting = async {
            while !self.look(&holds) {
                changed.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
    }

    /// Does something to the connection of each agent.
    pub(crate) fn control(&self, control: &Control) {
        self.look(|state| state.agents.values().for_each(|agent| agent.control(control)));
    }

    /// Stops an endpoint as ngrok's dashboard does.
    pub(crate) fn stop_tunnel(&self, endpoint: &Endpoint, message: &str, code: Option<&str>) {
        let mut opener = self.look(|state| state.agents[&endpoint.agent].opener.clone());
        let command = json!({ "Id": endpoint.id, "Message": message, "ErrorCode": code });
        self.runtime.as_ref().unwrap().spawn(async move {
            wire::open(&mut opener, wire::STOP_TUNNEL, command.to_string().as_bytes()).await
        });
    }

    /// Takes all endpoints offline without a message to their agents.
    pub(crate) fn take_offline(&self) {
        self.shared.update(|state| state.endpoints.clear());
    }

    /// Opens streams for public connections, each without the header that has to come first, and keeps them.
    pub(crate) fn open_idle_streams(&self, endpoint: &Endpoint, count: usize) {
        let mut opener = self.look(|state| state.agents[&endpoint.agent].opener.clone());
        self.runtime.as_ref().unwrap().spawn(async move {
            let mut streams = Vec::new();
            for _ in 0..count {
                let Ok(stream) = wire::open(&mut opener, wire::PROXY, &[]).await else { return };
                streams.push(stream);
            }
            std::future::pending::<()>().await;
        });
    }

    /// The only endpoint that is online.
    pub(crate) fn endpoint(&self) -> Endpoint {
        self.look(|state| {
            assert_eq!(state.endpoints.len(), 1, "{:?}", state.endpoints);
            state.endpoints.values().next().unwrap().clone()
        })
    }

    /// The JSON of all requests of a kind so far.
    pub(crate) fn requests(&self, kind: Request) -> Vec<Value> {
        self.look(|state| state.requests(kind).cloned().collect())
    }
}

impl Drop for NgrokServer {
    fn drop(&mut self) {
        // A plain drop would wait, which is not allowed inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if std::thread::panicking() {
            return;
        }
        let was_called = self.look(|state| state.dials > 0);
        if self.expects_no_call.load(Ordering::Relaxed) {
            assert!(!was_called, "an agent connected to the server");
        } else {
            assert!(was_called, "no agent ever connected to the server");
        }
    }
}

fn bind(runtime: &Runtime) -> (TcpListener, SocketAddr) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let _inside = runtime.enter();
    (TcpListener::from_std(listener).unwrap(), address)
}
