//! Recovers what can be read from damaged files into the current one. The entry point is [`repair`].

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use futures_util::future::join_all;

use super::check::find_damage;
use super::salvage::{self, Salvaged};
use super::{Filter, History, HistoryError, HistoryReader, HistorySettings, Lost, aside};
use crate::delivery::StoredDelivery;

/// Deliveries per commit.
const BATCH: usize = 256;
/// Total size of bodies that also completes a batch.
const BATCH_BYTES: usize = 8 << 20;

/// What a repair did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Repaired {
    /// Deliveries that are in the history again.
    pub(crate) recovered: u64,
    /// Deliveries that were in the history already.
    pub(crate) known: u64,
    /// What could not be recovered.
    pub(crate) lost: Lost,
    /// The damaged files, under their new names.
    pub(crate) files: Vec<PathBuf>,
}

/// Moves the history aside if it is damaged, and recovers what can be read from all damaged files that were moved aside.
/// `None` if there is no damage.
pub(crate) async fn repair(
    settings: &HistorySettings,
    now: SystemTime,
) -> Result<Option<Repaired>, HistoryError> {
    let path = &settings.file;
    if is_damaged(path)? {
        aside::move_aside(path, now)?;
    }
    let damaged = aside::damaged(path).map_err(|error| unreadable_folder(path, &error))?;
    if damaged.is_empty() {
        return Ok(None);
    }
    let history = History::open(settings)?;
    let mut repaired = Repaired { lost: Lost { is_exact: true, ..Lost::default() }, ..Repaired::default() };
    let mut result = Ok(());
    for file in damaged {
        result = recover(&history, &file, &mut repaired).await;
        if result.is_err() {
            break;
        }
    }
    history.close().await;
    result.map(|()| Some(repaired))
}

fn unreadable_folder(path: &Path, error: &std::io::Error) -> HistoryError {
    HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() }
}

/// Checks everything: the log, the structure, the totals, and each row.
fn is_damaged(path: &Path) -> Result<bool, HistoryError> {
    let found = salvage::has_damaged_log(path)
        || match check_all(path) {
            Err(HistoryError::Corrupt { .. } | HistoryError::Foreign { .. }) => true,
            other => other?,
        };
    // A file of another program is not touched.
    if found && !salvage::is_history(path) {
        return HistoryReader::open(path).map(|_| false);
    }
    Ok(found)
}

fn check_all(path: &Path) -> Result<bool, HistoryError> {
    let Some(reader) = HistoryReader::open(path)? else { return Ok(false) };
    if find_damage(&reader.connection, path)?.is_some() || !reader.lists_every_row()? {
        return Ok(true);
    }
    for delivery in reader.oldest_first(&Filter::default()) {
        delivery?;
    }
    Ok(false)
}

async fn recover(history: &History, file: &Path, repaired: &mut Repaired) -> Result<(), HistoryError> {
    let Salvaged { reader, lost, missing } = salvage::salvage(file)?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for delivery in reader.oldest_first(&Filter::default()) {
        let delivery = delivery?;
        bytes += delivery.body.len();
        batch.push(delivery);
        if batch.len() >= BATCH || bytes >= BATCH_BYTES {
            restore(history, std::mem::take(&mut batch), repaired).await?;
            bytes = 0;
        }
    }
    restore(history, batch, repaired).await?;
    // A delivery whose commit failed in the damaged file was stored in the new one.
    let current = HistoryReader::open(&history.settings().file)?;
    let mut found_again = 0;
    for id in missing.iter().flatten() {
        found_again += u64::from(current.as_ref().map_or(Ok(false), |current| current.has(id))?);
    }
    repaired.lost.deliveries += lost.deliveries - found_again;
    repaired.lost.answers += lost.answers;
    repaired.lost.is_exact &= lost.is_exact;
    let marked = aside::mark_repaired(file).map_err(|error| unreadable_folder(file, &error))?;
    repaired.files.push(marked);
    Ok(())
}

async fn restore(
    history: &History,
    batch: Vec<StoredDelivery>,
    repaired: &mut Repaired,
) -> Result<(), HistoryError> {
    // Without the runtime's budget, which would interrupt `join_all` and then poll the rest from the end.
    let all = tokio::task::unconstrained(join_all(batch.into_iter().map(|stored| history.restore(stored))));
    for done in all.await {
        if done? {
            repaired.recovered += 1;
        } else {
            repaired.known += 1;
        }
    }
    Ok(())
}
