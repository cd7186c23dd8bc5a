//! Bodies whose members a program has sorted or left out: the orders and the `null` members that the catalogue and
//! Zoom's envelope allow, in the form that Zoom writes.

use super::{BodyForm, IN_ZOOMS_FORM, orders};
use crate::diagnosis::Code;
use crate::diagnosis::visible::visible;
use crate::json::{JsonName, JsonStyle, JsonValue};
use crate::zoom::catalogue::{self, Field, Shape};

/// Objects with at most this many members are tried in all orders: 24.
const FEW: usize = 4;

/// Limit on the members that are tried as a `null` that was left out, one at a time.
const SINGLE_NULLS: usize = 24;
/// The same for two at a time.
const PAIRED_NULLS: usize = 10;

/// The forms of a document in its own order and in that of the catalogue, without and with `null` for members that it
/// lacks. Each has at most `limit` bytes.
pub(super) fn forms(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    let mut values = Vec::new();
    if let Some(shape) = shape(document) {
        let choices = null_choices(missing(document, &shape));
        for is_ordered in [true, false] {
            let restore = |nulls: &Vec<usize>| Restore { is_ordered, nulls, seen: 0 }.value(document, &shape);
            values.extend(choices.iter().map(restore));
        }
    }
    if has_empty_list(document) {
        values.push(with_empty_objects(document));
    }
    written(values.iter(), limit)
}

/// Which of the missing members may have been `null`: none, all, and one or two of them.
fn null_choices(missing: usize) -> Vec<Vec<usize>> {
    let few = missing.min(SINGLE_NULLS);
    let pairs = (0..few).flat_map(|a| (a + 1..few).map(move |b| vec![a, b]));
    let pairs: Vec<_> = if few <= PAIRED_NULLS { pairs.collect() } else { Vec::new() };
    [Vec::new(), (0..missing).collect()].into_iter().chain((0..few).map(|a| vec![a])).chain(pairs).collect()
}

/// The forms of a document with the members of its envelope and of small objects in it in all orders. They are many.
pub(super) fn in_all_orders(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    let mut values = Vec::new();
    let in_order = |shape| Restore { is_ordered: true, nulls: &[], seen: 0 }.value(document, &shape);
    values.extend(shape(document).map(in_order));
    values.extend(permuted_at(document, &["payload", "object"]));
    let mut forms = in_envelope_orders(document, limit);
    let values = values.iter().flat_map(|value| permuted_at(value, &["payload"]));
    let values: Vec<_> = values.flat_map(|value| permuted_at(&value, &[])).collect();
    forms.extend(written(values.iter(), limit));
    forms
}

/// As typed decoders write a document: the envelope in the order of a type, the rest as a serializer writes it.
fn in_envelope_orders(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    const STYLES: [(JsonStyle, &str); 6] = [
        (JsonStyle::RAW, "JSON.generate, Jackson or the like"),
        (JsonStyle::GO_MAP, "encoding/json (Go)"),
        (JsonStyle::GSON, "Gson (Java)"),
        (JsonStyle::DOTNET, "System.Text.Json (.NET)"),
        (JsonStyle { comma: ", ", colon: ": ", ..JsonStyle::PYTHON }, "json.dumps (Python)"),
        (JsonStyle::PHP, "json_encode (PHP)"),
    ];
    let members = document.members();
    if !(2..=FEW).contains(&members.len()) {
        return Vec::new();
    }
    let mut forms = Vec::new();
    for order in orders(members.len()) {
        let names: Vec<_> = order.iter().map(|&at| visible(members[at].0.display().as_bytes())).collect();
        for (style, writer) in STYLES {
            let phrase = format!("from {writer}, with its members in the order {}", names.join(", "));
            let written = style.write_reordered(document, &order, limit);
            forms.extend(written.map(|bytes| BodyForm::new(Code::BodyReserialized, phrase, bytes)));
        }
    }
    forms
}

/// The number of forms of [`in_all_orders`], at most.
pub(super) fn number_of_orders(document: &JsonValue<'_>) -> u64 {
    let orders = |object: Option<&JsonValue<'_>>| match object.map_or(0, |object| object.members().len()) {
        members @ 2..=FEW => (1..=members as u64).product(),
        _ => 1,
    };
    let payload = document.get("payload");
    let object = payload.and_then(|payload| payload.get("object"));
    ((orders(object) + 1) * orders(payload) + 6) * orders(Some(document))
}

/// The shape of the document's event in the catalogue.
fn shape(document: &JsonValue<'_>) -> Option<Shape> {
    Some(catalogue::find(document.get("event")?.text()?)?.shape())
}

fn written<'v, 'a: 'v>(values: impl Iterator<Item = &'v JsonValue<'a>>, limit: usize) -> Vec<BodyForm> {
    let form = |bytes| BodyForm::new(Code::BodyReserialized, IN_ZOOMS_FORM, bytes);
    values.filter_map(|value| JsonStyle::ZOOM.write_within(value, limit)).map(form).collect()
}

/// A document with the members of the object at a path in all orders, if they are few.
fn permuted_at<'a>(document: &JsonValue<'a>, path: &[&str]) -> Vec<JsonValue<'a>> {
    let Some((name, rest)) = path.split_first() else {
        let members = document.members();
        if !(2..=FEW).contains(&members.len()) {
            return vec![document.clone()];
        }
        let in_order = |order: Vec<usize>| JsonValue::object(order.into_iter().map(|at| members[at].clone()));
        return orders(members.len()).into_iter().map(in_order).collect();
    };
    let Some(inner) = document.get(name) else { return vec![document.clone()] };
    let with = |inner: JsonValue<'a>| {
        JsonValue::object(document.members().iter().map(|(own, value)| {
            (own.clone(), if *own.text == *name.as_bytes() { inner.clone() } else { value.clone() })
        }))
    };
    permuted_at(inner, rest).into_iter().map(with).collect()
}

/// Puts the members back that a program has dropped, and their order.
struct Restore<'n> {
    /// Whether the members are put into the order of the catalogue.
    is_ordered: bool,
    /// The missing members that were `null`, by their number in the document.
    nulls: &'n [usize],
    /// Missing members so far.
    seen: usize,
}

impl Restore<'_> {
    fn value<'a>(&mut self, value: &JsonValue<'a>, shape: &Shape) -> JsonValue<'a> {
        match shape {
            Shape::Object(fields) if value.is_object() => self.object(value, fields),
            // PHP writes an empty object as an empty list.
            Shape::Object(_) | Shape::Map if is_empty_list(value) => JsonValue::EMPTY_OBJECT,
            Shape::List(inner) if value.is_list() => {
                JsonValue::list(value.items().iter().map(|item| self.value(item, inner)).collect::<Vec<_>>())
            }
            _ => value.clone(),
        }
    }

    fn object<'a>(&mut self, value: &JsonValue<'a>, fields: &[Field]) -> JsonValue<'a> {
        let is = |name: &JsonName<'_>, field: &Field| *name.text == *field.name.as_bytes();
        let mut members: Vec<(JsonName<'a>, JsonValue<'a>)> = Vec::new();
        if !self.is_ordered {
            members.extend(value.members().iter().cloned());
        }
        // Behind which member a dropped one is put back.
        let mut place = 0;
        for field in fields {
            if let Some((name, inner)) = value.members().iter().find(|(name, _)| is(name, field)) {
                let restored = self.value(inner, &field.shape);
                match members.iter().position(|(name, _)| is(name, field)) {
                    Some(at) => (members[at].1, place) = (restored, at + 1),
                    None => {
                        members.push((name.clone(), restored));
                        place = members.len();
                    }
                }
            } else if self.was_null() {
                members.insert(place, (field.name.into(), JsonValue::NULL));
                place += 1;
            }
        }
        if self.is_ordered {
            let is_known = |name: &JsonName<'_>| fields.iter().any(|field| is(name, field));
            members.extend(value.members().iter().filter(|(name, _)| !is_known(name)).cloned());
        }
        JsonValue::object(members)
    }

    fn was_null(&mut self) -> bool {
        self.seen += 1;
        self.nulls.contains(&(self.seen - 1))
    }
}

/// The number of members that the catalogue has and the document lacks.
fn missing(document: &JsonValue<'_>, shape: &Shape) -> usize {
    let mut restore = Restore { is_ordered: true, nulls: &[], seen: 0 };
    restore.value(document, shape);
    restore.seen
}

fn is_empty_list(value: &JsonValue<'_>) -> bool {
    value.is_list() && value.items().is_empty()
}

fn has_empty_list(value: &JsonValue<'_>) -> bool {
    let mut inner = value.members().iter().map(|(_, value)| value).chain(value.items());
    is_empty_list(value) || inner.any(has_empty_list)
}

/// The document with `{}` for every `[]`.
fn with_empty_objects<'a>(value: &JsonValue<'a>) -> JsonValue<'a> {
    if is_empty_list(value) {
        return JsonValue::EMPTY_OBJECT;
    }
    let members = value.members().iter().map(|(name, value)| (name.clone(), with_empty_objects(value)));
    match (value.is_object(), value.is_list()) {
        (true, _) => JsonValue::object(members.collect::<Vec<_>>()),
        (_, true) => JsonValue::list(value.items().iter().map(with_empty_objects).collect::<Vec<_>>()),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn restored(body: &str) -> Vec<String> {
        let document = json::parse(body.as_bytes()).unwrap();
        let forms = [forms(&document, 10_000), in_all_orders(&document, 10_000)].concat();
        forms.into_iter().map(|form| String::from_utf8(form.bytes).unwrap()).collect()
    }

    #[test]
    fn puts_members_into_the_order_of_the_catalogue() {
        let forms = restored(
            r#"{"event":"meeting.started","event_ts":1,"payload":{"account_id":"a","object":{"duration":1,"id":"1","topic":"t","type":2,"uuid":"u"}}}"#,
        );
        for expected in [
            r#"{"event":"meeting.started","payload":{"account_id":"a","object":{"duration":1,"topic":"t","id":"1","type":2,"uuid":"u"}},"event_ts":1}"#,
            r#"{"event":"meeting.started","event_ts":1,"payload":{"object":{"duration":1,"topic":"t","id":"1","type":2,"uuid":"u"},"account_id":"a"}}"#,
        ] {
            assert!(forms.iter().any(|form| form == expected), "{forms:#?}");
        }
        assert!(forms.iter().any(|form| form.contains(r#""uuid":"u","host_id":null"#)));
    }

    #[test]
    fn puts_dropped_nulls_back_into_the_own_order() {
        let forms = restored(
            r#"{"event":"meeting.started","event_ts":1,"payload":{"object":{"uuid":"u","topic":"t"},"account_id":"a"}}"#,
        );
        let expected = r#"{"event":"meeting.started","event_ts":1,"payload":{"object":{"uuid":"u","host_id":null,"topic":"t","id":null},"account_id":"a"}}"#;
        assert!(forms.iter().any(|form| form == expected), "{forms:#?}");
        let forms = restored(r#"{"event":"user.updated","payload":{"object":{"id":"a","settings":[]}}}"#);
        assert!(forms.iter().any(|form| form.contains(r#""settings":{}"#)), "{forms:#?}");
    }

    #[test]
    fn tries_all_orders_of_few_members() {
        let forms = restored(r#"{ "event": "unknown", "payload": { "object": { "b": 1, "a": 2 } } }"#);
        assert!(
            forms.contains(&r#"{"payload":{"object":{"a":2,"b":1}},"event":"unknown"}"#.to_owned()),
            "{forms:?}"
        );
    }
}
