//! An incomplete capture must not make a request invalid.
//!
//! The diagnosis compares bytes, but does not know whether they are the bytes that were sent. If the capture is
//! incomplete, [`check`] accepts only a cause that an HMAC proves. Otherwise the verdict is unknown.

use crate::capture::{BodyFidelity, Capture, Format, Note};
use crate::diagnosis::{Code, Finding, Missing, Unknown, Verdict, rewritten_parts};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// The verdict, or unknown if it depends on something that the capture lost.
pub(super) fn check(verdict: Verdict, capture: &Capture) -> Verdict {
    match &verdict {
        Verdict::Invalid(finding) if is_view(finding, capture) => Verdict::CannotTell(Unknown {
            code: Some(finding.cause.code),
            ..unknown(
                Missing::BodyBytes,
                format!(
                    "{} content-length is the length of the signed body: the capture does not have the bytes that were sent.",
                    finding.cause.sentence
                ),
            )
        }),
        // Another time than a masked one was signed: this says nothing about the request.
        Verdict::Invalid(finding)
            if finding.proof.is_none() || is_about_lost_timestamp(finding.cause.code, capture) =>
        {
            match lost_part(finding.cause.code, capture) {
                Some((why, sentence)) => Verdict::CannotTell(unknown(why, sentence)),
                None => verdict,
            }
        }
        _ => verdict,
    }
}

fn is_about_lost_timestamp(code: Code, capture: &Capture) -> bool {
    matches!(code, Code::TimestampOther | Code::TimestampUnit)
        && capture.found.is_none()
        && lost_header(TIMESTAMP_HEADER, capture).is_some()
}

/// Whether the capture shows a body in another form than it was sent in: the body that was signed has the length in
/// content-length, and the captured one does not.
fn is_view(finding: &Finding, capture: &Capture) -> bool {
    let length = capture.headers.content_length();
    let is_length_of = |body: &[u8]| length == Some(body.len() as u64);
    finding.cause.code == Code::BodyReserialized
        && finding.restored_body.as_deref().is_some_and(is_length_of)
        && !is_length_of(&capture.body.bytes)
}

/// What the capture lacks to prove this cause.
fn lost_part(code: Code, capture: &Capture) -> Option<(Missing, String)> {
    let header = match code {
        Code::SignatureMissing | Code::SignatureMalformed => Some(SIGNATURE_HEADER),
        Code::TimestampMissing | Code::TimestampOther | Code::TimestampUnit => Some(TIMESTAMP_HEADER),
        _ => None,
    };
    if let Some(header) = header
        && let Some(sentence) = lost_header(header, capture)
    {
        return Some((Missing::Headers, sentence));
    }
    // A missing signature does not depend on the body.
    if header == Some(SIGNATURE_HEADER) {
        return None;
    }
    if let Some(masked) =
        [SIGNATURE_HEADER, TIMESTAMP_HEADER].into_iter().find(|name| is_masked(name, capture))
    {
        return Some((Missing::Headers, format!("The tool that made the capture masked {masked}.")));
    }
    if capture.body.fidelity == BodyFidelity::Absent {
        return Some((Missing::Body, "This capture does not contain the body.".into()));
    }
    if let Some(sentence) = rewritten(code, capture) {
        return Some((Missing::BodyBytes, sentence));
    }
    if capture.found.is_some() && capture.headers.content_length() != Some(capture.body.bytes.len() as u64) {
        let sentence = "No body in this text gives the signature. The text may not have the exact bytes of the body, or the signature was made with a different secret token.";
        return Some((Missing::BodyBytes, sentence.into()));
    }
    if let Some(note) = capture.notes.iter().find(|note| loses_body(note)) {
        return Some((Missing::Body, format!("This capture does not contain the whole body: {note}.")));
    }
    let is_compressed = capture.notes.iter().any(|note| matches!(note, Note::Decompressed { .. }));
    let (said, length) = (capture.headers.content_length()?, capture.body.bytes.len() as u64);
    (said != length && !is_compressed).then(|| {
        let sentence = format!(
            "content-length says {said} bytes, but the body in the capture has {length}: it is not the body that was sent."
        );
        (Missing::BodyBytes, sentence)
    })
}

/// What shows that the captured body is not the one that was signed. What `listen` stored are the bytes that arrived.
fn rewritten(code: Code, capture: &Capture) -> Option<String> {
    let is_unexplained = matches!(code, Code::Unexplained | Code::BodyTruncated);
    if !is_unexplained || capture.format == Format::Zoomhook {
        return None;
    }
    let parts = rewritten_parts(&capture.body.bytes);
    let is_changed = !parts.is_empty();
    is_changed.then(|| {
        format!(
            "The body is not in the form that Zoom sends: {}. It was rewritten after it was signed, and none of the forms tried gives this signature. The request may be genuine or not.",
            parts.join(", ")
        )
    })
}

/// Why a missing or unreadable header may have been in the request.
fn lost_header(name: &str, capture: &Capture) -> Option<String> {
    if capture.headers.is_empty() {
        return Some("The capture contains no headers, and the signature is in a header.".into());
    }
    if capture.found.is_some() {
        return Some(format!("The text does not have the whole value of {name}."));
    }
    if is_masked(name, capture) {
        return Some(format!("The tool that made the capture masked {name}."));
    }
    let value = capture.headers.get(name).unwrap_or_default();
    let is_replaced_by =
        |text: &str| !text.is_empty() && memchr::memmem::find(value, text.as_bytes()).is_some();
    capture.notes.iter().find_map(|note| match note {
        Note::Placeholder { text } if is_replaced_by(text) => {
            Some(format!("The capture has {text} in place of {name}."))
        }
        _ => None,
    })
}

fn is_masked(name: &str, capture: &Capture) -> bool {
    let masked = |note: &Note| matches!(note, Note::Redacted { header } if header.eq_ignore_ascii_case(name));
    capture.notes.iter().any(masked)
}

fn loses_body(note: &Note) -> bool {
    matches!(
        note,
        Note::Truncated { .. }
            | Note::Surplus { .. }
            | Note::ChunksCut
            | Note::Abbreviated { .. }
            | Note::Placeholder { .. }
            | Note::CharactersLost
            | Note::NotDecompressed { .. }
    )
}

fn unknown(why: Missing, sentence: String) -> Unknown {
    Unknown { why, code: None, sentence, instead: why.instead() }
}

#[cfg(test)]
mod tests {
    use crate::capture::from_parts;
    use crate::diagnosis::{Role, SecretText, Secrets};
    use crate::verify::{AgeRule, CaptureJudge, DeliveryVerdict};
    use crate::zoom::SecretToken;

    fn verdict(headers: &[&str], body: &[u8]) -> DeliveryVerdict {
        let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")]);
        let capture = from_parts(headers.iter().copied(), body.to_vec()).unwrap();
        CaptureJudge::new(secrets, AgeRule::default()).judge(capture).verdict()
    }

    const TIMESTAMP: &str = "x-zm-request-timestamp: 1795507201";
    const SIGNATURE: &str =
        "x-zm-signature: v0=6402d0bfd717b915cb280fbcc1aefb5299cbc4b8d3f7739f8706ceb0263dde02";
    const BODY: &[u8] = br#"{"event":"meeting.started"}"#;

    #[test]
    fn does_not_call_a_request_without_its_body_or_headers_invalid() {
        assert_eq!(verdict(&[], BODY), DeliveryVerdict::Unknown);
        assert_eq!(verdict(&[TIMESTAMP, "x-zm-signature: ***"], BODY), DeliveryVerdict::Unknown);
        assert_eq!(
            verdict(&["x-zm-request-timestamp: [REDACTED]", SIGNATURE], BODY),
            DeliveryVerdict::Unknown
        );
        // The signed time is known, because it is close to event_ts.
        let body = br#"{"event":"meeting.started","event_ts":1795507201000}"#;
        let signature = SecretToken::new("zoomhook-test-secret").unwrap().sign(b"1795507201", body);
        let signature = format!("x-zm-signature: {signature}");
        for lost in ["[Filtered]", "$TIMESTAMP"] {
            let timestamp = format!("x-zm-request-timestamp: {lost}");
            assert_eq!(verdict(&[&timestamp, &signature], body), DeliveryVerdict::Unknown);
        }
        assert_eq!(
            verdict(&[TIMESTAMP, SIGNATURE, "content-length: 300"], &BODY[..20]),
            DeliveryVerdict::Unknown
        );
    }

    #[test]
    fn judges_a_complete_request() {
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], BODY), DeliveryVerdict::Valid);
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], b"{}"), DeliveryVerdict::Invalid);
        assert_eq!(verdict(&[TIMESTAMP, "host: a"], BODY), DeliveryVerdict::Invalid);
    }
}
