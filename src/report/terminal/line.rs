//! The line of a delivery: time, sign, name, title, answer; fitted to the width.
//!
//! On one line where it fits. Otherwise the title goes below; in compact form it is shortened instead.

use std::time::SystemTime;

use console::measure_text_width;

use crate::report::clock::Clock;
use crate::report::sanitise::clean;
use crate::report::theme::Ink;

use super::layout::{Page, shorten};

/// Between two parts of the line.
const GAP: usize = 3;

/// The parts of a line. Need not be sanitised.
pub(super) struct Line<'a> {
    /// When it came.
    pub(super) time: SystemTime,
    /// The sign's colour, and the title's where it says that something is wrong.
    pub(super) ink: Ink,
    /// ✓, ✗, ▲ or ·
    pub(super) sign: &'a str,
    /// The event's name.
    pub(super) name: &'a str,
    /// What there is to know at first sight.
    pub(super) title: &'a str,
    /// The answer, and where the request came from.
    pub(super) tail: &'a str,
}

impl Line<'_> {
    /// Puts the line on the page.
    pub(super) fn show(&self, page: &mut Page, compact: bool, clock: &Clock) {
        let (name, title, tail) = (clean(self.name), clean(self.title), clean(self.tail));
        let start = self.start(page, clock);
        let room = page.width().map_or(usize::MAX, |width| width.saturating_sub(start));
        let [name_width, title_width, tail_width] =
            [&name, &title, &tail].map(|part| measure_text_width(part));
        let gap = |width: usize| if width > 0 { GAP } else { 0 };
        let all = name_width + gap(title_width) + title_width + gap(tail_width) + tail_width;
        if all <= room {
            self.finish(page, &name, &title, &tail);
        } else if compact {
            let name_room = room.saturating_sub(gap(tail_width) + tail_width).max(room / 2);
            let name = shorten(&name, name_room);
            let used = measure_text_width(&name) + gap(tail_width) + tail_width;
            // A title of which only a few letters remain says nothing.
            let title_room = Some(room.saturating_sub(used + GAP)).filter(|room| *room >= 8).unwrap_or(0);
            let tail_room = room.saturating_sub(measure_text_width(&name) + GAP);
            self.finish(page, &name, &shorten(&title, title_room), &shorten(&tail, tail_room));
        } else if name_width + gap(tail_width) + tail_width <= room {
            self.finish(page, &name, "", &tail);
            self.below(page, &title);
        } else {
            self.finish(page, &shorten(&name, room), "", "");
            self.below(page, &title);
            page.below(Ink::Dim, &tail);
        }
    }

    /// Time and sign; returns the columns that they take.
    fn start(&self, page: &mut Page, clock: &Clock) -> usize {
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

    fn finish(&self, page: &mut Page, name: &str, title: &str, tail: &str) {
        let name_ink = if self.ink == Ink::Dim { Ink::Dim } else { Ink::Bold };
        for (index, (ink, part)) in
            [(name_ink, name), (self.title_ink(), title), (Ink::Dim, tail)].iter().enumerate()
        {
            if !part.is_empty() {
                page.spaces(if index > 0 { GAP } else { 0 });
                page.put_safe(*ink, part);
            }
        }
        page.blank();
    }

    fn below(&self, page: &mut Page, title: &str) {
        if !title.is_empty() {
            page.below(self.title_ink(), title);
        }
    }

    fn title_ink(&self) -> Ink {
        match self.ink {
            Ink::Good => Ink::Plain,
            other => other,
        }
    }
}
