//! Prints the catalogue to stdout: lists of events, one event, search results, scenarios.

use console::measure_text_width;

use super::grammar::plural;
use super::out::OutputError;
use super::page::PagedText;
use super::theme::Ink;
use crate::json::JsonStyle;
use crate::zoom::catalogue::{Certainty, Event, Leaf, Node, Shape, ShapeKind};

/// If there are more values, only their number is shown. Enumerations have up to 21.
const MOST_VALUES: usize = 24;

/// Prints events by group, with counts.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_list(events: &[Event]) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    list(&mut page, events);
    page.print()
}

fn list(page: &mut PagedText, events: &[Event]) {
    let mut groups: Vec<&str> = events.iter().map(Event::group).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in &groups {
        let members: Vec<_> = events.iter().filter(|event| event.group() == *group).collect();
        page.heading(group, &members.len().to_string());
        for event in members {
            page.line(&format!(
                "  {}{}",
                event.name(),
                if event.is_deprecated() { "  deprecated" } else { "" }
            ));
        }
        page.gap();
    }
    let events = plural(events.len() as u64, "event", "events");
    page.line(&format!("{events} in {}", plural(groups.len() as u64, "group", "groups")));
}

/// Prints one event a line, as JSON.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_list_json(events: &[Event]) -> Result<(), OutputError> {
    let lines = events.iter().map(|event| Node::object(members(event)).to_json() + "\n");
    super::print_json(lines.collect::<String>().as_bytes())
}

/// An event that a search has found, as JSON, with the paths of the fields that match.
#[must_use]
pub(crate) fn found_line(event: &Event, fields: &[String]) -> String {
    let fields = Node::list(fields.iter().map(|field| field.as_str().into()));
    Node::object(members(event).into_iter().chain([("fields", fields)])).to_json()
}

fn members(event: &Event) -> [(&'static str, Node); 4] {
    let sources = event.sources().into_iter().map(|source| source.in_words().into());
    [
        ("event", event.name().into()),
        ("group", event.group().into()),
        ("deprecated", event.is_deprecated().into()),
        ("sources", Node::list(sources)),
    ]
}

/// Prints everything known about one event, with an example.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_event(event: &Event, example: &Node) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    show(&mut page, event, example);
    page.print()
}

fn show(page: &mut PagedText, event: &Event, example: &Node) {
    page.heading(event.name(), event.group());
    if event.is_deprecated() {
        page.line("Deprecated: Zoom has announced that it will be removed.");
    }
    let sources: Vec<_> = event.sources().iter().map(|source| source.in_words()).collect();
    page.line(&format!("Known from {}.", sources.join("; ")));
    if let Some(other) = event.other_spelling() {
        page.line(&format!("Zoom also spells it {other}."));
    }
    page.gap();
    page.heading("Fields", "");
    let (mut rows, mut certainties) = (Vec::new(), Vec::new());
    event.shape().walk(&mut |path, shape, certainty| {
        certainties.push(certainty);
        rows.push(vec![path.to_owned(), kind_of(shape), certainty.in_a_word().to_owned(), values_of(shape)]);
    });
    page.columns(&rows);
    page.gap();
    let used = Certainty::ALL.into_iter().filter(|certainty| certainties.contains(certainty));
    let legend = used.map(|certainty| vec![certainty.in_a_word().to_owned(), certainty.meaning().to_owned()]);
    page.columns(&legend.collect::<Vec<_>>());
    page.gap();
    page.heading("Example", "");
    // Indented for reading. Zoom sends compact JSON.
    let text = JsonStyle::ZOOM.pretty("  ").write(example);
    String::from_utf8_lossy(&text).lines().for_each(|line| page.line(&format!("  {line}")));
}

fn kind_of(shape: &Shape) -> String {
    match shape {
        Shape::Leaf(Leaf { kind: ShapeKind::Any, .. }) => "anything".to_owned(),
        Shape::Leaf(Leaf { kind, format: Some(format), .. }) => format!("{}, {}", kind.name(), format.name()),
        Shape::Leaf(leaf) => leaf.kind.name().to_owned(),
        _ => "object".to_owned(),
    }
}

fn values_of(shape: &Shape) -> String {
    match shape {
        Shape::Leaf(leaf) if leaf.values.len() > MOST_VALUES => format!("one of {}", leaf.values.len()),
        Shape::Leaf(leaf) if leaf.values.len() == 1 => format!("such as {}", leaf.values.concat()),
        Shape::Leaf(leaf) => {
            let shown = leaf.values.iter().map(|value| if value.is_empty() { "\"\"" } else { value });
            shown.collect::<Vec<_>>().join(" | ")
        }
        _ => String::new(),
    }
}

/// Prints search results: each event, and the paths that contain the word.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_found(found: &[(Event, Vec<String>)]) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    for (event, paths) in found {
        page.heading(event.name(), event.group());
        paths.iter().for_each(|path| page.line(&format!("  {path}")));
    }
    page.print()
}

/// Prints names with their descriptions.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_names(rows: &[Vec<String>]) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    names(&mut page, rows);
    page.print()
}

/// Uses columns if the terminal is wide enough. Otherwise a description goes below its name.
fn names(page: &mut PagedText, rows: &[Vec<String>]) {
    let widest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| measure_text_width(cell)).max();
    let needed: usize = (0..).map_while(widest).map(|width| width + 2).sum();
    let Some(width) = page.width().filter(|width| *width < needed) else { return page.columns(rows) };
    for row in rows {
        let (name, descriptions) = row.split_at(row.len().min(2));
        page.columns(&[name.to_vec()]);
        for text in descriptions.iter().filter(|text| !text.is_empty()) {
            page.beside(&[(Ink::Plain, ""), (Ink::Dim, text)], &[4, width.saturating_sub(6).max(20)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::theme::Theme;
    use crate::zoom::catalogue::find;

    fn page(write: impl FnOnce(&mut PagedText)) -> String {
        let mut page = PagedText::new(Theme::new(false));
        write(&mut page);
        page.text().to_owned()
    }

    #[test]
    fn lists_by_group_with_counts() {
        let events: Vec<_> = ["phone.call_log_deleted", "meeting.started", "meeting.ended"]
            .map(|name| find(name).unwrap())
            .into();
        assert_eq!(
            page(|page| list(page, &events)),
            "meetings  2\n  meeting.started\n  meeting.ended\n\nphone  1\n  phone.call_log_deleted  deprecated\n\n\
             3 events in 2 groups\n"
        );
    }

    #[test]
    fn descriptions_that_do_not_fit_go_below_their_names() {
        let rows = [["webinar", "63 events", "A webinar of many participants", "participants=20"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        let shown = |width| {
            let mut page = PagedText::new(Theme::new(false)).within(width);
            names(&mut page, &rows);
            page.text().to_owned()
        };
        assert_eq!(
            shown(40),
            "  webinar  63 events\n      A webinar of many participants\n      participants=20\n"
        );
        assert_eq!(shown(80).lines().count(), 1);
    }

    #[test]
    fn shows_fields_with_types_values_and_an_example() {
        let event = find("endpoint.url_validation").unwrap();
        let example = Node::parse(r#"{"payload":{"plainToken":"abc"},"list":[1,{}]}"#).unwrap();
        assert_eq!(
            page(|page| show(page, &event, &example)),
            "endpoint.url_validation  platform
Known from Zoom's published OpenAPI files; the form of published sample payloads.

Fields
  payload.plainToken  string, id22      always
  event_ts            integer, unix-ms  always
  event               string            always

  always  every delivery has it

Example
  {
    \"payload\": {
      \"plainToken\": \"abc\"
    },
    \"list\": [
      1,
      {}
    ]
  }
"
        );
    }
}
