//! The progress bar of a long run on a terminal.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A run that ends sooner does not need a bar.
const DELAY: Duration = Duration::from_millis(700);

/// A progress bar that appears only in a long run.
pub(super) struct VerifyProgress {
    total: u64,
    is_live: bool,
    since: Instant,
    bytes: u64,
    requests: u64,
    bar: Option<ProgressBar>,
}

impl VerifyProgress {
    pub(super) fn new(total: u64, is_live: bool) -> Self {
        Self { total, is_live, since: Instant::now(), bytes: 0, requests: 0, bar: None }
    }

    pub(super) fn advance(&mut self, bytes: u64, requests: u64) {
        self.bytes += bytes;
        self.requests += requests;
        if self.bar.is_none() && self.is_live && self.since.elapsed() > DELAY {
            self.bar = Some(bar(self.total));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.bytes.min(self.total.max(1)));
            bar.set_message(super::super::grammar::plural(self.requests, "request", "requests"));
        }
    }

    /// Runs `work` while the bar is hidden.
    pub(super) fn while_hidden<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(total.max(1)), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("  {bar:24} {percent:>3}%   {msg}   {eta} left") {
        bar.set_style(style.progress_chars("━╸─"));
    }
    bar
}
