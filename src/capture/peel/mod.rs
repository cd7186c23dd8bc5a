//! Peels a text: undoes, one after the other, what logs, tools and people did to a request. [`peel`] is the entry
//! point.
//!
//! No format is known here. Each [`Layer`] recognizes one change, such as base64 or a prefix on each line, and undoes
//! it. The results are peeled again. A wrong layer costs time but no truth: a signature proves which text was sent.
//!
//! | file | layers |
//! | --- | --- |
//! | `lines.rs` | prefixes of lines, doubled newlines, wrapped lines, colors |
//! | `escapes.rs` | `\"`, `\xHH`, `""`, `&quot;`, `%22`, `=3D`, typographic quotes |
//! | `quoting.rs` | the quotes of shells and PowerShell, variables |
//! | `encodings.rs` | gzip, UTF-16, base64, hex, hex dumps, lists of bytes |
//! | `rows.rs` | logs with one JSON value or CSV row for each line |

pub(super) mod encodings;
pub(super) mod escapes;
mod lines;
mod quoting;
mod rows;

use std::cell::OnceCell;
use std::collections::HashSet;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};

pub(super) use quoting::{file_names, whole_bodies};

/// One change to a text, and how to undo it.
pub(super) struct Layer {
    /// What the change is, to follow "under".
    name: &'static str,
    /// Whether the text may have this change. Fast, and may be wrong.
    applies: fn(&[u8]) -> bool,
    /// The texts without the change. Empty if it was not there.
    peel: fn(&[u8]) -> Vec<Piece>,
}

/// A text under a layer.
pub(super) struct Piece {
    bytes: Vec<u8>,
    map: Map,
}

/// Where the bytes of a piece were in the text above it.
#[derive(Debug, Clone)]
enum Map {
    /// The lines are the same.
    Lines,
    /// The piece was in this part: start and length.
    Slice(usize, usize),
    /// Each line of the piece began at this byte.
    Rows(Vec<usize>),
}

/// All layers, the cheap and likely ones first.
const LAYERS: [Layer; 24] = [
    encodings::GZIP,
    encodings::UTF16,
    lines::COLORS,
    rows::ROWS,
    rows::CSV,
    lines::PREFIXES,
    lines::DOUBLED,
    lines::WRAPPED,
    quoting::SINGLE_QUOTES,
    quoting::DOUBLE_QUOTES,
    escapes::BACKSLASHES,
    escapes::HEX_ESCAPES,
    escapes::DOUBLED_QUOTES,
    escapes::ENTITIES,
    escapes::PERCENT,
    escapes::QUOTED_PRINTABLE,
    quoting::CARETS,
    quoting::BACKTICKS,
    quoting::VARIABLES,
    escapes::TYPOGRAPHY,
    encodings::BASE64,
    encodings::HEX,
    encodings::BYTES,
    encodings::TEXT_DUMP,
];

/// Limit on layers above one another. Real captures have up to four.
const DEEPEST: usize = 6;
/// Limit on the texts of one search.
const MOST: usize = 1_000;
/// Limit on the bytes of all texts together: so many times the source, and this much more, and this much at most.
const ROOM: (usize, usize, usize) = (24, 256 << 10, 16 << 20);
/// A larger text is not peeled as a whole: only the parts around what may be a signature are.
pub(super) const LARGE: usize = 1 << 20;
/// How much of a large text around a signature is peeled, on each side. Zoom's bodies are smaller.
const AROUND: usize = 64 << 10;

/// A text that was found under some layers.
#[derive(Debug)]
pub(super) struct PeeledText {
    pub(super) bytes: Vec<u8>,
    /// The layers above it, from the outermost one.
    pub(super) layers: Vec<&'static str>,
    /// The text above it, and where in it; `None` for a part of the source.
    above: Option<(usize, Map)>,
    /// Where it begins in the source, if nothing is above it.
    start: usize,
    newlines: OnceCell<Vec<usize>>,
}

/// All texts of a source. The texts above a text come before it.
#[derive(Debug, Default)]
pub(super) struct Peeled {
    pub(super) texts: Vec<PeeledText>,
    /// Whether a limit was reached.
    pub(super) is_cut: bool,
    known: HashSet<u64>,
    room: usize,
}

/// Peels a source, and passes each text to `collect`, which returns further texts: strings inside it, with their start
/// and length.
pub(super) fn peel(source: &[u8], mut collect: impl FnMut(&Peeled, usize) -> Vec<Inner>) -> Peeled {
    let mut peeled = Peeled {
        room: source.len().saturating_mul(ROOM.0).saturating_add(ROOM.1).min(ROOM.2),
        ..Peeled::default()
    };
    for (start, part) in parts(source) {
        peeled.add(part.to_vec(), Vec::new(), None, start);
    }
    let mut waiting: VecDeque<usize> = (0..peeled.texts.len()).collect();
    while let Some(index) = waiting.pop_front() {
        let before = peeled.texts.len();
        for inner in collect(&peeled, index) {
            peeled.add_below(
                index,
                inner.layer,
                Piece { bytes: inner.bytes, map: Map::Slice(inner.start, inner.length) },
            );
        }
        for layer in &LAYERS {
            let text = &peeled.texts[index].bytes;
            if text.len() >= SHORTEST && (layer.applies)(text) {
                for piece in (layer.peel)(text) {
                    peeled.add_below(index, layer.name, piece);
                }
            }
        }
        waiting.extend(before..peeled.texts.len());
    }
    peeled
}

/// A string inside a text.
pub(super) struct Inner {
    pub(super) bytes: Vec<u8>,
    /// What it was written as.
    pub(super) layer: &'static str,
    pub(super) start: usize,
    pub(super) length: usize,
}

/// Shorter texts contain neither a signature nor a body.
const SHORTEST: usize = 24;

/// The parts of a source to peel: the whole source, or the parts of a large one around what may be signatures.
fn parts(source: &[u8]) -> Vec<(usize, &[u8])> {
    if source.len() <= LARGE || encodings::is_packed(source) {
        return vec![(0, source)];
    }
    let mut found: Vec<(usize, usize)> = Vec::new();
    for at in anchors(source) {
        let start = line_start(source, at.saturating_sub(AROUND));
        let end = line_end(source, at.saturating_add(AROUND).min(source.len()));
        match found.last_mut() {
            // A part stays small enough to be peeled as a whole.
            Some((first, last)) if start <= *last && end - *first <= LARGE => *last = end,
            Some((_, last)) if end <= *last => {}
            _ => found.push((start, end)),
        }
    }
    if found.is_empty() {
        found.push((0, LARGE));
    }
    found.into_iter().map(|(start, end)| (start, &source[start..end])).collect()
}

/// Where a signature may be: at `signature` or `v0=`.
fn anchors(source: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memchr3_iter(b's', b'S', b'v', source).filter(|at| {
        let rest = &source[*at..];
        rest.starts_with(b"v0=") || rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case(b"signature"))
    })
}

fn line_start(text: &[u8], at: usize) -> usize {
    memchr::memrchr(b'\n', &text[at.saturating_sub(LINE)..at])
        .map_or(at, |newline| at.saturating_sub(LINE) + newline + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    let window = &text[at..(at + LINE).min(text.len())];
    memchr::memchr(b'\n', window).map_or(at, |newline| at + newline + 1)
}

/// How far the start or end of a line is looked for.
const LINE: usize = 16 << 10;

impl Peeled {
    fn add_below(&mut self, index: usize, layer: &'static str, piece: Piece) {
        let mut layers = self.texts[index].layers.clone();
        layers.push(layer);
        self.add(piece.bytes, layers, Some((index, piece.map)), 0);
    }

    fn add(&mut self, bytes: Vec<u8>, layers: Vec<&'static str>, above: Option<(usize, Map)>, start: usize) {
        if bytes.len() < SHORTEST && above.is_some() || layers.len() > DEEPEST {
            return;
        }
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        if !self.known.insert(hasher.finish()) {
            return;
        }
        match self.room.checked_sub(bytes.len()) {
            Some(room) if self.texts.len() < MOST => self.room = room,
            _ => {
                self.is_cut = true;
                return;
            }
        }
        self.texts.push(PeeledText { bytes, layers, above, start, newlines: OnceCell::new() });
    }

    /// Where a byte of a text was in the source, as exactly as its layers tell.
    pub(super) fn in_source(&self, index: usize, at: usize) -> usize {
        let text = &self.texts[index];
        let Some((above, map)) = &text.above else { return text.start + at };
        let at_above = match map {
            Map::Slice(start, length) => start + at.min(*length),
            Map::Lines => {
                let line = text.line(at);
                self.texts[*above].start_of(line) + at.saturating_sub(text.start_of(line))
            }
            Map::Rows(rows) => rows.get(text.line(at)).or(rows.last()).copied().unwrap_or(0),
        };
        self.in_source(*above, at_above.min(self.texts[*above].bytes.len()))
    }
}

impl PeeledText {
    /// The places of the newlines, found once.
    fn newlines(&self) -> &[usize] {
        self.newlines.get_or_init(|| memchr::memchr_iter(b'\n', &self.bytes).collect())
    }

    /// The line of a byte, from 0.
    fn line(&self, at: usize) -> usize {
        self.newlines().partition_point(|newline| *newline < at)
    }

    /// Where a line begins.
    fn start_of(&self, line: usize) -> usize {
        let before = line
            .checked_sub(1)
            .map(|before| self.newlines().get(before).map_or(self.bytes.len(), |at| at + 1));
        before.unwrap_or(0)
    }
}

/// A piece that has the lines of the text above it.
fn same_lines(bytes: Vec<u8>) -> Vec<Piece> {
    vec![Piece { bytes, map: Map::Lines }]
}

/// Whether the text contains this one.
fn has(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts under all layers.
    fn texts(source: &[u8]) -> Vec<(String, Vec<&'static str>)> {
        let peeled = peel(source, |_, _| Vec::new());
        let shown =
            |text: &PeeledText| (String::from_utf8_lossy(&text.bytes).into_owned(), text.layers.clone());
        peeled.texts.iter().map(shown).collect()
    }

    #[test]
    fn peels_layers_above_one_another() {
        let body = r#"{"event":"meeting.started","payload":{"topic":"a b"}}"#;
        let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, body);
        let found = texts(format!("app-1  | body&#61;&quot;{base64}&quot;\n").as_bytes());
        assert!(found.iter().any(|(text, _)| text == body), "{found:#?}");
    }

    #[test]
    fn maps_places_to_the_source() {
        let source = b"app | one\napp | {\"event\":\"meeting.started\"}\n";
        let peeled = peel(source, |_, _| Vec::new());
        let index = peeled.texts.iter().position(|text| text.bytes.starts_with(b"one")).unwrap();
        let at = memchr::memmem::find(&peeled.texts[index].bytes, b"{").unwrap();
        assert_eq!(source[..peeled.in_source(index, at)].iter().filter(|b| **b == b'\n').count(), 1);
    }

    #[test]
    fn stops_at_its_limits() {
        let nested = (0..9).fold(b"{\"event\":\"meeting.started\"}".repeat(3), |text, _| {
            base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text).into_bytes()
        });
        assert!(texts(&nested).iter().all(|(_, layers)| layers.len() <= DEEPEST));
        for unit in ["{", "7b", "\\\"", "&quot;", "%22", "[{", "v0=", "a | "] {
            let peeled = peel(unit.repeat(100_000).as_bytes(), |_, _| Vec::new());
            assert!(peeled.texts.iter().map(|text| text.bytes.len()).sum::<usize>() <= ROOM.2, "{unit}");
        }
    }
}
