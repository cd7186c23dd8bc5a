//! Fills a shape with values, member by member: [`body`].

use super::context::SampleContext;
use super::person::PersonRole;
use super::{Fullness, time};
use crate::json::JsonKind;
use crate::zoom::catalogue::{Event, Node, Shape};

/// The percentage of optional fields in a usual sample.
const USUALLY_PRESENT: u64 = 85;
/// The percentage in settings, which have hundreds of fields: an update contains only those that changed.
const SETTINGS_PRESENT: u64 = 12;

/// Generates the body of an event.
pub(super) fn body(event: &Event, context: &SampleContext, fullness: Fullness) -> Node {
    let filler = Filler { event: event.name(), context, fullness };
    let mut body = filler.fill(&event.shape(), &FillPlace::ROOT);
    add_up(&mut body);
    body
}

/// The position of a value in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct FillPlace<'a> {
    /// The member's name.
    pub(super) key: &'a str,
    /// The name of the object that it is a member of.
    pub(super) parent: &'a str,
    /// The number of names and positions from the root.
    pub(super) depth: usize,
    /// Its index in a list.
    pub(super) item: usize,
    /// The person that the surrounding values are about.
    pub(super) role: PersonRole,
    /// Whether it is inside a value from before a change.
    pub(super) is_old: bool,
    /// Whether it is inside settings.
    in_settings: bool,
}

impl FillPlace<'_> {
    const ROOT: Self = Self {
        key: "",
        parent: "",
        depth: 0,
        item: 0,
        role: PersonRole::Host,
        is_old: false,
        in_settings: false,
    };

    /// The label of the value, independent of the event: the same label gives the same value.
    pub(super) fn label(&self) -> String {
        // Names such as `id` and `file_size` are ambiguous without their parent.
        let of_a_file = ["url", "path", "size"].iter().any(|word| self.key.contains(word));
        let parent = if self.key.len() <= 5 || of_a_file { self.parent } else { "" };
        let old = if self.is_old { "old " } else { "" };
        format!("{old}{parent}.{} {}", self.key, self.item)
    }
}

pub(super) struct Filler<'a> {
    pub(super) event: &'a str,
    pub(super) context: &'a SampleContext,
    fullness: Fullness,
}

impl Filler<'_> {
    fn fill(&self, shape: &Shape, place: &FillPlace<'_>) -> Node {
        match shape {
            Shape::Leaf(leaf) => self.leaf(leaf, place),
            Shape::Map => Node::object([
                ("id", self.id22(place).into()),
                ("date_time", time::date_time(self.context.now).into()),
            ]),
            Shape::List(item) => self.list(item, place),
            Shape::Object(fields) => {
                let present = fields
                    .iter()
                    .filter(|field| !field.certainty.is_optional() || self.is_present(field.name, place));
                let member = |field: &crate::zoom::catalogue::Field| {
                    (field.name, self.fill(&field.shape, &self.member(place, field.name)))
                };
                Node::object(present.map(member))
            }
        }
    }

    fn member<'b>(&self, place: &FillPlace<'b>, key: &'b str) -> FillPlace<'b> {
        let role = match key {
            // The users of a session are participants. The user in a `user.*` event is not the operator.
            "user" if self.event.starts_with("session.") => Some(PersonRole::Participant),
            "object" | "old_object" if self.event.starts_with("user.") => Some(PersonRole::Other),
            key => PersonRole::of_object(key),
        };
        FillPlace {
            key,
            parent: place.key,
            depth: place.depth + 1,
            item: place.item,
            role: role.unwrap_or(place.role),
            is_old: place.is_old || key.starts_with("old_") || key == "original",
            in_settings: place.in_settings || key.contains("settings") || key.contains("policy"),
        }
    }

    fn is_present(&self, name: &str, place: &FillPlace<'_>) -> bool {
        match self.fullness {
            Fullness::Minimal => false,
            Fullness::Full => true,
            Fullness::Usual => {
                let percent = if place.in_settings { SETTINGS_PRESENT } else { USUALLY_PRESENT };
                let label = format!("{} has {}.{name}", self.event, place.key);
                self.context.random(&label).percent(percent)
            }
        }
    }

    fn list(&self, item: &Shape, place: &FillPlace<'_>) -> Node {
        let mut length = match self.fullness {
            Fullness::Minimal => 1,
            _ => 1 + self.context.random(&format!("length of {}", place.key)).below(3),
        };
        if let Shape::Leaf(leaf) = item {
            // No value occurs twice in a list.
            length = length.min(leaf.values.len().max(1) as u64);
        }
        let item_at = |at| FillPlace { item: place.item * 4 + at, ..*place };
        let length = usize::try_from(length).unwrap_or(1);
        Node::list((0..length).map(|at| self.fill(item, &item_at(at))))
    }
}

/// Sets the totals of a recording to the sums over its files.
fn add_up(body: &mut Node) {
    let Some(object) = body.get_mut("payload").and_then(|payload| payload.get_mut("object")) else { return };
    let Some(JsonKind::List(files)) = object.get("recording_files").map(Node::kind) else { return };
    let size = |file: &Node| match file.get("file_size")?.kind() {
        JsonKind::Number(size) => size.parse::<i64>().ok(),
        _ => None,
    };
    let (total, count) = (files.iter().filter_map(size).sum::<i64>(), files.len());
    for (name, value) in [("total_size", total), ("recording_count", i64::try_from(count).unwrap_or(0))] {
        if let Some(place) = object.get_mut(name) {
            *place = value.into();
        }
    }
}
