//! Which deliveries are shown from now on, as it is typed: patterns for the event's name, and words.

use crate::delivery::{Delivery, EventPattern};

/// A filter that was typed.
#[derive(Debug, Clone)]
pub(super) struct TypedFilter {
    text: String,
    words: Vec<Word>,
}

#[derive(Debug, Clone)]
enum Word {
    /// Something with `*`, `?` or braces: for the event's name.
    Pattern(EventPattern),
    /// Anything else, in lower case: in the event's name or in the body.
    Text(String),
}

impl TypedFilter {
    /// Reads a text; `None` where there is nothing in it. What is no sound pattern is searched for as text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let word = |word: &str| match word.parse::<EventPattern>() {
            Ok(pattern) if !pattern.is_literal() => Word::Pattern(pattern),
            _ => Word::Text(word.to_lowercase()),
        };
        let words: Vec<_> = text.split_whitespace().map(word).collect();
        (!words.is_empty()).then(|| Self { text: text.trim().to_owned(), words })
    }

    /// As it was typed.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether every word fits.
    pub(super) fn lets_pass(&self, delivery: &Delivery) -> bool {
        let event = delivery.judgement.event().unwrap_or_default();
        // Made only for a word that the name does not have.
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
    fn takes_patterns_for_the_name_and_words_for_name_or_body() {
        let delivery = event("meeting.started", r#"{"topic":"Weekly Sync"}"#);
        for text in ["meeting.*", "started", "weekly", "MEETING sync", "*.{started,ended} weekly"] {
            assert!(TypedFilter::of(text).unwrap().lets_pass(&delivery), "{text}");
        }
        for text in ["phone.*", "weekly phone", "*.ended", "meeting.* monthly"] {
            assert!(!TypedFilter::of(text).unwrap().lets_pass(&delivery), "{text}");
        }
    }

    #[test]
    fn a_refused_one_is_found_by_what_it_claims() {
        assert!(TypedFilter::of("meeting.*").unwrap().lets_pass(&refused("meeting.started")));
        assert!(!TypedFilter::of("phone.*").unwrap().lets_pass(&refused("meeting.started")));
    }

    #[test]
    fn nothing_is_no_filter_and_a_broken_pattern_is_a_text() {
        assert!(TypedFilter::of("  ").is_none());
        assert!(TypedFilter::of("a[").unwrap().lets_pass(&event("a.b", "xa[y")));
    }
}
