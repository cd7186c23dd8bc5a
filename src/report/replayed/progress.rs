//! The notes of a replay, in words.

use crate::replay::ReplayProgress;

/// The text of a note; `None` for a delivery, which has a form of its own.
pub(super) fn note(progress: &ReplayProgress) -> Option<String> {
    Some(match progress {
        ReplayProgress::Replayed(_) => return None,
        ReplayProgress::Destination(place) => place.clone(),
        ReplayProgress::Unproven { id } => format!(
            "{id} was refused: nothing tells that Zoom sent it. It is signed with your secret token now, so that \
             your app takes it for Zoom's. `zoomhook verify {id}` shows what is wrong with it."
        ),
        ReplayProgress::Skipped { count } => format!(
            "Left out, because nothing tells that Zoom sent them: {count} refused. By id, or with --verdict, they \
             are sent."
        ),
        ReplayProgress::Masked(names) => {
            format!("Left out, because the history keeps no credentials: {}.", names.join(", "))
        }
        ReplayProgress::Bodiless => {
            "Its body was refused unread and is not kept: it is sent without one.".to_owned()
        }
        ReplayProgress::Added(paths) => {
            format!("Was not in the event, and is added: {}.", paths.join(", "))
        }
        ReplayProgress::WaitingForApp { target, limit } => {
            let limit = limit.as_secs();
            format!("Your app is not up yet at {target}: waiting for it, {limit} s at most.")
        }
    })
}
