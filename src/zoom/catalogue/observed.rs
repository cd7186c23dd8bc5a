//! What deliveries have: names and types of fields, and never a value. See [`Observations`].

use std::collections::BTreeMap;

use super::learned::{digits, is_event_name};
use super::{Shape, ShapeKind};
use crate::json::{self, JsonKind, JsonValue};

/// Limit on the names in one object. The largest of Zoom's settings have about 160.
const MOST_NAMES: usize = 500;
/// Limit on the fields of one event, which bounds the memory.
const MOST_FIELDS: usize = 5_000;
/// Limit on the depth. Zoom's deepest event has about 10 levels.
const DEEPEST: usize = 24;

/// The fields of many deliveries, by event.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    events: BTreeMap<String, ObservedEvent>,
}

/// The fields of one event.
#[derive(Debug, Default)]
pub(crate) struct ObservedEvent {
    /// The number of deliveries.
    pub(crate) deliveries: u64,
    /// The body.
    pub(crate) body: ObservedValue,
}

/// The values at one place in a body.
#[derive(Debug, Default)]
pub(crate) struct ObservedValue {
    /// How often each type was there, in the order of [`ObservedKind::ALL`].
    kinds: [u64; 7],
    /// The members of objects, in the order in which they were first seen.
    pub(super) fields: Vec<(String, Self)>,
    /// The items of lists.
    pub(super) items: Option<Box<Self>>,
    /// Whether a member's name looked like data, so that names are not written.
    is_map: bool,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObservedKind {
    String,
    Integer,
    Number,
    Boolean,
    Null,
    List,
    Object,
}

impl ObservedKind {
    pub(super) const ALL: [Self; 7] =
        [Self::String, Self::Integer, Self::Number, Self::Boolean, Self::Null, Self::List, Self::Object];

    /// Its name in JSON Schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Null => "null",
            Self::List => "array",
            Self::Object => "object",
        }
    }

    fn of(value: &JsonValue<'_>) -> Option<Self> {
        Some(match value.kind() {
            JsonKind::Text(_) => Self::String,
            JsonKind::Number(number) if number.contains(['.', 'e', 'E']) => Self::Number,
            JsonKind::Number(_) => Self::Integer,
            JsonKind::Bool(_) => Self::Boolean,
            JsonKind::Null => Self::Null,
            JsonKind::List(_) => Self::List,
            JsonKind::Object(_) => Self::Object,
            JsonKind::Bytes(_) | JsonKind::LeftOut => return None,
        })
    }

    fn at(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or_default()
    }
}

impl Observations {
    /// Adds the body of a delivery. A body that is not an event is ignored.
    pub(crate) fn add(&mut self, event: &str, body: &[u8]) {
        let Ok(body) = json::parse(body) else { return };
        if !is_event_name(event) {
            return;
        }
        let known = super::find(event).map(|event| event.shape());
        let observed = self.events.entry(event.to_owned()).or_default();
        observed.deliveries += 1;
        let mut room = MOST_FIELDS.saturating_sub(observed.body.fields_inside());
        observed.body.add(&body, known.as_ref(), &mut room, 0);
    }

    /// The events, sorted by name.
    pub(crate) fn events(&self) -> impl Iterator<Item = (&str, &ObservedEvent)> {
        self.events.iter().map(|(name, event)| (name.as_str(), event))
    }

    /// The number of deliveries.
    pub(crate) fn deliveries(&self) -> u64 {
        self.events.values().map(|event| event.deliveries).sum()
    }

    /// Adds what was learned before, so that it is not lost when the history is pruned.
    pub(super) fn recall(&mut self, event: &str, shape: &Shape) {
        self.events.entry(event.to_owned()).or_default().body.recall(shape);
    }
}

impl ObservedValue {
    /// How often there was a value.
    pub(crate) fn count(&self) -> u64 {
        self.kinds.iter().sum()
    }

    /// The types that were there.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = ObservedKind> {
        ObservedKind::ALL.into_iter().filter(|kind| self.count_of(*kind) > 0)
    }

    pub(super) fn count_of(&self, kind: ObservedKind) -> u64 {
        self.kinds[kind.at()]
    }

    fn add(&mut self, value: &JsonValue<'_>, known: Option<&Shape>, room: &mut usize, depth: usize) {
        let Some(kind) = ObservedKind::of(value) else { return };
        self.kinds[kind.at()] += 1;
        if depth == DEEPEST {
            return;
        }
        let inside = match known {
            Some(Shape::List(item)) => Some(&**item),
            _ => None,
        };
        for item in value.items() {
            self.items.get_or_insert_default().add(item, inside, room, depth + 1);
        }
        for (name, member) in value.members() {
            let name = name.display();
            let inside = known.into_iter().flat_map(Shape::fields).find(|field| field.name == name);
            let Some(field) = self.field(&name, inside.is_some(), room) else { continue };
            field.add(member, inside.map(|field| &field.shape), room, depth + 1);
        }
    }

    /// The member with this name. `None` if the name may be data, or if there are too many.
    fn field(&mut self, name: &str, is_known: bool, room: &mut usize) -> Option<&mut Self> {
        let at = self.fields.iter().position(|(known, _)| known == name);
        if at.is_none() {
            if self.is_map || !(is_known || is_field_name(name)) {
                self.is_map = true;
                self.fields.retain(|(name, _)| is_field_name(name));
                return None;
            }
            if *room == 0 || self.fields.len() >= MOST_NAMES {
                return None;
            }
            *room -= 1;
            self.fields.push((name.to_owned(), Self::default()));
        }
        let at = at.unwrap_or(self.fields.len() - 1);
        self.fields.get_mut(at).map(|(_, value)| value)
    }

    fn fields_inside(&self) -> usize {
        let inside: usize = self.fields.iter().map(|(_, field)| 1 + field.fields_inside()).sum();
        inside + self.items.as_ref().map_or(0, |items| items.fields_inside())
    }

    fn recall(&mut self, shape: &Shape) {
        let mut kinds = |seen: &[ObservedKind]| seen.iter().for_each(|kind| self.kinds[kind.at()] += 1);
        match shape {
            Shape::Leaf(leaf) => match leaf.kind {
                ShapeKind::String => kinds(&[ObservedKind::String]),
                ShapeKind::Integer => kinds(&[ObservedKind::Integer]),
                ShapeKind::Number => kinds(&[ObservedKind::Number]),
                ShapeKind::Boolean => kinds(&[ObservedKind::Boolean]),
                // Written as any type again.
                ShapeKind::Any => kinds(&[ObservedKind::Null]),
            },
            Shape::Map => {
                kinds(&[ObservedKind::Object]);
                self.is_map = true;
            }
            Shape::List(item) => {
                kinds(&[ObservedKind::List]);
                self.items.get_or_insert_default().recall(item);
            }
            Shape::Object(fields) => {
                kinds(&[ObservedKind::Object]);
                for field in fields {
                    let mut room = MOST_FIELDS;
                    if let Some(value) = self.field(field.name, true, &mut room) {
                        value.recall(&field.shape);
                    }
                }
            }
        }
    }

    /// The notation of `events.tsv`, with every field marked as not in Zoom's reference.
    pub(super) fn notation(&self) -> String {
        let kinds: Vec<ObservedKind> = self.kinds().collect();
        match kinds.as_slice() {
            [ObservedKind::Object] if self.is_map || self.fields.is_empty() => "{*}".to_owned(),
            [ObservedKind::Object] => {
                let fields = self.fields.iter();
                let fields: Vec<String> =
                    fields.map(|(name, value)| format!("{name}~:{}", value.notation())).collect();
                format!("{{{}}}", fields.join(","))
            }
            [ObservedKind::List] => {
                format!("[{}]", self.items.as_ref().map_or("a".to_owned(), |items| items.notation()))
            }
            [ObservedKind::String] => "s".to_owned(),
            [ObservedKind::Integer] => "i".to_owned(),
            [ObservedKind::Number] | [ObservedKind::Integer, ObservedKind::Number] => "n".to_owned(),
            [ObservedKind::Boolean] => "b".to_owned(),
            _ => "a".to_owned(),
        }
    }
}

/// Whether an unknown member's name looks like the name of a field. An id, an address or the name of a person as a
/// member's name would be personal data, so in doubt it is none.
pub(crate) fn is_field_name(name: &str) -> bool {
    let is_name = |c: u8| c.is_ascii_alphanumeric() || c == b'_';
    let is_random = name.len() >= 16 && !name.contains('_') && digits(name) > 0;
    name.len() <= 80
        && name.bytes().next().is_some_and(|c| c.is_ascii_lowercase())
        && name.bytes().all(is_name)
        && digits(name) < 4
        && !is_random
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zoom::catalogue::all;

    fn notation(bodies: &[&str]) -> String {
        let mut observations = Observations::default();
        bodies.iter().for_each(|body| observations.add("brand.new_event", body.as_bytes()));
        observations.events.get("brand.new_event").map(|event| event.body.notation()).unwrap_or_default()
    }

    #[test]
    fn writes_names_and_types_and_no_values() {
        assert_eq!(
            notation(&[
                r#"{"event":"brand.new_event","n":1,"l":[{"a":"x"},{"b":true}],"o":{},"e":[],"z":null}"#,
                r#"{"event":"brand.new_event","n":1.5,"m":1}"#,
                r#"{"event":"brand.new_event","m":"jill"}"#,
            ]),
            "{event~:s,n~:n,l~:[{a~:s,b~:b}],o~:{*},e~:[a],z~:a,m~:a}"
        );
    }

    #[test]
    fn names_that_look_like_data_are_not_written() {
        for name in ["jill@example.com", "Jill", "iFxeBPYun6SAiWUzBcEkXQ", "88512345678", "a b", "", "é"] {
            let body = format!(r#"{{"event":"brand.new_event","votes":{{"yes":1,"{name}":2}}}}"#);
            assert_eq!(notation(&[&body]), "{event~:s,votes~:{*}}", "{name}");
        }
        assert_eq!(notation(&["[1"]), "");
        let mut observations = Observations::default();
        observations.add("Jill <jill@example.com>", b"{}");
        assert_eq!(observations.deliveries(), 0);
    }

    #[test]
    fn accepts_deep_and_wide_bodies() {
        let deep = format!(r#"{{"event":"x","a":{}1{}}}"#, "[".repeat(100), "]".repeat(100));
        let names: Vec<String> = (0..9_000).map(|at| format!(r#""f{}":1"#, letters(at))).collect();
        let wide = format!("{{{}}}", names.join(","));
        let notation = notation(&[&deep, &wide]);
        assert!(notation.matches(':').count() <= MOST_NAMES + 2, "{}", notation.len());
    }

    fn letters(mut at: usize) -> String {
        let mut text = String::new();
        for _ in 0..4 {
            text.push(char::from(b'a' + u8::try_from(at % 26).unwrap()));
            at /= 26;
        }
        text
    }

    #[test]
    fn the_names_of_the_catalogue_look_like_names() {
        let mut odd = std::collections::BTreeSet::new();
        for event in all() {
            assert!(is_event_name(event.name()), "{}", event.name());
            event.shape().walk(&mut |path, _, _| {
                let names = path.split('.').map(|name| name.trim_end_matches("[]"));
                odd.extend(names.filter(|name| !is_field_name(name)).map(str::to_owned));
            });
        }
        // These are found in the catalogue, so they are recognized all the same.
        assert!(odd.len() < 12, "{odd:?}");
    }

    #[test]
    fn what_was_learned_before_stays() {
        let mut observations = Observations::default();
        let old = "{event~:s,old~:[{a~:i}],any~:a,map~:{*}}";
        observations.recall("brand.new_event", &Shape::parse(old).unwrap());
        observations.add("brand.new_event", br#"{"event":"x","old":[{"b":1}],"any":1,"new":true}"#);
        let event = &observations.events["brand.new_event"];
        assert_eq!(event.body.notation(), "{event~:s,old~:[{a~:i,b~:i}],any~:a,map~:{*},new~:b}");
    }
}
