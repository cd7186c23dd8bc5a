//! The line of a read token, without its text.

use std::time::SystemTime;

use super::escape::push_string;
use super::object::Object;
use crate::read_token::ListedToken;

/// Appends a token.
pub(in crate::report) fn read_token(buffer: &mut Vec<u8>, listed: &ListedToken, now: SystemTime) {
    let token = &listed.token;
    let mut line = Object::line(buffer, "read_token");
    line.text("name", &token.name.to_string())
        .text("project", &token.project)
        .list("events", token.events.iter(), |buffer, pattern| push_string(buffer, &pattern.to_string()))
        .time("created_at", token.created_at)
        .time("expires_at", token.expires_at)
        .number("expired", token.has_expired(now));
    if let Some(at) = listed.used_at {
        line.time("used_at", at);
    }
    line.end_line();
}
