//! `history show` and `history diff`: one delivery in any format, and the differences between two.

use super::{Printed, ids};
use crate::commands::Failure;
use crate::history::{HistoryReader, Reference, compare};
use crate::report::{self, Paging, history as view};

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// An id, the beginning of one, last, or last-2
    #[arg(default_value = "last", add = ids::completer())]
    delivery: Reference,
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// Text for people
    #[value(alias = "text")]
    Pretty,
    /// The request as HTTP/1.1, byte for byte
    Http,
    /// A curl command, with the original headers
    Curl,
    /// HAR 1.2, with request and response
    Har,
    /// One JSON object
    Json,
}

impl ShowArgs {
    pub(super) fn run(self, reader: &HistoryReader, paging: Paging) -> Result<Printed, Failure> {
        let stored = ids::find(reader, &self.delivery)?;
        Ok(match self.format {
            Form::Pretty => view::print_one(&stored, paging),
            Form::Json => report::print_json(&view::line(&stored)),
            Form::Http => report::print_raw(&view::http(&stored)),
            Form::Curl => report::print_raw(view::curl(&stored).as_bytes()),
            Form::Har => {
                let parts = [view::har_head(), view::har_entry(&stored, true), view::HAR_TAIL.to_vec()];
                report::print_json(&parts.concat())
            }
        })
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct DiffArgs {
    /// The delivery to compare with: an id, the beginning of one, or last-1
    #[arg(add = ids::completer())]
    first: Reference,
    /// The delivery to compare
    #[arg(default_value = "last", add = ids::completer())]
    second: Reference,
    /// Also show equal values
    #[arg(long)]
    all: bool,
    /// Output format
    #[arg(long, value_enum, default_value = "pretty")]
    format: DiffForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DiffForm {
    /// Text for people
    #[value(alias = "text")]
    Pretty,
    /// A JSON list with one object per change
    Json,
}

impl DiffArgs {
    pub(super) fn run(self, reader: &HistoryReader, paging: Paging) -> Result<Printed, Failure> {
        let (first, second) = (ids::find(reader, &self.first)?, ids::find(reader, &self.second)?);
        let comparison = compare(&first, &second);
        Ok(match self.format {
            DiffForm::Pretty => view::print_diff((&first, &second), &comparison, self.all, paging),
            DiffForm::Json => report::print_json(&view::changes(&comparison)),
        })
    }
}
