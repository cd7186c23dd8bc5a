//! Parses commands as bash does: words, quotes, `$'…'`, line continuations, here-documents.
//!
//! Nothing is executed, and variables and substitutions are not expanded. [`commands`] is the entry point.

use crate::json::StringDecoder;

/// One simple command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::capture) struct ShellCommand {
    /// The words, without quotes.
    pub(in crate::capture) words: Vec<Vec<u8>>,
    /// Its offset in the text.
    pub(in crate::capture) at: usize,
    /// Its standard input, from a here-document or here-string.
    pub(in crate::capture) stdin: Option<Vec<u8>>,
    /// Variables and substitutions that were not expanded, such as `$BODY`.
    pub(in crate::capture) unexpanded: Vec<String>,
}

/// The commands of a script. `Err` is the offset of an unclosed quote.
pub(in crate::capture) fn commands(text: &[u8]) -> Result<Vec<ShellCommand>, usize> {
    let mut reader =
        Reader { text, at: 0, commands: Vec::new(), current: ShellCommand::default(), heredocs: Vec::new() };
    reader.script()?;
    reader.end_command();
    Ok(reader.commands)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    commands: Vec<ShellCommand>,
    current: ShellCommand,
    /// Here-documents that begin after this line: the end mark, and whether leading tabs are removed.
    heredocs: Vec<(Vec<u8>, bool)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn starts_with(&self, token: &[u8]) -> bool {
        self.text[self.at..].starts_with(token)
    }

    fn script(&mut self) -> Result<(), usize> {
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.continues() => self.at = super::http::line(self.text, self.at).1,
                b'#' => self.comment(),
                b'\n' => self.line_end(),
                b';' | b'&' | b'|' | b'(' | b')' => {
                    self.end_command();
                    self.at += 1;
                }
                b'<' => self.input()?,
                b'>' => {
                    self.at += 1;
                    self.skip_redirection()?;
                }
                _ => self.argument()?,
            }
        }
        Ok(())
    }

    /// Whether a backslash at the end of the line follows.
    fn continues(&self) -> bool {
        self.starts_with(b"\\\n") || self.starts_with(b"\\\r\n")
    }

    /// Skips a comment. A `#` inside a word does not begin one.
    fn comment(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    }

    fn argument(&mut self) -> Result<(), usize> {
        if self.current.words.is_empty() {
            self.current.at = self.at;
        }
        let word = self.word()?;
        self.current.words.push(word);
        Ok(())
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.current);
        if !command.words.is_empty() {
            self.commands.push(command);
        }
    }

    /// Reads the here-documents of the line, and ends the command.
    fn line_end(&mut self) {
        self.at += 1;
        let heredocs = std::mem::take(&mut self.heredocs);
        for (end, strip) in heredocs {
            let body = self.heredoc(&end, strip);
            self.current.stdin = Some(body);
        }
        self.end_command();
    }

    fn heredoc(&mut self, end: &[u8], strip: bool) -> Vec<u8> {
        let mut body = Vec::new();
        while self.at < self.text.len() {
            let start = self.at;
            let (line, next) = super::http::line(self.text, start);
            self.at = next;
            let tabs = if strip { line.iter().take_while(|b| **b == b'\t').count() } else { 0 };
            if &line[tabs..] == end {
                break;
            }
            body.extend_from_slice(&self.text[start + tabs..next]);
        }
        body
    }

    /// `<<END`, `<<<word`, or `<file`.
    fn input(&mut self) -> Result<(), usize> {
        if self.starts_with(b"<<<") {
            self.at += 3;
            let mut word = self.redirection_word()?;
            word.push(b'\n');
            self.current.stdin = Some(word);
        } else if self.starts_with(b"<<") {
            self.at += 2;
            let strip = self.peek() == Some(b'-');
            self.at += usize::from(strip);
            let end = self.redirection_word()?;
            self.heredocs.push((end, strip));
        } else {
            self.at += 1;
            self.skip_redirection()?;
        }
        Ok(())
    }

    fn skip_redirection(&mut self) -> Result<(), usize> {
        while matches!(self.peek(), Some(b'>' | b'&')) {
            self.at += 1;
        }
        self.redirection_word().map(drop)
    }

    fn redirection_word(&mut self) -> Result<Vec<u8>, usize> {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.word()
    }

    /// One word: quoted and unquoted parts without whitespace between them.
    fn word(&mut self) -> Result<Vec<u8>, usize> {
        let mut word = Vec::new();
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'\'' => self.single(&mut word)?,
                b'"' => self.double(&mut word)?,
                b'$' if self.starts_with(b"$'") => self.ansi_c(&mut word)?,
                b'$' if self.starts_with(b"$\"") => self.at += 1,
                b'$' | b'`' => self.expansion(&mut word),
                b'\\' if self.continues() => break,
                b'\\' => {
                    word.extend(self.text.get(self.at + 1));
                    self.at += 2;
                }
                _ => {
                    word.push(b);
                    self.at += 1;
                }
            }
        }
        self.at = self.at.min(self.text.len());
        Ok(word)
    }

    fn single(&mut self, word: &mut Vec<u8>) -> Result<(), usize> {
        let rest = &self.text[self.at + 1..];
        let length = rest.iter().position(|b| *b == b'\'').ok_or(self.at)?;
        word.extend_from_slice(&rest[..length]);
        self.at += length + 2;
        Ok(())
    }

    fn double(&mut self, word: &mut Vec<u8>) -> Result<(), usize> {
        let start = self.at;
        self.at += 1;
        while let Some(b) = self.peek() {
            match b {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' if self.continues() => self.at = super::http::line(self.text, self.at).1,
                b'\\' if matches!(self.text.get(self.at + 1), Some(b'"' | b'\\' | b'$' | b'`')) => {
                    word.push(self.text[self.at + 1]);
                    self.at += 2;
                }
                b'$' | b'`' => self.expansion(word),
                _ => {
                    word.push(b);
                    self.at += 1;
                }
            }
        }
        Err(start)
    }

    /// `$NAME`, `${NAME}`, `$(command)`: stays in the word as written. `$` expansions are recorded.
    fn expansion(&mut self, word: &mut Vec<u8>) {
        let rest = &self.text[self.at..];
        // The limit keeps the time linear for a text with many unclosed expansions.
        let near = &rest[..rest.len().min(256)];
        let end = match rest.get(1) {
            Some(b'{') => near.iter().position(|b| *b == b'}').map_or(1, |end| end + 1),
            Some(b'(') => near.iter().position(|b| *b == b')').map_or(1, |end| end + 1),
            _ => 1 + rest[1..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count(),
        };
        let text = &rest[..end];
        if end > 1 && rest[0] == b'$' {
            self.current.unexpanded.push(String::from_utf8_lossy(text).into_owned());
        }
        word.extend_from_slice(text);
        self.at += end;
    }

    /// `$'…'`. Browsers write UTF-16 code units as `\u` escapes, so two escapes may form one character.
    fn ansi_c(&mut self, word: &mut Vec<u8>) -> Result<(), usize> {
        let start = self.at;
        let mut decoder = StringDecoder { text: self.text, at: self.at + 2, out: std::mem::take(word) };
        let closed = ansi_c(&mut decoder);
        *word = decoder.out;
        self.at = decoder.at.min(self.text.len());
        if closed { Ok(()) } else { Err(start) }
    }
}

/// Decodes up to and including the closing quote. Returns `false` if there is none.
fn ansi_c(decoder: &mut StringDecoder<'_>) -> bool {
    while let Some(&b) = decoder.text.get(decoder.at) {
        decoder.at += 1;
        match b {
            b'\'' => return true,
            b'\\' => {
                let Some(&escape) = decoder.text.get(decoder.at) else { return false };
                decoder.at += 1;
                ansi_c_escape(decoder, escape);
            }
            _ => decoder.out.push(b),
        }
    }
    false
}

fn ansi_c_escape(decoder: &mut StringDecoder<'_>, escape: u8) {
    let (digits, radix) = match escape {
        b'x' => (2, 16),
        b'u' if decoder
            .text
            .get(decoder.at..decoder.at + 4)
            .is_some_and(|d| d.iter().all(u8::is_ascii_hexdigit)) =>
        {
            // Four digits may be half of a surrogate pair.
            if decoder.unit().is_ok() {
                return;
            }
            (4, 16)
        }
        b'u' => (4, 16),
        b'U' => (8, 16),
        b'0'..=b'7' => {
            decoder.at -= 1;
            (3, 8)
        }
        b'e' | b'E' => return decoder.out.push(0x1b),
        b'?' => return decoder.out.push(b'?'),
        // `simple` accepts every other escape.
        _ => return decoder.simple(escape).unwrap_or_default(),
    };
    let text = &decoder.text[decoder.at..];
    let length = text.iter().take(digits).take_while(|b| char::from(**b).is_digit(radix)).count();
    let number = std::str::from_utf8(&text[..length]).ok().and_then(|t| u32::from_str_radix(t, radix).ok());
    decoder.at += length;
    match (number, escape) {
        (None, _) => decoder.out.extend_from_slice(&[b'\\', escape]),
        (Some(code), b'u' | b'U') => decoder.char(code.min(0x10_ffff)),
        (Some(byte), _) => decoder.out.push((byte & 0xff) as u8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let commands = commands(text.as_bytes()).unwrap();
        commands.into_iter().flat_map(|c| c.words).map(|w| String::from_utf8(w).unwrap()).collect()
    }

    #[test]
    fn splits_words_as_bash_does() {
        for (text, expected) in [
            ("a 'b c'd \"e\\\"f\\n\" \\\n g\\ h # i", vec!["a", "b cd", "e\"f\\n", "g h"]),
            ("a 'it'\\''s'", vec!["a", "it's"]),
            ("a \\\r\n b", vec!["a", "b"]),
            ("a > out 2>&1 b", vec!["a", "2", "b"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn decodes_ansi_c_quotes_with_utf16_escapes() {
        assert_eq!(words(r"$'caf\u00e9 \ud83c\udf89 \'\\ud83d\x21\041\n'"), ["café 🎉 '\\ud83d!!\n"]);
        assert_eq!(words(r"$'\U1f692 \u41z'"), ["🚒 Az"]);
    }

    #[test]
    fn reads_here_documents_and_strings() {
        let found = commands(b"curl -d @- <<'EOF' url\n{\"a\":1}\nEOF\nnext <<< \"x\"\n").unwrap();
        assert_eq!(found[0].stdin.as_deref(), Some(b"{\"a\":1}\n".as_slice()));
        assert_eq!(found[0].words.len(), 4);
        assert_eq!(found[1].stdin.as_deref(), Some(b"x\n".as_slice()));
    }

    #[test]
    fn records_unexpanded_text_and_returns_the_offset_of_unclosed_quotes() {
        assert_eq!(commands(b"a $B \"${C}\" $(cat d)").unwrap()[0].unexpanded, ["$B", "${C}", "$(cat d)"]);
        assert_eq!(commands(b"a 'b"), Err(2));
        assert_eq!(commands(b"a $'b\\"), Err(2));
    }
}
