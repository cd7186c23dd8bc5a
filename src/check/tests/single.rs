//! One fault at a time.

use super::*;
use crate::check::{CaseVerdict, Certainty, CheckConclusion};

#[test]
fn a_correct_app_gets_no_conclusion() {
    let report = check(&[]);
    assert_eq!(codes(&report), [""; 0]);
    for case in &report.cases {
        assert_eq!(case.verdict, CaseVerdict::Passed, "{}", case.case.id());
    }
    assert!(report.is_right(true));
    assert_eq!(report.requests, 25);
}

#[test]
fn each_fault_is_named_and_no_other() {
    let mut wrong = Vec::new();
    for &fault in Fault::ALL {
        let report = check(&[fault]);
        let is_fact = matches!(fault, Fault::UnknownSecret | Fault::RefusesEverything);
        let is_marked =
            |conclusion: &CheckConclusion| (conclusion.certainty == Certainty::NotProven) == is_fact;
        if codes(&report) != [fault.code()]
            || !report.conclusions.iter().all(is_marked)
            || report.requests > 200
        {
            wrong.push(format!("{fault:?}: {:?} {:#?}", codes(&report), report.conclusions));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
