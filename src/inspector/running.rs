//! Opens the page of an inspector that another process serves.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use serde::Deserialize;

use super::{access, browser};
use crate::http::{ExchangeLimits, HttpClient, Target};

const LIMITS: ExchangeLimits = ExchangeLimits { time: Duration::from_secs(3), body: 4096 };

#[derive(Deserialize)]
struct Ticket {
    url: String,
}

/// Opens the page with a ticket of the process that serves it, because other users can see the arguments of a browser.
///
/// # Errors
/// The process does not answer, or there is no program for URLs.
pub(crate) async fn open_running(url: &str) -> io::Result<()> {
    let ticket = ticket(url).await.ok_or(io::ErrorKind::NotConnected)?;
    browser::open(&ticket)
}

async fn ticket(url: &str) -> Option<String> {
    let (origin, token) = access::parts(url)?;
    let target: Target = origin.parse().ok()?;
    let request = Request::post(target.uri_for("/api/v1/ticket"))
        .header(HOST, target.host())
        .header(CONTENT_TYPE, "application/json")
        .header(AUTHORIZATION, format!("Bearer {token}"));
    let request = request.body(Full::new(Bytes::from_static(b"{}"))).ok()?;
    let answer = HttpClient::new(target, None).send(request, LIMITS).await.answer.ok()?;
    serde_json::from_slice::<Ticket>(&answer.body.ok()?).ok().map(|ticket| ticket.url)
}
