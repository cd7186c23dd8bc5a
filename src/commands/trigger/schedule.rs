//! Which event is sent when, with which faults. Pure: numbers and times in, jobs out.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::names::NamedTrigger;
use crate::send::{Job, Pace};
use crate::settings::load::Load;
use crate::settings::sample::Samples;
use crate::zoom::catalogue::scenario::Planned;
use crate::zoom::catalogue::{Event, request_ids};
use crate::zoom::{Breakage, SecretToken};

/// One event of one round.
struct Item {
    event: Event,
    /// Time from the start of the round.
    at: Duration,
    /// For an event of a scenario: its plan, and the scenario's start within the round.
    planned: Option<(Planned, Duration)>,
}

/// All requests of a run.
pub(super) struct Schedule {
    items: Vec<Item>,
    /// Length of a round at real speed.
    length: Duration,
    samples: Samples,
    load: Load,
    secret: SecretToken,
    begun: SystemTime,
}

impl Schedule {
    pub(super) fn new(
        found: Vec<NamedTrigger>,
        samples: Samples,
        load: Load,
        secret: SecretToken,
        begun: SystemTime,
    ) -> Self {
        let (mut items, mut length) = (Vec::new(), Duration::ZERO);
        for found in found {
            match found {
                NamedTrigger::Event(event) => items.push(Item { event, at: length, planned: None }),
                NamedTrigger::Plan(plan) => {
                    let began = length;
                    length = length.saturating_add(plan.length);
                    items.extend(plan.events.into_iter().map(|planned| Item {
                        event: planned.event,
                        at: began.saturating_add(planned.at),
                        planned: Some((planned, began)),
                    }));
                }
            }
        }
        Self { items, length, samples, load, secret, begun }
    }

    /// The paths of `--set` that none of the events has.
    pub(super) fn added(&self) -> Vec<String> {
        self.samples.added(self.items.iter().map(|item| &item.event))
    }

    pub(super) fn pace(&self) -> Pace {
        self.load.pace
    }

    /// The number of events in all rounds.
    pub(super) fn count(&self) -> u64 {
        self.load.count.saturating_mul(self.items.len() as u64)
    }

    /// Checks that every path of `--set` exists in every event; the error is a message.
    pub(super) fn check(&self) -> Result<(), String> {
        let sample = self.samples.at(self.begun, 0);
        let mut seen = std::collections::BTreeSet::new();
        for item in self.items.iter().filter(|item| seen.insert(item.event.name())) {
            sample
                .try_of(&item.event)
                .map_err(|error| format!("--set for {}: {error}", item.event.name()))?;
        }
        Ok(())
    }

    fn place(&self, number: u64) -> (u64, &Item) {
        let count = self.items.len().max(1) as u64;
        let (round, at) = (number / count, usize::try_from(number % count).unwrap_or_default());
        (round, &self.items[at])
    }

    /// When a request is due, measured from the start.
    pub(super) fn due(&self, number: u64) -> Duration {
        match self.load.rate {
            Some(rate) => Duration::from_secs_f64(number as f64 / rate),
            None => {
                let (round, item) = self.place(number);
                let rounds = u32::try_from(round).unwrap_or(u32::MAX);
                self.load.pace.scaled(self.length.saturating_mul(rounds).saturating_add(item.at))
            }
        }
    }

    /// The request with this number, made at `now`.
    pub(super) fn job(&self, number: u64, now: SystemTime) -> Job {
        let chance = |what: u64| random(self.samples.seed, number, what);
        let swapped = match self.load.reorder.takes(random(self.samples.seed, number / 2, 1)) {
            true => Some(number ^ 1).filter(|other| *other < self.count()),
            false => None,
        };
        let (round, item) = self.place(swapped.unwrap_or(number));
        let mut sample = self.samples.at(now, round);
        if let Some((planned, began)) = &item.planned {
            sample = planned.sample(sample, self.began(round, *began));
        }
        let body = sample.of(&item.event).to_json().into_bytes();
        let breakage = self.load.fail_signature.takes(chance(2)).then_some(Breakage::Stranger);
        Job {
            event: item.event.name(),
            ids: request_ids(self.samples.seed ^ number, &body),
            body,
            secret: self.secret.clone(),
            breakage,
            twice: self.load.duplicate.takes(chance(3)),
        }
    }

    /// The first request, correctly signed and sent once: a control for forged ones.
    pub(super) fn control(&self, now: SystemTime) -> Job {
        let job = self.job(0, now);
        let ids = request_ids(self.samples.seed ^ self.count(), &job.body);
        Job { breakage: None, twice: false, ids, ..job }
    }

    /// The start of a scenario in its payloads, in Unix milliseconds. It lies in the past, so that the times of the
    /// events keep their real distances at any speed and the last event happens now.
    fn began(&self, round: u64, began: Duration) -> i64 {
        let pace = self.load.pace;
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        let rounds = u32::try_from(round.saturating_add(1)).unwrap_or(u32::MAX);
        let start = millis(self.begun.duration_since(UNIX_EPOCH).unwrap_or_default());
        let end = start.saturating_add(millis(pace.scaled(self.length.saturating_mul(rounds))));
        end.saturating_sub(millis(self.length)).saturating_add(millis(began))
    }
}

/// A pseudo-random number for a request and a purpose (SplitMix64's finalizer). The same seed gives the same number.
fn random(seed: u64, number: u64, what: u64) -> u64 {
    let mut z = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ what.wrapping_mul(0xd1b5_4a32_d192_ed03);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::load::LoadArgs;
    use crate::settings::sample::SampleArgs;
    use crate::settings::testing::parse;
    use crate::zoom::Envelope;
    use crate::zoom::catalogue::scenario::Shipped;

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(1_795_507_201_042)
    }

    fn schedule(scenario: &str, args: &[&str]) -> Schedule {
        let plan = Shipped::find(scenario).unwrap().read().unwrap().plan(&[]).unwrap();
        let samples = parse::<SampleArgs>(&["--seed", "1"]).unwrap().check(now()).unwrap();
        let load = parse::<LoadArgs>(args).unwrap().check();
        Schedule::new(vec![NamedTrigger::Plan(plan)], samples, load, SecretToken::new("a").unwrap(), now())
    }

    fn names(schedule: &Schedule) -> Vec<&'static str> {
        (0..schedule.count()).map(|number| schedule.job(number, now()).event).collect()
    }

    #[test]
    fn without_pauses_the_last_event_is_now_and_earlier_ones_lie_in_the_past() {
        let schedule = schedule("meeting-lifecycle", &[]);
        let last = schedule.job(schedule.count() - 1, now());
        let envelope = Envelope::parse(&last.body).unwrap();
        assert_eq!(envelope.event(), "meeting.ended");
        assert_eq!(envelope.event_ts(), Some(1_795_507_201_042));
        assert_eq!(envelope.field("payload.object.end_time").as_deref(), Some("2026-11-24T08:00:01Z"));
        assert_eq!(schedule.due(schedule.count() - 1), Duration::ZERO);
    }

    #[test]
    fn speed_divides_the_pauses_and_rate_replaces_them() {
        let real = schedule("meeting-lifecycle", &["--speed", "1"]);
        let fast = schedule("meeting-lifecycle", &["--speed", "60"]);
        let last = real.count() - 1;
        assert_eq!(fast.due(last), real.due(last) / 60);
        let steady = schedule("meeting-lifecycle", &["--rate", "4"]);
        assert_eq!(steady.due(2), Duration::from_millis(500));
    }

    #[test]
    fn rounds_differ_and_faults_are_as_frequent_as_requested() {
        let schedule = schedule(
            "phone-voicemail-burst",
            &["--count", "100", "--duplicate", "10%", "--fail-signature", "20"],
        );
        assert_eq!(schedule.count(), 1000);
        let jobs: Vec<_> = (0..1000).map(|number| schedule.job(number, now())).collect();
        let share = |is: fn(&Job) -> bool| jobs.iter().filter(|job| is(job)).count();
        assert!(
            (70..130).contains(&share(|job| job.twice))
                && (160..240).contains(&share(|job| job.breakage.is_some()))
        );
        let mut ids: Vec<_> = jobs.iter().map(|job| job.ids.request_id()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }

    #[test]
    fn reordering_swaps_neighbors_and_loses_nothing() {
        let (plain, swapped) = (schedule("webinar", &[]), schedule("webinar", &["--reorder", "100%"]));
        let (plain, swapped) = (names(&plain), names(&swapped));
        assert_eq!((plain[0], plain[1]), (swapped[1], swapped[0]));
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        assert_eq!(sorted(plain), sorted(swapped));
    }
}
