//! Scenarios: sequences of events about the same people and meetings, in the order in which Zoom would send them.
//! Start with [`Scenario::plan`].
//!
//! | file | what it is for |
//! | --- | --- |
//! | `mod.rs` | the parts of a scenario |
//! | `plan.rs` | fills in the variables: every event, with its time and person |
//! | `expect.rs` | the answer that a step expects |
//! | `file.rs` | parses scenario files (TOML, YAML, JSON); errors have line and column |
//! | `shipped.rs`, `shipped/*.toml` | the scenarios that come with zoomhook |

mod expect;
#[cfg(feature = "cli")]
mod file;
mod plan;
#[cfg(feature = "cli")]
mod shipped;

use std::time::Duration;

use super::{Event, Node};

pub use expect::ExpectedAnswer;
#[cfg(feature = "cli")]
pub use file::{FileForm, InvalidFile};
pub use plan::{PlanError, Planned, ScenarioPlan};
#[cfg(feature = "cli")]
pub use shipped::{SHIPPED, Shipped};

/// A sequence of events.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// A one-line description.
    pub about: String,
    /// Names that steps may use, with their default values.
    pub variables: Vec<(String, Node)>,
    /// The steps, in order.
    pub steps: Vec<ScenarioStep>,
}

/// One event, or a block of steps.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenarioStep {
    /// The pause before it, and before each repetition.
    pub after: Given<Duration>,
    /// The number of repetitions.
    pub repeat: Given<u32>,
    /// Whether each repetition is about another meeting, call or chat.
    pub another: bool,
    /// What the step does.
    pub action: Action,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Zoom sends an event.
    Send {
        /// The event.
        event: Event,
        /// The person that it is about: 0 is the host, 1 the first participant. Each repetition takes the next person.
        actor: u32,
        /// Values to set at dotted paths.
        set: Vec<(String, Node)>,
        /// Paths to remove.
        unset: Vec<String>,
        /// The answer that `check --suite` expects; boxed, because few steps have one.
        expect: Option<Box<ExpectedAnswer>>,
    },
    /// Steps that are repeated together.
    Steps(Vec<ScenarioStep>),
}

/// A value, or the variable that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    /// The value.
    Value(T),
    /// The variable's name.
    Variable(String),
}

/// Parses a duration such as `500ms`, `20s`, `5m`, `1h` or `1h 30m`; a bare number is seconds.
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
    fn parses_pauses() {
        for (text, millis) in [("20s", 20_000), ("1h 30m", 5_400_000), ("500ms", 500), ("7", 7000), ("0s", 0)]
        {
            assert_eq!(parse_pause(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "soon", "5", "-5s", "5x", "s", "99999999999s"] {
            assert_eq!(parse_pause(text).is_some(), text == "5", "{text}");
        }
    }
}
