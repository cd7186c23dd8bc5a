//! Opening the file: its folder, its rights, SQLite's settings.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{HistoryError, schema};

/// How long to wait for another process that is writing. Shorter than a delivery may wait for its answer, so
/// that the error names the cause.
const BUSY: Duration = Duration::from_millis(1_500);
/// A write-ahead log that has grown larger is cut back to this after a checkpoint.
const LOG_LIMIT: u32 = 16 << 20;

/// How each file of SQLite begins.
#[cfg(unix)]
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Opens the file for writing; makes folder and file where there are none.
pub(super) fn open(path: &Path) -> Result<Connection, HistoryError> {
    make(path).map_err(|error| match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => HistoryError::ReadOnly { path: path.to_owned() },
        io::ErrorKind::StorageFull => HistoryError::DiskFull { path: path.to_owned() },
        io::ErrorKind::PermissionDenied if path.exists() => HistoryError::ReadOnly { path: path.to_owned() },
        _ => HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() },
    })?;
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    if connection.is_readonly("main").map_err(failed)? {
        return Err(HistoryError::ReadOnly { path: path.to_owned() });
    }
    schema::prepare(&mut connection, path)?;
    configure(&connection).map_err(failed)?;
    Ok(connection)
}

/// Opens the file for reading; `None` where there is none.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, HistoryError> {
    // A file without a byte is one that was just being made.
    match fs::metadata(path) {
        Ok(found) if found.len() > 0 => {}
        Ok(_) => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(HistoryError::Unopened { path: path.to_owned(), reason: error.to_string() });
        }
    }
    let failed = |error: rusqlite::Error| HistoryError::of(path, &error);
    // Readers need to write the index of the log, where that is possible; the file itself they cannot change.
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )
    .map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    connection.pragma_update(None, "query_only", true).map_err(failed)?;
    schema::check(&connection, path)?;
    Ok(Some(connection))
}

/// `FULL` syncs the log at every commit. Without it a commit outlives the process, but not a power cut, and
/// what Zoom was told to be received it does not send again. Many deliveries share a commit, so that it costs
/// little. Checkpoints are the writer's business, at a time when nobody waits.
fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT)?;
    // Pruned bytes are somebody's names and addresses.
    connection.pragma_update(None, "secure_delete", "FAST")?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// Makes the folders (for this user alone) and the file. SQLite gives the log the same rights as the file.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
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

/// Whether it is empty or a database: a file that was named by mistake keeps its rights.
#[cfg(unix)]
fn is_ours(file: &mut fs::File) -> io::Result<bool> {
    use std::io::Read;
    let mut head = Vec::new();
    file.take(SQLITE.len() as u64).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == SQLITE)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
