//! The notes that a replay shows, as text.

use crate::replay::ReplayProgress;

/// The text of a note; `None` for a delivery, which is not a note.
pub(super) fn note(progress: &ReplayProgress) -> Option<String> {
    Some(match progress {
        ReplayProgress::Replayed(_) => return None,
        ReplayProgress::Destination(text) => text.clone(),
        ReplayProgress::Unproven { id } => format!(
            "{id} was refused: nothing shows that Zoom sent it. It is now signed with your secret token, so your app \
             cannot tell it from a request from Zoom. `zoomhook verify {id}` shows why it was refused."
        ),
        ReplayProgress::Skipped { count } => format!(
            "Refused deliveries that were skipped: {count}. Nothing shows that Zoom sent them. To send them, give \
             their ids or --verdict."
        ),
        ReplayProgress::Masked(names) => {
            format!("Not sent, because the history stores no credentials: {}.", names.join(", "))
        }
        ReplayProgress::Bodiless => {
            "The body was not read when the request was refused, so the request is sent without a body."
                .to_owned()
        }
        ReplayProgress::Added(paths) => {
            format!("Not in the event, so --set adds it: {}.", paths.join(", "))
        }
        ReplayProgress::WaitingForApp { target, limit } => {
            let limit = limit.as_secs();
            format!("Your app does not accept connections at {target} yet. Waiting for up to {limit} s.")
        }
    })
}
