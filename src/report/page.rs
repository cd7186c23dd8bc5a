//! A page of text for stdout: headings, tables and lines, in color on a terminal.

use console::{Term, measure_text_width};

use super::Color;
use super::abilities::{Surroundings, Width, is_terminal};
use super::layout::{shorten, wrap};
use super::out::OutputError;
use super::pager::{self, Paging};
use super::sanitize::clean;
use super::theme::{Ink, Theme};

/// Text that is composed first and then printed in one piece.
pub(super) struct PagedText {
    theme: Theme,
    text: String,
    width: Option<usize>,
}

/// A piece of a row.
pub(super) struct Cell {
    ink: Ink,
    text: String,
}

impl Cell {
    pub(super) fn new(ink: Ink, text: impl Into<String>) -> Self {
        Self { ink, text: clean(&text.into()).into_owned() }
    }
}

impl PagedText {
    pub(super) fn of_stdout() -> Self {
        let stdout = Term::stdout();
        let color = Surroundings::of_process().color(Color::Auto, is_terminal(&stdout));
        let width = if stdout.is_term() { Width::Of(stdout).columns() } else { None };
        Self { width, ..Self::new(Theme::new(color)) }
    }

    /// A page without a limit on its width.
    pub(super) fn new(theme: Theme) -> Self {
        Self { theme, text: String::new(), width: None }
    }

    /// The same page for a terminal with `width` columns.
    #[cfg(test)]
    pub(super) fn within(self, width: usize) -> Self {
        Self { width: Some(width), ..self }
    }

    /// The columns of the terminal; `None` if lines are not shortened.
    pub(super) fn width(&self) -> Option<usize> {
        self.width
    }

    /// Puts rows in columns of at least `widths`; each row is shortened to the terminal's width.
    pub(super) fn table(&mut self, rows: &[Vec<Cell>], widths: &[usize]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide =
            |at: usize| rows.iter().filter_map(move |row| row.get(at)).map(|c| measure_text_width(&c.text));
        let widths: Vec<usize> =
            (0..columns).map(|at| wide(at).chain(widths.get(at).copied()).max().unwrap_or(0)).collect();
        for row in rows {
            let mut line = String::from("  ");
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&self.theme.paint(cell.ink, &cell.text).to_string());
                line.push_str(&" ".repeat(width.saturating_sub(measure_text_width(&cell.text)) + 2));
            }
            let line = line.trim_end();
            let line = self.width.map_or(line.into(), |width| shorten(line, width));
            self.push(&line);
        }
    }

    /// Puts names and their values in two columns. A long value is wrapped and never cut, because a person may copy it.
    pub(super) fn named(&mut self, rows: &[(&str, String)]) {
        let names = rows.iter().map(|(name, _)| measure_text_width(name)).max().unwrap_or(0);
        let Some(width) = self.width else {
            let row = |(name, value): &(&str, String)| {
                vec![Cell::new(Ink::Key, *name), Cell::new(Ink::Plain, value)]
            };
            return self.table(&rows.iter().map(row).collect::<Vec<_>>(), &[]);
        };
        for (name, value) in rows {
            let cells = [(Ink::Plain, ""), (Ink::Key, *name), (Ink::Plain, value.as_str())];
            self.beside(&cells, &[0, names, width.saturating_sub(names + 4).max(20)]);
        }
    }

    /// Puts cells next to each other in columns of exactly these widths; longer text is wrapped.
    pub(super) fn beside(&mut self, cells: &[(Ink, &str)], widths: &[usize]) {
        let wrapped: Vec<_> = cells
            .iter()
            .zip(widths)
            .map(|((ink, text), width)| (*ink, *width, wrap(&clean(text), Some(*width))))
            .collect();
        let height = wrapped.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or(0);
        for at in 0..height {
            let mut line = String::new();
            for (ink, width, lines) in &wrapped {
                let text = lines.get(at).map_or("", String::as_str);
                line.push_str(&self.theme.paint(*ink, text).to_string());
                line.push_str(&" ".repeat(width.saturating_sub(measure_text_width(text)) + 2));
            }
            self.push(&line);
        }
    }

    /// Puts a line in a color.
    pub(super) fn inked(&mut self, ink: Ink, line: &str) {
        for line in self.wrapped(line) {
            self.push(&self.theme.paint(ink, line).to_string());
        }
    }

    /// A line in lines that fit on the terminal. An indented line is not wrapped: it is a row or a command to copy.
    fn wrapped(&self, line: &str) -> Vec<String> {
        wrap(&clean(line), self.width.filter(|_| !line.starts_with(' ')))
    }

    /// Puts a name and its value.
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        let (name, value) = (clean(name), clean(value));
        self.push(&format!(
            "  {}{}{value}",
            self.theme.paint(Ink::Key, name),
            self.theme.paint(Ink::Dim, ": ")
        ));
    }

    pub(super) fn heading(&mut self, title: &str, rest: &str) {
        let title = self.theme.paint(Ink::Bold, clean(title)).to_string();
        self.push(&format!("{title}  {}", self.theme.paint(Ink::Dim, clean(rest))));
    }

    pub(super) fn line(&mut self, line: &str) {
        for line in self.wrapped(line) {
            self.push(&line);
        }
    }

    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Puts rows in aligned columns, the first column in the color of names.
    pub(super) fn columns(&mut self, rows: &[Vec<String>]) {
        let width =
            |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|c| measure_text_width(c)).max();
        let widths: Vec<_> = (0..).map_while(width).collect();
        for row in rows {
            let mut line = String::from("  ");
            for (at, cell) in row.iter().enumerate() {
                let ink = if at == 0 { Ink::Key } else { Ink::Plain };
                line.push_str(&self.theme.paint(ink, clean(cell)).to_string());
                let missing = widths.get(at).copied().unwrap_or(0).saturating_sub(measure_text_width(cell));
                line.push_str(&" ".repeat(missing + 2));
            }
            self.push(line.trim_end());
        }
    }

    /// Puts a body: JSON indented and colored, anything else escaped.
    pub(super) fn body(&mut self, body: &[u8]) {
        self.text.push_str(&super::terminal::body_text(body, self.theme));
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Prints the page, through a pager if it is longer than the screen.
    pub(super) fn show(&self, paging: Paging) -> Result<(), OutputError> {
        pager::print(self.text().as_bytes(), paging)
    }

    pub(super) fn print(&self) -> Result<(), OutputError> {
        super::print(self.text().as_bytes())
    }
}
