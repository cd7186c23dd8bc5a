//! The user's own cases: [`examine_suite`]. They are sent one after the other, so that a scenario keeps its order.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use hyper::Method;

use super::case::{CaseGroup, Severity};
use super::judge::CaseVerdict;
use super::report::{CaseResult, CheckReport};
use super::request::{CheckReply, CheckRequest};
use super::wire::Wire;
use crate::zoom::catalogue::request_ids;
use crate::zoom::catalogue::scenario::ExpectedAnswer;
use crate::zoom::{ANSWER_LIMIT, SecretToken, SignedRequest};

/// One case of a suite.
#[derive(Debug, Clone)]
pub(crate) struct SuiteCase {
    /// The event's name.
    pub(crate) event: String,
    /// Its body.
    pub(crate) body: Vec<u8>,
    /// The expected answer.
    pub(crate) expect: ExpectedAnswer,
}

/// Sends the cases, correctly signed, and compares the answers.
pub(crate) async fn examine_suite(
    wire: &impl Wire,
    token: &SecretToken,
    cases: &[SuiteCase],
    mut progress: impl FnMut(&SuiteCase),
) -> CheckReport {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seed = now.as_nanos() as u64;
    let mut results = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        progress(case);
        let ids = request_ids(seed ^ index as u64, &case.body);
        let request = SignedRequest::new(token, case.body.clone(), SystemTime::now(), &ids);
        let reply = wire
            .send(CheckRequest {
                method: Method::POST,
                headers: request.headers().to_vec(),
                body: case.body.clone(),
                title_case: false,
                bare: false,
                limit: ANSWER_LIMIT,
            })
            .await;
        results.push(result(index + 1, case, &reply));
    }
    CheckReport { requests: u32::try_from(cases.len()).unwrap_or(u32::MAX), ..CheckReport::of_cases(results) }
}

fn result(number: usize, case: &SuiteCase, reply: &CheckReply) -> CaseResult {
    let header = |name: &str| {
        let value = reply.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let differences = match reply.status() {
        Some(status) => case.expect.differences(status, reply.took, header, &reply.body),
        None => vec![format!("There is no answer: {}.", reply.in_words())],
    };
    let verdict = match differences.is_empty() {
        true => CaseVerdict::Passed,
        false => CaseVerdict::Failed(differences.join(" ")),
    };
    CaseResult {
        id: Cow::Owned(format!("{number} {}", case.event)),
        group: CaseGroup::Suite,
        sent: Cow::Owned(case.event.clone()),
        expected: Cow::Owned(case.expect.in_words()),
        severity: Severity::Must,
        verdict,
        answered: Some(reply.in_words()),
        status: reply.status(),
        took: Some(reply.took),
    }
}
