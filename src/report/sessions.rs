//! Prints running sessions: for `status`, and for `listen --detach`.

use super::clock::Clock;
use super::ndjson;
use super::out::OutputError;
use super::page::PagedText;
use super::theme::Ink;
use super::{Format, VerdictFormat, print_json, print_note, print_raw};
use crate::instances::Entry;

/// Prints all running sessions.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_sessions(running: &[Entry], format: Format) -> Result<(), OutputError> {
    if format == Format::Json {
        return running.iter().try_for_each(|entry| print_json(&line(entry)));
    }
    let mut page = PagedText::of_stdout();
    for (at, entry) in running.iter().enumerate() {
        if at > 0 {
            page.gap();
        }
        page.inked(Ink::Bold, url(entry));
        page.named(&facts(entry));
    }
    page.print()
}

/// Prints the URL of a session that has started in the background, and how to go on.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_started(entry: &Entry, format: VerdictFormat) -> Result<(), OutputError> {
    if format == VerdictFormat::Json {
        return print_json(&line(entry));
    }
    print_raw(format!("{}\n", url(entry)).as_bytes())?;
    print_note(&format!(
        "Listening in the background (pid {}). `zoomhook status` shows it, `zoomhook stop` stops it.",
        entry.pid
    ));
    Ok(())
}

/// Prints the output of a session that could not start, without its lines for programs.
pub(crate) fn print_output_of_session(output: &str) {
    output.lines().filter(|line| !line.starts_with(r#"{"v":"#)).for_each(print_note);
}

/// A session in a list of candidates: its local URL, and its project.
pub(crate) fn session_in_a_line(entry: &Entry) -> String {
    match &entry.project {
        Some(project) => format!("{}  {project}", entry.url),
        None => entry.url.clone(),
    }
}

/// The URL that a person looks for.
fn url(entry: &Entry) -> &str {
    entry.public_url.as_deref().unwrap_or(&entry.url)
}

fn facts(entry: &Entry) -> Vec<(&'static str, String)> {
    let path = |path: &std::path::PathBuf| path.display().to_string();
    let state = if entry.is_ready { "ready" } else { "starting" };
    let local = entry.public_url.as_ref().map(|_| entry.url.clone());
    let since = Clock::local().with_date(entry.since);
    let facts = [
        ("state", Some(format!("{state}, pid {}, since {since}", entry.pid))),
        ("local", local),
        ("app", (!entry.apps.is_empty()).then(|| entry.apps.join(", "))),
        ("project", entry.project.clone()),
        ("inspector", entry.inspector.clone()),
        ("history", entry.history_file.as_ref().map(path)),
        ("output", entry.log.as_ref().map(path)),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// A session as a line of NDJSON.
#[must_use]
pub(crate) fn line(entry: &Entry) -> Vec<u8> {
    let mut line = Vec::new();
    ndjson::running_session(&mut line, entry);
    line
}
