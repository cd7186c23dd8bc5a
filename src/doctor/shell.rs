//! `completions`, `man-page` and `terminal`: comfort on a terminal. Files can be in other places than the usual ones, so a
//! file that is not found is not a fault.

use std::path::{Path, PathBuf};

use super::{Setup, SetupFinding, ShellSetup};

/// The usual places of a shell's completions: in the home, and of the system. And the files that may load them.
struct ShellPlaces {
    name: &'static str,
    in_home: &'static [&'static str],
    of_system: &'static [&'static str],
    start_files: &'static [&'static str],
}

const SHELLS: [ShellPlaces; 3] = [
    ShellPlaces {
        name: "bash",
        in_home: &[".local/share/bash-completion/completions/zoomhook"],
        of_system: &[
            "/usr/share/bash-completion/completions/zoomhook",
            "/usr/local/share/bash-completion/completions/zoomhook",
        ],
        start_files: &[".bashrc", ".bash_profile", ".profile"],
    },
    ShellPlaces {
        name: "zsh",
        in_home: &[".zfunc/_zoomhook"],
        of_system: &[
            "/usr/share/zsh/vendor-completions/_zoomhook",
            "/usr/share/zsh/site-functions/_zoomhook",
            "/usr/local/share/zsh/site-functions/_zoomhook",
            "/opt/homebrew/share/zsh/site-functions/_zoomhook",
        ],
        start_files: &[".zshrc", ".zprofile"],
    },
    ShellPlaces {
        name: "fish",
        in_home: &[".config/fish/completions/zoomhook.fish"],
        of_system: &[
            "/usr/share/fish/vendor_completions.d/zoomhook.fish",
            "/usr/local/share/fish/vendor_completions.d/zoomhook.fish",
        ],
        start_files: &[".config/fish/config.fish"],
    },
];

/// The usual places of manual pages.
const MAN: [&str; 4] = [
    "/usr/share/man/man1",
    "/usr/local/share/man/man1",
    "/opt/homebrew/share/man/man1",
    ".local/share/man/man1",
];

/// `completions`.
pub(super) fn completions(setup: &Setup) -> SetupFinding {
    let Some(name) = &setup.shell.name else { return SetupFinding::skipped("not known: SHELL is not set") };
    let Some(shell) = SHELLS.iter().find(|shell| shell.name == name) else {
        return SetupFinding::skipped(format!("not known for {name}"));
    };
    let in_home = |path: &&str| setup.shell.home.as_ref().map(|home| home.join(path));
    let files = shell.in_home.iter().filter_map(in_home).chain(shell.of_system.iter().map(PathBuf::from));
    if let Some(file) = files.into_iter().find(|file| file.is_file()) {
        return SetupFinding::pass(file.display().to_string());
    }
    let mut start_files = shell.start_files.iter().filter_map(in_home);
    if let Some(file) = start_files.find(|file| mentions_us(file)) {
        return SetupFinding::pass(format!("{} loads them", file.display()));
    }
    SetupFinding::skipped("not known: they are not in the usual places")
        .with_remedy(format!("To print them, and where they belong:\n  zoomhook completions {name} --help"))
}

fn mentions_us(file: &Path) -> bool {
    std::fs::read(file).is_ok_and(|text| String::from_utf8_lossy(&text).contains("zoomhook"))
}

/// `man-page`.
pub(super) fn man_page(setup: &Setup) -> SetupFinding {
    if cfg!(windows) {
        return SetupFinding::skipped("Windows has no manual pages");
    }
    let home = setup.shell.home.clone().unwrap_or_default();
    // An absolute path replaces the home.
    let folders = MAN.iter().map(|folder| home.join(folder));
    let files = folders.flat_map(|folder| ["zoomhook.1", "zoomhook.1.gz"].map(|name| folder.join(name)));
    match files.into_iter().find(|file| file.is_file()) {
        Some(file) => SetupFinding::pass(file.display().to_string()),
        None => SetupFinding::skipped("not known: it is not in the usual places")
            .with_remedy("To install the pages:\n  zoomhook man --dir ~/.local/share/man/man1"),
    }
}

/// `terminal`.
pub(super) fn terminal(shell: &ShellSetup) -> SetupFinding {
    if !shell.is_terminal {
        return SetupFinding::skipped("the output is not a terminal");
    }
    if cfg!(windows) {
        return SetupFinding::skipped("not known on Windows");
    }
    let Some((variable, value)) = &shell.locale else {
        return SetupFinding::skipped("not known: LC_ALL, LC_CTYPE and LANG are not set");
    };
    let folded = value.to_ascii_lowercase();
    if folded.contains("utf-8") || folded.contains("utf8") {
        return SetupFinding::pass(format!("{variable}={value}"));
    }
    SetupFinding::warn(
        format!(
            "{variable} is {value}, which is not UTF-8. The terminal may show other characters for ✓, ▲ and ✗."
        ),
        "Set a locale of UTF-8, such as LANG=C.UTF-8.",
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::doctor::SetupStatus;

    #[test]
    fn only_a_known_character_set_is_a_warning() {
        let with = |locale: Option<&str>, is_terminal| {
            let locale = locale.map(|value| ("LANG".to_owned(), value.to_owned()));
            terminal(&ShellSetup { locale, is_terminal, ..ShellSetup::default() }).status
        };
        assert_eq!(with(Some("C"), true), SetupStatus::Warn);
        assert_eq!(with(Some("en_US.UTF-8"), true), SetupStatus::Pass);
        assert_eq!((with(None, true), with(Some("C"), false)), (SetupStatus::Skipped, SetupStatus::Skipped));
    }
}
