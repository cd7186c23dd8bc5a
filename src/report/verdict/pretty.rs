//! The output for a person. A single request gets a screen. Of many, each gets a line, and the first of each cause
//! gets its remedy; a table follows at the end.

use super::{list, screen};
use crate::delivery::Warning;
use crate::report::clock::Clock;
use crate::report::layout::TerminalPage;
use crate::report::out::{Out, OutputError, Stream};
use crate::report::theme::Ink;
use crate::report::wording;
use crate::verify::{VerifyOutcome, VerifyTally};

pub(super) struct Pretty {
    show_signed_string: bool,
    clock: Clock,
    /// The first outcome, until it is known whether it is the only one.
    first: Option<VerifyOutcome>,
    list: Option<list::List>,
}

impl Pretty {
    pub(super) fn new(show_signed_string: bool) -> Self {
        Self { show_signed_string, clock: Clock::local(), first: None, list: None }
    }

    pub(super) fn show(&mut self, outcome: VerifyOutcome, out: &mut Out) -> Result<(), OutputError> {
        let mut page = TerminalPage::new(out, Stream::Stdout);
        match (self.list.as_mut(), self.first.take()) {
            (None, None) => self.first = Some(outcome),
            (list, first) => {
                let mut new = list::List::default();
                let list = match list {
                    Some(list) => list,
                    None => &mut new,
                };
                for outcome in first.iter().chain([&outcome]) {
                    list.show(&mut page, outcome, self.show_signed_string);
                }
                self.list.get_or_insert(new);
            }
        }
        out.write(Stream::Stdout, page.as_bytes())
    }

    pub(super) fn finish(&mut self, tally: &VerifyTally, out: &mut Out) -> Result<(), OutputError> {
        let mut page = TerminalPage::new(out, Stream::Stdout);
        match (self.first.take(), &self.list) {
            (Some(outcome), _) => screen::show(&mut page, &outcome, self.show_signed_string, &self.clock),
            (None, Some(list)) => list.end(&mut page, tally),
            (None, None) => page.marked(Ink::Warn, "▲", "There was nothing to verify."),
        }
        out.write(Stream::Stdout, page.as_bytes())
    }
}

pub(super) fn warn(warning: &Warning, out: &mut Out) -> Result<(), OutputError> {
    mark(&wording::warning(warning), out)
}

/// Reports a file of a folder that was skipped.
pub(super) fn skip(source: &str, out: &mut Out) -> Result<(), OutputError> {
    mark(&format!("{source} was skipped: zoomhook cannot read it as a capture."), out)
}

fn mark(text: &str, out: &mut Out) -> Result<(), OutputError> {
    let mut page = TerminalPage::new(out, Stream::Stderr);
    page.marked(Ink::Warn, "▲", text);
    out.write(Stream::Stderr, page.as_bytes())
}
