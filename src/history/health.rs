//! Whether a history can be read and written, without changing it. The entry point is [`examine`].

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::totals;
use super::{HistoryError, HistoryReader, check, file, salvage};

/// How long to wait for another process that is writing. Its commits take milliseconds.
const PATIENCE: Duration = Duration::from_millis(300);

/// A larger file is not checked page by page, because that takes longer than a moment. `listen` does it in the background.
const CHECKED: u64 = 32 << 20;

/// What [`examine`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryHealth {
    /// The number of stored deliveries; `None` if the file does not exist yet.
    pub(crate) count: Option<u64>,
    /// The free bytes of its disk for this user; `None` if that is not known.
    pub(crate) free: Option<u64>,
    /// The name of the network file system that it is on; `None` on a local disk, or if that is not known.
    pub(crate) network: Option<&'static str>,
}

/// Examines the file at `path`. A file that does not exist must be possible to create.
///
/// # Errors
/// The error with which `listen` would fail.
pub(crate) fn examine(path: &Path) -> Result<HistoryHealth, HistoryError> {
    let place = nearest(path);
    if !path.exists() && place.is_some_and(is_of_the_kernel) {
        return Err(HistoryError::Unopened {
            path: path.to_owned(),
            reason: "no file can be created in this folder".to_owned(),
        });
    }
    let (free, network) = place.map_or((None, None), |place| (free_bytes(place), network_name(place)));
    if salvage::has_damaged_log(path) {
        return Err(HistoryError::Corrupt { path: path.to_owned(), reason: "its log is damaged".to_owned() });
    }
    let count = match HistoryReader::open(path)? {
        Some(reader) => {
            let is_small = std::fs::metadata(path).is_ok_and(|found| found.len() <= CHECKED);
            if is_small && let Some(reason) = check::find_damage(&reader.connection, path)? {
                return Err(HistoryError::Corrupt { path: path.to_owned(), reason });
            }
            let count =
                totals::read(&reader.connection).map_err(|error| HistoryError::of(path, &error))?.count;
            takes_lock(&reader.connection).map_err(|error| HistoryError::of(path, &error))?;
            Some(count)
        }
        None => None,
    };
    file::can_write(path)?;
    Ok(HistoryHealth { count, free, network })
}

/// Takes the lock of a writer for a moment, and writes nothing.
fn takes_lock(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "query_only", false)?;
    connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")
}

/// The file, or the nearest folder above it that exists.
fn nearest(path: &Path) -> Option<&Path> {
    path.ancestors().find(|place| !place.as_os_str().is_empty() && place.exists())
}

#[cfg(unix)]
fn free_bytes(place: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(place).ok()?;
    // A file system that does not count its blocks is not a full disk.
    (found.f_blocks > 0).then(|| found.f_bavail.saturating_mul(found.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}

/// Whether a folder shows the state of the kernel, which has no files of a user.
#[cfg(target_os = "linux")]
#[allow(clippy::unnecessary_cast)]
fn is_of_the_kernel(place: &Path) -> bool {
    /// `/proc`, `/sys` and the control groups, in `linux/magic.h`.
    const KINDS: [i64; 3] = [0x9fa0, 0x6265_6572, 0x6367_7270];
    rustix::fs::statfs(place).is_ok_and(|found| KINDS.contains(&(found.f_type as i64)))
}

#[cfg(not(target_os = "linux"))]
fn is_of_the_kernel(_: &Path) -> bool {
    false
}

/// The type of the number differs between processors.
#[cfg(target_os = "linux")]
#[allow(clippy::unnecessary_cast)]
fn network_name(place: &Path) -> Option<&'static str> {
    /// The numbers of `statfs`, in `linux/magic.h` and the sources of the file systems.
    const KINDS: [(i64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB 2"),
        (0x5346_414f, "AFS"),
        (0x00c3_6400, "Ceph"),
        (0x0102_1997, "9P"),
    ];
    let found = rustix::fs::statfs(place).ok()?.f_type as i64;
    KINDS.iter().find(|(number, _)| *number == found).map(|(_, name)| *name)
}

#[cfg(not(target_os = "linux"))]
fn network_name(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/h.db");
        assert_eq!(examine(&path).unwrap().count, None);
        assert!(!folder.path().join("a").exists());
        let path = folder.path().join("h.db");
        drop(file::open(&path).unwrap());
        let before = std::fs::read(&path).unwrap();
        assert_eq!(examine(&path).unwrap().count, Some(0));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_of_the_kernel_is_not_a_full_disk() {
        assert_eq!(free_bytes(Path::new("/proc")), None);
        assert!(matches!(examine(Path::new("/proc/x.db")), Err(HistoryError::Unopened { .. })));
    }

    #[test]
    fn a_history_that_another_process_writes_for_long_is_in_use() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("h.db");
        let other = file::open(&path).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(matches!(examine(&path), Err(HistoryError::Busy { .. })));
    }
}
