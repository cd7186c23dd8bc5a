//! Opens files by path so that another user can neither redirect nor delay the program.
//!
//! - `CheckedFolder`, `CheckedPlace`: for files that the program writes or relies on (history, running sessions). Every
//!   folder and link of the path is checked as OpenSSH does with `StrictModes`.
//! - `open_regular`, `open_readable`: for files that a user names. A named pipe without a writer, a device or a
//!   socket does not block the program.
//!
//! **The rule for a path.** Each folder, each link and the file belong to this user or to root, and no other user may
//! write to a folder. Two cases are decided as OpenSSH decides them, and as Debian patches it:
//!
//! - A group may write if this user and root are its only members: the private groups of Debian, Fedora and others.
//! - `/tmp` has the sticky bit, so that only the owner can move or delete an entry. It may be *above* the folder, because
//!   its entries are checked too. It cannot be the folder of the file: others could create the files that SQLite looks
//!   for next to it.
//!
//! After these checks, no other user can change what the path means, so that SQLite may open it by name. Each step is
//! relative to a handle of the folder before it, or the checks themselves could be misled.
//!
//! On Windows there is no such check: a path is in the user's profile, whose access list excludes other users.
//!
//! | file | holds |
//! | --- | --- |
//! | `untrusted.rs` | the rule, and what repairs a path. Pure |
//! | `members.rs` | users and groups of `/etc`. Pure, except `Accounts::of_system` |
//! | `folder.rs`, `folder_by_path.rs` | `CheckedFolder` on Unix, and elsewhere |
//! | `place.rs` | a file in a checked folder |
//! | `readable.rs` | files that a user names |

#[cfg(unix)]
mod folder;
#[cfg(not(unix))]
#[path = "folder_by_path.rs"]
mod folder;
#[cfg(unix)]
mod members;
mod place;
mod readable;
mod untrusted;

use std::io;
use std::path::PathBuf;

pub(crate) use folder::{CheckedFolder, FoundFile};
#[cfg(unix)]
use members::Accounts;
pub(crate) use place::CheckedPlace;
pub(crate) use readable::{is_of_another_user, open_readable, open_regular};
pub use untrusted::{PathRepair, UntrustedPath};

/// What to do about a folder that does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MissingFolder {
    /// Create it, accessible only to this user.
    Create,
    /// Fail with [`io::ErrorKind::NotFound`].
    Fail,
}

/// Why a path was not opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PathError {
    /// The system's error.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Another user controls a part of the path.
    #[error(transparent)]
    Untrusted(#[from] UntrustedPath),
    /// The path is something other than a regular file.
    #[error("{} is {kind}, not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
}

#[cfg(unix)]
impl From<rustix::io::Errno> for PathError {
    fn from(error: rustix::io::Errno) -> Self {
        Self::Io(error.into())
    }
}

/// What a file is, with its article; `None` for a regular file.
fn kind_of(kind: std::fs::FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
        if kind.is_char_device() || kind.is_block_device() {
            return Some("a device");
        }
    }
    match kind {
        kind if kind.is_dir() => Some("a folder"),
        kind if kind.is_file() => None,
        _ => Some("not a file"),
    }
}
