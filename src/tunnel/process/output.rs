//! Reads a program's output: its public URL, and the last lines for an error message. The entry point is [`follow`].
//! Also parses a command line into [`Words`].

use std::collections::VecDeque;
use std::fmt;

use hyper::Uri;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::sync::mpsc;

use super::Tool;

/// A longer line is split.
const LONGEST_LINE: u64 = 8 * 1024;

/// Buffer for lines.
const QUEUE: usize = 64;

/// Limits on the last lines: their number, and their characters in total.
const LINES: usize = 3;
const LONGEST: usize = 300;

/// A program's output streams.
pub(super) struct Outputs {
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
}

/// A part of the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// An https URL, which may be the tunnel's.
    Url(FoundUrl),
    Line(String),
}

/// An https URL in an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundUrl {
    /// Without its path.
    pub(super) base: String,
    /// Whether it had a path, as links to pages do.
    pub(super) has_path: bool,
}

/// Reads both output streams to their ends.
pub(super) fn follow(outputs: Outputs, tool: Tool) -> mpsc::Receiver<Said> {
    let (sender, receiver) = mpsc::channel(QUEUE);
    tokio::spawn(read(outputs.stdout, tool.clone(), sender.clone()));
    tokio::spawn(read(outputs.stderr, tool, sender));
    receiver
}

async fn read(output: impl AsyncRead + Unpin, tool: Tool, sender: mpsc::Sender<Said>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut output).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            Ok(read) if read > 0 => {}
            _ => return,
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        let urls = find_urls(&text, |host| tool.is_url(host));
        // Reading continues without a receiver, so that the program does not block.
        let _ = sender.send(Said::Line(text)).await;
        for url in urls {
            let _ = sender.send(Said::Url(url)).await;
        }
    }
}

/// The https URLs in a line with a wanted host.
fn find_urls(line: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<FoundUrl> {
    let found = line.match_indices("https://").filter_map(|(at, _)| {
        let rest = &line[at..];
        let end = rest.find(|c: char| c.is_whitespace() || "\"'<>|`,;)]}\u{1b}".contains(c));
        let uri: Uri = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ':', '!']).parse().ok()?;
        let host = uri.host()?;
        let authority = uri.authority()?.as_str();
        let is_public = host.contains('.') && !authority.contains('@');
        let has_path = uri.path_and_query().is_some_and(|path| path.as_str() != "/");
        (is_public && is_wanted(host)).then(|| FoundUrl { base: format!("https://{authority}"), has_path })
    });
    found.collect()
}

/// The last lines of an output.
#[derive(Debug, Default)]
pub(super) struct LastWords(VecDeque<String>);

impl LastWords {
    pub(super) fn push(&mut self, line: String) {
        if line.is_empty() {
            return;
        }
        if self.0.len() == LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }
}

/// The end of a sentence, without its full stop. Empty if there are no lines.
impl fmt::Display for LastWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = self.0.iter().map(String::as_str).collect();
        let text = lines.join(" / ");
        let from = text.char_indices().rev().nth(LONGEST).map_or(0, |(at, _)| at);
        write!(f, ". Its last output: {}", text[from..].trim_end_matches('.'))
    }
}

/// A command with at least one word. `{port}` in a word stands for the local port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

/// Why a text is not a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCommand {
    /// It has no words.
    #[error("write the program and its arguments, such as 'some-tool {{port}}'")]
    Empty,
    /// A quote is not closed.
    #[error("a quote is not closed")]
    OpenQuote,
    /// `{port}` is missing.
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

    /// The words with `{port}` replaced.
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

    fn bases(line: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
        find_urls(line, is_wanted).into_iter().map(|url| url.base).collect()
    }

    #[test]
    fn finds_cloudflareds_url_among_others() {
        let cloudflared = |line| bases(line, |host| Tool::Cloudflared.is_url(host));
        let line = "2024-07-11T13:44:15Z INF |  https://three-plain-words.trycloudflare.com   |";
        assert_eq!(cloudflared(line), ["https://three-plain-words.trycloudflare.com"]);
        for line in [
            "Doc: https://developers.cloudflare.com/cloudflare-one/connections/connect-apps",
            "failed: Post \"https://api.trycloudflare.com/tunnel\": dial tcp: no route to host",
            "INF Requesting new quick Tunnel on trycloudflare.com...",
        ] {
            assert!(cloudflared(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn finds_all_https_urls_of_any_tool_without_their_paths() {
        for (line, urls) in [
            ("your url is: https://a-b.tool.example", &["https://a-b.tool.example"][..]),
            (r#"{"url":"https://x.example:8443/path","n":1}"#, &["https://x.example:8443"]),
            ("https://x.example, https://y.example/. See", &["https://x.example", "https://y.example"]),
            ("http://x.example https://y.example/", &["https://y.example"]),
            ("see https://localhost/ or https://user@x.example", &[]),
            ("\u{1b}[32mhttps://x.example\u{1b}[0m", &["https://x.example"]),
            ("at https://x.example.", &["https://x.example"]),
            ("https://", &[]),
        ] {
            assert_eq!(bases(line, |_| true), urls, "{line}");
        }
        let paths = |line| find_urls(line, |_| true)[0].has_path;
        assert!(
            paths("https://x.example/docs") && paths("https://x.example/?a") && !paths("https://x.example/")
        );
    }

    #[test]
    fn limits_the_last_output() {
        let mut words = LastWords::default();
        assert_eq!(words.to_string(), "");
        for line in ["one", "", "two", "three", "four."] {
            words.push(line.to_owned());
        }
        assert_eq!(words.to_string(), ". Its last output: two / three / four");
        words.push("é".repeat(1000));
        assert!(words.to_string().chars().count() < 2 * LONGEST);
    }

    #[test]
    fn splits_at_spaces_outside_of_quotes() {
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
    fn rejects_invalid_commands() {
        for (text, error) in [
            ("", InvalidCommand::Empty),
            ("tool 'x {port}", InvalidCommand::OpenQuote),
            ("tool 4000", InvalidCommand::NoPort),
        ] {
            assert_eq!(text.parse::<Words>(), Err(error), "{text}");
        }
    }
}
