//! Reads a secret token from the nearest `.env` file in a folder or above it. Entry points: `nearest` and `read`.
//!
//! It changes no environment variable. Errors never contain the text of a line, because it may contain a secret.

use std::cell::Cell;
use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::env::SECRET_TOKEN;
use super::file::{self, UnreadableFile};
use crate::files::is_of_another_user;

/// Names that Zoom sample apps use for the token, in order of preference.
pub(crate) const NAMES: [&str; 3] = [SECRET_TOKEN, "ZOOM_WEBHOOK_SECRET", "WEBHOOK_SECRET_TOKEN"];

/// A token that was found.
pub(super) struct DotenvEntry {
    /// The path to show to the user, such as `../.env`.
    pub(super) file: PathBuf,
    /// Its name in the file: one of [`NAMES`].
    pub(super) name: &'static str,
    /// Its value, not trimmed.
    pub(super) value: Zeroizing<String>,
}

/// Why a `.env` file could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DotenvError {
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableFile),
    /// The file belongs to a user who owns neither the current folder nor this machine.
    #[error("{} belongs to another user, who could have chosen the secret token in it", file.display())]
    OfAnotherUser {
        /// The file.
        file: PathBuf,
    },
    /// A line is not of the form `NAME=value`.
    #[error("{}, line {line}: not of the form NAME=value", file.display())]
    BrokenLine {
        /// The file.
        file: PathBuf,
        /// The line's number, from 1.
        line: usize,
    },
}

/// The nearest `.env` in `folder` or above it, and the path to show to the user. A file of another user does not count.
pub(super) fn nearest_file(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    candidates(folder).find(|(path, _)| !is_of_another_user(path, folder))
}

/// All variables of a file, up to the first broken line. Values are overwritten when dropped.
pub(super) fn variables(path: &Path) -> Vec<(String, Zeroizing<String>)> {
    let Ok(text) = file::read(path, path) else { return Vec::new() };
    let line = Cell::new(0);
    // The search for the token already reported a broken line.
    let items = dotenvy::Iter::new(LineByLine { rest: text.as_bytes(), line: &line }).map_while(Result::ok);
    items.map(|(name, value)| (name, Zeroizing::new(value))).collect()
}

/// Each `.env` in `folder` or above it, nearest first, with the path to show to the user.
fn candidates(folder: &Path) -> impl Iterator<Item = (PathBuf, PathBuf)> {
    folder.ancestors().enumerate().filter_map(|(depth, folder)| {
        let path = folder.join(".env");
        let mut shown: PathBuf = std::iter::repeat_n("..", depth).collect();
        shown.push(".env");
        // Many Python projects have a *folder* of that name.
        (path.exists() && !path.is_dir()).then_some((path, shown))
    })
}

/// The token in the nearest `.env` that has one, in `folder` or above it. Files without a token are skipped: parts of
/// a project often have their own `.env`, with the common names in one above.
pub(super) fn nearest(folder: &Path) -> Result<Option<DotenvEntry>, DotenvError> {
    for (path, shown) in candidates(folder) {
        if is_of_another_user(&path, folder) {
            return Err(DotenvError::OfAnotherUser { file: shown });
        }
        if let Some(found) = read(&path, &shown)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The token in this file, if it has one.
pub(super) fn read(path: &Path, shown: &Path) -> Result<Option<DotenvEntry>, DotenvError> {
    let text = file::read(path, shown)?;
    let found = lookup(&text).map_err(|line| DotenvError::BrokenLine { file: shown.to_owned(), line })?;
    Ok(found.map(|(name, value)| DotenvEntry { file: shown.to_owned(), name, value }))
}

/// The first of [`NAMES`] that is set in the text. If it is set twice, the last value counts, as in Node's dotenv. The
/// error is the number of the broken line.
fn lookup(text: &str) -> Result<Option<(&'static str, Zeroizing<String>)>, usize> {
    let line = Cell::new(0);
    let mut values: [Option<Zeroizing<String>>; NAMES.len()] = Default::default();
    for item in dotenvy::Iter::new(LineByLine { rest: text.as_bytes(), line: &line }) {
        let (name, value) = item.map_err(|_| line.get())?;
        let value = Zeroizing::new(value);
        if let Some(at) = NAMES.iter().position(|known| *known == name) {
            values[at] = Some(value);
        }
    }
    Ok(NAMES.into_iter().zip(values).find_map(|(name, value)| Some((name, value?))))
}

/// Returns one line per read and counts the lines. `dotenvy` does not report the line number, and its error contains
/// the line's text.
struct LineByLine<'a> {
    rest: &'a [u8],
    line: &'a Cell<usize>,
}

impl Read for LineByLine<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.rest.is_empty() {
            return Ok(0);
        }
        let end = self.rest.iter().position(|b| *b == b'\n').map_or(self.rest.len(), |at| at + 1);
        let count = end.min(buffer.len());
        let (line, rest) = self.rest.split_at(count);
        buffer[..count].copy_from_slice(line);
        self.rest = rest;
        if count == end {
            self.line.set(self.line.get() + 1);
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(text: &str) -> Option<(&'static str, String)> {
        lookup(text).unwrap().map(|(name, value)| (name, value.to_string()))
    }

    #[test]
    fn reads_common_spellings() {
        for text in [
            "ZOOM_WEBHOOK_SECRET_TOKEN=abc\n",
            "ZOOM_WEBHOOK_SECRET_TOKEN=abc",
            "# a comment\r\nPORT=4000\r\nexport ZOOM_WEBHOOK_SECRET_TOKEN = \"abc\"\r\n",
            "ZOOM_WEBHOOK_SECRET_TOKEN='abc' # from Marketplace\nOTHER=1",
            "ZOOM_WEBHOOK_SECRET_TOKEN=old\nZOOM_WEBHOOK_SECRET_TOKEN=abc",
        ] {
            assert_eq!(value_of(text), Some((SECRET_TOKEN, "abc".into())), "{text:?}");
        }
    }

    #[test]
    fn prefers_names_in_the_order_of_the_list() {
        let text = "WEBHOOK_SECRET_TOKEN=c\nZOOM_WEBHOOK_SECRET=b\n";
        assert_eq!(value_of(text), Some(("ZOOM_WEBHOOK_SECRET", "b".into())));
        assert_eq!(value_of("WEBHOOK_SECRET_TOKEN=c"), Some(("WEBHOOK_SECRET_TOKEN", "c".into())));
        assert_eq!(value_of("ZOOM_CLIENT_SECRET=d\n"), None);
    }

    #[test]
    fn an_empty_value_is_a_value() {
        assert_eq!(value_of("ZOOM_WEBHOOK_SECRET_TOKEN=\n"), Some((SECRET_TOKEN, String::new())));
    }

    #[test]
    fn reports_the_number_of_a_broken_line() {
        assert_eq!(lookup("A=1\n\n# x\nhush hush\nB=2\n").unwrap_err(), 4);
        assert_eq!(lookup("A='never closed\nB=2\n").unwrap_err(), 2);
        let long = format!("A={}\nhush hush\n", "x".repeat(100_000));
        assert_eq!(lookup(&long).unwrap_err(), 2);
    }

    #[test]
    fn searches_upward_and_skips_files_without_a_token() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(inner.join(".env")).unwrap();
        std::fs::write(root.path().join("a/.env"), "PORT=1\n").unwrap();
        std::fs::write(root.path().join(".env"), "WEBHOOK_SECRET_TOKEN=abc\n").unwrap();
        let found = nearest(&inner).unwrap().unwrap();
        assert_eq!(found.file, Path::new("..").join("..").join(".env"));
        assert_eq!(found.value.as_str(), "abc");
    }

    #[test]
    fn an_error_names_file_and_line_but_not_the_text() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".env"), "hush hush\n").unwrap();
        let error = nearest(folder.path()).err().unwrap().to_string();
        assert_eq!(error, ".env, line 1: not of the form NAME=value");
    }
}
