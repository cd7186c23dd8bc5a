//! Sends many requests at their due times, over several connections, with Zoom's retries. [`run`] is the entry point.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::endpoint::EndpointClient;
use crate::diagnosis::{ForgeryTrial, Secrets};
use crate::send::Posted;
use crate::zoom::{Breakage, RETRIES, Reaction, RequestIds, SecretToken, signed_request};

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

/// Sends `count` jobs, numbered from 0. `make` creates a job when it is due. Each request is returned on the channel
/// when it ends, with `true` if it will not be retried. `secrets` are needed to check answers to challenges.
pub(crate) fn run(
    client: Arc<EndpointClient>,
    secrets: Arc<Secrets>,
    pace: Pace,
    count: u64,
    make: impl Fn(u64, SystemTime) -> Job + Send + Sync + 'static,
    due: impl Fn(u64) -> Duration + Send + Sync + 'static,
) -> mpsc::Receiver<(Posted, bool)> {
    let (sender, results) = mpsc::channel(QUEUE);
    let work = Arc::new(Work {
        client,
        secrets,
        pace,
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
            let due = self.started + (self.due)(number);
            if due > Instant::now() {
                tokio::time::sleep_until(due).await;
            }
            let job = (self.make)(number, SystemTime::now());
            let posted = self.first_try(&job).await;
            let Some(first) = posted else { break };
            if first == Reaction::Retried && self.pace.retry && job.breakage.is_none() {
                match self.pace.speed {
                    None => self.retries(&job).await,
                    Some(_) => {
                        let work = self.clone();
                        waiting.spawn(async move { work.retries(&job).await });
                    }
                }
            }
        }
        while waiting.join_next().await.is_some() {}
    }

    /// Sends the event, twice if the job says so. `None` if the receiver is closed.
    async fn first_try(&self, job: &Job) -> Option<Reaction> {
        if job.twice {
            let again = job.ids.for_retry(random(job));
            self.send(job, &again, 0).await?;
        }
        self.send(job, &job.ids, 0).await
    }

    async fn retries(&self, job: &Job) {
        for (at, pause) in RETRIES.iter().enumerate() {
            tokio::time::sleep(self.pace.scaled(*pause)).await;
            let ids = job.ids.for_retry(random(job).map(|number| number.wrapping_add(at as u128)));
            if self.send(job, &ids, at + 1).await != Some(Reaction::Retried) {
                return;
            }
        }
    }

    /// Signs the event at the current time and posts it.
    async fn send(&self, job: &Job, ids: &RequestIds, attempt: usize) -> Option<Reaction> {
        let request = signed_request(&job.secret, &job.body, SystemTime::now(), ids, job.breakage);
        let answer = self.client.post(&request).await;
        let reaction = answer.outcome.reaction();
        let faults = || answer.challenge_faults(&job.body, &job.secret, &self.secrets);
        let challenge_faults = job.breakage.is_none().then(faults).flatten();
        let next_try = (reaction == Reaction::Retried).then(|| RETRIES.get(attempt).copied()).flatten();
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
        };
        self.sender.send((posted, is_last)).await.ok().map(|()| reaction)
    }
}

/// Numbers for the ids of a retry. They only have to be different each time.
fn random(job: &Job) -> [u128; 2] {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    [now ^ ((job.body.len() as u128) << 64), now.rotate_left(61)]
}
