//! The filter that a user types: patterns for the event's name, and words.

use crate::delivery::{Delivery, EventPattern};

/// A typed filter. A delivery must match every word.
#[derive(Debug, Clone)]
pub(super) struct TypedFilter {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
enum Word {
    /// A pattern with `*`, `?` or braces, for the event's name.
    Pattern(EventPattern),
    /// Other text, in lower case, which the event's name or the body must contain.
    Text(String),
}

impl TypedFilter {
    /// Parses a text; `None` if it is blank. An invalid pattern is searched for as text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let word = |word: &str| match word.parse::<EventPattern>() {
            Ok(pattern) if !pattern.is_literal() => Word::Pattern(pattern),
            _ => Word::Text(word.to_lowercase()),
        };
        let words: Vec<_> = text.split_whitespace().map(word).collect();
        (!words.is_empty()).then(|| Self { text: text.trim().to_owned(), words })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether every word matches.
    pub(super) fn matches(&self, delivery: &Delivery) -> bool {
        let event = delivery.judgement.event().unwrap_or_default();
        // Converted only for a word that the name does not contain.
        let mut body = None;
        self.words.iter().all(|word| match word {
            Word::Pattern(pattern) => pattern.matches(event),
            Word::Text(text) => {
                event.to_lowercase().contains(text)
                    || body
                        .get_or_insert_with(|| String::from_utf8_lossy(&delivery.request.body).to_lowercase())
                        .contains(text)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::filter::tests::{event, refused};

    #[test]
    fn matches_patterns_with_the_name_and_words_with_name_or_body() {
        let delivery = event("meeting.started", r#"{"topic":"Weekly Sync"}"#);
        for text in ["meeting.*", "started", "weekly", "MEETING sync", "*.{started,ended} weekly"] {
            assert!(TypedFilter::of(text).unwrap().matches(&delivery), "{text}");
        }
        for text in ["phone.*", "weekly phone", "*.ended", "meeting.* monthly"] {
            assert!(!TypedFilter::of(text).unwrap().matches(&delivery), "{text}");
        }
    }

    #[test]
    fn matches_the_claimed_event_of_a_refused_request() {
        assert!(TypedFilter::of("meeting.*").unwrap().matches(&refused("meeting.started")));
        assert!(!TypedFilter::of("phone.*").unwrap().matches(&refused("meeting.started")));
    }

    #[test]
    fn a_blank_text_is_not_a_filter_and_an_invalid_pattern_is_text() {
        assert!(TypedFilter::of("  ").is_none());
        assert!(TypedFilter::of("a[").unwrap().matches(&event("a.b", "xa[y")));
    }
}
