//! The https URLs in a program's output, and which of them is the tunnel's. The entry point is [`Candidates::next`].
//!
//! Programs also print links to their documentation, their dashboard or a login page. So every URL is a candidate, and the
//! tunnel's URL is the one whose probe comes back. If no URL can be probed from this machine, the likeliest one is
//! reported as unproven, together with the others.

use std::future::pending;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::sleep;

use super::output::FoundUrl;
use crate::tunnel::kind::Happening;
use crate::tunnel::probe::{ProbeProof, Prober};

/// Limit on candidates. No known program prints more than six.
const MOST: usize = 16;

/// How often the pause between two probes of a candidate doubles.
const LONGEST_PAUSE: u32 = 5;

/// Probes of each candidate before the message that none leads here. A new tunnel needs a moment.
const PATIENT: u32 = 3;

/// The candidates of one run of a program.
pub(super) struct Candidates {
    prober: Option<Prober>,
    /// The first pause between two probes of one candidate.
    pause: Duration,
    found: Vec<Candidate>,
    chosen: Option<Chosen>,
    /// Probes in progress, by the candidate's index.
    probing: FuturesUnordered<BoxFuture<'static, (usize, ProbeProof)>>,
}

struct Candidate {
    url: FoundUrl,
    /// What its last probe showed.
    proof: Option<ProbeProof>,
    probes: u32,
}

/// The candidate that was reported as the public URL.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    index: usize,
    /// A probe of it came back.
    proven: bool,
    /// Another candidate whose probe came back later. It replaces the chosen one if that does not lead here any more.
    challenger: Option<usize>,
}

fn leads_here(proof: &ProbeProof) -> bool {
    matches!(proof, ProbeProof::Reached(_) | ProbeProof::Changed(_))
}

impl Candidates {
    pub(super) fn new(prober: Option<Prober>, pause: Duration) -> Self {
        Self { prober, pause, found: Vec::new(), chosen: None, probing: FuturesUnordered::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Adds a URL of the output. Returns what it means at once: without probes, the first one is the tunnel's.
    pub(super) fn add(&mut self, url: FoundUrl) -> Option<Happening> {
        if let Some(known) = self.found.iter_mut().find(|known| known.url.base == url.base) {
            known.url.has_path &= url.has_path;
            return None;
        }
        if self.found.len() == MOST {
            return None;
        }
        self.found.push(Candidate { url, proof: None, probes: 0 });
        let index = self.found.len() - 1;
        if self.prober.is_none() {
            return (index == 0).then(|| Happening::Up(self.url(index)));
        }
        self.probe(index, Duration::ZERO);
        None
    }

    /// Waits until the probes show something new. Cancel safe.
    pub(super) async fn next(&mut self) -> Happening {
        loop {
            let Some((index, proof)) = self.probing.next().await else { return pending().await };
            if let Some(happening) = self.probed(index, proof) {
                return happening;
            }
        }
    }

    fn url(&self, index: usize) -> String {
        self.found.get(index).map(|candidate| candidate.url.base.clone()).unwrap_or_default()
    }

    fn probe(&mut self, index: usize, after: Duration) {
        let (Some(prober), url) = (self.prober.clone(), self.url(index)) else { return };
        self.probing.push(Box::pin(async move {
            sleep(after).await;
            (index, prober.prove(&url).await)
        }));
    }

    /// Probes a candidate again after a pause.
    fn probe_later(&mut self, index: usize) {
        let probes = self.found.get(index).map_or(0, |candidate| candidate.probes);
        self.probe(index, self.pause * 2_u32.pow(probes.saturating_sub(1).min(LONGEST_PAUSE)));
    }

    fn probed(&mut self, index: usize, proof: ProbeProof) -> Option<Happening> {
        if let Some(candidate) = self.found.get_mut(index) {
            candidate.proof = Some(proof.clone());
            candidate.probes += 1;
        }
        match self.chosen {
            Some(chosen) if chosen.proven => self.challenge(chosen, index, &proof),
            _ if leads_here(&proof) => Some(self.choose(index, proof)),
            _ => {
                self.probe_later(index);
                self.weigh()
            }
        }
    }

    /// Takes the result of a probe while a proven URL is in use: that of a newer candidate, or that of the chosen one,
    /// which is probed when a newer one leads here too.
    fn challenge(&mut self, chosen: Chosen, index: usize, proof: &ProbeProof) -> Option<Happening> {
        if index != chosen.index {
            if leads_here(proof) {
                self.chosen = Some(Chosen { challenger: Some(index), ..chosen });
                self.probe(chosen.index, Duration::ZERO);
            }
            return None;
        }
        self.chosen = Some(Chosen { challenger: None, ..chosen });
        let challenger = chosen.challenger.filter(|_| !leads_here(proof))?;
        let proof = self.found.get(challenger)?.proof.clone()?;
        Some(self.choose(challenger, proof))
    }

    /// Reports the URL that leads here, and stops to probe the others.
    fn choose(&mut self, index: usize, proof: ProbeProof) -> Happening {
        self.chosen = Some(Chosen { index, proven: true, challenger: None });
        self.probing.clear();
        Happening::Probed(self.url(index), proof)
    }

    /// Decides once all candidates were probed and none leads here.
    fn weigh(&mut self) -> Option<Happening> {
        if self.found.iter().any(|candidate| candidate.proof.is_none()) {
            return None;
        }
        let unreachable = |candidate: &Candidate| match &candidate.proof {
            Some(ProbeProof::Unreachable(reason)) => Some(reason.clone()),
            _ => None,
        };
        // Links to pages usually have a path, and programs print them before the tunnel's URL.
        let likeliest = (0..self.found.len())
            .filter(|index| unreachable(&self.found[*index]).is_some())
            .max_by_key(|index| (!self.found[*index].url.has_path, *index));
        let Some(index) = likeliest else {
            let is_settled = self.found.iter().all(|candidate| candidate.probes >= PATIENT);
            return is_settled.then(|| Happening::Searching(self.elsewhere()));
        };
        if self.chosen.is_some_and(|chosen| chosen.index == index) {
            return None;
        }
        self.chosen = Some(Chosen { index, proven: false, challenger: None });
        let reason = unreachable(&self.found[index]).unwrap_or_default();
        let others = self.names(|other| other != index);
        let others = if others.is_empty() {
            String::new()
        } else {
            format!("; other URLs in the program's output: {others}")
        };
        Some(Happening::Probed(self.url(index), ProbeProof::Unreachable(format!("{reason}{others}"))))
    }

    /// What is known of candidates that can be probed, and do not lead here.
    fn elsewhere(&self) -> String {
        match &self.found[..] {
            [Candidate { url, proof: Some(ProbeProof::Elsewhere(why) | ProbeProof::Dead(why)), .. }] => {
                format!("{} does not lead here yet: {why}", url.base)
            }
            _ => format!("no URL in the program's output leads here yet: {}", self.names(|_| true)),
        }
    }

    /// The URLs of these candidates.
    fn names(&self, wanted: impl Fn(usize) -> bool) -> String {
        let names = (0..self.found.len()).filter(|index| wanted(*index)).map(|index| self.url(index));
        names.collect::<Vec<_>>().join(", ")
    }
}
