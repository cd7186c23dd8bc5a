//! The result of a run, as plain values: [`CheckReport`]. Pure.

use std::borrow::Cow;
use std::time::Duration;

use super::case::{CaseGroup, CheckCase, Severity};
use super::conclude::conclude;
use super::conclusion::CheckConclusion;
use super::facts::CheckFacts;
use super::judge::{CaseVerdict, is_odd_refusal, judge, judged};
use crate::diagnosis::Framework;

/// The result of a run.
#[derive(Debug, Clone)]
pub(crate) struct CheckReport {
    /// What the answers together show, the most important first.
    pub(crate) conclusions: Vec<CheckConclusion>,
    /// Each case with its verdict, in the order of the table.
    pub(crate) cases: Vec<CaseResult>,
    /// The framework of the app, as far as its answers show it.
    pub(crate) framework: Option<Framework>,
    /// The number of requests.
    pub(crate) requests: u32,
    /// The number of wrong ways of signing that were tried.
    pub(crate) ways_tried: usize,
}

/// One case with its verdict.
#[derive(Debug, Clone)]
pub(crate) struct CaseResult {
    /// Its stable name.
    pub(crate) id: Cow<'static, str>,
    /// What it is about.
    pub(crate) group: CaseGroup,
    /// What was sent, in a few words.
    pub(crate) sent: Cow<'static, str>,
    /// The expected answer, in a few words.
    pub(crate) expected: Cow<'static, str>,
    /// How much a failure matters.
    pub(crate) severity: Severity,
    /// What the answer shows.
    pub(crate) verdict: CaseVerdict,
    /// The outcome in a few words; `None` if it was not sent.
    pub(crate) answered: Option<String>,
    /// The status, if there is one.
    pub(crate) status: Option<u16>,
    /// How long the answer took.
    pub(crate) took: Option<Duration>,
}

impl CheckReport {
    /// Judges what was found out.
    #[must_use]
    pub(crate) fn of(facts: &CheckFacts) -> Self {
        let cases = CheckCase::ALL.iter().map(|&case| result(facts, case)).collect();
        Self {
            conclusions: conclude(facts),
            cases,
            framework: facts.framework,
            requests: facts.requests,
            ways_tried: facts.ways_tried,
        }
    }

    /// A report of cases without conclusions.
    pub(super) fn of_cases(cases: Vec<CaseResult>) -> Self {
        Self { conclusions: Vec::new(), cases, framework: None, requests: 0, ways_tried: 0 }
    }

    /// Whether every case passed that counts: those that must, and with `strict` those that should.
    #[must_use]
    pub(crate) fn is_right(&self, strict: bool) -> bool {
        let limit = if strict { Severity::Should } else { Severity::Must };
        let is_wrong = |result: &&CaseResult| {
            result.severity <= limit
                && matches!(result.verdict, CaseVerdict::Failed(_) | CaseVerdict::Unproven(_))
        };
        !self.cases.iter().any(|result| is_wrong(&result))
            && !self.conclusions.iter().any(|conclusion| conclusion.severity <= limit)
    }
}

fn result(facts: &CheckFacts, case: CheckCase) -> CaseResult {
    let verdict = judge(facts, case);
    let sent = match verdict {
        CaseVerdict::NotRun(_) => None,
        _ => judged(facts, case),
    };
    // A status other than 200 and 204 for an event is delivered.
    let is_delivered = sent.is_some_and(|found| found.reply.kind().is_accepted());
    let severity = match verdict {
        CaseVerdict::Failed(_) if is_delivered && case.group() == CaseGroup::Events => {
            case.severity().max(Severity::Should)
        }
        // Nothing forged got in.
        CaseVerdict::Failed(_) if sent.is_some_and(|found| is_odd_refusal(facts, case, found)) => {
            case.severity().max(Severity::Should)
        }
        _ => case.severity(),
    };
    CaseResult {
        id: Cow::Borrowed(case.id()),
        group: case.group(),
        sent: Cow::Borrowed(case.sent()),
        expected: Cow::Borrowed(case.expected()),
        severity,
        verdict,
        answered: sent.map(|found| found.reply.in_words()),
        status: sent.and_then(|found| found.reply.status()),
        took: sent.map(|found| found.reply.took),
    }
}
