//! Reads small text files with settings. Entry point: `read`.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::files::PathError;
use crate::files::open_readable;

/// Limit on the size of a file, which also ends a read of `/dev/zero`. A `.env` of a large project has a few KiB, a
/// bundle of certificates a few hundred.
const LARGEST: u64 = 1024 * 1024;

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnreadableFile {
    /// The system reports an error.
    #[error("cannot read {}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        reason: io::Error,
    },
    /// It is not a file.
    #[error("cannot read {}: it is {kind}, not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is, with its article.
        kind: &'static str,
    },
    /// The file is larger than any settings file.
    #[error("cannot read {}: it is larger than 1 MiB", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8.
    #[error("cannot read {}: it is not UTF-8 text", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
}

/// Reads a text file, without the byte order mark that Windows editors add. UTF-16 with such a mark is what `>` writes
/// in PowerShell 5. The text is overwritten when dropped, because it may contain a secret. `shown` is the path for errors.
pub(super) fn read(path: &Path, shown: &Path) -> Result<Zeroizing<String>, UnreadableFile> {
    let bytes = bytes(path, shown)?;
    if let Some(text) = utf_16(&bytes) {
        return Ok(text);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| UnreadableFile::NotText { path: shown.to_owned() })?;
    Ok(Zeroizing::new(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()))
}

/// As [`read`], for a file of which only some lines are needed: replaces bytes that are not UTF-8.
pub(super) fn read_leniently(path: &Path, shown: &Path) -> Result<Zeroizing<String>, UnreadableFile> {
    let bytes = bytes(path, shown)?;
    Ok(utf_16(&bytes).unwrap_or_else(|| {
        let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
        Zeroizing::new(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
    }))
}

/// The text of a file that begins with a byte order mark of UTF-16.
fn utf_16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let unit: fn([u8; 2]) -> u16 = match bytes.get(..2)? {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(Zeroizing::new(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()))
}

fn bytes(path: &Path, shown: &Path) -> Result<Zeroizing<Vec<u8>>, UnreadableFile> {
    let shown = || shown.to_owned();
    let io = |reason| UnreadableFile::Io { path: shown(), reason };
    let file = open_readable(path).map_err(|error| match error {
        PathError::Io(reason) => io(reason),
        PathError::NotAFile { kind, .. } => UnreadableFile::NotAFile { path: shown(), kind },
        // The path is the user's own choice, so its folders are not checked.
        PathError::Untrusted(reason) => io(io::Error::other(reason)),
    })?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > LARGEST {
        return Err(UnreadableFile::TooLarge { path: shown() });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<Zeroizing<String>, UnreadableFile> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, bytes).unwrap();
        read(&path, Path::new("shown/f"))
    }

    #[test]
    fn drops_the_byte_order_mark() {
        assert_eq!(*read_bytes(b"\xef\xbb\xbfa\n").unwrap(), "a\n");
        assert_eq!(*read_bytes(b"\xff\xfea\0\n\0").unwrap(), "a\n");
        assert_eq!(*read_bytes(b"\xfe\xff\0a\0\n").unwrap(), "a\n");
    }

    #[test]
    fn an_error_names_the_unreadable_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(&folder.path().join("absent"), Path::new("absent")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read absent: "), "{error}");
        assert!(matches!(read_bytes(b"\xff"), Err(UnreadableFile::NotText { .. })));
        assert!(matches!(read_bytes(&vec![b'a'; 1024 * 1024 + 1]), Err(UnreadableFile::TooLarge { .. })));
    }
}
