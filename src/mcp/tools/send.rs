//! `check_endpoint`, `trigger_event` and `replay_delivery`: the tools that send.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::inspector::{CheckRequestBody, ReplayRequest, TriggerRequest};
use crate::json::JsonValue;
use crate::mcp::answer::{McpAnswer, value_of};
use crate::mcp::place::McpPlace;
use crate::mcp::tool::{McpTool, ToolError};

/// Tests an endpoint.
pub(super) struct CheckEndpointTool;

/// The endpoint.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct CheckArguments {
    /// A port of this machine with a path, such as 3000/webhook; without it, the app of the running `zoomhook listen`
    to: Option<String>,
    /// Only the 12 most telling cases
    #[serde(default)]
    quick: bool,
    /// Send no events, to which the app would react
    #[serde(default)]
    no_events: bool,
}

impl McpTool for CheckEndpointTool {
    type Arguments = CheckArguments;
    const NAME: &'static str = "check_endpoint";
    const ABOUT: &'static str = "Test an endpoint as Zoom would use it: challenges, forged requests, events. Conclusions \
        are proven by experiments, and have a remedy.";
    const SENDS: bool = true;

    async fn run(place: &McpPlace, arguments: CheckArguments) -> Result<McpAnswer, ToolError> {
        let CheckArguments { to, quick, no_events } = arguments;
        let lines = place.api()?.check(&CheckRequestBody { to, quick, events: !no_events }).await?;
        Ok(lines_of("check", &lines, "`zoomhook check --format json` prints everything."))
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

    async fn run(place: &McpPlace, arguments: TriggerArguments) -> Result<McpAnswer, ToolError> {
        let TriggerArguments { event, body, scenario, to } = arguments;
        let lines = place.api()?.trigger(TriggerRequest { event, body, scenario, to }).await?;
        Ok(lines_of("trigger", &lines, "`zoomhook trigger --format json` prints everything."))
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

    async fn run(place: &McpPlace, arguments: ReplayArguments) -> Result<McpAnswer, ToolError> {
        let ReplayArguments { id, to, body, exact } = arguments;
        let lines = place.api()?.replay(ReplayRequest { ids: vec![id], to, body, exact }).await?;
        Ok(lines_of("replay", &lines, "`zoomhook replay --format json` prints everything."))
    }
}

/// The lines of a command as one result. What says most comes first, because the end of a long list is cut.
fn lines_of(kind: &str, lines: &[u8], rest: &'static str) -> McpAnswer {
    let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(value_of);
    let mut lines: Vec<_> = lines.filter(|line| type_of(line) != "check_progress").collect();
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
