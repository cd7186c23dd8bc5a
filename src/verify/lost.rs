//! What a capture lost must not become a verdict against the request.
//!
//! A diagnosis sees bytes that do not match and says so. Whether these are the bytes that were sent is known
//! here: where the capture itself is incomplete, only a cause that the arithmetic proves may stand.

use crate::capture::{BodyFidelity, Capture, Note};
use crate::diagnosis::{Code, Missing, Unknown, Verdict};
use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

/// The verdict, unless it was reached over something that the capture lost.
pub(super) fn settle(verdict: Verdict, capture: &Capture) -> Verdict {
    match &verdict {
        Verdict::Invalid(finding) if finding.proof.is_none() => {
            match lost_part(finding.cause.code, capture) {
                Some((why, sentence)) => Verdict::CannotTell(unknown(why, sentence)),
                None => verdict,
            }
        }
        _ => verdict,
    }
}

/// What is missing for this cause to be believed.
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
    // A signature that is not there is not there, whatever the body is.
    if header == Some(SIGNATURE_HEADER) {
        return None;
    }
    if let Some(masked) =
        [SIGNATURE_HEADER, TIMESTAMP_HEADER].into_iter().find(|name| is_masked(name, capture))
    {
        return Some((Missing::Headers, format!("The tool that made the capture masked {masked}.")));
    }
    if capture.body.fidelity == BodyFidelity::Absent {
        return Some((Missing::Body, "This capture does not hold the body.".into()));
    }
    let note = capture.notes.iter().find(|note| loses_body(note))?;
    Some((Missing::Body, format!("This capture does not hold the whole body: {note}.")))
}

/// Why a header that is not there, or not readable, may have been there.
fn lost_header(name: &str, capture: &Capture) -> Option<String> {
    if capture.headers.is_empty() {
        return Some("This capture holds no headers, and the signature is one.".into());
    }
    if is_masked(name, capture) {
        return Some(format!("The tool that made the capture masked {name}."));
    }
    let value = capture.headers.get(name).unwrap_or_default();
    let stands_in = |text: &str| !text.is_empty() && memchr::memmem::find(value, text.as_bytes()).is_some();
    capture.notes.iter().find_map(|note| match note {
        Note::Placeholder { text } if stands_in(text) => Some(format!("{text} stands where {name} was.")),
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
            | Note::ChunksCut
            | Note::Abbreviated { .. }
            | Note::Placeholder { .. }
            | Note::FileUnreadable { .. }
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
    use crate::verify::{AgeRule, DeliveryVerdict, Inspector};

    fn verdict(headers: &[&str], body: &[u8]) -> DeliveryVerdict {
        let secrets = Secrets::new(vec![SecretText::new("app", Role::Secret, "zoomhook-test-secret")]);
        let capture = from_parts(headers.iter().copied(), body.to_vec()).unwrap();
        Inspector::new(secrets, AgeRule::default()).inspect(capture).verdict()
    }

    const TIMESTAMP: &str = "x-zm-request-timestamp: 1795507201";
    const SIGNATURE: &str =
        "x-zm-signature: v0=6402d0bfd717b915cb280fbcc1aefb5299cbc4b8d3f7739f8706ceb0263dde02";
    const BODY: &[u8] = br#"{"event":"meeting.started"}"#;

    #[test]
    fn a_request_without_its_body_or_headers_is_not_called_invalid() {
        assert_eq!(verdict(&[], BODY), DeliveryVerdict::Unknown);
        assert_eq!(verdict(&[TIMESTAMP, "x-zm-signature: ***"], BODY), DeliveryVerdict::Unknown);
        assert_eq!(
            verdict(&["x-zm-request-timestamp: [REDACTED]", SIGNATURE], BODY),
            DeliveryVerdict::Unknown
        );
        assert_eq!(
            verdict(&[TIMESTAMP, SIGNATURE, "content-length: 300"], &BODY[..20]),
            DeliveryVerdict::Unknown
        );
    }

    #[test]
    fn a_request_that_is_whole_is() {
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], BODY), DeliveryVerdict::Valid);
        assert_eq!(verdict(&[TIMESTAMP, SIGNATURE], b"{}"), DeliveryVerdict::Invalid);
        assert_eq!(verdict(&[TIMESTAMP, "host: a"], BODY), DeliveryVerdict::Invalid);
    }
}
