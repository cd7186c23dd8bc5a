//! Asking the person at the terminal for a secret, without showing it.

use std::io::{self, IsTerminal};

use zeroize::Zeroizing;

/// Whoever can be asked. A double in tests.
pub(crate) trait Prompt {
    /// Whether there is anybody to ask.
    fn is_possible(&self) -> bool;

    /// Asks and waits for a line, which is not shown.
    ///
    /// # Errors
    /// When the terminal cannot be read.
    fn ask(&mut self, question: &str) -> io::Result<Zeroizing<String>>;
}

/// The terminal that the program was started from.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terminal;

impl Prompt for Terminal {
    /// The question goes to stderr, so that has to be a terminal as well as stdin.
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
}

/// Cuts off the marks that a terminal puts around what is pasted, where a shell left that mode on.
fn without_paste_marks(line: &str) -> &str {
    let line = line.trim_end_matches(['\r', '\n']);
    let line = line.strip_prefix("\u{1b}[200~").unwrap_or(line);
    line.strip_suffix("\u{1b}[201~").unwrap_or(line)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Gives these answers in turn; without any there is nobody to ask.
    #[derive(Debug, Default)]
    pub(crate) struct Scripted(pub(crate) Vec<&'static str>);

    impl Prompt for Scripted {
        fn is_possible(&self) -> bool {
            !self.0.is_empty()
        }

        fn ask(&mut self, _question: &str) -> io::Result<Zeroizing<String>> {
            Ok(Zeroizing::new(self.0.remove(0).to_owned()))
        }
    }

    #[test]
    fn pasting_leaves_no_marks() {
        for line in ["abc", "abc\r\n", "\u{1b}[200~abc\u{1b}[201~", "\u{1b}[200~abc\u{1b}[201~\n"] {
            assert_eq!(without_paste_marks(line), "abc", "{line:?}");
        }
    }
}
