//! Decides what the outcome of a probe proves. Pure. The entry point is [`read`].

use std::time::Duration;

use super::ProbeProof;
use crate::probe::Arrival;
use crate::tunnel::ngrok::codes;

/// How one probe ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProbeOutcome {
    /// This machine could not connect to the public URL, for this reason.
    NoConnection(String),
    /// The connection was made, but no answer was received.
    NoAnswer,
    Answer(ProbeAnswer),
}

/// An answer from the public URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProbeAnswer {
    pub(super) status: u16,
    /// ngrok's error code, if the edge itself answered.
    pub(super) code: Option<String>,
    /// The target of a redirect.
    pub(super) location: Option<String>,
    /// The title of an HTML page; empty if it has none.
    pub(super) page: Option<String>,
    /// How the probe arrived at this process; `None` if the answer is from elsewhere.
    pub(super) arrival: Option<Arrival>,
    pub(super) took: Duration,
}

/// The edge's codes for an endpoint without a working agent: no such endpoint (3200), stopped endpoint (3208), no valid
/// answer from the agent (3004), agent cannot connect (8012).
const NO_WORKING_AGENT: &[&str] = &["ERR_NGROK_3200", "ERR_NGROK_3208", "ERR_NGROK_3004", "ERR_NGROK_8012"];

/// Statuses of a gateway that cannot reach its upstream; 530 is Cloudflare's.
const GATEWAY_FAILURES: &[u16] = &[502, 504, 530];

/// Decides what an outcome proves. `may_be_blocked`: the user's settings may make the edge block a probe.
pub(super) fn read(outcome: ProbeOutcome, may_be_blocked: bool) -> ProbeProof {
    match outcome {
        ProbeOutcome::NoConnection(why) => {
            ProbeProof::Unreachable(format!("the public URL could not be checked from this machine: {why}"))
        }
        ProbeOutcome::NoAnswer => ProbeProof::Dead("the public URL does not answer".to_owned()),
        ProbeOutcome::Answer(answer) => match answer.arrival {
            Some(Arrival::Unchanged) => ProbeProof::Reached(answer.took),
            Some(Arrival::HeadersChanged) => ProbeProof::Changed(
                "something between the public URL and this machine removes or changes the headers \
                 x-zm-signature and x-zm-request-timestamp, so that requests cannot be verified"
                    .to_owned(),
            ),
            Some(Arrival::PathChanged(path)) => ProbeProof::Changed(format!(
                "something between the public URL and this machine changes the path: requests arrive at {path}, where \
                 they are answered with 404"
            )),
            Some(Arrival::BodyChanged) => ProbeProof::Changed(
                "something between the public URL and this machine changes request bodies, so that \
                 signatures will not match"
                    .to_owned(),
            ),
            None => answered_elsewhere(&answer, may_be_blocked),
        },
    }
}

fn answered_elsewhere(answer: &ProbeAnswer, may_be_blocked: bool) -> ProbeProof {
    let what = what_answered(answer);
    match answer.code.as_deref() {
        Some(code) if NO_WORKING_AGENT.contains(&code) => dead(&what),
        None if GATEWAY_FAILURES.contains(&answer.status) => dead(&what),
        _ if may_be_blocked => ProbeProof::Blocked,
        _ => ProbeProof::Elsewhere(format!("the answer at the public URL is not from this session ({what})")),
    }
}

/// What the answer itself shows of where it comes from.
fn what_answered(answer: &ProbeAnswer) -> String {
    let status = answer.status;
    match (&answer.code, &answer.location, &answer.page) {
        (Some(code), ..) => match codes::of_the_edge(code) {
            Some(meaning) => format!("{meaning}; {status}, {code}"),
            None => format!("{status}, {code}"),
        },
        (None, Some(location), _) if (300..400).contains(&status) => {
            format!("{status}, a redirect to {location}, which Zoom does not follow")
        }
        (None, _, Some(title)) if title.is_empty() => format!("{status}, an HTML page"),
        (None, _, Some(title)) => format!("{status}, the HTML page \u{201c}{title}\u{201d}"),
        (None, _, None) => status.to_string(),
    }
}

fn dead(what: &str) -> ProbeProof {
    ProbeProof::Dead(format!("requests to the public URL do not arrive here ({what})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, code: Option<&str>, arrival: Option<Arrival>) -> ProbeOutcome {
        let took = Duration::from_millis(38);
        let code = code.map(str::to_owned);
        ProbeOutcome::Answer(ProbeAnswer { status, code, location: None, page: None, arrival, took })
    }

    #[test]
    fn an_answer_from_this_process_is_proof() {
        let proof = read(answer(200, None, Some(Arrival::Unchanged)), false);
        assert_eq!(proof, ProbeProof::Reached(Duration::from_millis(38)));
    }

    #[test]
    fn reports_what_was_changed_on_the_way() {
        for (arrival, part) in [
            (Arrival::HeadersChanged, "headers"),
            (Arrival::BodyChanged, "bodies"),
            (Arrival::PathChanged("/zoom".to_owned()), "/zoom"),
        ] {
            let proof = read(answer(200, None, Some(arrival)), true);
            assert!(matches!(&proof, ProbeProof::Changed(reason) if reason.contains(part)), "{proof:?}");
        }
    }

    #[test]
    fn an_edge_without_a_working_agent_is_a_dead_path() {
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
    fn an_answer_from_elsewhere_proves_nothing() {
        for (status, code) in [(403, Some("ERR_NGROK_3205")), (200, None), (404, None)] {
            let outcome = answer(status, code, None);
            assert!(matches!(read(outcome.clone(), false), ProbeProof::Elsewhere(_)), "{outcome:?}");
            assert_eq!(read(outcome, true), ProbeProof::Blocked);
        }
        let refused = ProbeOutcome::NoConnection("connection refused".to_owned());
        assert!(matches!(read(refused, true), ProbeProof::Unreachable(why) if why.contains("refused")));
    }
}
