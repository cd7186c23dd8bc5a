//! Scenarios: events in the order in which Zoom would send them, about the same people and things.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | what a scenario is |
//! | `plan.rs` | a scenario with its variables filled in: every event, when, about whom |
//! | `file.rs` | scenario files: TOML, YAML, JSON, with line and column of what is wrong |
//! | `shipped.rs`, `*.toml` | those that come with zoomhook |

#[cfg(feature = "cli")]
mod file;
mod plan;
#[cfg(feature = "cli")]
mod shipped;

use std::time::Duration;

use super::{Event, Node};

#[cfg(feature = "cli")]
pub use file::{FileForm, InvalidFile};
pub use plan::{PlanError, Planned, ScenarioPlan};
#[cfg(feature = "cli")]
pub use shipped::{SHIPPED, Shipped};

/// Events in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it shows, in one line.
    pub about: String,
    /// Names that steps may use, and the values that they have unless others are given.
    pub variables: Vec<(String, Node)>,
    /// What happens, one after the other.
    pub steps: Vec<ScenarioStep>,
}

/// One thing that happens, or several that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioStep {
    /// The pause before it, and before each repetition.
    pub after: Given<Duration>,
    /// How often it happens.
    pub repeat: Given<u32>,
    /// Whether each repetition is about another meeting, call or chat.
    pub another: bool,
    /// What happens.
    pub action: Action,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Zoom sends an event.
    Send {
        /// The event.
        event: Event,
        /// Whom it is about: 0 is the host, 1 the first participant. Each repetition is about the next.
        actor: u32,
        /// Values at dotted paths.
        set: Vec<(String, Node)>,
        /// Paths that are taken away.
        unset: Vec<String>,
    },
    /// Steps that are repeated together.
    Steps(Vec<ScenarioStep>),
}

/// A value, or the variable that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    /// The value.
    Value(T),
    /// The variable's name.
    Variable(String),
}

/// Reads a length of time: `500ms`, `20s`, `5m`, `1h`, several of them in a row; a bare number is seconds.
#[must_use]
pub fn parse_pause(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<u32>() {
        return Some(Duration::from_secs(seconds.into()));
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u32 = rest[..digits].parse().ok()?;
        rest = rest[digits..].trim_start();
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let millis: u64 = match &rest[..letters] {
            "ms" => 1,
            "s" => 1000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return None,
        };
        total += Duration::from_millis(u64::from(number) * millis);
        rest = rest[letters..].trim_start();
    }
    (!text.trim().is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pauses() {
        for (text, millis) in [("20s", 20_000), ("1h 30m", 5_400_000), ("500ms", 500), ("7", 7000), ("0s", 0)]
        {
            assert_eq!(parse_pause(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "soon", "5", "-5s", "5x", "s", "99999999999s"] {
            assert_eq!(parse_pause(text).is_some(), text == "5", "{text}");
        }
    }
}
