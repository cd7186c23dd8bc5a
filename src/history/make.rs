//! The file itself, before SQLite opens it: its folder and rights, who may make it, and which file it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
