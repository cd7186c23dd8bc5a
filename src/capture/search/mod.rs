//! Searches any text for the parts of requests: signatures, timestamps and bodies, wherever they are. [`search`] is the
//! entry point.
//!
//! 1. **Peel** (`peel/`): undo what logs and tools did to the text, layer by layer.
//! 2. **Collect** (`labels.rs`, `values.rs`): what may be a signature, a timestamp or a body in each of these texts.
//! 3. **Prove** (not here, because it needs the secrets): `verify` tries which of them belong together.
//! 4. **Assign** ([`Findings::assigned`]): for a signature that nothing proves, the parts that stand nearest to it.

mod labels;
mod values;

use std::collections::HashMap;
use std::collections::HashSet;

use self::labels::{Label, digits};
use self::values::PrintedValue;
use super::headers::{ZoomHeader, is_masked, is_zoom_header};
use super::peel::encodings::is_lossy;
use super::peel::{Inner, Peeled, PeeledText, file_names, peel, whole_bodies};
use super::record::Files;
use super::syntax::http;
use super::{Body, BodyFidelity, Capture, Format, Headers, Note, Place, Variant, normalize, shape};
use crate::json::{self, JsonKind, JsonValue};

/// What a text contains that may be a part of a request.
#[derive(Debug, Default)]
pub struct Findings {
    /// One for each request, in the order of the text.
    signatures: Vec<FoundSignature>,
    timestamps: Vec<FoundPart<Vec<u8>>>,
    bodies: Vec<FoundPart<Body>>,
    /// Whether a limit ended the search early.
    is_cut: bool,
}

/// A part of a request, and where it was found.
#[derive(Debug)]
struct FoundPart<T> {
    value: T,
    /// Where it is in the source, in bytes.
    at: usize,
    /// The line in the source, from 1.
    line: u64,
    layers: Vec<&'static str>,
}

#[derive(Debug)]
struct FoundSignature {
    part: FoundPart<Vec<u8>>,
    /// The name as written; `None` if there is none.
    name: Option<String>,
    /// The headers around it, if they were found together.
    headers: Headers,
}

/// Where the parts of a request were found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlaces {
    /// The line of the signature, from 1.
    pub signature: u64,
    /// The line of the timestamp.
    pub timestamp: Option<u64>,
    /// The line of the body.
    pub body: Option<u64>,
    /// What was undone to read the body, from the outermost layer, such as `base64`.
    pub layers: Vec<&'static str>,
}

/// Writes `signature at line 12, timestamp at line 13, body at line 30 (JSON string)`.
impl std::fmt::Display for FoundPlaces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "signature at line {}", self.signature)?;
        self.timestamp.iter().try_for_each(|line| write!(f, ", timestamp at line {line}"))?;
        self.body.iter().try_for_each(|line| write!(f, ", body at line {line}"))?;
        if !self.layers.is_empty() {
            write!(f, " (in {})", self.layers.join(", then in "))?;
        }
        Ok(())
    }
}

/// Searches a text, and the files that it names for a body. Bounded in time and memory: a long text is searched around
/// what may be signatures.
#[must_use]
pub fn search(text: &[u8], files: &Files<'_>) -> Findings {
    let mut collected = Collected::default();
    let peeled = peel(text, |peeled, index| {
        let mut inner = collected.collect(peeled, index);
        let files = named_files(&peeled.texts[index], files);
        collected.add_whole(index, files.iter().map(|file| (file.start, file.bytes.clone())));
        inner.extend(files);
        inner
    });
    collected.findings(text, &peeled)
}

/// The files that a command in the text names. Their newlines may not have been sent: `curl -d` removes them.
fn named_files(text: &PeeledText, files: &Files<'_>) -> Vec<Inner> {
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
struct Collected {
    labels: Vec<Spot<Label>>,
    unnamed: Vec<Spot<Label>>,
    bodies: Vec<Spot<Body>>,
    /// The headers around a signature, by its key.
    headers: HashMap<Vec<u8>, Headers>,
}

/// What makes two signatures the same: their digits, or their text if they have none.
fn key(value: &[u8]) -> Vec<u8> {
    digits(value).map_or_else(|| value.to_vec(), <[u8]>::to_ascii_lowercase)
}

impl Collected {
    /// Collects the parts in one text. Returns the strings in it that may contain more.
    fn collect(&mut self, peeled: &Peeled, index: usize) -> Vec<Inner> {
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
        for PrintedValue { at, node, is_json } in values::values(text) {
            let mut tree = Tree { text, index, is_json, is_source, collected: self, inner: &mut inner };
            tree.visit(&node, at, 0, true);
        }
        inner
    }

    /// Collects bodies that are not a JSON object alone, which [`values`] finds.
    fn add_whole(&mut self, index: usize, whole: impl Iterator<Item = (usize, Vec<u8>)>) {
        let is_object =
            |body: &[u8]| body.starts_with(b"{") && body.ends_with(b"}") && json::parse(body).is_ok();
        for (at, bytes) in whole.filter(|(_, bytes)| !is_object(bytes)).take(WHOLE_BODIES) {
            self.bodies.push(Spot { text: index, at, value: Body::reconstructed(bytes) });
        }
    }

    fn findings(self, source: &[u8], peeled: &Peeled) -> Findings {
        let lines = LineIndex::of(source);
        let part = |spot_text: usize, at: usize, value: Vec<u8>| {
            let at = peeled.in_source(spot_text, at).min(source.len());
            FoundPart { value, at, line: lines.line(at), layers: peeled.texts[spot_text].layers.clone() }
        };
        let is = |header: ZoomHeader| move |spot: &&Spot<Label>| spot.value.header == header;
        // A signature without a name counts only if none has one: it may be what the user's own code computed.
        let pick = |header| {
            let named: Vec<_> = self.labels.iter().filter(is(header)).collect();
            if named.is_empty() { self.unnamed.iter().filter(is(header)).collect() } else { named }
        };
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
            let found = part(spot.text, spot.at, spot.value.value.clone());
            if known.insert((found.value.clone(), found.at)) {
                timestamps.push(found);
            }
        }
        let bodies = self.bodies.into_iter().map(|spot| {
            let found = part(spot.text, spot.at, Vec::new());
            FoundPart { value: spot.value, at: found.at, line: found.line, layers: found.layers }
        });
        let mut findings =
            Findings { signatures, timestamps, bodies: bodies.collect(), is_cut: peeled.is_cut };
        findings.join_repeated();
        findings
    }
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
                    let is_body = BODY_NAMES.iter().any(|known| name.contains(known));
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

/// How many timestamps and bodies are tried with one signature, the nearest first.
const NEAREST: usize = 24;

impl Findings {
    /// The number of signatures.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// A signature in the form that Zoom uses, if it has 64 hex digits.
    #[must_use]
    pub fn digest(&self, signature: usize) -> Option<Vec<u8>> {
        let digits = digits(&self.signatures.get(signature)?.part.value)?;
        Some([b"v0=", digits.to_ascii_lowercase().as_slice()].concat())
    }

    /// Whether this is the signature with that number.
    #[must_use]
    pub fn is_signature(&self, signature: usize, value: &[u8]) -> bool {
        self.signatures.get(signature).is_some_and(|known| key(&known.part.value) == key(value))
    }

    /// The timestamps that may belong to a signature, with their numbers, the nearest first.
    #[must_use]
    pub fn timestamps(&self, signature: usize) -> Vec<(usize, &[u8])> {
        let near = self.nearest(signature, &self.timestamps, NEAREST);
        near.into_iter().map(|number| (number, self.timestamps[number].value.as_slice())).collect()
    }

    /// The bodies that may belong to a signature, with their numbers, the nearest first.
    #[must_use]
    pub fn bodies(&self, signature: usize) -> Vec<(usize, &Body)> {
        let near = self.nearest(signature, &self.bodies, 2 * NEAREST);
        near.into_iter().map(|number| (number, &self.bodies[number].value)).collect()
    }

    /// The number of layers over a body.
    #[must_use]
    pub fn depth(&self, body: usize) -> usize {
        self.bodies.get(body).map_or(0, |body| body.layers.len())
    }

    fn nearest<T>(&self, signature: usize, parts: &[FoundPart<T>], most: usize) -> Vec<usize> {
        let Some(signature) = self.signatures.get(signature) else { return Vec::new() };
        let mut numbers: Vec<usize> = (0..parts.len()).collect();
        let distance = |part: &FoundPart<T>| part.at.abs_diff(signature.part.at);
        numbers.sort_by_key(|number| (distance(&parts[*number]), parts[*number].layers.len()));
        numbers.truncate(most);
        numbers
    }

    /// The request of a signature, a timestamp and a body, by their numbers. `matched` is the candidate of the body that
    /// the signature covers: 0 for the first.
    #[must_use]
    pub fn capture(
        &self,
        signature: usize,
        timestamp: Option<usize>,
        body: Option<usize>,
        matched: usize,
    ) -> Option<Capture> {
        let signature = self.signatures.get(signature)?;
        let timestamp = timestamp.and_then(|number| self.timestamps.get(number));
        let body = body.and_then(|number| self.bodies.get(number));
        let place = Place { index: 0, line: signature.part.line, offset: signature.part.at as u64 };
        let mut capture = Capture::new(Format::Text, place);
        capture.headers = signature.headers.clone();
        for (header, value) in
            [(ZoomHeader::Signature, Some(&signature.part)), (ZoomHeader::Timestamp, timestamp)]
        {
            let Some(value) = value else { continue };
            let named =
                capture.headers.iter().find(|(name, _)| is_zoom_header(name.as_bytes()) == Some(header));
            let name = named.map(|(name, _)| name.to_owned());
            let name = name.or(signature.name.clone().filter(|_| header == ZoomHeader::Signature));
            capture.headers.set(&name.unwrap_or_else(|| header.name().to_owned()), &value.value);
        }
        if let Some(body) = body {
            capture.body = body.value.clone();
            if matched > 0 {
                capture.body.fidelity = BodyFidelity::ParsedOnly;
            }
        }
        let mut layers = body.map(|body| body.layers.clone()).unwrap_or_default();
        layers.dedup();
        capture.found = Some(FoundPlaces {
            signature: signature.part.line,
            timestamp: timestamp.map(|part| part.line),
            body: body.map(|part| part.line),
            layers,
        });
        if body.is_some_and(|body| body.layers.iter().any(|layer| is_lossy(layer))) {
            capture.note(Note::CharactersLost);
        }
        normalize::normalize(&mut capture);
        Some(capture)
    }

    /// The request of a signature with the parts that stand nearest to it. Nothing proves that they belong together.
    #[must_use]
    pub fn assigned(&self, signature: usize) -> Option<Capture> {
        let timestamp = self.nearest(signature, &self.timestamps, 1).first().copied();
        let own = self.signatures.get(signature)?.part.at;
        let next = self.signatures.get(signature + 1).map_or(usize::MAX, |next| next.part.at);
        // The body mostly follows its headers. An event is more likely than another value.
        let body = (0..self.bodies.len()).min_by_key(|number| {
            let body = &self.bodies[*number];
            let is_event = json::parse(&body.value.bytes).is_ok_and(|node| shape::is_envelope(&node));
            (!is_event, !(own..next).contains(&body.at), body.at.abs_diff(own))
        });
        let mut capture = self.capture(signature, timestamp, body, 0)?;
        if self.is_cut {
            capture.note(Note::SearchCut);
        }
        Some(capture)
    }

    /// What was found, in words; `None` if there is nothing.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let mut found = Vec::new();
        let line = |line: u64| format!("(line {line})");
        found.extend(
            self.signatures.first().map(|signature| format!("a signature {}", line(signature.part.line))),
        );
        found.extend(
            self.timestamps
                .first()
                .filter(|_| !self.signatures.is_empty())
                .map(|part| format!("a timestamp {}", line(part.line))),
        );
        let is_event = |part: &&FoundPart<Body>| {
            json::parse(&part.value.bytes).is_ok_and(|node| shape::is_envelope(&node))
        };
        found
            .extend(self.bodies.iter().find(is_event).map(|part| format!("a JSON body {}", line(part.line))));
        (!found.is_empty()).then(|| found.join(" and "))
    }

    /// Joins signatures of one request whose header was repeated, as a server does. Neither of them counts alone.
    fn join_repeated(&mut self) {
        /// The headers of one request are nearer than this, with nothing but headers between them.
        const NEAR: usize = 160;
        let mut joined: Vec<FoundSignature> = Vec::new();
        for signature in std::mem::take(&mut self.signatures) {
            match joined.last_mut() {
                Some(last)
                    if last.name.is_some()
                        && last.name == signature.name
                        && last.part.layers == signature.part.layers
                        && !is_masked(&last.part.value)
                        && signature.part.at - last.part.at < NEAR
                        && !self.has_part_between(last.part.at, signature.part.at) =>
                {
                    last.part.value.extend_from_slice(b", ");
                    last.part.value.extend_from_slice(&signature.part.value);
                }
                _ => joined.push(signature),
            }
        }
        self.signatures = joined;
    }

    fn has_part_between(&self, from: usize, to: usize) -> bool {
        self.timestamps.iter().any(|part| (from..to).contains(&part.at))
            || self.bodies.iter().any(|part| (from..to).contains(&part.at))
    }
}

/// The requests in a text, with the parts that stand nearest to each signature. Nothing is proven.
pub(super) fn captures(text: &[u8], files: &Files<'_>) -> Vec<Capture> {
    let findings = search(text, files);
    (0..findings.signatures()).filter_map(|signature| findings.assigned(signature)).collect()
}
