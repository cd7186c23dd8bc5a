//! [`Position`]: the file with the place of a follower in the deliveries of another session.
//!
//! It has one id, which is overwritten in place: a process that is killed leaves the old or the new one. An old one only
//! means that deliveries come again, and those are recognized by their ids. The file is locked while a process follows.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use ulid::Ulid;

use crate::files::CheckedFolder;
use crate::files::MissingFolder;
use crate::files::PathError;
use crate::stream::{FollowerName, StreamError};

/// The length of an id.
const LENGTH: usize = 26;

/// A follower's place.
#[derive(Debug)]
pub(super) struct Position(File);

impl Position {
    /// Opens and locks the file of a follower of this address. Creates it if there is none.
    pub(super) fn open(folder: &Path, name: &FollowerName, server: &str) -> Result<Self, StreamError> {
        let digest = Sha256::digest(server.as_bytes());
        let file = OsString::from(format!("{name}-{}", hex::encode(&digest[..8])));
        let opened =
            CheckedFolder::open(folder, MissingFolder::Create).and_then(|folder| folder.write(&file));
        let failed = |error: PathError| StreamError::Failed {
            what: "keep the follower's position",
            reason: error.to_string(),
        };
        let file = opened.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                Err(StreamError::AlreadyFollowed { server: server.to_owned(), name: name.to_string() })
            }
            Err(TryLockError::Error(error)) => Err(failed(error.into())),
        }
    }

    /// The id of the last delivery that was confirmed; `None` if there is none.
    pub(super) fn read(&self) -> Option<String> {
        let mut text = Vec::new();
        let mut file = &self.0;
        file.seek(SeekFrom::Start(0)).ok()?;
        file.take(LENGTH as u64).read_to_end(&mut text).ok()?;
        let text = String::from_utf8(text).ok()?;
        Ulid::from_string(&text).is_ok().then_some(text)
    }

    /// Writes the id of the last delivery that was confirmed. A failure only means that deliveries come again.
    pub(super) fn write(&self, id: &str) {
        let write = || -> io::Result<()> {
            let mut file = &self.0;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(format!("{id}\n").as_bytes())
        };
        let _ = write();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_for_each_name_and_address_and_one_process() {
        let home = tempfile::tempdir().unwrap();
        let open = |name: &str, server| Position::open(home.path(), &name.parse().unwrap(), server);
        let maria = open("maria", "https://a").unwrap();
        assert_eq!(maria.read(), None);
        for id in ["01J2GZ5YHJ0000000000000001", "01J2GZ5YHJ0000000000000002"] {
            maria.write(id);
            assert_eq!(maria.read().as_deref(), Some(id));
        }
        assert_eq!(open("ci", "https://a").unwrap().read(), None);
        assert_eq!(open("maria", "https://b").unwrap().read(), None);
        assert!(matches!(open("maria", "https://a"), Err(StreamError::AlreadyFollowed { .. })));
        drop(maria);
        assert_eq!(open("maria", "https://a").unwrap().read().as_deref(), Some("01J2GZ5YHJ0000000000000002"));
    }
}
