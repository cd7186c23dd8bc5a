//! Reports changes to the files of a program under development: [`Watcher`]. Ignores files of tools and editors.
//!
//! Writes within a short time are one change, because an editor writes a file in several steps, and a build writes many
//! files.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use notify::event::{EventKind, ModifyKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A change is reported after this long without another one: longer than the pauses between the steps of an editor, and
/// too short for the user to notice.
const QUIET: Duration = Duration::from_millis(200);
/// A change is reported after this long at the latest, for example if a log in the folder changes all the time.
const LONGEST: Duration = Duration::from_secs(2);
/// Folders that tools fill. Watching them would need thousands of handles and would not find changes by the user.
const TOOL_FOLDERS: [&str; 3] = ["target", "node_modules", "__pycache__"];
/// Whether the system watches only single folders, so that the folders of tools need not be watched.
const BY_FOLDER: bool = cfg!(any(target_os = "linux", target_os = "android"));

/// Watches files and folders until it is dropped.
#[derive(Debug)]
pub(crate) struct Watcher {
    system: RecommendedWatcher,
    events: mpsc::UnboundedReceiver<Event>,
    roots: Vec<Root>,
    ignored: Vec<PathBuf>,
}

/// A path to watch.
#[derive(Debug)]
struct Root {
    path: PathBuf,
    is_folder: bool,
}

/// Why a path cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("{}: cannot be watched: {error}", path.display())]
pub(crate) struct WatchError {
    path: PathBuf,
    error: notify::Error,
}

impl Watcher {
    /// Watches these files, and these folders with their contents. Changes to the files in `ignored` are not reported.
    ///
    /// # Errors
    /// [`WatchError`] if a path does not exist, or if the system's limit on watches is reached.
    pub(crate) fn start(paths: &[PathBuf], ignored: Vec<PathBuf>) -> Result<Self, WatchError> {
        let (sender, events) = mpsc::unbounded_channel();
        let first = paths.first().cloned().unwrap_or_default();
        let system = notify::recommended_watcher(move |event: notify::Result<Event>| {
            // Fails only while the watcher is being dropped.
            let _ = event.map(|event| sender.send(event));
        });
        let system = system.map_err(|error| WatchError { path: first, error })?;
        let ignored = ignored.into_iter().map(|path| absolute(&path).unwrap_or(path)).collect();
        let mut watcher = Self { system, events, roots: Vec::new(), ignored };
        for path in paths {
            watcher.add(path).map_err(|error| WatchError { path: path.clone(), error })?;
        }
        Ok(watcher)
    }

    /// Watches a path. A file is watched through its folder, because editors replace files.
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
            // A folder that was deleted or is not readable has no contents to watch.
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) && self.counts(&path) {
                    folders.push(path);
                }
            }
        }
        Ok(())
    }

    /// Waits for the next change and for the end of its writes. Returns the path that changed first. The future may be
    /// dropped while it waits.
    pub(crate) async fn changed(&mut self) -> PathBuf {
        let first = loop {
            match self.events.recv().await {
                Some(event) => match self.take(&event) {
                    Some(path) => break path,
                    None => continue,
                },
                // Does not happen: `self.system` owns the sender.
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

    /// Discards all changes up to now and within `QUIET`. For callers that have just caused changes, which would
    /// otherwise trigger them again.
    pub(crate) async fn forget(&mut self) {
        tokio::time::sleep(QUIET).await;
        while let Ok(event) = self.events.try_recv() {
            self.take(&event);
        }
    }

    /// The path of an event, if it counts. Starts to watch new folders.
    fn take(&mut self, event: &Event) -> Option<PathBuf> {
        let is_new = matches!(event.kind, EventKind::Create(_) | EventKind::Modify(ModifyKind::Name(_)));
        let counts = matches!(
            event.kind,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_)
        );
        let path = event.paths.iter().find(|path| counts && self.counts(path)).cloned()?;
        // On Windows and macOS, writing an ignored file also modifies its folder.
        if !is_new && matches!(event.kind, EventKind::Modify(_)) && path.is_dir() {
            return None;
        }
        if BY_FOLDER && is_new && self.is_inside(&path) && path.is_dir() {
            // Fails if the folder was deleted again.
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

/// The absolute path with symbolic links resolved. The file need not exist.
fn absolute(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?))
}

/// Whether a path in a watched folder belongs to a tool or an editor.
fn is_ignored(inside: &Path) -> bool {
    inside.components().any(|part| matches!(part, Component::Normal(name) if is_ignored_name(name)))
}

fn is_ignored_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    // Backups and locks of editors: `a.js~`, `.a.js.swp`, `#a.js#`, and the file `4913`, with which vim tests a folder.
    TOOL_FOLDERS.contains(&&*name) || name.starts_with(['.', '#']) || name.ends_with('~') || name == "4913"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignores_files_of_tools_and_editors() {
        for path in ["target/a", "a/node_modules/b.js", ".git/index", ".a.swp", "src/.b/c", "a.js~", "#a.js#"]
        {
            assert!(is_ignored(Path::new(path)), "{path}");
        }
        for path in ["", "a.js", "src/targets/a", "lib/main.py"] {
            assert!(!is_ignored(Path::new(path)), "{path}");
        }
    }

    #[tokio::test]
    async fn reports_changes_in_existing_and_new_folders() {
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
    async fn reports_a_file_that_an_editor_replaces() {
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
    fn the_error_names_a_missing_path() {
        let error = Watcher::start(&["no-such-folder".into()], Vec::new()).unwrap_err();
        assert!(error.to_string().starts_with("no-such-folder: "), "{error}");
    }
}
