//! Searches any text for the parts of requests: signatures, timestamps and bodies, wherever they are. [`search`] is the
//! entry point.
//!
//! 1. **Peel** (`peel/`): undo what logs and tools did to the text, layer by layer.
//! 2. **Collect** (`collect.rs`, with `labels.rs` and `values.rs`): what may be a signature, a timestamp or a body in each of these texts.
//! 3. **Prove** (not here, because it needs the secrets): `verify` tries which of them belong together.
//! 4. **Assign** ([`Findings::assigned`], in `findings.rs`): for a signature that nothing proves, the parts that stand nearest to it.

mod collect;
mod findings;
mod labels;
mod values;

use self::collect::{Collected, named_files};
pub use self::findings::{Findings, FoundPlaces};
use super::Capture;
use super::peel::peel;
use super::record::{Files, Record};

/// Searches a text, and the files that it names for a body. Bounded in time and memory: a long text is searched around
/// what may be signatures.
#[must_use]
pub fn search(text: &Record, files: &Files<'_>) -> Findings {
    let mut collected = Collected::default();
    let peeled = peel(&text.bytes, |peeled, index| {
        let mut inner = collected.collect(peeled, index);
        let files = named_files(&peeled.texts[index], files);
        collected.add_whole(index, files.iter().map(|file| (file.start, file.bytes.clone())));
        inner.extend(files);
        inner
    });
    collected.findings(text, &peeled)
}

/// The requests in a text, with the parts that stand nearest to each signature. Nothing is proven.
pub(super) fn captures(text: &Record, files: &Files<'_>) -> Vec<Capture> {
    let findings = search(text, files);
    (0..findings.signatures()).filter_map(|signature| findings.assigned(signature)).collect()
}
