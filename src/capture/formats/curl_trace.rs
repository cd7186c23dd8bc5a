//! The output of `curl --trace` and `--trace-ascii`: every byte sent and received, in hex or ASCII.

use super::super::detect::{Confidence, FormatSample};
use super::super::format::FormatReader;
use super::super::record::{ParseContext, Parsed, Record};
use super::super::split::Cut;
use super::super::{BodyFidelity, Capture, Note};
use super::raw_http;

pub(in crate::capture) const READER: FormatReader = FormatReader {
    name: "curl-trace",
    title: "curl --trace",
    keeps: "The whole request and its response, byte for byte (--trace).",
    loses: "With --trace-ascii, every byte that is not ASCII: a dot replaces it.",
    expected: "blocks under => Send header and => Send data",
    cut: Cut::Whole,
    looks_like,
    parse,
};

fn looks_like(sample: &FormatSample<'_>) -> Confidence {
    Confidence::Certain
        .when(sample.lines().take(2_000).any(|line| Block::of(line) == Some(Block::SendHeader)))
}

/// The kind of the lines after a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    SendHeader,
    SendData,
    Received,
    Other,
}

impl Block {
    /// The block that begins at this line. The line may begin with the time (`--trace-time`).
    fn of(line: &[u8]) -> Option<Self> {
        let line = &line[..line.len().min(80)];
        let has = |text: &str| line.windows(text.len()).any(|window| window == text.as_bytes());
        match line {
            _ if has("=> Send header") => Some(Self::SendHeader),
            _ if has("=> Send data") => Some(Self::SendData),
            _ if has("<= Recv header") || has("<= Recv data") => Some(Self::Received),
            _ if has("== Info:") || has("=> Send SSL data") || has("<= Recv SSL data") => Some(Self::Other),
            _ => None,
        }
    }
}

/// One request and its response, as on the wire.
struct Exchange {
    at: usize,
    sent: Vec<u8>,
    received: Vec<u8>,
    ascii: bool,
}

fn parse(record: &Record, context: &ParseContext<'_>) -> Parsed {
    exchanges(record).into_iter().map(|exchange| exchange.capture(record, context)).collect()
}

fn exchanges(record: &Record) -> Vec<Exchange> {
    let mut found: Vec<Exchange> = Vec::new();
    let mut block = Block::Other;
    let mut size = 0;
    let mut at = 0;
    while at < record.bytes.len() {
        let start = at;
        let (line, next) = record.line(at);
        at = next;
        if let Some(title) = Block::of(line) {
            if title == Block::SendHeader {
                found.push(Exchange { at: start, sent: Vec::new(), received: Vec::new(), ascii: false });
            }
            (block, size) = (title, size_in(line));
            continue;
        }
        let (Some(exchange), Some((offset, rest))) = (found.last_mut(), dump_line(line)) else { continue };
        let end = dump_line(record.line(at).0).map_or(size, |(offset, _)| offset);
        exchange.append(block, rest, end.saturating_sub(offset));
    }
    found
}

/// Reads the size from `=> Send data, 316 bytes (0x13c)`.
fn size_in(title: &[u8]) -> usize {
    let title = String::from_utf8_lossy(title);
    let digits = title.rsplit_once("(0x").and_then(|(_, rest)| rest.split_once(')'));
    digits.and_then(|(digits, _)| usize::from_str_radix(digits, 16).ok()).unwrap_or(0)
}

/// Reads offset and content from `0040: …`.
fn dump_line(line: &[u8]) -> Option<(usize, &[u8])> {
    let colon = line.iter().take(12).position(|b| *b == b':')?;
    let offset = usize::from_str_radix(std::str::from_utf8(&line[..colon]).ok()?, 16).ok()?;
    let rest = &line[colon + 1..];
    (colon >= 4).then_some((offset, rest.strip_prefix(b" ").unwrap_or(rest)))
}

/// Reads the bytes of `50 4f 53 54 …  POST`: up to 16 pairs.
fn hex(rest: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(16);
    for pair in rest.chunks(3).take(16) {
        let &[high, low, b' '] = pair else { break };
        let digit = |b: u8| char::from(b).to_digit(16);
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { break };
        bytes.push((high * 16 + low) as u8);
    }
    // Sixteen pairs take 48 columns. A shorter last line is padded to the same width.
    let padded = rest.get(bytes.len() * 3..48).is_some_and(|rest| rest.iter().all(|b| *b == b' '));
    (!bytes.is_empty() && padded).then_some(bytes)
}

impl Exchange {
    /// Appends the content of a line, which represents `length` bytes. If an ASCII line is two bytes short, the
    /// CRLF at its end is missing.
    fn append(&mut self, block: Block, rest: &[u8], length: usize) {
        let to = match block {
            Block::SendHeader | Block::SendData => &mut self.sent,
            Block::Received => &mut self.received,
            Block::Other => return,
        };
        match hex(rest) {
            Some(bytes) if !self.ascii => to.extend_from_slice(&bytes),
            _ => {
                self.ascii = true;
                to.extend_from_slice(rest);
                if length == rest.len() + 2 {
                    to.extend_from_slice(b"\r\n");
                }
            }
        }
    }

    fn capture(
        &self,
        record: &Record,
        context: &ParseContext<'_>,
    ) -> Result<Capture, super::super::ReadError> {
        let mut capture = raw_http::message(&self.sent, record, context)?;
        capture.place = context.place_at(record, self.at);
        capture.response = raw_http::response(&self.received);
        // A dot is itself or replaces a byte that is not ASCII.
        if self.ascii && capture.body.bytes.contains(&b'.') {
            capture.body.fidelity = BodyFidelity::Reconstructed;
            capture.note(Note::CharactersLost);
        }
        Ok(capture)
    }
}
