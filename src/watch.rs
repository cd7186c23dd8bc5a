//! Tells when files change: those of a program under development, not what its tools and its editor write beside.
//!
//! Knows nothing of what is done about a change. What is written within a short time is one change: an editor
//! writes a file in several steps, a build many files.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long it has to be quiet after a change: longer than the steps of an editor lie apart, too short to be
/// waited for.
const QUIET: Duration = Duration::from_millis(200);
/// What never becomes quiet, such as a log in the folder, is told after this long all the same.
const LONGEST: Duration = Duration::from_secs(2);
/// Folders that tools fill: watched, they would cost thousands of handles and tell of nothing that a person wrote.
const OF_TOOLS: [&str; 3] = ["target", "node_modules", "__pycache__"];
/// Whether the system watches single folders only, so that those of tools can be left out from the beginning.
const BY_FOLDER: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Watches files and folders. Ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Watcher {
    system: RecommendedWatcher,
    events: mpsc::UnboundedReceiver<Event>,
    roots: Vec<Root>,
    ignored: Vec<PathBuf>,
}

/// One of the paths that were asked for.
#[derive(Debug)]
struct Root {
    path: PathBuf,
    is_folder: bool,
}

/// Why something cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be watched: {error}", path.display())]
pub(crate) struct WatchError {
    path: PathBuf,
    error: notify::Error,
}

impl Watcher {
    /// Watches these files, and these folders with what is in them. `ignored` are files that never count.
    ///
    /// # Errors
    /// [`WatchError`] where a path is not there, or the system watches no more.
    pub(crate) fn start(paths: &[PathBuf], ignored: Vec<PathBuf>) -> Result<Self, WatchError> {
        let (tell, events) = mpsc::unbounded_channel();
        let first = paths.first().cloned().unwrap_or_default();
        let system = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Nobody listens any more while the watcher is being dropped.
            let _ = event.map(|event| tell.send(event));
        });
        let system = system.map_err(|error| WatchError { path: first, error })?;
        let ignored = ignored.into_iter().map(|path| absolute(&path).unwrap_or(path)).collect();
        let mut watcher = Self { system, events, roots: Vec::new(), ignored };
        for path in paths {
            watcher.add(path).map_err(|error| WatchError { path: path.clone(), error })?;
        }
        Ok(watcher)
    }

    /// A file is watched through its folder: an editor puts another file in its place.
    fn add(&mut self, path: &Path) -> notify::Result<()> {
        let path = path.canonicalize().map_err(notify::Error::io)?;
        let is_folder = path.is_dir();
        self.roots.push(Root { path: path.clone(), is_folder });
        match path.parent() {
            Some(folder) if !is_folder => self.system.watch(folder, RecursiveMode::NonRecursive),
            _ if BY_FOLDER => self.add_folders(path),
            _ => self.system.watch(&path, RecursiveMode::Recursive),
        }
    }

    fn add_folders(&mut self, first: PathBuf) -> notify::Result<()> {
        let mut folders = vec![first];
        while let Some(folder) = folders.pop() {
            self.system.watch(&folder, RecursiveMode::NonRecursive)?;
            // A folder that is gone or closed to us has nothing in it that could be watched.
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) && self.counts(&path) {
                    folders.push(path);
                }
            }
        }
        Ok(())
    }

    /// Waits for the next change and until it is quiet again; the path that changed first. May be dropped while
    /// it waits.
    pub(crate) async fn changed(&mut self) -> PathBuf {
        let first = loop {
            match self.events.recv().await {
                Some(event) => match self.take(&event) {
                    Some(path) => break path,
                    None => continue,
                },
                // The system's side has ended, which it does not while we hold it: nothing changes any more.
                None => std::future::pending().await,
            }
        };
        let end = Instant::now() + LONGEST;
        let mut quiet = Instant::now() + QUIET;
        while let Ok(Some(event)) = tokio::time::timeout_at(quiet.min(end), self.events.recv()).await {
            if self.take(&event).is_some() {
                quiet = Instant::now() + QUIET;
            }
        }
        first
    }

    /// Forgets what has changed up to now and changes within the next moment: for who has just caused changes, and
    /// would cause them again and again.
    pub(crate) async fn forget(&mut self) {
        tokio::time::sleep(QUIET).await;
        while let Ok(event) = self.events.try_recv() {
            self.take(&event);
        }
    }

    /// The path of an event that counts. Folders that are new are watched from now on.
    fn take(&mut self, event: &Event) -> Option<PathBuf> {
        let is_new = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        let counts = matches!(
            event.kind,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
        );
        let path = event.paths.iter().find(|path| counts && self.counts(path)).cloned()?;
        // Windows and macOS call a folder modified in which a file that does not count was written.
        if !is_new && matches!(event.kind, EventKind::Modify(_)) && path.is_dir() {
            return None;
        }
        if BY_FOLDER && is_new && self.is_inside(&path) && path.is_dir() {
            // It may be gone again.
            let _ = self.add_folders(path.clone());
        }
        Some(path)
    }

    fn is_inside(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| root.is_folder && path.starts_with(&root.path))
    }

    fn counts(&self, path: &Path) -> bool {
        let inside = self.roots.iter().any(|root| match path.strip_prefix(&root.path) {
            Ok(inside) => (root.is_folder || inside.as_os_str().is_empty()) && !is_ignored(inside),
            Err(_) => false,
        });
        inside && !self.ignored.iter().any(|ignored| ignored == path)
    }
}

/// The path as the system names it, whether or not the file is there.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
}

/// Whether something in a watched folder is none of the user's own files.
fn is_ignored(inside: &Path) -> bool {
    inside.components().any(|part| matches!(part, Component::Normal(name) if is_ignored_name(name)))
}

fn is_ignored_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    // Editors' backups and locks: `a.js~`, `.a.js.swp`, `#a.js#`, and the file that vim tries a folder with.
    OF_TOOLS.contains(&&*name) || name.starts_with(['.', '#']) || name.ends_with('~') || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_and_editors_write_does_not_count() {
        for path in ["target/a", "a/node_modules/b.js", ".git/index", ".a.swp", "src/.b/c", "a.js~", "#a.js#"]
        {
            assert!(is_ignored(Path::new(path)), "{path}");
        }
        for path in ["", "a.js", "src/targets/a", "lib/main.py"] {
            assert!(!is_ignored(Path::new(path)), "{path}");
        }
    }

    #[tokio::test]
    async fn tells_of_changes_in_folders_that_are_there_and_in_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("src")).unwrap();
        let mut watcher = Watcher::start(std::slice::from_ref(&root), vec![root.join("h.db")]).unwrap();
        for ignored in [".a", "a~", "h.db"] {
            std::fs::write(root.join(ignored), "").unwrap();
        }
        std::fs::write(root.join("src/a.js"), "").unwrap();
        assert_eq!(watcher.changed().await, root.join("src/a.js"));
        std::fs::write(root.join("app.db"), "").unwrap();
        watcher.forget().await;
        std::fs::create_dir(root.join("lib")).unwrap();
        assert_eq!(watcher.changed().await, root.join("lib"));
        std::fs::write(root.join("lib/b.js"), "").unwrap();
        assert_eq!(watcher.changed().await, root.join("lib/b.js"));
    }

    #[tokio::test]
    async fn a_single_file_is_watched_through_an_editors_replacing_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::write(root.join("app.js"), "1").unwrap();
        let mut watcher = Watcher::start(&[root.join("app.js")], Vec::new()).unwrap();
        std::fs::write(root.join("other.js"), "").unwrap();
        std::fs::write(root.join("new"), "2").unwrap();
        std::fs::rename(root.join("new"), root.join("app.js")).unwrap();
        assert_eq!(watcher.changed().await, root.join("app.js"));
    }

    #[test]
    fn a_path_that_is_not_there_is_named() {
        let error = Watcher::start(&["no-such-folder".into()], Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("no-such-folder: "), "{error}");
    }
}
