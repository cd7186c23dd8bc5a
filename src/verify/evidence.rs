//! A capture as a diagnosis wants it.

use crate::capture::{Capture, Fidelity, Note};
use crate::diagnosis::{self, Evidence};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// Hands the evidence of a capture to `f`, because it borrows lists that live here.
pub(super) fn with_evidence<T>(capture: &Capture, f: impl FnOnce(&Evidence<'_>) -> T) -> T {
    let alternatives: Vec<&[u8]> = capture.body.alternatives.iter().map(|a| a.bytes.as_slice()).collect();
    let headers: Vec<(&str, &[u8])> = capture.headers.iter().filter(|(name, _)| !is_own(name)).collect();
    f(&Evidence {
        signature: capture.headers.get(SIGNATURE_HEADER),
        timestamp: capture.headers.get(TIMESTAMP_HEADER),
        body: (capture.body.fidelity != Fidelity::Absent).then_some(&capture.body.bytes),
        fidelity: fidelity(capture),
        alternatives: &alternatives,
        content_length: length(capture),
        headers: &headers,
        headers_lost: capture.headers.is_empty(),
        captured_at: capture.captured_at,
    })
}

fn is_own(name: &str) -> bool {
    name.eq_ignore_ascii_case(SIGNATURE_HEADER) || name.eq_ignore_ascii_case(TIMESTAMP_HEADER)
}

/// Where types were guessed, the bytes are as much a guess as those of a parsed body.
fn fidelity(capture: &Capture) -> diagnosis::Fidelity {
    match capture.body.fidelity {
        _ if capture.notes.contains(&Note::TypesGuessed) => diagnosis::Fidelity::Parsed,
        Fidelity::Original => diagnosis::Fidelity::Original,
        Fidelity::Reconstructed => diagnosis::Fidelity::Reconstructed,
        Fidelity::ParsedOnly | Fidelity::Absent => diagnosis::Fidelity::Parsed,
    }
}

/// `content-length`, unless it counts the compressed bytes.
fn length(capture: &Capture) -> Option<u64> {
    let compressed = capture.notes.iter().any(|note| matches!(note, Note::Decompressed { .. }));
    capture.headers.content_length().filter(|_| !compressed)
}
