//! `history list` and `history stats`: the newest deliveries, one per line, and counts of them.

use std::path::Path;
use std::time::SystemTime;

use super::{Printed, follow};
use crate::commands::Failure;
use crate::commands::failure::repair_hint;
use crate::commands::named_events::checked;
use crate::history::{HistoryReader, Order, Stats};
use crate::report::{self, Format, Paging, history as view};
use crate::settings::history::FilterArgs;
use crate::settings::number::whole;

#[derive(Debug, clap::Args)]
pub(super) struct ListArgs {
    /// Largest number of deliveries
    #[arg(long, short = 'n', value_name = "N", default_value_t = 30, value_parser = whole(0..=u32::MAX))]
    limit: u32,
    /// Then show each new delivery, until Ctrl-C
    #[arg(long, short)]
    follow: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

impl ListArgs {
    pub(super) fn is_followed(&self) -> bool {
        self.follow
    }

    pub(super) fn run(
        self,
        reader: &HistoryReader,
        now: SystemTime,
        paging: Paging,
    ) -> Result<Printed, Failure> {
        let filter = checked(*self.filter, now);
        let page = reader.page(&filter, Order::NewestFirst, None, self.limit as usize)?;
        let found = page.deliveries;
        if page.unreadable > 0 {
            let path = reader.path();
            report::print_error(&view::left_out(path, page.unreadable), Some(&repair_hint(path)));
        }
        if self.format == Format::Json {
            let lines: Vec<u8> = found.iter().flat_map(view::line).collect();
            return Ok(report::print_paged_json(&lines, paging));
        }
        let project = filter.project.as_deref();
        let positions = reader.positions(&found, project)?;
        let mut rows = Vec::with_capacity(found.len());
        for (stored, position) in found.into_iter().zip(positions) {
            rows.push(view::ListedDelivery { id: reader.short_id(&stored.id)?, position, stored });
        }
        let of_project = reader.count_of(project)?;
        let totals = view::ListTotals { of_project, of_others: reader.count()?.saturating_sub(of_project) };
        Ok(view::print_list(&rows, totals, now, paging))
    }

    pub(super) fn follow(self, path: &Path, now: SystemTime) -> Result<Printed, Failure> {
        follow::run(path, &checked(*self.filter, now), self.limit as usize, self.format)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct StatsArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Format,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

impl StatsArgs {
    pub(super) fn run(
        self,
        reader: &HistoryReader,
        now: SystemTime,
        paging: Paging,
    ) -> Result<Printed, Failure> {
        let stats = reader.stats(&checked(*self.filter, now), now)?;
        Ok(match self.format {
            Format::Pretty => view::print_stats(&stats, paging),
            Format::Json => report::print_json(&view::counts(&stats)),
        })
    }

    /// Without a history: JSON output still has its line, with every count 0.
    pub(super) fn run_on_nothing(&self) -> Printed {
        match self.format {
            Format::Pretty => Ok(()),
            Format::Json => report::print_json(&view::counts(&Stats::default())),
        }
    }
}
