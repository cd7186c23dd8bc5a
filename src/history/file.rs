//! Creates and opens the file: folder, permissions, lock, SQLite settings.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{HistoryError, schema};
use crate::files::CheckedFolder;
use crate::files::CheckedPlace;
use crate::files::FoundFile;
use crate::files::MissingFolder;
use crate::files::PathError;

/// How long to wait for another process that is writing. Shorter than a delivery's time limit, so that the error names
/// the cause.
const BUSY: Duration = Duration::from_millis(1_500);
/// Delay between two attempts to get the lock. SQLite's own delays grow to 100 ms and almost never hit the gap between
/// two commits of a busy process.
const STEP: Duration = Duration::from_millis(1);
/// A larger write-ahead log is truncated to this size after a checkpoint.
const LOG_LIMIT: u32 = 16 << 20;

/// Opens the file for writing; creates the folder and the file if they do not exist.
pub(super) fn open(path: &Path) -> Result<Connection, HistoryError> {
    let unopened = |error| unopened(path, error);
    let place = CheckedPlace::find(path, MissingFolder::Create).map_err(unopened)?;
    // Dropped, and so unlocked, once the tables are in the file.
    let _lock = locked(place.folder());
    let made = make(&place).map_err(unopened)?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    let mut connection = connect(path, &place, made)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(HistoryError::ReadOnly { path: path.to_owned() });
    }
    schema::prepare(&mut connection, path)?;
    configure(&connection).map_err(failed)?;
    Ok(connection)
}

/// Checks that the file can be written, or created in the nearest folder above it that exists. Changes nothing.
pub(super) fn can_write(path: &Path) -> Result<(), HistoryError> {
    let mut place = path;
    loop {
        match is_writable(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => match place.parent() {
                // A relative path without a folder is in the current one.
                Some(parent) if parent.as_os_str().is_empty() => place = Path::new("."),
                Some(parent) => place = parent,
                None => return Ok(()),
            },
            Err(error) => return Err(unopened(path, PathError::Io(error))),
            // SQLite creates its log next to the file.
            Ok(()) if place == path => match path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                Some(parent) => place = parent,
                None => return Ok(()),
            },
            Ok(()) => return Ok(()),
        }
    }
}

#[cfg(unix)]
fn is_writable(place: &Path) -> io::Result<()> {
    let access = rustix::fs::Access::WRITE_OK;
    Ok(rustix::fs::accessat(rustix::fs::CWD, place, access, rustix::fs::AtFlags::EACCESS)?)
}

/// On Windows, the access list of the user's folder decides, and only a try shows what it allows.
#[cfg(not(unix))]
fn is_writable(place: &Path) -> io::Result<()> {
    fs::metadata(place).map(|_| ())
}

/// Opens the file for reading; `None` if it does not exist or another process is still creating it.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, HistoryError> {
    let found = CheckedPlace::find(path, MissingFolder::Fail).and_then(|place| {
        let found = place.folder().find(place.name())?;
        Ok(found.map(|found| (place, found)))
    });
    let (place, found) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(None),
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(PathError::Io(error)) => {
            return Err(HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() });
        }
        Err(error) => return Err(unopened(path, error)),
    };
    let connection = connect(path, &place, found)?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    read_only(&connection).map_err(failed)?;
    // The file exists before its first page, and the first page before the tables.
    let version = schema::check(&connection, path)?;
    if version > 0 && version < schema::VERSION {
        // The queries read columns that an older file does not have. Opening it for writing adds them.
        drop(open(path)?);
    }
    Ok((version > 0).then_some(connection))
}

/// Opens the file with SQLite, which takes a path and not a handle.
///
/// No other user can change what the checked path means. `NOFOLLOW` makes SQLite refuse a link in it all the same, and
/// afterwards the path must still mean the file that was found relative to the checked folder. Readers write the log's
/// shared-memory index, so they open the file for writing too.
fn connect(path: &Path, place: &CheckedPlace, found: FoundFile) -> Result<Connection, HistoryError> {
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    // These may be from a time when others could write to the folder.
    for ending in ["-wal", "-shm", "-journal"] {
        let name = companion(Path::new(place.name()), ending);
        place.folder().find(name.as_os_str()).map_err(|error| unopened(path, error))?;
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(place.path(), flags).map_err(failed)?;
    if !is_at(&place.path(), found) {
        return Err(HistoryError::Moved { path: path.to_owned() });
    }
    wait_for_others(&mut connection).map_err(failed)?;
    Ok(connection)
}

/// Why the file could not be opened.
pub(super) fn unopened(path: &Path, error: PathError) -> HistoryError {
    let path = path.to_owned();
    match error {
        PathError::Untrusted(reason) => HistoryError::Untrusted { path, reason: Box::new(reason) },
        PathError::NotAFile { path, kind } => HistoryError::NotAFile { path, kind },
        PathError::Io(error) => match error.kind() {
            io::ErrorKind::ReadOnlyFilesystem => HistoryError::ReadOnly { path },
            io::ErrorKind::StorageFull => HistoryError::DiskFull { path },
            io::ErrorKind::PermissionDenied if path.exists() => HistoryError::ReadOnly { path },
            _ => HistoryError::Unopened { path, reason: error.to_string() },
        },
    }
}

/// Opens a file that is open for writing once more. The page cache of a connection hides damage to the pages that it has
/// read or written; this connection drops its cache whenever the other one has committed.
pub(super) fn open_to_read_back(path: &Path) -> Result<Connection, HistoryError> {
    let unopened = |error| unopened(path, error);
    let place = CheckedPlace::find(path, MissingFolder::Fail).map_err(unopened)?;
    let found = place.folder().find(place.name()).map_err(unopened)?;
    let found = found.ok_or_else(|| HistoryError::Moved { path: path.to_owned() })?;
    let connection = connect(path, &place, found)?;
    let prepared = read_only(&connection).and_then(|()| keep_plans(&connection));
    prepared.map_err(|error| HistoryError::of(path, &error))?;
    Ok(connection)
}

/// Readers write the log's shared-memory index, but not the file.
fn read_only(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "query_only", true)?;
    // Closing the last connection would fold the log into the file, up to the first damage, and delete the rest.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

/// Keeps the plan of a cached statement whatever is bound to it. Otherwise SQLite compiles a join on a bound number anew
/// for each row that is read back, which costs more than all else that the writer does.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(|_| ())
}

/// Sets whether every commit syncs the log, or only a checkpoint does.
pub(super) fn sync_at_commit(connection: &Connection, syncs: bool) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", if syncs { "FULL" } else { "NORMAL" })
}

/// Moves the log into the file, as far as no reader still needs it and no other checkpoint runs.
pub(super) fn move_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
}

/// Makes the connection wait while another process is writing.
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

/// `FULL` syncs the log at every commit. Without it, a commit survives a crash of the process but not a power cut, and
/// Zoom does not send an acknowledged event again. Many deliveries share a commit, so the sync costs little. The
/// writer runs checkpoints itself while it is idle.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    sync_at_commit(connection, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    // Pruned rows contain personal data.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.set_prepared_statement_cache_capacity(32);
    keep_plans(connection)
}

/// The path of a file that SQLite creates next to the history, such as its log.
pub(super) fn companion(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(ending);
    name.into()
}

/// Creates the file if it does not exist, and restricts its permissions. SQLite gives the log the same permissions. The
/// folder must be locked.
fn make(place: &CheckedPlace) -> Result<FoundFile, PathError> {
    let (folder, name) = (place.folder(), place.name());
    match folder.find(name)? {
        None => {
            // They belong to a deleted file: SQLite must not read a new file with an old log. A process that still
            // writes the old file has them open.
            for ending in ["-wal", "-shm"] {
                let _ = folder.remove(companion(Path::new(name), ending).as_os_str());
            }
            drop(folder.write(name)?);
        }
        // Only in this case: closing the file releases the locks of every connection of this process.
        #[cfg(unix)]
        Some(found) if found.mode & 0o077 != 0 => {
            use std::os::unix::fs::PermissionsExt;
            let file = folder.write(name)?;
            if is_ours(&file)? {
                file.set_permissions(fs::Permissions::from_mode(0o600))?;
            }
        }
        // On Windows, the access list of the user's folder keeps other users out.
        Some(_) => {}
    }
    folder.find(name)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound).into())
}

/// Locks the folder against other processes that create the same file. SQLite fails instead of waiting for them, and a
/// process that deletes an old log must not delete a new one. `None` if the lock fails or takes too long; the file is
/// created all the same.
pub(super) fn locked(folder: &CheckedFolder) -> Option<fs::File> {
    // Windows cannot open a folder as a file.
    let folder = folder.to_file().ok()?;
    // Half a second in total; creating the file takes a few milliseconds.
    for _ in 0..50 {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(fs::TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(fs::TryLockError::Error(_)) => return None,
        }
    }
    None
}

/// The first bytes of every SQLite file.
#[cfg(unix)]
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Whether the file is empty or a SQLite database. Any other file keeps its permissions.
#[cfg(unix)]
fn is_ours(file: &fs::File) -> io::Result<bool> {
    use std::io::Read;
    let mut head = Vec::new();
    file.take(SQLITE.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == SQLITE)
}

/// Device and inode: they differ if another file has taken the path. Not needed on Windows, where an open file cannot
/// be moved or deleted.
#[cfg(unix)]
pub(super) type Identity = (u64, u64);
#[cfg(not(unix))]
pub(super) type Identity = ();

/// The identity of the file at this path; `None` if it does not exist.
#[cfg(unix)]
pub(super) fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some((found.dev(), found.ino()))
}

/// Whether the path means this file.
#[cfg(unix)]
fn is_at(path: &Path, found: FoundFile) -> bool {
    identity(path) == Some(found.identity)
}

/// Not needed on this system.
#[cfg(not(unix))]
fn is_at(_: &Path, _: FoundFile) -> bool {
    true
}

/// Not needed on this system.
#[cfg(not(unix))]
pub(super) fn identity(_: &Path) -> Option<Identity> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn reads_a_file_without_tables_as_no_file() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("h.db");
        fs::write(&path, "").unwrap();
        assert!(open_to_read(&path).unwrap().is_none());
        // The state in which another process leaves the file while it creates it.
        let other = Connection::open(&path).unwrap();
        other.pragma_update(None, "journal_mode", "WAL").unwrap();
        assert!(fs::metadata(&path).unwrap().len() > 0);
        assert!(open_to_read(&path).unwrap().is_none());
        drop(open(&path).unwrap());
        assert!(open_to_read(&path).unwrap().is_some());
    }
}
