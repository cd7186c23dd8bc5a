//! [`Findings`]: what a text contains that may be a part of a request, and the requests that it may be.

use super::collect::key;
use super::labels::digits;
use crate::capture::headers::{ZoomHeader, is_masked, is_zoom_header};
use crate::capture::peel::encodings::is_lossy;
use crate::capture::{Body, BodyFidelity, Capture, Format, Headers, Note, Place, normalize, shape};
use crate::json;

/// What a text contains that may be a part of a request.
#[derive(Debug, Default)]
pub struct Findings {
    /// One for each request, in the order of the text.
    pub(super) signatures: Vec<FoundSignature>,
    pub(super) timestamps: Vec<FoundPart<Vec<u8>>>,
    /// Whether the timestamps have their header's name. If not, they are all numbers that may be one.
    pub(super) are_timestamps_named: bool,
    pub(super) bodies: Vec<FoundPart<Body>>,
    /// An event that ends before its JSON does.
    pub(super) cut_event: Option<FoundPart<CutBody>>,
    /// Whether a limit ended the search early.
    pub(super) is_cut: bool,
}

/// A part of a request, and where it was found.
#[derive(Debug)]
pub(super) struct FoundPart<T> {
    pub(super) value: T,
    /// Where it is in the source, in bytes.
    pub(super) at: usize,
    /// The line in the source, from 1.
    pub(super) line: u64,
    pub(super) layers: Vec<&'static str>,
}

impl<T> FoundPart<T> {
    /// Another value at the same place.
    pub(super) fn with<U>(self, value: U) -> FoundPart<U> {
        FoundPart { value, at: self.at, line: self.line, layers: self.layers }
    }
}

/// A body that a tool cut.
#[derive(Debug)]
pub(super) struct CutBody {
    /// What is there.
    pub(super) bytes: Vec<u8>,
    /// The dots in place of the rest; empty without any.
    pub(super) mark: String,
}

#[derive(Debug)]
pub(super) struct FoundSignature {
    pub(super) part: FoundPart<Vec<u8>>,
    /// The name as written; `None` if there is none.
    pub(super) name: Option<String>,
    /// The headers around it, if they were found together.
    pub(super) headers: Headers,
}

/// Where the parts of a request were found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPlaces {
    /// The line of the signature, from 1.
    pub signature: u64,
    /// The line of the timestamp; `None` if the text has none by its name, and no signature proves another one.
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

    /// Whether the text of a signature is in this body.
    #[must_use]
    pub fn is_in(&self, signature: usize, body: &[u8]) -> bool {
        self.signatures
            .get(signature)
            .is_some_and(|known| memchr::memmem::find(body, &known.part.value).is_some())
    }

    /// Whether a signature is only a part of the one at this place: as a layer shows it that was not undone.
    #[must_use]
    pub fn is_part_of_signature_at(&self, signature: usize, place: Place) -> bool {
        /// A whole signature with what a layer adds to it is shorter.
        const NEAR: u64 = 128;
        self.signatures.get(signature).is_some_and(|FoundSignature { part, .. }| {
            digits(&part.value).is_none()
                && !is_masked(&part.value)
                && part.line == place.line
                && (part.at as u64).abs_diff(place.offset) < NEAR
        })
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
            (!is_event(&body.value), !(own..next).contains(&body.at), body.at.abs_diff(own))
        });
        let mut capture = self.capture(signature, timestamp, body, 0)?;
        if let Some(found) = capture.found.as_mut().filter(|_| !self.are_timestamps_named) {
            found.timestamp = None;
        }
        if let (None, Some(cut)) = (body, &self.cut_event) {
            capture.body = Body::reconstructed(cut.value.bytes.clone());
            if let Some(found) = &mut capture.found {
                (found.body, found.layers) = (Some(cut.line), cut.layers.clone());
            }
            if !cut.value.mark.is_empty() {
                capture.note(Note::Abbreviated { mark: cut.value.mark.clone() });
            }
        }
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
        found.extend(
            self.bodies
                .iter()
                .find(|part| is_event(&part.value))
                .map(|part| format!("a JSON body {}", line(part.line))),
        );
        (!found.is_empty()).then(|| found.join(" and "))
    }

    /// Joins signatures of one request whose header was repeated, as a server does. Neither of them counts alone.
    pub(super) fn join_repeated(&mut self) {
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

/// Whether a body is an event of Zoom.
fn is_event(body: &Body) -> bool {
    json::parse(&body.bytes).is_ok_and(|node| shape::is_envelope(&node))
}
