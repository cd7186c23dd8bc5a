//! Prints how deliveries differ from the catalogue, and what was learned from them.

use std::path::Path;

use super::grammar::plural;
use super::out::OutputError;
use super::page::PagedText;
use crate::zoom::catalogue::{DriftKind, EventDrift, NewlyLearned, Node, ObservedKind};

/// Prints the differences of every event.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print(drift: &[EventDrift]) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    write(&mut page, drift);
    page.print()
}

fn write(page: &mut PagedText, drift: &[EventDrift]) {
    if drift.is_empty() {
        return;
    }
    let deliveries: u64 = drift.iter().map(|event| event.deliveries).sum();
    let events = plural(drift.len() as u64, "event", "events");
    page.line(&format!(
        "{} of {events}, compared with the catalog",
        plural(deliveries, "verified delivery", "verified deliveries")
    ));
    for event in drift {
        page.gap();
        page.heading(&event.event, &plural(event.deliveries, "delivery", "deliveries"));
        match event {
            EventDrift { is_known: false, .. } => page.line("  The catalog does not have this event."),
            EventDrift { found, .. } if found.is_empty() => page.line("  As in the catalog."),
            EventDrift { found, .. } => {
                let rows: Vec<Vec<String>> =
                    found.iter().map(|field| row(&field.path, &field.kind)).collect();
                page.columns(&rows);
            }
        }
        if event.optional_never > 0 {
            let fields = plural(event.optional_never as u64, "optional field", "optional fields");
            page.line(&format!("  {fields} never came."));
        }
    }
    if drift.iter().any(|event| !event.is_known || event.found.iter().any(|field| is_new(&field.kind))) {
        page.gap();
        page.line("To add what is unknown to samples, schemas and completions on this machine:");
        page.line("  zoomhook events learn");
    }
}

fn is_new(kind: &DriftKind) -> bool {
    !matches!(kind, DriftKind::Never { .. })
}

fn row(path: &str, kind: &DriftKind) -> Vec<String> {
    let cells = match kind {
        DriftKind::Unknown { seen, count } => ["unknown".to_owned(), names(seen), times(*count)],
        DriftKind::Type { known, seen, count } => {
            ["other type".to_owned(), format!("{}, not {known}", names(seen)), times(*count)]
        }
        DriftKind::Never { certainty } => {
            ["never came".to_owned(), certainty.in_a_word().to_owned(), String::new()]
        }
    };
    [path.to_owned()].into_iter().chain(cells).collect()
}

fn names(kinds: &[ObservedKind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" or ")
}

fn times(count: u64) -> String {
    plural(count, "time", "times")
}

/// Prints one event a line, as JSON.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_json(drift: &[EventDrift]) -> Result<(), OutputError> {
    let lines: String = drift.iter().map(|event| of_event(event).to_json() + "\n").collect();
    super::print_json(lines.as_bytes())
}

fn of_event(event: &EventDrift) -> Node {
    let number = |number: u64| Node::number(number.to_string());
    let types = |seen: &[ObservedKind]| Node::list(seen.iter().map(|kind| Node::from(kind.name())));
    let of = |wanted: fn(&DriftKind) -> bool| {
        let found = event.found.iter().filter(move |field| wanted(&field.kind));
        Node::list(found.map(|field| {
            let path = ("path", Node::from(field.path.as_str()));
            match &field.kind {
                DriftKind::Unknown { seen, count } => {
                    Node::object([path, ("types", types(seen)), ("count", number(*count))])
                }
                DriftKind::Type { known, seen, count } => Node::object([
                    path,
                    ("known", Node::from(*known)),
                    ("types", types(seen)),
                    ("count", number(*count)),
                ]),
                DriftKind::Never { certainty } => {
                    Node::object([path, ("certainty", Node::from(certainty.in_a_word()))])
                }
            }
        }))
    };
    Node::object([
        ("event", Node::from(event.event.as_str())),
        ("deliveries", number(event.deliveries)),
        ("known", event.is_known.into()),
        ("unknown_fields", of(|kind| matches!(kind, DriftKind::Unknown { .. }))),
        ("other_types", of(|kind| matches!(kind, DriftKind::Type { .. }))),
        ("never", of(|kind| matches!(kind, DriftKind::Never { .. }))),
        ("optional_never", number(event.optional_never as u64)),
    ])
}

/// Prints what was learned, and where it is.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_learned(deliveries: u64, new: &[NewlyLearned], path: &Path) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    let deliveries = plural(deliveries, "verified delivery", "verified deliveries");
    if new.is_empty() {
        page.line(&format!("Nothing new in {deliveries}."));
        return page.print();
    }
    page.line(&format!("Learned from {deliveries}:"));
    let rows = new.iter().map(|event| {
        let what = if event.is_new { "new event, " } else { "" };
        vec![event.event.clone(), format!("{what}{}", plural(event.fields as u64, "field", "fields"))]
    });
    page.columns(&rows.collect::<Vec<_>>());
    page.line(&format!("Written to {}: names and types, no values.", path.display()));
    page.print()
}
