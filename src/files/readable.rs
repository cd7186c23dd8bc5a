//! Files that a user names: opened without waiting for another program.

use std::fs::File;
use std::io;
use std::path::Path;

use super::{PathError, kind_of};

/// Opens a regular file. Anything else is refused at once.
///
/// # Errors
/// [`PathError`].
pub(crate) fn open_regular(path: &Path) -> Result<File, PathError> {
    // A device may act when it is opened, so the first check is by path. The second one is of the opened file.
    let refuse = |kind| Err(PathError::NotAFile { path: path.to_owned(), kind });
    if let Some(kind) = kind_of(std::fs::metadata(path)?.file_type()) {
        return refuse(kind);
    }
    let file = open_without_waiting(path)?;
    match kind_of(file.metadata()?.file_type()) {
        Some(kind) => refuse(kind),
        None => Ok(file),
    }
}

/// Opens a regular file, an empty device, or what a shell passes as `/dev/fd/63` for `<(command)`. A named pipe is
/// refused: without a program that writes to it, a read never returns.
///
/// # Errors
/// [`PathError`].
pub(crate) fn open_readable(path: &Path) -> Result<File, PathError> {
    let is_passed = ["/dev/fd", "/dev/stdin", "/proc/self/fd"].iter().any(|passed| path.starts_with(passed));
    let is_null = path == Path::new(if cfg!(windows) { "NUL" } else { "/dev/null" });
    if is_passed || is_null { Ok(File::open(path)?) } else { open_regular(path) }
}

/// Whether a file that the program found by itself belongs to a user whom this user has no reason to trust: neither this
/// user, nor root, nor the owner of `folder`, in which this user chose to work. Git has the same rule for repositories.
pub(crate) fn is_of_another_user(file: &Path, folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let owner = |path: &Path| std::fs::metadata(path).map(|found| found.uid());
        let trusted = [Ok(rustix::process::geteuid().as_raw()), Ok(0), owner(folder), owner(Path::new("/"))];
        let is_trusted = |owner: u32| trusted.iter().flatten().any(|trusted| *trusted == owner);
        // A link of another user could name any file of this one.
        let owners = [std::fs::symlink_metadata(file).map(|found| found.uid()), owner(file)];
        owners.into_iter().flatten().any(|owner| !is_trusted(owner))
    }
    // On Windows, the access list of a folder decides who may create files in it.
    #[cfg(not(unix))]
    {
        let _ = (file, folder);
        false
    }
}

fn open_without_waiting(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(open(path, flags, Mode::empty())?.into())
    }
    #[cfg(not(unix))]
    File::open(path)
}
