//! Replays deliveries to the app, with a fresh signature: a correct receiver rejects a stale one.

use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::delivery::{Delivery, ForwardRole, Judgement, LateForwarded, LateKind, Request};
use crate::forward::{LateOutcome, Targets};
use crate::zoom::{NamedSecret, SecretToken};

/// Limit on replays that wait for the app: a user who holds a key down should see that it has no effect.
pub(super) const WAITING: usize = 8;

/// A delivery to be sent to the app again.
#[derive(Debug)]
pub(super) struct Replay {
    id: String,
    judgement: Judgement,
    request: Arc<Request>,
    /// The secret for the fresh signature; `None` to send the request as received.
    secret: Option<SecretToken>,
}

/// Why a delivery cannot be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreplayable {
    #[error("Its body was not read, so there is nothing to replay.")]
    Unread,
    #[error(
        "It was refused, so your app does not receive it. With --forward-unverified, refused requests and their \
         replays go to your app as received."
    )]
    Refused,
    #[error("No --forward target is for this event.")]
    NoTarget,
}

/// Prepares a replay. `unverified`: refused requests go to the app too.
pub(super) fn prepare(
    delivery: &Delivery,
    targets: &Targets,
    unverified: bool,
    secrets: &[NamedSecret],
) -> Result<Replay, Unreplayable> {
    if let Judgement::Refused { refusal, .. } = &delivery.judgement {
        if refusal.left_body_unread() {
            return Err(Unreplayable::Unread);
        }
        if !unverified {
            return Err(Unreplayable::Refused);
        }
    }
    if targets.targets_for(delivery.judgement.event()).next().is_none() {
        return Err(Unreplayable::NoTarget);
    }
    Ok(Replay {
        id: delivery.id.clone(),
        judgement: delivery.judgement.clone(),
        request: delivery.request.clone(),
        secret: secret_of(&delivery.judgement, secrets).cloned(),
    })
}

/// The secret that a verified request was signed with; `None` for a refused request, which keeps its signature.
pub(super) fn secret_of<'a>(judgement: &Judgement, secrets: &'a [NamedSecret]) -> Option<&'a SecretToken> {
    let verified = !matches!(judgement, Judgement::Refused { .. });
    let name = judgement.secret_name().filter(|_| verified)?;
    secrets.iter().find(|secret| *secret.name == *name).map(|secret| &secret.token)
}

/// Sends replays one after the other. The outcomes go to `late`. Ends with the session.
pub(super) async fn run(
    targets: Targets,
    late: mpsc::Sender<LateOutcome>,
    mut replays: mpsc::Receiver<Replay>,
    stop: CancellationToken,
) {
    loop {
        let replay = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            replay = replays.recv() => replay,
        };
        let Some(Replay { id, judgement, mut request, secret }) = replay else { return };
        if let Some(secret) = secret {
            Arc::make_mut(&mut request).sign_again(&secret, SystemTime::now());
        }
        let sending = targets.deliver(&request, judgement.event(), ForwardRole::Observed);
        let forwarded = sending.rest().await;
        let answers = LateForwarded {
            id,
            judgement,
            forwarded,
            attempt: 1,
            kind: LateKind::Replay,
            is_signed_afresh: false,
        };
        let _ = late.send(LateOutcome::Answered(Box::new(answers))).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use hyper::StatusCode;
    use hyper::header::HeaderValue;

    use super::*;
    use crate::delivery::Refusal;
    use crate::forward::ForwardSettings;
    use crate::zoom::{SIGNATURE_HEADER, TIMESTAMP_HEADER};

    fn secrets() -> Vec<NamedSecret> {
        let secret = |name: &str| NamedSecret {
            name: name.into(),
            token: SecretToken::new(format!("token-of-{name}")).unwrap(),
        };
        vec![secret("other"), secret("app")]
    }

    fn delivery(judgement: Judgement) -> Delivery {
        use crate::delivery::{Answer, Route};
        Delivery {
            id: "1".into(),
            received_at: UNIX_EPOCH,
            request: Arc::new(Request {
                method: hyper::Method::POST,
                target: "/webhook".into(),
                headers: [(TIMESTAMP_HEADER, "1"), (SIGNATURE_HEADER, "v0=old"), ("x-zm-request-id", "a")]
                    .into_iter()
                    .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                    .collect(),
                body: "{}".into(),
                peer: "127.0.0.1:1".parse().unwrap(),
                route: Route::Local,
            }),
            judgement,
            answer: Answer { status: StatusCode::NO_CONTENT, took: Duration::ZERO },
            repeats: None,
            cause: None,
            forwarded: Vec::new(),
            is_queued: false,
        }
    }

    fn event() -> Judgement {
        let event = crate::delivery::VerifiedEvent {
            event: "meeting.started".into(),
            event_ts: None,
            secret_name: "app".into(),
        };
        Judgement::Event(event)
    }

    fn refused(refusal: Refusal) -> Judgement {
        Judgement::Refused { refusal, claimed_event: None, secret_name: Some("app".into()) }
    }

    fn targets(target: &str) -> Targets {
        Targets::new(ForwardSettings::to(vec![target.parse().unwrap()])).unwrap()
    }

    #[test]
    fn signs_again_with_the_secret_that_matched_and_keeps_everything_else() {
        let replay = prepare(&delivery(event()), &targets("3000"), false, &secrets()).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(1_795_507_201);
        let mut sent = Request::clone(&replay.request);
        sent.sign_again(&replay.secret.unwrap(), now);
        let expected = secrets()[1].token.sign(b"1795507201", b"{}").to_string();
        assert_eq!(sent.headers[SIGNATURE_HEADER], expected);
        assert_eq!(sent.headers[TIMESTAMP_HEADER], "1795507201");
        assert_eq!(
            (&sent.headers["x-zm-request-id"], sent.headers.len()),
            (&HeaderValue::from_static("a"), 3)
        );
    }

    #[test]
    fn sends_refused_requests_as_received_and_only_with_forward_unverified() {
        let mismatch = delivery(refused(Refusal::SignatureMismatch));
        let prepared = |delivery: &Delivery, unverified| {
            prepare(delivery, &targets("3000"), unverified, &secrets()).map(|replay| replay.secret.is_some())
        };
        assert_eq!(prepared(&mismatch, false), Err(Unreplayable::Refused));
        assert_eq!(prepared(&mismatch, true), Ok(false));
        let unread = delivery(refused(Refusal::BodyTooLarge { limit: 1 }));
        assert_eq!(prepared(&unread, true), Err(Unreplayable::Unread));
    }

    #[test]
    fn rejects_an_event_that_no_target_is_for() {
        let prepared = prepare(&delivery(event()), &targets("phone.*=3000"), false, &secrets());
        assert_eq!(prepared.unwrap_err(), Unreplayable::NoTarget);
    }
}
