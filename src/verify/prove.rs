//! Searches and proves: reads what the reader of a format could not. [`rescue`] is the entry point.
//!
//! `capture` searches the text and knows no secrets; this module tries which of the found parts belong together. Only a
//! signature that a secret token gives for exactly these bytes replaces the result of the reader.

use std::cmp::Reverse;
use std::ops::Range;

use super::CaptureJudge;
use super::feed::Judged;
use super::outcome::Unreadable;
use crate::capture::{Body, Capture, Files, Findings, Format, Record, search};
use crate::diagnosis::{Code, Missing, Secrets, Verdict, is_printed_object, proven};
use crate::zoom::SIGNATURE_HEADER;

/// Limit on the bytes hashed for one text. A wrong combination costs one hash.
const ROOM: usize = 64 << 20;

/// The results of a text. If the reader's results settle all its requests, they stay as they are. If not, the text is
/// searched.
pub(super) fn rescue(
    text: &Record,
    format: Format,
    results: Vec<Judged>,
    judge: &CaptureJudge,
    files: &Files<'_>,
) -> Vec<Judged> {
    let is_searched = format == Format::Text;
    let is_read =
        !is_searched && !results.is_empty() && results.iter().all(|result| is_settled(result, format));
    if is_read || text.bytes.is_empty() {
        return results;
    }
    let findings = search(text, files);
    let mut proven: Vec<Option<Capture>> = prove(&findings, judge.secrets());
    let quoted = quoted(&findings, &proven);
    let judge_one = |capture: Capture| Ok(Box::new(judge.judge(capture)));
    if !results.iter().any(|result| result.as_ref().is_ok_and(|judged| has_parts(&judged.capture))) {
        return match findings.signatures() {
            0 if is_searched || results.is_empty() => {
                vec![Err(Unreadable::NothingFound { found: findings.words() })]
            }
            0 => results,
            count => {
                let capture =
                    |signature: usize| proven[signature].take().or_else(|| findings.assigned(signature));
                (0..count)
                    .filter(|signature| !quoted[*signature])
                    .filter_map(capture)
                    .map(judge_one)
                    .collect()
            }
        };
    }
    let ranges = ranges(&results);
    let mut rescued = Vec::with_capacity(results.len());
    for (result, range) in results.into_iter().zip(ranges) {
        let capture = match &result {
            Ok(judged) => &judged.capture,
            Err(_) => {
                rescued.push(result);
                continue;
            }
        };
        let number = match capture.headers.get(SIGNATURE_HEADER) {
            Some(value) => (0..proven.len()).find(|number| findings.is_signature(*number, value)),
            // Its signature is not in a header, but in the query or in another member.
            None => (0..proven.len()).find(|number| {
                proven[*number].as_ref().is_some_and(|found| range.contains(&found.place.offset))
            }),
        };
        // Its signature is found again even if the result stays, so that it is not added below.
        let same = number.and_then(|number| proven[number].take());
        match same.filter(|_| !is_settled(&result, format)) {
            Some(found) => rescued.push(judge_one(with_metadata(found, capture))),
            None => rescued.push(result),
        }
    }
    let others: Vec<Capture> = proven.into_iter().flatten().collect();
    if !is_message(format) && !others.is_empty() {
        // What could not be read as the format is in these requests.
        rescued.retain(Result::is_ok);
        rescued.extend(others.into_iter().map(judge_one));
    }
    rescued
}

/// For each result, the bytes of the source from its beginning to that of the next one.
fn ranges(results: &[Judged]) -> Vec<Range<u64>> {
    let start = |result: &Judged| result.as_ref().map_or(u64::MAX, |judged| judged.capture.place.offset);
    let starts: Vec<u64> = results.iter().map(start).collect();
    let end = |place: usize| starts[place + 1..].iter().copied().find(|next| *next > starts[place]);
    (0..starts.len()).map(|place| starts[place]..end(place).unwrap_or(u64::MAX)).collect()
}

/// Whether a result needs no search: a genuine request, or a cause that is proven and does not depend on how the capture
/// was read.
fn is_settled(result: &Judged, format: Format) -> bool {
    match result.as_ref().map(|judged| &judged.diagnosis.verdict) {
        Ok(Verdict::Valid(_)) => true,
        Ok(Verdict::Invalid(finding)) => {
            let is_as_read = || {
                let is_printed =
                    result.as_ref().is_ok_and(|judged| is_printed_object(&judged.capture.body.bytes));
                is_message(format) && !is_printed
            };
            // A request with an old timestamp is correctly signed.
            finding.cause.code == Code::Stale
                || finding.proof.is_some() && (finding.restored_body.is_none() || is_as_read())
        }
        // Another scheme is proven, too, and a signature whose age is not known.
        Ok(Verdict::CannotTell(unknown)) => {
            unknown.code == Some(Code::SignatureScheme) || unknown.why == Missing::Time
        }
        Err(_) => false,
    }
}

/// Whether the format is a message with its own headers: another signature in the text does not belong to it.
fn is_message(format: Format) -> bool {
    matches!(format, Format::RawHttp | Format::Zoomhook)
}

/// Whether a capture has headers. Without them, the reader has probably read another text as a request.
fn has_parts(capture: &Capture) -> bool {
    !capture.headers.is_empty()
}

/// What was found, with what only the reader knows.
fn with_metadata(found: Capture, read: &Capture) -> Capture {
    Capture {
        method: read.method.clone(),
        target: read.target.clone(),
        captured_at: read.captured_at,
        response: read.response.clone(),
        remote: read.remote.clone(),
        ..found
    }
}

/// For each signature, whether it is a part of another one that is proven, or only a text in its body.
fn quoted(findings: &Findings, proven: &[Option<Capture>]) -> Vec<bool> {
    let is_quoted = |signature: usize| {
        proven[signature].is_none()
            && proven.iter().flatten().any(|other| {
                findings.is_in(signature, &other.body.bytes)
                    || findings.is_part_of_signature_at(signature, other.place)
            })
    };
    (0..proven.len()).map(is_quoted).collect()
}

/// For each signature, the request with the timestamp and the body that it was computed over, if they are in the text.
fn prove(findings: &Findings, secrets: &Secrets) -> Vec<Option<Capture>> {
    let mut room = ROOM;
    (0..findings.signatures()).map(|signature| request(findings, signature, secrets, &mut room)).collect()
}

fn request(findings: &Findings, signature: usize, secrets: &Secrets, room: &mut usize) -> Option<Capture> {
    let digest = findings.digest(signature)?;
    let bodies = findings.bodies(signature);
    for (timestamp, text) in findings.timestamps(signature) {
        for (_, body) in &bodies {
            *room = room.checked_sub(length(body) * secrets.texts().len().max(1))?;
            if let Some(matched) = proven(&digest, text, body.candidates(), secrets) {
                let bytes = body.candidates().nth(matched)?;
                let (number, matched) = clearest(findings, &bodies, bytes)?;
                return findings.capture(signature, Some(timestamp), Some(number), matched);
            }
        }
    }
    None
}

/// Of the bodies with the same bytes, the one that is closest to the source, and which of its candidates has them.
fn clearest(findings: &Findings, bodies: &[(usize, &Body)], bytes: &[u8]) -> Option<(usize, usize)> {
    // The nearest of equal ones is the last.
    let same = bodies.iter().rev().filter_map(|(number, body)| {
        let matched = body.candidates().position(|candidate| candidate == bytes)?;
        Some((*number, matched, body.fidelity))
    });
    same.max_by_key(|(number, matched, fidelity)| {
        (*matched == 0, *fidelity, Reverse(findings.depth(*number)))
    })
    .map(|(number, matched, _)| (number, matched))
}

fn length(body: &Body) -> usize {
    body.candidates().map(|bytes| bytes.len() + 64).sum()
}
