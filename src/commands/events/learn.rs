//! `events drift` and `events learn`: what the deliveries of this machine have and the catalogue lacks.

use std::path::Path;
use std::time::SystemTime;

use super::Printed;
use crate::commands::{ExitStatus, Failure};
use crate::delivery::{DeliveryVerdict, Provenance};
use crate::files::PathError;
use crate::history::{Filter, HistoryError, HistoryReader};
use crate::learned_file;
use crate::report::{self, drift as view};
use crate::settings::env::Environment;
use crate::settings::history::HistoryFileArgs;
use crate::settings::time::Span;
use crate::zoom::catalogue::{self, Observations};

#[derive(Debug, clap::Args)]
pub(super) struct DriftArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "text")]
    format: super::ListFormat,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct LearnArgs {
    /// Delete what was learned
    #[arg(long, conflicts_with = "since")]
    forget: bool,
    #[command(flatten)]
    read: ReadArgs,
}

/// Which deliveries are read.
#[derive(Debug, clap::Args)]
struct ReadArgs {
    /// Only deliveries newer than this, such as 7d
    #[arg(long, value_name = "DURATION")]
    since: Option<Span>,
    #[command(flatten)]
    file: HistoryFileArgs,
}

impl ReadArgs {
    /// What the verified deliveries of this machine have. An imported file may claim any verdict, so it is left out.
    fn observe(&self, now: SystemTime) -> Result<Observations, HistoryError> {
        let mut observations = Observations::default();
        let path = self.file.path(&Environment::of_process())?;
        let Some(reader) = HistoryReader::open(&path)? else { return Ok(observations) };
        let filter = Filter {
            since: self.since.and_then(|span| now.checked_sub(span.get())),
            verdict: Some(DeliveryVerdict::Valid),
            provenance: Some(Provenance::Recorded),
            ..Filter::default()
        };
        for delivery in reader.oldest_first(&filter) {
            let delivery = delivery?;
            if let Some(event) = &delivery.event {
                observations.add(event, &delivery.body);
            }
        }
        Ok(observations)
    }
}

impl DriftArgs {
    pub(super) fn run(self, now: SystemTime) -> Printed {
        let drift = catalogue::drift(&self.read.observe(now)?);
        if drift.is_empty() {
            note_that_there_is_none();
        }
        Ok(match self.format {
            super::ListFormat::Text => view::print(&drift),
            super::ListFormat::Json => view::print_json(&drift),
        })
    }
}

impl LearnArgs {
    pub(super) fn run(self, now: SystemTime) -> Printed {
        let path = path()?;
        if self.forget {
            let was_there = learned_file::remove(&path).map_err(|error| failed(&path, error))?;
            report::print_note(&match was_there {
                true => format!("{} deleted.", path.display()),
                false => "Nothing was learned.".to_owned(),
            });
            return Ok(Ok(()));
        }
        let observations = self.read.observe(now)?;
        let deliveries = observations.deliveries();
        if deliveries == 0 {
            note_that_there_is_none();
            return Ok(Ok(()));
        }
        let (text, new) = catalogue::write_learned(observations);
        if !new.is_empty() {
            learned_file::write(&path, &text).map_err(|error| failed(&path, error))?;
        }
        Ok(view::print_learned(deliveries, &new, &path))
    }
}

fn note_that_there_is_none() {
    report::print_note(
        "The history has no delivery that was received and verified on this machine. `zoomhook listen` stores every \
         delivery.",
    );
}

fn path() -> Result<std::path::PathBuf, Failure> {
    let environment = Environment::of_process();
    let path = learned_file::path(|name| environment.path(name));
    Ok(path.map_err(|none| HistoryError::NoPlace { variable: none.variable })?)
}

fn failed(path: &Path, error: PathError) -> Failure {
    match error {
        PathError::Untrusted(reason) => Failure::new(ExitStatus::Usage, reason.to_string())
            .with_hint(report::repair_hint(reason.repair(), "Then run the command again.")),
        error => Failure::new(ExitStatus::Usage, format!("{}: {error}", path.display())),
    }
}

/// Adds what was learned to the catalogue of this process. A file that cannot be used is left out. Only `events` reports
/// it: a completion prints nothing, and the other commands report the folder themselves where they need it.
pub(in crate::commands) fn use_what_was_learned(reports: bool) {
    let environment = Environment::of_process();
    let Ok(path) = learned_file::path(|name| environment.path(name)) else { return };
    match learned_file::read(&path) {
        Ok(Some(text)) => catalogue::use_learned(text),
        Ok(None) => {}
        Err(_) if !reports => {}
        Err(error) => report::print_note(&format!("What `events learn` has written is not used: {error}")),
    }
}
