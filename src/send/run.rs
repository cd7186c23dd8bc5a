//! Sends many requests at their due times, over several connections, with Zoom's retries. [`run`] is the entry point.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::endpoint::EndpointClient;
use super::posted::{is_stale, next_try};
use crate::diagnosis::{ForgeryTrial, Secrets};
use crate::send::Posted;
use crate::zoom::{Breakage, EndpointOutcome, RETRIES, Reaction, RequestIds, SecretToken, signed_request};

/// Limit on results that wait to be shown.
const QUEUE: usize = 1024;

/// One event to send.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// The event's name.
    pub(crate) event: &'static str,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// The ids of the first delivery.
    pub(crate) ids: RequestIds,
    /// The token that signs it.
    pub(crate) secret: SecretToken,
    /// What is wrong with it on purpose.
    pub(crate) breakage: Option<Breakage>,
    /// Whether it is sent twice.
    pub(crate) twice: bool,
}

/// How jobs are sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    /// The number of connections.
    pub(crate) connections: usize,
    /// Whether requests are retried as Zoom does.
    pub(crate) retry: bool,
    /// How many times faster than Zoom's the pauses between retries are; `None` for no pauses.
    pub(crate) speed: Option<f64>,
}

impl Pace {
    /// The pause at this speed.
    #[must_use]
    pub(crate) fn scaled(&self, pause: Duration) -> Duration {
        match self.speed {
            Some(speed) if speed > 0.0 => pause.div_f64(speed),
            _ => Duration::ZERO,
        }
    }
}

/// The time that requests are signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendClock {
    /// The system's time.
    System,
    /// As if the run had begun at this time, and every request were sent exactly when it is due. So the requests of two
    /// runs are the same.
    From(SystemTime),
}

impl SendClock {
    /// The time for a request that is due so long after the start.
    fn time(self, due: Duration) -> SystemTime {
        match self {
            Self::System => SystemTime::now(),
            Self::From(begun) => begun.checked_add(due).unwrap_or(begun),
        }
    }
}

/// Sends `count` jobs, numbered from 0. `make` creates a job when it is due. Each request is returned on the channel
/// when it ends, with `true` if it will not be retried. `secrets` are needed to check answers to challenges.
pub(crate) fn run(
    client: Arc<EndpointClient>,
    secrets: Arc<Secrets>,
    pace: Pace,
    clock: SendClock,
    count: u64,
    make: impl Fn(u64, SystemTime) -> Job + Send + Sync + 'static,
    due: impl Fn(u64) -> Duration + Send + Sync + 'static,
) -> mpsc::Receiver<(Posted, bool)> {
    let (sender, results) = mpsc::channel(QUEUE);
    let work = Arc::new(Work {
        client,
        secrets,
        pace,
        clock,
        count,
        next: AtomicU64::new(0),
        started: Instant::now(),
        make,
        due,
        sender,
    });
    for _ in 0..pace.connections.max(1) {
        tokio::spawn(work.clone().work());
    }
    results
}

struct Work<M, D> {
    client: Arc<EndpointClient>,
    secrets: Arc<Secrets>,
    pace: Pace,
    clock: SendClock,
    count: u64,
    next: AtomicU64,
    started: Instant,
    make: M,
    due: D,
    sender: mpsc::Sender<(Posted, bool)>,
}

impl<M, D> Work<M, D>
where
    M: Fn(u64, SystemTime) -> Job + Send + Sync + 'static,
    D: Fn(u64) -> Duration + Send + Sync + 'static,
{
    async fn work(self: Arc<Self>) {
        // Zoom sends other events while one waits for its retry.
        let mut waiting = JoinSet::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.count {
                break;
            }
            let due = (self.due)(number);
            let start = self.started + due;
            if start > Instant::now() {
                tokio::time::sleep_until(start).await;
            }
            let job = (self.make)(number, self.clock.time(due));
            let posted = self.first_try(&job, due).await;
            let Some(first) = posted else { break };
            if next_try(job.event, first, 0).is_some() && self.pace.retry && job.breakage.is_none() {
                match self.pace.speed {
                    None => self.retries(&job, due).await,
                    Some(_) => {
                        let work = self.clone();
                        waiting.spawn(async move { work.retries(&job, due).await });
                    }
                }
            }
        }
        while waiting.join_next().await.is_some() {}
    }

    /// Sends the event, twice if the job says so. `None` if the receiver is closed.
    async fn first_try(&self, job: &Job, due: Duration) -> Option<Reaction> {
        let mut before = None;
        if job.twice {
            let again = job.ids.for_retry(random(job, 0));
            before = Some(self.send(job, &again, 0, due, None).await?);
        }
        self.send(job, &job.ids, 0, due, before).await
    }

    async fn retries(&self, job: &Job, mut due: Duration) {
        for (at, pause) in RETRIES.iter().enumerate() {
            let pause = self.pace.scaled(*pause);
            tokio::time::sleep(pause).await;
            due = due.saturating_add(pause);
            let ids = job.ids.for_retry(random(job, at + 1));
            if self.send(job, &ids, at + 1, due, None).await != Some(Reaction::Retried) {
                return;
            }
        }
    }

    /// Signs the event with the time at which it is due, and posts it. `before` is the reaction to its first copy.
    async fn send(
        &self,
        job: &Job,
        ids: &RequestIds,
        attempt: usize,
        due: Duration,
        before: Option<Reaction>,
    ) -> Option<Reaction> {
        let now = self.clock.time(due);
        let request = signed_request(&job.secret, &job.body, now, ids, job.breakage);
        let answer = self.client.post(&request).await;
        let reaction = match answer.outcome {
            // The endpoint says that it has the event already.
            EndpointOutcome::Answered { status: 409 } if before.is_some_and(Reaction::is_delivered) => {
                Reaction::Delivered
            }
            _ => answer.outcome.reaction(),
        };
        let faults = || answer.challenge_faults(&job.body, &job.secret, &self.secrets);
        let challenge_faults = job.breakage.is_none().then(faults).flatten();
        let next_try = next_try(job.event, reaction, attempt);
        let is_last = next_try.is_none() || !self.pace.retry || job.breakage.is_some();
        let outcome = answer.outcome.clone();
        let has_headers = self.client.adds_headers();
        let forgery = job.breakage.map(|how| ForgeryTrial::new(how, &job.body, has_headers, outcome));
        let posted = Posted {
            event: job.event.to_owned(),
            request_id: ids.request_id(),
            attempt,
            answer,
            reaction,
            challenge_faults,
            forgery,
            next_try: next_try.map(|pause| if self.pace.retry { self.pace.scaled(pause) } else { pause }),
            is_stale: is_stale(now),
        };
        self.sender.send((posted, is_last)).await.ok().map(|()| reaction)
    }
}

/// Numbers for the ids of another delivery of the same event: different for each, and the same in every run.
fn random(job: &Job, attempt: usize) -> [u128; 2] {
    let seed = u64::try_from(attempt).unwrap_or_default().wrapping_add(1);
    let digest = Sha256::digest([job.ids.request_id().as_bytes(), &seed.to_be_bytes()].concat());
    let (one, other) = digest.split_at(16);
    [one, other].map(|half| half.iter().fold(0, |number, byte| number << 8 | u128::from(*byte)))
}
