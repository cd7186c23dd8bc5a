//! The line of `stream status`, and what other lines say about a stream.

use super::object::Object;
use crate::delivery::StreamPlace;
use crate::stream::StreamStatus;

/// Appends the state of a stream.
pub(in crate::report) fn stream_status(buffer: &mut Vec<u8>, status: &StreamStatus) {
    let mut line = Object::line(buffer, "stream");
    line.text("server", &status.server)
        .text("app", &status.app)
        .text("stream", &status.stream)
        .number("events", status.deliveries)
        .number("bytes", status.bytes);
    match status.max_bytes {
        Some(most) => line.number("max_bytes", most),
        None => line.number("max_bytes", "null"),
    };
    match status.max_age {
        Some(age) => line.millis("max_age_ms", age),
        None => line.number("max_age_ms", "null"),
    };
    if let Some((oldest, newest)) = status.between {
        line.time("oldest_at", oldest).time("newest_at", newest);
    }
    line.number("replicas", status.replicas)
        .number("in_memory", status.is_in_memory)
        .millis("duplicate_window_ms", status.duplicate_window)
        .list("followers", status.followers.iter(), |buffer, follower| {
            let mut object = Object::open(buffer);
            object
                .text("name", &follower.name)
                .number("behind", follower.behind)
                .number("unconfirmed", follower.unconfirmed)
                .number("connected", follower.is_connected);
            if let Some(at) = follower.confirmed_at {
                object.time("confirmed_at", at);
            }
            object.close();
        });
    line.end_line();
}

/// Writes a stream as a member.
pub(super) fn place(line: &mut Object<'_>, name: &str, place: &StreamPlace) {
    line.object(name, |object| {
        object.text("server", &place.server);
        if let Some(app) = &place.app {
            object.text("app", app);
        }
        if let Some(follower) = &place.follower {
            object.text("as", follower);
        }
    });
}
