//! stdout and stderr, written in order, with a status line below them. The entry point is [`Out`].
//!
//! Both may be the same terminal. So the status line is wiped before anything is written, and [`Out::settle`]
//! draws it again.

use std::io::{self, Write};
use std::process::Stdio;

use console::Term;

use super::abilities::{Surroundings, Width, is_in_background, is_terminal};
use super::live::Spinner;
use super::plain::for_a_terminal;
use super::theme::Theme;
use super::{ReportSettings, VerdictFormat};

/// Bytes buffered before they are written: the capacity of a pipe on Linux.
const BUFFER: usize = 64 * 1024;
/// Moves the cursor to the start of the line and erases the line.
const WIPE: &[u8] = b"\r\x1b[2K";

/// Why no more output can be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// The reader of stdout has closed it, as `head -1` does. Not a failure: the caller ends quietly.
    #[error("the reader of the output has closed it")]
    Closed,
    /// Writing to stdout failed.
    #[error("cannot write to stdout: {0}")]
    Failed(#[source] io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Closed } else { Self::Failed(error) }
    }
}

/// Where the stdout of a command that runs beside a report goes: to stderr, if the report's stdout is for a program.
pub(crate) fn stdout_of_command(format: VerdictFormat) -> Stdio {
    match format {
        VerdictFormat::Pretty => Stdio::inherit(),
        VerdictFormat::Json | VerdictFormat::Junit => io::stderr().into(),
    }
}

/// Stdout, for a command whose output is a protocol.
pub(crate) fn stdout_of_protocol() -> tokio::io::Stdout {
    tokio::io::stdout()
}

/// One of the two streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Data: events.
    Stdout,
    /// Everything else.
    Stderr,
}

/// One stream with its width and colors.
pub(super) struct Side {
    writer: Box<dyn Write + Send>,
    width: Width,
    theme: Theme,
    /// Whether it is a terminal that gets JSON.
    escapes_json: bool,
}

impl Side {
    #[cfg(test)]
    pub(super) fn fixed(writer: Box<dyn Write + Send>, width: Option<usize>, color: bool) -> Self {
        Self { writer, width: Width::Fixed(width), theme: Theme::new(color), escapes_json: false }
    }

    fn of_term(writer: Box<dyn Write + Send>, term: Term, theme: Theme) -> Self {
        let width = if term.is_term() { Width::Of(term) } else { Width::Fixed(None) };
        Self { writer, width, theme, escapes_json: false }
    }

    /// The same stream for output in this format.
    fn in_format(self, format: VerdictFormat) -> Self {
        let is_terminal = matches!(self.width, Width::Of(_));
        Self { escapes_json: is_terminal && format != VerdictFormat::Pretty, ..self }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)?;
        self.writer.flush()
    }
}

/// Both streams.
pub(super) struct Out {
    stdout: Side,
    stderr: Side,
    quiet: bool,
    /// Whether stderr can redraw a line.
    live: bool,
    /// Whether another program has the terminal. Then no line is drawn and none is wiped.
    in_background: fn() -> bool,
    pending: Vec<u8>,
    pending_for: Stream,
    spinner: Spinner,
    /// The status line on the screen.
    line: Option<String>,
    /// Whether the last line written is empty.
    ends_blank: bool,
}

impl Out {
    pub(super) fn new(stdout: Side, stderr: Side, quiet: bool, live: bool) -> Self {
        Self {
            stdout,
            stderr,
            quiet,
            live: live && !quiet,
            in_background: || false,
            pending: Vec::new(),
            pending_for: Stream::Stdout,
            spinner: Spinner::default(),
            line: None,
            ends_blank: false,
        }
    }

    /// This process's streams.
    pub(super) fn of_process(settings: &ReportSettings) -> Self {
        let (stdout, stderr) = (Term::stdout(), Term::stderr());
        let surroundings = Surroundings::of_process();
        let theme = |term| Theme::new(surroundings.color(settings.color, is_terminal(term)));
        let live = stderr.is_term()
            && !surroundings.dumb
            && !settings.shares_terminal
            && settings.format == VerdictFormat::Pretty;
        let (for_stdout, for_stderr) = (theme(&stdout), theme(&stderr));
        let out = Self::new(
            Side::of_term(Box::new(io::stdout()), stdout, for_stdout).in_format(settings.format),
            Side::of_term(Box::new(io::stderr()), stderr, for_stderr),
            settings.quiet,
            live,
        );
        Self { in_background: is_in_background, ..out }
    }

    pub(super) fn theme(&self, stream: Stream) -> &Theme {
        &self.side(stream).theme
    }

    /// The stream's columns; `None` if lines are not wrapped.
    pub(super) fn width(&self, stream: Stream) -> Option<usize> {
        self.side(stream).width.columns()
    }

    /// Whether stderr can redraw a line.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    /// Whether a line is drawn on stderr now.
    pub(super) fn draws(&self) -> bool {
        self.live && !(self.in_background)()
    }

    /// Whether the last line written, on either stream, is empty.
    pub(super) fn ends_blank(&self) -> bool {
        self.ends_blank
    }

    fn side(&self, stream: Stream) -> &Side {
        match stream {
            Stream::Stdout => &self.stdout,
            Stream::Stderr => &self.stderr,
        }
    }

    /// Buffers output for one stream, after all earlier output.
    pub(super) fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), OutputError> {
        if bytes.is_empty() || (self.quiet && stream == Stream::Stderr) {
            return Ok(());
        }
        if self.pending_for != stream {
            self.flush()?;
            self.pending_for = stream;
        }
        self.ends_blank = bytes.ends_with(b"\n\n");
        match self.side(stream).escapes_json {
            true => self.pending.extend_from_slice(&for_a_terminal(bytes)),
            false => self.pending.extend_from_slice(bytes),
        }
        if self.pending.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    /// Writes the buffered output.
    pub(super) fn flush(&mut self) -> Result<(), OutputError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.wipe_line();
        let (side, pending) = match self.pending_for {
            Stream::Stdout => (&mut self.stdout, &self.pending),
            Stream::Stderr => (&mut self.stderr, &self.pending),
        };
        let written = self.spinner.aside(|| side.write(pending));
        self.pending.clear();
        match self.pending_for {
            Stream::Stdout => Ok(written?),
            // A closed stderr is ignored: the data is on stdout.
            Stream::Stderr => Ok(()),
        }
    }

    /// Writes the buffered output and draws `line` below it, if stderr can redraw a line.
    pub(super) fn settle(&mut self, line: Option<String>) -> Result<(), OutputError> {
        self.flush()?;
        if self.spinner.is_spinning() || self.line == line || !self.draws() {
            return Ok(());
        }
        self.wipe_line();
        if let Some(text) = &line {
            let _ = self.stderr.write(text.as_bytes());
        }
        self.line = line;
        Ok(())
    }

    /// Sends an invisible control sequence to the terminal. False if stderr is not a terminal.
    pub(super) fn control(&mut self, sequence: &str) -> bool {
        if self.live {
            let _ = self.stderr.write(sequence.as_bytes());
        }
        self.live
    }

    /// Makes the next [`Out::settle`] draw the status line again, at the cursor.
    pub(super) fn forget_line(&mut self) {
        self.line = None;
    }

    /// Shows a spinner until [`Out::clear_live`]. False if stderr cannot show it.
    pub(super) fn spin(&mut self, text: &str) -> Result<bool, OutputError> {
        self.flush()?;
        self.wipe_line();
        let draws = self.draws();
        if draws {
            self.spinner.start(text);
        }
        Ok(draws)
    }

    /// Removes the spinner and the status line.
    pub(super) fn clear_live(&mut self) {
        self.spinner.stop();
        self.wipe_line();
    }

    fn wipe_line(&mut self) {
        if self.line.take().is_some() && self.draws() {
            let _ = self.stderr.write(WIPE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::test_support::{Broken, Shared};

    fn both(live: bool) -> (Out, Shared) {
        let shared = Shared::default();
        let side = || Side::fixed(Box::new(shared.clone()), Some(80), false);
        (Out::new(side(), side(), false, live), shared)
    }

    #[test]
    fn keeps_the_order_of_the_two_streams() {
        let (mut out, shared) = both(false);
        for (stream, text) in [(Stream::Stdout, "a"), (Stream::Stderr, "b"), (Stream::Stdout, "c")] {
            out.write(stream, text.as_bytes()).unwrap();
        }
        assert_eq!(shared.text(), "ab");
        out.settle(None).unwrap();
        assert_eq!(shared.text(), "abc");
    }

    #[test]
    fn wipes_the_status_line_before_writing() {
        let (mut out, shared) = both(true);
        out.settle(Some("waiting".into())).unwrap();
        out.settle(Some("waiting".into())).unwrap();
        out.write(Stream::Stdout, b"event\n").unwrap();
        out.settle(Some("waiting".into())).unwrap();
        assert_eq!(shared.text(), "waiting\r\x1b[2Kevent\nwaiting");
    }

    #[test]
    fn draws_and_wipes_nothing_in_the_background() {
        let (out, shared) = both(true);
        let mut out = Out { in_background: || true, ..out };
        out.line = Some("drawn before Ctrl-Z".into());
        out.write(Stream::Stdout, b"event\n").unwrap();
        out.settle(Some("waiting".into())).unwrap();
        assert!(!out.spin("opening").unwrap());
        assert_eq!(shared.text(), "event\n");
    }

    #[test]
    fn reports_a_closed_stdout_and_ignores_a_closed_stderr() {
        let broken = |kind| Side::fixed(Box::new(Broken(kind)), None, false);
        let mut out =
            Out::new(broken(io::ErrorKind::BrokenPipe), broken(io::ErrorKind::BrokenPipe), false, false);
        out.write(Stream::Stderr, b"x").unwrap();
        out.write(Stream::Stdout, b"x").unwrap();
        assert!(matches!(out.flush(), Err(OutputError::Closed)));
        let mut full =
            Out::new(broken(io::ErrorKind::StorageFull), broken(io::ErrorKind::Other), false, false);
        full.write(Stream::Stdout, b"x").unwrap();
        assert!(matches!(full.flush(), Err(OutputError::Failed(_))));
    }
}
