//! Keeps a tunnel of any kind alive. The entry point is [`run`].
//!
//! [`Machine`] is a pure state machine: event, time and a random number in, actions out. `run.rs` is the loop that
//! performs the actions. `watch.rs` detects a wake from sleep and a network change.
//!
//! ```text
//! Opening ──up──> Proving ──proof──> Online
//!    ^               │ broke, dead      │ broke, dead
//!    │ due           v                  v
//!    └─────────── Waiting <─────────────┘        refused or stopped in any phase: Ended
//! ```

mod run;
#[cfg(test)]
mod tests;
mod watch;

use std::time::{Duration, Instant};

use super::kind::{Cure, TunnelFailure};
use super::probe::ProbeProof;
use super::{Backoff, TunnelLimits};
use crate::delivery::TunnelState;

pub(super) use run::run;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Event {
    Start,
    /// The tunnel is up with this URL. Whether requests arrive is not proven yet.
    Up(String),
    /// The session is open, and its URL is not known yet; what is known of it.
    Searching(String),
    /// The result of a probe.
    Proven(ProbeProof),
    /// The connection is lost, for this reason. The session can reconnect.
    Broke(String),
    /// Reconnecting failed, for this reason. The session can try again.
    Missed(String),
    /// The session did not open, or it ended.
    Failed(TunnelFailure),
    /// The delay of [`Action::Wait`] is over.
    Due,
    /// This machine woke up, or its network changed.
    Nudged,
    /// The tunnel had no traffic for a while.
    Quiet,
    /// The shutdown signal.
    Stop,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Action {
    /// Open a session.
    Open,
    /// Let the session reconnect.
    Resume,
    /// Drop the session at once.
    Discard,
    /// Shut the session down.
    Close,
    /// Deliver [`Event::Due`] after this time.
    Wait(Duration),
    /// Probe this URL.
    Probe(String),
    /// Emit this state.
    Emit(TunnelState),
    /// End the loop.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Opening,
    /// The tunnel is up, but not proven yet.
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

/// The state of a tunnel.
#[derive(Debug)]
struct Machine {
    limits: TunnelLimits,
    /// Whether the URL is probed.
    probes: bool,
    phase: Phase,
    /// The URL reported last; `None` until the tunnel is online for the first time.
    url: Option<String>,
    /// When the start or the outage began.
    since: Instant,
    /// Attempts in this outage. Includes those of the last outage if the tunnel was online only briefly.
    attempt: u32,
    /// The reason reported last in this outage.
    reason: Option<String>,
    /// A probe caused the session to be replaced, and no probe has succeeded since.
    doubted: bool,
    /// The reason reported last for a probe that proved nothing.
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

    /// Returns the actions for an event. `random` is between 0 and 1; `latency` is the session's round trip time.
    fn step(&mut self, event: Event, now: Instant, random: f64, latency: Option<Duration>) -> Vec<Action> {
        match event {
            _ if self.phase == Phase::Ended => Vec::new(),
            Event::Start => vec![Action::Emit(TunnelState::Starting), Action::Open],
            Event::Stop => self.end(Action::Close, TunnelState::Stopped),
            Event::Up(url) => self.up(url, now, latency),
            Event::Searching(reason) => self.searching(reason),
            Event::Proven(proof) => self.proven(proof, now, random, latency),
            Event::Broke(reason) => self.lost(reason, Action::Resume, now, random),
            Event::Missed(reason) => self.retry(&reason, Action::Resume, random),
            Event::Failed(failure) => self.failed(failure, now, random),
            Event::Due => self.proceed(),
            Event::Nudged => match &self.phase {
                Phase::Waiting { .. } => {
                    self.attempt = 0;
                    self.proceed()
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

    fn searching(&mut self, reason: String) -> Vec<Action> {
        if self.reason.as_ref() == Some(&reason) {
            return Vec::new();
        }
        self.reason = Some(reason.clone());
        vec![Action::Emit(match self.url {
            None => TunnelState::Searching { reason },
            Some(_) => TunnelState::Lost { reason },
        })]
    }

    fn online(&mut self, url: String, since: Instant, latency: Option<Duration>) -> Vec<Action> {
        self.phase = Phase::Online { since };
        self.reason = None;
        let mut actions = Vec::new();
        if let Some(old) = self.url.replace(url.clone()).filter(|old| *old != url) {
            actions.push(Action::Emit(TunnelState::UrlChanged { old, new: url.clone() }));
        }
        actions.push(Action::Emit(TunnelState::Online { url, latency }));
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
            // A new session did not help, so the session is not the cause.
            ProbeProof::Dead(reason) if self.doubted => ProbeProof::Elsewhere(reason),
            proof => proof,
        };
        let is_fault = !matches!(proof, ProbeProof::Unreachable(_));
        let (latency, doubt) = match proof {
            ProbeProof::Reached(latency) => {
                self.doubted = false;
                (Some(latency), None)
            }
            ProbeProof::Changed(doubt) | ProbeProof::Unreachable(doubt) | ProbeProof::Elsewhere(doubt) => {
                (latency, Some(doubt))
            }
            ProbeProof::Blocked => (latency, None),
            ProbeProof::Dead(reason) => {
                self.doubted = true;
                let mut actions = vec![Action::Discard];
                actions.extend(self.lost(reason, Action::Open, now, random));
                return actions;
            }
        };
        let is_first_start = self.url.is_none();
        let mut actions = match &self.phase {
            Phase::Proving { url, since } => self.online(url.clone(), *since, latency),
            _ => Vec::new(),
        };
        if let Some(reason) = doubt.clone().filter(|_| doubt != self.unproven) {
            let doubt = Action::Emit(TunnelState::Unproven { reason, is_fault });
            // The session is ready once the tunnel is online, and the user must know the doubt by then.
            let position = if is_first_start { 0 } else { actions.len() };
            actions.insert(position, doubt);
        }
        self.unproven = doubt;
        actions
    }

    /// The connection is lost.
    fn lost(&mut self, reason: String, then: Action, now: Instant, random: f64) -> Vec<Action> {
        self.outage_begins(now);
        self.retry(&reason, then, random)
    }

    /// Notes when an outage begins, if the tunnel was up.
    fn outage_begins(&mut self, now: Instant) {
        if let Phase::Online { since } | Phase::Proving { since, .. } = self.phase {
            if now.saturating_duration_since(since) >= self.limits.settled {
                self.attempt = 0;
            }
            self.since = now;
        }
    }

    fn failed(&mut self, failure: TunnelFailure, now: Instant, random: f64) -> Vec<Action> {
        let waited = now.saturating_duration_since(self.since);
        let is_first_start = self.url.is_none();
        let retries = match failure.cure {
            Cure::None => false,
            // The first start reports the error at once, because the user is watching.
            Cure::Retry => !is_first_start,
            Cure::OldSession => !is_first_start || waited < self.limits.linger,
            Cure::Later => true,
        };
        if !retries {
            return self.end(Action::Discard, TunnelState::Refused(failure.refusal));
        }
        let backoff = match failure.cure {
            Cure::Later => self.limits.rate_limited,
            Cure::None | Cure::OldSession | Cure::Retry => self.limits.backoff,
        };
        let mut actions = vec![Action::Discard];
        self.outage_begins(now);
        actions.extend(self.retry_with(backoff, &failure.reason(), Action::Open, random));
        actions
    }

    /// Reports the reason if it is new, and waits before the next attempt.
    fn retry(&mut self, reason: &str, then: Action, random: f64) -> Vec<Action> {
        self.retry_with(self.limits.backoff, reason, then, random)
    }

    fn retry_with(&mut self, backoff: Backoff, reason: &str, then: Action, random: f64) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.reason.as_deref() != Some(reason) {
            self.reason = Some(reason.to_owned());
            actions.push(Action::Emit(TunnelState::Lost { reason: reason.to_owned() }));
        }
        self.attempt = self.attempt.saturating_add(1);
        let after = backoff.delay(self.attempt, random);
        self.phase = Phase::Waiting { then };
        actions.push(Action::Emit(TunnelState::Retrying { attempt: self.attempt, after }));
        actions.push(Action::Wait(after));
        actions
    }

    fn proceed(&mut self) -> Vec<Action> {
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
        vec![action, Action::Emit(last), Action::End]
    }
}
