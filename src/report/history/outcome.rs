//! What became of a stored delivery, in the sentences of the live view.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use super::super::clock::Clock;
use super::super::grammar::latency;
use super::super::sanitize::clean;
use super::super::wording::{
    self, Answered, Tone, WordingContext, about_answer, about_observed, answer_excerpt, label,
};
use super::list::waits;
use crate::delivery::{
    Answer, Delivery, EventOutcome, ForwardOutcome, ForwardRole, Forwarded, Judgement, Provenance,
    Repetition, Request, Route, StoredDelivery, StoredRoute, StoredWait, VerifiedEvent,
};
use hyper::{Method, StatusCode};

/// A sentence, and how serious it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutcomeSentence {
    /// `good`, `slow`, `bad`, `waiting` or `plain`.
    pub(crate) tone: &'static str,
    pub(crate) text: String,
}

impl OutcomeSentence {
    fn new(tone: &'static str, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

impl From<(Tone, String)> for OutcomeSentence {
    fn from((tone, text): (Tone, String)) -> Self {
        let tone = match tone {
            Tone::Good => "good",
            Tone::Slow => "slow",
            Tone::Bad => "bad",
        };
        Self { tone, text }
    }
}

/// The attempts of the same event that the history has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownAttempts {
    /// Which of Zoom's retries this delivery is; 0 for the first attempt.
    pub(crate) retry: usize,
    /// Whether there is a later one.
    pub(crate) has_later: bool,
}

/// What became of a delivery.
#[must_use]
pub(crate) fn outcome(
    stored: &StoredDelivery,
    attempts: KnownAttempts,
    now: SystemTime,
) -> Vec<OutcomeSentence> {
    let answer = stored.answer.map(|answer| (answer.status, latency(answer.took)));
    if stored.provenance == Provenance::Imported {
        let said = |(status, took)| format!("Its file says that it was answered with {status} after {took}.");
        return answer.map(|answer| OutcomeSentence::new("plain", said(answer))).into_iter().collect();
    }
    let mut sentences = Vec::new();
    if let Some(reason) = &stored.reason {
        let status = stored.answer.map(|answer| format!(" with {}", answer.status)).unwrap_or_default();
        let why = label(reason.as_str());
        sentences.push(OutcomeSentence::new("bad", format!("zoomhook refused it{status}: {why}.")));
    }
    if let Some(wait @ StoredWait::Answer { .. }) = stored.waits_for {
        if stored.was_taken_later() {
            sentences.push(OutcomeSentence::new("good", "Your app took a replay of it."));
        } else {
            let tone = if stored.is_waiting(now) { "waiting" } else { "bad" };
            sentences.push(OutcomeSentence::new(tone, sentence(waits(wait, now))));
        }
        return sentences;
    }
    match (live_view(stored, attempts), answer) {
        (Some(delivery), _) => sentences.extend(of_event(stored, &delivery, attempts, now)),
        (None, Some(answer)) if stored.reason.is_none() => sentences.extend(of_other(stored, answer)),
        (None, _) => {}
    }
    sentences
}

/// What became of a verified event.
fn of_event(
    stored: &StoredDelivery,
    delivery: &Delivery,
    attempts: KnownAttempts,
    now: SystemTime,
) -> Vec<OutcomeSentence> {
    let is_zooms = stored.came_through_public_url();
    let context = WordingContext {
        clock: Clock::local(),
        answered: match is_zooms {
            true => Answered::ZoomBefore { now, has_come_again: attempts.has_later },
            false => Answered::LocalSender,
        },
        ..wording::for_programs()
    };
    let outcome = stored.outcome(now);
    let mut sentences = Vec::new();
    let (status, took) = (delivery.answer.status.as_u16(), latency(delivery.answer.took));
    match delivery.forwarded.iter().find(|forwarded| forwarded.role == ForwardRole::Answers) {
        Some(app) => {
            let said = about_answer(delivery, app, &context);
            let plain = || (Tone::Good, format!("Your app answered {status} after {took}."));
            sentences.push(OutcomeSentence::from(said.unwrap_or_else(plain)));
            let failed = outcome.is_none_or(|outcome| !outcome.reaction().is_delivered());
            let excerpt = if failed { excerpt(app) } else { None };
            sentences
                .extend(excerpt.map(|said| OutcomeSentence::new("plain", format!("It answered: {said}"))));
        }
        None => {
            let text = match stored.route == StoredRoute::Stream {
                true => format!("The other session answered Zoom with {status}."),
                false => format!("zoomhook answered {status} after {took}."),
            };
            sentences.push(OutcomeSentence::new("plain", text));
        }
    }
    let mut tries = 0;
    for other in delivery.forwarded.iter().filter(|forwarded| forwarded.role != ForwardRole::Answers) {
        tries += u32::from(other.role == ForwardRole::Queued);
        let attempt = if other.role == ForwardRole::Queued { tries } else { 1 };
        sentences.push(about_observed(&delivery.judgement, other, attempt).into());
    }
    let was_queued = tries > 0 || delivery.is_queued || stored.was_abandoned(now);
    // The sentences about the app's answer say what became of other events.
    if let Some(outcome) = outcome.filter(|_| was_queued) {
        let tone = match outcome {
            EventOutcome::Delivered => "good",
            EventOutcome::Pending => "waiting",
            _ => "bad",
        };
        sentences.push(OutcomeSentence::new(tone, sentence(&wording::outcome(outcome, stored, now))));
    }
    sentences
}

/// What became of a challenge, or of a request that the app was asked about although it is not verified.
fn of_other(stored: &StoredDelivery, (status, took): (u16, String)) -> Vec<OutcomeSentence> {
    let by = if stored.answering().is_some() { "Your app" } else { "zoomhook" };
    let mut sentences = vec![OutcomeSentence::new("plain", format!("{by} answered {status} after {took}."))];
    if stored.fails_validation() {
        let why = stored.answering().and_then(|app| app.detail.clone()).unwrap_or_default();
        let text = format!("This is not the answer that Zoom expects. {}", clean(&why));
        sentences.push(OutcomeSentence::new("bad", text.trim_end()));
    }
    for other in stored.forwarded.iter().filter(|forwarded| forwarded.role != ForwardRole::Answers) {
        let said = other
            .status
            .map_or_else(|| other.outcome.as_str().replace('_', " "), |status| format!("answered {status}"));
        let why = other.detail.as_ref().map(|why| format!(" {}", clean(why))).unwrap_or_default();
        let text = format!("{} {said} after {}.{why}", clean(&other.target), latency(other.took));
        sentences.push(OutcomeSentence::new("plain", text));
    }
    sentences
}

/// The start of the app's answer.
fn excerpt(app: &Forwarded) -> Option<String> {
    match &app.outcome {
        ForwardOutcome::Answered { body, .. } => answer_excerpt(body),
        _ => None,
    }
}

/// A phrase as a sentence.
fn sentence(phrase: &str) -> String {
    let mut letters = phrase.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// A verified event as the live view has it; `None` for other requests, and before the answer.
fn live_view(stored: &StoredDelivery, attempts: KnownAttempts) -> Option<Delivery> {
    let answer = stored.answer.filter(|_| stored.is_verified_event())?;
    let repeats = stored
        .retry_of
        .clone()
        .map(|first| Box::new(Repetition { first, number: attempts.retry, changed_headers: None }));
    Some(Delivery {
        id: stored.id.clone(),
        received_at: stored.received_at,
        request: Arc::new(Request {
            method: Method::from_bytes(stored.method.as_bytes()).ok()?,
            target: stored.target.clone(),
            headers: stored.header_map(),
            body: stored.body.clone().into(),
            peer: stored.peer.parse().unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            route: if stored.route == StoredRoute::Tunnel { Route::Tunnel } else { Route::Local },
        }),
        judgement: Judgement::Event(VerifiedEvent {
            event: stored.event.clone()?,
            event_ts: stored.event_ts,
            secret_name: stored.secret_name.clone().unwrap_or_default().into(),
        }),
        answer: Answer { status: StatusCode::from_u16(answer.status).ok()?, took: answer.took },
        repeats,
        cause: None,
        forwarded: stored.forwarded.iter().filter_map(|forward| forward.to_forwarded()).collect(),
        is_queued: stored.waits_for == Some(StoredWait::Queue),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::delivery::{RelayOutcomeKind, StoredAnswer, StoredForward, TunnelKind};
    use crate::report::test_support::stored;

    const ATTEMPTS: KnownAttempts = KnownAttempts { retry: 0, has_later: false };

    /// An event that the app answered, from Zoom or from this machine.
    fn answered(status: u16, millis: u64, is_zooms: bool) -> StoredDelivery {
        let took = Duration::from_millis(millis);
        let route = if is_zooms { StoredRoute::Tunnel } else { StoredRoute::Local };
        StoredDelivery {
            route: route.into(),
            tunnel: (if is_zooms { TunnelKind::Ngrok } else { TunnelKind::None }).into(),
            answer: Some(StoredAnswer { status, took }),
            forwarded: vec![StoredForward {
                target: "http://localhost:3000".into(),
                role: ForwardRole::Answers.into(),
                outcome: RelayOutcomeKind::Answered.into(),
                status: Some(status),
                headers: Vec::new(),
                body: b"{\"error\":\"no\"}".to_vec(),
                detail: None,
                first_byte: Some(took),
                took,
            }],
            ..stored()
        }
    }

    fn texts(stored: &StoredDelivery, attempts: KnownAttempts, after: Duration) -> String {
        let said = outcome(stored, attempts, stored.received_at + after);
        said.into_iter().map(|said| format!("{}: {}\n", said.tone, said.text)).collect()
    }

    fn at_once(stored: &StoredDelivery) -> String {
        texts(stored, ATTEMPTS, Duration::from_secs(1))
    }

    #[test]
    fn what_zoom_does_is_stated_only_of_what_zoom_sent() {
        for (status, millis) in [(200, 5), (200, 3_400), (401, 5), (500, 5)] {
            let local = at_once(&answered(status, millis, false));
            assert!(!local.contains("Zoom retries") && !local.contains("Zoom gave up"), "{local}");
            assert!(!local.contains("is due") && !local.contains("does not retry"), "{local}");
        }
        let late = at_once(&answered(200, 3_400, true));
        assert!(late.starts_with("bad: Your app answered 200 after 3.4 s. Zoom gave up at 3.0 s."), "{late}");
        let lost = at_once(&answered(401, 5, true));
        assert!(lost.contains("Zoom does not retry a 4xx.") && lost.contains("It answered: {"), "{lost}");
        assert_eq!(at_once(&answered(200, 5, true)), "good: Your app answered 200 after 5 ms.\n");
    }

    #[test]
    fn a_retry_is_due_or_was_due_or_has_arrived() {
        let failed = answered(500, 5, true);
        let hour = Duration::from_secs(3600);
        let said = |has_later, after| texts(&failed, KnownAttempts { retry: 0, has_later }, after);
        assert!(
            said(false, Duration::ZERO).contains("The next attempt is due at about "),
            "{}",
            said(false, hour)
        );
        let past = said(false, hour);
        assert!(past.contains("was due at about ") && past.contains("not in the history"), "{past}");
        assert!(said(true, hour).contains("The next attempt has arrived."), "{}", said(true, hour));
    }

    #[test]
    fn an_imported_delivery_only_claims_its_answer() {
        let imported = StoredDelivery { provenance: Provenance::Imported, ..answered(500, 5, true) };
        assert_eq!(at_once(&imported), "plain: Its file says that it was answered with 500 after 5 ms.\n");
    }

    #[test]
    fn a_delivery_that_waits_has_no_answer_yet() {
        let until = stored().received_at + Duration::from_secs(9);
        let waiting = StoredDelivery {
            waits_for: Some(StoredWait::Answer { until }),
            answer: None,
            ..answered(200, 5, true)
        };
        assert_eq!(at_once(&waiting), "waiting: Waiting for your app.\n");
        let ended = texts(&waiting, ATTEMPTS, Duration::from_secs(10));
        assert_eq!(ended, "bad: The session ended before your app answered.\n");
        assert!(waiting.received_at > UNIX_EPOCH);
    }
}
