//! One fault at a time.

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
        let is_fact = matches!(fault, Fault::UnknownSecret | Fault::RefusesEverything);
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
