//! `list_deliveries` and `get_delivery`.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::json::{JsonKind, JsonValue};
use crate::mcp::answer::{LARGEST, McpAnswer, value_of};
use crate::mcp::tool::{McpTool, ToolCall, ToolError};
use crate::mcp::tools::since_millis;
use crate::mcp::tools::verify::for_agents;
use crate::report;
use crate::settings::event_names;

/// Rows of a page, if the agent does not say.
const USUAL_ROWS: u64 = 20;
/// Limit on the rows of a page.
const MOST_ROWS: u64 = 50;

/// A page of the history.
pub(super) struct ListDeliveries;

/// Which deliveries.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct ListArguments {
    /// Only these events, such as meeting.started or meeting.*
    #[serde(default)]
    events: Vec<String>,
    /// Only what arrived in this time before now, such as 10m or 2h
    since: Option<String>,
    /// Only this verdict: valid, invalid or unknown
    verdict: Option<String>,
    /// Only answers with this status, such as 401 or 5xx
    status: Option<String>,
    /// Only what Zoom makes of the answer: delivered, lost or retried
    zoom: Option<String>,
    /// Only bodies with these words
    search: Option<String>,
    /// Number of rows: 1 to 50, and 20 without it
    #[schemars(range(min = 1, max = MOST_ROWS))]
    limit: Option<u64>,
    /// `next` of the page before
    after: Option<String>,
}

impl McpTool for ListDeliveries {
    type Arguments = ListArguments;
    const NAME: &'static str = "list_deliveries";
    const ABOUT: &'static str = "Stored deliveries of this project, the newest first, without bodies and headers. `next` \
        is the cursor of the next page, and `total` the number of all that are stored, without filters.";

    async fn run(call: &ToolCall<'_>, arguments: ListArguments) -> Result<McpAnswer, ToolError> {
        let api = call.place.api()?;
        let warnings = arguments.warnings();
        let mut limit = arguments.limit.unwrap_or(USUAL_ROWS);
        let query = arguments.query()?;
        loop {
            let mut query = query.clone();
            query.push(("limit", limit.to_string()));
            let page = api.deliveries(query).await?;
            // With fewer rows, `next` is still right.
            if page.len() <= LARGEST || limit == 1 {
                let mut page = value_of(&page);
                if let JsonKind::Object(members) = &mut page.kind
                    && !warnings.is_empty()
                {
                    members.push(("warnings".into(), JsonValue::list(warnings)));
                }
                return Ok(McpAnswer::new(page, "get_delivery has the whole texts."));
            }
            limit /= 2;
        }
    }
}

impl ListArguments {
    /// Patterns that match no known event, so that an empty list is not taken for silence.
    fn warnings(&self) -> Vec<JsonValue<'static>> {
        let patterns = self.events.iter().filter_map(|event| event.parse().ok());
        let found = patterns.filter_map(|pattern| event_names::check("events", &pattern));
        found.map(|warning| report::warning_sentence(&warning).into()).collect()
    }

    /// The parameters of the inspector's list.
    fn query(self) -> Result<Vec<(&'static str, String)>, ToolError> {
        let since = self.since.as_deref().map(since_millis).transpose()?;
        let mut query: Vec<_> = self.events.into_iter().map(|event| ("event", event)).collect();
        let others = [
            ("since", since.map(|millis| millis.to_string())),
            ("verdict", self.verdict),
            ("status", self.status),
            ("zoom", self.zoom),
            ("search", self.search),
            ("after", self.after),
        ];
        query.extend(others.into_iter().filter_map(|(name, value)| Some((name, value?))));
        Ok(query)
    }
}

/// One delivery.
pub(super) struct GetDelivery;

/// Which delivery.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct GetArguments {
    /// The id, or the beginning of one, or last, or last-2, or an event's name for its newest delivery
    id: String,
    /// Show the body from this character on
    #[serde(default)]
    body_from: usize,
}

impl McpTool for GetDelivery {
    type Arguments = GetArguments;
    const NAME: &'static str = "get_delivery";
    const ABOUT: &'static str = "One stored delivery: the request with headers and body, the app's answers, what Zoom \
        makes of them, the verdict on the signature, and the proven cause if it is invalid.";

    async fn run(call: &ToolCall<'_>, arguments: GetArguments) -> Result<McpAnswer, ToolError> {
        let known = call.place.api()?.delivery(&arguments.id).await?;
        let mut delivery = value_of(&known.delivery);
        from_character(&mut delivery, arguments.body_from);
        let found = JsonValue::object([
            ("v", JsonValue::from(1)),
            ("type", "delivery_details".into()),
            ("delivery", delivery),
            ("verdict", for_agents(value_of(&known.verdict))),
            ("outcome", value_of(&known.outcome)),
        ]);
        let rest = "get_delivery with body_from = body_from + shown continues delivery.body. `zoomhook history export ID` \
            prints everything.";
        Ok(McpAnswer::new(found, rest))
    }
}

/// Leaves out the beginning of the body.
fn from_character(delivery: &mut JsonValue<'static>, from: usize) {
    let JsonKind::Object(members) = &mut delivery.kind else { return };
    let bodies = members.iter_mut().filter(|(name, _)| ["body", "body_base64"].contains(&&*name.display()));
    for (_, body) in bodies.filter(|_| from > 0) {
        if let Some(text) = body.display() {
            *body = text.chars().skip(from).collect::<String>().into();
        }
    }
}
