//! What is plain without a search: parts that are missing, and what is said when the search finds nothing.

use super::code::Code;
use super::evidence::{Evidence, Fidelity, Secrets};
use super::secret_text::Role;
use super::variants::body::{breaks_off, is_stand_in};
use super::variants::header::{cut, readings};
use super::variants::message::signed_message;
use super::verdict::{Cause, Effort, Finding, Missing, Unknown, Verdict};
use crate::zoom::{MalformedSignature, Signature};

/// The signature's header, if everything is there that a search needs.
///
/// # Errors
/// The verdict, if something is missing.
pub(super) fn before_the_search<'e>(evidence: &Evidence<'e>, secrets: &Secrets) -> Result<&'e [u8], Verdict> {
    let header = match evidence.signature.map(<[u8]>::trim_ascii) {
        Some(header) if !header.is_empty() => header,
        _ if evidence.headers_lost => {
            let sentence = "This capture's format does not keep headers, and the signature is one.";
            return Err(Verdict::CannotTell(unknown(Missing::Headers, None, sentence)));
        }
        _ => return Err(invalid(Code::SignatureMissing, signature_missing(evidence))),
    };
    if readings(header).is_empty() {
        return Err(invalid(Code::SignatureMalformed, malformed(header, evidence, secrets)));
    }
    body_and_secret(evidence, secrets).map_err(Verdict::CannotTell)?;
    // Not trimmed: blanks around it are a finding.
    Ok(evidence.signature.unwrap_or(header))
}

/// Whether there is a body to hash and a secret to hash it with.
///
/// # Errors
/// What is missing.
pub(super) fn body_and_secret(evidence: &Evidence<'_>, secrets: &Secrets) -> Result<(), Unknown> {
    if evidence.body.is_none() {
        let sentence = "This capture does not hold the body, and the signature is over its bytes.";
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
        " x-zm-request-timestamp is missing too: a gateway that strips unknown headers does that."
    } else {
        ""
    };
    format!("There is no x-zm-signature. Zoom signs every request.{too}")
}

/// What is wrong with a header that holds no digest.
fn malformed(header: &[u8], evidence: &Evidence<'_>, secrets: &Secrets) -> String {
    let text = String::from_utf8_lossy(header);
    let wrong = match text.parse::<Signature>() {
        Err(wrong @ MalformedSignature::Length { digits: 128 | 96 }) => {
            format!("x-zm-signature {wrong}: it may be a SHA-512 or SHA-384")
        }
        Err(wrong) => format!("x-zm-signature {wrong}"),
        Ok(_) => "x-zm-signature cannot be read".into(),
    };
    let beginning = cut(header).filter(|digits| {
        let message =
            signed_message(evidence.timestamp.unwrap_or_default(), evidence.body.unwrap_or_default());
        secrets.plain().iter().any(|key| hex::encode(key.hmac(&message)).starts_with(digits))
    });
    match beginning {
        Some(digits) => format!(
            "{wrong}. Its {} digits are the beginning of the right signature: the header was cut off.",
            digits.len()
        ),
        None => format!("{wrong}."),
    }
}

/// The verdict when no variant reproduces the signature.
pub(super) fn after_the_search(evidence: &Evidence<'_>, secrets: &Secrets, effort: Effort) -> Verdict {
    let body = evidence.body.unwrap_or_default();
    let said = evidence.content_length;
    let length = body.len();
    if evidence.timestamp.is_none() {
        return invalid(Code::TimestampMissing, "There is no x-zm-request-timestamp, and no time around event_ts, or in another header, gives this signature.".into());
    }
    if is_stand_in(body) {
        let said =
            said.filter(|n| *n > 0).map_or(String::new(), |n| format!(" content-length says {n} bytes."));
        let held = if length == 0 {
            "The body is empty".into()
        } else {
            format!("In the body's place is the text {}", String::from_utf8_lossy(body.trim_ascii()))
        };
        return invalid(
            Code::BodyEmpty,
            format!("{held}, and Zoom sends no such request: the body was lost on its way.{said}"),
        );
    }
    if let Some(said) = said.filter(|said| *said > length as u64 && breaks_off(body)) {
        return invalid(
            Code::BodyTruncated,
            format!("The body breaks off: content-length says {said} bytes, and {length} are here."),
        );
    }
    if !secrets.texts().iter().any(|text| text.role == Role::Secret) {
        let sentence = "There is no secret token to check the signature with, and no other credential fits.";
        return Verdict::CannotTell(unknown(Missing::Secret, None, sentence));
    }
    if evidence.fidelity == Fidelity::Parsed {
        let sentence = "This capture keeps the parsed body only, and no usual way of writing it gives this signature: it may be genuine or not.";
        return Verdict::CannotTell(unknown(Missing::BodyBytes, Some(Code::Unexplained), sentence));
    }
    invalid(Code::Unexplained, unexplained(evidence, effort))
}

fn unexplained(evidence: &Evidence<'_>, effort: Effort) -> String {
    let length = evidence.body.unwrap_or_default().len();
    let lengths = match evidence.content_length {
        Some(said) if said != length as u64 => {
            format!(
                " content-length says {said} bytes and the body has {length}: it is probably not the body that was sent."
            )
        }
        _ => String::new(),
    };
    let unfinished = if effort.exhausted { " Not everything was tried: the budget ended first." } else { "" };
    format!(
        "No variant of secret token, timestamp, body or message gives this signature: it was made with another secret token, or over another body.{lengths}{unfinished}"
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
    /// What to capture, or to give, instead.
    #[must_use]
    pub fn instead(self) -> &'static str {
        match self {
            Self::Secret => "Give the app's secret token.",
            Self::Headers => {
                "Capture x-zm-signature and x-zm-request-timestamp along with the body, or give them apart."
            }
            Self::Body => {
                "Capture the raw body as well: a raw HTTP message, ngrok's inspector, or the handler's own bytes in base64."
            }
            Self::Time => "Give the time to compare with: --at TIME.",
            Self::BodyBytes => {
                "Capture the bytes before anything parses them: a raw HTTP message, ngrok's inspector (request.raw), or the handler's own bytes in base64."
            }
        }
    }
}
