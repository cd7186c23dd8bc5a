//! A page of text for stdout: headings, columns, lines. Coloured where stdout is a terminal.

use console::{Term, measure_text_width};

use super::Color;
use super::abilities::{Surroundings, is_terminal};
use super::out::OutputError;
use super::sanitise::clean;
use super::theme::{Ink, Theme};

/// Text that is put together and printed at once.
pub(super) struct Page {
    theme: Theme,
    text: String,
}

impl Page {
    pub(super) fn of_stdout() -> Self {
        Self::new(Theme::new(Surroundings::of_process().colour(Color::Auto, is_terminal(&Term::stdout()))))
    }

    pub(super) fn new(theme: Theme) -> Self {
        Self { theme, text: String::new() }
    }

    pub(super) fn heading(&mut self, title: &str, rest: &str) {
        let title = self.theme.paint(Ink::Bold, clean(title)).to_string();
        self.push(&format!("{title}  {}", self.theme.paint(Ink::Dim, clean(rest))));
    }

    pub(super) fn line(&mut self, line: &str) {
        self.push(&clean(line));
    }

    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// Rows of cells that stand under one another, the first in the colour of names.
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

    /// A body: JSON indented and coloured, anything else escaped.
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

    pub(super) fn print(&self) -> Result<(), OutputError> {
        super::print(self.text().as_bytes())
    }
}
