//! Where the text for an agent goes, and what writing it changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::section::{Found, UnclearMarkers, added, found, written};
use crate::commands::{ExitStatus, Failure};

/// An agent's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AgentPlace {
    Claude,
    Codex,
    Cursor,
}

/// What writing changes.
#[derive(Debug)]
pub(super) struct FileChange {
    /// The folder of the project.
    root: PathBuf,
    path: PathBuf,
    name: &'static str,
    before: String,
    /// `None` if the file is removed.
    after: Option<String>,
}

impl AgentPlace {
    /// The path in the project.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Claude => ".claude/skills/zoomhook/SKILL.md",
            Self::Codex => "AGENTS.md",
            Self::Cursor => ".cursor/rules/zoomhook.mdc",
        }
    }

    /// What a file of its own begins with: the rest is a section, as in a file that has other text.
    fn head(self) -> &'static str {
        match self {
            Self::Claude => CLAUDE_HEAD,
            Self::Codex => "",
            Self::Cursor => CURSOR_HEAD,
        }
    }

    /// The change that puts `skill` there, or removes it; `None` if nothing changes.
    ///
    /// # Errors
    /// The file cannot be read, or which text in it is that of zoomhook is not clear.
    pub(super) fn change(self, root: &Path, skill: Option<&str>) -> Result<Option<FileChange>, Failure> {
        let path = root.join(self.name());
        let before = match fs::read_to_string(&path) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                return Err(Failure::new(ExitStatus::Usage, message));
            }
        };
        let after = match (&before, skill) {
            (None, None) => None,
            (None, Some(skill)) => Some(format!("{}{}", self.head(), written(skill, "\n") + "\n")),
            (Some(text), skill) => {
                let found = found(text).map_err(|fault| self.unclear(&fault))?;
                self.changed(text, found, skill)?
            }
        };
        let is_same = after == before;
        Ok((!is_same).then(|| FileChange {
            root: root.to_owned(),
            path,
            name: self.name(),
            before: before.unwrap_or_default(),
            after,
        }))
    }

    /// A file that exists, after the change; `None` if only text that zoomhook wrote was in it.
    fn changed(
        self,
        text: &str,
        found: Option<Found<'_>>,
        skill: Option<&str>,
    ) -> Result<Option<String>, Failure> {
        Ok(match (found, skill) {
            (Some(found), Some(skill)) => Some(found.replaced(skill)),
            (Some(found), None) if found.is_all_after(self.head()) => None,
            (Some(found), None) => Some(found.removed()),
            (None, None) => Some(text.to_owned()),
            (None, Some(skill)) if self == Self::Codex => Some(added(text, skill)),
            (None, Some(_)) => {
                let message = format!("{} exists, and zoomhook did not write it", self.name());
                return Err(Failure::new(ExitStatus::Usage, message).with_hint(
                    "Move it to another name, or add the text by hand: zoomhook agent setup --print",
                ));
            }
        })
    }

    fn unclear(self, fault: &UnclearMarkers) -> Failure {
        Failure::new(ExitStatus::Usage, format!("{}: {fault}", self.name()))
            .with_hint("Nothing was changed. Correct these lines by hand, and run this again.")
    }
}

const CLAUDE_HEAD: &str = "---
name: zoomhook
description: Receive, verify, debug and test Zoom webhooks. Use it for code that handles Zoom's webhook events, for signatures that do not match, and for events that do not arrive.
---

";

const CURSOR_HEAD: &str = "---
description: Receive, verify, debug and test Zoom webhooks
alwaysApply: false
---

";

impl FileChange {
    /// The changed lines, as `diff -u` shows them.
    pub(super) fn diff(&self) -> String {
        let (before, after) = (lines(&self.before), lines(self.after.as_deref().unwrap_or_default()));
        let head = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
        let rest = before.len().min(after.len()) - head;
        let tail =
            before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(one, other)| one == other);
        let tail = tail.count();
        let removed = before[head..before.len() - tail].iter().map(|line| format!("-{line}\n"));
        let added = after[head..after.len() - tail].iter().map(|line| format!("+{line}\n"));
        format!("--- {0}\n+++ {0}\n{1}", self.name, removed.chain(added).collect::<String>())
    }

    /// Writes the file, or removes it, and the folders that are empty then, if nothing of it is left.
    pub(super) fn write(&self) -> io::Result<()> {
        match &self.after {
            None => {
                fs::remove_file(&self.path)?;
                let folders = self.path.ancestors().skip(1).take_while(|folder| *folder != self.root);
                for folder in folders {
                    // It fails for a folder with other files, which stays, as the ones above it do.
                    if fs::remove_dir(folder).is_err() {
                        break;
                    }
                }
                Ok(())
            }
            Some(text) => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder)?;
                }
                fs::write(&self.path, text)
            }
        }
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}
