//! [`CheckedFolder`] where the system has no owners and modes as Unix has them: on Windows, the access list of the
//! user's profile excludes other users.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::{MissingFolder, PathError, kind_of};

/// Limit on the links of a path. The system follows them.
pub(super) const LINKS: u32 = 1;

/// A regular file that was found, not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundFile;

/// A folder.
#[derive(Debug)]
pub(crate) struct CheckedFolder {
    path: PathBuf,
}

impl CheckedFolder {
    /// Opens a folder.
    ///
    /// # Errors
    /// The system's error.
    pub(crate) fn open(path: &Path, missing: MissingFolder) -> Result<Self, PathError> {
        let path = std::path::absolute(path)?;
        if missing == MissingFolder::Create {
            fs::create_dir_all(&path)?;
        } else if !fs::metadata(&path)?.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory).into());
        }
        Ok(Self { path })
    }

    /// The system follows links.
    pub(super) fn link(&self, _: &OsStr) -> Result<Option<PathBuf>, PathError> {
        Ok(None)
    }

    /// Its absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A handle that can be locked. Windows cannot open a folder as a file.
    pub(crate) fn to_file(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// The names of its entries.
    pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
        fs::read_dir(&self.path)?.map(|entry| Ok(entry?.file_name())).collect()
    }

    /// Opens a regular file to read it.
    pub(crate) fn read(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OpenOptions::new().read(true))
    }

    /// Opens a regular file to read and write it; creates it if it does not exist.
    pub(crate) fn write(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OpenOptions::new().read(true).write(true).create(true).truncate(false))
    }

    /// Creates a file.
    pub(crate) fn create_new(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OpenOptions::new().write(true).create_new(true))
    }

    /// Deletes a file.
    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    /// Gives a file another name, in place of the file that has it.
    pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::rename(self.path.join(from), self.path.join(to))
    }

    /// Finds a regular file without opening it; `None` if there is no file.
    ///
    /// # Errors
    /// It is a folder or a device.
    pub(crate) fn find(&self, name: &OsStr) -> Result<Option<FoundFile>, PathError> {
        let path = self.path.join(name);
        match fs::metadata(&path) {
            Ok(found) => match kind_of(found.file_type()) {
                Some(kind) => Err(PathError::NotAFile { path, kind }),
                None => Ok(Some(FoundFile)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn open_file(&self, name: &OsStr, options: &OpenOptions) -> Result<File, PathError> {
        self.find(name)?;
        Ok(options.open(self.path.join(name))?)
    }
}
