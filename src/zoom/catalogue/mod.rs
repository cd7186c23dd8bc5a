//! Every event that Zoom is known to send, what each looks like, and samples of them.
//!
//! Pure, like the rest of the protocol: a seed and a time in, bytes out. Nothing is read before it is asked
//! for, and looking up one event reads that event's line alone.
//!
//! | file | holds |
//! | --- | --- |
//! | `events.tsv` | the facts, a line an event: name, group, sources, `deprecated` or `-`, shape |
//! | [`Shape`] (`shape.rs`) | the form of a value, and how it is written in `events.tsv` |
//! | `fit.rs` | does a JSON text fit a shape, and if not, where |
//! | `schema.rs` | a shape as JSON Schema 2020-12 |
//! | `search.rs` | words in names and fields; the nearest names to a mistyped one |
//! | [`Node`] | a JSON value that keeps its order, and its bytes as Zoom writes them |
//! | [`Sample`] (`sample/`) | made-up payloads, coherent and repeatable |
//! | [`Scenario`] (`scenario/`) | events in the order in which Zoom would send them |
//!
//! # Where the facts come from
//! Names of events and fields, types, enumerations and the order of keys were collected from Zoom's published
//! webhook reference and OpenAPI files, from the type definitions of Zoom's library `@zoom/rivet`, and from
//! published samples of deliveries, of which only the form was taken. No text of theirs is here. Each
//! event says which of these know it: [`Event::sources`].
//!
//! # Example
//! ```
//! use std::time::{Duration, UNIX_EPOCH};
//! use zoomhook::zoom::{SecretToken, catalogue};
//!
//! let secret = SecretToken::new("4fv1RkqGQUq5sWbEz6hA5A")?;
//! let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
//! let event = catalogue::find("meeting.started").ok_or("no such event")?;
//! let body = catalogue::Sample::new(7, now).set("payload.object.topic", "Quarterly")?.of(&event);
//! assert!(body.to_json().contains(r#""topic":"Quarterly""#));
//!
//! let request = body.sign(&secret, now);
//! assert!(request.headers().iter().any(|(name, _)| *name == "x-zm-signature"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod fit;
mod sample;
pub mod scenario;
mod schema;
mod search;
mod shape;

pub use crate::json::{InvalidPath, JsonKind, JsonName, JsonValue, NotReadable};
pub use fit::Misfit;
pub(in crate::zoom) use sample::client_id;
pub use sample::{Fullness, Sample, SampleBody, request_ids};
pub use scenario::Scenario;
pub use search::{nearest, search};
pub use shape::{Field, Format, Leaf, Shape, ShapeKind};

/// A JSON value that owns its texts.
pub type Node = JsonValue<'static>;

/// A line an event, sorted by name; each line ends with `\n`.
const EVENTS: &str = include_str!("events.tsv");

/// One event that Zoom can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    name: &'static str,
    group: &'static str,
    sources: &'static str,
    deprecated: bool,
    shape: &'static str,
}

/// Where the knowledge about an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Zoom's published OpenAPI files.
    OpenApi,
    /// The type definitions of `@zoom/rivet`, Zoom's own library.
    Rivet,
    /// The form of published sample payloads.
    Samples,
    /// Only its name is known, from a list or a changelog: its fields are a guess.
    NameOnly,
}

impl Source {
    /// In words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::OpenApi => "Zoom's published OpenAPI files",
            Self::Rivet => "the type definitions of @zoom/rivet",
            Self::Samples => "the form of published sample payloads",
            Self::NameOnly => "its name alone, from a list or a changelog",
        }
    }
}

impl Event {
    fn of_line(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        Some(Self {
            name: columns.next()?,
            group: columns.next()?,
            sources: columns.next()?,
            deprecated: columns.next()? == "deprecated",
            shape: columns.next()?,
        })
    }

    /// Its name, such as `meeting.started`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The product that it belongs to, such as `meetings` or `contact-center`.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Whether Zoom has announced its end.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// Where the knowledge about it comes from.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let source = |letter| match letter {
            'd' => Some(Source::OpenApi),
            'r' => Some(Source::Rivet),
            's' => Some(Source::Samples),
            'n' => Some(Source::NameOnly),
            _ => None,
        };
        self.sources.chars().filter_map(source).collect()
    }

    /// The form of its body.
    #[must_use]
    pub fn shape(&self) -> Shape {
        // All 609 can be read: a test reads them. `Any` would fit everything.
        Shape::parse(self.shape).unwrap_or(Shape::Leaf(Leaf::any()))
    }
}

/// All events, in the order of their names.
pub fn all() -> impl Iterator<Item = Event> {
    EVENTS.lines().filter_map(Event::of_line)
}

/// The event of this name. Reads about ten lines of the catalogue.
#[must_use]
pub fn find(name: &str) -> Option<Event> {
    let (mut low, mut high) = (0, EVENTS.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = EVENTS.as_bytes()[..middle].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let event = Event::of_line(EVENTS.get(start..)?.lines().next()?)?;
        match event.name.cmp(name) {
            std::cmp::Ordering::Equal => return Some(event),
            std::cmp::Ordering::Greater => high = start,
            std::cmp::Ordering::Less => {
                low = EVENTS[start..].find('\n').map_or(EVENTS.len(), |length| start + length + 1);
            }
        }
    }
    None
}

/// The groups and how many events each has, in the order of their names.
#[must_use]
pub fn groups() -> Vec<(&'static str, usize)> {
    let mut groups = std::collections::BTreeMap::new();
    for event in all() {
        *groups.entry(event.group).or_insert(0) += 1;
    }
    groups.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_609_events_in_order_each_once() {
        let names: Vec<_> = all().map(|event| event.name).collect();
        assert_eq!(names.len(), 609);
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(groups().iter().map(|(_, count)| count).sum::<usize>(), 609);
    }

    #[test]
    fn finds_every_event_and_nothing_else() {
        for event in all() {
            assert_eq!(find(event.name), Some(event));
        }
        for name in ["", "a", "zzz", "meeting.starte", "meeting.startedd", "meeting"] {
            assert_eq!(find(name), None, "{name}");
        }
    }

    #[test]
    fn every_shape_is_read_and_written_back() {
        for event in all() {
            assert_eq!(Shape::parse(event.shape).unwrap().to_string(), event.shape, "{}", event.name);
        }
    }

    #[test]
    fn every_event_says_who_knows_it() {
        for event in all() {
            assert!(!event.sources().is_empty(), "{}", event.name);
        }
        assert_eq!(all().filter(Event::is_deprecated).count(), 4);
    }
}
