//! The conclusions: what the answers together show about an app.

use super::case::Severity;
use crate::diagnosis::Cause;

/// Whether a conclusion names a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConclusionCertainty {
    /// Experiments prove it.
    Proven,
    /// It states what the app did; why is not known.
    NotProven,
}

/// What the answers together show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckConclusion {
    /// Its stable name.
    pub(crate) code: &'static str,
    /// Whether it names a cause.
    pub(crate) certainty: ConclusionCertainty,
    /// How much it matters.
    pub(crate) severity: Severity,
    /// What is wrong, in a sentence or two.
    pub(crate) sentence: String,
    /// The answers that show it, in sentences.
    pub(crate) proof: Vec<String>,
    /// How to fix it.
    pub(crate) remedy: String,
    /// The cause, if there is a line of code for it.
    pub(crate) cause: Option<Cause>,
}

impl CheckConclusion {
    pub(super) fn new(code: &'static str, severity: Severity, sentence: impl Into<String>) -> Self {
        Self {
            code,
            certainty: ConclusionCertainty::Proven,
            severity,
            sentence: sentence.into(),
            proof: Vec::new(),
            remedy: String::new(),
            cause: None,
        }
    }

    pub(super) fn not_proven(self) -> Self {
        Self { certainty: ConclusionCertainty::NotProven, ..self }
    }

    pub(super) fn proof(mut self, sentence: impl Into<String>) -> Self {
        self.proof.push(sentence.into());
        self
    }

    pub(super) fn remedy(self, text: impl Into<String>) -> Self {
        Self { remedy: text.into(), ..self }
    }

    pub(super) fn cause(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }
}
