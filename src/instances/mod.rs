//! Which `listen`s run on this machine, so that other commands find them on any port and path.
//!
//! [`Registered`] writes an entry, and [`all`] lists them. Each `listen` has two files in a folder that only the user
//! can access: `.json` contains its URL, and it holds a lock on `.lock` while it runs. The system releases the lock
//! when the process ends, even if it is killed. A free lock marks the files of an ended process; the next reader
//! removes them. The lock is on a separate file because a locked file cannot be read on Windows.
//!
//! If the folder cannot be written, a `listen` is not found, but works otherwise. The files contain no secret token.
//! The URL of the inspector has its key, so other users cannot read them.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | writes, locks, lists and removes the files |
//! | `entry.rs` | the content of a file. Pure |
//! | `listening.rs` | the one that other commands send to, or the default address |
//! | `stop.rs` | asks a session to end |

mod entry;
mod listening;
mod stop;

use std::cmp::Reverse;
use std::ffi::{OsStr, OsString};
use std::fs::{File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::files::CheckedFolder;
use crate::files::MissingFolder;
use crate::files::PathError;
use crate::files::UntrustedPath;

pub(crate) use entry::Entry;
pub(crate) use listening::Listening;
pub(crate) use listening::SessionHistory;
pub(crate) use listening::only_of_project;
pub(crate) use stop::request_stop;

/// Limit on bytes read from a file. The longest URL that a client sends has some KiB.
const LARGEST: u64 = 64 * 1024;

/// The folder for the files, inside the program's state folder.
#[must_use]
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("listening")
}

/// Registers a `listen`. Dropping it removes the files.
#[derive(Debug)]
pub(crate) struct Registered {
    folder: CheckedFolder,
    lock: OsString,
    entry: OsString,
    /// The locked file.
    held: File,
}

impl Registered {
    /// Registers this process in `folder`, which is created if it does not exist.
    ///
    /// # Errors
    /// Another user controls the folder, it cannot be written, or the file system does not support locks.
    pub(crate) fn new(folder: &Path, entry: &Entry) -> Result<Self, PathError> {
        let text = entry.to_json().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let folder = CheckedFolder::open(folder, MissingFolder::Create)?;
        // The name includes the time, because a later process may get the same process id. Its files must not conflict
        // with those of a killed process while a reader removes them.
        let nanos = entry.since.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let name = format!("{}-{nanos}", entry.pid);
        let [lock, entry] = ["lock", "json"].map(|ending| OsString::from(format!("{name}.{ending}")));
        let held = folder.create_new(&lock)?;
        // From here on, the files are removed on every return.
        let registered = Self { folder, lock, entry, held };
        registered.held.try_lock().map_err(io::Error::from)?;
        // The lock exists before the entry, so that no reader treats the entry as left behind.
        registered.folder.create_new(&registered.entry)?.write_all(text.as_bytes())?;
        Ok(registered)
    }
}

impl Registered {
    /// Replaces the entry. A reader sees the old one or the new one.
    ///
    /// # Errors
    /// As [`Registered::new`].
    pub(crate) fn update(&self, entry: &Entry) -> Result<(), PathError> {
        let text = entry.to_json().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        let new = replacement(&self.entry);
        self.folder.create_new(&new)?.write_all(text.as_bytes())?;
        if let Err(error) = self.folder.rename(&new, &self.entry) {
            let _ = self.folder.remove(&new);
            return Err(error.into());
        }
        Ok(())
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        remove(&self.folder, &self.lock, &self.entry);
    }
}

/// The name of a new entry, before it takes the place of the old one.
fn replacement(entry: &OsStr) -> OsString {
    let mut name = entry.to_owned();
    name.push(".new");
    name
}

/// What the folder lists.
#[derive(Debug, Default)]
pub(crate) struct InstanceSurvey {
    /// The running ones, newest first.
    pub(crate) running: Vec<Entry>,
    /// How many killed ones had left their files, which are now removed.
    pub(crate) left_behind: usize,
}

/// The running ones, newest first; none if the folder cannot be read. Removes the files of killed processes.
///
/// # Errors
/// Another user controls the folder. Deliveries are sent to the URL of an entry, so that user could redirect them.
pub(crate) fn all(folder: &Path) -> Result<Vec<Entry>, UntrustedPath> {
    Ok(survey(folder)?.running)
}

/// As [`all`], with the number of killed ones.
///
/// # Errors
/// As [`all`].
pub(crate) fn survey(folder: &Path) -> Result<InstanceSurvey, UntrustedPath> {
    let folder = match CheckedFolder::open(folder, MissingFolder::Fail) {
        Ok(folder) => folder,
        Err(PathError::Untrusted(reason)) => return Err(reason),
        Err(PathError::Io(_) | PathError::NotAFile { .. }) => return Ok(InstanceSurvey::default()),
    };
    let names = folder.names().unwrap_or_default();
    let entries = names.iter().map(Path::new).filter(|name| name.extension() == Some(OsStr::new("json")));
    let mut survey = InstanceSurvey::default();
    for name in entries {
        survey.running.extend(read(&folder, name, &mut survey.left_behind));
    }
    survey.running.sort_by_key(|entry| Reverse((entry.since, entry.pid)));
    Ok(survey)
}

/// The entry in a file, if its process still runs. Otherwise removes it, and counts it in `left_behind`.
fn read(folder: &CheckedFolder, entry: &Path, left_behind: &mut usize) -> Option<Entry> {
    let lock = entry.with_extension("lock");
    let (lock, entry) = (lock.as_os_str(), entry.as_os_str());
    // Anything but a regular file is neither used nor removed, and opening it could block.
    if folder.find(entry).is_err() {
        return None;
    }
    match is_free(folder, lock) {
        Ok(false) => {}
        Ok(true) => {
            remove(folder, lock, entry);
            *left_behind += 1;
            return None;
        }
        // Unknown: the entry is neither used nor removed.
        Err(_) => return None,
    }
    let mut text = String::new();
    folder.read(entry).ok()?.take(LARGEST).read_to_string(&mut text).ok()?;
    Entry::parse(&text)
}

/// Whether no process holds the lock. Tries a shared lock, so that two concurrent readers do not see each other as its
/// holder.
fn is_free(folder: &CheckedFolder, lock: &OsStr) -> Result<bool, PathError> {
    let file = match folder.read(lock) {
        Ok(file) => file,
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Removes the lock first: if this is interrupted, an entry without a lock is recognized as left behind.
fn remove(folder: &CheckedFolder, lock: &OsStr, entry: &OsStr) {
    // Files that cannot be removed are ignored by readers.
    let _ = folder.remove(lock);
    let _ = folder.remove(entry);
    let _ = folder.remove(&replacement(entry));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, SystemTime};

    use super::*;

    fn entry(port: u16, since: u64) -> Entry {
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        Entry::of_process(([127, 0, 0, 1], port).into(), "/webhook", since)
    }

    fn listed(folder: &Path) -> Vec<Entry> {
        all(folder).unwrap()
    }

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn lists_running_ones_newest_first() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(&home.path().join("a").join("b"));
        assert_eq!(listed(&folder), []);
        let older = Registered::new(&folder, &entry(1, 10)).unwrap();
        let newer = Registered::new(&folder, &entry(2, 20)).unwrap();
        assert_eq!(listed(&folder), [entry(2, 20), entry(1, 10)]);
        drop(newer);
        assert_eq!(listed(&folder), [entry(1, 10)]);
        drop(older);
        assert!(files(&folder).is_empty());
    }

    #[test]
    fn an_entry_can_be_replaced() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let registered = Registered::new(&folder, &entry(1, 10)).unwrap();
        let public_url = Some("https://a.example/webhook".to_owned());
        let ready = Entry { is_ready: true, public_url, ..entry(1, 10) };
        registered.update(&ready).unwrap();
        registered.update(&ready).unwrap();
        assert_eq!(listed(&folder), [ready]);
        drop(registered);
        assert!(files(&folder).is_empty());
    }

    #[test]
    fn removes_files_left_behind_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let alive = Registered::new(folder, &entry(1, 10)).unwrap();
        let left = |name: &str| fs::write(folder.join(name), entry(2, 20).to_json().unwrap()).unwrap();
        for name in ["7-1.json", "7-1.lock", "8-1.json", "notes.txt"] {
            left(name);
        }
        assert_eq!(listed(folder), [entry(1, 10)]);
        drop(alive);
        assert_eq!(files(folder), ["notes.txt"]);
    }

    #[test]
    fn file_names_are_valid_on_windows() {
        let folder = tempfile::tempdir().unwrap();
        let _alive = Registered::new(folder.path(), &entry(1, 10)).unwrap();
        for name in files(folder.path()) {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_access_the_folder_and_files() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let _alive = Registered::new(&folder, &entry(1, 10)).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for name in files(&folder) {
            assert_eq!(mode(&folder.join(name)), 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn refuses_a_folder_that_others_can_write_to() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let alive = Registered::new(&folder, &entry(1, 10)).unwrap();
        assert_eq!(listed(&folder), [entry(1, 10)]);
        for (changed, mode) in [(folder.as_path(), 0o777), (&folder, 0o1777), (home.path(), 0o702)] {
            let before = fs::metadata(changed).unwrap().permissions();
            fs::set_permissions(changed, fs::Permissions::from_mode(mode)).unwrap();
            assert!(all(&folder).is_err(), "{mode:o}");
            assert!(Registered::new(&folder, &entry(2, 20)).is_err(), "{mode:o}");
            fs::set_permissions(changed, before).unwrap();
        }
        assert_eq!(listed(&folder), [entry(1, 10)]);
        drop(alive);
        assert!(files(&folder).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn does_not_block_on_a_pipe() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let _alive = Registered::new(&folder, &entry(1, 10)).unwrap();
        for (pipe, file) in [("7-1.lock", "7-1.json"), ("8-1.json", "8-1.lock")] {
            let made = std::process::Command::new("mkfifo").arg(folder.join(pipe)).status().unwrap();
            assert!(made.success());
            fs::write(folder.join(file), "").unwrap();
        }
        assert_eq!(listed(&folder), [entry(1, 10)]);
    }

    #[test]
    fn a_folder_that_cannot_be_created_is_an_error_and_an_empty_list() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Registered::new(&folder(&file), &entry(1, 10)).is_err());
        assert_eq!(listed(&folder(&file)), []);
    }
}
