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

/// Limit on the pairs of neighbors that are swapped two at a time. With more, only one is.
const PAIRED_SWAPS: usize = 20;

/// The orders of Zoom's envelopes.
const ENVELOPES: [[&str; 4]; 3] = [
    ["event", "payload", "event_ts", "download_token"],
    ["event", "event_ts", "payload", "download_token"],
    ["payload", "event_ts", "event", "download_token"],
];

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
    values.extend(in_catalogue_order(document));
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

/// The forms of a document in the order of the catalogue, with one or two pairs of neighbors in its payload swapped: the
/// catalogue joins several of Zoom's samples, whose orders differ a little.
pub(super) fn with_swaps(document: &JsonValue<'_>, limit: usize) -> Vec<BodyForm> {
    let Some(document) = in_catalogue_order(document) else { return Vec::new() };
    let Some(payload) = document.get("payload") else { return Vec::new() };
    let choices = swap_choices(neighbors(payload));
    let payloads: Vec<_> = choices.iter().map(|chosen| swapped(payload, chosen, &mut 0)).collect();
    let mut values = Vec::new();
    for names in &ENVELOPES {
        values.extend(payloads.iter().filter_map(|payload| enveloped(&document, names, payload)));
    }
    written(values.iter(), limit)
}

/// The number of forms of [`with_swaps`].
pub(super) fn number_of_swaps(document: &JsonValue<'_>) -> u64 {
    let choices = document.get("payload").map_or(0, |payload| swap_choices(neighbors(payload)).len());
    (choices * ENVELOPES.len()) as u64
}

fn in_catalogue_order<'a>(document: &JsonValue<'a>) -> Option<JsonValue<'a>> {
    let restore = |shape| Restore { is_ordered: true, nulls: &[], seen: 0 }.value(document, &shape);
    shape(document).map(restore)
}

/// The pairs of neighbors to swap, by their numbers.
fn swap_choices(pairs: usize) -> Vec<Vec<usize>> {
    let single = (0..pairs).map(|pair| vec![pair]);
    let double = (0..pairs).flat_map(|a| (a + 1..pairs).map(move |b| vec![a, b]));
    if pairs <= PAIRED_SWAPS { single.chain(double).collect() } else { single.collect() }
}

/// The number of pairs of neighbors in all objects of a value that are not in a list.
fn neighbors(value: &JsonValue<'_>) -> usize {
    let members = value.members();
    members.len().saturating_sub(1) + members.iter().map(|(_, value)| neighbors(value)).sum::<usize>()
}

/// A value with these pairs of neighbors swapped. `seen`: the pairs before this value.
fn swapped<'a>(value: &JsonValue<'a>, chosen: &[usize], seen: &mut usize) -> JsonValue<'a> {
    if value.members().is_empty() {
        return value.clone();
    }
    let own = *seen..*seen + value.members().len() - 1;
    *seen = own.end;
    let members = value.members().iter().map(|(name, value)| (name.clone(), swapped(value, chosen, seen)));
    let mut members: Vec<_> = members.collect();
    for pair in chosen.iter().filter(|pair| own.contains(*pair)) {
        members.swap(pair - own.start, pair - own.start + 1);
    }
    JsonValue::object(members)
}

/// A document with its members in this order and with this payload; `None` if it has other members.
fn enveloped<'a>(document: &JsonValue<'a>, names: &[&str], payload: &JsonValue<'a>) -> Option<JsonValue<'a>> {
    let member = |name: &&str| document.members().iter().find(|(own, _)| *own.text == *name.as_bytes());
    let of = |(name, value): &(JsonName<'a>, JsonValue<'a>)| {
        (name.clone(), if *name.text == *b"payload" { payload.clone() } else { value.clone() })
    };
    let members: Vec<_> = names.iter().filter_map(member).map(of).collect();
    (members.len() == document.members().len()).then(|| JsonValue::object(members))
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
        let limit = 10_000;
        let forms =
            [forms(&document, limit), in_all_orders(&document, limit), with_swaps(&document, limit)].concat();
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
    fn swaps_neighbors_in_the_order_of_the_catalogue() {
        let forms = restored(
            r#"{"event":"user.updated","event_ts":1,"payload":{"account_id":"a","object":{"dept":"d","id":"i"},"old_object":{"dept":"c","id":"i"},"operator":"o","time_stamp":2}}"#,
        );
        let expected = r#"{"event":"user.updated","payload":{"account_id":"a","operator":"o","object":{"id":"i","dept":"d"},"old_object":{"id":"i","dept":"c"},"time_stamp":2},"event_ts":1}"#;
        assert!(forms.iter().any(|form| form == expected), "{forms:#?}");
        let value = json::parse(br#"{"a":1,"b":{"c":2,"d":3},"e":4}"#).unwrap();
        assert_eq!(neighbors(&value), 3);
        assert_eq!(swapped(&value, &[1, 2], &mut 0).to_json(), r#"{"a":1,"e":4,"b":{"d":3,"c":2}}"#);
        assert_eq!(swap_choices(3).len(), 6);
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
