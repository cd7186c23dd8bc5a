//! What is read: files, folders, stdin, headers and body apart.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::verify::Unreadable;

/// Something to read captures from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// A capture that is in memory.
    Memory {
        /// What the user calls it.
        name: String,
        /// The capture.
        bytes: Vec<u8>,
    },
    /// A request whose headers were given apart from its body.
    Parts {
        /// Such as `x-zm-signature: v0=…`; each has a colon.
        headers: Vec<String>,
        /// The file with the body; `None` for standard input.
        body: Option<PathBuf>,
    },
}

/// A file of the input.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Whether it was named, and not only found in a folder.
    pub(super) is_named: bool,
}

impl Source {
    /// What the user calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) | Self::Parts { body: Some(path), .. } => path.display().to_string(),
            Self::Memory { name, .. } => name.clone(),
            Self::Stdin | Self::Parts { body: None, .. } => "-".to_owned(),
        }
    }

    /// Its size, where it is known.
    pub(super) fn bytes(&self, recursive: bool) -> u64 {
        let Self::Path(path) = self else { return 0 };
        let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        files(path, recursive, &mut |file| file.map_or(0, |file| size(&file.path))).into_iter().sum()
    }
}

/// Calls `f` for the file, or for every file in the folder, in the order of their names.
pub(super) fn files<T>(
    path: &Path,
    recursive: bool,
    f: &mut dyn FnMut(Result<Found, (PathBuf, Unreadable)>) -> T,
) -> Vec<T> {
    if !path.is_dir() {
        return vec![f(Ok(Found { path: path.to_owned(), is_named: true }))];
    }
    if !recursive {
        return vec![f(Err((path.to_owned(), Unreadable::Folder)))];
    }
    let mut given = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        if !path.is_dir() {
            given.push(f(Ok(Found { path, is_named: false })));
            continue;
        }
        match entries(&path) {
            // The last one is taken first.
            Ok(entries) => waiting.extend(entries.into_iter().rev()),
            Err(error) => given.push(f(Err((path, error.into())))),
        }
    }
    given
}

/// What is in a folder, sorted; without hidden things, devices, and folders behind links, which may go round in
/// circles.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !is_hidden && (entry.file_type()?.is_dir() || path.is_file()) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
