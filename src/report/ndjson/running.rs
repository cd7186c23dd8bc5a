//! The line about a running session.

use super::escape::push_string;
use super::object::Object;
use crate::instances::Entry;

/// Appends the line of one session.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, entry: &Entry) {
    let path = |path: &std::path::PathBuf| path.display().to_string();
    let mut line = Object::line(buffer, "session");
    line.number("pid", entry.pid)
        .number("ready", entry.is_ready)
        .text_or_null("url", entry.public_url.as_deref())
        .text("local_url", &entry.url)
        .time("since", entry.since)
        .text_or_null("project", entry.project.as_deref())
        .list("apps", entry.apps.iter(), |buffer, app| push_string(buffer, app))
        .text_or_null("inspect_url", entry.inspector.as_deref())
        .text_or_null("history_file", entry.history_file.as_ref().map(path).as_deref())
        .text_or_null("log", entry.log.as_ref().map(path).as_deref());
    line.end_line();
}
