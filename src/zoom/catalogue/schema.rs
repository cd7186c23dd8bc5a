//! A shape as JSON Schema 2020-12, for users' own tests.

use super::{Event, Format, Kind, Leaf, Node, Shape};

/// The dialect.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

impl Event {
    /// The schema of its body. Members that are not known are allowed, since Zoom adds fields.
    #[must_use]
    pub fn schema(&self) -> Node {
        let mut members =
            vec![("$schema".to_owned(), Node::from(DIALECT)), ("title".to_owned(), Node::from(self.name))];
        if self.deprecated {
            members.push(("deprecated".to_owned(), Node::Bool(true)));
        }
        if let Node::Object(shape) = of(&self.shape()) {
            members.extend(shape);
        }
        let mut schema = Node::Object(members);
        if let Some(event) = schema.get_mut("properties").and_then(|properties| properties.get_mut("event")) {
            *event = object([("const", Node::from(self.name))]);
        }
        schema
    }
}

fn object<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn of(shape: &Shape) -> Node {
    match shape {
        Shape::Leaf(leaf) => of_leaf(leaf),
        Shape::Map => object([("type", "object".into())]),
        Shape::List(item) => object([("type", "array".into()), ("items", of(item))]),
        Shape::Object(fields) => {
            let required = fields.iter().filter(|field| !field.optional).map(|field| Node::from(field.name));
            let properties = fields.iter().map(|field| (field.name.to_owned(), of(&field.shape)));
            object([
                ("type", "object".into()),
                ("required", Node::List(required.collect())),
                ("properties", Node::Object(properties.collect())),
            ])
        }
    }
}

fn of_leaf(leaf: &Leaf) -> Node {
    let mut members = Vec::new();
    if leaf.kind != Kind::Any {
        members.push(("type".to_owned(), leaf.kind.name().into()));
    }
    if !leaf.values.is_empty() {
        let value = |text: &String| match leaf.kind {
            Kind::Integer | Kind::Number => Node::Number(text.clone()),
            _ => Node::from(&**text),
        };
        members.push(("enum".to_owned(), Node::List(leaf.values.iter().map(value).collect())));
    } else if let Some((name, value)) = leaf.format.and_then(keyword) {
        members.push((name.to_owned(), value.into()));
    }
    Node::Object(members)
}

/// The keyword that says most about a format. Zoom sends `""` for what is not known, so patterns allow it;
/// `format` is an annotation in this dialect and refuses nothing.
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
    fn a_challenge_has_this_schema() {
        assert_eq!(
            find("endpoint.url_validation").unwrap().schema().to_json(),
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"endpoint.url_validation","type":"object","required":["payload","event_ts","event"],"properties":{"payload":{"type":"object","required":["plainToken"],"properties":{"plainToken":{"type":"string","pattern":"^([A-Za-z0-9_-]{22})?$"}}},"event_ts":{"type":"integer"},"event":{"const":"endpoint.url_validation"}}}"#
        );
    }

    #[test]
    fn every_schema_is_json_and_names_its_event() {
        for event in all() {
            let schema: serde_json::Value = serde_json::from_str(&event.schema().to_json()).unwrap();
            assert_eq!(schema["properties"]["event"]["const"], event.name());
        }
    }
}
