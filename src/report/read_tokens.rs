//! Prints read tokens: a new one once, and the list without their texts.

use std::time::{Duration, SystemTime};

use super::clock::Clock;
use super::grammar::span;
use super::ndjson;
use super::out::OutputError;
use super::page::{Cell, PagedText};
use super::theme::Ink;
use super::{Format, print_json, print_note, print_raw};
use crate::read_token::{ListedToken, ReadToken};

/// The precision of the last use.
const MINUTE: Duration = Duration::from_secs(60);

/// Prints the text of a new token to stdout, and what it allows to stderr.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_new_read_token(token: &ReadToken, text: &str) -> Result<(), OutputError> {
    print_raw(format!("{text}\n").as_bytes())?;
    let until = Clock::local().with_date(token.expires_at);
    let events = if token.events.is_empty() { "all events".to_owned() } else { events_of(token) };
    print_note(&format!("Read token {} for {}", token.name, token.project));
    print_note(&format!("Shows {events}. Expires {until}."));
    print_note("This token is not shown again. Anyone who has it can read events with personal data.");
    Ok(())
}

/// Prints all tokens.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_read_tokens(
    tokens: &[ListedToken],
    now: SystemTime,
    format: Format,
) -> Result<(), OutputError> {
    if format == Format::Json {
        return tokens.iter().try_for_each(|listed| {
            let mut line = Vec::new();
            ndjson::read_token(&mut line, listed, now);
            print_json(&line)
        });
    }
    if tokens.is_empty() {
        print_note("There are no read tokens. `zoomhook inspect token create NAME` makes one.");
        return Ok(());
    }
    let mut page = PagedText::of_stdout();
    put(&mut page, tokens, now);
    page.print()
}

fn put(page: &mut PagedText, tokens: &[ListedToken], now: SystemTime) {
    let rows: Vec<Vec<Cell>> = tokens
        .iter()
        .map(|listed| {
            let token = &listed.token;
            let (ink, ends) = match token.expires_at.duration_since(now) {
                Ok(left) if !token.has_expired(now) => (Ink::Plain, format!("expires in {}", span(left))),
                _ => (Ink::Warn, "expired".to_owned()),
            };
            let used = match listed.used_at.map(|at| now.duration_since(at).unwrap_or_default()) {
                None => "never used".to_owned(),
                // The last use is known to the minute.
                Some(ago) if ago < MINUTE => "used in the last minute".to_owned(),
                Some(ago) => format!("used {} ago", span(ago)),
            };
            let events = if token.events.is_empty() { "all events".to_owned() } else { events_of(token) };
            vec![
                Cell::new(Ink::Bold, token.name.to_string()),
                Cell::new(Ink::Plain, events),
                Cell::new(ink, ends),
                Cell::new(Ink::Plain, used),
                Cell::new(Ink::Dim, token.project.clone()),
            ]
        })
        .collect();
    page.table(&rows, &[]);
}

fn events_of(token: &ReadToken) -> String {
    token.events.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
