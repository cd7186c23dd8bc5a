//! `status`.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::instances::{Entry, SessionHistory};
use crate::json::JsonValue;
use crate::mcp::answer::{McpAnswer, value_of};
use crate::mcp::tool::{McpTool, ToolCall, ToolError};
use crate::report;

/// What runs, and what is known.
pub(super) struct Status;

/// No arguments.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct StatusArguments {}

impl McpTool for Status {
    type Arguments = StatusArguments;
    const NAME: &'static str = "status";
    const ABOUT: &'static str = "The running `zoomhook listen` of this project with its URLs and app, the history, and \
        which secret tokens are known (by fingerprint).";

    async fn run(call: &ToolCall<'_>, StatusArguments {}: StatusArguments) -> Result<McpAnswer, ToolError> {
        let sessions = call.place.sessions()?;
        let (history, stored) = call.place.history(&sessions);
        let api = call.place.api()?;
        // The URL of the inspector has its key, with which an agent could send.
        let without_key = |entry: &Entry| Entry { inspector: None, ..entry.clone() };
        let lines = sessions.iter().map(|entry| value_of(&report::session_line(&without_key(entry))));
        let history = JsonValue::object([
            ("file", history.display().to_string().into()),
            ("deliveries", JsonValue::number(api.count().await?.to_string())),
            ("stores_sessions", (stored != SessionHistory::None).into()),
        ]);
        let project = call.place.project.clone().map_or(JsonValue::NULL, Into::into);
        let status = JsonValue::object([
            ("v", JsonValue::from(1)),
            ("type", "status".into()),
            ("version", env!("CARGO_PKG_VERSION").into()),
            ("project", project),
            ("sessions", JsonValue::list(lines)),
            ("history", history),
            ("secrets", value_of(api.secrets().to_string().as_bytes())),
        ]);
        Ok(McpAnswer::new(status, "`zoomhook status --format json` prints everything."))
    }
}
