//! The tools.
//!
//! | file | tools |
//! | --- | --- |
//! | `status.rs` | `status` |
//! | `deliveries.rs` | `list_deliveries`, `get_delivery` |
//! | `wait.rs` | `wait_for_event` |
//! | `verify.rs` | `verify_capture` |
//! | `send.rs` | `check_endpoint`, `trigger_event`, `replay_delivery` |
//! | `events.rs` | `search_events`, `event_schema` |

mod deliveries;
mod events;
mod send;
mod status;
mod verify;
mod wait;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::tool::{ToolEntry, ToolError};
use crate::settings::time::Span;

/// All tools, in the order in which they are listed.
pub(super) const ALL: [ToolEntry; 10] = [
    ToolEntry::of::<status::Status>(),
    ToolEntry::of::<deliveries::ListDeliveries>(),
    ToolEntry::of::<deliveries::GetDelivery>(),
    ToolEntry::of::<wait::WaitForEvent>(),
    ToolEntry::of::<verify::VerifyCapture>(),
    ToolEntry::of::<send::CheckEndpointTool>(),
    ToolEntry::of::<send::TriggerEvent>(),
    ToolEntry::of::<send::ReplayDelivery>(),
    ToolEntry::of::<events::SearchEvents>(),
    ToolEntry::of::<events::EventSchema>(),
];

/// A time before now, such as 10m.
fn span(text: &str) -> Result<Duration, ToolError> {
    let span = Span::with_unit(text).map_err(|error| ToolError::new(format!("since: {error}")))?;
    Ok(span.get())
}

/// The point in time so long before now, in Unix milliseconds.
fn since_millis(text: &str) -> Result<u128, ToolError> {
    let since = SystemTime::now().checked_sub(span(text)?).unwrap_or(UNIX_EPOCH);
    Ok(since.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis())
}
