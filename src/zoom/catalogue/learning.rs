//! Learns from deliveries what the catalogue lacks: [`write_learned`].

use std::collections::BTreeSet;
use std::fmt::Write;

use super::learned::{events, merge, shape};
use super::{Observations, Shape};

/// The first line of the file.
const HEAD: &str =
    "# Events and fields that zoomhook has seen on this machine: names and types, no values.\n";

/// What one run of `events learn` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewlyLearned {
    /// The event.
    pub(crate) event: String,
    /// Whether the catalogue did not have the event.
    pub(crate) is_new: bool,
    /// The number of fields that are new, or have another type than the catalogue says.
    pub(crate) fields: usize,
}

/// The text of the file: what was learned before, and what these deliveries have. Also what is new in it.
pub(crate) fn write_learned(mut observations: Observations) -> (String, Vec<NewlyLearned>) {
    let new = observations.events().filter_map(|(name, event)| newly(name, &event.body.notation())).collect();
    for event in events() {
        if let Some(shape) = shape(event.shape) {
            observations.recall(event.name, &shape);
        }
    }
    let mut text = HEAD.to_owned();
    for (name, event) in observations.events() {
        let group = super::find(name).map_or_else(|| group_of(name), |event| event.group.to_owned());
        let _ = writeln!(text, "{name}\t{group}\tl\t-\t{}", event.body.notation());
    }
    (text, new)
}

/// The group of the events with the same first word, or that word.
fn group_of(name: &str) -> String {
    let word = name.split('.').next().unwrap_or(name);
    let related = super::all().find(|event| event.name.split('.').next() == Some(word));
    related.map_or_else(|| word.replace('_', "-"), |event| event.group.to_owned())
}

fn newly(name: &str, notation: &str) -> Option<NewlyLearned> {
    let known = super::find(name);
    let before = fields(known.map(|event| event.shape()).as_ref());
    // A process learns once, and its texts are as small as the file.
    let seen = shape(notation.to_owned().leak())?;
    let after = match known {
        Some(event) => merge(event.shape(), &seen),
        None => seen,
    };
    let after = fields(Some(&after));
    let fields = after.iter().filter(|field| !before.contains(field)).count();
    (fields > 0).then(|| NewlyLearned { event: name.to_owned(), is_new: known.is_none(), fields })
}

/// The paths of a shape with their types.
fn fields(shape: Option<&Shape>) -> BTreeSet<(String, &'static str)> {
    let mut found = BTreeSet::new();
    if let Some(shape) = shape {
        shape.walk(&mut |path, shape, _| {
            let kind = match shape {
                Shape::Leaf(leaf) => leaf.kind.name(),
                _ => "object",
            };
            found.insert((path.to_owned(), kind));
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::learned::parse;
    use super::*;
    use crate::zoom::catalogue::Event;

    #[test]
    fn writes_what_it_reads_and_counts_what_is_new() {
        let mut observations = Observations::default();
        observations.add("phone.brand_new", br#"{"event":"phone.brand_new","payload":{"x":1}}"#);
        observations.add("meeting.started", br#"{"event":"meeting.started","event_ts":1,"later":"jill"}"#);
        let (text, new) = write_learned(observations);
        assert_eq!(
            text,
            format!(
                "{HEAD}meeting.started\tmeetings\tl\t-\t{{event~:s,event_ts~:i,later~:s}}\n\
                 phone.brand_new\tphone\tl\t-\t{{event~:s,payload~:{{x~:i}}}}\n"
            )
        );
        let of = |event: &str, is_new, fields| NewlyLearned { event: event.to_owned(), is_new, fields };
        assert_eq!(new, [of("meeting.started", false, 1), of("phone.brand_new", true, 2)]);
        let read: Vec<Event> = parse(text.leak()).collect();
        assert_eq!(read.iter().map(Event::name).collect::<Vec<_>>(), ["meeting.started", "phone.brand_new"]);
    }
}
