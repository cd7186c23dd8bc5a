//! `history show` and `history diff`: one delivery in any form, and what differs between two.

use super::{Printed, ids};
use crate::commands::Failure;
use crate::history::{HistoryReader, Reference, compare};
use crate::report::{self, Paging, history as view};

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Its id, the beginning of one, last, or last-2
    #[arg(default_value = "last", add = ids::completer())]
    delivery: Reference,
    /// For a person, or in a form that other programs take
    #[arg(long, value_enum, default_value = "pretty")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For a person
    #[value(alias = "text")]
    Pretty,
    /// The request as HTTP/1.1, byte for byte
    Http,
    /// A command for curl, with the old headers
    Curl,
    /// An HTTP archive with request and answer
    Har,
    /// One JSON object
    Json,
}

impl ShowArgs {
    pub(super) fn run(self, reader: &HistoryReader, paging: Paging) -> Result<Printed, Failure> {
        let stored = ids::find(reader, &self.delivery)?;
        Ok(match self.format {
            Form::Pretty => view::print_one(&stored, paging),
            Form::Json => report::print(&view::line(&stored)),
            Form::Http => report::print_raw(&view::http(&stored)),
            Form::Curl => report::print_raw(view::curl(&stored).as_bytes()),
            Form::Har => {
                let parts = [view::har_head(), view::har_entry(&stored, true), view::HAR_TAIL.to_vec()];
                report::print(&parts.concat())
            }
        })
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The one that is compared with: its id, the beginning of one, or last-1
    #[arg(add = ids::completer())]
    first: Reference,
    /// The one that is compared
    #[arg(default_value = "last", add = ids::completer())]
    second: Reference,
    /// What is the same, too
    #[arg(long)]
    all: bool,
    /// For a person, or a JSON list of what has changed
    #[arg(long, value_enum, default_value = "pretty")]
    format: DiffForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DiffForm {
    /// For a person
    #[value(alias = "text")]
    Pretty,
    /// A list with an object for each change
    Json,
}

impl DiffArgs {
    pub(super) fn run(self, reader: &HistoryReader, paging: Paging) -> Result<Printed, Failure> {
        let (first, second) = (ids::find(reader, &self.first)?, ids::find(reader, &self.second)?);
        let comparison = compare(&first, &second);
        Ok(match self.format {
            DiffForm::Pretty => view::print_diff((&first, &second), &comparison, self.all, paging),
            DiffForm::Json => report::print(&view::changes(&comparison)),
        })
    }
}
