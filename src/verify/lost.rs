//! An incomplete capture must not make a request invalid.
//!
//! The diagnosis compares bytes, but does not know whether they are the bytes that were sent. If the capture is
//! incomplete, [`check`] accepts only a cause that an HMAC proves. Otherwise the verdict is unknown. If only the capture
//! changed the body, and the signature matches the body without that change, the request is valid.

use crate::capture::{BodyFidelity, Capture, Note};
use crate::diagnosis::{
    Code, Finding, Missing, Unknown, Valid, Verdict, is_cut, is_displayed, rewritten_parts,
    valid_over_restored,
};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// The verdict, or unknown if it depends on something that the capture lost.
pub(super) fn check(verdict: Verdict, capture: &Capture) -> Verdict {
    let Verdict::Invalid(finding) = &verdict else { return verdict };
    if let Some(valid) = as_sent(finding, capture) {
        return Verdict::Valid(valid);
    }
    let code = finding.cause.code;
    // Another time was signed than the one that is here in place of the lost one: this says nothing about the request.
    let is_about_lost_timestamp = is_about_lost_timestamp(code, capture);
    if let Some(proof) = &finding.proof
        && is_about_lost_timestamp
        && capture.found.is_some()
    {
        let timestamp = proof.timestamp.as_deref().unwrap_or_default();
        let sentence =
            format!("The text has no {TIMESTAMP_HEADER}. The signature is correct if it was {timestamp}.");
        return Verdict::CannotTell(unknown(Missing::Headers, sentence));
    }
    let is_proven = finding.proof.is_some() && !is_about_lost_timestamp;
    match lost_part(code, capture).filter(|_| !is_proven) {
        Some((why, sentence)) => Verdict::CannotTell(unknown(why, sentence)),
        None => verdict,
    }
}

fn is_about_lost_timestamp(code: Code, capture: &Capture) -> bool {
    let is_about_timestamp = matches!(code, Code::TimestampOther | Code::TimestampUnit);
    match &capture.found {
        Some(found) => (is_about_timestamp || code == Code::TimestampMissing) && found.timestamp.is_none(),
        None => is_about_timestamp && lost_header(TIMESTAMP_HEADER, capture).is_some(),
    }
}

/// The verdict on the body that was sent, if the capture shows that body in another form. Content-length proves it: it is
/// the length of the signed body, and not that of the captured one. Without it, a form that only a display gives a body
/// proves it, too.
fn as_sent(finding: &Finding, capture: &Capture) -> Option<Valid> {
    let (signed, captured) = (finding.restored_body.as_deref()?, &*capture.body.bytes);
    let is_changed = match capture.headers.content_length() {
        Some(said) => said == signed.len() as u64 && said != captured.len() as u64,
        None => !capture.is_as_received() && is_displayed(captured),
    };
    is_changed.then(|| valid_over_restored(finding, capture.headers.get(TIMESTAMP_HEADER)))?
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
        return Some((Missing::Headers, masked_sentence(masked)));
    }
    if capture.body.fidelity == BodyFidelity::Absent {
        return Some((Missing::Body, "This capture does not contain the body.".into()));
    }
    if code == Code::BodyEmpty && !capture.is_as_received() && capture.headers.content_length() != Some(0) {
        let sentence =
            "The body is empty, or a placeholder. Zoom sends no such body: this capture does not contain it.";
        return Some((Missing::Body, sentence.into()));
    }
    if let Some(sentence) = rewritten(code, capture) {
        return Some((Missing::BodyBytes, sentence));
    }
    if is_open_ended(code, capture) {
        let sentence = "The body ends in the middle of its JSON: the capture may have cut it.";
        return Some((Missing::Body, sentence.into()));
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

/// Whether the body ends before its JSON does, and nothing shows that it was sent so. Where a message has another length
/// than it says, the numbers say more.
fn is_open_ended(code: Code, capture: &Capture) -> bool {
    let is_whole = match capture.headers.content_length() {
        Some(said) => capture.found.is_none() || said == capture.body.bytes.len() as u64,
        None => capture.is_as_received() || capture.notes.contains(&Note::Dechunked),
    };
    matches!(code, Code::Unexplained | Code::BodyTruncated) && !is_whole && is_cut(&capture.body.bytes)
}

/// What shows that the captured body is not the one that was signed.
fn rewritten(code: Code, capture: &Capture) -> Option<String> {
    let is_unexplained = matches!(code, Code::Unexplained | Code::BodyTruncated);
    if !is_unexplained || capture.is_as_received() {
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
        return Some(masked_sentence(name));
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

/// Who masked it is not known.
fn masked_sentence(name: &str) -> String {
    format!("{name} is masked in the capture.")
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
        for placeholder in [&b""[..], b"{}", b"[object Object]"] {
            assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], placeholder), DeliveryVerdict::Unknown);
        }
        assert_eq!(
            verdict(&[TIMESTAMP, SIGNATURE, "content-length: 300"], &BODY[..20]),
            DeliveryVerdict::Unknown
        );
    }

    #[test]
    fn judges_a_complete_request() {
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], BODY), DeliveryVerdict::Valid);
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], br#"{"event":"a.b"}"#), DeliveryVerdict::Invalid);
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE, "content-length: 0"], b""), DeliveryVerdict::Invalid);
        assert_eq!(verdict(&[TIMESTAMP, "host: a"], BODY), DeliveryVerdict::Invalid);
    }
}
