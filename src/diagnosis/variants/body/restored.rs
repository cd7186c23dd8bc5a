//! Bodies whose members a program has sorted or left out: the orders and the `null` members that the catalogue and
//! Zoom's envelope allow, in the form that Zoom writes.

use super::{BodyForm, IN_ZOOMS_FORM, orders};
use crate::diagnosis::Code;
use crate::json::{JsonName, JsonStyle, JsonValue};
use crate::zoom::catalogue::{self, Shape};

/// Objects with at most this many members are tried in all orders: 24.
const FEW: usize = 4;

/// Limit on the members that are tried as a `null` that was left out, one at a time.
const SINGLE_NULLS: usize = 24;

/// The forms of a document in the order of the catalogue, without and with `null` for members that it lacks. Each has
/// at most `limit` bytes.
pub(super) fn forms(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    let Some(shape) = shape(document) else { return Vec::new() };
    let missing = missing(document, &shape);
    let restore = |nulls| Restore { nulls, seen: 0 }.value(document, &shape);
    let mut values = vec![restore(Nulls::None)];
    values.extend((missing > 0).then(|| restore(Nulls::All)));
    values.extend((0..missing.min(SINGLE_NULLS)).map(|number| restore(Nulls::One(number))));
    written(values.iter(), limit)
}

/// The forms of a document with the members of its envelope and of small objects in it in all orders. They are many.
pub(super) fn in_all_orders(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    let mut values = Vec::new();
    values
        .extend(shape(document).map(|shape| Restore { nulls: Nulls::None, seen: 0 }.value(document, &shape)));
    values.extend(permuted_at(document, &["payload", "object"]));
    let values = values.iter().flat_map(|value| permuted_at(value, &["payload"]));
    let values: Vec<_> = values.flat_map(|value| permuted_at(&value, &[])).collect();
    written(values.iter(), limit)
}

/// The number of forms of [`in_all_orders`], at most.
pub(super) fn number_of_orders(document: &JsonValue<'_>) -> u64 {
    let orders = |object: Option<&JsonValue<'_>>| match object.map_or(0, |object| object.members().len()) {
        members @ 2..=FEW => (1..=members as u64).product(),
        _ => 1,
    };
    let payload = document.get("payload");
    let object = payload.and_then(|payload| payload.get("object"));
    (orders(object) + 1) * orders(payload) * orders(Some(document))
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

/// Which of the members that the catalogue has and the document lacks were `null`.
#[derive(Clone, Copy)]
enum Nulls {
    None,
    All,
    /// The one with this number, in the order of the document.
    One(usize),
}

/// Puts a document into the order of the catalogue.
struct Restore {
    nulls: Nulls,
    /// Missing members so far.
    seen: usize,
}

impl Restore {
    fn value<'a>(&mut self, value: &JsonValue<'a>, shape: &Shape) -> JsonValue<'a> {
        match shape {
            Shape::Object(fields) if value.is_object() => {
                let mut members: Vec<(JsonName<'a>, JsonValue<'a>)> = Vec::new();
                for field in fields {
                    match value.members().iter().find(|(name, _)| *name.text == *field.name.as_bytes()) {
                        Some((name, inner)) => members.push((name.clone(), self.value(inner, &field.shape))),
                        None => {
                            if self.was_null() {
                                members.push((field.name.into(), JsonValue::NULL));
                            }
                        }
                    }
                }
                let is_known =
                    |name: &JsonName<'_>| fields.iter().any(|field| *field.name.as_bytes() == *name.text);
                members.extend(value.members().iter().filter(|(name, _)| !is_known(name)).cloned());
                JsonValue::object(members)
            }
            Shape::List(inner) if value.is_list() => {
                JsonValue::list(value.items().iter().map(|item| self.value(item, inner)).collect::<Vec<_>>())
            }
            _ => value.clone(),
        }
    }

    fn was_null(&mut self) -> bool {
        self.seen += 1;
        match self.nulls {
            Nulls::None => false,
            Nulls::All => true,
            Nulls::One(number) => number + 1 == self.seen,
        }
    }
}

/// The number of members that the catalogue has and the document lacks.
fn missing(document: &JsonValue<'_>, shape: &Shape) -> usize {
    let mut restore = Restore { nulls: Nulls::None, seen: 0 };
    restore.value(document, shape);
    restore.seen
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
    fn tries_all_orders_of_few_members() {
        let forms = restored(r#"{ "event": "unknown", "payload": { "object": { "b": 1, "a": 2 } } }"#);
        assert!(
            forms.contains(&r#"{"payload":{"object":{"a":2,"b":1}},"event":"unknown"}"#.to_owned()),
            "{forms:?}"
        );
    }
}
