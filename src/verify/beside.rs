//! The files that a capture names, as `curl -d @body.json` does.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

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
