//! [`ResumeKey`]: lets an open page go on with the session that comes after its own, on the same port.
//!
//! A session has a new token and a new cookie, so that a page of the session before it is locked out, also after a
//! crash. The same cookie again would be unsafe: while no session runs, another user of this machine can bind the port,
//! and the page, which connects again and again, would send the cookie there. So the page proves that it has a key, and
//! never sends it:
//!
//! 1. A page with the cookie asks for the key, and keeps it in memory.
//! 2. A later session refuses the page's requests, and sends a **challenge** with the refusal: random, new in each session.
//! 3. The page answers with the HMAC of challenge and port, and gets the cookie of that session.
//!
//! Who binds the port in between can ask the page for a proof, but a proof of one challenge, and for one port, opens no
//! other session. It could keep the connection of the page, wait for a session, and pass its challenge on. So a session does
//! not take proofs if a process has a connection at its port before it has accepted one itself. Where the system does not
//! show that, pages do not go on. The key is in the program's state folder, in a file of this user alone: one for each port, project and
//! history, so that the page of one project does not turn into that of another.

use std::io::{Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::random_bytes;
use crate::files::{CheckedFolder, MissingFolder, PathError};

/// Bytes of a key and of a challenge.
const LENGTH: usize = 32;

/// Where the key is stored, and what the inspector shows: a page goes on only with another inspector of the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResumePlace<'s> {
    /// The folder of the keys.
    pub(crate) folder: &'s Path,
    /// The folder of the project.
    pub(crate) project: Option<&'s str>,
    /// The history's file.
    pub(crate) history: &'s Path,
}

/// The key of the pages of one port, and the challenge of this process.
pub(super) struct ResumeKey {
    key: [u8; LENGTH],
    challenge: String,
    port: u16,
}

impl std::fmt::Debug for ResumeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResumeKey").field("port", &self.port).finish_non_exhaustive()
    }
}

impl ResumeKey {
    /// Reads the key, or creates it. `None` if the folder cannot be used or there are no random numbers: then a page cannot
    /// go on.
    pub(super) fn open(place: ResumePlace<'_>, port: u16) -> Option<Self> {
        let key = key_in(place.folder, &file_name(place, port)).ok()??;
        Some(Self { key, challenge: URL_SAFE_NO_PAD.encode(random_bytes::<LENGTH>()?), port })
    }

    /// The key for a page that has the cookie.
    pub(super) fn for_page(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key)
    }

    /// What a page has to prove itself with.
    pub(super) fn challenge(&self) -> &str {
        &self.challenge
    }

    /// Whether a page with the key has answered the challenge of this process. Compares in constant time.
    pub(super) fn proves(&self, proof: &str) -> bool {
        let proof = URL_SAFE_NO_PAD.decode(proof).unwrap_or_default();
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return false };
        mac.update(format!("{}:{}", self.challenge, self.port).as_bytes());
        mac.verify_slice(&proof).is_ok()
    }
}

/// One file for each port, project and history.
fn file_name(ResumePlace { project, history, .. }: ResumePlace<'_>, port: u16) -> String {
    let mut digest = Sha256::new();
    // A path has no null byte, so that no two places are the same bytes.
    digest.update(project.unwrap_or_default().as_bytes());
    digest.update([0]);
    digest.update(history.as_os_str().as_encoded_bytes());
    format!("{port}-{}", URL_SAFE_NO_PAD.encode(&digest.finalize()[..12]))
}

fn key_in(folder: &Path, name: &str) -> Result<Option<[u8; LENGTH]>, PathError> {
    let folder = CheckedFolder::open(folder, MissingFolder::Create)?;
    if folder.find(name.as_ref())?.is_some() {
        let mut key = Vec::new();
        folder.read(name.as_ref())?.take(LENGTH as u64 + 1).read_to_end(&mut key)?;
        if let Ok(key) = key.try_into() {
            return Ok(Some(key));
        }
        // A crash while it was written.
        folder.remove(name.as_ref())?;
    }
    let Some(key) = random_bytes::<LENGTH>() else { return Ok(None) };
    folder.create_new(name.as_ref())?.write_all(&key)?;
    Ok(Some(key))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn open(folder: &TempDir, port: u16, project: &str) -> ResumeKey {
        let history = Path::new("/h.db");
        ResumeKey::open(ResumePlace { folder: folder.path(), project: Some(project), history }, port).unwrap()
    }

    /// What a page answers to a challenge.
    fn proof(key: &ResumeKey, challenge: &str, port: u16) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.key).unwrap();
        mac.update(format!("{challenge}:{port}").as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    #[test]
    fn a_later_process_has_the_same_key_and_another_challenge() {
        let folder = TempDir::new().unwrap();
        let (first, second) = (open(&folder, 4040, "/a"), open(&folder, 4040, "/a"));
        assert_eq!(first.for_page(), second.for_page());
        assert!(second.proves(&proof(&first, second.challenge(), 4040)));
        for wrong in [
            proof(&first, first.challenge(), 4040),
            proof(&first, second.challenge(), 4041),
            String::new(),
            first.for_page(),
        ] {
            assert!(!second.proves(&wrong), "{wrong}");
        }
    }

    #[test]
    fn another_port_or_project_has_another_key() {
        let folder = TempDir::new().unwrap();
        let key = open(&folder, 4040, "/a").for_page();
        for (port, project) in [(4041, "/a"), (4040, "/b")] {
            assert_ne!(open(&folder, port, project).for_page(), key, "{port} {project}");
        }
    }

    #[test]
    fn a_key_that_was_not_written_completely_is_replaced() {
        let folder = TempDir::new().unwrap();
        let key = open(&folder, 4040, "/a").for_page();
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        std::fs::write(&file, b"half").unwrap();
        assert_ne!(open(&folder, 4040, "/a").for_page(), key);
        assert_eq!(std::fs::read(&file).unwrap().len(), LENGTH);
    }
}
