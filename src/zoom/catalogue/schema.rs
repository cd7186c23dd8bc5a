//! Converts an event's shape to JSON Schema 2020-12, for users' own tests: [`Event::schema`].

use super::{Event, Format, JsonName, Leaf, Node, Shape, ShapeKind};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Event {
    /// The schema of its body. Unknown members are allowed, because Zoom adds fields.
    #[must_use]
    pub fn schema(&self) -> Node {
        let mut members = vec![("$schema".into(), Node::from(DIALECT)), ("title".into(), self.name.into())];
        if self.deprecated {
            members.push(("deprecated".into(), true.into()));
        }
        members.extend(of(&self.shape()).members().iter().cloned());
        let mut schema = Node::object::<JsonName<'_>>(members);
        if let Some(event) = schema.get_mut("properties").and_then(|properties| properties.get_mut("event")) {
            *event = Node::object([("const", Node::from(self.name))]);
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
            let required = fields.iter().filter(|field| !field.optional).map(|field| Node::from(field.name));
            let properties = fields.iter().map(|field| (field.name, of(&field.shape)));
            Node::object([
                ("type", "object".into()),
                ("required", Node::list(required)),
                ("properties", Node::object(properties)),
            ])
        }
    }
}

fn of_leaf(leaf: &Leaf) -> Node {
    let mut members = Vec::new();
    if leaf.kind != ShapeKind::Any {
        members.push(("type", leaf.kind.name().into()));
    }
    if !leaf.values.is_empty() {
        let value = |text: &String| match leaf.kind {
            ShapeKind::Integer | ShapeKind::Number => Node::number(text.clone()),
            _ => Node::from(&**text),
        };
        members.push(("enum", Node::list(leaf.values.iter().map(value))));
    } else if let Some((name, value)) = leaf.format.and_then(keyword) {
        members.push((name, value.into()));
    }
    Node::object(members)
}

/// The most specific keyword for a format. Patterns allow `""`, because Zoom sends it for unknown values. `format` is
/// an annotation in this dialect and rejects nothing.
fn keyword(format: Format) -> Option<(&'static str, &'static str)> {
    Some(match format {
        Format::Id22 => ("pattern", "^([A-Za-z0-9_-]{22})?$"),
        Format::Hex32 => ("pattern", "^([0-9a-f]{32})?$"),
        Format::Hex64 => ("pattern", "^([0-9a-f]{64})?$"),
        Format::UuidBase64 => ("pattern", "^([A-Za-z0-9+/]{22}==)?$"),
        Format::Digits => ("pattern", "^[0-9]*$"),
        Format::E164 => ("pattern", "^(\\+[0-9]{8,15})?$"),
        Format::Uuid => ("format", "uuid"),
        Format::Email => ("format", "email"),
        Format::Uri | Format::WebSocketUri => ("format", "uri"),
        Format::Ipv4 => ("format", "ipv4"),
        Format::DateTime | Format::DateTimeMillis | Format::DateTimeOffset => ("format", "date-time"),
        Format::Date => ("format", "date"),
        Format::Int64 | Format::Jid | Format::TimeZone | Format::UnixMillis => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::zoom::catalogue::{all, find};

    #[test]
    fn writes_the_schema_of_a_challenge() {
        assert_eq!(
            find("endpoint.url_validation").unwrap().schema().to_json(),
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"endpoint.url_validation","type":"object","required":["payload","event_ts","event"],"properties":{"payload":{"type":"object","required":["plainToken"],"properties":{"plainToken":{"type":"string","pattern":"^([A-Za-z0-9_-]{22})?$"}}},"event_ts":{"type":"integer"},"event":{"const":"endpoint.url_validation"}}}"#
        );
    }

    #[test]
    fn every_schema_is_json_with_the_events_name() {
        for event in all() {
            let schema: serde_json::Value = serde_json::from_str(&event.schema().to_json()).unwrap();
            assert_eq!(schema["properties"]["event"]["const"], event.name());
        }
    }
}
