//! [`CheckedFolder`] on Unix: follows a path from handle to handle and checks each part.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, Stat, mkdirat, open, openat, readlinkat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::untrusted::{PathFacts, PathFault, PathPart, PathRule};
use super::{Accounts, MissingFolder, PathError, kind_of};

/// Limit on the links of a path, as in Linux.
pub(super) const LINKS: u32 = 40;

/// A folder that is passed on the way needs no permission to be listed: a home's parent may have the mode 0711.
#[cfg(target_os = "linux")]
const PASS: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const PASS: OFlags = OFlags::RDONLY;

/// Never a link, never a terminal to control, never a wait for a pipe's other end.
const FILE: OFlags = OFlags::NOFOLLOW.union(OFlags::NOCTTY).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// A regular file that was found, not opened. Opening and closing a database that this process uses would release
/// SQLite's locks on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundFile {
    /// Its permissions.
    pub(crate) mode: u32,
    /// Its device and inode.
    pub(crate) identity: (u64, u64),
}

/// A folder, and the proof that only this user and root can change what its path means.
#[derive(Debug)]
pub(crate) struct CheckedFolder {
    handle: File,
    /// Absolute, without links.
    path: PathBuf,
    rule: PathRule,
}

impl CheckedFolder {
    /// Opens a folder.
    ///
    /// # Errors
    /// [`PathError::Untrusted`], or the system's error.
    pub(crate) fn open(path: &Path, missing: MissingFolder) -> Result<Self, PathError> {
        let path = std::path::absolute(path)?;
        let mut folder = Self::root()?;
        let mut links = 0;
        let mut pending = names(&path);
        while let Some(name) = pending.pop_front() {
            match folder.enter(&name) {
                Ok(inner) => folder = inner,
                Err(Errno::NOENT) if missing == MissingFolder::Create => {
                    match mkdirat(&folder.handle, &name, Mode::RWXU) {
                        // Another process may have created it. It is checked like any other.
                        Ok(()) | Err(Errno::EXIST) => folder = folder.enter(&name)?,
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(error) => {
                    let Some(target) = folder.link(&name)? else { return Err(error.into()) };
                    links += 1;
                    if links > LINKS {
                        return Err(Errno::LOOP.into());
                    }
                    if target.is_absolute() {
                        folder = Self::root()?;
                    }
                    for name in names(&target).into_iter().rev() {
                        pending.push_front(name);
                    }
                    continue;
                }
            }
            folder.check(PathPart::Above)?;
        }
        folder.check(PathPart::Last)?;
        Ok(folder)
    }

    fn root() -> Result<Self, PathError> {
        let flags = PASS | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = File::from(open("/", flags, Mode::empty())?);
        let rule = PathRule { user: rustix::process::geteuid().as_raw(), system: handle.metadata()?.uid() };
        let root = Self { handle, path: PathBuf::from("/"), rule };
        root.check(PathPart::Above)?;
        Ok(root)
    }

    /// The folder with this name, which is not checked yet.
    fn enter(&self, name: &OsStr) -> Result<Self, Errno> {
        let flags = PASS | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let handle = File::from(openat(&self.handle, name, flags, Mode::empty())?);
        let mut path = self.path.clone();
        if name == ".." {
            path.pop();
        } else {
            path.push(name);
        }
        let PathRule { user, system } = self.rule;
        Ok(Self { handle, path, rule: PathRule { user, system } })
    }

    /// The target of the link with this name; `None` if it is not a link.
    pub(super) fn link(&self, name: &OsStr) -> Result<Option<PathBuf>, PathError> {
        let found = match statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => found,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if FileType::from_raw_mode(found.st_mode) != FileType::Symlink {
            return Ok(None);
        }
        // Others cannot replace a link of this user or root: they may not write to this folder, or it has the sticky bit.
        let facts = PathFacts { owner: found.st_uid, group: found.st_gid, mode: 0o777 };
        self.check_facts(PathPart::Link, &self.path.join(name), facts)?;
        let target = readlinkat(&self.handle, name, Vec::new())?;
        Ok(Some(OsString::from_vec(target.into_bytes()).into()))
    }

    fn check(&self, part: PathPart) -> Result<(), PathError> {
        let facts = facts(&self.handle.metadata()?);
        match self.fault(part, facts) {
            Some(PathFault::Owner) | None => self.check_facts(part, &self.path, facts),
            // The modes of these drives are those of a mount option. Windows protects their files.
            Some(_) if is_windows_drive(&self.handle) => Ok(()),
            Some(_) => self.check_facts(part, &self.path, facts),
        }
    }

    fn fault(&self, part: PathPart, facts: PathFacts) -> Option<PathFault> {
        // In a folder with an access list, the group's permissions are the most that the list gives to anyone.
        let known =
            || if has_access_list(&self.handle) { Accounts::default() } else { Accounts::of_system() };
        self.rule.fault(part, facts, known)
    }

    fn check_facts(&self, part: PathPart, path: &Path, facts: PathFacts) -> Result<(), PathError> {
        match self.fault(part, facts) {
            Some(fault) => Err(self.rule.untrusted(part, path, facts, fault, &Accounts::of_system()).into()),
            None => Ok(()),
        }
    }

    /// Its path: absolute, without links.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A handle that can be locked.
    pub(crate) fn to_file(&self) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(openat(&self.handle, ".", flags, Mode::empty())?.into())
    }

    /// The names of its entries.
    pub(crate) fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(self.to_file()?)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }

    /// Opens a regular file to read it.
    pub(crate) fn read(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OFlags::RDONLY)
    }

    /// Opens a regular file to read and write it; creates it for this user alone.
    pub(crate) fn write(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OFlags::RDWR | OFlags::CREATE)
    }

    /// Creates a file for this user alone.
    pub(crate) fn create_new(&self, name: &OsStr) -> Result<File, PathError> {
        self.open_file(name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)
    }

    /// Deletes a file.
    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.handle, name, AtFlags::empty())?)
    }

    /// Gives a file another name, in place of the file that has it.
    pub(crate) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.handle, from, &self.handle, to)?)
    }

    /// Finds a regular file without opening it; `None` if there is no file.
    ///
    /// # Errors
    /// It is a link, a pipe, a device, a socket or a folder, or belongs to another user.
    pub(crate) fn find(&self, name: &OsStr) -> Result<Option<FoundFile>, PathError> {
        let path = self.path.join(name);
        let found = match statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(found) => found,
            Err(Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let facts = PathFacts { owner: found.st_uid, group: found.st_gid, mode: mode(&found) };
        self.check_facts(PathPart::File, &path, facts)?;
        let kind = match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => return Ok(Some(found_file(&found))),
            FileType::Fifo => "a named pipe",
            FileType::Socket => "a socket",
            FileType::CharacterDevice | FileType::BlockDevice => "a device",
            FileType::Directory => "a folder",
            FileType::Symlink => "a link",
            FileType::Unknown => "not a file",
        };
        Err(PathError::NotAFile { path, kind })
    }

    fn open_file(&self, name: &OsStr, flags: OFlags) -> Result<File, PathError> {
        // A device may act when it is opened, so it is not even opened.
        self.find(name)?;
        let file = File::from(openat(&self.handle, name, flags | FILE, Mode::RUSR | Mode::WUSR)?);
        let found = file.metadata()?;
        let path = self.path.join(name);
        self.check_facts(PathPart::File, &path, facts(&found))?;
        match kind_of(found.file_type()) {
            Some(kind) => Err(PathError::NotAFile { path, kind }),
            None => Ok(file),
        }
    }
}

/// The names of a path.
fn names(path: &Path) -> VecDeque<OsString> {
    let names = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsString::from("..")),
        Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
    });
    names.collect()
}

/// The types of these numbers differ between systems.
#[allow(clippy::unnecessary_cast)]
fn mode(found: &Stat) -> u32 {
    found.st_mode as u32 & 0o7777
}

/// As `mode`.
#[allow(clippy::unnecessary_cast)]
fn found_file(found: &Stat) -> FoundFile {
    FoundFile { mode: mode(found), identity: (found.st_dev as u64, found.st_ino as u64) }
}

fn facts(found: &Metadata) -> PathFacts {
    PathFacts { owner: found.uid(), group: found.gid(), mode: found.mode() & 0o7777 }
}

/// Whether an access list gives users permissions. Unknown counts as yes.
#[cfg(target_os = "linux")]
fn has_access_list(folder: &File) -> bool {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(readable) = openat(folder, ".", flags, Mode::empty()) else { return true };
    let found = rustix::fs::fgetxattr(readable, "system.posix_acl_access", &mut [0_u8; 0]);
    !matches!(found, Err(Errno::NODATA | Errno::OPNOTSUPP))
}

/// macOS does not have private groups.
#[cfg(not(target_os = "linux"))]
fn has_access_list(_: &File) -> bool {
    false
}

/// Whether the folder is on a drive of Windows, in WSL: `/mnt/c`. Every file there has the mode 0777.
/// The type of the number differs between processors.
#[cfg(target_os = "linux")]
#[allow(clippy::unnecessary_cast)]
fn is_windows_drive(folder: &File) -> bool {
    /// The file systems of WSL 2 and of WSL 1.
    const KINDS: [i64; 2] = [0x0102_1997, 0x5346_4846];
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let is_wsl = kernel.to_ascii_lowercase().contains("microsoft");
    is_wsl && rustix::fs::fstatfs(folder).is_ok_and(|found| KINDS.contains(&(found.f_type as i64)))
}

#[cfg(not(target_os = "linux"))]
fn is_windows_drive(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::{Duration, Instant};

    use super::*;

    fn identity(found: &Metadata) -> (u64, u64) {
        (found.dev(), found.ino())
    }

    #[test]
    fn a_folder_that_is_swapped_during_the_checks_is_never_taken_for_another() {
        let root = tempfile::tempdir().unwrap();
        let path = |name: &str| root.path().join(name);
        for (name, mode) in [("here", 0o700), ("open", 0o777)] {
            fs::create_dir_all(path(name).join("inner")).unwrap();
            fs::set_permissions(path(name), Permissions::from_mode(mode)).unwrap();
        }
        symlink("open", path("link")).unwrap();
        let private = identity(&fs::metadata(path("here").join("inner")).unwrap());
        let (mut opened, mut refused) = (0, 0);
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    for (from, to) in [("here", "away"), ("link", "here"), ("here", "link"), ("away", "here")]
                    {
                        fs::rename(path(from), path(to)).unwrap();
                    }
                }
            });
            let started = Instant::now();
            while started.elapsed() < Duration::from_secs(1) {
                match CheckedFolder::open(&path("here").join("inner"), MissingFolder::Fail) {
                    Ok(folder) => {
                        opened += 1;
                        if identity(&folder.handle.metadata().unwrap()) != private {
                            is_over.store(true, Ordering::Relaxed);
                            panic!("opened a folder below one that others can write to");
                        }
                    }
                    Err(PathError::Untrusted(_)) => refused += 1,
                    // Between two steps of the other thread.
                    Err(_) => {}
                }
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert!(opened > 0 && refused > 0, "{opened} opened, {refused} refused");
    }

    #[test]
    fn creates_private_folders_and_files() {
        let root = tempfile::tempdir().unwrap();
        let folder = CheckedFolder::open(&root.path().join("a/b"), MissingFolder::Create).unwrap();
        drop(folder.write(OsStr::new("f")).unwrap());
        assert_eq!(folder.names().unwrap(), ["f"]);
        for (path, mode) in [("a", 0o700), ("a/b", 0o700), ("a/b/f", 0o600)] {
            let found = fs::metadata(root.path().join(path)).unwrap();
            assert_eq!(found.mode() & 0o777, mode, "{path}");
        }
        assert!(matches!(folder.create_new(OsStr::new("f")), Err(PathError::Io(_))));
        assert_eq!(folder.path(), fs::canonicalize(root.path().join("a/b")).unwrap());
    }
}
