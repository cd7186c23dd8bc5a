//! The words that the views share: why, in a phrase and in a sentence; how faithful; which cannot be read.

use crate::capture::BodyFidelity;
use crate::diagnosis::{Code, MatchedBody, Missing, Verdict};
use crate::system_words::without_numbers;
use crate::verify::{Inspection, Unreadable};

/// Completes "INVALID, because …" and "CANNOT TELL, because …"; `None` for what is valid.
pub(super) fn because(verdict: &Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Valid(_) => None,
        Verdict::Invalid(finding) => Some(of_code(finding.cause.code)),
        Verdict::CannotTell(unknown) => Some(match unknown.why {
            Missing::Secret => "there is no secret token",
            Missing::Headers => "the signature is not in the capture",
            Missing::Body => "the capture does not hold the whole body",
            Missing::BodyBytes => "the capture keeps the parsed body only",
            Missing::Time => "the age cannot be judged",
        }),
    }
}

/// A cause in a few words, such as "the body was written again".
pub(super) fn of_code(code: Code) -> &'static str {
    match code {
        Code::SecretWhitespace => "something surrounds the secret token",
        Code::SecretEmpty => "the secret token was empty",
        Code::SecretOther => "another secret token signed it",
        Code::SecretIsOtherCredential => "another credential signed it",
        Code::KeyDecoded => "the secret token was decoded",
        Code::BodyReserialised => "the body was written again",
        Code::BodyCharset => "the body's charset was changed",
        Code::BodyNewline => "line ends of the body were changed",
        Code::BodyTruncated => "the body's end is missing",
        Code::BodyEncoding => "the body is wrapped",
        Code::BodyEmpty => "there is no body",
        Code::SignatureMissing => "there is no signature",
        Code::SignaturePrefix => "the signature does not begin with v0=",
        Code::SignatureEncoding => "the signature is not lower-case hex",
        Code::SignatureMalformed => "the signature is no digest",
        Code::TimestampMissing => "there is no timestamp",
        Code::TimestampUnit => "the timestamp is in another unit",
        Code::TimestampOther => "another time was signed",
        Code::MessageWithoutTimestamp => "the timestamp was not signed",
        Code::MessageWithoutVersion => "v0 was not signed",
        Code::MessageSeparator => "the signed parts are joined otherwise",
        Code::HashNotHmac => "it is a hash and no HMAC",
        Code::HashSha1 => "it is SHA-1",
        Code::ChallengeAsEvent => "it is a challenge's answer",
        Code::Stale => "it is too old",
        Code::Unexplained => "nothing at hand gives this signature",
    }
}

/// What the verdict rests on, in a sentence or two.
pub(in crate::report) fn explain(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Valid(_) => "The signature is Zoom's, over these very bytes.".into(),
        Verdict::Invalid(finding) => {
            let sentences: Vec<_> = finding.causes().map(|cause| cause.sentence.as_str()).collect();
            sentences.join(" Besides: ")
        }
        Verdict::CannotTell(unknown) => unknown.sentence.clone(),
    }
}

/// Which bytes a valid signature matched over, where it is not simply the body.
pub(in crate::report) fn matched(inspection: &Inspection) -> Option<String> {
    let Verdict::Valid(valid) = &inspection.diagnosis.verdict else { return None };
    Some(match &valid.body {
        MatchedBody::AsCaptured if inspection.capture.body.fidelity == BodyFidelity::ParsedOnly => {
            "over the parsed body, serialised again as JSON.stringify does".into()
        }
        MatchedBody::AsCaptured => return None,
        MatchedBody::Alternative(place) => {
            format!("over the body {}", inspection.capture.body.alternatives.get(*place)?.variant.describe())
        }
        MatchedBody::Reserialised { form, .. } => format!("over the parsed body, {form}"),
    })
}

/// How far the body's bytes can be trusted.
pub(super) fn fidelity(fidelity: BodyFidelity) -> &'static str {
    match fidelity {
        BodyFidelity::Absent => "no body in it",
        BodyFidelity::ParsedOnly => "only the parsed body was kept",
        BodyFidelity::Reconstructed => "the body's text, out of quotes",
        BodyFidelity::Original => "the original bytes",
    }
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
