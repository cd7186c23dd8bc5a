//! `history export`: all deliveries as NDJSON or as an HTTP archive, a page of them in memory at a time.

use std::path::Path;
use std::time::SystemTime;

use super::{Printed, nothing_kept};
use crate::commands::{ExitStatus, Failure};
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader, MaskKey};
use crate::report::{self, history as view};
use crate::settings::history::FilterArgs;

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// One JSON object a line, or one HTTP archive
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Form,
    /// Mask passcodes, tokens, addresses, names and what people wrote: the same value by the same mask
    #[arg(long)]
    redact: bool,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One JSON object a line; import takes it back
    Ndjson,
    /// HAR 1.2, with requests and answers
    Har,
}

impl ExportArgs {
    pub(super) fn run(self, path: &Path, now: SystemTime) -> Result<Printed, Failure> {
        let filter = self.filter.check(now);
        let masks = self.redact.then(mask_key).transpose()?;
        let reader = HistoryReader::open(path)?;
        if reader.is_none() {
            nothing_kept(path);
        }
        let found = reader.iter().flat_map(|reader| masked(reader, &filter, masks.as_ref()));
        Ok(match self.format {
            Form::Ndjson => lines(found)?,
            Form::Har => archive(found)?,
        })
    }
}

type Found = Result<StoredDelivery, HistoryError>;

fn masked<'r>(
    reader: &'r HistoryReader,
    filter: &'r Filter,
    masks: Option<&'r MaskKey>,
) -> impl Iterator<Item = Found> + 'r {
    reader.oldest_first(filter).map(move |stored| {
        let mut stored = stored?;
        if let Some(masks) = masks {
            masks.apply(&mut stored);
        }
        Ok(stored)
    })
}

fn lines(found: impl Iterator<Item = Found>) -> Result<Printed, HistoryError> {
    for stored in found {
        if let Err(error) = report::print(&view::line(&stored?)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// One document, also where there is nothing to put into it.
fn archive(found: impl Iterator<Item = Found>) -> Result<Printed, HistoryError> {
    if let Err(error) = report::print(&view::har_head()) {
        return Ok(Err(error));
    }
    for (at, stored) in found.enumerate() {
        if let Err(error) = report::print(&view::har_entry(&stored?, at == 0)) {
            return Ok(Err(error));
        }
    }
    Ok(report::print(view::HAR_TAIL))
}

/// A key for this run alone: masks of two exports cannot be compared.
fn mask_key() -> Result<MaskKey, Failure> {
    let mut bytes = [0; 32];
    let provider = rustls::crypto::ring::default_provider();
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Failure::new(ExitStatus::Internal, "the system gives no random numbers"))?;
    Ok(MaskKey::new(bytes))
}
