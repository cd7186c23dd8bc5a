//! `verify_capture`.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnosis::Secrets;
use crate::json::JsonValue;
use crate::mcp::answer::{LARGEST, McpAnswer, size, value_of};
use crate::mcp::place::McpPlace;
use crate::mcp::tool::{McpTool, ToolError};
use crate::report::history::verdict;
use crate::verify::{AgeRule, CaptureJudge, verify_in_memory};

/// The name of the capture in the verdicts.
const NAME: &str = "capture";

/// Judges a captured request.
pub(super) struct VerifyCapture;

/// The capture.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(crate = "rmcp::schemars")]
#[serde(deny_unknown_fields)]
pub(super) struct CaptureArguments {
    /// The text with the request: raw HTTP, a curl command, HAR, a log, a dump. Unchanged: every byte of the body counts
    capture: String,
    /// Show the verdicts from this one on
    #[serde(default)]
    from: usize,
}

impl McpTool for VerifyCapture {
    type Arguments = CaptureArguments;
    const NAME: &'static str = "verify_capture";
    const ABOUT: &'static str = "Is a captured Zoom webhook request genuine, and if not, why? The verdict is valid, invalid \
        or unknown. A cause is named only if the HMAC proves it.";

    async fn run(place: &McpPlace, arguments: CaptureArguments) -> Result<McpAnswer, ToolError> {
        let secrets = place.secrets()?;
        if secrets.tokens.is_empty() {
            return Err(ToolError::new(
                "There is no secret token. The user sets ZOOM_WEBHOOK_SECRET_TOKEN in a .env file of this project.",
            ));
        }
        let CaptureArguments { capture, from } = arguments;
        let judged = tokio::task::spawn_blocking(move || {
            let judge = CaptureJudge::new(Secrets::new(secrets.texts), AgeRule::default());
            let outcomes = verify_in_memory((NAME.to_owned(), capture.into_bytes()), None, &judge);
            page(outcomes.len(), from, |index| value_of(&verdict(&outcomes[index])))
        });
        let judged = judged.await.map_err(|_| ToolError::new("the capture cannot be judged"))?;
        Ok(McpAnswer::new(judged, "`zoomhook verify FILE --format json` prints everything."))
    }
}

/// The verdicts from one on, as many as fit, and the next one.
fn page(count: usize, from: usize, verdict: impl Fn(usize) -> JsonValue<'static>) -> JsonValue<'static> {
    let (mut shown, mut bytes, mut at) = (Vec::new(), 0, from);
    while at < count {
        let next = verdict(at);
        bytes += size(&next);
        if bytes > LARGEST * 3 / 4 && !shown.is_empty() {
            break;
        }
        shown.push(next);
        at += 1;
    }
    let number = |number: usize| JsonValue::number(number.to_string());
    JsonValue::object([
        ("v", JsonValue::from(1)),
        ("type", "verdicts".into()),
        ("requests", number(count)),
        ("verdicts", JsonValue::list(shown)),
        ("next", if at < count { number(at) } else { JsonValue::NULL }),
    ])
}
