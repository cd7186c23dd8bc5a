//! [`Source`]: a file, a folder, stdin, or headers and body.

use std::fs;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::capture::{Format, SAMPLE_LEN, detect};
use crate::files::PathError;
use crate::files::open_regular;
use crate::verify::Unreadable;

/// Something to read captures from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureSource {
    /// A file, or a folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
    /// A capture in memory.
    Memory {
        /// The name for reports.
        name: String,
        /// The capture.
        bytes: Vec<u8>,
    },
    /// A request with headers and body given separately.
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
    /// Whether the user gave this path, rather than its folder.
    pub(super) is_named: bool,
}

impl CaptureSource {
    /// The name for reports.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Path(path) | Self::Parts { body: Some(path), .. } => path.display().to_string(),
            Self::Memory { name, .. } => name.clone(),
            Self::Stdin | Self::Parts { body: None, .. } => "-".to_owned(),
        }
    }

    /// Why it cannot be read, if that shows without reading it. A pipe is not opened, because that may block.
    #[must_use]
    pub fn obstacle(&self, recursive: bool) -> Option<Unreadable> {
        let (Self::Path(path) | Self::Parts { body: Some(path), .. }) = self else { return None };
        match fs::metadata(path) {
            Err(error) => Some(error.into()),
            Ok(found) if found.is_dir() => (!recursive).then_some(Unreadable::Folder),
            Ok(found) if found.is_file() => fs::File::open(path).err().map(Unreadable::from),
            Ok(_) => None,
        }
    }

    /// Its size; 0 if unknown.
    pub(super) fn bytes(&self, recursive: bool) -> u64 {
        let Self::Path(path) = self else { return 0 };
        let size = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
        files(path, recursive, &mut |file| file.map_or(0, |file| size(&file.path))).into_iter().sum()
    }
}

/// Calls `f` for the file, or for each file in the folder, in the order of names.
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
    let mut results = Vec::new();
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        if !path.is_dir() {
            results.push(f(Ok(FoundSource { path, is_named: false })));
            continue;
        }
        match entries(&path) {
            // `pop` takes the last one first.
            Ok(entries) => waiting.extend(entries.into_iter().rev()),
            Err(error) => results.push(f(Err((path, error.into())))),
        }
    }
    results
}

/// The entries of a folder, sorted. Skips hidden entries, devices, and links to folders, which may form a cycle.
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

/// Bytes per read.
const BUFFER: usize = 256 << 10;

/// A source of logs up to this size is read as a whole, because the parts of a request may be in different lines.
const WHOLE: u64 = 16 << 20;

/// An opened source, at its start.
pub(super) struct OpenedSource {
    pub(super) input: Box<dyn BufRead>,
    pub(super) format: Format,
    /// All its bytes, if it is small.
    pub(super) whole: Option<Vec<u8>>,
}

/// Opens an input, and detects its format from the first bytes unless it is given.
pub(super) fn open(
    mut input: impl Read + 'static,
    format: Option<Format>,
) -> Result<OpenedSource, Unreadable> {
    // With a given format, no sample is needed, so slow input is not delayed.
    if let Some(format) = format {
        let input = Box::new(BufReader::with_capacity(BUFFER, input));
        return Ok(OpenedSource { input, format, whole: None });
    }
    let mut sample = first_bytes(&mut input)?;
    let format = detect(&sample).ok_or(Unreadable::Empty)?;
    let mut rest = BufReader::with_capacity(BUFFER, input);
    let is_split = matches!(format, Format::RawHttp | Format::Zoomhook);
    let whole = if sample.len() < SAMPLE_LEN {
        Some(sample.clone())
    } else if is_split {
        None
    } else {
        rest.by_ref().take(WHOLE - sample.len() as u64).read_to_end(&mut sample)?;
        ((sample.len() as u64) < WHOLE).then(|| sample.clone())
    };
    Ok(OpenedSource { input: Box::new(Cursor::new(sample).chain(rest)), format, whole })
}

fn first_bytes(input: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut sample = Vec::new();
    input.by_ref().take(SAMPLE_LEN as u64).read_to_end(&mut sample)?;
    Ok(sample)
}

/// Limit on a referenced file. A webhook's body is far smaller, and a device may be endless.
const LARGEST: u64 = 64 << 20;

/// Reads the files that a source names.
#[derive(Debug)]
pub(super) enum Beside {
    /// Relative to the folder of the source; empty for the current one.
    Folder(PathBuf),
    /// None of them.
    Nothing,
}

impl Beside {
    /// For names relative to the folder of this file.
    pub(super) fn of(path: &Path) -> Self {
        Self::Folder(path.parent().map(Path::to_owned).unwrap_or_default())
    }

    /// Reads a named file. Only regular files: reading a pipe may block forever.
    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let Self::Folder(folder) = self else {
            return Err(io::Error::other("a capture that is not a file may not name files"));
        };
        let file = open_regular(&folder.join(name)).map_err(|error| match error {
            PathError::Io(error) => error,
            PathError::NotAFile { .. } | PathError::Untrusted(_) => io::Error::other("not a regular file"),
        })?;
        if file.metadata()?.len() > LARGEST {
            return Err(io::Error::other("larger than 64 MiB"));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
