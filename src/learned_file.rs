//! The file in which `events learn` keeps what it found, next to the default history and opened by the same rules.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::files::CheckedPlace;
use crate::files::MissingFolder;
use crate::files::PathError;
use crate::state_folder;
use crate::state_folder::NoStateFolder;

/// Limit on what is read. All events of the catalogue together have a tenth of it.
const LARGEST: u64 = 4 << 20;

/// Its path. `variable` reads an environment variable.
///
/// # Errors
/// [`NoStateFolder`] if the environment has none.
pub(crate) fn path(variable: impl Fn(&'static str) -> Option<PathBuf>) -> Result<PathBuf, NoStateFolder> {
    Ok(state_folder::find(variable)?.join("learned-events.tsv"))
}

/// Its text; `None` if there is no file.
///
/// # Errors
/// [`PathError`]: it cannot be read, or another user controls a part of its path.
pub(crate) fn read(path: &Path) -> Result<Option<String>, PathError> {
    let opened =
        CheckedPlace::find(path, MissingFolder::Fail).and_then(|place| place.folder().read(place.name()));
    let file = match opened {
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut text = String::new();
    file.take(LARGEST).read_to_string(&mut text)?;
    Ok(Some(text))
}

/// Writes it, accessible only to this user.
///
/// # Errors
/// As [`read`].
pub(crate) fn write(path: &Path, text: &str) -> Result<(), PathError> {
    let place = CheckedPlace::find(path, MissingFolder::Create)?;
    delete(&place, place.name())?;
    let mut file = place.folder().create_new(place.name())?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

/// Deletes it. Returns whether there was one.
///
/// # Errors
/// As [`read`].
pub(crate) fn remove(path: &Path) -> Result<bool, PathError> {
    let place = match CheckedPlace::find(path, MissingFolder::Fail) {
        Err(PathError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        place => place?,
    };
    delete(&place, place.name())
}

fn delete(place: &CheckedPlace, name: &OsStr) -> Result<bool, PathError> {
    match place.folder().remove(name) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_after_it_was_removed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("state").join("learned-events.tsv");
        assert_eq!((read(&path).unwrap(), remove(&path).unwrap()), (None, false));
        write(&path, "a long first text\n").unwrap();
        write(&path, "short\n").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some("short\n"));
        assert_eq!((remove(&path).unwrap(), read(&path).unwrap()), (true, None));
    }

    #[cfg(unix)]
    #[test]
    fn refuses_a_folder_that_others_can_write_to() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("learned-events.tsv");
        write(&path, "x").unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(read(&path), Err(PathError::Untrusted(_))));
        assert!(matches!(write(&path, "y"), Err(PathError::Untrusted(_))));
    }
}
