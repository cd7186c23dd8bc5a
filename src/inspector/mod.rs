//! The inspector: the history and the running session in a browser, and the same as JSON for programs.
//!
//! [`Inspector`] is the entry point: a small HTTP server on its own loopback port, never on the port that the tunnel
//! leads to. Everything that it shows comes from the history, so a page that is slow or gone costs the listener
//! nothing; what only a running session knows comes from its [`LiveFeed`]. `report` writes the JSON.
//!
//! | file | holds |
//! | --- | --- |
//! | `access.rs` | who may ask for what: host, token, cookie, origin. Pure |
//! | `answer.rs` | answers, with the headers that every answer has |
//! | `serve.rs` | accepts connections, within limits |
//! | `places.rs` | which connections may stay open |
//! | `unread.rs` | ends a connection whose peer does not read |
//! | `router.rs` | paths to handlers |
//! | `query.rs` | the query of a URL. Pure |
//! | `readers.rs` | open readers of the history |
//! | `deliveries.rs` | lists, one delivery in every form, differences, exports |
//! | `stream.rs` | new deliveries and the session's events, as Server-Sent Events |
//! | `feed.rs` | what the running session reports |
//! | `read_access.rs` | what another machine may read with a read token |
//! | `read_stream.rs` | a project's events for another machine, as Server-Sent Events |
//! | `resume.rs` | lets a page go on with the session after its own |
//! | `running.rs` | opens the page of another process |
//! | `server_events.rs` | what all streams share: their answer, place and form |
//! | `session.rs` | the session as JSON |
//! | `actions.rs` | replays and triggered events |
//! | `check.rs` | `check` from the page |
//! | `catalogue.rs` | the catalogue of events, for the form |
//! | `assets.rs`, `assets/` | the page |
//! | `browser.rs` | opens the page in the browser |
//! | `local_api.rs` | the same API for another part of the program, without HTTP |

mod access;
mod actions;
mod answer;
mod assets;
mod browser;
mod catalogue;
mod check;
mod deliveries;
mod feed;
mod local_api;
mod places;
mod query;
mod read_access;
mod read_stream;
mod readers;
mod resume;
mod router;
mod running;
mod serve;
mod server_events;
mod session;
mod stream;
#[cfg(test)]
mod test_support;
mod unread;

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::delivery::{SecretOrigin, SharedExpectation};
use crate::diagnosis::SecretText;
use crate::forward::Targets;
use crate::http::Target;
use crate::listener::{self, BindError};
use crate::zoom::NamedSecret;

use access::Access;
pub(crate) use actions::{ReplayRequest, SentRequests, TriggerRequest, is_reachable};
pub(crate) use answer::ApiError;
pub(crate) use catalogue::find as known_event;
pub(crate) use check::CheckRequestBody;
pub(crate) use feed::LiveFeed;
pub(crate) use local_api::LocalApi;
use places::PlaceLimits;
pub(crate) use read_access::ReadAccess;
use read_access::ReadTokens;
use readers::Readers;
use resume::ResumeKey;
pub(crate) use resume::ResumePlace;
pub(crate) use running::open_running;

/// The port that the inspector of ngrok has, which its users know.
pub(crate) const INSPECTOR_PORT: u16 = 4040;
/// How many ports are tried without `--inspect`: one for each session that a developer runs at the same time.
const PORTS: u16 = 20;

/// Files that the inspector may have open: its connections, and readers of the history with three files each.
pub(crate) const INSPECTOR_FILES: u64 = PlaceLimits::USUAL.connections() + 3 * readers::READERS as u64 + 1;

/// What the inspector shows and may do.
#[derive(Debug, Default)]
pub(crate) struct Inspected {
    /// The history's file, which need not exist yet.
    pub(crate) history: PathBuf,
    /// The folder of the project: deliveries of others are marked.
    pub(crate) project: Option<String>,
    /// The flag that other commands need to find a delivery by its id; empty for the default file.
    pub(crate) history_flag: String,
    /// The tokens that sign replays and triggered events.
    pub(crate) secrets: Vec<NamedSecret>,
    /// Where the tokens come from, if there is no session that says it.
    pub(crate) origins: Vec<SecretOrigin>,
    /// The same tokens as text, for the diagnosis.
    pub(crate) texts: Vec<SecretText>,
    /// The apps of `--forward`.
    pub(crate) apps: Option<Targets>,
    /// The endpoint of the running session, to which triggered events go.
    pub(crate) endpoint: Option<Target>,
    /// Certificates of `--forward-ca`, to trust when an app is checked or gets a replay, as PEM.
    pub(crate) ca: Option<Vec<u8>>,
    /// What the running session reports; `None` for the history alone.
    pub(crate) live: Option<Arc<LiveFeed>>,
    /// What the running session waits for.
    pub(crate) awaited: Option<SharedExpectation>,
    /// Which other machines may read.
    pub(crate) read: ReadAccess,
    /// The project whose deliveries are listed, and that `last` means; `None` for all.
    pub(crate) only_project: Option<String>,
    /// Hosts that requests may be sent to although they are not this machine. `None` for the page, which has no such list.
    pub(crate) allowed_hosts: Option<Vec<String>>,
}

/// The bound port and the key to it, before anything is served.
#[derive(Debug)]
pub(crate) struct Inspector {
    listener: TcpListener,
    access: Arc<Access>,
}

impl Inspector {
    /// Binds a port on loopback: `port`, or else the first free one from [`INSPECTOR_PORT`] on. `random` becomes the
    /// token and the cookie, so it must not be predictable. With `resume`, the pages of the inspector that had this port
    /// before can go on with this one. The system does not choose the same port again, so nothing is stored for port 0.
    ///
    /// # Errors
    /// [`BindError`].
    pub(crate) async fn bind(
        port: Option<u16>,
        random: [u8; 32],
        resume: Option<ResumePlace<'_>>,
    ) -> Result<Self, BindError> {
        let host = Ipv4Addr::LOCALHOST.into();
        let (first, count) = port.map_or((INSPECTOR_PORT, PORTS), |port| (port, 1));
        let (listener, local) = listener::bind_free(host, first, count).await?;
        let (token, cookie) = random.split_at(16);
        let [token, cookie] = [token, cookie].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let is_safe = port != Some(0) && listener::has_earlier_connections(local.port()) == Some(false);
        let resume = resume.filter(|_| is_safe).and_then(|place| ResumeKey::open(place, local.port()));
        Ok(Self { listener, access: Arc::new(Access::new(local.port(), token, cookie, resume)) })
    }

    /// The URL that opens the page. It contains the token.
    #[must_use]
    pub(crate) fn url(&self) -> String {
        self.access.url()
    }

    /// Opens the page in the browser, as long as the inspector runs.
    #[must_use]
    pub(crate) fn doorbell(&self) -> Doorbell {
        Doorbell(self.access.clone())
    }

    /// Serves until `stop` is canceled.
    pub(crate) async fn serve(self, inspected: Inspected, stop: CancellationToken) {
        let site = Arc::new(Site::new(inspected));
        serve::run(self.listener, self.access, site, PlaceLimits::USUAL, stop).await;
    }
}

/// Opens the page in the browser.
#[derive(Debug, Clone)]
pub(crate) struct Doorbell(Arc<Access>);

impl Doorbell {
    /// Opens the page, with a ticket that is good for once: other users can see the arguments of the browser.
    ///
    /// # Errors
    /// There is no program for URLs.
    pub(crate) fn open_browser(&self) -> io::Result<()> {
        browser::open(&self.0.ticket_url())
    }
}

/// Random bytes of the system; `None` if it has none.
pub(crate) fn random_bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).ok()?;
    Some(bytes)
}

/// What all requests share.
#[derive(Debug)]
struct Site {
    inspected: Inspected,
    readers: Readers,
    read_tokens: ReadTokens,
}

impl Site {
    fn new(inspected: Inspected) -> Self {
        let readers = Readers::new(inspected.history.clone());
        let read_tokens = ReadTokens::new(inspected.read.tokens.clone());
        Self { inspected, readers, read_tokens }
    }
}
