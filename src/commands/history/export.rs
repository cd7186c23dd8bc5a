//! `history export`: writes deliveries as NDJSON or as a HAR file, with one page of them in memory.

use std::path::Path;
use std::time::SystemTime;

use super::{Printed, note_that_nothing_is_stored};
use crate::commands::{ExitStatus, Failure};
use crate::delivery::StoredDelivery;
use crate::history::{Filter, HistoryError, HistoryReader, MaskKey};
use crate::report::{self, history as view};
use crate::settings::history::FilterArgs;

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Form,
    /// Mask passcodes, tokens, addresses, names and free text; equal values get equal masks
    #[arg(long)]
    redact: bool,
    #[command(flatten)]
    filter: Box<FilterArgs>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One JSON object per line; import can read it
    Ndjson,
    /// HAR 1.2, with requests and responses
    Har,
}

impl ExportArgs {
    pub(super) fn run(self, path: &Path, now: SystemTime) -> Result<Printed, Failure> {
        let filter = self.filter.check(now);
        let masks = self.redact.then(mask_key).transpose()?;
        let reader = HistoryReader::open(path)?;
        if reader.is_none() {
            note_that_nothing_is_stored(path);
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
        if let Err(error) = report::print_json(&view::line(&stored?)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// Writes one HAR document, even if there are no deliveries.
fn archive(found: impl Iterator<Item = Found>) -> Result<Printed, HistoryError> {
    if let Err(error) = report::print_json(&view::har_head()) {
        return Ok(Err(error));
    }
    for (at, stored) in found.enumerate() {
        if let Err(error) = report::print_json(&view::har_entry(&stored?, at == 0)) {
            return Ok(Err(error));
        }
    }
    Ok(report::print(view::HAR_TAIL))
}

/// A key for this run only, so that masks of two exports cannot be compared.
fn mask_key() -> Result<MaskKey, Failure> {
    let mut bytes = [0; 32];
    let provider = rustls::crypto::ring::default_provider();
    provider
        .secure_random
        .fill(&mut bytes)
        .map_err(|_| Failure::new(ExitStatus::Internal, "the system provides no random numbers"))?;
    Ok(MaskKey::new(bytes))
}
