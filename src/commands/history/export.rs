//! `history export`: writes deliveries as NDJSON or as a HAR file, with one page of them in memory.

use std::path::Path;
use std::time::SystemTime;

use super::{Printed, note_that_nothing_is_stored};
use crate::commands::failure::repair_hint;
use crate::commands::named_events::checked_for_all;
use crate::commands::{ExitStatus, Failure};
use crate::delivery::StoredDelivery;
use crate::history::{HistoryError, MaskKey, Readable};
use crate::report::{self, history as view};
use crate::settings::history::FilterArgs;

#[derive(Debug, clap::Args)]
pub(super) struct ExportArgs {
    /// Output format
    #[arg(long, value_enum, default_value = "ndjson")]
    format: Form,
    /// Mask every text that may be personal: only known values, times and names of events stay
    ///
    /// Equal values get equal masks, so that it stays clear who did what. Ids are masked too, unless --keep-ids is given.
    #[arg(long)]
    redact: bool,
    /// With --redact, keep the ids of accounts, users, meetings and calls
    #[arg(long, requires = "redact")]
    keep_ids: bool,
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
    /// Exports what can be read. Damage is reported on stderr, and by the exit status.
    pub(super) fn run(self, path: &Path, now: SystemTime) -> Result<(Printed, ExitStatus), Failure> {
        let filter = checked_for_all(*self.filter, now);
        let masks = self.redact.then(mask_key).transpose()?.map(|key| key.keeping_ids(self.keep_ids));
        let mut readable = Readable::open(path, &filter)?;
        if readable.is_none() {
            note_that_nothing_is_stored(path);
        }
        let found = readable.iter_mut().flatten().map(|stored| {
            let mut stored = stored?;
            if let Some(masks) = &masks {
                masks.apply(&mut stored);
            }
            Ok(stored)
        });
        let printed = match self.format {
            Form::Ndjson => lines(found)?,
            Form::Har => archive(found)?,
        };
        let Some(lost) = readable.and_then(|readable| readable.lost()) else {
            return Ok((printed, ExitStatus::Done));
        };
        report::print_error(&view::unreadable(path, &lost), Some(&repair_hint(path)));
        Ok((printed, ExitStatus::Internal))
    }
}

type Found = Result<StoredDelivery, HistoryError>;

fn lines(found: impl Iterator<Item = Found>) -> Result<Printed, HistoryError> {
    for stored in found {
        if let Err(error) = report::print_json(&view::line(&stored?)) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

/// Writes one HAR document. Without deliveries, its list is empty.
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
