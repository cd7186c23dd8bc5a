//! The part below the verdict: the challenge and its answer, the signed string, the age, and what was read.

use super::list::row;
use super::phrases;
use crate::diagnosis::{ChallengeReport, visible};
use crate::report::clock::{Clock, from_unix_secs};
use crate::report::grammar::{count, plural, size};
use crate::report::layout::TerminalPage;
use crate::report::theme::Ink;
use crate::verify::{Against, JudgedCapture, Measured, VerifyOutcome};
use crate::zoom::{ChallengeError, RequestTimestamp, TIMESTAMP_HEADER};

/// Shows everything below the verdict.
pub(super) fn show(
    page: &mut TerminalPage,
    outcome: &VerifyOutcome,
    judged: &JudgedCapture,
    show_signed_string: bool,
    clock: &Clock,
) {
    if let Some(challenge) = &judged.challenge {
        page.blank();
        answers(page, challenge);
    }
    if show_signed_string {
        page.blank();
        signed_string(page, judged);
    }
    page.blank();
    if let Some(age) = &judged.age {
        row(page, "Age", Ink::Plain, &aged(judged, age, clock));
    }
    read(page, outcome, judged);
}

/// Shows the right answer to a challenge, and the faults of the captured answer.
pub(super) fn answers(page: &mut TerminalPage, challenge: &Result<ChallengeReport, ChallengeError>) {
    let report = match challenge {
        Ok(report) => report,
        Err(why) => {
            let text = format!("This challenge must not be answered: {why}.");
            return row(page, "Challenge", Ink::Warn, &text);
        }
    };
    row(page, "Challenge", Ink::Plain, "The right answer is 200 with this body:");
    for (name, answer) in &report.right {
        let label = if report.right.len() > 1 { format!("{name}: ") } else { String::new() };
        row(page, "", Ink::Remark, &format!("{label}{}", answer.to_json()));
    }
    match report.faults.as_deref() {
        None => {}
        Some([]) => row(page, "", Ink::Good, "✓ The captured answer is right."),
        Some(faults) => {
            for fault in faults {
                row(page, "", Ink::Bad, &format!("✗ {}", fault.sentence));
            }
        }
    }
}

/// Shows the signed string, with invisible characters marked.
fn signed_string(page: &mut TerminalPage, judged: &JudgedCapture) {
    let message = judged.signed_message();
    row(
        page,
        "Signed",
        Ink::Plain,
        &format!("{}, with invisible characters marked:", plural(message.len() as u64, "byte", "bytes")),
    );
    row(page, "", Ink::Remark, &visible(&message));
}

/// `signed 2026-11-24 09:00:01, 3 days 2 h before now`.
fn aged(judged: &JudgedCapture, age: &Measured, clock: &Clock) -> String {
    let text = judged.capture.headers.text(TIMESTAMP_HEADER).unwrap_or_default();
    let at = text.parse::<RequestTimestamp>().map(|at| clock.with_date(from_unix_secs(at.as_secs())));
    let reference = match age.against {
        Against::Given => "the time of --at",
        Against::Capture => "it was captured",
        Against::Now => "now",
    };
    format!("signed {}, {} {reference}", at.unwrap_or_default(), age.aged.words)
}

/// Shows the source, its format, how exact the body is, and the reader's notes.
fn read(page: &mut TerminalPage, outcome: &VerifyOutcome, judged: &JudgedCapture) {
    let capture = &judged.capture;
    let line = match capture.place.line {
        0 | 1 => String::new(),
        line => format!(", line {}", count(line)),
    };
    row(page, "Read", Ink::Plain, &format!("{}{line}", outcome.source));
    let length = size(capture.body.bytes.len());
    let fidelity = phrases::fidelity(judged);
    row(page, "", Ink::Dim, &format!("{} · {fidelity} · {length}", capture.format.title()));
    if let Some(found) = &capture.found {
        row(page, "", Ink::Dim, &found.to_string());
    }
    for note in &capture.notes {
        row(page, "", Ink::Dim, &note.to_string());
    }
}
