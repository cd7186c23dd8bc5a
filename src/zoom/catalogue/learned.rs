//! Events and fields that deliveries on this machine have and the catalogue lacks: a second, small catalogue in the same
//! notation. [`use_learned`] is called once, before the catalogue is used.
//!
//! This is the one thing in `zoom` that belongs to the process: a catalogue has no owner that could carry it to every
//! place that looks up an event.

use std::sync::OnceLock;

use super::certainty::mark_as_seen;
use super::{Event, Leaf, Shape, ShapeKind};

static LEARNED: OnceLock<String> = OnceLock::new();

/// Adds the text of a file that `events learn` wrote to the catalogue. A later call has no effect.
#[cfg(feature = "cli")]
pub(crate) fn use_learned(text: String) {
    let _ = LEARNED.set(text);
}

/// What was learned, one event a line. Lines of another form are ignored.
pub(super) fn events() -> impl Iterator<Item = Event> {
    parse(LEARNED.get().map_or("", String::as_str))
}

pub(super) fn parse(text: &'static str) -> impl Iterator<Item = Event> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(Event::of_line).filter(|event| is_event_name(event.name) && shape(event.shape).is_some())
}

/// Whether anything was learned about an event.
pub(super) fn about(name: &str) -> Option<Event> {
    events().find(|event| event.name == name)
}

/// A learned shape.
pub(super) fn shape(notation: &'static str) -> Option<Shape> {
    let mut shape = Shape::parse(notation)?;
    mark_as_seen(&mut shape);
    Some(shape)
}

/// Adds what was seen to a known shape. Where the types differ, the seen one is right. An empty list or an empty object
/// says nothing about what can be in it.
pub(super) fn merge(known: Shape, seen: &Shape) -> Shape {
    match (known, seen) {
        (Shape::Object(mut fields), Shape::Object(more)) => {
            for field in more {
                match fields.iter_mut().find(|known| known.name == field.name) {
                    Some(known) => {
                        let shape = std::mem::replace(&mut known.shape, Shape::Map);
                        known.shape = merge(shape, &field.shape);
                    }
                    None => fields.push(field.clone()),
                }
            }
            Shape::Object(fields)
        }
        (known @ Shape::List(_), Shape::List(seen)) if **seen == Shape::Leaf(Leaf::any()) => known,
        (Shape::List(known), Shape::List(seen)) => Shape::List(Box::new(merge(*known, seen))),
        (Shape::Leaf(known), Shape::Leaf(seen)) => Shape::Leaf(merge_leaf(known, seen)),
        (
            known @ (Shape::List(_) | Shape::Object(_)),
            Shape::Leaf(Leaf { kind: ShapeKind::Any, .. }) | Shape::Map,
        ) => known,
        (_, seen) => seen.clone(),
    }
}

fn merge_leaf(known: Leaf, seen: &Leaf) -> Leaf {
    let fits = match (known.kind, seen.kind) {
        (ShapeKind::Any, _) | (ShapeKind::Number, ShapeKind::Integer) => true,
        (known, seen) => known == seen,
    };
    if fits { known } else { seen.clone() }
}

/// Whether a text has the form of an event's name.
pub(crate) fn is_event_name(name: &str) -> bool {
    let is_word = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    name.len() <= 100
        && name.split('.').all(|word| !word.is_empty() && word.bytes().all(is_word))
        && digits(name) < 4
}

/// The number of digits in a name.
pub(super) fn digits(name: &str) -> usize {
    name.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn merged(known: &'static str, seen: &'static str) -> String {
        merge(Shape::parse(known).unwrap(), &shape(seen).unwrap()).to_string()
    }

    #[test]
    fn seen_fields_and_types_are_added() {
        for (known, seen, expected) in [
            ("{a:s@email,b?:i}", "{a~:s,c~:b}", "{a:s@email,b?:i,c~:b}"),
            ("{a:i@unix-ms,b:n}", "{a~:s,b~:i}", "{a:s,b:n}"),
            ("{o:{*}}", "{o~:{x~:s}}", "{o:{x~:s}}"),
            ("{l:[{a:s}],e:[s]}", "{l~:[{b~:i}],e~:[a]}", "{l:[{a:s,b~:i}],e:[s]}"),
            ("{o:{a:s}}", "{o~:{*}}", "{o:{a:s}}"),
            ("{o:s}", "{o~:{a~:s}}", "{o:{a~:s}}"),
        ] {
            assert_eq!(merged(known, seen), expected, "{known} {seen}");
        }
    }

    #[test]
    fn ignores_lines_of_another_form() {
        let text =
            "# x\n\nmeeting.started\nJill\tx\tl\t-\t{a~:s}\na.b\tx\tl\t-\t{a~:s\na.c\tx\tl\t-\t{a~:s}\n";
        assert_eq!(parse(text).map(|event| event.name).collect::<Vec<_>>(), ["a.c"]);
    }
}
