//! [`ForwardTarget`] is `[PATTERN=]TARGET`: where deliveries go, and which events go there. Pure.

use std::fmt;
use std::str::FromStr;

use crate::delivery::{EventPattern, InvalidPattern};
use crate::http::{InvalidTarget, Target};

/// A target, and the events that it is for.
#[derive(Debug, Clone)]
pub(crate) struct ForwardTarget {
    pattern: Option<EventPattern>,
    target: Target,
}

/// Why a text is not a target for deliveries. The messages do not repeat the text, because a URL may contain a
/// password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidForwardTarget {
    /// The target is invalid.
    #[error(transparent)]
    Target(#[from] InvalidTarget),
    /// The part before `=` is invalid.
    #[error("before the '=': {0}")]
    Pattern(#[from] InvalidPattern),
}

impl ForwardTarget {
    /// Whether it accepts this event. A target without a pattern accepts all deliveries, even with unreadable bodies.
    #[must_use]
    pub(crate) fn takes(&self, event: Option<&str>) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| event.is_some_and(|event| pattern.matches(event)))
    }

    /// The pattern of the events that it is for.
    #[must_use]
    pub(crate) fn pattern(&self) -> Option<&EventPattern> {
        self.pattern.as_ref()
    }

    /// Where deliveries go.
    #[must_use]
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }
}

/// A target for all deliveries.
impl From<Target> for ForwardTarget {
    fn from(target: Target) -> Self {
        Self { pattern: None, target }
    }
}

/// The target's URL, without the pattern.
impl fmt::Display for ForwardTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)
    }
}

impl FromStr for ForwardTarget {
    type Err = InvalidForwardTarget;

    fn from_str(text: &str) -> Result<Self, InvalidForwardTarget> {
        let (pattern, target) = split_pattern(text.trim());
        // A wrong target is reported before a wrong pattern.
        let target = target.parse()?;
        Ok(Self { pattern: pattern.map(str::parse).transpose()?, target })
    }
}

/// Splits `PATTERN=TARGET`. A `=` after the target's first `/` or `:` belongs to its path.
fn split_pattern(text: &str) -> (Option<&str>, &str) {
    match text.split_once('=') {
        Some((pattern, target)) if !pattern.contains(['/', ':']) => (Some(pattern), target),
        _ => (None, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_the_pattern_from_the_target() {
        for (text, pattern, target) in [
            ("3000", None, "http://localhost:3000"),
            ("meeting.*=3000/zoom", Some("meeting.*"), "http://localhost:3000/zoom"),
            ("http://a.test/?b=c", None, "http://a.test/?b=c"),
        ] {
            let parsed: ForwardTarget = text.parse().unwrap();
            assert_eq!(parsed.pattern().map(ToString::to_string).as_deref(), pattern, "{text}");
            assert_eq!(parsed.to_string(), target, "{text}");
        }
        let error = "meeting.*=hooks".parse::<ForwardTarget>().unwrap_err();
        assert_eq!(error, InvalidForwardTarget::Target(InvalidTarget::NoPort));
    }

    #[test]
    fn accepts_the_events_of_its_pattern_and_without_one_all_events() {
        let meetings: ForwardTarget = "meeting.*=3000".parse().unwrap();
        let all: ForwardTarget = "3000".parse().unwrap();
        for (event, is_meeting) in
            [(Some("meeting.started"), true), (Some("user.created"), false), (None, false)]
        {
            assert_eq!(meetings.takes(event), is_meeting, "{event:?}");
            assert!(all.takes(event), "{event:?}");
        }
    }
}
