//! Warns about event patterns that match no known event: most likely a typing error.

use std::collections::BTreeSet;

use crate::delivery::{EventPattern, Warning};
use crate::zoom::CHALLENGE_EVENT;
use crate::zoom::catalogue::{self, nearest};

/// The warning for a pattern of `flag` that matches no event of the catalogue. The catalogue may lack new events, so a
/// name without wildcards is suspicious only if it is close to a known one.
pub(crate) fn check(flag: &'static str, pattern: &EventPattern) -> Option<Warning> {
    let UnlistedPattern { text, meant } = unlisted(pattern)?;
    let is_suspicious = !pattern.is_literal() || meant.is_some();
    is_suspicious.then_some(Warning::NoKnownEvent { flag, pattern: text, meant })
}

/// Whether a pattern is a name that is not in the catalogue and not close to one that is.
pub(crate) fn is_unlisted(pattern: &EventPattern) -> bool {
    pattern.is_literal() && unlisted(pattern).is_some_and(|unlisted| unlisted.meant.is_none())
}

/// A pattern that matches no event of the catalogue.
struct UnlistedPattern {
    text: String,
    /// What is close to it and matches one.
    meant: Option<String>,
}

/// `None` if it matches an event.
fn unlisted(pattern: &EventPattern) -> Option<UnlistedPattern> {
    if names().any(|name| pattern.matches(name)) {
        return None;
    }
    let text = pattern.to_string();
    let meant = if pattern.is_literal() { close_name(&text) } else { close_pattern(&text) };
    Some(UnlistedPattern { text, meant })
}

fn names() -> impl Iterator<Item = &'static str> {
    catalogue::all().map(|event| event.name()).chain([CHALLENGE_EVENT])
}

fn close_name(name: &str) -> Option<String> {
    nearest(name, names()).first().map(ToString::to_string)
}

/// The pattern with the closest known words before the first wildcard, if it then matches an event.
fn close_pattern(text: &str) -> Option<String> {
    let wildcard = text.find(['*', '?', '[', '{', '\\'])?;
    let end = text[..wildcard].rfind('.')?;
    let (words, rest) = text.split_at(end);
    let dots = words.matches('.').count();
    let prefixes: BTreeSet<&str> = names().filter_map(|name| prefix(name, dots)).collect();
    let matches = |text: &String| {
        text.parse::<EventPattern>().is_ok_and(|pattern| names().any(|name| pattern.matches(name)))
    };
    nearest(words, prefixes).into_iter().map(|near| format!("{near}{rest}")).find(matches)
}

/// A name up to the dot after `dots` others.
fn prefix(name: &str, dots: usize) -> Option<&str> {
    name.match_indices('.').nth(dots).map(|(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_about_patterns_that_match_no_known_event() {
        for (pattern, expected) in [
            ("meeting.started", None),
            ("meeting.*", None),
            ("*", None),
            ("endpoint.url_validation", None),
            ("{meeting,webinar}.started", None),
            ("brand_new.thing_happened", None),
            ("meeting.strated", Some(Some("meeting.started"))),
            ("meting.*", Some(Some("meeting.*"))),
            ("recordng.{completed,stopped}", Some(Some("recording.{completed,stopped}"))),
            ("meeting.strt*", Some(None)),
            ("qqqqqqqqqqqq.*", Some(None)),
        ] {
            let found = check("--expect", &pattern.parse().unwrap()).map(|warning| match warning {
                Warning::NoKnownEvent { meant, .. } => meant,
                other => panic!("{other:?}"),
            });
            assert_eq!(found, expected.map(|meant| meant.map(str::to_owned)), "{pattern}");
        }
    }
}
