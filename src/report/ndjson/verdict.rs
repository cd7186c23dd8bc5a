//! The line of a verdict.

use crate::diagnosis::{Compared, Difference, Excerpt, Finding, Mine, Verdict, remedy_of};
use crate::report::verdict::{explain_verdict, unreadable_text};
use crate::verify::{JudgedCapture, VerifyOutcome};

use super::Object;
use super::escape::push_string;

/// Appends the verdict's line.
pub(in crate::report) fn write(buffer: &mut Vec<u8>, outcome: &VerifyOutcome, show_signed_string: bool) {
    let mut line = Object::line(buffer, "verdict");
    line.text("source", &outcome.source)
        .number("index", outcome.index)
        .text("verdict", outcome.verdict().as_str());
    match &outcome.result {
        Ok(judged) => readable(&mut line, judged, show_signed_string),
        Err(why) => unreadable(&mut line, &unreadable_text(&outcome.source, why)),
    }
    line.end_line();
}

/// Writes the fields that every verdict has, so that a script finds them here too.
fn unreadable(line: &mut Object<'_>, why: &str) {
    for name in ["cause", "secret_name", "fidelity", "body_signed", "age_s", "event"] {
        line.text_or_null(name, None);
    }
    line.text("detail", why);
}

fn readable(line: &mut Object<'_>, judged: &JudgedCapture, show_signed_string: bool) {
    let (capture, verdict) = (&judged.capture, &judged.diagnosis.verdict);
    line.text_or_null("cause", verdict.code().map(|code| code.as_str()))
        .text_or_null("secret_name", verdict.secret_name().map(AsRef::as_ref))
        .text("fidelity", capture.body.fidelity.as_str());
    match judged.is_body_signed {
        Some(is_signed) => line.number("body_signed", is_signed),
        None => line.text_or_null("body_signed", None),
    };
    match &judged.age {
        Some(age) => {
            let millis = age.aged.age.as_millis();
            let sign = if millis < 0 { "-" } else { "" };
            let (secs, rest) = (millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000);
            line.number("age_s", format_args!("{sign}{secs}.{rest:03}"));
            line.text("age_against", age.against.as_str());
        }
        None => {
            line.text_or_null("age_s", None);
        }
    }
    line.text_or_null("event", judged.event.as_deref())
        .text_or_null(
            "detail",
            (!matches!(verdict, Verdict::Valid(_))).then(|| explain_verdict(verdict)).as_deref(),
        )
        .number("line", capture.place.line)
        .text("format", capture.format.name());
    if let Some(found) = &capture.found {
        line.object("found", |object| {
            object.number("signature_line", found.signature);
            number_or_null(object, "timestamp_line", found.timestamp);
            number_or_null(object, "body_line", found.body);
            texts(object, "layers", found.layers.iter().map(|layer| (*layer).to_owned()));
        });
    }
    texts(line, "notes", capture.notes.iter().map(ToString::to_string));
    match verdict {
        Verdict::Valid(valid) => {
            line.text_or_null("matched", crate::report::verdict::matched_body(judged).as_deref());
            texts(line, "remark_codes", valid.notes.iter().map(|note| note.code.to_string()));
            texts(line, "remarks", valid.notes.iter().map(|note| note.sentence.clone()));
        }
        Verdict::Invalid(finding) => {
            line.object("finding", |object| found(object, finding, judged));
            if finding.proof.is_none() {
                texts(line, "ruled_out", judged.diagnosis.ruled_out.iter().map(|tried| tried.what.clone()));
            }
        }
        Verdict::CannotTell(unknown) => {
            line.text("instead", unknown.instead);
        }
    }
    if let Some(mine) = &judged.mine {
        line.object("mine", |object| self::mine(object, mine, judged));
    }
    challenge(line, judged);
    if show_signed_string {
        let message = judged.signed_message();
        line.number("signed_bytes", message.len()).text("signed_string", &String::from_utf8_lossy(&message));
    }
}

fn number_or_null(object: &mut Object<'_>, name: &str, number: Option<u64>) {
    match number {
        Some(number) => object.number(name, number),
        None => object.text_or_null(name, None),
    };
}

fn texts(line: &mut Object<'_>, name: &str, texts: impl Iterator<Item = String>) {
    line.list(name, texts, |buffer, text| push_string(buffer, &text));
}

fn found(object: &mut Object<'_>, finding: &Finding, judged: &JudgedCapture) {
    texts(object, "causes", finding.causes().map(|cause| cause.code.to_string()));
    texts(object, "variants", finding.causes().map(|cause| cause.variant.clone()));
    object.text_or_null("proof", finding.proof.as_ref().map(ToString::to_string).as_deref());
    let remedy = remedy_of(&finding.cause, judged.framework);
    object.text("remedy", remedy.text).text_or_null("remedy_line", remedy.line);
    if let Some(difference) = &finding.difference {
        object.object("difference", |object| self::difference(object, difference));
    }
}

fn difference(object: &mut Object<'_>, difference: &Difference) {
    let side = |excerpt: &Excerpt, object: &mut Object<'_>| {
        object.text("text", &excerpt.text).number("caret", excerpt.caret).number("bytes", excerpt.length);
    };
    let of = match difference.of {
        Compared::Body => "body",
        Compared::Message => "message",
    };
    object
        .text("of", of)
        .number("offset", difference.offset)
        .object("here", |object| side(&difference.here, object))
        .object("signed", |object| side(&difference.signed, object));
}

fn mine(object: &mut Object<'_>, mine: &Mine, judged: &JudgedCapture) {
    match mine {
        Mine::Right { secret_name } => {
            object.text("verdict", "right").text("secret_name", secret_name);
        }
        Mine::Explained(finding) => {
            let sentences: Vec<_> = finding.causes().map(|cause| cause.sentence.as_str()).collect();
            object.text("verdict", "explained").text("detail", &sentences.join(" "));
            found(object, finding, judged);
        }
        Mine::NotADigest => {
            object.text("verdict", "not-a-digest");
        }
        Mine::CannotTell(unknown) => {
            object.text("verdict", "unknown").text("detail", &unknown.sentence);
        }
        Mine::Unexplained { ruled_out } => {
            object.text("verdict", "unexplained");
            texts(object, "ruled_out", ruled_out.iter().map(|tried| tried.what.clone()));
        }
    }
}

fn challenge(line: &mut Object<'_>, judged: &JudgedCapture) {
    match &judged.challenge {
        None => {}
        Some(Err(why)) => {
            line.object("challenge", |object| {
                object.text("refused", &why.to_string());
            });
        }
        Some(Ok(report)) => {
            line.object("challenge", |object| {
                texts(object, "right", report.right.iter().map(|(_, answer)| answer.to_json()));
                if let Some(faults) = &report.faults {
                    texts(object, "faults", faults.iter().map(|fault| fault.code.to_string()));
                    texts(object, "fault_details", faults.iter().map(|fault| fault.sentence.clone()));
                }
            });
        }
    }
}
