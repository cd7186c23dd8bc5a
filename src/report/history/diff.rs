//! The differences between two deliveries: side by side if there is room, otherwise one below the other.

use super::super::clock::Clock;
use super::super::grammar::size;
use super::super::layout::shorten;
use super::super::out::OutputError;
use super::super::page::PagedText;
use super::super::pager::Paging;
use super::super::theme::Ink;
use super::name;
use crate::delivery::StoredDelivery;
use crate::history::{BodyComparison, Comparison};
use crate::json::{Change, ChangeKind, Member};

/// From this width on, two values are shown side by side.
const WIDE: usize = 100;

/// Prints two deliveries and their differences. With `all`, body members without a difference are shown too.
///
/// # Errors
/// As [`crate::report::print`].
pub(crate) fn print_diff(
    (first, second): (&StoredDelivery, &StoredDelivery),
    comparison: &Comparison,
    all: bool,
    paging: Paging,
) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    let body = rows_of_body(&comparison.body, all);
    let changes = |changes: &[Change]| changes.iter().cloned().map(Row::of_change).collect::<Vec<_>>();
    let sections =
        [("", changes(&comparison.facts)), ("Headers", changes(&comparison.headers)), ("Body", body)];
    let longest = sections.iter().flat_map(|(_, rows)| rows).map(|row| row.path.chars().count() + 2).max();
    let mut view = View::new(&mut page, longest.unwrap_or(0));
    view.titles(first, second);
    for (title, rows) in &sections {
        view.section(title, rows);
    }
    if let BodyComparison::Sizes(first, second) = comparison.body {
        page.gap();
        page.line(&format!("The bodies differ: {} and {}.", size(first), size(second)));
    } else if comparison.body.changes().is_empty() {
        page.gap();
        page.line("The bodies have the same content.");
    }
    page.show(paging)
}

/// One path, and its value in both deliveries.
struct Row {
    path: String,
    first: Option<String>,
    second: Option<String>,
}

impl Row {
    fn of_change(change: Change) -> Self {
        let (first, second) = match change.kind {
            ChangeKind::Added(second) => (None, Some(second)),
            ChangeKind::Removed(first) => (Some(first), None),
            ChangeKind::Changed(first, second) => (Some(first), Some(second)),
        };
        Self { path: change.path, first, second }
    }

    fn of_member(member: &Member) -> Self {
        let Member { path, first, second } = member.clone();
        Self { path, first, second }
    }

    /// The sign, and the colors of the path and of both values.
    fn look(&self) -> (&'static str, Ink, Ink, Ink) {
        match (&self.first, &self.second) {
            (Some(_), None) => ("-", Ink::Bad, Ink::Bad, Ink::Plain),
            (None, _) => ("+", Ink::Good, Ink::Plain, Ink::Good),
            (first, second) if first == second => (" ", Ink::Dim, Ink::Dim, Ink::Dim),
            _ => ("~", Ink::Key, Ink::Bad, Ink::Good),
        }
    }
}

fn rows_of_body(body: &BodyComparison, all: bool) -> Vec<Row> {
    match body {
        BodyComparison::Members(members) => {
            members.iter().filter(|m| all || m.first != m.second).map(Row::of_member).collect()
        }
        other => other.changes().into_iter().map(Row::of_change).collect(),
    }
}

struct View<'p> {
    page: &'p mut PagedText,
    /// The widths of path, first and second value; `None` if they do not fit side by side.
    widths: Option<[usize; 3]>,
}

impl<'p> View<'p> {
    fn new(page: &'p mut PagedText, longest: usize) -> Self {
        let widths = page.width().filter(|width| *width >= WIDE).map(|width| {
            // The path gets the width that it needs, up to two fifths. The values share the rest.
            let path = longest.clamp(20, width * 2 / 5);
            let value = (width - path - 4) / 2;
            [path, value, value]
        });
        Self { page, widths }
    }

    fn titles(&mut self, first: &StoredDelivery, second: &StoredDelivery) {
        let clock = Clock::local();
        let title = |stored: &StoredDelivery| {
            format!("{}  {}  {}", stored.id, clock.with_date(stored.received_at), name(stored))
        };
        let (first, second) = (title(first), title(second));
        match &self.widths {
            Some(widths) => {
                self.page.beside(&[(Ink::Plain, ""), (Ink::Bold, &first), (Ink::Bold, &second)], widths);
            }
            None => {
                let width = self.page.width().unwrap_or(usize::MAX);
                for line in [format!("- {first}"), format!("+ {second}")] {
                    // The name is cut first, because id and time identify the delivery.
                    self.page.inked(Ink::Bold, &shorten(&line, width));
                }
            }
        }
    }

    fn section(&mut self, title: &str, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        self.page.gap();
        if !title.is_empty() {
            self.page.line(title);
        }
        for row in rows {
            self.row(row);
        }
    }

    fn row(&mut self, row: &Row) {
        let (sign, of_path, of_first, of_second) = row.look();
        let path = format!("{sign} {}", if row.path.is_empty() { "(the whole body)" } else { &row.path });
        let (first, second) =
            (row.first.as_deref().unwrap_or_default(), row.second.as_deref().unwrap_or_default());
        if let Some(widths) = &self.widths {
            return self.page.beside(&[(of_path, &path), (of_first, first), (of_second, second)], widths);
        }
        self.page.inked(of_path, &path);
        if row.first == row.second {
            return self.page.inked(Ink::Dim, &format!("      {first}"));
        }
        if row.first.is_some() {
            self.page.inked(of_first, &format!("    - {first}"));
        }
        if row.second.is_some() {
            self.page.inked(of_second, &format!("    + {second}"));
        }
    }
}
