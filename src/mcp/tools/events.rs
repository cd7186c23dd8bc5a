//! `search_events` and `event_schema`.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::inspector::known_event;
use crate::json::JsonValue;
use crate::mcp::answer::{McpAnswer, value_of};
use crate::mcp::tool::{McpTool, ToolCall, ToolError};
use crate::report::catalogue::found_line;
use crate::zoom::catalogue;

/// Events of a page.
const ROWS: usize = 50;

/// Finds events.
pub(super) struct SearchEvents;

/// What to find.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct SearchArguments {
    /// A word in the name of the event or of a field
    word: String,
    /// Show the events from this one on
    #[serde(default)]
    from: usize,
}

impl McpTool for SearchEvents {
    type Arguments = SearchArguments;
    const NAME: &'static str = "search_events";
    const ABOUT: &'static str = "Find Zoom's events by a word in their name or in the name of a field.";

    async fn run(_call: &ToolCall<'_>, arguments: SearchArguments) -> Result<McpAnswer, ToolError> {
        let found = catalogue::search(&arguments.word);
        let shown = found.iter().skip(arguments.from).take(ROWS);
        let end = arguments.from.saturating_add(ROWS);
        let number = |number: usize| JsonValue::number(number.to_string());
        let result = JsonValue::object([
            ("v", JsonValue::from(1)),
            ("type", "found_events".into()),
            ("found", number(found.len())),
            (
                "events",
                JsonValue::list(shown.map(|(event, fields)| value_of(found_line(event, fields).as_bytes()))),
            ),
            ("next", if end < found.len() { number(end) } else { JsonValue::NULL }),
        ]);
        Ok(McpAnswer::new(result, "event_schema has all fields of an event."))
    }
}

/// The schema of an event.
pub(super) struct EventSchema;

/// Which event.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct SchemaArguments {
    /// The name of the event
    event: String,
}

impl McpTool for EventSchema {
    type Arguments = SchemaArguments;
    const NAME: &'static str = "event_schema";
    const ABOUT: &'static str = "The JSON Schema (2020-12) of an event's body. It accepts what Zoom may send: unknown fields \
        are allowed, and few are required.";

    async fn run(_call: &ToolCall<'_>, arguments: SchemaArguments) -> Result<McpAnswer, ToolError> {
        let event = known_event(&arguments.event)?;
        let schema = event.schema().into_owned();
        Ok(McpAnswer::new(schema, "`zoomhook events schema EVENT` prints everything."))
    }
}
