//! What is read: files, folders, stdin, headers and body apart.

use std::fs;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::capture::{Format, SAMPLE_LEN, detect};
use crate::verify::Unreadable;

/// Something to read captures from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureSource {
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
pub(super) struct FoundSource {
    pub(super) path: PathBuf,
    /// Whether it was named, and not only found in a folder.
    pub(super) is_named: bool,
}

impl CaptureSource {
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
    f: &mut dyn FnMut(Result<FoundSource, (PathBuf, Unreadable)>) -> T,
) -> Vec<T> {
    if !path.is_dir() {
        return vec![f(Ok(FoundSource { path: path.to_owned(), is_named: true }))];
    }
    if !recursive {
        return vec![f(Err((path.to_owned(), Unreadable::Folder)))];
    }
    let mut given = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        if !path.is_dir() {
            given.push(f(Ok(FoundSource { path, is_named: false })));
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

/// Read at a time from a file.
const BUFFER: usize = 256 << 10;

/// A source that can be read from its beginning.
pub(super) struct OpenedSource {
    pub(super) input: Box<dyn BufRead>,
    pub(super) format: Format,
}

/// Looks at the first bytes. `name` is for the advice in errors.
pub(super) fn open(
    mut input: impl Read + 'static,
    format: Option<Format>,
    name: &str,
) -> Result<OpenedSource, Unreadable> {
    // A format that is given needs no look, and what comes slowly should not be waited for.
    if let Some(format) = format {
        return Ok(OpenedSource { input: Box::new(BufReader::with_capacity(BUFFER, input)), format });
    }
    let sample = first_bytes(&mut input)?;
    let format = detect(&sample).ok_or_else(|| unrecognised(&sample, name))?;
    let rest = BufReader::with_capacity(BUFFER, input);
    Ok(OpenedSource { input: Box::new(Cursor::new(sample).chain(rest)), format })
}

fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sample = Vec::new();
    input.by_ref().take(SAMPLE_LEN as u64).read_to_end(&mut sample)?;
    Ok(sample)
}

fn unrecognised(sample: &[u8], name: &str) -> Unreadable {
    let text = sample.trim_ascii();
    if text.is_empty() {
        Unreadable::Empty
    } else if text.starts_with(b"{") && memchr::memmem::find(text, b"\"event\"").is_some() {
        Unreadable::BodyAlone { file: name.to_owned() }
    } else {
        Unreadable::Unrecognised
    }
}

/// A body of a webhook is far smaller; a named device has no end.
const LARGEST: u64 = 64 << 20;

/// Where the files that a source names are looked for.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// The folder of the source; empty for the current one.
    folder: PathBuf,
}

impl Beside {
    /// Beside this file.
    pub(super) fn of(path: &Path) -> Self {
        Self { folder: path.parent().map(Path::to_owned).unwrap_or_default() }
    }

    /// A named file's bytes. Regular files only: reading a pipe may wait for ever.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let file = File::open(self.folder.join(name))?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        if metadata.len() > LARGEST {
            return Err(io::Error::other("larger than 64 MiB"));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
