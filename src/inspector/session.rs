//! `GET session`: the running session, or what is known without one. `GET timeline`: what came over time.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::answer::{self, ApiError, InspectorAnswer, JSON};
use super::query::Parameters;
use super::{Site, check};
use crate::delivery::{
    ExpectedResult, Latencies, RefusalCode, SecretOrigin, Session, SessionSource, SharedExpectation, Word,
};
use crate::history::{Filter, HistoryReader, PlotPoint};
use crate::report;
use crate::zoom::Reaction;

pub(super) async fn show(site: &Site) -> Result<InspectorAnswer, ApiError> {
    let inspected = &site.inspected;
    let total = site.readers.read(HistoryReader::count).await?;
    let picture = inspected.live.as_ref().map(|live| live.picture()).unwrap_or_default();
    let apps = inspected.apps.iter().flat_map(|apps| apps.targets().map(ToString::to_string));
    let session = json!({
        "v": 1,
        "type": "session",
        "version": env!("CARGO_PKG_VERSION"),
        "running": inspected.live.is_some(),
        "stopping": picture.is_stopping,
        "history": { "file": inspected.history.display().to_string(), "flag": inspected.history_flag, "deliveries": total },
        "project": inspected.project,
        "trusts_ca": inspected.ca.is_some(),
        "apps": apps.collect::<Vec<_>>(),
        "check": check::app(inspected).map(|app| app.to_string()),
        "can_sign": !inspected.secrets.is_empty(),
        "endpoint": inspected.endpoint.as_ref().map(ToString::to_string),
        "secrets": secrets(picture.started.as_ref().map_or(&inspected.origins, |session| &session.secrets)),
        "session": picture.started.as_ref().map(session_of),
        "ready": picture.ready.as_deref().and_then(value),
        "tunnel": values(&picture.tunnel),
        "expected": inspected.awaited.iter().flat_map(expected).collect::<Vec<_>>(),
        "warnings": values(&picture.warnings),
        "pending": picture.pending.values().filter_map(|line| value(line)).collect::<Vec<_>>(),
        "reasons": reasons(),
        "ended_wait": report::SESSION_ENDED,
    });
    Ok(answer::ok(JSON, session.to_string()))
}

fn expected(awaited: &SharedExpectation) -> Vec<Value> {
    let line = |result: &ExpectedResult| {
        let ExpectedResult { counts, is_met } = result;
        json!({ "text": report::missing(counts), "met": is_met, "wanted": counts.wanted, "seen": counts.seen })
    };
    awaited.results().iter().map(line).collect()
}

fn value(line: &str) -> Option<Value> {
    serde_json::from_str(line).ok()
}

fn values(lines: &VecDeque<Arc<str>>) -> Vec<Value> {
    lines.iter().filter_map(|line| value(line)).collect()
}

pub(super) fn secrets(origins: &[SecretOrigin]) -> Vec<Value> {
    let secret = |origin: &SecretOrigin| json!({ "name": origin.name, "source": origin.source, "fingerprint": origin.fingerprint.to_string() });
    origins.iter().map(secret).collect()
}

fn session_of(session: &Session) -> Value {
    let local = match &session.source {
        SessionSource::Endpoint { local, path, .. } => Some(format!("http://{local}{path}")),
        SessionSource::Stream(_) => None,
    };
    json!({
        "local": local,
        "path": session.source.path(),
        "tunnel": session.source.tunnel().as_str(),
    })
}

/// Columns of the plot.
const BUCKETS: usize = 60;

/// What arrived in one part of the time.
#[derive(Debug, Clone, Default)]
struct Bucket {
    delivered: u64,
    lost: u64,
    retried: u64,
    refused: u64,
    other: u64,
    took: Latencies,
}

impl Bucket {
    fn count(&mut self, point: &PlotPoint) {
        let count = match point.reaction {
            Some(Reaction::Delivered | Reaction::DeliveredOddly) => &mut self.delivered,
            Some(Reaction::Lost) => &mut self.lost,
            Some(Reaction::Retried) => &mut self.retried,
            None if point.is_refused => &mut self.refused,
            None => &mut self.other,
        };
        *count += 1;
        // How fast zoomhook refuses a request says nothing about the app.
        if let Some(took) = point.took.filter(|_| point.reaction.is_some()) {
            self.took.record(took);
        }
    }
}

/// `GET timeline`: counts and times of answers, from `since` until now, in parts of equal length.
pub(super) async fn timeline(site: &Site, query: &Parameters) -> Result<InspectorAnswer, ApiError> {
    let filter = query.filter()?;
    let now = SystemTime::now();
    let unix = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
    let hour = Duration::from_secs(3600);
    let first = unix(filter.since.or(now.checked_sub(hour)).unwrap_or(now));
    let width = (unix(now).saturating_sub(first) / BUCKETS as u64).max(1);
    let only_time = Filter { since: filter.since, ..Filter::default() };
    let read = move |reader: &HistoryReader| {
        let mut buckets = vec![Bucket::default(); BUCKETS];
        reader.plot(&only_time, now, |point| {
            let at = point.received_ms.checked_sub(first).map(|after| after / width);
            let at = at.and_then(|at| usize::try_from(at).ok());
            if let Some(bucket) = at.and_then(|at| buckets.get_mut(at.min(BUCKETS - 1))) {
                bucket.count(&point);
            }
        })?;
        Ok(buckets)
    };
    let buckets = site.readers.read(read).await?.unwrap_or_else(|| vec![Bucket::default(); BUCKETS]);
    let millis = |took: Option<Duration>| took.map(|took| took.as_secs_f64() * 1000.0);
    let shown = buckets.iter().enumerate().map(|(at, bucket)| {
        json!({
            "at_ms": first + width * at as u64,
            "delivered": bucket.delivered,
            "lost": bucket.lost,
            "retried": bucket.retried,
            "refused": bucket.refused,
            "other": bucket.other,
            "median_ms": millis(bucket.took.percentile(50)),
            "slowest_ms": millis(bucket.took.percentile(100)),
        })
    });
    let line = json!({ "v": 1, "type": "timeline", "buckets": shown.collect::<Vec<_>>() });
    Ok(answer::ok(JSON, line.to_string()))
}

/// Each code of a refusal in words.
fn reasons() -> Value {
    let words =
        RefusalCode::ALL.iter().map(|code| (code.as_str().to_owned(), report::reason(code.as_str()).into()));
    Value::Object(words.collect())
}
