//! Damaged files that were moved out of the way. They are never deleted. [`repair`](super::repair) reads them and then
//! marks them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

use super::HistoryError;
use super::file::{Identity, companion, identity, locked, unopened};
use crate::files::CheckedPlace;
use crate::files::MissingFolder;

/// Between the name of the history and the time at which it was moved.
const DAMAGED: &str = ".damaged-";
/// Replaces [`DAMAGED`] in the name once everything readable was recovered.
const REPAIRED: &str = ".repaired-";
/// The endings of the files of one history.
const ENDINGS: [&str; 3] = ["-wal", "-shm", ""];

/// Moves a damaged history and its log aside and returns the new path. The file must be closed in this process.
pub(super) fn move_aside(path: &Path, now: SystemTime) -> Result<PathBuf, HistoryError> {
    let place = CheckedPlace::find(path, MissingFolder::Fail).map_err(|error| unopened(path, error))?;
    // A process that creates the file in the meantime would delete the log.
    let _lock = locked(place.folder());
    let to = free_name(path, now);
    move_all(path, &to)
        .map_err(|error| HistoryError::NotMoved { path: path.to_owned(), reason: error.to_string() })?;
    Ok(to)
}

/// Marks a damaged file as repaired, and returns its new path.
pub(super) fn mark_repaired(damaged: &Path) -> io::Result<PathBuf> {
    let name = damaged.file_name().unwrap_or_default().to_string_lossy();
    let to = damaged.with_file_name(name.replace(DAMAGED, REPAIRED));
    move_all(damaged, &to)?;
    Ok(to)
}

/// The log moves first: if the process ends between two moves, the database without its log is moved with the next
/// damage, and its log is found next to it. In the other order, the next start would delete the log.
fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    for ending in ENDINGS {
        match fs::rename(companion(from, ending), companion(to, ending)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A name that is not in use: with the time, and with a number if that is needed.
fn free_name(path: &Path, now: SystemTime) -> PathBuf {
    let time = jiff::Timestamp::try_from(now).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ").to_string();
    let numbers = std::iter::once(String::new()).chain((2_u32..).map(|number| format!("-{number}")));
    let is_free = |end: &String| {
        [DAMAGED, REPAIRED].iter().all(|kind| {
            let name = companion(path, &format!("{kind}{time}{end}"));
            ENDINGS.iter().all(|ending| !companion(&name, ending).exists())
        })
    };
    let end = numbers.into_iter().find(is_free).unwrap_or_default();
    companion(path, &format!("{DAMAGED}{time}{end}"))
}

/// The files that were moved aside, repaired or not. They may have what was deleted from the history since.
#[must_use]
pub fn copies_of(path: &Path) -> Vec<PathBuf> {
    [DAMAGED, REPAIRED].into_iter().flat_map(|kind| moved(path, kind).unwrap_or_default()).collect()
}

/// The damaged files of this history that are not repaired yet, the oldest first.
pub(super) fn damaged(path: &Path) -> io::Result<Vec<PathBuf>> {
    moved(path, DAMAGED)
}

/// The files of this kind that were moved aside, the oldest first. A log without its database counts.
fn moved(path: &Path, kind: &str) -> io::Result<Vec<PathBuf>> {
    let mut name = path.file_name().map_or_else(OsString::new, ToOwned::to_owned);
    name.push(kind);
    let name = name.to_string_lossy().into_owned();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut found = Vec::new();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        other => other?,
    };
    for entry in entries {
        let entry = entry?.file_name().to_string_lossy().into_owned();
        if entry.starts_with(&name) {
            let database = ENDINGS.iter().find_map(|ending| entry.strip_suffix(ending)).unwrap_or(&entry);
            found.push(folder.join(database));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Whether an open file that is no longer at `path` was moved because it is damaged.
pub(super) fn is_damaged(path: &Path, file_is: Option<Identity>) -> bool {
    let others = damaged(path).unwrap_or_default();
    file_is.is_some() && others.iter().any(|other| identity(other) == file_is)
}
