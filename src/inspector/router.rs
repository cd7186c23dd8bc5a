//! Paths to handlers.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::access::{Access, AccessDecision, Denied};
use super::answer::{self, ApiError, InspectorAnswer, TEXT};
use super::places::{ConnectionPlace, NoPlace};
use super::query::Parameters;
use super::resume::ResumeKey;
use super::{Site, actions, assets, catalogue, check, deliveries, query, read_access, session, stream};

/// Limit on a request's body: an edited delivery, or the ids of a selection.
const LARGEST_BODY: usize = 4 * 1024 * 1024;
/// Limit on the time to receive it.
const BODY_TIME: std::time::Duration = std::time::Duration::from_secs(10);

/// Answers one request.
pub(super) async fn handle(
    access: &Access,
    site: Arc<Site>,
    place: &ConnectionPlace,
    request: Request<Incoming>,
) -> InspectorAnswer {
    let (parts, body) = request.into_parts();
    if parts.uri.path().starts_with(read_access::PATH) {
        return read_access::handle(access, &site, place, &parts).await;
    }
    let decision = access.check(&parts);
    if let AccessDecision::Denied(denied) = decision {
        let is_read_host = denied == Denied::Host && read_access::is_read_host(&site, &parts.headers);
        let denied = if is_read_host { Denied::ReadHost } else { denied };
        return refused(access, denied, &parts);
    }
    let answered = match place.admit() {
        Ok(answered) => answered,
        Err(none) => return ApiError::from(none).answer(),
    };
    if let AccessDecision::Exchanged(path) = decision {
        return answer::exchanged(&path, &access.set_cookie());
    }
    answer::until_sent(granted(access, site, place, &parts, body).await, answered)
}

/// Answers a request that has the key.
async fn granted(
    access: &Access,
    site: Arc<Site>,
    place: &ConnectionPlace,
    parts: &Parts,
    body: Incoming,
) -> InspectorAnswer {
    let path = parts.uri.path();
    if let Some(api) = path.strip_prefix("/api/v1/") {
        return match api_answer(access, site, place, api, parts, body).await {
            Ok(answer) => answer,
            Err(error) => error.answer(),
        };
    }
    let found = match (&parts.method, path.strip_prefix("/assets/")) {
        (&Method::GET, Some(name)) => assets::asset(name),
        (&Method::GET, None) if assets::is_page(path) => Some(assets::page()),
        _ => None,
    };
    found.unwrap_or_else(|| answer::with_status(StatusCode::NOT_FOUND, TEXT, "There is no such page.\n"))
}

fn refused(access: &Access, denied: Denied, parts: &Parts) -> InspectorAnswer {
    let status = match denied {
        Denied::Host | Denied::ReadHost => StatusCode::MISDIRECTED_REQUEST,
        Denied::Key => StatusCode::UNAUTHORIZED,
        Denied::OtherSite => StatusCode::FORBIDDEN,
        Denied::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
    };
    match parts.uri.path().starts_with("/api/") {
        true => {
            let refused = ApiError::new(status, denied.to_string()).answer();
            match access.resume().filter(|_| denied == Denied::Key) {
                Some(resume) => answer::challenged(refused, resume.challenge()),
                None => refused,
            }
        }
        false => answer::with_status(status, TEXT, format!("{denied}\n")),
    }
}

async fn api_answer(
    access: &Access,
    site: Arc<Site>,
    place: &ConnectionPlace,
    path: &str,
    parts: &Parts,
    body: Incoming,
) -> Result<InspectorAnswer, ApiError> {
    let steps: Vec<&str> = path.split('/').collect();
    let query = Parameters::parse(parts.uri.query(), &query::known(&parts.method, &steps))?;
    match (parts.method.as_str(), steps.as_slice()) {
        ("GET", ["session"]) => session::show(&site).await,
        ("GET", ["stream"]) => {
            place.become_stream()?;
            stream::open(&site, &query, &parts.headers)
        }
        ("GET", ["deliveries"]) => json(deliveries::list(&site, query.page()?).await?),
        ("GET", ["deliveries", id]) => json(deliveries::one(&site, id).await?),
        ("GET", ["deliveries", id, "verdict"]) => json(deliveries::verdict(&site, id).await?),
        ("GET", ["deliveries", id, "outcome"]) => json(deliveries::outcome(&site, id).await?),
        ("GET", ["deliveries", id, "fields"]) => catalogue::fields_of(&site, id).await,
        ("GET", ["deliveries", id, "attempts"]) => deliveries::attempts(&site, id).await,
        ("GET", ["deliveries", id, "diff", other]) => deliveries::diff(&site, id, other).await,
        ("GET", ["deliveries", id, form]) => deliveries::as_text(&site, id, form).await,
        ("GET", ["timeline"]) => session::timeline(&site, &query).await,
        ("GET", ["events"]) => Ok(catalogue::list()),
        ("GET", ["events", name]) => catalogue::event(name, &query),
        ("POST", ["replay"]) => lines(actions::replay(&site, read(body).await?).await?.lines),
        ("POST", ["trigger"]) => lines(actions::trigger(&site, read(body).await?).await?.lines),
        ("POST", ["check"]) => lines(check::check(&site, &read(body).await?)?.lines),
        ("POST", ["ticket"]) => {
            let ticket = serde_json::json!({ "v": 1, "type": "ticket", "url": access.ticket_url() });
            json(ticket.to_string())
        }
        ("POST", ["resume-key"]) => {
            let key = access.resume().map(ResumeKey::for_page);
            let line = serde_json::json!({ "v": 1, "type": "resume_key", "key": key });
            json(line.to_string())
        }
        ("POST", ["resume"]) => Ok(answer::resumed(&access.set_cookie())),
        ("POST", ["delete"]) => deliveries::delete(&site, read(body).await?).await,
        ("POST", ["export"]) => deliveries::export(&site, read(body).await?).await,
        _ => Err(ApiError::missing("There is no such path in the API.")),
    }
}

fn json(body: impl Into<Bytes>) -> Result<InspectorAnswer, ApiError> {
    Ok(answer::ok(answer::JSON, body))
}

/// An answer whose lines are sent as they come.
fn lines(parts: mpsc::Receiver<Bytes>) -> Result<InspectorAnswer, ApiError> {
    Ok(answer::streamed(answer::NDJSON, parts))
}

impl From<NoPlace> for ApiError {
    fn from(NoPlace: NoPlace) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too many pages are open. Close some of them.")
    }
}

/// Reads a body of JSON.
async fn read<T: DeserializeOwned>(body: Incoming) -> Result<T, ApiError> {
    let reading = Limited::new(body, LARGEST_BODY).collect();
    let read = tokio::time::timeout(BODY_TIME, reading).await;
    let read =
        read.map_err(|_| ApiError::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."))?;
    let too_large =
        |_| ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 4 MiB, or incomplete.");
    let bytes: Bytes = read.map_err(too_large)?.to_bytes();
    serde_json::from_slice(&bytes).map_err(|error| ApiError::bad(error.to_string()))
}
