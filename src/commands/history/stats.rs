//! `history stats`: counts over what was kept.

use std::time::SystemTime;

use super::Printed;
use crate::commands::Failure;
use crate::history::{Reader, Stats};
use crate::report::{self, Format, Paging, history as view};
use crate::settings::history::FilterArgs;

#[derive(Debug, clap::Args)]
pub(super) struct StatsArgs {
    /// For a person, or one JSON object for a program
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

impl StatsArgs {
    pub(super) fn run(self, reader: &Reader, now: SystemTime, paging: Paging) -> Result<Printed, Failure> {
        let stats = reader.stats(&self.filter.check(now))?;
        Ok(match self.format {
            Format::Pretty => view::print_stats(&stats, paging),
            Format::Json => report::print(&view::counts(&stats)),
        })
    }

    /// Where there is no history: a program gets its line all the same, in which everything is 0.
    pub(super) fn run_on_nothing(&self) -> Printed {
        match self.format {
            Format::Pretty => Ok(()),
            Format::Json => report::print(&view::counts(&Stats::default())),
        }
    }
}
