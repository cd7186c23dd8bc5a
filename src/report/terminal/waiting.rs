//! The line below the events: that zoomhook waits, and what has come so far.

use console::measure_text_width;

use crate::delivery::{Delivery, Judgement};
use crate::report::{
    grammar::count,
    out::{Out, Stream},
    theme::Ink,
};

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

    /// How many events were verified, if any.
    pub(super) fn verified(&self) -> Option<(Ink, String)> {
        (self.verified > 0).then(|| (Ink::Dim, format!(" · {} verified", count(self.verified))))
    }

    /// How many requests were refused, if any.
    pub(super) fn refused(&self) -> Option<(Ink, String)> {
        (self.refused > 0).then(|| (Ink::Bad, format!(" · {} refused", count(self.refused))))
    }

    /// The line in its colours, or as much of it as fits: what is lost stays in sight longest.
    pub(super) fn line(&self, out: &Out) -> Option<String> {
        let theme = out.theme(Stream::Stderr);
        let room = super::room(out);
        let waiting = (Ink::Dim, "  Waiting for events".to_owned());
        let (verified, refused) = (self.verified(), self.refused());
        let forms = [
            vec![Some(&waiting), verified.as_ref(), refused.as_ref()],
            vec![Some(&waiting), refused.as_ref()],
        ];
        let fits = |form: &Vec<Option<&(Ink, String)>>| {
            form.iter().flatten().map(|(_, text)| measure_text_width(text)).sum::<usize>() <= room
        };
        let form = forms.into_iter().find(fits).unwrap_or_default();
        self.open.then(|| {
            form.into_iter().flatten().map(|(ink, text)| theme.paint(*ink, text).to_string()).collect()
        })
    }
}
