//! The history: what is stored (`--history-file`, `--no-history`, `--history`, `--history-max`), and filters for stored
//! deliveries (`--event`, `--since`, `--until`, `--verdict`, `--status`, `--search`).

use std::path::PathBuf;
use std::str::FromStr;
use std::time::SystemTime;

use super::env::Environment;
use super::event_names;
use super::limits::Size;
use super::project;
use super::project::ProjectArgs;
use super::time::Span;
use crate::delivery::{DeliveryVerdict, EventPattern, Warning, verdict_named};
use crate::history::{
    Filter, HistoryError, HistoryLimits, HistorySettings, Search, StatusRange, default_file,
};
use crate::session::{HistoryConfig, HistoryNeed};

/// The flag for the history file.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "History")]
pub(crate) struct HistoryFileArgs {
    /// File in which deliveries are stored, instead of the default one
    #[arg(long, global = true, value_name = "PATH", value_hint = clap::ValueHint::FilePath)]
    history_file: Option<PathBuf>,
}

impl HistoryFileArgs {
    /// Whether the user named the file.
    pub(crate) fn is_given(&self) -> bool {
        self.history_file.is_some()
    }

    /// The file's path. The file need not exist.
    ///
    /// # Errors
    /// [`HistoryError::NoPlace`] without `--history-file` if the environment names no home.
    pub(crate) fn path(&self, environment: &Environment) -> Result<PathBuf, HistoryError> {
        match &self.history_file {
            Some(path) => Ok(path.clone()),
            None => default_file(|name| environment.path(name)),
        }
    }
}

/// The flags for what `listen` stores.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "History")]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    file: HistoryFileArgs,

    /// Store nothing on disk
    ///
    /// Other commands, such as trigger, then find this listen only at the default address.
    #[arg(long, conflicts_with_all = ["history_file", "history", "history_max"])]
    no_history: bool,

    /// What to do if a delivery cannot be stored
    #[arg(long, value_name = "NEED", value_enum, default_value = "required")]
    history: HistoryNeed,

    /// Limit of the history: a number of deliveries, a size such as 200MiB, an age such as 30d; may be repeated
    ///
    /// The limit that is reached first applies. Refused requests have a twentieth of each limit.
    #[arg(long, hide_short_help = true, value_name = "LIMIT")]
    history_max: Vec<Most>,
}

/// One limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Most {
    Count(u64),
    Bytes(u64),
    Age(Span),
}

impl FromStr for Most {
    type Err = NoLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(count) = text.parse::<u64>() {
            return if count > 0 { Ok(Self::Count(count)) } else { Err(NoLimit) };
        }
        // `m` means minutes, never megabytes: a size ends in B or i.
        if text.ends_with(['B', 'b', 'i']) {
            return text.parse::<Size>().map(|size| Self::Bytes(size.0 as u64)).map_err(|_| NoLimit);
        }
        text.parse::<Span>().map(Self::Age).map_err(|_| NoLimit)
    }
}

/// The text is not a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write a number of deliveries, a size such as 200MiB, or an age such as 30d")]
pub(crate) struct NoLimit;

impl HistoryArgs {
    /// The checked value; `None` if nothing is stored.
    ///
    /// # Errors
    /// [`HistoryError::NoPlace`] if the history is required and there is no folder for it.
    pub(crate) fn check(self, environment: &Environment) -> Result<Option<HistoryConfig>, HistoryError> {
        if self.no_history {
            return Ok(None);
        }
        let file = match self.file.path(environment) {
            Ok(file) => file,
            Err(_) if self.history == HistoryNeed::BestEffort => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut limits = HistoryLimits::default();
        for most in self.history_max {
            match most {
                Most::Count(count) => limits.count = count,
                Most::Bytes(bytes) => limits.bytes = bytes,
                Most::Age(age) => limits.age = age.get(),
            }
        }
        let settings = HistorySettings { file, limits, masked_headers: Vec::new() };
        Ok(Some(HistoryConfig { settings, need: self.history, project: project::current(environment) }))
    }
}

/// The flags that select stored deliveries.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Which deliveries")]
pub(crate) struct FilterArgs {
    /// Only this event, or a pattern such as 'meeting.*'; may be repeated
    #[arg(long, value_name = "PATTERN")]
    event: Vec<EventPattern>,
    /// Only deliveries newer than this, such as 2h
    #[arg(long, value_name = "DURATION", value_parser = Span::with_unit)]
    since: Option<Span>,
    /// Only deliveries older than this, such as 1h
    #[arg(long, value_name = "DURATION", value_parser = Span::with_unit)]
    until: Option<Span>,
    /// Only this verdict: valid, invalid or unknown
    #[arg(long, value_name = "VERDICT", value_parser = parse_verdict)]
    verdict: Option<DeliveryVerdict>,
    /// Only deliveries with this answer, such as 204 or 5xx
    #[arg(long, value_name = "STATUS")]
    status: Option<StatusRange>,
    /// Only deliveries with these words in the body
    #[arg(long, value_name = "WORDS")]
    search: Option<Search>,
    #[command(flatten)]
    project: ProjectArgs,
}

/// The text is not a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("write valid, invalid or unknown")]
struct NotAVerdict;

fn parse_verdict(text: &str) -> Result<DeliveryVerdict, NotAVerdict> {
    verdict_named(text).ok_or(NotAVerdict)
}

impl FilterArgs {
    /// The flags that select the project.
    #[must_use]
    pub(crate) fn project(&self) -> &ProjectArgs {
        &self.project
    }

    /// Warnings about patterns that match no known event.
    #[must_use]
    pub(crate) fn unknown_events(&self) -> Vec<Warning> {
        self.event.iter().filter_map(|pattern| event_names::check("--event", pattern)).collect()
    }

    /// The checked value: ages become times.
    #[must_use]
    pub(crate) fn check(self, now: SystemTime, environment: &Environment) -> Filter {
        let project = self.project.check(environment);
        Filter { project, ..self.check_for_all(now, environment) }
    }

    /// As [`Self::check`], but all projects count unless one is given.
    #[must_use]
    pub(crate) fn check_for_all(self, now: SystemTime, environment: &Environment) -> Filter {
        let ago = |span: Option<Span>| span.and_then(|span| now.checked_sub(span.get()));
        Filter {
            events: self.event,
            since: ago(self.since),
            until: ago(self.until),
            verdict: self.verdict,
            status: self.status,
            search: self.search,
            provenance: None,
            project: self.project.check_given(environment),
        }
    }

    /// Whether there is no filter, so that all deliveries of the project match.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
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

    fn check(args: &[&str], home: Option<&str>) -> Result<Option<HistoryConfig>, HistoryError> {
        let variables =
            home.map(|home| ("HOME", home)).into_iter().chain(home.map(|home| ("LOCALAPPDATA", home)));
        parse::<HistoryArgs>(args).unwrap().check(&Environment::new("", variables))
    }

    #[test]
    fn stores_deliveries_in_the_default_file_unless_configured() {
        let home = std::env::temp_dir();
        let keeping = check(&[], home.to_str()).unwrap().unwrap();
        assert!(keeping.settings.file.starts_with(&home) && keeping.need == HistoryNeed::Required);
        assert!(check(&["--no-history"], None).unwrap().is_none());
        assert!(check(&["--history", "best-effort"], None).unwrap().is_none());
        assert!(matches!(check(&[], None), Err(HistoryError::NoPlace { .. })));
        let keeping = check(&["--history-file", "h.db"], None).unwrap().unwrap();
        assert_eq!(keeping.settings.file, PathBuf::from("h.db"));
    }

    #[test]
    fn accepts_limits_of_three_kinds() {
        let args =
            ["--history-file", "h", "--history-max", "50", "--history-max", "2MiB", "--history-max", "30d"];
        let limits = check(&args, None).unwrap().unwrap().settings.limits;
        let age = Duration::from_secs(30 * 24 * 3600);
        assert_eq!(limits, HistoryLimits { count: 50, bytes: 2 << 20, age });
        for wrong in ["", "0", "many", "-5"] {
            assert_eq!(wrong.parse::<Most>(), Err(NoLimit), "{wrong}");
        }
    }

    #[test]
    fn ages_become_times() {
        let now = UNIX_EPOCH + Duration::from_secs(10_000);
        assert!(parse::<FilterArgs>(&["--since", "5"]).unwrap_err().to_string().contains("5s, 5m, 5h or 5d"));
        let args = parse::<FilterArgs>(&["--since", "2h", "--until", "1h"]).unwrap();
        assert!(!args.is_empty() && parse::<FilterArgs>(&[]).unwrap().is_empty());
        let filter = args.check_for_all(now, &Environment::new("", [("NO_COLOR", "1")]));
        assert_eq!(filter.since, Some(UNIX_EPOCH + Duration::from_secs(2_800)));
        assert_eq!(filter.until, Some(UNIX_EPOCH + Duration::from_secs(6_400)));
        assert!(parse::<FilterArgs>(&["--verdict", "good"]).is_err());
    }
}
