//! The catalogue of events, for the form of `trigger` and for the fields of a delivery.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::answer::{self, ApiError, InspectorAnswer, JSON};
use super::query::Parameters;
use super::{Site, deliveries};
use crate::zoom::catalogue::scenario::SHIPPED;
use crate::zoom::catalogue::{self, Event, Sample, Shape, nearest};

/// `GET events`: the events and the scenarios.
pub(super) fn list() -> InspectorAnswer {
    let events = catalogue::all().map(
        |event| json!({ "name": event.name(), "group": event.group(), "deprecated": event.is_deprecated() }),
    );
    let scenarios = SHIPPED.iter().filter_map(|shipped| {
        let scenario = shipped.read().ok()?;
        let events = scenario.plan(&[]).ok()?.events.len();
        Some(json!({ "name": shipped.name, "about": scenario.about, "events": events }))
    });
    let list = json!({
        "v": 1,
        "type": "events",
        "events": events.collect::<Vec<_>>(),
        "scenarios": scenarios.collect::<Vec<_>>(),
    });
    answer::ok(JSON, list.to_string())
}

/// The event with this name.
///
/// # Errors
/// There is none. The message has the nearest names.
pub(crate) fn find(name: &str) -> Result<Event, ApiError> {
    catalogue::find(name).ok_or_else(|| {
        let near = nearest(name, catalogue::all().map(|event| event.name()));
        let hint =
            if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(", or ")) };
        ApiError::missing(format!("The catalog has no such event.{hint}"))
    })
}

/// `GET events/NAME`: its fields, and a sample body. `seed` chooses another sample.
pub(super) fn event(name: &str, query: &Parameters) -> Result<InspectorAnswer, ApiError> {
    let event = find(name)?;
    let seed = query.get("seed").and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let sample = Sample::new(seed, SystemTime::now()).of(&event).to_json();
    let shown = json!({
        "v": 1,
        "type": "event",
        "name": event.name(),
        "group": event.group(),
        "deprecated": event.is_deprecated(),
        "sources": sources(&event),
        "fields": fields(&event),
        "sample": sample,
    });
    Ok(answer::ok(JSON, shown.to_string()))
}

/// `GET deliveries/ID/fields`: the fields that the catalogue knows of this event, and whether the body fits.
pub(super) async fn fields_of(site: &Site, id: &str) -> Result<InspectorAnswer, ApiError> {
    let stored = deliveries::find(site, id).await?;
    let event = stored.event.as_deref().and_then(catalogue::find);
    let misfit = event.as_ref().and_then(|event| {
        let text = std::str::from_utf8(&stored.body).ok()?;
        event.shape().fits(text).err().map(|misfit| misfit.to_string())
    });
    let shown = json!({
        "v": 1,
        "type": "fields",
        "event": event.as_ref().map(Event::name),
        "sources": event.as_ref().map(sources),
        "fields": event.as_ref().map(fields),
        "misfit": misfit,
    });
    Ok(answer::ok(JSON, shown.to_string()))
}

fn sources(event: &Event) -> Vec<&'static str> {
    event.sources().iter().map(|source| source.in_words()).collect()
}

/// Each path with its type. The name of a list is followed by `[]`.
fn fields(event: &Event) -> Value {
    let mut fields = BTreeMap::new();
    event.shape().walk(&mut |path, shape, certainty| {
        let (kind, format, values) = match shape {
            Shape::Leaf(leaf) => {
                (leaf.kind.name(), leaf.format.map(|format| format.in_words()), leaf.values.clone())
            }
            _ => ("object", None, Vec::new()),
        };
        let field = json!({
            "type": kind,
            "format": format,
            "values": values,
            "optional": certainty.is_optional(),
            "certainty": certainty.meaning(),
        });
        fields.insert(path.to_owned(), field);
    });
    json!(fields)
}
