//! `wait_for_event`.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rmcp::schemars::JsonSchema;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::delivery::{Condition, ExpectationState, ExpectedEvent};
use crate::follow_history::{FollowFrom, follow};
use crate::history::{Filter, HistoryError};
use crate::instances::SessionHistory;
use crate::json::JsonValue;
use crate::mcp::answer::{McpAnswer, value_of};
use crate::mcp::tool::{McpTool, ToolCall, ToolError};
use crate::mcp::tools::span;
use crate::report::{self, history as lines};
use crate::settings::event_names;
use crate::settings::waiting::AwaitedEvents;

/// Seconds, if the agent does not say: less than the time that clients give a tool.
const USUAL_TIMEOUT: u64 = 30;
/// Limit on the seconds.
const LONGEST_TIMEOUT: u64 = 600;

/// So that a timeout is not taken for silence of Zoom.
const NO_SESSION: &str = "When the wait began, no `zoomhook listen` of this project was running.";

/// Waits until an event is delivered.
pub(super) struct WaitForEvent;

/// What to wait for.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct WaitArguments {
    /// The event, N times if given: recording.completed, or meeting.*=2
    event: String,
    /// Count only events with these values, such as payload.object.id=123
    #[serde(default, rename = "where")]
    conditions: Vec<String>,
    /// Also count events that arrived this long before the call, such as 1m
    since: Option<String>,
    /// Seconds to wait: 1 to 600, and 30 without it
    #[schemars(range(min = 1, max = LONGEST_TIMEOUT))]
    timeout_seconds: Option<u64>,
}

impl McpTool for WaitForEvent {
    type Arguments = WaitArguments;
    const NAME: &'static str = "wait_for_event";
    const ABOUT: &'static str = "Wait until an event is delivered to the running `zoomhook listen`. With --forward, it \
        counts once the app has taken it. `ended` is met, app_refused as soon as the app refuses one, or timeout if it did \
        not come in time. Use `since` if it may have arrived already.";
    const WAITS: bool = true;

    async fn run(call: &ToolCall<'_>, arguments: WaitArguments) -> Result<McpAnswer, ToolError> {
        let sessions = call.place.sessions()?;
        let (path, stored) = call.place.history(&sessions);
        if stored == SessionHistory::None && call.place.named_history.is_none() {
            return Err(ToolError::new(
                "The session of this project runs with --no-history, so its events cannot be seen.",
            ));
        }
        let event: ExpectedEvent = parsed("event", &arguments.event)?;
        let unknown = event_names::check("event", &event.pattern);
        let unknown = unknown.map(|warning| report::warning_sentence(&warning));
        let no_session = (stored == SessionHistory::NoSession).then(|| NO_SESSION.to_owned());
        let warnings = unknown.into_iter().chain(no_session).collect();
        let conditions = arguments.conditions.iter().map(|text| parsed::<Condition>("where", text));
        let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
        let since = arguments.since.as_deref().map(span).transpose()?;
        let after = since.and_then(|since| SystemTime::now().checked_sub(since));
        let (filter, awaited) =
            AwaitedEvents::new(vec![event], conditions, after, call.place.project.clone());
        let from = if since.is_some() { FollowFrom::Everything } else { FollowFrom::Newest(0) };
        let timeout = arguments.timeout_seconds.unwrap_or(USUAL_TIMEOUT);
        let waiting = Waiting { path, filter, from, awaited, timeout: Duration::from_secs(timeout) };
        let waited = waiting.on_a_thread().await?;
        Ok(McpAnswer::new(waited.result(warnings), "get_delivery has the whole texts."))
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, ToolError> {
    text.parse().map_err(|error| ToolError::new(format!("{name}: {error}")))
}

struct Waiting {
    path: PathBuf,
    filter: Filter,
    from: FollowFrom,
    awaited: AwaitedEvents,
    timeout: Duration,
}

/// What came.
struct WaitedFor {
    rows: Vec<Vec<u8>>,
    ended: &'static str,
    missing: String,
}

impl Waiting {
    /// Waits on a thread that may block: a reader of the history stays on its thread. Dropping the future ends the wait.
    async fn on_a_thread(self) -> Result<WaitedFor, ToolError> {
        let (stop, handle) = (CancellationToken::new(), Handle::current());
        let _stops_when_dropped = stop.clone().drop_guard();
        let waited =
            tokio::task::spawn_blocking(move || handle.block_on(stop.run_until_cancelled(self.wait())));
        match waited.await {
            Ok(Some(waited)) => waited.map_err(|error| ToolError::new(error.to_string())),
            Ok(None) | Err(_) => Err(ToolError::new("canceled")),
        }
    }

    async fn wait(self) -> Result<WaitedFor, HistoryError> {
        let Self { path, filter, from, mut awaited, timeout } = self;
        let mut rows = Vec::new();
        let seen = follow(&path, &filter, from, |reader, found| {
            for stored in found {
                let Some(state) = awaited.observe(stored, SystemTime::now()) else { continue };
                rows.push(lines::row(stored, reader.retry_number(stored)?));
                match state {
                    ExpectationState::Open => {}
                    ExpectationState::Met => return Ok(ControlFlow::Break("met")),
                    ExpectationState::Failed(_) => return Ok(ControlFlow::Break("app_refused")),
                }
            }
            Ok::<_, HistoryError>(ControlFlow::Continue(()))
        });
        let ended = match tokio::time::timeout(timeout, seen).await {
            Ok(ended) => ended?.unwrap_or("canceled"),
            Err(_) => "timeout",
        };
        let missing = report::missing_events(&awaited.expectation.missing());
        Ok(WaitedFor { rows, ended, missing })
    }
}

impl WaitedFor {
    fn result(self, warnings: Vec<String>) -> JsonValue<'static> {
        let mut members = vec![
            ("v", JsonValue::from(1)),
            ("type", "waited".into()),
            ("ended", self.ended.into()),
            ("missing", self.missing.into()),
            ("deliveries", JsonValue::list(self.rows.iter().map(|row| value_of(row)))),
        ];
        if !warnings.is_empty() {
            members.push(("warnings", JsonValue::list(warnings.into_iter().map(JsonValue::from))));
        }
        JsonValue::object(members)
    }
}
