//! The line below the events: that zoomhook waits, and what has come so far.

use console::measure_text_width;

use crate::delivery::{Delivery, Judgement};
use crate::report::grammar::count;
use crate::report::out::{Out, Stream};
use crate::report::theme::Ink;

/// What has come so far.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Whether deliveries can arrive: only then there is a line.
    pub(super) open: bool,
    verified: u64,
    refused: u64,
}

impl Tally {
    pub(super) fn count(&mut self, delivery: &Delivery) {
        match &delivery.judgement {
            Judgement::Event(_) => self.verified += 1,
            Judgement::Refused { refusal, .. } if refusal.concerns_a_delivery() => self.refused += 1,
            _ => {}
        }
    }

    /// The line in its colours; parts that do not fit are left out.
    pub(super) fn line(&self, out: &Out) -> Option<String> {
        self.open.then(|| {
            let theme = out.theme(Stream::Stderr);
            // The last column stays free: some terminals wrap once it is filled.
            let room = out.width(Stream::Stderr).map_or(usize::MAX, |width| width.saturating_sub(1));
            let mut used = 0;
            let mut line = String::new();
            for (ink, text) in self.parts() {
                used += measure_text_width(&text);
                if used <= room {
                    line.push_str(&theme.paint(ink, text).to_string());
                }
            }
            line
        })
    }

    fn parts(&self) -> Vec<(Ink, String)> {
        let mut parts = vec![(Ink::Dim, "  Waiting for events".to_owned())];
        // What is lost has to stay in sight: it goes before what is well.
        if self.refused > 0 {
            parts.push((Ink::Bad, format!(" · {} refused", count(self.refused))));
        }
        if self.verified > 0 {
            parts.insert(1, (Ink::Dim, format!(" · {} verified", count(self.verified))));
        }
        parts
    }
}
