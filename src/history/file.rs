//! Opening the file: SQLite's settings, and how long another process is waited for.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use rusqlite::{Connection, OpenFlags};

use super::{HistoryError, schema};

/// How long to wait for another process that is writing. Shorter than a delivery may wait for its answer, so
/// that the error names the cause.
const BUSY: Duration = Duration::from_millis(1_500);
/// Between two tries. SQLite's own steps grow to 100 ms, and beside a process that commits without a pause they hardly
/// ever hit a gap: it would be kept out for good.
const STEP: Duration = Duration::from_millis(1);
/// A write-ahead log that has grown larger is cut back to this after a checkpoint.
const LOG_LIMIT: u32 = 16 << 20;

/// Opens the file for writing; makes folder and file where there are none.
pub(super) fn open(path: &Path) -> Result<Connection, HistoryError> {
    let unmade = |error: io::Error| match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => HistoryError::ReadOnly { path: path.to_owned() },
        io::ErrorKind::StorageFull => HistoryError::DiskFull { path: path.to_owned() },
        io::ErrorKind::PermissionDenied if path.exists() => HistoryError::ReadOnly { path: path.to_owned() },
        _ => HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() },
    };
    make_folder(path).map_err(unmade)?;
    // Unlocked when it is dropped, with the tables in the file.
    let _lock = locked(path);
    make(path).map_err(unmade)?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    wait_for_others(&mut connection).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(HistoryError::ReadOnly { path: path.to_owned() });
    }
    schema::prepare(&mut connection, path)?;
    configure(&connection).map_err(failed)?;
    Ok(connection)
}

/// Opens the file for reading; `None` where there is none, or one that somebody is just making.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, HistoryError> {
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(None),
        Err(error) => {
            return Err(HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() });
        }
    }
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    // Readers need to write the index of the log, where that is possible; the file itself they cannot change.
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    wait_for_others(&mut connection).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    // The file is there before its first page, and that before its tables.
    let is_made = schema::check(&connection, path)? > 0;
    Ok(is_made.then_some(connection))
}

/// Whether every commit syncs the log, or checkpoints alone sync.
pub(super) fn sync_at_commit(connection: &Connection, syncs: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", if syncs { "FULL" } else { "NORMAL" })
}

/// From here on another process that is writing is waited for.
pub(super) fn wait_for_others(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait))
}

/// Whether to try again; `tries` counts from 0 for each lock.
fn wait(tries: i32) -> bool {
    thread_local! {
        static SINCE: Cell<Instant> = Cell::new(Instant::now());
    }
    if tries == 0 {
        SINCE.set(Instant::now());
    }
    std::thread::sleep(STEP);
    SINCE.get().elapsed() < BUSY
}

/// `FULL` syncs the log at every commit. Without it a commit outlives the process, but not a power cut, and
/// what Zoom was told to be received it does not send again. Many deliveries share a commit, so that it costs
/// little. Checkpoints are the writer's business, at a time when nobody waits.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    sync_at_commit(connection, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    // Pruned bytes are somebody's names and addresses.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// A file of SQLite's beside the history, such as its log.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(ending);
    name.into()
}

/// Makes the file, where there is none, in a folder that is locked.
pub(super) fn make(path: &Path) -> io::Result<()> {
    if !path.exists() {
        // They belong to a file that is gone; a new one must not be read with an old one's log. Whoever still
        // writes the old file has them open.
        for ending in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(path, ending));
        }
    }
    make_file(path)
}

fn folder_of(path: &Path) -> Option<&Path> {
    path.parent().filter(|folder| !folder.as_os_str().is_empty())
}

/// The folder, locked among all that are about to make the file: SQLite does not wait for another process that makes
/// the same file, but fails, and whoever deletes an old log must not meet a new one. A folder that cannot be locked,
/// or is held by a stranger, is no reason to make no file.
pub(super) fn locked(path: &Path) -> Option<fs::File> {
    // On Windows a folder is no file that could be opened.
    let folder = fs::File::open(folder_of(path).unwrap_or(Path::new("."))).ok()?;
    // Half a second; making the file takes some milliseconds.
    for _ in 0..50 {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(fs::TryLockError::Error(_)) => return None,
        }
    }
    None
}

/// Makes the file, or sets its rights. SQLite gives the log the same rights as the file.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let mut file = options.open(path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 && is_ours(&mut file)? {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    // On Windows the user's own folder is closed to others by its access list.
    #[cfg(not(unix))]
    options.open(path)?;
    Ok(())
}

/// How each file of SQLite begins.
#[cfg(unix)]
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Whether it is empty or a database: a file that was named by mistake keeps its rights.
#[cfg(unix)]
fn is_ours(file: &mut fs::File) -> io::Result<bool> {
    use std::io::Read;
    let mut head = Vec::new();
    file.take(SQLITE.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == SQLITE)
}

/// Makes the folder of the file, for this user alone.
pub(super) fn make_folder(path: &Path) -> io::Result<()> {
    let Some(folder) = folder_of(path) else { return Ok(()) };
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Tells a file from another one that took its name: device and inode. Windows needs none: it does not let go of a
/// file that is open.
#[cfg(unix)]
pub(super) type Identity = (u64, u64);
#[cfg(not(unix))]
pub(super) type Identity = ();

/// Of the file that has this name now; `None` where there is none.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

/// Nothing to tell them apart by.
#[cfg(not(unix))]
pub(super) fn identity(_: &Path) -> Option<Identity> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_has_no_tables_yet_is_none_to_read() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("h.db");
        fs::write(&path, "").unwrap();
        assert!(open_to_read(&path).unwrap().is_none());
        // As far as another process may have got that makes it.
        let other = Connection::open(&path).unwrap();
        other.pragma_update(None, "journal_mode", "WAL").unwrap();
        assert!(fs::metadata(&path).unwrap().len() > 0);
        assert!(open_to_read(&path).unwrap().is_none());
        drop(open(&path).unwrap());
        assert!(open_to_read(&path).unwrap().is_some());
    }
}
