//! Which `listen`s run on this machine, so that other commands find them whatever their port and path.
//!
//! Each has two files of its own in a folder that is the user's alone: `.json` says where it listens, and on
//! `.lock` it holds a lock for as long as it lives. The system gives the lock back when the process ends, in
//! whatever way, so what a killed one has left is known by its free lock, and whoever finds it removes it. The lock
//! has a file of its own because Windows lets nobody read a locked one.
//!
//! This is a convenience: where the folder cannot be written, a `listen` is simply not found. There is no secret
//! in the files, no token, and no public URL.
//!
//! | file | holds |
//! | --- | --- |
//! | `mod.rs` | the files: written, locked, listed, removed |
//! | `entry.rs` | what is in one. Pure |
//! | `listening.rs` | the one that other commands mean, or its usual address |

mod entry;
mod listening;

use std::cmp::Reverse;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

pub(crate) use entry::Entry;
pub(crate) use listening::Listening;

/// As much of a file as is read. The longest URL that a client sends has some KiB.
const LARGEST: u64 = 64 * 1024;

/// The folder, inside that of the program's state.
#[must_use]
pub(crate) fn folder(state: &Path) -> PathBuf {
    state.join("listening")
}

/// A `listen` that can be found; no longer once this is dropped.
#[derive(Debug)]
pub(crate) struct Registered {
    lock: PathBuf,
    entry: PathBuf,
    /// Holds the lock.
    held: File,
}

impl Registered {
    /// Lets this process be found in `folder`, which is made where there is none.
    ///
    /// # Errors
    /// What the system says: the folder cannot be written, or the file system has no locks.
    pub(crate) fn new(folder: &Path, entry: &Entry) -> io::Result<Self> {
        let text = entry.to_json().ok_or(io::ErrorKind::InvalidInput)?;
        make_folder(folder)?;
        // The time beside the process id: a later process may get the same id, and must not meet the files of a
        // killed one while somebody removes them.
        let nanos = entry.since.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let name = format!("{}-{nanos}", entry.pid);
        let (lock, file) = (folder.join(format!("{name}.lock")), folder.join(format!("{name}.json")));
        let held = create(&lock)?;
        // From here on they are removed on every way out.
        let registered = Self { lock, entry: file, held };
        registered.held.try_lock()?;
        // The lock is there before the entry is: nobody takes the entry for one that was left behind.
        create(&registered.entry)?.write_all(text.as_bytes())?;
        Ok(registered)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        remove(&self.lock, &self.entry);
    }
}

/// Those that run, the newest first. What killed ones have left behind is removed.
#[must_use]
pub(crate) fn all(folder: &Path) -> Vec<Entry> {
    if !is_the_users_alone(folder) {
        return Vec::new();
    }
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let paths = files.flatten().map(|file| file.path());
    let entries = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut running: Vec<Entry> = entries.filter_map(|path| read(&path)).collect();
    running.sort_by_key(|entry| Reverse((entry.since, entry.pid)));
    running
}

/// Whether nobody else can put something into the folder: deliveries go where an entry says, and whoever writes one
/// would get them.
#[cfg(unix)]
fn is_the_users_alone(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(folder);
    found.is_ok_and(|found| found.uid() == rustix::process::geteuid().as_raw() && found.mode() & 0o022 == 0)
}

/// On Windows the user's own folder is closed to others by its access list.
#[cfg(not(unix))]
fn is_the_users_alone(_folder: &Path) -> bool {
    true
}

/// The entry in a file, if its process still lives.
fn read(path: &Path) -> Option<Entry> {
    let lock = path.with_extension("lock");
    // A pipe or a device would keep whoever opens it waiting.
    if [path, &lock].iter().any(|path| fs::metadata(path).is_ok_and(|found| !found.is_file())) {
        return None;
    }
    match is_free(&lock) {
        Ok(false) => {}
        Ok(true) => {
            remove(&lock, path);
            return None;
        }
        // It cannot be told: neither used nor removed.
        Err(_) => return None,
    }
    let mut text = String::new();
    File::open(path).ok()?.take(LARGEST).read_to_string(&mut text).ok()?;
    Entry::parse(&text)
}

/// Whether nobody holds the lock. It is tried for as a shared one, so that two who look at the same time do not
/// take one another for its holder.
fn is_free(lock: &Path) -> io::Result<bool> {
    let file = match File::open(lock) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The lock first: an entry without one is known for left behind, if this is cut short.
fn remove(lock: &Path, entry: &Path) {
    // What cannot be removed stays, and is passed over all the same.
    let _ = fs::remove_file(lock);
    let _ = fs::remove_file(entry);
}

/// Makes the folders, for this user alone.
fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new file, for this user alone. On Windows the user's own folder is closed to others by its access list.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn entry(port: u16, since: u64) -> Entry {
        let since = SystemTime::UNIX_EPOCH + Duration::from_secs(since);
        Entry::of_process(([127, 0, 0, 1], port).into(), "/webhook", since)
    }

    fn files(folder: &Path) -> Vec<String> {
        let names = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        names.map(|name| name.into_string().unwrap()).collect()
    }

    #[test]
    fn lists_the_newest_first_until_they_end() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(&home.path().join("a").join("b"));
        assert_eq!(all(&folder), []);
        let older = Registered::new(&folder, &entry(1, 10)).unwrap();
        let newer = Registered::new(&folder, &entry(2, 20)).unwrap();
        assert_eq!(all(&folder), [entry(2, 20), entry(1, 10)]);
        drop(newer);
        assert_eq!(all(&folder), [entry(1, 10)]);
        drop(older);
        assert!(files(&folder).is_empty());
    }

    #[test]
    fn removes_what_was_left_behind_and_leaves_other_files_alone() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let alive = Registered::new(folder, &entry(1, 10)).unwrap();
        let left = |name: &str| fs::write(folder.join(name), entry(2, 20).to_json().unwrap()).unwrap();
        for name in ["7-1.json", "7-1.lock", "8-1.json", "notes.txt"] {
            left(name);
        }
        assert_eq!(all(folder), [entry(1, 10)]);
        drop(alive);
        assert_eq!(files(folder), ["notes.txt"]);
    }

    #[test]
    fn names_are_good_on_windows_too() {
        let folder = tempfile::tempdir().unwrap();
        let _alive = Registered::new(folder.path(), &entry(1, 10)).unwrap();
        for name in files(folder.path()) {
            assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_the_users_alone() {
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
    fn a_folder_that_others_write_to_is_not_believed() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let _alive = Registered::new(&folder, &entry(1, 10)).unwrap();
        assert_eq!(all(&folder), [entry(1, 10)]);
        for mode in [0o777, 0o720, 0o702] {
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(all(&folder), [], "{mode:o}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_keeps_nobody_waiting() {
        let home = tempfile::tempdir().unwrap();
        let folder = folder(home.path());
        let _alive = Registered::new(&folder, &entry(1, 10)).unwrap();
        for (pipe, file) in [("7-1.lock", "7-1.json"), ("8-1.json", "8-1.lock")] {
            let made = std::process::Command::new("mkfifo").arg(folder.join(pipe)).status().unwrap();
            assert!(made.success());
            fs::write(folder.join(file), "").unwrap();
        }
        assert_eq!(all(&folder), [entry(1, 10)]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_and_an_empty_list() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(Registered::new(&folder(&file), &entry(1, 10)).is_err());
        assert_eq!(all(&folder(&file)), []);
    }
}
