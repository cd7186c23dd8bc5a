//! Keeps a tunnel of any kind alive: what to do when something happens to it.
//!
//! [`Machine`] is pure: what happened, the time and a random number in, what is to be done out. `run.rs` is the
//! loop that does it, `watch.rs` notices a wake from sleep and a change of the network.
//!
//! ```text
//! Opening ──up──> Proving ──proof──> Online
//!    ^               │ broke, dead      │ broke, dead
//!    │ due           v                  v
//!    └─────────── Waiting <─────────────┘        refused or stopped from anywhere: Ended
//! ```

mod run;
#[cfg(test)]
mod tests;
mod watch;

use std::time::{Duration, Instant};

use super::TunnelLimits;
use super::kind::{Cure, TunnelFailure};
use super::probe::ProbeProof;
use crate::delivery::TunnelState;

pub(super) use run::run;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    /// Begin.
    Start,
    /// The tunnel is up under this URL; whether requests arrive is another matter.
    Up(String),
    /// What a probe of the URL showed.
    Proven(ProbeProof),
    /// The connection is gone; the session can take it up again.
    Broke(String),
    /// Taking it up again failed; the session can try again.
    Missed(String),
    /// There is no session, or none any more.
    Failed(TunnelFailure),
    /// The wait is over.
    Due,
    /// This machine woke up, or its network changed.
    Nudged,
    /// Nothing has come through for a while.
    Quiet,
    /// The end is wanted.
    Stop,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// Open a session.
    Open,
    /// Let the session take its connection up again.
    Resume,
    /// Let go of the session at once.
    Discard,
    /// End the session in order.
    Close,
    /// Give [`Event::Due`] after this time.
    Wait(Duration),
    /// Probe this URL.
    Probe(String),
    /// Tell.
    Tell(TunnelState),
    /// Nothing comes after this.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Opening,
    /// Up, and not proven yet.
    Proving {
        url: String,
        since: Instant,
    },
    Online {
        since: Instant,
    },
    Waiting {
        then: Action,
    },
    Ended,
}

/// Where a tunnel stands.
#[derive(Debug)]
struct Machine {
    limits: TunnelLimits,
    /// Whether the URL is probed.
    probes: bool,
    phase: Phase,
    /// The URL that was told last; `None` before it was online for the first time.
    url: Option<String>,
    /// When the start or the outage began.
    since: Instant,
    /// Tries of this outage; of the last one too where it was not over for long.
    attempt: u32,
    /// The reason that was told last in this outage.
    reason: Option<String>,
    /// The session was replaced because of a probe, and no probe has come through since.
    doubted: bool,
    /// What was told last of a probe that did not come through.
    unproven: Option<String>,
}

impl Machine {
    fn new(limits: TunnelLimits, probes: bool, now: Instant) -> Self {
        Self {
            limits,
            probes,
            phase: Phase::Opening,
            url: None,
            since: now,
            attempt: 0,
            reason: None,
            doubted: false,
            unproven: None,
        }
    }

    /// What to do about `event`. `random` lies between 0 and 1; `latency` is the session's own measure.
    fn step(&mut self, event: Event, now: Instant, random: f64, latency: Option<Duration>) -> Vec<Action> {
        match event {
            _ if self.phase == Phase::Ended => Vec::new(),
            Event::Start => vec![Action::Tell(TunnelState::Starting), Action::Open],
            Event::Stop => self.end(Action::Close, TunnelState::Stopped),
            Event::Up(url) => self.up(url, now, latency),
            Event::Proven(proof) => self.proven(proof, now, random, latency),
            Event::Broke(reason) => self.lost(reason, Action::Resume, now, random),
            Event::Missed(reason) => self.retry(&reason, Action::Resume, random),
            Event::Failed(failure) => self.failed(failure, now, random),
            Event::Due => self.go_on(),
            Event::Nudged => match &self.phase {
                Phase::Waiting { .. } => {
                    self.attempt = 0;
                    self.go_on()
                }
                _ => self.check(),
            },
            Event::Quiet => self.check(),
        }
    }

    fn up(&mut self, url: String, now: Instant, latency: Option<Duration>) -> Vec<Action> {
        if !self.probes {
            return self.online(url, now, latency);
        }
        self.phase = Phase::Proving { url: url.clone(), since: now };
        vec![Action::Probe(url)]
    }

    fn online(&mut self, url: String, since: Instant, latency: Option<Duration>) -> Vec<Action> {
        self.phase = Phase::Online { since };
        self.reason = None;
        let mut actions = Vec::new();
        if let Some(old) = self.url.replace(url.clone()).filter(|old| *old != url) {
            actions.push(Action::Tell(TunnelState::UrlChanged { old, new: url.clone() }));
        }
        actions.push(Action::Tell(TunnelState::Online { url, latency }));
        actions
    }

    fn proven(
        &mut self,
        proof: ProbeProof,
        now: Instant,
        random: f64,
        latency: Option<Duration>,
    ) -> Vec<Action> {
        let proof = match proof {
            // A new session did not help: what the probe sees is not the session's fault.
            ProbeProof::Dead(reason) if self.doubted => ProbeProof::Unproven(reason),
            proof => proof,
        };
        let (latency, doubt) = match proof {
            ProbeProof::Reached(latency) => {
                self.doubted = false;
                (Some(latency), None)
            }
            ProbeProof::Unproven(doubt) => (latency, Some(doubt)),
            ProbeProof::Blocked => (latency, None),
            ProbeProof::Dead(reason) => {
                self.doubted = true;
                let mut actions = vec![Action::Discard];
                actions.extend(self.lost(reason, Action::Open, now, random));
                return actions;
            }
        };
        let mut actions = match &self.phase {
            Phase::Proving { url, since } => self.online(url.clone(), *since, latency),
            _ => Vec::new(),
        };
        if let Some(reason) = doubt.clone().filter(|_| doubt != self.unproven) {
            actions.push(Action::Tell(TunnelState::Unproven { reason }));
        }
        self.unproven = doubt;
        actions
    }

    /// It was up and is not any more.
    fn lost(&mut self, reason: String, then: Action, now: Instant, random: f64) -> Vec<Action> {
        if let Phase::Online { since } | Phase::Proving { since, .. } = self.phase {
            if now.saturating_duration_since(since) >= self.limits.settled {
                self.attempt = 0;
            }
            self.since = now;
        }
        self.retry(&reason, then, random)
    }

    fn failed(&mut self, failure: TunnelFailure, now: Instant, random: f64) -> Vec<Action> {
        let waited = now.saturating_duration_since(self.since);
        let is_first_start = self.url.is_none();
        let goes_on = match failure.cure {
            Cure::None => false,
            // The first start tells at once what is wrong: the user is there to see it.
            Cure::Retry => !is_first_start,
            Cure::OldSession => !is_first_start || waited < self.limits.linger,
        };
        if !goes_on {
            return self.end(Action::Discard, TunnelState::Refused(failure.refusal));
        }
        let mut actions = vec![Action::Discard];
        actions.extend(self.lost(failure.reason(), Action::Open, now, random));
        actions
    }

    /// Tells the reason where it is news, and waits before the next try.
    fn retry(&mut self, reason: &str, then: Action, random: f64) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.reason.as_deref() != Some(reason) {
            self.reason = Some(reason.to_owned());
            actions.push(Action::Tell(TunnelState::Lost { reason: reason.to_owned() }));
        }
        self.attempt = self.attempt.saturating_add(1);
        let after = self.limits.backoff.delay(self.attempt, random);
        self.phase = Phase::Waiting { then };
        actions.push(Action::Tell(TunnelState::Retrying { attempt: self.attempt, after }));
        actions.push(Action::Wait(after));
        actions
    }

    fn go_on(&mut self) -> Vec<Action> {
        match std::mem::replace(&mut self.phase, Phase::Opening) {
            Phase::Waiting { then } => vec![then],
            other => {
                self.phase = other;
                Vec::new()
            }
        }
    }

    fn check(&self) -> Vec<Action> {
        match (&self.phase, &self.url) {
            (Phase::Online { .. }, Some(url)) if self.probes => vec![Action::Probe(url.clone())],
            _ => Vec::new(),
        }
    }

    fn end(&mut self, action: Action, last: TunnelState) -> Vec<Action> {
        self.phase = Phase::Ended;
        vec![action, Action::Tell(last), Action::End]
    }
}
