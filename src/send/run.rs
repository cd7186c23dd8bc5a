//! Many requests: when each is due, over how many connections, and tried again as Zoom does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::endpoint::EndpointClient;
use crate::diagnosis::Secrets;
use crate::send::Posted;
use crate::zoom::{RETRIES, Reaction, RequestIds, SecretToken, SignedRequest};

/// Answers that may wait to be shown.
const QUEUE: usize = 1024;

/// One event that is to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    /// The event's name.
    pub(crate) event: &'static str,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// The ids of the first delivery.
    pub(crate) ids: RequestIds,
    /// The token that it is signed with.
    pub(crate) secret: SecretToken,
    /// Whether that is a wrong one, on purpose.
    pub(crate) forged: bool,
    /// Whether it is sent twice.
    pub(crate) twice: bool,
}

/// How it is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Whether what Zoom would send again is sent again.
    pub(crate) retry: bool,
    /// How many times faster than Zoom's the pauses between retries are; `None` for no pauses.
    pub(crate) speed: Option<f64>,
}

impl Pace {
    /// A pause at this speed.
    #[must_use]
    pub(crate) fn scaled(&self, pause: Duration) -> Duration {
        match self.speed {
            Some(speed) if speed > 0.0 => pause.div_f64(speed),
            _ => Duration::ZERO,
        }
    }
}

/// Sends the jobs 0 to below `count`, which `make` makes when they are due, and tells each request as it ends.
/// `secrets` are for the judge of answers to challenges. The second value is whether it is tried no more.
pub(crate) fn run(
    client: EndpointClient,
    secrets: Secrets,
    pace: Pace,
    count: u64,
    make: impl Fn(u64, SystemTime) -> Job + Send + Sync + 'static,
    due: impl Fn(u64) -> Duration + Send + Sync + 'static,
) -> mpsc::Receiver<(Posted, bool)> {
    let (tell, told) = mpsc::channel(QUEUE);
    let work = Arc::new(Work {
        client,
        secrets,
        pace,
        count,
        next: AtomicU64::new(0),
        begun: Instant::now(),
        make,
        due,
        tell,
    });
    for _ in 0..pace.connections.max(1) {
        tokio::spawn(work.clone().work());
    }
    told
}

struct Work<M, D> {
    client: EndpointClient,
    secrets: Secrets,
    pace: Pace,
    count: u64,
    next: AtomicU64,
    begun: Instant,
    make: M,
    due: D,
    tell: mpsc::Sender<(Posted, bool)>,
}

impl<M, D> Work<M, D>
where
    M: Fn(u64, SystemTime) -> Job + Send + Sync + 'static,
    D: Fn(u64) -> Duration + Send + Sync + 'static,
{
    async fn work(self: Arc<Self>) {
        // Zoom sends other events while one waits for its next try.
        let mut waiting = JoinSet::new();
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.count {
                break;
            }
            let due = self.begun + (self.due)(number);
            if due > Instant::now() {
                tokio::time::sleep_until(due).await;
            }
            let job = (self.make)(number, SystemTime::now());
            let posted = self.first_try(&job).await;
            let Some(first) = posted else { break };
            if first == Reaction::Retried && self.pace.retry && !job.forged {
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

    /// The event, and once more where it is to be sent twice. `None` when nobody listens any more.
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

    /// Signs afresh and posts.
    async fn send(&self, job: &Job, ids: &RequestIds, attempt: usize) -> Option<Reaction> {
        let request = SignedRequest::new(&job.secret, job.body.clone(), SystemTime::now(), ids);
        let answer = self.client.post(&request).await;
        let reaction = answer.outcome.reaction();
        let judge = || answer.challenge_faults(&job.body, &job.secret, &self.secrets);
        let challenge_faults = (!job.forged).then(judge).flatten();
        let next_try = (reaction == Reaction::Retried).then(|| RETRIES.get(attempt).copied()).flatten();
        let is_last = next_try.is_none() || !self.pace.retry || job.forged;
        let posted = Posted {
            event: job.event.to_owned(),
            request_id: ids.request_id(),
            attempt,
            answer,
            reaction,
            challenge_faults,
            forged: job.forged,
            next_try: next_try.map(|pause| if self.pace.retry { self.pace.scaled(pause) } else { pause }),
        };
        self.tell.send((posted, is_last)).await.ok().map(|()| reaction)
    }
}

/// Numbers for the ids of another delivery: only that they differ matters.
fn random(job: &Job) -> [u128; 2] {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
    [now ^ ((job.body.len() as u128) << 64), now.rotate_left(61)]
}
