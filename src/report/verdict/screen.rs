//! One request on one screen: verdict, cause, remedy and proof; then the details of the capture.

use std::borrow::Cow;

use console::measure_text_width;

use super::list::{code, row};
use super::{details, difference, phrases};
use crate::diagnosis::{Cause, Finding, Framework, Mine, Proof, RuledOut, Verdict, remedy_of};
use crate::report::clock::Clock;
use crate::report::grammar::{capped, list as listed};
use crate::report::layout::TerminalPage;
use crate::report::sanitize::clean;
use crate::report::theme::Ink;
use crate::verify::{JudgedCapture, VerifyOutcome};

/// The most characters of an event's name. The longest known one has 59.
const NAME: usize = 120;

/// Shows one request.
pub(super) fn show(
    page: &mut TerminalPage,
    outcome: &VerifyOutcome,
    show_signed_string: bool,
    clock: &Clock,
) {
    page.gap();
    match &outcome.result {
        Err(why) => {
            headline(page, (Ink::Warn, "?", "CANNOT READ"), None, "");
            page.paragraph(4, Ink::Plain, &phrases::unreadable(&outcome.source, why));
        }
        Ok(judged) => {
            verdict(page, judged);
            details::show(page, outcome, judged, show_signed_string, clock);
        }
    }
    page.blank();
}

fn verdict(page: &mut TerminalPage, judged: &JudgedCapture) {
    let verdict = &judged.diagnosis.verdict;
    let sign = match verdict {
        Verdict::Valid(_) => (Ink::Good, "✓", "VALID"),
        Verdict::Invalid(_) => (Ink::Bad, "✗", "INVALID"),
        Verdict::CannotTell(_) => (Ink::Warn, "?", "CANNOT TELL"),
    };
    headline(page, sign, phrases::because(verdict), judged.event.as_deref().unwrap_or_default());
    let text = match phrases::matched(judged) {
        Some(matched) => format!("The signature matches: it was computed {matched}."),
        None => phrases::explain(verdict),
    };
    page.paragraph(4, Ink::Plain, &text);
    match verdict {
        Verdict::Valid(valid) => {
            for note in &valid.notes {
                page.paragraph(4, Ink::Warn, &note.sentence);
            }
            page.blank();
            row(page, "Secret", Ink::Plain, &valid.secret_name);
        }
        Verdict::Invalid(finding) => {
            page.blank();
            why(page, finding, judged);
        }
        Verdict::CannotTell(unknown) => {
            page.blank();
            row(page, "Instead", Ink::Plain, unknown.instead);
        }
    }
    if let Some(mine) = &judged.mine {
        page.blank();
        yours(page, mine, judged.framework);
    }
}

/// `✗ INVALID, because the body was re-serialized   meeting.started`.
fn headline(
    page: &mut TerminalPage,
    (ink, sign, word): (Ink, &str, &str),
    because: Option<&str>,
    event: &str,
) {
    let because = because.map(|because| format!(", because {because}")).unwrap_or_default();
    let event = capped(event, NAME);
    let event = clean(&event);
    let columns = 4 + word.len() + measure_text_width(&because) + 3 + measure_text_width(&event);
    page.spaces(2);
    page.put(ink, sign);
    page.spaces(1);
    page.put(ink, word);
    let fits = page.width().is_none_or(|width| columns <= width);
    if fits || page.width().is_none_or(|width| columns - 3 - measure_text_width(&event) <= width) {
        page.put(Ink::Bold, &because);
    } else {
        page.put(Ink::Bold, ",");
        page.blank();
        page.paragraph(4, Ink::Bold, because.trim_start_matches(", "));
        return below(page, &event);
    }
    if fits && !event.is_empty() {
        page.spaces(3);
        page.put_safe(Ink::Dim, &event);
        page.blank();
        page.blank();
        return;
    }
    page.blank();
    below(page, &event);
}

fn below(page: &mut TerminalPage, event: &str) {
    if !event.is_empty() {
        page.paragraph(4, Ink::Dim, event);
    }
    page.blank();
}

/// Shows the cause, the remedy, and the proof or what was tried.
fn why(page: &mut TerminalPage, finding: &Finding, judged: &JudgedCapture) {
    let codes: Vec<_> = finding.causes().map(|cause| cause.code.as_str()).collect();
    row(page, "Cause", Ink::Plain, &codes.join(", "));
    causes(page, finding.causes(), judged.framework);
    if let Some(proof) = &finding.proof {
        page.blank();
        proved(page, proof);
    } else {
        tried(page, &judged.diagnosis.ruled_out);
    }
    if let Some(difference) = &finding.difference {
        page.blank();
        difference::show(page, difference, ["here", "signed"]);
    }
}

/// Shows the remedy of each cause, with its line of code.
fn causes<'c>(
    page: &mut TerminalPage,
    causes: impl Iterator<Item = &'c Cause>,
    framework: Option<Framework>,
) {
    let mut lines = Vec::new();
    for cause in causes {
        let remedy = remedy_of(cause, framework);
        row(page, "Do", Ink::Plain, remedy.text);
        lines.extend(remedy.line.filter(|line| !lines.contains(line)));
    }
    code(page, &lines);
}

/// Shows the computation that gives the signature, so that it can be repeated.
fn proved(page: &mut TerminalPage, proof: &Proof) {
    row(page, "Proof", Ink::Plain, &format!("This gives the signature: {}", proof.hash));
    let parts = [
        ("key", proof.key.as_deref()),
        ("message", Some(proof.message.as_str())),
        ("timestamp", proof.timestamp.as_deref()),
        ("body", Some(proof.body.as_str())),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            let text =
                if page.is_narrow() { format!("{name}: {value}") } else { format!("{name:<11}{value}") };
            row(page, "", Ink::Plain, &text);
        }
    }
}

/// Shows what was ruled out. The steps are only in JSON: they are a page of text.
fn tried(page: &mut TerminalPage, ruled_out: &[RuledOut]) {
    /// Parts of a request, and how the names of their causes begin.
    const PARTS: [(&str, [&str; 2]); 6] = [
        ("secret token", ["secret-", "key-"]),
        ("timestamp", ["timestamp-", "timestamp-"]),
        ("body", ["body-", "body-"]),
        ("message", ["message-", "message-"]),
        ("hash", ["hash-", "hash-"]),
        ("header", ["signature-", "signature-"]),
    ];
    let is_tried = |begins: &[&str; 2]| {
        let mut codes = ruled_out.iter().flat_map(|step| step.codes);
        codes.any(|code| begins.iter().any(|begin| code.as_str().starts_with(begin)))
    };
    let parts: Vec<_> =
        PARTS.iter().filter(|(_, begins)| is_tried(begins)).map(|(part, _)| (*part).to_owned()).collect();
    if parts.is_empty() {
        return;
    }
    let pairs =
        if ruled_out.iter().any(|step| step.codes.is_empty()) { ", alone and in likely pairs" } else { "" };
    page.blank();
    let text = format!("Other forms of the {}{pairs}. The steps are in --format json.", listed(&parts));
    row(page, "Tried", Ink::Dim, &text);
}

/// Shows how the value of the user's code was computed.
fn yours(page: &mut TerminalPage, mine: &Mine, framework: Option<Framework>) {
    match mine {
        Mine::Right { secret_name } => {
            row(page, "Your code", Ink::Good, &format!("✓ computes the right value, with {secret_name}."));
        }
        Mine::Explained(finding) => {
            let sentences: Vec<_> = finding.causes().map(|cause| cause.sentence.as_str()).collect();
            let text = sentences.join(" Also: ");
            row(page, "Your code", Ink::Plain, &after_label(&text));
            causes(page, finding.causes(), framework);
            if let Some(difference) = &finding.difference {
                page.blank();
                difference::show(page, difference, ["right", "yours"]);
            }
        }
        Mine::NotADigest => row(
            page,
            "Your code",
            Ink::Warn,
            "computed a value that is not a digest: a signature is v0= and 64 hex digits.",
        ),
        Mine::CannotTell(unknown) => {
            row(
                page,
                "Your code",
                Ink::Warn,
                &format!("computed a value that cannot be explained. {}", unknown.sentence),
            );
        }
        Mine::Unexplained { ruled_out } => {
            row(
                page,
                "Your code",
                Ink::Warn,
                "computed a value that zoomhook could not reproduce. It may use another secret token or another body.",
            );
            tried(page, ruled_out);
        }
    }
}

/// Sentences about the user's code, below the label "Your code". The label is the subject of the first one.
fn after_label(sentences: &str) -> Cow<'_, str> {
    match (sentences.strip_prefix("Your code "), sentences.strip_prefix("Your code's ")) {
        (Some(predicate), _) => predicate.into(),
        (_, Some(possession)) => format!("Its {possession}").into(),
        (None, None) => sentences.into(),
    }
}
