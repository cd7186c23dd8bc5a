//! What the outcome of a probe proves. Pure.

use std::time::Duration;

use super::ProbeProof;
use crate::probe::Arrival;
use crate::tunnel::ngrok::codes;

/// How one probe ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProbeOutcome {
    /// The public URL could not be reached from here; why.
    NoConnection(String),
    /// It was reached and did not answer.
    NoAnswer,
    /// It answered.
    Answer(ProbeAnswer),
}

/// An answer from the public URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProbeAnswer {
    /// The status.
    pub(super) status: u16,
    /// ngrok's code, where the edge itself answered.
    pub(super) code: Option<String>,
    /// How the probe arrived here; `None` when somebody else answered.
    pub(super) arrival: Option<Arrival>,
    /// How long it took.
    pub(super) took: Duration,
}

/// The edge's own codes for an endpoint without an agent, or with one that does not answer: no such endpoint
/// (3200), it was stopped (3208), no valid answer from the agent (3004), nothing behind the agent (8012).
const NOBODY_BEHIND: &[&str] = &["ERR_NGROK_3200", "ERR_NGROK_3208", "ERR_NGROK_3004", "ERR_NGROK_8012"];

/// What gateways answer where nothing is behind them; 530 is Cloudflare's.
const GATEWAY_FAILURES: &[u16] = &[502, 504, 530];

/// What is proven. `may_be_blocked`: the user's settings may well turn a probe away.
pub(super) fn read(outcome: ProbeOutcome, may_be_blocked: bool) -> ProbeProof {
    match outcome {
        ProbeOutcome::NoConnection(why) => {
            ProbeProof::Unproven(format!("the public URL could not be checked from this machine: {why}"))
        }
        ProbeOutcome::NoAnswer => ProbeProof::Dead("the public URL gives no answer".to_owned()),
        ProbeOutcome::Answer(answer) => match answer.arrival {
            Some(Arrival::Unchanged) => ProbeProof::Reached(answer.took),
            Some(Arrival::HeadersChanged) => ProbeProof::Unproven(
                "what stands between the public URL and this machine takes away or changes the headers \
                 x-zm-signature and x-zm-request-timestamp, so that nothing can be verified"
                    .to_owned(),
            ),
            Some(Arrival::BodyChanged) => ProbeProof::Unproven(
                "what stands between the public URL and this machine changes bodies on the way, so that \
                 signatures will not match"
                    .to_owned(),
            ),
            None => answered_by_others(&answer, may_be_blocked),
        },
    }
}

fn answered_by_others(answer: &ProbeAnswer, may_be_blocked: bool) -> ProbeProof {
    let status = answer.status;
    let what = match &answer.code {
        Some(code) => match codes::of_the_edge(code) {
            Some(meaning) => format!("{meaning}; {status}, {code}"),
            None => format!("{status}, {code}"),
        },
        None => status.to_string(),
    };
    match answer.code.as_deref() {
        Some(code) if NOBODY_BEHIND.contains(&code) => dead(&what),
        None if GATEWAY_FAILURES.contains(&status) => dead(&what),
        _ if may_be_blocked => ProbeProof::Blocked,
        _ => ProbeProof::Unproven(format!("somebody else answers at the public URL ({what})")),
    }
}

fn dead(what: &str) -> ProbeProof {
    ProbeProof::Dead(format!("the public URL leads nowhere ({what})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: Option<&str>, arrival: Option<Arrival>) -> ProbeOutcome {
        let took = Duration::from_millis(38);
        ProbeOutcome::Answer(ProbeAnswer { status, code: code.map(str::to_owned), arrival, took })
    }

    #[test]
    fn our_own_answer_is_proof() {
        let proof = read(answer(200, None, Some(Arrival::Unchanged)), false);
        assert_eq!(proof, ProbeProof::Reached(Duration::from_millis(38)));
    }

    #[test]
    fn a_change_on_the_way_is_told_with_what_it_breaks() {
        for (arrival, part) in [(Arrival::HeadersChanged, "headers"), (Arrival::BodyChanged, "bodies")] {
            let proof = read(answer(200, None, Some(arrival)), true);
            assert!(matches!(&proof, ProbeProof::Unproven(reason) if reason.contains(part)), "{proof:?}");
        }
    }

    #[test]
    fn an_edge_without_us_behind_it_is_a_dead_path() {
        for (status, code) in [
            (404, Some("ERR_NGROK_3200")),
            (502, Some("ERR_NGROK_3004")),
            (502, Some("ERR_NGROK_8012")),
            (530, None),
            (502, None),
        ] {
            let proof = read(answer(status, code, None), true);
            assert!(
                matches!(&proof, ProbeProof::Dead(why) if why.contains(&status.to_string())),
                "{proof:?}"
            );
        }
        assert!(matches!(read(ProbeOutcome::NoAnswer, true), ProbeProof::Dead(_)));
    }

    #[test]
    fn anybody_elses_answer_proves_nothing() {
        for (status, code) in [(403, Some("ERR_NGROK_3205")), (200, None), (404, None)] {
            let outcome = answer(status, code, None);
            assert!(matches!(read(outcome.clone(), false), ProbeProof::Unproven(_)), "{outcome:?}");
            assert_eq!(read(outcome, true), ProbeProof::Blocked);
        }
        let refused = ProbeOutcome::NoConnection("connection refused".to_owned());
        assert!(matches!(read(refused, true), ProbeProof::Unproven(why) if why.contains("refused")));
    }
}
