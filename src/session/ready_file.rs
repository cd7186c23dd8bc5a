//! The file of `--ready-file`: exists while the session is ready, with its URL. Entry point: [`ReadyFile`].

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
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
    /// Something listens at the address that the file names.
    #[error("--ready-file {}: the file is that of a session at {address}, and a program listens there", path.display())]
    OfRunning {
        /// The file.
        path: PathBuf,
        /// The address of that session.
        address: SocketAddr,
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
        if path.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            return Err(ReadyFileError::NotOurs { path });
        }
        match read(&path) {
            Ok(text) => {
                let Some(address) = address_in(&text) else { return Err(ReadyFileError::NotOurs { path }) };
                if is_in_use(address) {
                    return Err(ReadyFileError::OfRunning { path, address });
                }
                fs::remove_file(&path).map_err(io)?;
            }
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
    /// The system's error. [`io::ErrorKind::AlreadyExists`] if another program has written the file meanwhile.
    pub(super) fn write(&mut self, line: &[u8]) -> io::Result<()> {
        let new = beside(&self.path);
        let moved = create_private(&new).and_then(|mut file| {
            file.write_all(line)?;
            drop(file);
            let is_free = match fs::symlink_metadata(&self.path) {
                Err(error) => error.kind() == io::ErrorKind::NotFound,
                Ok(_) => self.is_own(),
            };
            if is_free { fs::rename(&new, &self.path) } else { Err(io::ErrorKind::AlreadyExists.into()) }
        });
        if moved.is_err() {
            let _ = fs::remove_file(&new);
        }
        moved?;
        self.written = Some(line.to_vec());
        Ok(())
    }
}

impl ReadyFile {
    /// Whether the file has exactly what this session has written.
    fn is_own(&self) -> bool {
        let written = self.written.as_ref();
        written.is_some_and(|written| read(&self.path).is_ok_and(|text| text == *written))
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        if self.is_own() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, PathError> {
    let mut bytes = Vec::new();
    open_regular(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The address of the session that wrote a file; `None` if none did. Output of `--format json` has more lines.
fn address_in(text: &[u8]) -> Option<SocketAddr> {
    let line = std::str::from_utf8(text).ok()?.strip_suffix('\n').filter(|line| !line.contains('\n'))?;
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    if line["v"] != 1 || line["type"] != "ready" {
        return None;
    }
    let rest = line["local_url"].as_str()?.strip_prefix("http://")?;
    rest.split('/').next()?.parse().ok()
}

/// Whether a program of this machine listens at an address: it cannot be bound then.
fn is_in_use(address: SocketAddr) -> bool {
    TcpListener::bind(address).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
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

    fn line(port: u16) -> Vec<u8> {
        let url = format!("http://127.0.0.1:{port}/webhook");
        format!("{{\"v\":1,\"type\":\"ready\",\"local_url\":\"{url}\"}}\n").into_bytes()
    }

    #[test]
    fn replaces_and_removes_only_files_of_sessions() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready");
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let running = line(taken.local_addr().unwrap().port());
        let mut first = ReadyFile::new(path.clone()).unwrap();
        let mut late = ReadyFile::new(path.clone()).unwrap();
        first.write(&running).unwrap();
        assert_eq!(late.write(&running).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(matches!(ReadyFile::new(path.clone()), Err(ReadyFileError::OfRunning { .. })));
        drop(late);
        assert_eq!(fs::read(&path).unwrap(), running);
        drop(taken);
        let mut second = ReadyFile::new(path.clone()).unwrap();
        assert!(!path.exists(), "the file of a killed session is not mistaken for this one");
        second.write(&line(2)).unwrap();
        second.write(&line(3)).unwrap();
        drop(first);
        assert_eq!(fs::read(&path).unwrap(), line(3), "the file is that of the second session");
        drop(second);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        for other in ["notes", "", "{}", "{\"v\":1,\"type\":\"ready\"}\n"] {
            fs::write(&path, other).unwrap();
            assert!(matches!(ReadyFile::new(path.clone()), Err(ReadyFileError::NotOurs { .. })), "{other}");
        }
        assert!(matches!(ReadyFile::new(path.join("below")), Err(ReadyFileError::Io { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ready");
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        assert!(matches!(ReadyFile::new(path), Err(ReadyFileError::NotOurs { .. })));
    }
}
