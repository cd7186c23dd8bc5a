//! Which kept deliveries: `--event`, `--since`, `--until`, `--verdict`, `--status`, `--search`.

use std::time::SystemTime;

use super::duration::Span;
use crate::delivery::Verdict;
use crate::history::{Filter, Search, StatusRange};
use crate::record::verdict_named;
use crate::selection::EventPattern;

/// Which deliveries; without any of them, all.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FilterArgs {
    /// Only this event; a pattern such as 'meeting.*'; may be repeated
    #[arg(long, value_name = "PATTERN")]
    event: Vec<EventPattern>,
    /// Only since this long ago, such as 2h
    #[arg(long, value_name = "DURATION_AGO")]
    since: Option<Span>,
    /// Only until this long ago
    #[arg(long, value_name = "DURATION_AGO")]
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

fn parse_verdict(text: &str) -> Result<Verdict, String> {
    verdict_named(text).ok_or_else(|| "write valid, invalid or unknown".to_owned())
}

impl FilterArgs {
    /// The checked value: what is so long ago, counted from `now`.
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
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::settings::testing::parse;

    #[test]
    fn counts_backwards_from_now() {
        let now = UNIX_EPOCH + Duration::from_secs(10_000);
        let filter = parse::<FilterArgs>(&["--since", "2h", "--until", "10s"]).unwrap().check(now);
        let at = |secs| Some(UNIX_EPOCH + Duration::from_secs(secs));
        assert_eq!((filter.since, filter.until), (at(2_800), at(9_990)));
        assert!(parse::<FilterArgs>(&["--verdict", "perhaps"]).is_err());
    }
}
