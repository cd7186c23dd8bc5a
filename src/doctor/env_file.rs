//! `env-file`: zoomhook reads more forms of a `.env` file than a shell does. Which of them does this file use?

use std::io::Read;
use std::path::Path;

use super::{EnvFile, Setup, SetupFinding};
use crate::files::open_readable;

/// Limit on the bytes that are read.
const LARGEST: u64 = 1024 * 1024;

pub(super) fn examine(setup: &Setup) -> SetupFinding {
    if setup.env_files.is_empty() {
        return SetupFinding::skipped("no .env file of yours sets a token");
    }
    let (mut faults, mut notes, mut readable) = (Vec::new(), Vec::new(), Vec::new());
    for file in &setup.env_files {
        match read(file) {
            Ok(bytes) => {
                let form = form_of(&bytes, &file.names);
                let shown = file.shown.display();
                faults.extend(form.faults.into_iter().map(|fault| format!("{shown}: {fault}")));
                notes.extend(form.notes.into_iter().map(|note| format!("{shown}: {note}")));
                if others_can_read(&file.path) {
                    readable.push(shown.to_string());
                }
            }
            Err(reason) => {
                let shown = file.shown.display();
                return SetupFinding::skipped(format!("not known: {shown} cannot be read: {reason}"));
            }
        }
    }
    let names: Vec<_> = setup.env_files.iter().map(|file| file.shown.display().to_string()).collect();
    let finding = if !readable.is_empty() && faults.is_empty() {
        SetupFinding::warn(
            format!("Every user of this machine can read {}.", readable.join(" and ")),
            format!("Make it readable for you alone:\n  chmod 600 {}", readable.join(" ")),
        )
    } else if faults.is_empty() {
        SetupFinding::pass(format!("{}: UTF-8 with LF line ends", names.join(", ")))
    } else {
        SetupFinding::warn(
            faults.join(" "),
            "Save the file as UTF-8 with LF line ends, one NAME=value a line.",
        )
    };
    finding.with_notes(notes)
}

/// Whether the mode of a file lets every user read it, and those of the folders above it let them get there.
#[cfg(unix)]
fn others_can_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let Ok(path) = path.canonicalize() else { return false };
    let allows = |place: &Path, mode| {
        std::fs::metadata(place).is_ok_and(|found| found.permissions().mode() & mode == mode)
    };
    allows(&path, 0o004) && path.ancestors().skip(1).all(|folder| allows(folder, 0o001))
}

#[cfg(not(unix))]
fn others_can_read(_: &Path) -> bool {
    false
}

fn read(file: &EnvFile) -> Result<zeroize::Zeroizing<Vec<u8>>, String> {
    let opened = open_readable(&file.path).map_err(|error| error.to_string())?;
    let mut bytes = zeroize::Zeroizing::new(Vec::new());
    opened.take(LARGEST).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// What the form of a file leads to.
#[derive(Debug, Default, PartialEq, Eq)]
struct EnvFileForm {
    /// Forms that other programs read as another token, or not at all.
    faults: Vec<String>,
    /// Forms that most programs read.
    notes: Vec<String>,
}

/// The form of the lines that set these names.
fn form_of(bytes: &[u8], names: &[String]) -> EnvFileForm {
    let mut form = EnvFileForm::default();
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        form.faults.push("The file is UTF-16, which shells, Node and Docker do not read.".to_owned());
        return form;
    }
    let text = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => {
            form.faults.push(
                "The file begins with a byte order mark. A shell takes it as a part of the first name."
                    .to_owned(),
            );
            rest
        }
        None => bytes,
    };
    for line in text.split(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let Some((name, before, value)) = assignment(&line) else { continue };
        if !names.iter().any(|known| known == name) {
            continue;
        }
        if value.ends_with('\r') {
            form.faults.push(format!(
                "The line of {name} ends with CRLF. A shell that sources the file keeps the CR in the token."
            ));
        }
        let value = value.trim_end_matches('\r');
        if before.ends_with([' ', '\t']) || value.starts_with([' ', '\t']) {
            form.faults
                .push(format!("There is white space at the = of {name}. A shell does not read such a line."));
        }
        if line.trim_start().starts_with("export ") {
            form.notes.push(format!("{name} has `export`, which Docker's --env-file does not accept"));
        }
        if value.trim().starts_with(['"', '\'']) {
            form.notes.push(format!("{name} is in quotes, which Docker's --env-file keeps"));
        }
    }
    form
}

/// The name, the text before `=` and the value of a line.
fn assignment(line: &str) -> Option<(&str, &str, &str)> {
    let (before, value) = line.split_once('=')?;
    let name = before.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    Some((name, before, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &[u8]) -> usize {
        form_of(text, &["TOKEN".to_owned()]).faults.len()
    }

    #[test]
    fn finds_forms_that_a_shell_reads_otherwise() {
        for (text, count) in [
            (&b"TOKEN=abc\n"[..], 0),
            (b"# x\nexport TOKEN=\"abc\"\n", 0),
            (b"TOKEN=abc\r\n", 1),
            (b"OTHER=1\r\nTOKEN=abc\n", 0),
            (b"\xef\xbb\xbfTOKEN=abc\r\n", 2),
            (b"\xff\xfeT\0", 1),
            (b"TOKEN = abc\n", 1),
            (b"TOKEN\n", 0),
        ] {
            assert_eq!(faults(text), count, "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_readable_for_others_only_if_its_folders_are() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".env");
        std::fs::write(&file, "TOKEN=abc\n").unwrap();
        let set = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        for (folder, own, is_readable) in [(0o755, 0o644, true), (0o755, 0o600, false), (0o700, 0o644, false)]
        {
            set(home.path(), folder);
            set(&file, own);
            assert_eq!(others_can_read(&file), is_readable, "{folder:o} {own:o}");
        }
    }

    #[test]
    fn notes_do_not_contain_the_token() {
        let form = form_of(b"export TOKEN='hush' \r\n", &["TOKEN".to_owned()]);
        assert_eq!((form.faults.len(), form.notes.len()), (1, 2));
        assert!(!format!("{form:?}").contains("hush"));
    }
}
