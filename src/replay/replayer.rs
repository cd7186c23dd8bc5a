//! Sends stored deliveries one after the other, in one or more rounds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::prepare::{NotPrepared, Prepared, ReplayMode, prepare};
use super::rules::{self, Choice, Doubt, Withheld};
use super::{ReplayProgress, ReplayTally, Replayed, compare_answers};
use crate::delivery::{ForwardOutcome, Forwarded, Request, StoredDelivery, is_client_id};
use crate::diagnosis::{Secrets, challenge_faults};
use crate::zoom::expired;

/// How long to wait for an app that restarts after a change: long enough for a medium-sized build.
const RESTART: Duration = Duration::from_secs(15);

/// If the app is not up again within this time, the wait is reported.
const SOON: Duration = Duration::from_secs(1);

/// What a replay needs from the rest of the program: the app, the history's short ids, and the report.
pub(crate) trait ReplayContext {
    /// An app with its open connections.
    type App: Clone;
    /// Why the replay cannot go on.
    type Error;

    /// Whether the user named the target.
    fn has_target(&self) -> bool;

    /// The app that a delivery goes to. The text says where that is, if the user did not name the target.
    ///
    /// # Errors
    /// There is no such app, or the user has to confirm it.
    fn app_for(&mut self, stored: &StoredDelivery) -> Result<(Self::App, Option<String>), Self::Error>;

    /// The app's URL.
    fn url(&self, app: &Self::App) -> String;

    /// Whether the app gets this header from the request: the user sets no other value, and it is not one of a single
    /// connection.
    fn passes_header(&self, app: &Self::App, name: &str) -> bool;

    /// Sends one request.
    fn send(&self, app: &Self::App, request: &Request) -> impl Future<Output = Forwarded>;

    /// Waits until the app accepts connections; `false` if it does not within `limit`.
    fn wait_until_open(&self, app: &Self::App, limit: Duration) -> impl Future<Output = bool>;

    /// The beginning of an id that is unique in the history.
    ///
    /// # Errors
    /// The history cannot be read.
    fn short_id(&self, id: &str) -> Result<String, Self::Error>;

    /// Stores that the app took a delivery whose session had ended before the app answered.
    ///
    /// # Errors
    /// The history cannot be written.
    fn settle(&mut self, stored: &StoredDelivery, forwarded: &Forwarded) -> Result<(), Self::Error>;

    /// Reports what happens.
    ///
    /// # Errors
    /// The output cannot be written.
    fn report(&mut self, progress: ReplayProgress) -> Result<(), Self::Error>;
}

/// Why a round ends early.
#[derive(Debug)]
pub(crate) enum ReplayError<E> {
    /// No delivery was chosen.
    NothingChosen,
    /// A delivery cannot be sent.
    NotPrepared {
        /// The delivery's id.
        id: String,
        /// Why.
        error: NotPrepared,
    },
    /// An error of the [`ReplayContext`].
    Outside(E),
}

impl<E> From<E> for ReplayError<E> {
    fn from(error: E) -> Self {
        Self::Outside(error)
    }
}

/// How many deliveries a round skipped, by reason, in the order in which the reasons occurred.
#[derive(Debug, Default)]
struct Skipped(Vec<(Withheld, u64)>);

impl Skipped {
    fn count(&mut self, why: Withheld) {
        match self.0.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => self.0.push((why, 1)),
        }
    }
}

/// Sends deliveries and counts the outcomes.
#[derive(Debug)]
pub(crate) struct Replayer<S> {
    context: S,
    mode: ReplayMode,
    /// Needed to check answers to challenges.
    secrets: Secrets,
    /// How many times faster than the original the pauses are; `None` for no pauses.
    speed: Option<f64>,
    tally: ReplayTally,
    added_reported: bool,
    /// The names of missing headers that were reported.
    missing_reported: Vec<String>,
    /// The destination that was reported last.
    destination: Option<String>,
    /// A file has changed: the app may be restarting.
    restarts: bool,
}

impl<S: ReplayContext> Replayer<S> {
    /// Sends nothing yet. `secrets` are needed to check answers to challenges.
    pub(crate) fn new(context: S, mode: ReplayMode, secrets: Secrets, speed: Option<f64>) -> Self {
        Self {
            context,
            mode,
            secrets,
            speed,
            tally: ReplayTally::default(),
            added_reported: false,
            missing_reported: Vec::new(),
            destination: None,
            restarts: false,
        }
    }

    /// Call this when the app's files change: from now on, [`round`](Self::round) waits for an app that restarts.
    pub(crate) fn app_has_changed(&mut self) {
        self.restarts = true;
    }

    /// What was passed to [`new`](Self::new).
    pub(crate) fn context(&mut self) -> &mut S {
        &mut self.context
    }

    /// The counts of all rounds.
    pub(crate) fn tally(&self) -> ReplayTally {
        self.tally
    }

    /// Sends these deliveries.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub(crate) async fn round(
        &mut self,
        deliveries: impl Iterator<Item = Result<StoredDelivery, S::Error>>,
        choice: Choice,
    ) -> Result<(), ReplayError<S::Error>> {
        let (started, mut first, mut skipped) = (Instant::now(), None, Skipped::default());
        for stored in deliveries {
            let stored = stored?;
            match rules::check(&stored, &self.mode, choice, self.context.has_target()) {
                Ok(None) => {}
                Ok(Some(doubt)) => self.report_doubt(&stored, doubt)?,
                Err(Withheld::Method) if choice == Choice::Named => {
                    return Err(ReplayError::NotPrepared { id: stored.id, error: NotPrepared::NotPost });
                }
                Err(Withheld::NoBody) if choice == Choice::Named => {
                    return Err(ReplayError::NotPrepared { id: stored.id, error: NotPrepared::NoBody });
                }
                // The context's error says what to do.
                Err(Withheld::NoTarget) if choice == Choice::Named => {}
                Err(why) => {
                    skipped.count(why);
                    continue;
                }
            }
            let first = *first.get_or_insert(stored.received_at);
            if let Some(speed) = self.speed {
                let gap = stored.received_at.duration_since(first).unwrap_or_default();
                tokio::time::sleep_until(started + gap.div_f64(speed)).await;
            }
            let replayed = self.replay(&stored).await?;
            self.tally.record(&replayed);
            self.context.report(ReplayProgress::Replayed(Box::new(replayed)))?;
        }
        for (why, count) in skipped.0 {
            self.context.report(ReplayProgress::Skipped { why, count })?;
        }
        if first.is_none() { Err(ReplayError::NothingChosen) } else { Ok(()) }
    }

    async fn replay(&mut self, stored: &StoredDelivery) -> Result<Replayed, ReplayError<S::Error>> {
        let (app, destination) = self.context.app_for(stored)?;
        self.report_destination(destination)?;
        let now = SystemTime::now();
        let prepared = prepare(stored, &self.mode, now)
            .map_err(|error| ReplayError::NotPrepared { id: stored.id.clone(), error })?;
        let Prepared { request, judgement, masked, added } = prepared;
        self.report_added(added)?;
        let mut forwarded = self.send(&app, &request).await?;
        forwarded.challenge_faults = challenge_faults(&judgement, &forwarded, &self.secrets);
        let sent = stored.event_ts.and_then(|millis| u64::try_from(millis).ok());
        let sent = sent.map_or(stored.received_at, |millis| UNIX_EPOCH + Duration::from_millis(millis));
        let name = stored.event.clone();
        let replayed = Replayed {
            id: stored.id.clone(),
            short_id: self.context.short_id(&stored.id)?,
            is_event: name.is_some(),
            name: name.unwrap_or_else(|| format!("{} {}", stored.method, stored.target)),
            target: stored.target.clone(),
            exact: matches!(self.mode, ReplayMode::Exact),
            judgement,
            changes: stored.app().map(|then| compare_answers(then, &forwarded)),
            expired: expired(&request.body, sent, now),
            forwarded,
        };
        // A session without an app answers by itself, so no app has it.
        if stored.was_abandoned(now) && replayed.forwarded.is_delivered() && !replayed.is_of_zoomhook() {
            self.context.settle(stored, &replayed.forwarded)?;
        }
        self.report_missing(&app, masked, &replayed)?;
        Ok(replayed)
    }

    /// Sends a request. If the app is restarting, sends it again once the app is up.
    async fn send(&mut self, app: &S::App, request: &Request) -> Result<Forwarded, S::Error> {
        if self.restarts {
            self.wait_for(app).await?;
        }
        let forwarded = self.context.send(app, request).await;
        // The old process may have accepted connections until now.
        let is_down = matches!(forwarded.outcome, ForwardOutcome::Unreachable(_) | ForwardOutcome::Broken(_));
        if self.restarts && is_down && self.wait_for(app).await? {
            return Ok(self.context.send(app, request).await);
        }
        Ok(forwarded)
    }

    async fn wait_for(&mut self, app: &S::App) -> Result<bool, S::Error> {
        if self.context.wait_until_open(app, SOON).await {
            return Ok(true);
        }
        let target = self.context.url(app);
        self.context.report(ReplayProgress::WaitingForApp { target, limit: RESTART })?;
        Ok(self.context.wait_until_open(app, RESTART - SOON).await)
    }

    /// Reports where deliveries go, each time that the destination changes.
    fn report_destination(&mut self, destination: Option<String>) -> Result<(), S::Error> {
        if let Some(place) = destination.filter(|place| self.destination.as_ref() != Some(place)) {
            self.context.report(ReplayProgress::Destination(place.clone()))?;
            self.destination = Some(place);
        }
        Ok(())
    }

    /// Reports, before sending, that the app cannot tell a request of unknown origin from a genuine one.
    fn report_doubt(&mut self, stored: &StoredDelivery, doubt: Doubt) -> Result<(), S::Error> {
        let id = self.context.short_id(&stored.id)?;
        self.context.report(ReplayProgress::Unproven { id, doubt })
    }

    /// Reports what the user may not have intended, with the first delivery to which it applies.
    fn report_added(&mut self, added: Vec<String>) -> Result<(), S::Error> {
        if self.added_reported || added.is_empty() {
            return Ok(());
        }
        self.added_reported = true;
        self.context.report(ReplayProgress::Added(added))
    }

    /// Reports the headers that the app got the first time and lacks now, each of them once. Every request of Zoom has
    /// the client id, so that one is reported only if the app now refuses what it did not refuse then.
    fn report_missing(
        &mut self,
        app: &S::App,
        masked: Vec<String>,
        replayed: &Replayed,
    ) -> Result<(), S::Error> {
        let mut missing = masked;
        missing.retain(|name| {
            self.context.passes_header(app, name)
                && (!is_client_id(name) || replayed.is_newly_refused())
                && !self.missing_reported.contains(name)
        });
        if missing.is_empty() {
            return Ok(());
        }
        self.missing_reported.extend_from_slice(&missing);
        self.context.report(ReplayProgress::Masked(missing))
    }
}
