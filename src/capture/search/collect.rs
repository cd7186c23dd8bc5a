//! [`Collected`] gathers the parts of requests from the texts that `peel/` makes of a source.

use std::collections::{HashMap, HashSet};

use super::findings::{CutBody, Findings, FoundPart, FoundSignature};
use super::labels::{self, Label, digits};
use super::values::{self, PrintedValue};
use crate::capture::headers::{ZoomHeader, is_zoom_header, without_zero_fraction};
use crate::capture::peel::{Inner, Peeled, PeeledText, file_names, whole_bodies};
use crate::capture::record::{Files, Record};
use crate::capture::syntax::http;
use crate::capture::{Body, BodyFidelity, Headers, Variant, shape};
use crate::json::{self, JsonKind, JsonValue};

/// The files that a command in the text names. Their newlines may not have been sent: `curl -d` removes them.
pub(super) fn named_files(text: &PeeledText, files: &Files<'_>) -> Vec<Inner> {
    /// A capture names few files. Other words look like names too.
    const MOST: usize = 8;
    if !text.layers.is_empty() {
        return Vec::new();
    }
    let names = file_names(&text.bytes).into_iter().take(MOST);
    let read = names.filter_map(|(start, name)| Some((start, name.len(), files(&name).ok()?)));
    read.flat_map(|(start, length, bytes)| {
        let joined = bytes.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect();
        [bytes, joined].map(|bytes| Inner { bytes, layer: "a file", start, length })
    })
    .collect()
}

/// A part that was found in one of the texts.
struct Spot<T> {
    text: usize,
    at: usize,
    value: T,
}

/// Limit on bodies that are not JSON, in one text.
const WHOLE_BODIES: usize = 64;

/// Limit on the signatures and timestamps of one search. Nothing is proven of the rest.
const MOST: usize = 4_000;

#[derive(Default)]
pub(super) struct Collected {
    labels: Vec<Spot<Label>>,
    unnamed: Vec<Spot<Label>>,
    bodies: Vec<Spot<Body>>,
    /// An event without its end.
    cut_event: Option<Spot<CutBody>>,
    /// The headers around a signature, by its key.
    headers: HashMap<Vec<u8>, Headers>,
}

/// What makes two signatures the same: their digits, or their text if they have none.
pub(super) fn key(value: &[u8]) -> Vec<u8> {
    digits(value).map_or_else(|| value.to_vec(), <[u8]>::to_ascii_lowercase)
}

impl Collected {
    /// Collects the parts in one text. Returns the strings in it that may contain more.
    pub(super) fn collect(&mut self, peeled: &Peeled, index: usize) -> Vec<Inner> {
        let text = &peeled.texts[index].bytes;
        let spot = |label: Label| Spot { text: index, at: label.at, value: label };
        for label in labels::labels(text).into_iter().take(MOST - self.labels.len().min(MOST)) {
            if label.header == ZoomHeader::Signature
                && let Some(headers) = lines_around(text, label.at)
            {
                self.headers.entry(key(&label.value)).or_insert(headers);
            }
            self.labels.push(spot(label));
        }
        for unnamed in [labels::unnamed_signatures(text), labels::unnamed_timestamps(text)] {
            self.unnamed.extend(unnamed.into_iter().map(spot));
        }
        let mut inner = Vec::new();
        let is_source = peeled.texts[index].layers.is_empty();
        if is_source {
            self.add_whole(index, whole_bodies(text).into_iter());
        }
        if self.cut_event.is_none() {
            self.cut_event = cut_event(text).map(|(at, value)| Spot { text: index, at, value });
        }
        for PrintedValue { at, node, is_json } in values::values(text) {
            let mut tree = Tree { text, index, is_json, is_source, collected: self, inner: &mut inner };
            tree.visit(&node, at, 0, true);
        }
        inner
    }

    /// Collects bodies that are not a JSON object alone, which [`values`] finds.
    pub(super) fn add_whole(&mut self, index: usize, whole: impl Iterator<Item = (usize, Vec<u8>)>) {
        let is_object =
            |body: &[u8]| body.starts_with(b"{") && body.ends_with(b"}") && json::parse(body).is_ok();
        for (at, bytes) in whole.filter(|(_, bytes)| !is_object(bytes)).take(WHOLE_BODIES) {
            self.bodies.push(Spot { text: index, at, value: Body::reconstructed(bytes) });
        }
    }

    pub(super) fn findings(self, source: &Record, peeled: &Peeled) -> Findings {
        let lines = LineIndex::of(&source.bytes);
        let part = |spot_text: usize, at: usize, value: Vec<u8>| {
            let at = peeled.in_source(spot_text, at).min(source.bytes.len());
            let line = source.place.line.saturating_sub(1) + lines.line(at);
            let at = at + usize::try_from(source.place.offset).unwrap_or(0);
            FoundPart { value, at, line, layers: peeled.texts[spot_text].layers.clone() }
        };
        let is = |header: ZoomHeader| move |spot: &&Spot<Label>| spot.value.header == header;
        // A signature without a name counts only if none has one: it may be what the user's own code computed.
        let has_named = |header| self.labels.iter().any(|spot| is(header)(&spot));
        let pick = |header| {
            let labels = if has_named(header) { &self.labels } else { &self.unnamed };
            labels.iter().filter(is(header)).collect::<Vec<_>>()
        };
        let are_timestamps_named = has_named(ZoomHeader::Timestamp);
        let mut signatures: Vec<FoundSignature> = Vec::new();
        for spot in pick(ZoomHeader::Signature) {
            let found = key(&spot.value.value);
            let known = signatures.iter_mut().find(|known| key(&known.part.value) == found);
            match known {
                // `v0=` itself rather than `v0%3D` in a copy of the same value.
                Some(known) => {
                    if !known.part.value.starts_with(b"v0=") && spot.value.value.starts_with(b"v0=") {
                        known.part.value.clone_from(&spot.value.value);
                    }
                }
                None => {
                    let headers = self.headers.get(&found).cloned().unwrap_or_default();
                    let part = part(spot.text, spot.at, spot.value.value.clone());
                    signatures.push(FoundSignature { part, name: spot.value.name.clone(), headers });
                }
            }
        }
        signatures = without_copies(signatures);
        signatures.sort_by_key(|signature| signature.part.at);
        let mut timestamps: Vec<FoundPart<Vec<u8>>> = Vec::new();
        let mut known = HashSet::new();
        for spot in pick(ZoomHeader::Timestamp) {
            let found = part(spot.text, spot.at, without_zero_fraction(&spot.value.value).to_vec());
            if known.insert((found.value.clone(), found.at)) {
                timestamps.push(found);
            }
        }
        let bodies =
            self.bodies.into_iter().map(|spot| part(spot.text, spot.at, Vec::new()).with(spot.value));
        let cut_event = self.cut_event.map(|spot| part(spot.text, spot.at, Vec::new()).with(spot.value));
        let mut findings = Findings {
            signatures,
            timestamps,
            are_timestamps_named,
            bodies: bodies.collect(),
            cut_event,
            is_cut: peeled.is_cut,
        };
        findings.join_repeated();
        findings
    }
}

/// The first event in a text that a line ends before its JSON does.
fn cut_event(text: &[u8]) -> Option<(usize, CutBody)> {
    /// What follows dots, such as quotes and a number of characters.
    const LONGEST_MARK: usize = 32;
    let start = b"{\"event\"";
    memchr::memmem::find_iter(text, start).find_map(|at| {
        let line = http::line(text, at).0.trim_ascii_end();
        let from = line.len().saturating_sub(LONGEST_MARK);
        let dots = ["...", "…"].iter().find_map(|dots| memchr::memmem::find(&line[from..], dots.as_bytes()));
        let (bytes, mark) = line.split_at(dots.map_or(line.len(), |dots| from + dots));
        let is_whole = json::parse_prefix(text, at).is_ok();
        let mark = String::from_utf8_lossy(mark).into_owned();
        (!is_whole).then(|| (at, CutBody { bytes: bytes.to_vec(), mark }))
    })
}

/// The signatures without those that are the start of another one, such as in a wrapped line, or another one with the next
/// line after it.
fn without_copies(mut signatures: Vec<FoundSignature>) -> Vec<FoundSignature> {
    /// `v0=` and 64 digits.
    const WHOLE: usize = 67;
    let values: Vec<Vec<u8>> = signatures.iter().map(|signature| signature.part.value.clone()).collect();
    let is_copy = |value: &[u8]| {
        let start = value.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'=').count();
        let start = &value[..start];
        let is_start = |other: &Vec<u8>| {
            (8..WHOLE).contains(&start.len()) && other.len() > start.len() && other.starts_with(start)
        };
        let is_longer = |other: &Vec<u8>| {
            other.len() == WHOLE && value.len() > WHOLE && digits(other).is_some() && value.starts_with(other)
        };
        values.iter().any(|other| is_start(other) || is_longer(other))
    };
    signatures.retain(|signature| !is_copy(&signature.part.value));
    signatures
}

/// The tree of one value, and where what is found goes.
struct Tree<'c, 't> {
    text: &'t [u8],
    index: usize,
    is_json: bool,
    is_source: bool,
    collected: &'c mut Collected,
    inner: &'c mut Vec<Inner>,
}

/// Deeper values are not looked at.
const DEEPEST: usize = 12;

/// Names of members that hold a body.
const BODY_NAMES: [&str; 8] = ["body", "payload", "data", "content", "raw", "message", "text", "json"];

impl<'t> Tree<'_, 't> {
    /// Visits a value that begins at `at`. `is_body`: it may be a body even if it is not an event.
    fn visit(&mut self, node: &JsonValue<'t>, at: usize, depth: usize, is_body: bool) {
        let at = self.place_of(node, at);
        if depth > DEEPEST {
            return;
        }
        match &node.kind {
            JsonKind::Object(members) => {
                if shape::buffer(node).is_none() && (shape::is_envelope(node) || is_body) {
                    self.add_body(node, at);
                }
                self.add_headers(node);
                for (name, value) in members {
                    let name = name.display().to_ascii_lowercase();
                    // A part of an event is not what was sent.
                    let is_body =
                        !shape::is_envelope(node) && BODY_NAMES.iter().any(|known| name.contains(known));
                    self.visit(value, at, depth + 1, is_body);
                }
            }
            JsonKind::List(items) => {
                self.add_headers(node);
                items.iter().for_each(|item| self.visit(item, at, depth + 1, false));
            }
            JsonKind::Text(text) => {
                self.add_inner(text, if self.is_json { "a JSON string" } else { "a string" }, node, at)
            }
            JsonKind::Bytes(bytes) => self.add_inner(bytes, "bytes", node, at),
            _ => {}
        }
        if let Some(bytes) = shape::buffer(node) {
            self.add_inner(&bytes, "a Buffer", node, at);
        }
    }

    /// Where a value begins in the text, if it was read from there.
    fn place_of(&self, node: &JsonValue<'_>, otherwise: usize) -> usize {
        let start = (node.raw.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        if !node.raw.is_empty() && start < self.text.len() { start } else { otherwise }
    }

    fn add_body(&mut self, node: &JsonValue<'t>, at: usize) {
        let mut body = shape::parsed(node, self.is_json, &mut Vec::new());
        let is_compact = json::compact(node.raw) == node.raw;
        if !node.raw.is_empty() && (self.is_json || is_compact) {
            body.prefer(node.raw.to_vec(), Variant::Reserialized);
            body.fidelity = match (is_compact, self.is_source) {
                (true, true) => BodyFidelity::Original,
                (true, false) => BodyFidelity::Reconstructed,
                (false, _) => BodyFidelity::ParsedOnly,
            };
        }
        self.collected.bodies.push(Spot { text: self.index, at, value: body });
    }

    fn add_headers(&mut self, node: &JsonValue<'t>) {
        let headers = shape::headers(node);
        let signature =
            headers.iter().find(|(name, _)| is_zoom_header(name.as_bytes()) == Some(ZoomHeader::Signature));
        if let Some(key) = signature.map(|(_, value)| key(value)) {
            self.collected.headers.insert(key, headers);
        }
    }

    fn add_inner(&mut self, bytes: &[u8], layer: &'static str, node: &JsonValue<'_>, at: usize) {
        /// Shorter strings hold no body.
        const SHORTEST: usize = 20;
        if bytes.len() >= SHORTEST {
            let bytes = json::well_formed(bytes).into_owned();
            self.inner.push(Inner { bytes, layer, start: at, length: node.raw.len() });
        }
    }
}

/// The lines of `name: value` around a place, as headers.
fn lines_around(text: &[u8], at: usize) -> Option<Headers> {
    /// More headers than any request has.
    const LINES: usize = 60;
    let own = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let field = |line: &[u8]| {
        let (name, value) = http::field(line.trim_ascii())?;
        Some((name.trim_matches(['"', '\'']).to_owned(), value.to_vec()))
    };
    let mut start = own;
    for _ in 0..LINES {
        let Some(above) = start.checked_sub(1) else { break };
        let begin = memchr::memrchr(b'\n', &text[..above]).map_or(0, |newline| newline + 1);
        if field(&text[begin..above]).is_none() {
            break;
        }
        start = begin;
    }
    let lines = text[start..].split(|b| *b == b'\n').take(2 * LINES);
    let fields: Headers = lines.map_while(field).collect();
    (fields.len() > 1).then_some(fields)
}

/// Finds the line of a byte.
struct LineIndex(Vec<usize>);

impl LineIndex {
    fn of(text: &[u8]) -> Self {
        Self(memchr::memchr_iter(b'\n', text).collect())
    }

    fn line(&self, at: usize) -> u64 {
        self.0.partition_point(|newline| *newline < at) as u64 + 1
    }
}
