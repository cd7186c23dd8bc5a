//! Converts an event's shape to JSON Schema 2020-12, for users' own tests: [`Event::schema`].

use super::{Certainty, Event, Field, Format, JsonName, Leaf, Node, Shape, ShapeKind, other_spelling};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Event {
    /// The schema of its body. It accepts what Zoom may send: unknown members are allowed, only fields of
    /// [`Certainty::Always`] are required, and no list of values is complete.
    #[must_use]
    pub fn schema(&self) -> Node {
        let mut members = vec![("$schema".into(), Node::from(DIALECT)), ("title".into(), self.name.into())];
        if self.deprecated {
            members.push(("deprecated".into(), true.into()));
        }
        members.extend(of(&self.shape()).members().iter().cloned());
        let mut schema = Node::object::<JsonName<'_>>(members);
        if let Some(event) = schema.get_mut("properties").and_then(|properties| properties.get_mut("event")) {
            *event = match other_spelling(self.name) {
                None => Node::object([("const", Node::from(self.name))]),
                Some(other) => Node::object([("enum", Node::list([self.name.into(), other.into()]))]),
            };
        }
        schema
    }
}

fn of(shape: &Shape) -> Node {
    match shape {
        Shape::Leaf(leaf) => of_leaf(leaf),
        Shape::Map => Node::object([("type", "object".into())]),
        Shape::List(item) => Node::object([("type", "array".into()), ("items", of(item))]),
        Shape::Object(fields) => {
            let certain = fields.iter().filter(|field| field.certainty == Certainty::Always);
            let required: Vec<Node> = certain.map(|field| Node::from(field.name)).collect();
            let mut members = vec![("type", Node::from("object"))];
            if !required.is_empty() {
                members.push(("required", Node::list(required)));
            }
            members.push(("properties", Node::object(fields.iter().map(of_field))));
            Node::object(members)
        }
    }
}

fn of_field(field: &Field) -> (&'static str, Node) {
    let mut schema = match field.may_be_in_a_string() {
        true => Node::object([("type", Node::list(["integer".into(), "string".into()]))]),
        false => of(&field.shape),
    };
    let text = match field.certainty {
        Certainty::Always | Certainty::Documented | Certainty::Optional => return (field.name, schema),
        uncertain => uncertain.meaning(),
    };
    if let Some(form) = schema.get_mut("description") {
        *form = Node::from(format!("{text}; {}", form.text().unwrap_or_default()));
        return (field.name, schema);
    }
    let described = [("description".into(), Node::from(text))];
    (field.name, Node::object::<JsonName<'_>>(described.into_iter().chain(schema.members().iter().cloned())))
}

/// A leaf. Values are offered and not enforced, because Zoom adds values and sends `""` for unknown ones.
fn of_leaf(leaf: &Leaf) -> Node {
    let kind = (leaf.kind != ShapeKind::Any).then(|| ("type", Node::from(leaf.kind.name())));
    let value = |text: &String| match leaf.kind {
        ShapeKind::Integer | ShapeKind::Number => Node::number(text.clone()),
        _ => Node::from(&**text),
    };
    let values = || Node::list(leaf.values.iter().map(value));
    let more = match (leaf.values.len(), leaf.format) {
        (0, None) => None,
        (0, Some(format)) => of_format(format),
        // One value is an example rather than an enumeration.
        (1, _) => Some(("examples", values())),
        _ => {
            let any = Node::object([("type", leaf.kind.name().into())]);
            return Node::object([("anyOf", Node::list([Node::object([("enum", values())]), any]))]);
        }
    };
    Node::object(kind.into_iter().chain(more))
}

/// A keyword for a format. Only formats that Zoom's reference names become the keyword `format`, which some validators
/// enforce, and each allows `""`. The other formats are the form of sample values, and a delivery may differ.
fn of_format(format: Format) -> Option<(&'static str, Node)> {
    let name = match format {
        Format::Email => "email",
        Format::Uri => "uri",
        Format::DateTime => "date-time",
        Format::Date => "date",
        Format::Int64 | Format::UnixMillis => return None,
        other => return Some(("description", Node::from(format!("usually {}", other.in_words())))),
    };
    let empty = Node::object([("const", "".into())]);
    Some(("anyOf", Node::list([Node::object([("format", Node::from(name))]), empty])))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::zoom::catalogue::{all, find};

    #[test]
    fn writes_the_schema_of_a_challenge() {
        assert_eq!(
            find("endpoint.url_validation").unwrap().schema().to_json(),
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"endpoint.url_validation","type":"object","required":["payload","event_ts","event"],"properties":{"payload":{"type":"object","required":["plainToken"],"properties":{"plainToken":{"type":"string","description":"usually 22 characters of base64url"}}},"event_ts":{"type":["integer","string"]},"event":{"const":"endpoint.url_validation"}}}"#
        );
    }

    /// The first name that an object of the value has twice.
    fn repeated_name(value: &Node) -> Option<String> {
        let mut names = HashSet::new();
        let mut own = value.members().iter().map(|(name, _)| name.display().into_owned());
        let twice = own.find(|name| !names.insert(name.clone()));
        let mut inner = value.members().iter().map(|(_, member)| member).chain(value.items());
        twice.or_else(|| inner.find_map(repeated_name))
    }

    #[test]
    fn no_object_of_a_schema_has_a_name_twice() {
        for event in all() {
            assert_eq!(repeated_name(&event.schema()), None, "{}", event.name());
        }
    }

    #[test]
    fn every_schema_is_json_with_the_events_name() {
        for event in all() {
            let schema: serde_json::Value = serde_json::from_str(&event.schema().to_json()).unwrap();
            let named = &schema["properties"]["event"];
            let name = named.get("const").or_else(|| named["enum"].get(0));
            assert_eq!(name, Some(&event.name().into()));
        }
    }

    #[test]
    fn offers_values_and_formats_without_enforcing_them() {
        let schema: serde_json::Value =
            serde_json::from_str(&find("recording.completed").unwrap().schema().to_json()).unwrap();
        let object = &schema["properties"]["payload"]["properties"]["object"];
        assert_eq!(object["required"], serde_json::json!(["id", "uuid"]));
        let of = |name: &str| object["properties"][name].to_string();
        // serde_json sorts the members.
        assert_eq!(of("host_email"), r#"{"anyOf":[{"format":"email"},{"const":""}],"type":"string"}"#);
        assert_eq!(of("timezone"), r#"{"description":"usually a time zone's name","type":"string"}"#);
        assert_eq!(of("type"), r#"{"anyOf":[{"enum":[1,2,3,4,5,6,7,8,9,99]},{"type":"integer"}]}"#);
    }
}
