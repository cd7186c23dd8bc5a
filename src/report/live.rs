//! The spinner on stderr while an operation is in progress, and where progress is drawn.

use std::io;
use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use super::abilities::{Surroundings, is_in_background};
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
        let bar = ProgressBar::with_draw_target(None, draw_target());
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

/// Draws on stderr if it is a terminal with cursor control, and only while this process has the terminal.
pub(super) fn draw_target() -> ProgressDrawTarget {
    let stderr = Term::stderr();
    match stderr.is_term() && !Surroundings::of_process().dumb {
        true => ProgressDrawTarget::term_like(Box::new(ForegroundTerm(stderr))),
        false => ProgressDrawTarget::hidden(),
    }
}

/// A terminal that gets nothing while another program has it: a bar redraws itself, also after Ctrl-Z and `bg`.
#[derive(Debug)]
struct ForegroundTerm(Term);

impl ForegroundTerm {
    fn unless_in_background(&self, draw: impl FnOnce(&Term) -> io::Result<()>) -> io::Result<()> {
        if is_in_background() { Ok(()) } else { draw(&self.0) }
    }
}

impl TermLike for ForegroundTerm {
    fn width(&self) -> u16 {
        self.0.size().1
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.unless_in_background(|term| term.move_cursor_up(n))
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.unless_in_background(|term| term.move_cursor_down(n))
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.unless_in_background(|term| term.move_cursor_right(n))
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.unless_in_background(|term| term.move_cursor_left(n))
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.unless_in_background(|term| term.write_line(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.unless_in_background(|term| term.write_str(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.unless_in_background(Term::clear_line)
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
