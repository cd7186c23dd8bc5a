//! [`CheckedPlace`]: a file in a checked folder.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{CheckedFolder, LINKS};
use super::{MissingFolder, PathError};

/// Where a file is or will be, after all links.
#[derive(Debug)]
pub(crate) struct CheckedPlace {
    folder: CheckedFolder,
    name: OsString,
}

impl CheckedPlace {
    /// Follows and checks a file's path. The file need not exist.
    ///
    /// # Errors
    /// [`PathError`].
    pub(crate) fn find(path: &Path, missing: MissingFolder) -> Result<Self, PathError> {
        let mut file = std::path::absolute(path)?;
        for _ in 0..LINKS {
            let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
                return Err(PathError::NotAFile { path: path.to_owned(), kind: "a folder" });
            };
            let folder = CheckedFolder::open(folder, missing)?;
            match folder.link(name)? {
                Some(target) => file = folder.path().join(target),
                None => return Ok(Self { name: name.to_owned(), folder }),
            }
        }
        Err(io::Error::other("too many links").into())
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &CheckedFolder {
        &self.folder
    }

    /// Its name.
    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// Its path: absolute, without links. Only this user and root can change what it means.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }
}
