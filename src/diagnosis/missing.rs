//! Verdicts without a match: a part is missing, or the search found nothing.

use super::code::Code;
use super::evidence::{Evidence, Fidelity, Secrets};
use super::secret_text::Role;
use super::variants::body::{is_placeholder, is_truncated, rewritten_parts};
use super::variants::header::{cut, readings};
use super::variants::message::signed_message;
use super::verdict::{Cause, Effort, Finding, Missing, Unknown, Verdict};
use crate::zoom::{Envelope, Signature};

/// Returns the signature header if the request has everything that a search needs.
///
/// # Errors
/// The verdict, if something is missing.
pub(super) fn before_the_search<'e>(evidence: &Evidence<'e>, secrets: &Secrets) -> Result<&'e [u8], Verdict> {
    let header = match evidence.signature.map(<[u8]>::trim_ascii) {
        Some(header) if !header.is_empty() => header,
        _ if evidence.headers_lost => {
            let sentence = "The capture contains no headers, and the signature is in a header.";
            return Err(Verdict::CannotTell(unknown(Missing::Headers, None, sentence)));
        }
        _ => return Err(invalid(Code::SignatureMissing, signature_missing(evidence))),
    };
    let readings = readings(header, evidence.scheme);
    let is_beginning = beginning(header, evidence, secrets).is_some();
    if readings.is_empty() || is_beginning {
        return Err(invalid(Code::SignatureMalformed, malformed(header, evidence, secrets)));
    }
    body_and_secret(evidence, secrets).map_err(Verdict::CannotTell)?;
    // Not trimmed: spaces around it are a finding.
    Ok(evidence.signature.unwrap_or(header))
}

/// The result for a request that is correctly signed by another scheme and is not an event, so that it may be a genuine
/// request of the service that uses that scheme.
pub(super) fn scheme(finding: &Finding, evidence: &Evidence<'_>) -> Option<Unknown> {
    let is_event = Envelope::parse(evidence.body.unwrap_or_default()).is_ok();
    let is_only = finding.cause.code == Code::SignatureScheme && finding.also.is_empty();
    (is_only && !is_event).then(|| {
        let sentence = "The request is correctly signed in the scheme of Zoom's AI Services, which write sha256= before the digest. Webhooks have v0= there.";
        unknown(Missing::Scheme, Some(Code::SignatureScheme), sentence)
    })
}

/// Checks that there is a body to hash and a secret token to use as the key.
///
/// # Errors
/// What is missing.
pub(super) fn body_and_secret(evidence: &Evidence<'_>, secrets: &Secrets) -> Result<(), Unknown> {
    if evidence.body.is_none() {
        let sentence = "This capture does not contain the body, and the signature covers the body's bytes.";
        return Err(unknown(Missing::Body, None, sentence));
    }
    if secrets.texts().iter().all(|text| text.text().trim().is_empty()) {
        let sentence = "There is no secret token to check the signature with.";
        return Err(unknown(Missing::Secret, None, sentence));
    }
    Ok(())
}

fn signature_missing(evidence: &Evidence<'_>) -> String {
    let too = if evidence.timestamp.is_none() {
        " x-zm-request-timestamp is missing too. A gateway that strips unknown headers can cause this."
    } else {
        ""
    };
    format!("There is no x-zm-signature header. Zoom signs every request.{too}")
}

/// What is wrong with a header that contains no digest.
fn malformed(header: &[u8], evidence: &Evidence<'_>, secrets: &Secrets) -> String {
    let text = String::from_utf8_lossy(header);
    let wrong = match text.parse::<Signature>() {
        Err(wrong) => format!("x-zm-signature {wrong}"),
        Ok(_) => "x-zm-signature cannot be read".into(),
    };
    match beginning(header, evidence, secrets) {
        Some(digits) => format!(
            "{wrong}. Its {} digits are the start of the correct signature: the header was truncated.",
            digits.len()
        ),
        None => format!("{wrong}."),
    }
}

/// The digits of a header that are only the start of the correct signature.
fn beginning<'h>(header: &'h [u8], evidence: &Evidence<'_>, secrets: &Secrets) -> Option<&'h str> {
    let message = signed_message(evidence.timestamp?, evidence.body?);
    cut(header).filter(|digits| {
        secrets.plain().iter().any(|key| hex::encode(key.hmac(&message)).starts_with(digits))
    })
}

/// The verdict when no variant reproduces the signature.
pub(super) fn after_the_search(evidence: &Evidence<'_>, secrets: &Secrets, effort: Effort) -> Verdict {
    let header = evidence.signature.unwrap_or_default();
    if !readings(header, evidence.scheme).iter().any(|reading| reading.digest.len() == 32) {
        return invalid(Code::SignatureMalformed, malformed(header.trim_ascii(), evidence, secrets));
    }
    let body = evidence.body.unwrap_or_default();
    let said = evidence.content_length;
    let length = body.len();
    if evidence.timestamp.is_none() {
        return invalid(Code::TimestampMissing, "There is no x-zm-request-timestamp header. None of the times tried (close to event_ts and in other headers) gives this signature.".into());
    }
    if is_placeholder(body) {
        let said =
            said.filter(|n| *n > 0).map_or(String::new(), |n| format!(" content-length says {n} bytes."));
        let held = if length == 0 {
            "The body is empty".into()
        } else {
            format!("The body is only the text {}", String::from_utf8_lossy(body.trim_ascii()))
        };
        return invalid(
            Code::BodyEmpty,
            format!("{held}. Zoom does not send such a body: it was probably lost before the capture.{said}"),
        );
    }
    if let Some(said) = said.filter(|said| *said > length as u64 && is_truncated(body)) {
        return invalid(
            Code::BodyTruncated,
            format!("The body is truncated: content-length says {said} bytes, but only {length} are here."),
        );
    }
    if !secrets.texts().iter().any(|text| text.role == Role::Secret) {
        let sentence =
            "There is no secret token to check the signature with, and no other credential matches.";
        return Verdict::CannotTell(unknown(Missing::Secret, None, sentence));
    }
    if evidence.fidelity == Fidelity::Parsed {
        let sentence = "This capture contains only the parsed body, and none of the JSON forms tried gives this signature. The request may be genuine or not.";
        return Verdict::CannotTell(unknown(Missing::BodyBytes, Some(Code::Unexplained), sentence));
    }
    invalid(Code::Unexplained, unexplained(evidence, effort))
}

fn unexplained(evidence: &Evidence<'_>, effort: Effort) -> String {
    let length = evidence.body.unwrap_or_default().len();
    let lengths = match evidence.content_length {
        Some(said) if said != length as u64 => {
            format!(
                " content-length says {said} bytes, but the body has {length}: it is probably not the body that was sent."
            )
        }
        _ => String::new(),
    };
    let parts = rewritten_parts(evidence.body.unwrap_or_default());
    let lengths = if parts.is_empty() {
        lengths
    } else {
        format!(" The body is not in the form that Zoom sends: {}.{lengths}", parts.join(", "))
    };
    let unfinished =
        if effort.exhausted { " The search reached its limit before it had tried everything." } else { "" };
    format!(
        "None of the variants tried gives this signature. The usual reasons: it was made with a different secret token, or over a different body.{lengths}{unfinished}"
    )
}

fn invalid(code: Code, sentence: String) -> Verdict {
    let cause = Cause { code, sentence, variant: String::new() };
    Verdict::Invalid(Box::new(Finding {
        cause,
        also: Vec::new(),
        proof: None,
        secret_name: None,
        difference: None,
        restored_body: None,
    }))
}

fn unknown(why: Missing, code: Option<Code>, sentence: &str) -> Unknown {
    Unknown { why, code, sentence: sentence.into(), instead: why.instead() }
}

impl Missing {
    /// What to capture or to pass instead.
    #[must_use]
    pub fn instead(self) -> &'static str {
        match self {
            Self::Secret => "Pass the app's secret token.",
            Self::Scheme => "If AI Services sent it, verify it with --scheme ai-services.",
            Self::Headers => {
                "Capture x-zm-signature and x-zm-request-timestamp together with the body, or pass them separately."
            }
            Self::Body => {
                "Capture the raw body too: a raw HTTP message, a request from ngrok's inspector, or the bytes that your handler received, in base64."
            }
            Self::Time => "Pass the time to compare with: --at TIME.",
            Self::BodyBytes => {
                "Capture the bytes before a parser reads them: a raw HTTP message, a request from ngrok's inspector (request.raw), or the bytes that your handler received, in base64."
            }
        }
    }
}
