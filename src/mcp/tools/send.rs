//! `check_endpoint`, `trigger_event` and `replay_delivery`: the tools that send.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::inspector::{CheckRequestBody, ReplayRequest, SentRequests, TriggerRequest};
use crate::json::JsonValue;
use crate::mcp::answer::{McpAnswer, value_of};
use crate::mcp::progress::ToolProgress;
use crate::mcp::tool::{McpTool, ToolCall, ToolError};

/// Tests an endpoint.
pub(super) struct CheckEndpointTool;

/// The endpoint.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct CheckArguments {
    /// A port of this machine with a path, such as 3000/webhook; without it, the app of the running `zoomhook listen`
    to: Option<String>,
    /// Only the 12 most telling requests
    #[serde(default)]
    quick: bool,
    /// Send no events, to which the app would react
    #[serde(default)]
    no_events: bool,
}

impl McpTool for CheckEndpointTool {
    type Arguments = CheckArguments;
    const NAME: &'static str = "check_endpoint";
    const ABOUT: &'static str = "Test an endpoint as Zoom would use it: challenges, forged requests, events. A \
        conclusion is `proven` if the answers prove it, and has a remedy. Cases that were not run are left out.";
    const SENDS: bool = true;

    async fn run(call: &ToolCall<'_>, arguments: CheckArguments) -> Result<McpAnswer, ToolError> {
        let CheckArguments { to, quick, no_events } = arguments;
        let sent = call.place.signing_api()?.check(&CheckRequestBody { to, quick, events: !no_events })?;
        let lines = all(sent, &call.progress).await;
        Ok(result_of("check", lines, "`zoomhook check --format json` prints everything."))
    }
}

/// Sends an event.
pub(super) struct TriggerEvent;

/// The event.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct TriggerArguments {
    /// The name of the event
    event: Option<String>,
    /// The body as JSON text, instead of a generated one
    body: Option<String>,
    /// A built-in scenario instead of an event, such as meeting-lifecycle. It takes up to a minute
    scenario: Option<String>,
    /// A port of this machine with a path, such as 3000/webhook; without it, the running `zoomhook listen`
    to: Option<String>,
}

impl McpTool for TriggerEvent {
    type Arguments = TriggerArguments;
    const NAME: &'static str = "trigger_event";
    const ABOUT: &'static str = "Send an event or a scenario, signed as Zoom signs it, and see what Zoom would make of the \
        answer: delivered, lost or retried.";
    const SENDS: bool = true;

    async fn run(call: &ToolCall<'_>, arguments: TriggerArguments) -> Result<McpAnswer, ToolError> {
        let TriggerArguments { event, body, scenario, to } = arguments;
        let sent = call.place.signing_api()?.trigger(TriggerRequest { event, body, scenario, to }).await?;
        let lines = all(sent, &call.progress).await;
        Ok(result_of("trigger", lines, "`zoomhook trigger --format json` prints everything."))
    }
}

/// Sends a stored delivery again.
pub(super) struct ReplayDelivery;

/// The delivery.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayArguments {
    /// The id, or the beginning of one, or last, or last-2, or an event's name for its newest delivery
    id: String,
    /// A port of this machine, such as 3000; without it, the app that received it
    to: Option<String>,
    /// Another body
    body: Option<String>,
    /// Send it as it was received, with the old signature
    #[serde(default)]
    exact: bool,
}

impl McpTool for ReplayDelivery {
    type Arguments = ReplayArguments;
    const NAME: &'static str = "replay_delivery";
    const ABOUT: &'static str = "Send a stored delivery to the app again with a fresh signature, and compare the answer with \
        the earlier one.";
    const SENDS: bool = true;

    async fn run(call: &ToolCall<'_>, arguments: ReplayArguments) -> Result<McpAnswer, ToolError> {
        let ReplayArguments { id, to, body, exact } = arguments;
        let sent = call.place.api()?.replay(ReplayRequest { ids: vec![id], to, body, exact }).await?;
        let lines = all(sent, &call.progress).await;
        Ok(result_of("replay", lines, "`zoomhook replay --format json` prints everything."))
    }
}

/// The lines of a run. Each request is reported when it is answered.
async fn all(mut sent: SentRequests, progress: &ToolProgress) -> Vec<JsonValue<'static>> {
    let (mut lines, mut done) = (Vec::new(), 0);
    while let Some(part) = sent.lines.recv().await {
        for line in part.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(value_of) {
            if let Some(step) = step(&line) {
                done += 1;
                progress.report(done, sent.count, step).await;
            }
            lines.push(line);
        }
    }
    lines
}

/// What a line says of one request.
fn step(line: &JsonValue<'_>) -> Option<String> {
    let text = |name| line.get(name).and_then(JsonValue::display);
    match type_of(line) {
        "check_progress" => text("sends"),
        "posted" => Some(match text("status") {
            Some(status) => format!("{}: {status}", text("event")?),
            None => format!("{}: no answer", text("event")?),
        }),
        _ => None,
    }
}

/// The lines of a command as one result. What says most comes first, because the end of a long list is cut.
fn result_of(kind: &str, mut lines: Vec<JsonValue<'static>>, rest: &'static str) -> McpAnswer {
    // The summary counts the cases that were not run.
    let is_not_run = |line: &JsonValue<'_>| line.get("verdict").and_then(JsonValue::text) == Some("not_run");
    lines.retain(|line| type_of(line) != "check_progress" && !is_not_run(line));
    lines.sort_by_key(|line| match type_of(line) {
        "error" => 0,
        "check_summary" => 1,
        "check_conclusion" => 2,
        _ => 3,
    });
    let has_failed = lines.first().is_some_and(|line| type_of(line) == "error");
    let result = JsonValue::object([
        ("v", JsonValue::from(1)),
        ("type", kind.into()),
        ("lines", JsonValue::list(lines)),
    ]);
    McpAnswer::new(result, rest).failed_if(has_failed)
}

fn type_of<'l>(line: &'l JsonValue<'_>) -> &'l str {
    line.get("type").and_then(JsonValue::text).unwrap_or_default()
}
