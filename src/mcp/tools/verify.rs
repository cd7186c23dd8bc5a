//! `verify_capture`.

use rmcp::schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnosis::{Secrets, SigningScheme};
use crate::json::JsonKind;
use crate::json::JsonValue;
use crate::mcp::answer::{LARGEST, McpAnswer, size, value_of};
use crate::mcp::tool::{McpTool, ToolCall, ToolError};
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
    /// How Zoom signed it: webhooks (without it), ai-services (sha256=), or auto
    scheme: Option<String>,
}

impl McpTool for VerifyCapture {
    type Arguments = CaptureArguments;
    const NAME: &'static str = "verify_capture";
    const ABOUT: &'static str = "Is a captured Zoom webhook request genuine, and if not, why? The verdict is valid, invalid \
        or unknown. A cause is named only if it is proven.";

    async fn run(call: &ToolCall<'_>, arguments: CaptureArguments) -> Result<McpAnswer, ToolError> {
        let secrets = call.place.known_secrets()?;
        let CaptureArguments { capture, from, scheme } = arguments;
        let scheme = scheme.as_deref().map(scheme_of).transpose()?.unwrap_or_default();
        let judged = tokio::task::spawn_blocking(move || {
            let judge = CaptureJudge::new(Secrets::new(secrets.texts), AgeRule::default()).by_scheme(scheme);
            let outcomes = verify_in_memory((NAME.to_owned(), capture.into_bytes()), None, &judge);
            page(outcomes.len(), from, |index| for_agents(value_of(&verdict(&outcomes[index]))))
        });
        let judged = judged.await.map_err(|_| ToolError::new("the capture cannot be judged"))?;
        Ok(McpAnswer::new(judged, "`zoomhook verify FILE --format json` prints everything."))
    }
}

fn scheme_of(name: &str) -> Result<SigningScheme, ToolError> {
    let found = SigningScheme::ALL.iter().find(|scheme| scheme.as_str() == name).copied();
    found.ok_or_else(|| ToolError::new("scheme: write webhooks, ai-services or auto"))
}

/// What a verdict advises for the command line, and what an agent can do instead.
const ADVICE: [(&str, &str); 3] = [
    ("verify it with --scheme ai-services", "verify it with verify_capture and the scheme ai-services"),
    (
        "give its parts: --body FILE --header 'x-zm-signature: v0=…' --header 'x-zm-request-timestamp: …'",
        "a text needs the lines \"x-zm-signature: v0=…\" and \"x-zm-request-timestamp: …\", an empty line, and the body",
    ),
    (
        "together with the body, or pass them separately",
        "together with the body: as lines of the same text, followed by an empty line and the body",
    ),
];

/// A verdict with advice for an agent. Only texts of this program are changed.
pub(super) fn for_agents(mut verdict: JsonValue<'static>) -> JsonValue<'static> {
    let JsonKind::Object(members) = &mut verdict.kind else { return verdict };
    for (name, value) in members {
        match &*name.display() {
            "finding" => *value = for_agents(std::mem::replace(value, JsonValue::NULL)),
            "detail" | "instead" | "remedy" => {
                if let Some(text) = value.text() {
                    *value =
                        ADVICE.iter().fold(text.to_owned(), |text, (of, by)| text.replace(of, by)).into();
                }
            }
            _ => {}
        }
    }
    verdict
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
