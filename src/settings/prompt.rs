//! Asks the user at the terminal for a secret, without showing it. Entry point: [`Terminal`].

use std::io::{self, IsTerminal};

use zeroize::Zeroizing;

/// A source of typed answers. Tests use a double.
pub(crate) trait Prompt {
    /// Whether a user can answer.
    fn is_possible(&self) -> bool;

    /// Asks and waits for a line. The line is not shown.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    fn ask(&mut self, question: &str) -> io::Result<Zeroizing<String>>;

    /// Asks a question that is answered with y or n. Anything but y means no.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    fn confirm(&mut self, question: &str) -> io::Result<bool>;
}

/// The terminal that the program was started from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terminal;

impl Prompt for Terminal {
    /// The question goes to stderr, so both stdin and stderr must be terminals.
    fn is_possible(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    fn ask(&mut self, question: &str) -> io::Result<Zeroizing<String>> {
        let terminal = console::Term::stderr();
        terminal.write_str(question)?;
        terminal.flush()?;
        let answer = Zeroizing::new(terminal.read_secure_line()?);
        Ok(Zeroizing::new(without_paste_marks(&answer).to_owned()))
    }

    fn confirm(&mut self, question: &str) -> io::Result<bool> {
        let terminal = console::Term::stderr();
        terminal.write_str(&format!("{question} [y/N] "))?;
        terminal.flush()?;
        let answer = terminal.read_line()?;
        Ok(["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()))
    }
}

/// No user who could answer.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Unattended;

impl Prompt for Unattended {
    fn is_possible(&self) -> bool {
        false
    }

    fn ask(&mut self, _question: &str) -> io::Result<Zeroizing<String>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn confirm(&mut self, _question: &str) -> io::Result<bool> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Terminal {
    /// Asks a question whose answer is yes or no, and is shown. Anything but `y` or `yes` means no. `None` if no user can
    /// answer.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    pub(crate) fn confirm(self, question: &str) -> io::Result<Option<bool>> {
        if !self.is_possible() {
            return Ok(None);
        }
        let terminal = console::Term::stderr();
        terminal.write_str(&format!("{question} [y/N] "))?;
        terminal.flush()?;
        let answer = terminal.read_line()?.trim().to_lowercase();
        Ok(Some(["y", "yes"].contains(&answer.as_str())))
    }
}

/// Removes the marks that a terminal adds around pasted text if a shell left bracketed paste on.
fn without_paste_marks(line: &str) -> &str {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = line.strip_prefix("\u{1b}[200~").unwrap_or(line);
    line.strip_suffix("\u{1b}[201~").unwrap_or(line)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Returns these answers in turn. Without answers there is no user to ask.
    #[derive(Debug, Default)]
    pub(crate) struct Scripted(pub(crate) Vec<&'static str>);

    impl Prompt for Scripted {
        fn is_possible(&self) -> bool {
            !self.0.is_empty()
        }

        fn ask(&mut self, _question: &str) -> io::Result<Zeroizing<String>> {
            Ok(Zeroizing::new(self.0.remove(0).to_owned()))
        }

        fn confirm(&mut self, _question: &str) -> io::Result<bool> {
            Ok(self.0.remove(0) == "y")
        }
    }

    #[test]
    fn removes_the_marks_of_pasted_text() {
        for line in ["abc", "abc\r\n", "\u{1b}[200~abc\u{1b}[201~", "\u{1b}[200~abc\u{1b}[201~\n"] {
            assert_eq!(without_paste_marks(line), "abc", "{line:?}");
        }
    }
}
