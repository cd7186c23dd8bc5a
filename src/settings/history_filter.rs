//! Which kept deliveries: `--event`, `--since`, `--until`, `--verdict`, `--status`, `--search`.

use std::time::SystemTime;

use super::duration::Span;
use crate::delivery::{EventPattern, Verdict, verdict_named};
use crate::history::{Filter, Search, StatusRange};

/// The flags.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Which deliveries")]
pub struct FilterArgs {
    /// Only this event; a pattern such as 'meeting.*'; may be repeated
    #[arg(long, value_name = "PATTERN")]
    event: Vec<EventPattern>,
    /// Only since this long ago, such as 2h
    #[arg(long, value_name = "DURATION")]
    since: Option<Span>,
    /// Only until this long ago, such as 1h
    #[arg(long, value_name = "DURATION")]
    until: Option<Span>,
    /// Only this verdict: valid, invalid or unknown
    #[arg(long, value_name = "VERDICT", value_parser = parse_verdict)]
    verdict: Option<Verdict>,
    /// Only this answer, such as 204 or 5xx
    #[arg(long, value_name = "STATUS")]
    status: Option<StatusRange>,
    /// Only with these words in the body
    #[arg(long, value_name = "WORDS")]
    search: Option<Search>,
}

/// A text that is no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write valid, invalid or unknown")]
struct NotAVerdict;

fn parse_verdict(text: &str) -> Result<Verdict, NotAVerdict> {
    verdict_named(text).ok_or(NotAVerdict)
}

impl FilterArgs {
    /// The checked value: ages become times.
    #[must_use]
    pub fn check(self, now: SystemTime) -> Filter {
        let ago = |span: Option<Span>| span.and_then(|span| now.checked_sub(span.get()));
        Filter {
            events: self.event,
            since: ago(self.since),
            until: ago(self.until),
            verdict: self.verdict,
            status: self.status,
            search: self.search,
        }
    }

    /// Whether nothing was asked for, so that all deliveries fit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.event.is_empty()
            && self.since.is_none()
            && self.until.is_none()
            && self.verdict.is_none()
            && self.status.is_none()
            && self.search.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn ages_become_times() {
        let now = UNIX_EPOCH + Duration::from_secs(10_000);
        let args = parse::<FilterArgs>(&["--since", "2h", "--until", "1h"]).unwrap();
        assert!(!args.is_empty() && parse::<FilterArgs>(&[]).unwrap().is_empty());
        let filter = args.check(now);
        assert_eq!(filter.since, Some(UNIX_EPOCH + Duration::from_secs(2_800)));
        assert_eq!(filter.until, Some(UNIX_EPOCH + Duration::from_secs(6_400)));
        assert!(parse::<FilterArgs>(&["--verdict", "good"]).is_err());
    }
}
