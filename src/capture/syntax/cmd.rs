//! Commands as Windows' cmd.exe reads them: first carets, then quotes and backslashes as C programs read them.

use super::shell::ShellCommand;

/// The meaning of a backslash that is not before a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::capture) enum Backslash {
    /// A literal backslash, as programs read their command line.
    Itself,
    /// Two backslashes stand for one, as browsers write them.
    Doubled,
}

/// The commands of a text. Each line is a command; a caret at its end continues it.
pub(in crate::capture) fn commands(text: &[u8], backslash: Backslash) -> Vec<ShellCommand> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        let line = without_carets(text, &mut at);
        let words = arguments(&line, backslash);
        if !words.is_empty() {
            found.push(ShellCommand { words, at: start, ..ShellCommand::default() });
        }
    }
    found
}

/// The next line as cmd.exe passes it on. A caret outside quotes makes the next character literal and removes a
/// newline.
fn without_carets(text: &[u8], at: &mut usize) -> Vec<u8> {
    let mut line = Vec::new();
    let mut in_quotes = false;
    while let Some(&b) = text.get(*at) {
        *at += 1;
        match b {
            b'\n' => break,
            b'\r' if text.get(*at) == Some(&b'\n') => {}
            b'^' if !in_quotes => line.extend(escaped(text, at)),
            // A caret at the end of a line continues it, also inside quotes.
            b'^' if line_end(&text[*at..]) > 0 => line.extend(escaped(text, at)),
            b'"' => {
                in_quotes = !in_quotes;
                line.push(b);
            }
            b'%' if text.get(*at) == Some(&b'%') => {
                *at += 1;
                line.push(b);
            }
            _ => line.push(b),
        }
    }
    line
}

/// The character after a caret. A newline is removed; only a second newline directly after it is returned.
fn escaped(text: &[u8], at: &mut usize) -> Option<u8> {
    let end = line_end(&text[*at..]);
    if end == 0 {
        *at += 1;
        return text.get(*at - 1).copied();
    }
    *at += end;
    let second = line_end(&text[*at..]);
    *at += second;
    (second > 0).then_some(b'\n')
}

fn line_end(text: &[u8]) -> usize {
    if text.starts_with(b"\r\n") { 2 } else { usize::from(text.starts_with(b"\n")) }
}

/// Splits a command line into words by the rules of Microsoft's C runtime.
fn arguments(line: &[u8], backslash: Backslash) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut in_quotes = false;
    let mut at = 0;
    while let Some(&b) = line.get(at) {
        match b {
            b' ' | b'\t' if !in_quotes => {
                words.extend(word.take());
                at += 1;
            }
            b'\\' => {
                let count = line[at..].iter().take_while(|b| **b == b'\\').count();
                at += count;
                let quote = line.get(at) == Some(&b'"');
                let halved = quote || backslash == Backslash::Doubled;
                let kept = if halved { count / 2 + usize::from(!quote && count % 2 == 1) } else { count };
                let word = word.get_or_insert_default();
                word.extend(std::iter::repeat_n(b'\\', kept));
                if quote && count % 2 == 1 {
                    word.push(b'"');
                    at += 1;
                }
            }
            b'"' if in_quotes && line.get(at + 1) == Some(&b'"') => {
                word.get_or_insert_default().push(b'"');
                at += 2;
            }
            b'"' => {
                in_quotes = !in_quotes;
                word.get_or_insert_default();
                at += 1;
            }
            _ => {
                word.get_or_insert_default().push(b);
                at += 1;
            }
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Vec<String>> {
        let text_of = |w: Vec<u8>| String::from_utf8(w).unwrap();
        commands(text.as_bytes(), Backslash::Itself)
            .into_iter()
            .map(|c| c.words.into_iter().map(text_of).collect())
            .collect()
    }

    #[test]
    fn reads_commands_that_browsers_copy() {
        let text = "curl ^\"https://a/^\" ^\r\n  -H ^\"x: y^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"b c^\\\\^\\^\"^\\^\"^}^\"";
        assert_eq!(words(text), [["curl", "https://a/", "-H", "x: y", "--data-raw", r#"{"a":"b c\""}"#]]);
    }

    #[test]
    fn halves_backslashes_that_browsers_doubled() {
        let text = br#"a "\\u \"b\\"""#;
        assert_eq!(commands(text, Backslash::Doubled)[0].words[1], br#"\u "b\""#);
        assert_eq!(commands(text, Backslash::Itself)[0].words[1], br#"\\u "b\""#);
    }

    #[test]
    fn reads_plain_quotes_and_backslashes() {
        assert_eq!(
            words(r#"curl -d "{\"a\":\"\\u00e9\"}" c:\x"#),
            [["curl", "-d", r#"{"a":"\\u00e9"}"#, r"c:\x"]]
        );
        assert_eq!(words("a \"b\"\"c\" ^&\nd"), [vec!["a", "b\"c", "&"], vec!["d"]]);
        assert_eq!(words("a ^\n\nb"), [["a", "\nb"]]);
    }
}
