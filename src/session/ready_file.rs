//! The file of `--ready-file`: exists while the session is ready, with its URL. Entry point: [`ReadyFile`].

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::files::PathError;
use crate::files::open_regular;

/// Limit on what is read of an existing file. A line has less than 4 KiB.
const LARGEST: u64 = 64 * 1024;

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadyFileError {
    /// Another program wrote the file that exists.
    #[error("--ready-file {}: the file exists, and zoomhook did not write it", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("cannot write --ready-file {}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
}

/// The file. Dropping it removes what it has written.
#[derive(Debug)]
pub(super) struct ReadyFile {
    path: PathBuf,
    written: Option<Vec<u8>>,
}

impl ReadyFile {
    /// Removes the file of an earlier session, which would be mistaken for this one. Checks that a file can be written.
    ///
    /// # Errors
    /// [`ReadyFileError`].
    pub(super) fn new(path: PathBuf) -> Result<Self, ReadyFileError> {
        let io = |reason| ReadyFileError::Io { path: path.clone(), reason };
        match read(&path) {
            Ok(text) if is_ready_line(&text) => fs::remove_file(&path).map_err(io)?,
            Ok(_) => return Err(ReadyFileError::NotOurs { path }),
            Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(PathError::Io(error)) => return Err(io(error)),
            Err(PathError::NotAFile { .. } | PathError::Untrusted(_)) => {
                return Err(ReadyFileError::NotOurs { path });
            }
        }
        let new = beside(&path);
        create_private(&new).and_then(|_| fs::remove_file(&new)).map_err(io)?;
        Ok(Self { path, written: None })
    }

    /// Writes the file. A reader sees all of it or the former one.
    ///
    /// # Errors
    /// The system's error.
    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let new = beside(&self.path);
        let moved = create_private(&new).and_then(|mut file| {
            file.write_all(line)?;
            drop(file);
            fs::rename(&new, &self.path)
        });
        if moved.is_err() {
            let _ = fs::remove_file(&new);
        }
        moved?;
        self.written = Some(line.to_vec());
        Ok(())
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // A later session may have replaced it.
        if let Some(written) = &self.written
            && read(&self.path).is_ok_and(|text| text == *written)
        {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, PathError> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a file is one that a session wrote.
fn is_ready_line(text: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(text).is_ok_and(|line| line["type"] == "ready")
}

/// A name in the same folder, so that the file can be moved to its place.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}

/// Creates a file for this user alone: the line can have the inspector's key.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"{\"v\":1,\"type\":\"ready\"}\n";

    #[test]
    fn replaces_and_removes_only_files_of_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready");
        let mut first = ReadyFile::new(path.clone()).unwrap();
        first.write(LINE).unwrap();
        assert_eq!(fs::read(&path).unwrap(), LINE);
        let mut second = ReadyFile::new(path.clone()).unwrap();
        assert!(!path.exists(), "an earlier session is not mistaken for this one");
        second.write(b"{\"type\":\"ready\",\"port\":2}\n").unwrap();
        drop(first);
        assert!(path.exists(), "the file is that of the second session");
        drop(second);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for other in ["notes", "", "{}"] {
            fs::write(&path, other).unwrap();
            assert!(matches!(ReadyFile::new(path.clone()), Err(ReadyFileError::NotOurs { .. })), "{other}");
        }
        assert!(matches!(ReadyFile::new(path.join("below")), Err(ReadyFileError::Io { .. })));
    }
}
