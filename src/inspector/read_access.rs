//! `/api/v1/read/`: what another machine may read with a read token, and nothing else.
//!
//! These paths know neither the page's token nor its cookie, and no other path knows a read token. Only they answer to the
//! further host names that the user has allowed, because a tunnel or a proxy leads to them. A page of the web cannot use
//! them: it has no read token, and a browser says in `Origin` that it asks.
//!
//! A token shows verified events of one project that match its filter, as they were received. What the session's own app
//! made of them, and where the session runs, stays here.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use hyper::header::{AUTHORIZATION, HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode};
use ulid::Ulid;

use super::access::Access;
use super::access::only;
use super::answer::{self, ApiError, InspectorAnswer, JSON};
use super::places::ConnectionPlace;
use super::query::Parameters;
use super::{Site, deliveries, read_stream};
use crate::delivery::{DeliveryVerdict, Provenance, StoredDelivery};
use crate::history::Filter;
use crate::read_token::{self, ReadToken};
use crate::report::history as lines;
use crate::zoom::CHALLENGE_EVENT;

/// The beginning of these paths.
pub(super) const PATH: &str = "/api/v1/read/";

/// How long the tokens are used as they were read. A revoked one is refused within this time.
const KNOWN_FOR: Duration = Duration::from_secs(1);

/// Which machines may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReadAccess {
    /// Names of this machine for others, without a port, in addition to those of loopback.
    pub(crate) hosts: Vec<String>,
    /// The folder with the tokens; `None` if there is no place for them.
    pub(crate) tokens: Option<PathBuf>,
}

/// The tokens, read again from time to time.
#[derive(Debug)]
pub(super) struct ReadTokens {
    folder: Option<PathBuf>,
    known: Mutex<Option<(Instant, Arc<[ReadToken]>)>>,
}

impl ReadTokens {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// The token with this text, if it may be used now.
    pub(super) async fn find(&self, text: &str) -> Result<ReadToken, ApiError> {
        let tokens = self.current().await?;
        let token = read_token::find(&tokens, text).cloned();
        let token = token.ok_or_else(|| refused("There is no such read token, or it was revoked."))?;
        if token.has_expired(SystemTime::now()) {
            return Err(refused(format!("The read token {} has expired.", token.name)));
        }
        Ok(token)
    }

    /// Notes that a token is used now.
    pub(super) fn note_use(&self, token: &ReadToken) {
        let Some(folder) = self.folder.clone() else { return };
        let name = token.name.clone();
        tokio::task::spawn_blocking(move || read_token::note_use(&folder, &name, SystemTime::now()));
    }

    async fn current(&self) -> Result<Arc<[ReadToken]>, ApiError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, tokens)) = known
            && at.elapsed() < KNOWN_FOR
        {
            return Ok(tokens);
        }
        let Some(folder) = self.folder.clone() else { return Ok(Arc::default()) };
        let read = tokio::task::spawn_blocking(move || read_token::all(&folder)).await;
        let unreadable =
            || ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The read tokens cannot be read.");
        let tokens: Arc<[ReadToken]> = read.ok().and_then(Result::ok).ok_or_else(unreadable)?.into();
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), tokens.clone()));
        Ok(tokens)
    }
}

fn refused(message: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, message)
}

/// Answers a request to one of these paths.
pub(super) async fn handle(
    access: &Access,
    site: &Arc<Site>,
    place: &ConnectionPlace,
    parts: &Parts,
) -> InspectorAnswer {
    match answer(access, site, place, parts).await {
        Ok(answer) => answer,
        Err(error) => error.answer(),
    }
}

async fn answer(
    access: &Access,
    site: &Arc<Site>,
    place: &ConnectionPlace,
    parts: &Parts,
) -> Result<InspectorAnswer, ApiError> {
    check_host(access, site, &parts.headers)?;
    if parts.headers.contains_key(ORIGIN) {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "A web page cannot use a read token."));
    }
    let missing =
        "Send a read token: authorization: Bearer TOKEN. `zoomhook inspect token create` makes one.";
    let bearer = bearer(&parts.headers).ok_or_else(|| refused(missing))?;
    let token = site.read_tokens.find(bearer).await?;
    site.read_tokens.note_use(&token);
    let answered = place.admit()?;
    if parts.method != Method::GET {
        return Err(ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "A read token can only read."));
    }
    let steps: Vec<&str> = parts.uri.path().strip_prefix(PATH).unwrap_or_default().split('/').collect();
    let known: &[&str] = if steps == ["stream"] { &["after"] } else { &[] };
    let query = Parameters::parse(parts.uri.query(), known)?;
    let answer = match steps.as_slice() {
        ["stream"] => {
            place.become_stream()?;
            read_stream::open(site, token, bearer, &query, &parts.headers)
        }
        ["deliveries", id] => one(site, &token, id).await,
        _ => Err(ApiError::missing("A read token opens /api/v1/read/stream and /api/v1/read/deliveries/ID.")),
    }?;
    Ok(answer::until_sent(answer, answered))
}

fn check_host(access: &Access, site: &Site, headers: &HeaderMap) -> Result<(), ApiError> {
    if only(headers, &HOST).is_some_and(|host| access.is_own_host(host)) || is_read_host(site, headers) {
        return Ok(());
    }
    let message = "This host name is not accepted. Name it where the inspector runs: --inspect-host NAME.";
    Err(ApiError::new(StatusCode::MISDIRECTED_REQUEST, message))
}

/// Whether the `Host` is a name of `--inspect-host`.
pub(super) fn is_read_host(site: &Site, headers: &HeaderMap) -> bool {
    let host = only(headers, &HOST).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_allowed =
        |allowed: &String| allowed.eq_ignore_ascii_case(name) || allowed.eq_ignore_ascii_case(host);
    site.inspected.read.hosts.iter().any(is_allowed)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    only(headers, &AUTHORIZATION)?.strip_prefix("Bearer ").filter(|token| !token.is_empty())
}

/// `GET deliveries/ID`.
async fn one(site: &Site, token: &ReadToken, id: &str) -> Result<InspectorAnswer, ApiError> {
    // What the token does not show looks like what there is not.
    let missing = || ApiError::missing("The history has no such delivery.");
    // Other references count what it does not show.
    id.parse::<Ulid>().map_err(|_| missing())?;
    let stored = deliveries::find(site, id).await?;
    let shown = shown(token, stored).ok_or_else(missing)?;
    Ok(answer::ok(JSON, lines::line(&shown)))
}

/// What a query can select of the deliveries that a token shows. [`shown`] decides.
pub(super) fn filter(token: &ReadToken) -> Filter {
    Filter {
        events: token.events.clone(),
        verdict: Some(DeliveryVerdict::Valid),
        provenance: Some(Provenance::Recorded),
        project: Some(token.project.clone()),
        ..Filter::default()
    }
}

/// A delivery as the token shows it; `None` if it does not. A delivery that Zoom has no answer for is not shown: Zoom sends
/// it again.
pub(super) fn shown(token: &ReadToken, stored: StoredDelivery) -> Option<StoredDelivery> {
    let is_shown = stored.verdict == DeliveryVerdict::Valid
        && stored.reason.is_none()
        && stored.provenance == Provenance::Recorded
        && stored.project.as_ref() == Some(&token.project)
        && stored.answer.is_some()
        && stored.event.as_deref().is_some_and(|event| event != CHALLENGE_EVENT && token.shows(event));
    is_shown.then(|| StoredDelivery {
        forwarded: Vec::new(),
        waits_for: None,
        project: None,
        public_url: None,
        secret_name: None,
        ..stored
    })
}
