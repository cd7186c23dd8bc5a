//! The deliveries sent one after the other, once, or again after every change of a file.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::prepare::{How, Prepared, is_of_a_stranger, prepare};
use super::{Chosen, ExitStatus, Failure};
use crate::delivery::{ForwardOutcome, ForwardRole, Forwarded, Request, StoredDelivery};
use crate::diagnosis::{Secrets, challenge_faults};
use crate::forward::{TargetId, Targets};
use crate::history::{HistoryError, Reader};
use crate::http::Target;
use crate::replay::{ReplayTally, Replayed, compare_answers};
use crate::report::{OutputError, ReplayReport};
use crate::settings::replay::{NoTarget, ReplayTo};
use crate::watch::Watcher;
use crate::zoom::{CHALLENGE_EVENT, expired};

/// How long an app that was changed has to come up again: a build of some size, and no longer than a person waits.
const RESTART: Duration = Duration::from_secs(15);

/// An app that is not up again within this time is told to be waited for.
const SOON: Duration = Duration::from_secs(1);

/// What is sent, how, where to, and what became of it.
pub(super) struct Replaying<'r> {
    reader: &'r Reader,
    how: How,
    /// For the judge of answers to challenges.
    secrets: Secrets,
    to: ReplayTo,
    relays: HashMap<String, (Targets, TargetId)>,
    view: ReplayReport,
    tally: ReplayTally,
    asides_told: bool,
    /// What was said last about where deliveries go.
    place_told: Option<String>,
    /// A file has changed, so that the app may be on its way down or up.
    restarts: bool,
}

impl<'r> Replaying<'r> {
    pub(super) fn new(
        reader: &'r Reader,
        (how, secrets): (How, Secrets),
        to: ReplayTo,
        view: ReplayReport,
    ) -> Self {
        Self {
            reader,
            how,
            secrets,
            to,
            relays: HashMap::new(),
            view,
            tally: ReplayTally::default(),
            asides_told: false,
            place_told: None,
            restarts: false,
        }
    }

    /// Sends everything; with a watcher, again after each change, without end. A reader of our output that has had
    /// enough is an end.
    pub(super) async fn run(&mut self, chosen: &Chosen, watcher: Option<Watcher>) -> Result<(), Failure> {
        match self.rounds(chosen, watcher).await {
            Err(Stop::Output(OutputError::Closed)) | Ok(()) => Ok(()),
            Err(Stop::Output(error)) => Err(error.into()),
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    /// Shows the counts, and gives them.
    pub(super) fn finish(mut self) -> Result<ReplayTally, Failure> {
        match self.view.finish(&self.tally) {
            Ok(()) | Err(OutputError::Closed) => Ok(self.tally),
            Err(error) => Err(error.into()),
        }
    }

    async fn rounds(&mut self, chosen: &Chosen, watcher: Option<Watcher>) -> Result<(), Stop> {
        self.round(chosen).await?;
        let Some(mut watcher) = watcher else { return Ok(()) };
        loop {
            // What the app writes because of a delivery, its log or its database, is no change of the app.
            watcher.forget().await;
            self.view.note("Waiting for a change; Ctrl-C ends.")?;
            let path = watcher.changed().await;
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            self.view.note(&format!("{name} has changed."))?;
            self.restarts = true;
            self.round(chosen).await?;
        }
    }

    async fn round(&mut self, chosen: &Chosen) -> Result<(), Stop> {
        let (begun, mut first, mut left_out) = (Instant::now(), None, 0_u64);
        for stored in deliveries(self.reader, chosen) {
            let stored = stored?;
            if is_of_a_stranger(&stored, &self.how) {
                // Whoever knows the public URL can have put them there; what was asked for by name is another matter.
                if matches!(chosen, Chosen::All { refused: false, .. }) {
                    left_out += 1;
                    continue;
                }
                self.tell_of_a_stranger(&stored)?;
            }
            let first = *first.get_or_insert(stored.received_at);
            if let Some(speed) = self.to.speed {
                let gap = stored.received_at.duration_since(first).unwrap_or_default();
                tokio::time::sleep_until(begun + gap.div_f64(speed)).await;
            }
            let replayed = self.replay(&stored).await?;
            self.tally.record(&replayed);
            self.view.show(&replayed)?;
        }
        if left_out > 0 {
            self.view.note(&format!(
                "Left out, because nothing tells that Zoom sent them: {left_out} refused. By id, or with --verdict, \
                 they are sent."
            ))?;
        }
        if first.is_none() {
            return Err(Stop::Failed(nothing_fits()));
        }
        Ok(())
    }

    async fn replay(&mut self, stored: &StoredDelivery) -> Result<Replayed, Stop> {
        let place = self.to.place_for(stored).map_err(no_target)?;
        self.tell_place(place.note)?;
        let (relay, target) = self.relay_to(place.target)?;
        let now = SystemTime::now();
        let prepared = prepare(stored, &self.how, now).map_err(|error| {
            Failure::new(ExitStatus::Usage, format!("{}: {error}", stored.id))
                .with_hint("`zoomhook history show ID` shows the whole delivery.")
        })?;
        self.tell_asides(&prepared)?;
        let Prepared { request, judgement, .. } = prepared;
        let mut forwarded = self.send(&relay, target, &request).await?;
        forwarded.challenge_faults = challenge_faults(&judgement, &forwarded, &self.secrets);
        let sent = stored.event_ts.and_then(|millis| u64::try_from(millis).ok());
        let sent = sent.map_or(stored.received_at, |millis| UNIX_EPOCH + Duration::from_millis(millis));
        let name = stored.event.clone();
        Ok(Replayed {
            id: stored.id.clone(),
            short_id: self.reader.short_id(&stored.id)?,
            is_event: name.is_some(),
            name: name.unwrap_or_else(|| format!("{} {}", stored.method, stored.target)),
            exact: matches!(self.how, How::Exact),
            judgement,
            changes: stored.app().map(|then| compare_answers(then, &forwarded)),
            expired: expired(&request.body, sent, now),
            forwarded,
        })
    }

    /// Sends it; to an app that is starting anew, once more when it is up.
    async fn send(
        &mut self,
        relay: &Targets,
        target: TargetId,
        request: &Request,
    ) -> Result<Forwarded, Stop> {
        if self.restarts {
            self.wait_for_app(relay, target).await?;
        }
        let forwarded = relay.send(target, request, ForwardRole::Answers).await;
        // The old one may still have listened when the file had changed already.
        let is_down = matches!(forwarded.outcome, ForwardOutcome::Unreachable(_) | ForwardOutcome::Broken(_));
        if self.restarts && is_down && self.wait_for_app(relay, target).await? {
            return Ok(relay.send(target, request, ForwardRole::Answers).await);
        }
        Ok(forwarded)
    }

    async fn wait_for_app(&mut self, relay: &Targets, target: TargetId) -> Result<bool, Stop> {
        if relay.wait_until_open(target, SOON).await {
            return Ok(true);
        }
        let (place, limit) = (relay.target(target), RESTART.as_secs());
        self.view.note(&format!("Your app is not up yet at {place}: waiting for it, {limit} s at most."))?;
        Ok(relay.wait_until_open(target, RESTART - SOON).await)
    }

    /// The relay to a target: one for all deliveries that go there, so that its connections are kept.
    fn relay_to(&mut self, target: Target) -> Result<(Targets, TargetId), Failure> {
        let name = target.to_string();
        if let Some(known) = self.relays.get(&name) {
            return Ok(known.clone());
        }
        let relay = Targets::new(self.to.relay_to(target)).map_err(|error| {
            Failure::new(ExitStatus::Usage, error.to_string())
                .with_hint("Name its certificates with --ca, or trust any with --insecure.")
        })?;
        let id = relay.targets_for(None).next();
        let id = id.ok_or_else(|| Failure::new(ExitStatus::Internal, "the relay has no target"))?;
        self.relays.insert(name, (relay.clone(), id));
        Ok((relay, id))
    }

    /// Where deliveries go, once for each place.
    fn tell_place(&mut self, note: Option<String>) -> Result<(), Stop> {
        if let Some(note) = note.filter(|note| self.place_told.as_ref() != Some(note)) {
            self.view.note(&note)?;
            self.place_told = Some(note);
        }
        Ok(())
    }

    /// Before it is sent: the app is about to believe somebody who could be anybody.
    fn tell_of_a_stranger(&mut self, stored: &StoredDelivery) -> Result<(), Stop> {
        if matches!(self.how, How::Fresh { .. }) {
            let id = self.reader.short_id(&stored.id)?;
            self.view.note(&format!(
                "{id} was refused: nothing tells that Zoom sent it. It is signed with your secret token now, so that \
                 your app takes it for Zoom's. `zoomhook verify {id}` shows what is wrong with it."
            ))?;
        }
        Ok(())
    }

    /// What the person may not have meant, with the first delivery that has it.
    fn tell_asides(&mut self, prepared: &Prepared) -> Result<(), Stop> {
        let Prepared { masked, added, bodiless, .. } = prepared;
        if self.asides_told || (masked.is_empty() && added.is_empty() && !bodiless) {
            return Ok(());
        }
        self.asides_told = true;
        if !masked.is_empty() {
            let names = masked.join(", ");
            self.view.note(&format!("Left out, because the history keeps no credentials: {names}."))?;
        }
        if *bodiless {
            self.view.note("Its body was refused unread and is not kept: it is sent without one.")?;
        }
        if !added.is_empty() {
            self.view.note(&format!("Was not in the event, and is added: {}.", added.join(", ")))?;
        }
        Ok(())
    }
}

/// What was chosen; all that fit are read a page at a time.
fn deliveries<'a>(
    reader: &'a Reader,
    chosen: &'a Chosen,
) -> Box<dyn Iterator<Item = Result<StoredDelivery, HistoryError>> + 'a> {
    match chosen {
        Chosen::Named(named) => Box::new(named.iter().cloned().map(Ok)),
        Chosen::All { filter, with_retries, .. } => {
            let wanted = |stored: &StoredDelivery| {
                (*with_retries || stored.retry_of.is_none())
                    && stored.event.as_deref() != Some(CHALLENGE_EVENT)
            };
            Box::new(reader.oldest_first(filter).filter(move |read| read.as_ref().map_or(true, wanted)))
        }
    }
}

/// Why the work ends.
enum Stop {
    Output(OutputError),
    Failed(Failure),
}

impl From<OutputError> for Stop {
    fn from(error: OutputError) -> Self {
        Self::Output(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<HistoryError> for Stop {
    fn from(error: HistoryError) -> Self {
        Self::Failed(error.into())
    }
}

fn no_target(error: NoTarget) -> Failure {
    let hint = match &error {
        NoTarget::NotConfirmed { .. } => {
            "If that is what you want, add --yes. Another target is named with --to."
        }
        NoTarget::Kept(_) | NoTarget::Listen(_) => "Name a target with --to, such as --to 3000.",
    };
    Failure::new(ExitStatus::Usage, error.to_string()).with_hint(hint)
}

fn nothing_fits() -> Failure {
    Failure::new(ExitStatus::Usage, "no kept delivery fits").with_hint(
        "`zoomhook history list` with the same filters shows what does. Retries are left out without \
         --with-retries, refused requests without --verdict, challenges unless named by id.",
    )
}
