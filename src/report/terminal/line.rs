//! The line of a delivery: time, sign, name, title and answer, fitted to the terminal's width.
//!
//! If the parts do not fit on one line, the title moves to the next line. In compact form it is shortened.

use std::borrow::Cow;
use std::time::SystemTime;

use console::measure_text_width;

use crate::delivery::DeliverySign;
use crate::report::clock::Clock;
use crate::report::grammar::capped;
use crate::report::sanitize::clean;
use crate::report::theme::Ink;

use super::layout::{TerminalPage, shorten};

/// Characters shown of a name; the longest known event name has 59.
const NAME: usize = 120;
/// Characters shown of a title; a sender can make it as long as a body.
const TITLE: usize = 300;
/// Spaces between two parts of the line.
const GAP: usize = 3;

/// The sign of a delivery, with its color.
pub(super) fn sign(sign: DeliverySign) -> (Ink, &'static str) {
    match sign {
        DeliverySign::Good => (Ink::Good, "✓"),
        DeliverySign::Problem => (Ink::Warn, "▲"),
        DeliverySign::Refused => (Ink::Bad, "✗"),
        DeliverySign::Unchecked => (Ink::Warn, "?"),
        DeliverySign::Unrelated => (Ink::Dim, "·"),
    }
}

/// The parts of a line; [`Line::show`] sanitizes them.
pub(super) struct Line<'a> {
    pub(super) time: SystemTime,
    /// The color of the sign, and of a title that reports a problem.
    pub(super) ink: Ink,
    /// ✓, ✗, ▲, ? or ·
    pub(super) sign: &'a str,
    pub(super) name: &'a str,
    /// The most important facts in a few words.
    pub(super) title: &'a str,
    /// The answer.
    pub(super) tail: &'a str,
    /// The answer's color. If it is not dim, the answer shows the problem, and the title stays plain.
    pub(super) tail_ink: Ink,
    /// Where the request came from; left out first if a compact line is too long.
    pub(super) origin: &'a str,
}

impl Line<'_> {
    pub(super) fn show(&self, page: &mut TerminalPage, compact: bool, clock: &Clock) {
        let (name, title) = (capped(self.name, NAME), capped(self.title, TITLE));
        let (name, title) = (clean(&name), clean(&title));
        let start = self.start(page, clock);
        let room = page.width().map_or(usize::MAX, |width| width.saturating_sub(start));
        let mut tail = self.full_tail();
        if compact && columns(&[&name, &title, &tail]) > room {
            tail = clean(self.tail);
        }
        if columns(&[&name, &title, &tail]) <= room {
            self.finish(page, &name, &title, &tail);
        } else if compact {
            let name_room = room.saturating_sub(GAP + measure_text_width(&tail)).max(room / 2);
            let name = shorten(&name, name_room);
            let used = columns(&[&name, &tail]);
            // A title of only a few letters is useless.
            let title_room = Some(room.saturating_sub(used + GAP)).filter(|room| *room >= 8).unwrap_or(0);
            let tail_room = room.saturating_sub(measure_text_width(&name) + GAP);
            self.finish(page, &name, &shorten(&title, title_room), &shorten(&tail, tail_room));
        } else if columns(&[&name, &tail]) <= room {
            self.finish(page, &name, "", &tail);
            self.below(page, &title);
        } else {
            self.finish(page, &shorten(&name, room), "", "");
            self.below(page, &title);
            page.below(self.tail_ink, &tail);
        }
    }

    fn full_tail(&self) -> Cow<'_, str> {
        match (self.tail, self.origin) {
            ("", origin) => clean(origin),
            (tail, "") => clean(tail),
            (tail, origin) => Cow::Owned(clean(&format!("{tail} · {origin}")).into_owned()),
        }
    }

    /// Puts time and sign; returns the number of columns used.
    fn start(&self, page: &mut TerminalPage, clock: &Clock) -> usize {
        let mut time = clock.with_millis(self.time);
        let gap = if page.is_narrow() {
            time.truncate("00:00:00".len());
            1
        } else {
            2
        };
        page.spaces(1);
        page.put(Ink::Dim, &time);
        page.spaces(gap);
        page.put(self.ink, self.sign);
        page.spaces(1);
        1 + time.len() + gap + 2
    }

    fn finish(&self, page: &mut TerminalPage, name: &str, title: &str, tail: &str) {
        let name_ink = if self.ink == Ink::Dim { Ink::Dim } else { Ink::Bold };
        for (index, (ink, part)) in
            [(name_ink, name), (self.title_ink(), title), (self.tail_ink, tail)].iter().enumerate()
        {
            // Skip a part without width, such as a lone combining mark: `columns` does not count it.
            if measure_text_width(part) > 0 {
                page.spaces(if index > 0 { GAP } else { 0 });
                page.put_safe(*ink, part);
            }
        }
        page.blank();
    }

    fn below(&self, page: &mut TerminalPage, title: &str) {
        if !title.is_empty() {
            page.below(self.title_ink(), title);
        }
    }

    fn title_ink(&self) -> Ink {
        match self.ink {
            Ink::Good => Ink::Plain,
            Ink::Warn | Ink::Bad if self.tail_ink != Ink::Dim => Ink::Plain,
            other => other,
        }
    }
}

/// The width of the parts on one line; parts without width are not counted.
fn columns(parts: &[&str]) -> usize {
    let widths = parts.iter().map(|part| measure_text_width(part)).filter(|width| *width > 0);
    widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}
