//! Phrases that the views share: causes in a few words and in a sentence, how exact a body is, read errors.

use crate::capture::{BodyFidelity, Note};
use crate::diagnosis::{Code, MatchedBody, Missing, Verdict};
use crate::system_words::without_numbers;
use crate::verify::{JudgedCapture, Unreadable};

/// Completes "INVALID, because …" and "CANNOT TELL, because …"; `None` if it is valid.
pub(super) fn because(verdict: &Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Valid(_) => None,
        Verdict::Invalid(finding) => Some(of_code(finding.cause.code)),
        Verdict::CannotTell(unknown) => Some(match unknown.why {
            Missing::Secret => "there is no secret token",
            Missing::Headers => "the capture lacks a header of Zoom",
            Missing::Body => "the body is incomplete or missing in the capture",
            Missing::BodyBytes => "the capture may lack the exact body",
            Missing::Scheme => "it is signed in another scheme",
            Missing::Time => "its age at arrival is unknown",
        }),
    }
}

/// A cause in a few words, such as "the body was re-serialized".
pub(super) fn of_code(code: Code) -> &'static str {
    match code {
        Code::SecretWhitespace => "the secret token has extra characters",
        Code::SecretEmpty => "the secret token was empty",
        Code::SecretOther => "it was signed with another secret token",
        Code::SecretIsOtherCredential => "it was signed with another credential",
        Code::KeyDecoded => "the secret token was decoded",
        Code::BodyReserialized => "the body was re-serialized",
        Code::BodyCharset => "the body's charset was changed",
        Code::BodyNewline => "the whitespace of the body was changed",
        Code::BodySurplus => "text follows the signed body",
        Code::BodyTruncated => "the body's end is missing",
        Code::BodyEncoding => "the body's encoding was changed",
        Code::BodyEmpty => "the body is empty",
        Code::SignatureMissing => "there is no signature",
        Code::SignaturePrefix => "the signature does not begin with v0=",
        Code::SignatureEncoding => "the signature is not lower-case hex",
        Code::HeaderName => "the header has another name",
        Code::SignatureScheme => "it is signed in another scheme",
        Code::SignatureMalformed => "the signature is not a digest",
        Code::TimestampMissing => "there is no timestamp",
        Code::TimestampUnit => "the timestamp is in another unit",
        Code::TimestampOther => "another timestamp was signed",
        Code::MessageWithoutTimestamp => "the timestamp was not signed",
        Code::MessageWithoutVersion => "v0 was not signed",
        Code::MessageSeparator => "the signed parts are joined differently",
        Code::HashNotHmac => "it is a plain hash, not an HMAC",
        Code::HashSha1 => "it is SHA-1",
        Code::HashOther => "it is another hash than SHA-256",
        Code::ChallengeAsEvent => "it is the answer to a challenge",
        Code::Stale => "its timestamp is outside the limit",
        Code::Unexplained => "the signature does not match",
    }
}

/// The reason for the verdict, in one or more sentences.
pub(in crate::report) fn explain(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Valid(_) => "The signature matches these exact bytes.".into(),
        Verdict::Invalid(finding) => {
            let sentences: Vec<_> = finding.causes().map(|cause| cause.sentence.as_str()).collect();
            sentences.join(" Also: ")
        }
        Verdict::CannotTell(unknown) => unknown.sentence.clone(),
    }
}

/// The bytes that a valid signature matches, if they are not the captured body.
pub(in crate::report) fn matched(judged: &JudgedCapture) -> Option<String> {
    let Verdict::Valid(valid) = &judged.diagnosis.verdict else { return None };
    Some(match &valid.body {
        MatchedBody::AsCaptured if judged.capture.body.fidelity == BodyFidelity::ParsedOnly => {
            "over the parsed body, re-serialized as JSON.stringify does".into()
        }
        MatchedBody::AsCaptured => return None,
        MatchedBody::Alternative(place) => {
            format!("over the body {}", judged.capture.body.alternatives.get(*place)?.variant.describe())
        }
        MatchedBody::Reserialized { form, .. }
            if judged.capture.body.fidelity == BodyFidelity::ParsedOnly =>
        {
            format!("over the parsed body, {form}")
        }
        MatchedBody::Reserialized { form, .. } => format!("over the body {form}"),
    })
}

/// What is known about the body's bytes. The signature says more than the capture, if it proves something.
pub(super) fn fidelity(judged: &JudgedCapture) -> &'static str {
    let capture = &judged.capture;
    match (capture.body.fidelity, judged.is_body_signed) {
        (BodyFidelity::Absent, _) => "no body",
        (BodyFidelity::ParsedOnly, _) => "only the parsed body",
        (BodyFidelity::Reconstructed, _) => "the body's text, decoded",
        (BodyFidelity::Original, Some(false)) => "not the bytes that were signed",
        (BodyFidelity::Original, None) if capture.notes.iter().any(has_other_length) => {
            "not exactly the bytes that were sent"
        }
        (BodyFidelity::Original, _) if capture.is_as_received() => "the original bytes",
        (BodyFidelity::Original, Some(true)) => "the bytes that were signed",
        (BodyFidelity::Original, None) => "the body as captured",
    }
}

/// Whether the body has not the length that the request says.
fn has_other_length(note: &Note) -> bool {
    matches!(note, Note::Truncated { .. } | Note::Surplus { .. } | Note::ChunksCut)
}

/// Why a source cannot be read, in a sentence.
pub(in crate::report) fn unreadable(source: &str, why: &Unreadable) -> String {
    let words = without_numbers(&why.to_string());
    match why {
        Unreadable::Capture(_) | Unreadable::NoRequest { .. } => format!("{source}: {words}."),
        _ => format!("{source} {words}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_phrase_that_fits_a_line() {
        for code in Code::ALL {
            let phrase = of_code(*code);
            assert!(phrase != code.as_str() && phrase.len() <= 40, "{phrase}");
        }
    }
}
