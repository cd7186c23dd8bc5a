//! One fault at a time.

use std::time::Duration;

use super::*;
use crate::check::{CaseGroup, CaseVerdict, CheckConclusion, ConclusionCertainty};

#[test]
fn a_correct_app_gets_no_conclusion() {
    let report = check(&[]);
    assert_eq!(codes(&report), [""; 0]);
    let groups = [CaseGroup::Challenge, CaseGroup::Refusals, CaseGroup::Events];
    let sent = report.cases.iter().filter(|result| groups.contains(&result.group));
    for case in sent {
        assert_eq!(case.verdict, CaseVerdict::Passed, "{}", case.id);
    }
    assert!(report.is_right(true));
    assert_eq!(report.requests, 25);
}

#[test]
fn an_app_that_refuses_duplicates_is_correct() {
    let report = check_app(FaultyApp::with(&[]).refusing_duplicates());
    assert_eq!(codes(&report), [""; 0]);
    assert!(report.is_right(true));
    // A refused event is compared with one that the app has not seen.
    let report = check_app(FaultyApp::with(&[Fault::LargeRefused]).refusing_duplicates());
    assert_eq!(codes(&report), ["large-body-refused"]);
    assert!(report.conclusions.iter().all(|found| found.certainty == ConclusionCertainty::Proven));
}

#[test]
fn each_fault_is_named_and_no_other() {
    let wrong = in_parallel(Fault::ALL, |&fault| {
        let report = check(&[fault]);
        let is_fact = matches!(fault, Fault::UnknownSecret | Fault::RefusesEverything | Fault::NeedsObject);
        let is_marked = |conclusion: &CheckConclusion| {
            (conclusion.certainty == ConclusionCertainty::NotProven) == is_fact
        };
        let is_right = codes(&report) == [fault.code()]
            && report.conclusions.iter().all(is_marked)
            && report.requests <= 200;
        (!is_right).then(|| format!("{fault:?}: {:?} {:#?}", codes(&report), report.conclusions))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_app_that_answers_one_request_at_a_time_is_correct() {
    for at_a_time in 1..=3 {
        for app in [FaultyApp::with(&[]), FaultyApp::with(&[]).refusing_duplicates()] {
            let report = check_wire(PureWire::answering(app, at_a_time), true);
            assert_eq!(codes(&report), [""; 0]);
            assert!(report.is_right(true));
            // What was sent together, once more what had no answer, and two for a retry that is refused as known.
            assert!(report.requests <= 25 + 4 + 2, "{}", report.requests);
        }
    }
    let faulty = FaultyApp::with(&[Fault::Stringify]);
    assert_eq!(codes(&check_wire(PureWire::answering(faulty, 1), true)), ["body-reserialised"]);
}

#[test]
fn an_app_with_a_list_of_names_is_asked_about_names_alone() {
    let report = check_app(FaultyApp::with(&[]).knowing_one_name());
    assert_eq!(codes(&report), ["unknown-event-refused", "deauthorization-refused"]);
    // The name is reason enough, so a missing payload.object is not.
    assert_eq!(report.conclusions[1].certainty, ConclusionCertainty::NotProven);
    assert!(!report.conclusions[1].remedy.contains("object"), "{:?}", report.conclusions[1]);
}

#[test]
fn a_late_challenge_is_no_odd_refusal() {
    let late = |body: &str, _| match body.contains("endpoint.url_validation") {
        true => Duration::from_millis(3_500),
        false => Duration::ZERO,
    };
    // It is on its way to encrypt a message: without an answer, that is not known.
    let report = check_app(FaultyApp::with(&[Fault::NoGuard]).delaying(late));
    assert_eq!(codes(&report), ["challenge-too-slow"]);
}

#[test]
fn a_slow_challenge_is_measured_twice() {
    let slow_once = |_: &str, before| match before {
        0 => Duration::from_millis(1_300),
        _ => Duration::ZERO,
    };
    let report = check_app(FaultyApp::with(&[]).delaying(slow_once));
    assert_eq!(codes(&report), [""; 0]);
    assert!(report.is_right(true));
}

#[test]
fn a_refusal_is_compared_with_what_became_of_the_genuine_event() {
    let late = |body: &str, _| match body.contains("meeting.started") {
        true => Duration::from_millis(3_500),
        false => Duration::ZERO,
    };
    let report = check_app(FaultyApp::with(&[]).delaying(late));
    let mut meanings = report.cases.iter().filter_map(|result| result.verdict.meaning());
    assert!(meanings.all(|meaning| !meaning.contains("so was the genuine event")));
    assert_eq!(codes(&report), ["too-slow"]);
}

#[test]
fn an_app_that_is_busy_is_asked_more_slowly() {
    let report = check_wire(PureWire::with_pauses(FaultyApp::with(&[])), true);
    assert_eq!(codes(&report), [""; 0]);
    assert!(report.is_right(true));
}

#[test]
fn an_app_that_ends_leaves_the_other_cases_without_a_result() {
    for answers in 2..24 {
        let report = check_wire(PureWire::ending_after(FaultyApp::with(&[]), answers), true);
        assert_eq!(codes(&report), ["stopped-answering"], "{answers}");
        let failed = report.cases.iter().find(|result| matches!(result.verdict, CaseVerdict::Failed(_)));
        assert!(failed.is_none(), "{answers}: {failed:?}");
        assert!(!report.is_right(false));
        let proof = &report.conclusions[0].proof;
        assert!(proof[1].starts_with("The last request before it: "), "{proof:?}");
    }
}

#[test]
fn without_events_experiments_use_the_challenge() {
    for (fault, code) in [
        (Fault::NewlineInSecret, "secret-whitespace"),
        (Fault::NoPrefix, "signature-prefix"),
        (Fault::UnknownSecret, "refuses-everything"),
        (Fault::RefusesEverything, "refuses-everything"),
    ] {
        let report = check_wire(PureWire::new(FaultyApp::with(&[fault])), false);
        assert_eq!(codes(&report), [code], "{fault:?}");
    }
    let report = check_wire(PureWire::new(FaultyApp::with(&[])), false);
    assert!(codes(&report).is_empty() && report.is_right(true));
}

#[test]
fn a_case_passes_only_on_an_answer() {
    for fault in [Fault::Closes, Fault::Slow] {
        let report = check(&[fault]);
        let passed = report.cases.iter().find(|result| result.verdict == CaseVerdict::Passed);
        // A late answer has a size.
        let is_size = passed.is_none_or(|result| fault == Fault::Slow && result.id == "challenge.size");
        assert!(is_size, "{fault:?}: {passed:?}");
    }
}
