//! Compares deliveries with the catalogue: [`drift`].

use super::observed::{ObservedKind, ObservedValue};
use super::{Certainty, Observations, Shape, ShapeKind, Source, find};

/// How the deliveries of one event differ from the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventDrift {
    /// The event.
    pub(crate) event: String,
    /// The number of deliveries.
    pub(crate) deliveries: u64,
    /// Whether the catalogue has the event.
    pub(crate) is_known: bool,
    /// The differences, in the order of the fields.
    pub(crate) found: Vec<FieldDrift>,
    /// The number of optional fields that never came.
    pub(crate) optional_never: usize,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldDrift {
    /// The field's path, as `events show` prints it.
    pub(crate) path: String,
    /// How it differs.
    pub(crate) kind: DriftKind,
}

/// How a field differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DriftKind {
    /// The catalogue does not have the field.
    Unknown {
        /// The types that were seen.
        seen: Vec<ObservedKind>,
        /// How often it was seen.
        count: u64,
    },
    /// Its type is another one.
    Type {
        /// The catalogue's type.
        known: &'static str,
        /// The types that were seen instead.
        seen: Vec<ObservedKind>,
        /// How often.
        count: u64,
    },
    /// It was in no delivery, although it is not documented as optional.
    Never {
        /// How certain the catalogue is.
        certainty: Certainty,
    },
}

/// Compares every event that was observed, sorted by name.
pub(crate) fn drift(observations: &Observations) -> Vec<EventDrift> {
    let of_event = |(name, observed): (&str, &super::observed::ObservedEvent)| {
        let event = find(name);
        let mut comparing = Comparing::default();
        if let Some(event) = event {
            comparing.looks_into_maps = event.sources() == [Source::NameOnly];
            comparing.compare(&event.shape(), &observed.body, "");
        }
        EventDrift {
            event: name.to_owned(),
            deliveries: observed.deliveries,
            is_known: event.is_some(),
            found: comparing.found,
            optional_never: comparing.optional_never,
        }
    };
    observations.events().map(of_event).collect()
}

#[derive(Default)]
struct Comparing {
    found: Vec<FieldDrift>,
    optional_never: usize,
    /// Whether an object with unknown members is one whose members nobody has described.
    looks_into_maps: bool,
}

impl Comparing {
    fn compare(&mut self, known: &Shape, seen: &ObservedValue, path: &str) {
        let (name, fitting) = kinds_of(known);
        let other: Vec<ObservedKind> = seen.kinds().filter(|kind| !fitting.contains(kind)).collect();
        if !other.is_empty() {
            let count = other.iter().map(|kind| seen.count_of(*kind)).sum();
            self.push(path, DriftKind::Type { known: name, seen: other, count });
        }
        match known {
            Shape::List(item) => {
                if let Some(items) = &seen.items {
                    self.compare(item, items, &format!("{path}[]"));
                }
            }
            Shape::Object(_) => self.compare_fields(known, seen, path),
            Shape::Map if self.looks_into_maps => self.compare_fields(known, seen, path),
            Shape::Map | Shape::Leaf(_) => {}
        }
    }

    fn compare_fields(&mut self, known: &Shape, seen: &ObservedValue, path: &str) {
        let dot = if path.is_empty() { "" } else { "." };
        for field in known.fields() {
            let path = format!("{path}{dot}{}", field.name);
            match seen.fields.iter().find(|(name, _)| name == field.name) {
                Some((_, value)) => self.compare(&field.shape, value, &path),
                // Without an object there was nothing that could lack the field.
                None if seen.count_of(ObservedKind::Object) == 0 => {}
                None if field.certainty.is_optional() => self.optional_never += 1,
                None => self.push(&path, DriftKind::Never { certainty: field.certainty }),
            }
        }
        for (name, value) in &seen.fields {
            if known.fields().iter().all(|field| field.name != name) {
                let kind = DriftKind::Unknown { seen: value.kinds().collect(), count: value.count() };
                self.push(&format!("{path}{dot}{name}"), kind);
            }
        }
    }

    fn push(&mut self, path: &str, kind: DriftKind) {
        self.found.push(FieldDrift { path: path.to_owned(), kind });
    }
}

/// The name of a shape's type, and the types that fit it.
fn kinds_of(shape: &Shape) -> (&'static str, &'static [ObservedKind]) {
    match shape {
        Shape::List(_) => ("array", &[ObservedKind::List]),
        Shape::Object(_) | Shape::Map => ("object", &[ObservedKind::Object]),
        Shape::Leaf(leaf) => {
            let fitting: &[ObservedKind] = match leaf.kind {
                ShapeKind::String => &[ObservedKind::String],
                ShapeKind::Integer => &[ObservedKind::Integer],
                ShapeKind::Number => &[ObservedKind::Number, ObservedKind::Integer],
                ShapeKind::Boolean => &[ObservedKind::Boolean],
                ShapeKind::Any => &ObservedKind::ALL,
            };
            (leaf.kind.name(), fitting)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(event: &str, bodies: &[&str]) -> Vec<String> {
        let mut observations = Observations::default();
        bodies.iter().for_each(|body| observations.add(event, body.as_bytes()));
        let drift = drift(&observations).remove(0);
        drift.found.iter().map(|field| format!("{} {:?}", field.path, field.kind)).collect()
    }

    #[test]
    fn finds_unknown_fields_other_types_and_fields_that_never_came() {
        let body = r#"{"event":"meeting.rtms_stopped","event_ts":"1","payload":{"meeting_uuid":null,
            "rtms_stream_id":"x","later":{"a":1}}}"#;
        assert_eq!(
            compared("meeting.rtms_stopped", &[body, body]),
            [
                r#"event_ts Type { known: "integer", seen: [String], count: 2 }"#,
                r#"payload.meeting_uuid Type { known: "string", seen: [Null], count: 2 }"#,
                "payload.stop_reason Never { certainty: Documented }",
                "payload.later Unknown { seen: [Object], count: 2 }",
            ]
        );
    }

    #[test]
    fn only_the_outermost_missing_object_is_reported() {
        let body = r#"{"event":"recording.started","event_ts":1,"payload":{"account_id":"a"}}"#;
        assert_eq!(compared("recording.started", &[body]), ["payload.object Never { certainty: Always }"]);
    }

    #[test]
    fn looks_into_an_object_that_nobody_has_described() {
        let body =
            r#"{"event":"canvas.file_edited","event_ts":1,"payload":{"account_id":"a","object":{"id":"x"}}}"#;
        let found = compared("canvas.file_edited", &[body]);
        assert_eq!(found, ["payload.object.id Unknown { seen: [String], count: 1 }"]);
    }
}
