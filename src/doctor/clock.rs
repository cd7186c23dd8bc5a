//! `clock`: how far is this machine's clock off? Asked online: the `Date` of a server. Otherwise: the timestamps that Zoom
//! signed, in stored deliveries.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::{DATE, HOST, USER_AGENT};
use jiff::fmt::rfc2822;

use super::kept::{self, KeptDeliveries};
use super::{Setup, SetupFinding};
use crate::delivery::{DeliveryVerdict, RefusalCode, StoredDelivery};
use crate::diagnosis::{ClockCheck, ClockOff};
use crate::http::{ExchangeLimits, HttpClient, TlsRoots};
use crate::zoom::{RequestTimestamp, TIMESTAMP_HEADER};

/// From here on, the clock is reported: a header of whole seconds and a slow network explain no more than a few seconds.
const NOTICEABLE: Duration = Duration::from_secs(60);
/// From here on, `listen` refuses genuine requests.
const FATAL: Duration = Duration::from_secs(5 * 60);
/// Older deliveries show nothing about the clock of today.
const RECENT: Duration = Duration::from_secs(24 * 60 * 60);
/// Limits on the answer. Only its head is needed.
const LIMITS: ExchangeLimits = ExchangeLimits { time: Duration::from_secs(5), body: 1024 * 1024 };

const REMEDY: &str = "Set the clock. Switch on the automatic setting of the time, such as NTP.";

pub(super) async fn examine(setup: Arc<Setup>) -> SetupFinding {
    let reason = match setup.online {
        false => None,
        true => match by_server(&setup).await {
            Ok(finding) => return finding,
            Err(reason) => Some(format!("the time of {} is not known: {reason}", setup.clock_server)),
        },
    };
    let finding = super::blocking(setup, by_deliveries).await;
    match reason {
        Some(reason) => finding.with_notes(vec![reason]),
        None => finding,
    }
}

/// Compares the clock with the `Date` of a server.
async fn by_server(setup: &Setup) -> Result<SetupFinding, String> {
    let target = setup.clock_server.clone();
    let tls = match target.is_tls() {
        true => {
            let loaded = tokio::task::spawn_blocking(|| TlsRoots::System.connector()).await;
            Some(loaded.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?)
        }
        false => None,
    };
    let request = Request::head(target.uri_for("/"))
        .header(HOST, target.host())
        .header(USER_AGENT, concat!("zoomhook/", env!("CARGO_PKG_VERSION")))
        .body(Full::<Bytes>::default())
        .map_err(|error| error.to_string())?;
    let proxies = setup.proxies.clone().unwrap_or_default();
    let client = HttpClient::new(target, tls).with_proxies(proxies);
    let connection = tokio::time::timeout(LIMITS.time, client.connect()).await;
    let connection =
        connection.map_err(|_| "no connection".to_owned())?.map_err(|error| error.to_string())?;
    let exchange = client.send_over(connection, request, LIMITS).await;
    // The server wrote its time somewhere between the request and the answer.
    let answered_at = SystemTime::now() - exchange.took / 2;
    let answer = exchange.answer.map_err(|error| error.to_string())?;
    let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| rfc2822::parse(date).ok()).ok_or("its answer has no Date")?;
    let date = SystemTime::try_from(date.timestamp()).map_err(|_| "its Date is out of range")?;
    let (by, ahead) = match answered_at.duration_since(date) {
        Ok(by) => (by, true),
        Err(error) => (error.duration(), false),
    };
    let server = setup.clock_server.to_string();
    Ok(judged(ClockOff { by, ahead }, &format!("compared with {server}")))
}

/// Compares the clock with Zoom's, by the deliveries that arrived when they were signed.
fn by_deliveries(setup: &Setup) -> SetupFinding {
    let kept = match kept::newest(setup) {
        Ok(kept) => kept,
        Err(reason) => return SetupFinding::skipped(format!("not known: {reason}")),
    };
    let since = SystemTime::now().checked_sub(RECENT);
    let recent = |delivery: &&StoredDelivery| since.is_some_and(|since| delivery.received_at >= since);
    let Some((off, at)) = offset(kept, recent) else {
        return SetupFinding::skipped(
            "not known: fewer than three deliveries of the last day can show it; --online asks a server",
        );
    };
    judged(off, &format!("by the deliveries until {}", kept::time(at)))
}

/// The offset that the newest deliveries agree on, and when the newest of them arrived. One alone may be an old request
/// that someone sent again.
fn offset(
    kept: &KeptDeliveries,
    recent: impl Fn(&&StoredDelivery) -> bool,
) -> Option<(ClockOff, SystemTime)> {
    let mut check = ClockCheck::default();
    let mut deliveries = kept.deliveries.iter().filter(recent).filter(|delivery| is_genuine(delivery));
    deliveries.find_map(|delivery| {
        let timestamp = std::str::from_utf8(kept::header(delivery, TIMESTAMP_HEADER)?).ok()?;
        let timestamp: RequestTimestamp = timestamp.parse().ok()?;
        let off = check.observe_stale(timestamp, timestamp.age(delivery.received_at))?;
        Some((off, delivery.received_at))
    })
}

/// Whether the signature was correct, whatever the age.
fn is_genuine(delivery: &StoredDelivery) -> bool {
    delivery.verdict == DeliveryVerdict::Valid
        || delivery.reason.as_ref().is_some_and(|reason| *reason == RefusalCode::Stale)
}

fn judged(off: ClockOff, evidence: &str) -> SetupFinding {
    let side = if off.ahead { "ahead" } else { "behind" };
    let by = off.by.as_secs();
    if off.by < NOTICEABLE {
        return SetupFinding::pass(format!("it is less than a minute off, {evidence}"));
    }
    let detail = format!("This machine's clock is {by} s {side}, {evidence}.");
    if off.by < FATAL {
        return SetupFinding::warn(detail, REMEDY);
    }
    SetupFinding::fail(
        format!("{detail} listen refuses requests that are off by more than 5 minutes."),
        REMEDY,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::SetupStatus;

    #[test]
    fn an_offset_is_a_warning_after_a_minute_and_a_failure_after_five() {
        let status = |secs| judged(ClockOff { by: Duration::from_secs(secs), ahead: true }, "x").status;
        assert_eq!(
            [59, 60, 299, 300].map(status),
            [SetupStatus::Pass, SetupStatus::Warn, SetupStatus::Warn, SetupStatus::Fail]
        );
    }
}
