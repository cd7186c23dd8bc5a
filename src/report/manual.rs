//! Shows a manual page on a terminal as text. Entry point: [`print_manual`].
//!
//! Reads only the part of the `man` format that our own pages use: sections, terms with their text, paragraphs, lists.
//! Other programs get the page itself.

use super::layout::wrap;
use super::out::OutputError;
use super::page::PagedText;
use super::pager::Paging;
use super::theme::Ink;

/// Columns of a section's text, as `man` has it.
const INDENT: usize = 7;
/// Longest line: longer ones are hard to read.
const WIDEST: usize = 100;

/// Prints the page through a pager, if it is longer than the screen.
///
/// # Errors
/// As [`super::print`].
pub(crate) fn print_manual(roff: &str) -> Result<(), OutputError> {
    let mut page = PagedText::of_stdout();
    format(&mut page, roff);
    page.show(Paging::WhenLong)
}

fn format(page: &mut PagedText, roff: &str) {
    let mut manual = Manual { page, indent: INDENT, nested: 0, term_is_next: false, bullet: false };
    for line in roff.lines() {
        match line.strip_prefix('.') {
            Some(request) => manual.request(request),
            None => manual.text(&plain(line)),
        }
    }
}

struct Manual<'p> {
    page: &'p mut PagedText,
    /// Columns before the text.
    indent: usize,
    /// Further columns, inside a list.
    nested: usize,
    /// Whether the next line is a term, which the text behind it explains.
    term_is_next: bool,
    /// Whether the next line is an item of a list.
    bullet: bool,
}

impl Manual<'_> {
    fn request(&mut self, request: &str) {
        let (name, argument) = request.split_once(' ').unwrap_or((request, ""));
        match name {
            "SH" => {
                self.page.gap();
                self.page.inked(Ink::Bold, &plain(argument.trim_matches('"')));
                (self.indent, self.nested) = (INDENT, 0);
            }
            "TP" => {
                self.page.gap();
                self.term_is_next = true;
            }
            "PP" => {
                self.page.gap();
                self.indent = INDENT;
            }
            "RS" => self.nested = INDENT,
            "RE" => self.nested = 0,
            "IP" => self.bullet = true,
            // The title, line breaks, and the definitions of quotes.
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            self.page.gap();
        } else if std::mem::take(&mut self.term_is_next) {
            self.lines(Ink::Key, text, INDENT, "");
            self.indent = 2 * INDENT;
        } else {
            let bullet = if std::mem::take(&mut self.bullet) { "• " } else { "" };
            let indent = if self.nested > 0 { 2 * INDENT } else { self.indent };
            self.lines(Ink::Plain, text, indent, bullet);
        }
    }

    fn lines(&mut self, ink: Ink, text: &str, indent: usize, lead: &str) {
        let width = self.page.width().map(|width| width.min(WIDEST).saturating_sub(indent + 2).max(20));
        for (at, line) in wrap(text, width).iter().enumerate() {
            let lead = if at == 0 { lead } else { &"  "[..lead.chars().count()] };
            self.page.inked(ink, &format!("{}{lead}{line}", " ".repeat(indent)));
        }
    }
}

/// A line without the format's escapes.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once('\\') {
        text.push_str(before);
        // Each escape of our pages, with what it stands for.
        let known = [
            ("*(Aq", "'"),
            ("(aq", "'"),
            ("(bu", "•"),
            ("fB", ""),
            ("fI", ""),
            ("fR", ""),
            ("&", ""),
            ("-", "-"),
            ("\\", "\\"),
            ("e", "\\"),
        ];
        let found = known.iter().find_map(|(name, shown)| Some((escape.strip_prefix(name)?, shown)));
        rest = match found {
            Some((behind, shown)) => {
                text.push_str(shown);
                behind
            }
            None => escape,
        };
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::theme::Theme;

    #[test]
    fn sections_terms_and_lists_become_text() {
        let roff = ".TH a 1  \"a 1.0\" \n.SH \"EXIT STATUS\"\n\\fBa\\fR [\\fB\\-\\-b\\fR]\n.PP\nIt\\*(Aqs a long line of text that is wrapped here.\n.TP\n\\fB\\-\\-b\\fR\nTakes a file\n\n.br\n\\fIPossible values:\\fR\n.RS 14\n.IP \\(bu 2\none: C:\\\\temp\n.RE\n";
        let mut page = PagedText::new(Theme::new(false)).within(40);
        format(&mut page, roff);
        insta::assert_snapshot!(page.text(), @r"
        EXIT STATUS
               a [--b]

               It's a long line of text that
               is wrapped here.

               --b
                      Takes a file

                      Possible values:
                      • one: C:\temp
        ");
    }
}
