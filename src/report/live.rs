//! The spinner on stderr while an operation is in progress.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::sanitize::clean;

/// Ten frames a second: smooth enough, at little cost.
const FRAME: Duration = Duration::from_millis(100);

/// A spinner, or none.
#[derive(Debug, Default)]
pub(super) struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// Starts the spinner, or changes its text.
    pub(super) fn start(&mut self, text: &str) {
        // A reason may repeat the words of a server.
        let text = clean(text).into_owned();
        if let Some(bar) = &self.0 {
            bar.set_message(text);
            return;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("  {spinner} {wide_msg}") {
            bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ "));
        }
        bar.set_message(text);
        bar.enable_steady_tick(FRAME);
        self.0 = Some(bar);
    }

    /// Runs `work` while the spinner is hidden.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }

    pub(super) fn is_spinning(&self) -> bool {
        self.0.is_some()
    }

    /// Removes the spinner from the screen.
    pub(super) fn stop(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}
