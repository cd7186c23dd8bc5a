//! A command line cut into words, without a shell: quotes hold words together, nothing is expanded. Pure.
//!
//! Without a shell in between, the program itself is our child on every system, and can be ended with us.

/// A command with at least one word. `{port}` in a word stands for the local port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

/// Why a text is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCommand {
    /// Nothing in it.
    #[error("write the program and its arguments, such as 'some-tool {{port}}'")]
    Empty,
    /// A quote without its end.
    #[error("a quote is not closed")]
    OpenQuote,
    /// The program would not know where to lead.
    #[error("write {{port}} where the program expects the local port")]
    NoPort,
}

/// Stands for the local port.
const PORT: &str = "{port}";

impl Words {
    /// The first word.
    #[must_use]
    pub fn program(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// The words with the port in its place.
    pub(super) fn with_port(&self, port: u16) -> Vec<String> {
        self.0.iter().map(|word| word.replace(PORT, &port.to_string())).collect()
    }
}

impl std::str::FromStr for Words {
    type Err = InvalidCommand;

    fn from_str(text: &str) -> Result<Self, InvalidCommand> {
        let words = split(text)?;
        if words.is_empty() {
            return Err(InvalidCommand::Empty);
        }
        if !words.iter().any(|word| word.contains(PORT)) {
            return Err(InvalidCommand::NoPort);
        }
        Ok(Self(words))
    }
}

fn split(text: &str) -> Result<Vec<String>, InvalidCommand> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.get_or_insert_default().push(c),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            None => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if quote.is_some() { Err(InvalidCommand::OpenQuote) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_spaces_outside_of_quotes() {
        for (text, words) in [
            ("tool {port}", vec!["tool", "4000"]),
            ("  tool  --to=http://localhost:{port}/ ", vec!["tool", "--to=http://localhost:4000/"]),
            (r#""C:\My Tools\t.exe" '{port} "x"' """#, vec![r"C:\My Tools\t.exe", r#"4000 "x""#, ""]),
            ("a'b c'd {port}", vec!["ab cd", "4000"]),
        ] {
            assert_eq!(text.parse::<Words>().unwrap().with_port(4000), words, "{text}");
        }
    }

    #[test]
    fn says_what_is_no_command() {
        for (text, error) in [
            ("", InvalidCommand::Empty),
            ("tool 'x {port}", InvalidCommand::OpenQuote),
            ("tool 4000", InvalidCommand::NoPort),
        ] {
            assert_eq!(text.parse::<Words>(), Err(error), "{text}");
        }
    }
}
