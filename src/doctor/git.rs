//! `git`: could a `.env` file with a token get into a repository? git itself is asked.

use std::io::ErrorKind;
use std::path::Path;

use super::programs::{self, ProgramOutput};
use super::{EnvFile, Setup, SetupFinding, SetupFix};

/// What git says about a file.
enum InGit {
    /// A commit of a branch or a tag has it.
    Committed,
    /// It is tracked, and no such commit has it.
    Staged,
    NotIgnored,
    Ignored,
    /// It is not in a repository.
    Outside,
    /// git cannot tell, for this reason.
    Unknown(String),
}

pub(super) fn examine(setup: &Setup) -> SetupFinding {
    if setup.env_files.is_empty() {
        return SetupFinding::skipped("no .env file of yours sets a token");
    }
    let asked: Vec<_> = setup.env_files.iter().map(|file| (file, ask(&file.path))).collect();
    for (file, answer) in &asked {
        let shown = file.shown.display();
        match answer {
            InGit::Committed => return committed(file),
            InGit::Staged => return staged(file),
            InGit::Unknown(reason) => return SetupFinding::skipped(format!("not known: {reason}")),
            InGit::NotIgnored => {
                let fix = ignore(&file.path);
                let finding = SetupFinding::warn(
                    format!("{shown} has a token, and git does not ignore it: `git add .` would commit it."),
                    format!("Add {} to .gitignore.", name_of(&file.path)),
                );
                return match fix {
                    Some(fix) => finding.with_fix(fix),
                    None => finding,
                };
            }
            InGit::Ignored | InGit::Outside => {}
        }
    }
    let names = |wanted: fn(&InGit) -> bool| -> Vec<String> {
        let found = asked.iter().filter(|(_, answer)| wanted(answer));
        found.map(|(file, _)| file.shown.display().to_string()).collect()
    };
    let ignored = names(|answer| matches!(answer, InGit::Ignored));
    if ignored.is_empty() {
        return SetupFinding::skipped("no .env file with a token is in a git repository");
    }
    SetupFinding::pass(format!("git ignores {}", ignored.join(" and ")))
}

fn committed(file: &EnvFile) -> SetupFinding {
    let (shown, name) = (file.shown.display(), name_of(&file.path));
    SetupFinding::fail(
        format!(
            "{shown} has a token, and git tracks it: whoever can read the repository can read the token."
        ),
        format!(
            "Regenerate the token in Marketplace, because commits keep the old one. Stop tracking the file, and add \
             {name} to .gitignore:\n  git rm --cached {shown}"
        ),
    )
}

fn staged(file: &EnvFile) -> SetupFinding {
    let (shown, name) = (file.shown.display(), name_of(&file.path));
    SetupFinding::fail(
        format!("{shown} has a token, and git tracks it: the next commit would contain the token."),
        format!("Stop tracking the file, and add {name} to .gitignore:\n  git rm --cached {shown}"),
    )
}

/// The change of `.gitignore` that makes git ignore a file, if git would track it.
pub(super) fn fix_for(path: &Path) -> Option<SetupFix> {
    matches!(ask(path), InGit::NotIgnored).then(|| ignore(path)).flatten()
}

fn ignore(path: &Path) -> Option<SetupFix> {
    let gitignore = path.parent()?.join(".gitignore");
    Some(SetupFix::IgnoreInGit { gitignore, file: name_of(path) })
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Asks git about a file, which need not exist. No program that the repository configures is run.
fn ask(path: &Path) -> InGit {
    let (Some(folder), name) = (path.parent().filter(|folder| folder.is_dir()), name_of(path)) else {
        return InGit::Outside;
    };
    let git = |arguments: &[&str]| {
        programs::run("git", &[&["-c", "core.fsmonitor=false"], arguments].concat(), Some(folder))
    };
    let inside = match git(&["rev-parse", "--is-inside-work-tree"]) {
        Ok(answer) => answer,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let is_repository = folder.ancestors().any(|above| above.join(".git").exists());
            return if is_repository {
                InGit::Unknown("git is not installed".to_owned())
            } else {
                InGit::Outside
            };
        }
        Err(error) => return InGit::Unknown(format!("git cannot be started: {error}")),
    };
    match inside {
        ProgramOutput { code: Some(0), text } if text.trim() == "true" => {}
        ProgramOutput { text, .. } if text.contains("dubious ownership") => {
            return InGit::Unknown(
                "the repository belongs to another user, so git does not read it".to_owned(),
            );
        }
        _ => return InGit::Outside,
    }
    match git(&["ls-files", "--error-unmatch", "--", &name]).map(|answer| answer.code) {
        Ok(Some(0)) => {
            return match git(&["rev-list", "--all", "HEAD", "--max-count=1", "--", &name]) {
                Ok(ProgramOutput { code: Some(0), text }) if !text.trim().is_empty() => InGit::Committed,
                // Without any commit, git does not know HEAD.
                _ => InGit::Staged,
            };
        }
        Ok(Some(1)) => {}
        _ => return InGit::Unknown("git ls-files failed".to_owned()),
    }
    match git(&["check-ignore", "--quiet", "--", &name]).map(|answer| answer.code) {
        Ok(Some(0)) => InGit::Ignored,
        Ok(Some(1)) => InGit::NotIgnored,
        _ => InGit::Unknown("git check-ignore failed".to_owned()),
    }
}
