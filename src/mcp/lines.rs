//! [`LineReader`]: the lines of a client, with a limit on their length. Of a longer line only an outline is kept, in
//! which the id of the request can be found.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Limit on the bytes of a line: a capture, or an edited body. The inspector has the same limit.
pub(super) const LONGEST_LINE: usize = 4 << 20;
/// Limit on the bytes of an outline: the names and short values of a message.
const LONGEST_OUTLINE: usize = 16 << 10;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ReadLine {
    /// A line without its line feed.
    Whole(Vec<u8>),
    /// The outline of a line that is too long.
    TooLong(Vec<u8>),
    /// The client has closed its side.
    End,
}

/// Reads lines from `R`. The last one needs no line feed.
pub(super) struct LineReader<R> {
    read: BufReader<R>,
    line: Vec<u8>,
    /// What is kept of the current line once it is too long.
    outline: Option<Outline>,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    pub(super) fn new(read: R) -> Self {
        Self { read: BufReader::new(read), line: Vec::new(), outline: None }
    }

    /// Reads on. If the future is dropped, the next call continues the line.
    pub(super) async fn next(&mut self) -> io::Result<ReadLine> {
        loop {
            let read = self.read.fill_buf().await?;
            let is_at_end = read.is_empty();
            if is_at_end && self.line.is_empty() && self.outline.is_none() {
                return Ok(ReadLine::End);
            }
            let line_feed = read.iter().position(|byte| *byte == b'\n');
            let part = &read[..line_feed.unwrap_or(read.len())];
            match &mut self.outline {
                Some(outline) => outline.push(part),
                None if self.line.len() + part.len() <= LONGEST_LINE => self.line.extend_from_slice(part),
                None => {
                    let outline = self.outline.insert(Outline::default());
                    outline.push(&std::mem::take(&mut self.line));
                    outline.push(part);
                }
            }
            let taken = part.len() + usize::from(line_feed.is_some());
            self.read.consume(taken);
            if is_at_end || line_feed.is_some() {
                return Ok(match self.outline.take() {
                    Some(outline) => ReadLine::TooLong(outline.kept),
                    None => ReadLine::Whole(std::mem::take(&mut self.line)),
                });
            }
        }
    }
}

/// The outer members of an object, without what is in the inner ones: `{"id":7,"params":{"a":1}}` becomes
/// `{"id":7,"params":{}}`. Clients write the id before or after the parameters.
#[derive(Debug, Default)]
struct Outline {
    kept: Vec<u8>,
    depth: usize,
    is_in_text: bool,
    is_escaped: bool,
}

impl Outline {
    fn push(&mut self, part: &[u8]) {
        for &byte in part {
            let is_bracket = !self.is_in_text && matches!(byte, b'{' | b'}' | b'[' | b']');
            if !is_bracket {
                self.keep_within(1, byte);
            }
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_in_text => self.is_escaped = true,
                b'"' => self.is_in_text = !self.is_in_text,
                b'{' | b'[' if is_bracket => {
                    self.depth += 1;
                    self.keep_within(2, byte);
                }
                b'}' | b']' if is_bracket => {
                    self.keep_within(2, byte);
                    self.depth = self.depth.saturating_sub(1);
                }
                _ => {}
            }
        }
    }

    fn keep_within(&mut self, depth: usize, byte: u8) {
        if self.depth <= depth && self.kept.len() < LONGEST_OUTLINE {
            self.kept.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &[u8]) -> Vec<ReadLine> {
        let mut reader = LineReader::new(text);
        let mut lines = Vec::new();
        loop {
            match reader.next().await.unwrap() {
                ReadLine::End => return lines,
                line => lines.push(line),
            }
        }
    }

    #[tokio::test]
    async fn the_last_line_needs_no_line_feed() {
        let whole = |line: &[u8]| ReadLine::Whole(line.to_vec());
        assert_eq!(lines(b"a\n\nb").await, [whole(b"a"), whole(b""), whole(b"b")]);
        assert_eq!(lines(b"a\n").await, [whole(b"a")]);
        assert_eq!(lines(b"").await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_becomes_an_outline() {
        let long = r#"[{"id":1},"}]\"\\"],"#.repeat(LONGEST_LINE / 16);
        let text =
            format!("{{\"params\":{{\"a\":[{long}0]}},\"method\":\"a}}\\\"\",\"id\":7}}\nnext\n{long}");
        let outline = r#"{"params":{},"method":"a}\"","id":7}"#;
        let found = lines(text.as_bytes()).await;
        assert_eq!(found[0], ReadLine::TooLong(outline.as_bytes().to_vec()));
        assert_eq!(found[1], ReadLine::Whole(b"next".to_vec()));
        assert!(matches!(&found[2..], [ReadLine::TooLong(kept)] if kept.len() <= LONGEST_OUTLINE));
    }
}
