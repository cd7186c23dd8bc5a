//! How one screen is laid out: labels with their values, and lines to copy.

use crate::report::{
    layout::{Page, wrap},
    sanitise::clean,
    theme::Ink,
};

/// The column at which a row's value begins.
const VALUE: usize = 14;
/// The same where there is little room.
const NARROW_VALUE: usize = 10;
/// A label and its value, wrapped under its first column.
pub(super) fn row(page: &mut Page, label: &str, ink: Ink, value: &str) {
    let column = column(page);
    let value = clean(value);
    let room = page.width().map(|width| width.min(100).saturating_sub(column).max(8));
    for (index, line) in wrap(&value, room).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        page.spaces(4);
        page.put(Ink::Dim, label);
        page.spaces(column.saturating_sub(4 + label.len()));
        page.put_safe(ink, line);
        page.blank();
    }
}

/// Where values begin.
pub(super) fn column(page: &Page) -> usize {
    if page.is_narrow() { NARROW_VALUE + 4 } else { VALUE + 2 }
}

/// Lines to copy: never broken, with nothing before or after them.
pub(super) fn code(page: &mut Page, lines: &[&str]) {
    if lines.is_empty() {
        return;
    }
    page.blank();
    for line in lines {
        let indent = if page.is_narrow() { 2 } else { 6 };
        page.spaces(indent);
        page.put(Ink::Remark, line);
        page.blank();
    }
}
