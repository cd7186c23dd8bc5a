//! The catalogue of events that Zoom is known to send, with their shapes and samples. [`find`] looks up an event.
//!
//! Pure, like the rest of the protocol: a seed and a time in, bytes out. Events are parsed on demand: looking up one
//! event parses only its line.
//!
//! | item | what it is for |
//! | --- | --- |
//! | `events.tsv` | one line per event: name, group, sources, `deprecated` or `-`, shape |
//! | [`Shape`] (`shape.rs`) | the shape of a value, and its notation in `events.tsv` |
//! | `observed.rs`, `drift.rs` | what deliveries have, and how it differs from the catalogue |
//! | `learning.rs`, `learned.rs` | adds to the catalogue what deliveries have |
//! | [`Certainty`] (`certainty.rs`) | how certain it is that a delivery has a field |
//! | `fit.rs` | checks whether a JSON text fits a shape |
//! | `schema.rs` | converts a shape to JSON Schema 2020-12 |
//! | `types/` | type definitions for programming languages |
//! | `search.rs` | searches names and fields; suggests names for a mistyped one |
//! | [`Node`] | a JSON value that keeps the order of its members |
//! | [`Sample`] (`sample/`) | generated payloads, consistent and repeatable |
//! | [`Scenario`] (`scenario/`) | sequences of events, as Zoom would send them |
//!
//! # Where the facts come from
//! Names of events and fields, types, enumerations and the order of keys were collected from Zoom's published
//! webhook reference and OpenAPI files, from the type definitions of Zoom's library `@zoom/rivet`, and from
//! published samples of deliveries. Only their structure was used; none of their text was copied.
//! [`Event::sources`] lists the sources of an event.
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

mod certainty;
#[cfg(feature = "cli")]
mod drift;
mod fit;
mod learned;
#[cfg(feature = "cli")]
mod learning;
#[cfg(feature = "cli")]
mod observed;
mod sample;
pub mod scenario;
mod schema;
mod search;
mod shape;
#[cfg(feature = "cli")]
mod types;

pub use crate::json::{InvalidPath, JsonKind, JsonName, JsonValue, NotReadable};
pub use certainty::Certainty;
#[cfg(feature = "cli")]
pub(crate) use drift::{DriftKind, EventDrift, drift};
pub use fit::Misfit;
#[cfg(feature = "cli")]
pub(crate) use learned::{is_event_name as is_name_of_an_event, use_learned};
#[cfg(feature = "cli")]
pub(crate) use learning::{NewlyLearned, write_learned};
#[cfg(feature = "cli")]
pub(crate) use observed::{Observations, ObservedKind, is_field_name as is_name_of_a_field};
pub(in crate::zoom) use sample::client_id;
pub use sample::{Fullness, Sample, SampleBody, request_ids};
pub use scenario::Scenario;
pub use search::{nearest, search};
pub use shape::{Field, Format, Leaf, Shape, ShapeKind};
#[cfg(feature = "cli")]
pub(crate) use types::{TypeLanguage, write_types};

/// A JSON value that owns its data.
pub type Node = JsonValue<'static>;

/// One line per event, sorted by name. Each line ends with `\n`.
const EVENTS: &str = include_str!("events.tsv");

/// One event that Zoom can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    name: &'static str,
    group: &'static str,
    sources: &'static str,
    deprecated: bool,
    shape: &'static str,
    /// The shape of deliveries on this machine.
    learned: Option<&'static str>,
}

/// A source of the data about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Zoom's published OpenAPI files.
    OpenApi,
    /// The type definitions of `@zoom/rivet`, Zoom's own library.
    Rivet,
    /// The structure of published sample payloads.
    Samples,
    /// A list or changelog with only the event's name: its fields are a guess.
    NameOnly,
    /// Deliveries that this machine received.
    Deliveries,
}

impl Source {
    /// A description for users, also in JSON output.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::OpenApi => "Zoom's published OpenAPI files",
            Self::Rivet => "the type definitions of @zoom/rivet",
            Self::Samples => "the form of published sample payloads",
            Self::NameOnly => "its name alone, from a list or a changelog",
            Self::Deliveries => "deliveries on this machine",
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
            learned: None,
        })
    }

    /// Its name, such as `meeting.started`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The product of the event, such as `meetings` or `contact-center`.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Whether Zoom has deprecated the event.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.deprecated
    }

    /// The sources of the data about the event.
    #[must_use]
    pub fn sources(&self) -> Vec<Source> {
        let source = |letter| match letter {
            'd' => Some(Source::OpenApi),
            'r' => Some(Source::Rivet),
            's' => Some(Source::Samples),
            'n' => Some(Source::NameOnly),
            'l' => Some(Source::Deliveries),
            _ => None,
        };
        let learned = self.learned.map(|_| Source::Deliveries);
        self.sources.chars().filter_map(source).chain(learned).collect()
    }

    /// The shape of its body.
    #[must_use]
    pub fn shape(&self) -> Shape {
        // A test parses all 614 shapes, so the fallback is never used. `Any` fits everything.
        let mut shape = Shape::parse(self.shape).unwrap_or(Shape::Leaf(Leaf::any()));
        let sources = self.sources();
        if sources == [Source::Deliveries] {
            certainty::mark_as_seen(&mut shape);
        }
        certainty::settle(&mut shape, &sources);
        match self.learned.and_then(learned::shape) {
            Some(seen) => learned::merge(shape, &seen),
            None => shape,
        }
    }

    /// Another spelling of its name that Zoom also uses.
    #[must_use]
    pub fn other_spelling(&self) -> Option<&'static str> {
        other_spelling(self.name)
    }
}

/// Names that Zoom spells in two ways. The first is the one in Zoom's reference, and in [`all`].
const SPELLINGS: [(&str, &str); 1] = [("group.member_deleted", "group.members_deleted")];

fn other_spelling(name: &str) -> Option<&'static str> {
    SPELLINGS.iter().find_map(|(one, other)| match name {
        name if name == *one => Some(*other),
        name if name == *other => Some(*one),
        _ => None,
    })
}

/// All events, sorted by name.
pub fn all() -> impl Iterator<Item = Event> {
    let mut events: Vec<Event> = EVENTS.lines().filter_map(Event::of_line).collect();
    for seen in learned::events() {
        match events.binary_search_by(|event| event.name.cmp(seen.name)) {
            Ok(at) => events[at].learned = Some(seen.shape),
            Err(at) => events.insert(at, seen),
        }
    }
    events.into_iter()
}

/// The event with this name, in either spelling. Parses about ten lines of the catalogue.
#[must_use]
pub fn find(name: &str) -> Option<Event> {
    if let Some((known, other)) = SPELLINGS.iter().find(|(_, other)| *other == name) {
        return find(known).map(|event| Event { name: other, ..event });
    }
    let seen = learned::about(name);
    match shipped(name) {
        Some(event) => Some(Event { learned: seen.map(|seen| seen.shape), ..event }),
        None => seen,
    }
}

/// The event of `events.tsv` with this name.
fn shipped(name: &str) -> Option<Event> {
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

/// The groups with their numbers of events, sorted by name.
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
    fn has_614_events_sorted_without_duplicates() {
        let names: Vec<_> = all().map(|event| event.name).collect();
        assert_eq!(names.len(), 614);
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(groups().iter().map(|(_, count)| count).sum::<usize>(), 614);
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
    fn every_shape_survives_a_round_trip() {
        for event in all() {
            assert_eq!(event.shape().to_string(), event.shape, "{}", event.name);
        }
    }

    #[test]
    fn an_event_is_found_in_either_spelling() {
        let [one, other] = ["group.member_deleted", "group.members_deleted"].map(|name| find(name).unwrap());
        assert_eq!((one.shape(), one.other_spelling()), (other.shape(), Some(other.name())));
        assert_eq!((other.name(), other.other_spelling()), ("group.members_deleted", Some(one.name())));
    }

    /// A sample has one value for each field, which says nothing about other values.
    #[test]
    fn no_value_is_the_only_one_and_empty() {
        for event in all() {
            event.shape().walk(&mut |path, shape, _| {
                let Shape::Leaf(leaf) = shape else { return };
                assert_ne!(leaf.values, [""], "{} {path}", event.name);
            });
        }
    }

    #[test]
    fn every_event_has_a_source() {
        for event in all() {
            assert!(!event.sources().is_empty(), "{}", event.name);
        }
        assert_eq!(all().filter(Event::is_deprecated).count(), 4);
    }
}
