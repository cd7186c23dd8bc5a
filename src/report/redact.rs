//! Hides what must not be repeated in messages: secrets on the command line. [`redact_with`] is called once, before
//! anything is printed.
//!
//! A process has one command line, and every message may repeat a part of it. So this is the one thing in `report` that
//! belongs to the process.

use std::sync::OnceLock;

type Redact = Box<dyn Fn(&str) -> String + Send + Sync>;

static REDACT: OnceLock<Redact> = OnceLock::new();

/// Sets how messages are redacted. A later call has no effect.
pub(crate) fn redact_with(redact: impl Fn(&str) -> String + Send + Sync + 'static) {
    let _ = REDACT.set(Box::new(redact));
}

/// A text without secrets of the command line.
pub(super) fn redacted(text: &str) -> String {
    REDACT.get().map_or_else(|| text.to_owned(), |redact| redact(text))
}
