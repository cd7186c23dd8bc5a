//! What `--fix` does: creates a `.env` file, and makes git ignore it. The entry point is [`apply`].

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::path::Path;

use super::{SetupFix, git};

/// Does it. `token` becomes the value in a new `.env`; without one, the value is empty.
///
/// # Errors
/// A file cannot be written. An existing `.env` is never changed.
pub(crate) fn apply(fix: &SetupFix, token: Option<&str>) -> io::Result<()> {
    match fix {
        SetupFix::CreateEnvFile { file, name } => {
            // Ignored before it exists, so that no `git add` in between finds it.
            if let Some(SetupFix::IgnoreInGit { gitignore, file }) = git::fix_for(file) {
                ignore(&gitignore, &file)?;
            }
            create(file, &format!("{name}={}\n", token.unwrap_or_default()))
        }
        SetupFix::IgnoreInGit { gitignore, file } => ignore(gitignore, file),
    }
}

fn create(file: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(file)?.write_all(text.as_bytes())
}

/// Appends a line. The last line of the file may have no line end.
fn ignore(gitignore: &Path, name: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(gitignore)?;
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let line_end = if text.is_empty() || text.ends_with(b"\n") { "" } else { "\n" };
    file.write_all(format!("{line_end}{name}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creates_a_file_once_and_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".env");
        let fix = SetupFix::CreateEnvFile { file: file.clone(), name: "TOKEN" };
        apply(&fix, Some("abc")).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "TOKEN=abc\n");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(apply(&fix, None).is_err());
    }

    #[test]
    fn appends_a_line_to_gitignore() {
        let folder = tempfile::tempdir().unwrap();
        let gitignore = folder.path().join(".gitignore");
        std::fs::write(&gitignore, "target").unwrap();
        apply(&SetupFix::IgnoreInGit { gitignore: gitignore.clone(), file: ".env".into() }, None).unwrap();
        assert_eq!(std::fs::read_to_string(&gitignore).unwrap(), "target\n.env\n");
    }
}
