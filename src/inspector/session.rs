//! `GET session`: the running session, or what is known without one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::Site;
use super::answer::{self, Answer, ApiError, JSON};
use crate::delivery::{RefusalCode, Session, Word};
use crate::history::HistoryReader;
use crate::report;
use crate::zoom::RETRIES;

pub(super) async fn show(site: &Site) -> Result<Answer, ApiError> {
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
        "apps": apps.collect::<Vec<_>>(),
        "can_sign": !inspected.secrets.is_empty(),
        "endpoint": inspected.endpoint.as_ref().map(ToString::to_string),
        "session": picture.started.as_ref().map(session_of),
        "ready": picture.ready.as_deref().and_then(value),
        "tunnel": values(&picture.tunnel),
        "warnings": values(&picture.warnings),
        "pending": picture.pending.values().filter_map(|line| value(line)).collect::<Vec<_>>(),
        "reasons": reasons(),
        "retries_ms": retries(),
    });
    Ok(answer::ok(JSON, session.to_string()))
}

fn value(line: &str) -> Option<Value> {
    serde_json::from_str(line).ok()
}

fn values(lines: &VecDeque<Arc<str>>) -> Vec<Value> {
    lines.iter().filter_map(|line| value(line)).collect()
}

fn session_of(session: &Session) -> Value {
    let secrets = session.secrets.iter().map(|secret| {
        json!({ "name": secret.name, "source": secret.source, "fingerprint": secret.fingerprint.to_string() })
    });
    json!({
        "local": format!("http://{}{}", session.local, session.path),
        "path": session.path,
        "tunnel": session.tunnel.as_str(),
        "secrets": secrets.collect::<Vec<_>>(),
    })
}

/// When Zoom's retries come, after the first attempt.
fn retries() -> Vec<u64> {
    let sums = RETRIES.iter().scan(Duration::ZERO, |sum, pause| {
        *sum += *pause;
        Some(*sum)
    });
    sums.map(|sum| u64::try_from(sum.as_millis()).unwrap_or(u64::MAX)).collect()
}

/// Each code of a refusal in words.
fn reasons() -> Value {
    let words =
        RefusalCode::ALL.iter().map(|code| (code.as_str().to_owned(), report::reason(code.as_str()).into()));
    Value::Object(words.collect())
}
