//! The loop around [`Machine`]: waits for the next event and performs the machine's actions.

use std::future::pending;
use std::pin::Pin;

use futures_util::future::OptionFuture;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::watch::{self, Sight};
use super::{Action, Event, Machine};
use crate::tunnel::kind::{Happening, Live, OpenedTunnel, TunnelFailure, TunnelOpener};
use crate::tunnel::limits::random;
use crate::tunnel::probe::{ProbeProof, Prober};
use crate::tunnel::{Ends, TunnelLimits};

type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Runs a tunnel until it is stopped or finally refused, and emits its states.
pub(in crate::tunnel) async fn run<K: TunnelOpener>(
    kind: K,
    prober: Option<Prober>,
    limits: TunnelLimits,
    ends: Ends,
) {
    let mut machine = Machine::new(limits.clone(), prober.is_some(), std::time::Instant::now());
    let mut doing = Doing {
        kind,
        prober,
        limits,
        live: None,
        opening: None,
        probing: None,
        known: None,
        due: None,
        checked: Instant::now(),
        traffic: 0,
    };
    let mut ticks = interval(watch::INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sight = Sight::now();
    let mut event = Event::Start;
    loop {
        let latency = doing.live.as_ref().and_then(Live::latency);
        for action in machine.step(event, std::time::Instant::now(), random(), latency) {
            if doing.act(action, &ends).await.is_break() {
                return;
            }
        }
        event = tokio::select! {
            // Polled first: a shutdown takes precedence over other events.
            biased;
            () = ends.stop.cancelled() => Event::Stop,
            event = doing.next() => event,
            event = wake_or_network_change(&mut ticks, &mut sight) => event,
        };
    }
}

/// Waits until this machine wakes up or its network changes.
async fn wake_or_network_change(ticks: &mut tokio::time::Interval, sight: &mut Sight) -> Event {
    loop {
        ticks.tick().await;
        let before = std::mem::replace(sight, Sight::now());
        if sight.differs_from(&before) {
            return Event::Nudged;
        }
    }
}

/// The session and the operations in progress.
struct Doing<K: TunnelOpener> {
    kind: K,
    prober: Option<Prober>,
    limits: TunnelLimits,
    live: Option<K::LiveTunnel>,
    opening: Option<Running<Result<OpenedTunnel<K::LiveTunnel>, TunnelFailure>>>,
    probing: Option<Running<ProbeProof>>,
    /// What a probe of this URL has just shown. The next probe of it is left out.
    known: Option<(String, ProbeProof)>,
    due: Option<Instant>,
    /// When a probe or traffic last showed whether requests arrive.
    checked: Instant,
    /// The number of connections at that time.
    traffic: u64,
}

impl<K: TunnelOpener> Doing<K> {
    /// Waits for the next event. Cancel safe.
    async fn next(&mut self) -> Event {
        loop {
            let quiet = self.checked + self.limits.check_interval;
            tokio::select! {
                Some(opened) = OptionFuture::from(self.opening.as_mut()) => {
                    self.opening = None;
                    return match opened {
                        Ok(OpenedTunnel { url, live }) => {
                            self.live = Some(live);
                            let Some(url) = url else { continue };
                            Event::Up(url)
                        }
                        Err(failure) => Event::Failed(failure),
                    };
                }
                happening = next_of(self.live.as_mut()) => return match happening {
                    Happening::Broke(reason) => Event::Broke(reason),
                    Happening::Missed(reason) => Event::Missed(reason),
                    Happening::Up(url) => Event::Up(url),
                    Happening::Probed(url, proof) => {
                        self.known = Some((url.clone(), proof));
                        Event::Up(url)
                    }
                    Happening::Searching(reason) => Event::Searching(reason),
                    Happening::Ended(failure) => Event::Failed(failure),
                },
                Some(proof) = OptionFuture::from(self.probing.as_mut()) => {
                    self.probing = None;
                    self.checked = Instant::now();
                    return Event::Proven(proof);
                }
                Some(()) = OptionFuture::from(self.due.map(sleep_until)) => {
                    self.due = None;
                    return Event::Due;
                }
                () = sleep_until(quiet), if self.probing.is_none() => {
                    if self.is_quiet() {
                        return Event::Quiet;
                    }
                }
            }
        }
    }

    /// Whether there was no traffic since the last check. Traffic proves that requests arrive.
    fn is_quiet(&mut self) -> bool {
        self.checked = Instant::now();
        let traffic = self.live.as_ref().and_then(Live::traffic).unwrap_or_default();
        std::mem::replace(&mut self.traffic, traffic) == traffic
    }

    async fn act(&mut self, action: Action, ends: &Ends) -> std::ops::ControlFlow<()> {
        match action {
            Action::Open => {
                self.due = None;
                self.opening = Some(Box::pin(self.kind.clone().open()));
            }
            Action::Resume => {
                self.due = None;
                if let Some(live) = &mut self.live {
                    live.resume();
                }
            }
            Action::Discard => self.discard(),
            Action::Close => {
                let live = self.live.take();
                self.discard();
                if let Some(live) = live {
                    live.close().await;
                }
            }
            Action::Wait(after) => {
                self.probing = None;
                self.due = Some(Instant::now() + after);
            }
            Action::Probe(url) => {
                let known = self.known.take().filter(|(known, _)| *known == url);
                self.probing = match known {
                    Some((_, proof)) => Some(Box::pin(std::future::ready(proof))),
                    None => self.prober.clone().map(|prober| -> Running<ProbeProof> {
                        Box::pin(async move { prober.prove(&url).await })
                    }),
                };
            }
            Action::Emit(state) => ends.emit(state).await,
            Action::End => return std::ops::ControlFlow::Break(()),
        }
        std::ops::ControlFlow::Continue(())
    }

    fn discard(&mut self) {
        (self.live, self.opening, self.probing, self.due) = (None, None, None, None);
    }
}

async fn next_of<L: Live>(live: Option<&mut L>) -> Happening {
    match live {
        Some(live) => live.next().await,
        None => pending().await,
    }
}
