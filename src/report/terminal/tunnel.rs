//! The tunnel's state: a spinner and a row while it starts, then a line for every change.

use std::time::SystemTime;

use crate::delivery::{TunnelKind, TunnelState, Word};
use crate::report::grammar::{latency, span};
use crate::report::out::{Out, OutputError, Stream};
use crate::report::theme::Ink;
use crate::report::wording::{PASTE, WordingContext};

use super::header;
use super::layout::TerminalPage;
use super::line::Line;

/// What is known of the tunnel so far.
#[derive(Debug)]
pub(super) struct TunnelProgress {
    pub(super) kind: TunnelKind,
    /// Whether the session has been ready. From then on, every change gets a line.
    pub(super) ready: bool,
    /// Whether the public URL is not proven, which has been shown.
    doubted: bool,
    /// When the connection was lost.
    lost: Option<SystemTime>,
}

impl Default for TunnelProgress {
    fn default() -> Self {
        Self { kind: TunnelKind::None, ready: false, doubted: false, lost: None }
    }
}

impl TunnelProgress {
    /// Shows a change of state.
    pub(super) fn show(
        &mut self,
        state: &TunnelState,
        context: &WordingContext,
        now: SystemTime,
        out: &mut Out,
    ) -> Result<(), OutputError> {
        // Its row was shown at the start.
        if self.kind == TunnelKind::None {
            return Ok(());
        }
        if self.ready { self.change(state, context, now, out) } else { self.start(state, out) }
    }

    fn start(&mut self, state: &TunnelState, out: &mut Out) -> Result<(), OutputError> {
        let (name, opening) = match self.kind {
            TunnelKind::External => (EXTERNAL, "Checking your public URL".to_owned()),
            kind => (kind.as_str(), format!("Opening the {} tunnel", kind.as_str())),
        };
        if self.doubted && matches!(state, TunnelState::Online { .. }) {
            return Ok(());
        }
        self.doubted = matches!(state, TunnelState::Unproven { .. });
        let status = match state {
            TunnelState::Starting => "starting".into(),
            TunnelState::Searching { reason } => format!("starting: {reason}"),
            TunnelState::Online { latency: None, .. } | TunnelState::UrlChanged { .. } => "online".into(),
            TunnelState::Online { latency: Some(took), .. } => format!("online · {}", latency(*took)),
            TunnelState::Unproven { reason, .. } => format!("not proven: {reason}"),
            TunnelState::Lost { reason } => format!("no connection: {reason}"),
            TunnelState::Retrying { attempt, after } => retrying(*attempt, *after),
            // The error that ends the session explains the code and the remedy.
            TunnelState::Refused(refusal) => {
                let code = refusal.code.as_ref().map(|code| format!(" · {code}")).unwrap_or_default();
                format!("{}{code}", refusal.kind.as_str())
            }
            TunnelState::Stopped => return Ok(()),
        };
        let in_progress = matches!(state, TunnelState::Starting | TunnelState::Retrying { .. });
        let more = if *state == TunnelState::Starting { String::new() } else { format!(" · {status}") };
        if in_progress && out.spin(&format!("{opening}{more}"))? {
            return Ok(());
        }
        if !in_progress {
            out.clear_live();
        }
        let mut page = TerminalPage::new(out, Stream::Stderr);
        header::row(&mut page, "Tunnel", &[(Ink::Plain, format!("{name} · {status}"))]);
        out.write(Stream::Stderr, page.as_bytes())
    }

    fn change(
        &mut self,
        state: &TunnelState,
        context: &WordingContext,
        now: SystemTime,
        out: &mut Out,
    ) -> Result<(), OutputError> {
        let (ink, sign, what) = match state {
            TunnelState::Starting | TunnelState::Searching { .. } | TunnelState::Stopped => return Ok(()),
            TunnelState::Online { latency: took, .. } => {
                let took = took.map(|took| format!(" · {}", latency(took))).unwrap_or_default();
                let lost = self.lost.take().and_then(|lost| now.duration_since(lost).ok());
                let lost = lost.map(|lost| format!(" after {}", span(lost))).unwrap_or_default();
                (Ink::Good, "✓", format!("online again{lost}{took}"))
            }
            TunnelState::Unproven { reason, .. } => (Ink::Warn, "▲", format!("online, but {reason}.")),
            TunnelState::Lost { reason } if self.lost.is_some() => {
                (Ink::Warn, "▲", format!("still no connection: {reason}."))
            }
            TunnelState::Lost { reason } => {
                self.lost = Some(now);
                let what =
                    format!("connection lost: {reason}. Zoom cannot reach this machine until it is back.");
                (Ink::Warn, "▲", what)
            }
            TunnelState::Retrying { attempt, after } => (Ink::Dim, "·", retrying(*attempt, *after)),
            TunnelState::UrlChanged { .. } => (Ink::Warn, "▲", CHANGED.into()),
            TunnelState::Refused(refusal) => {
                let code = refusal.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
                (Ink::Bad, "✗", format!("{}{code}: {}", refusal.kind.as_str(), refusal.meaning))
            }
        };
        let mut page = TerminalPage::new(out, Stream::Stderr);
        let name = "tunnel";
        Line { time: now, ink, sign, name, title: &what, tail: "", tail_ink: Ink::Dim, origin: "" }.show(
            &mut page,
            false,
            &context.clock,
        );
        if let TunnelState::UrlChanged { new, .. } = state {
            header::url(&mut page, &format!("{new}{}", context.path));
            page.paragraph(2, Ink::Plain, PASTE);
            page.blank();
        }
        out.write(Stream::Stderr, page.as_bytes())
    }
}

/// A tunnel that zoomhook does not open.
const EXTERNAL: &str = "your own (--public-url)";

/// Marketplace still has the old URL, which no longer works.
const CHANGED: &str = "the public URL has changed: Zoom sends to the old one until you paste the new one";

fn retrying(attempt: u32, after: std::time::Duration) -> String {
    format!("try {attempt} in {}", span(after))
}
