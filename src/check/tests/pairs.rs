//! Random pairs of faults: no conclusion is false, and what is not named is shown as not proven.
//!
//! A few rounds by default; `ZOOMHOOK_CHECK_ROUNDS=1000 cargo test --lib check::tests::pairs` runs more.

use super::*;
use crate::check::{CaseVerdict, ConclusionCertainty};

/// Rounds by default: a few tenths of a second.
const ROUNDS: usize = 8;

/// What a fault is about. Of two faults about the same, only one has an effect.
fn subject(fault: Fault) -> &'static str {
    use Fault::{
        AnswerWithPrefix, Ascii, Base64, Base64Answer, BodyAlone, Cached, ChallengeNotChecked,
        ChallengeRefused, Closes, DecodedSecret, Dots, EmptyBody, EmptySecret, JsonString, Limited,
        LoginPage, MillisecondTimestamp, NewlineInSecret, NoChallengeHandler, NoGuard, NoPrefix, NoVersion,
        NotFound, Oracle, OtherNames, PlainHash, PythonCompact, PythonDumps, PythonUnicode, QuotesInSecret,
        Redirects, RefusesByClosing, RefusesByRedirect, RefusesEverything, RefusesWith500, Sha1,
        SignsMilliseconds, Slow, SnakeCase, SnakeCaseBoth, StackTrace, Stringify, TimestampName,
        UndefinedSecret, UnknownSecret, UpperHex, UpperHexAnswer, Wrapped,
    };
    match fault {
        NewlineInSecret | QuotesInSecret | EmptySecret | UndefinedSecret | DecodedSecret | UnknownSecret => {
            "key"
        }
        MillisecondTimestamp | SignsMilliseconds | TimestampName => "time",
        NoVersion | BodyAlone | Dots => "layout",
        Base64 | UpperHex | NoPrefix => "notation",
        PlainHash | Sha1 => "hash",
        Stringify | PythonDumps | PythonCompact | PythonUnicode | Ascii | EmptyBody => "body",
        RefusesWith500 | RefusesByRedirect | RefusesByClosing | StackTrace => "refusal",
        NoChallengeHandler | ChallengeRefused | Cached | UpperHexAnswer | Base64Answer | JsonString
        | Wrapped | SnakeCase | SnakeCaseBoth | OtherNames | AnswerWithPrefix => "answer",
        Oracle | ChallengeNotChecked | NoGuard => "oracle",
        Redirects | LoginPage | Closes | Slow | NotFound | RefusesEverything | Limited => "all",
        _ => "other",
    }
}

/// The codes that may be named for a pair.
fn allowed(pair: [Fault; 2]) -> Vec<&'static str> {
    let mut codes: Vec<_> = pair.iter().map(|fault| fault.code()).collect();
    let has = |fault| pair.contains(&fault);
    let has_unsigned =
        has(Fault::ChallengeNotChecked) || has(Fault::UnsignedAccepted) || has(Fault::NotChecked);
    // An unsigned challenge is answered, and a plainToken that is a message is encrypted: that is the oracle.
    if has(Fault::NoGuard) && has_unsigned {
        codes.push("signing-oracle");
    }
    for fault in pair {
        codes.extend(in_answer(fault));
    }
    // If the app refuses everything, how it refuses is all that there is.
    if has(Fault::RefusesByClosing) {
        codes.push("closes-connection");
    }
    if has(Fault::RefusesByRedirect) {
        codes.push("redirect");
    }
    // A signature that is not read, and need not be there, is not checked.
    if has(Fault::HeaderName) && has(Fault::UnsignedAccepted) {
        codes.push("signature-not-checked");
    }
    // Without a check for events, the handler gets what has no object either.
    if has(Fault::NeedsObject) && has(Fault::AcceptsNonEvents) {
        codes.push("crashes-on-bad-input");
    }
    codes
}

/// The same mistake, seen in the answer to a challenge that was answered without a check.
fn in_answer(fault: Fault) -> Option<&'static str> {
    use Fault::{
        Base64, DecodedSecret, EmptySecret, NewlineInSecret, PlainHash, QuotesInSecret, Sha1,
        UndefinedSecret, UnknownSecret, UpperHex,
    };
    match fault {
        NewlineInSecret | QuotesInSecret | EmptySecret | UndefinedSecret | DecodedSecret => {
            Some("answer-key")
        }
        UnknownSecret | PlainHash | Sha1 => Some("answer-hmac"),
        Base64 | UpperHex => Some("answer-encoding"),
        _ => None,
    }
}

/// What is wrong with the report on a pair.
fn wrong(pair: [Fault; 2]) -> Option<String> {
    let (report, allowed) = (check(&pair), allowed(pair));
    let proven: Vec<_> = report
        .conclusions
        .iter()
        .filter(|found| found.certainty == ConclusionCertainty::Proven)
        .map(|found| found.code)
        .collect();
    let is_false = proven.iter().any(|code| !allowed.contains(code));
    let missing = pair.iter().any(|fault| !proven.contains(&fault.code()));
    let has_unproven =
        report.conclusions.iter().any(|found| found.certainty == ConclusionCertainty::NotProven)
            || report
                .cases
                .iter()
                .any(|result| matches!(result.verdict, CaseVerdict::Unproven(_) | CaseVerdict::NotRun(_)));
    // Of two faults about the same, one hides the other; the oracle includes its parts.
    let hides = subject(pair[0]) == subject(pair[1]) && subject(pair[0]) != "other"
        || proven.contains(&"signing-oracle")
        || proven.contains(&"signature-not-checked");
    let is_silent = missing && !has_unproven && !hides;
    let is_unexplained = !report.is_right(false) && report.conclusions.is_empty();
    (is_false || is_silent || is_unexplained || report.requests > 200)
        .then(|| format!("{pair:?}: {proven:?}, {} requests", report.requests))
}

#[test]
fn no_conclusion_is_false() {
    let rounds = std::env::var("ZOOMHOOK_CHECK_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    // A fixed sequence, so that a failure can be repeated.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        Fault::ALL[(state % Fault::ALL.len() as u64) as usize]
    };
    let pairs: Vec<_> = (0..rounds.unwrap_or(ROUNDS)).map(|_| [next(), next()]).collect();
    let wrong = in_parallel(&pairs, |pair| wrong(*pair));
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}
