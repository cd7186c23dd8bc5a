//! Tries variants against the received digests, within the budget.

use crate::diagnosis::evidence::Budget;
use crate::diagnosis::variants::change::VariantChange;
use crate::diagnosis::variants::hash::Hash;
use crate::diagnosis::variants::header::Reading;
use crate::diagnosis::variants::header::STAMPED;
use crate::diagnosis::variants::message::{Layout, Part};
use crate::diagnosis::variants::secret::SecretVariant;
use crate::diagnosis::variants::timestamp::Stamp;
use crate::diagnosis::verdict::Effort;

/// A body to try, with the change that produced it.
#[derive(Debug, Clone, Copy)]
pub(super) struct CandidateBody<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) change: Option<&'a VariantChange>,
}

/// Variants to combine: each item of one list with each item of the others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Space<'s, 'a> {
    pub(super) keys: &'a [SecretVariant],
    pub(super) stamps: &'a [Stamp],
    pub(super) bodies: &'s [CandidateBody<'a>],
    pub(super) layouts: &'a [Layout],
    pub(super) hashes: &'a [Hash],
}

/// The combination that reproduced a received digest.
#[derive(Debug, Clone)]
pub(crate) struct Hit<'a> {
    pub(crate) key: &'a SecretVariant,
    /// `None` if the message has no timestamp.
    pub(super) stamp: Option<&'a Stamp>,
    pub(crate) body: &'a [u8],
    pub(super) body_change: Option<VariantChange>,
    pub(super) layout: &'a Layout,
    pub(super) hash: Hash,
    pub(super) reading: &'a Reading,
}

/// The received digests, and the work done so far.
#[derive(Debug)]
pub(super) struct Attempts<'a> {
    readings: &'a [Reading],
    budget: Budget,
    pub(super) effort: Effort,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(readings: &'a [Reading], budget: Budget) -> Self {
        Self { readings, budget, effort: Effort::default() }
    }

    /// Bytes left in the budget.
    pub(super) fn room(&self) -> u64 {
        self.budget.bytes.saturating_sub(self.effort.bytes)
    }

    /// Tries every combination until one matches or the budget is used up.
    pub(super) fn sweep(&mut self, space: &Space<'_, 'a>) -> Option<Hit<'a>> {
        let wanted: Vec<Hash> = space.hashes.iter().copied().filter(|&hash| self.wants(hash)).collect();
        for hash in wanted {
            for layout in space.layouts {
                if let Some(hit) = self.sweep_layout(space, hash, layout) {
                    return Some(hit);
                }
                if self.effort.exhausted {
                    return None;
                }
            }
        }
        None
    }

    fn sweep_layout(&mut self, space: &Space<'_, 'a>, hash: Hash, layout: &'a Layout) -> Option<Hit<'a>> {
        let has = |part| layout.parts.contains(&part);
        let keys = if hash.is_keyless() { first(space.keys) } else { space.keys };
        let bodies = if has(Part::Body) { space.bodies } else { first(space.bodies) };
        let stamps = if has(Part::Timestamp) { space.stamps.iter().map(Some).collect() } else { vec![None] };
        for key in keys {
            for &stamp in &stamps {
                for &CandidateBody { bytes: body, change } in bodies {
                    let message = layout.message(stamp.map_or(&[], |stamp: &Stamp| &stamp.text), body);
                    if let Some(reading) = self.attempt(hash, key, &message) {
                        return Some(Hit {
                            key,
                            stamp,
                            body,
                            body_change: change.cloned(),
                            layout,
                            hash,
                            reading,
                        });
                    }
                }
            }
        }
        None
    }

    /// Whether any received digest has this hash's length.
    fn wants(&self, hash: Hash) -> bool {
        self.readings.iter().any(|reading| reading.digest.len() == hash.length())
    }

    /// Computes one digest and returns the reading that it matches.
    fn attempt(&mut self, hash: Hash, key: &SecretVariant, message: &[&[u8]]) -> Option<&'a Reading> {
        if !self.spend(message.iter().map(|part| part.len()).sum()) {
            return None;
        }
        self.compare(&hash.digest(key, message))
    }

    /// Takes the work of one digest from the budget. Returns whether there was enough left.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        if self.effort.digests >= self.budget.digests || bytes > self.room() {
            self.effort.exhausted = true;
            return false;
        }
        self.effort.digests += 1;
        self.effort.bytes += bytes;
        true
    }

    /// Returns the received digest that is equal. Not in constant time: the sender cannot measure this.
    pub(super) fn compare(&self, digest: &[u8]) -> Option<&'a Reading> {
        self.readings.iter().find(|reading| reading.digest == digest)
    }
}

fn first<T>(list: &[T]) -> &[T] {
    &list[..list.len().min(1)]
}

impl Hit<'_> {
    /// Everything that differs from the protocol, the most visible change first.
    pub(super) fn changes(&self) -> Vec<VariantChange> {
        let stamp = self.stamp.and_then(|stamp| stamp.change.clone());
        let key = self.key.change.clone().filter(|_| !self.hash.is_keyless());
        // A header that has the timestamp too shows its form before anything is computed.
        let is_visible = |change: &VariantChange| change.phrase == STAMPED;
        let (visible, form): (Vec<_>, Vec<_>) = self.reading.changes.iter().cloned().partition(is_visible);
        visible
            .into_iter()
            .chain(stamp)
            .chain(self.hash.change())
            .chain(self.layout.change.clone())
            .chain(key)
            .chain(self.body_change.clone())
            .chain(form)
            .collect()
    }

    /// The change of the body, if it is the only change.
    pub(crate) fn only_change_of_body(&self) -> Option<&VariantChange> {
        let change = self.body_change.as_ref()?;
        (self.changes().len() == 1).then_some(change)
    }

    /// The message that gives the digest.
    pub(super) fn message(&self) -> Vec<u8> {
        self.layout.message(self.stamp.map_or(&[], |stamp| &stamp.text), self.body).concat()
    }
}
