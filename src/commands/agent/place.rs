//! Where the text for an agent goes, and what writing it changes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::commands::{ExitStatus, Failure};

/// Marks the text in a file that has others.
const BEGIN: &str = "<!-- zoomhook agent setup: begin -->";
const END: &str = "<!-- zoomhook agent setup: end -->";

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

    /// The change that puts `skill` there, or removes it; `None` if nothing changes.
    pub(super) fn change(self, root: &Path, skill: Option<&str>) -> Result<Option<FileChange>, Failure> {
        let path = root.join(self.name());
        let before = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => {
                let message = format!("cannot read {}: {error}", path.display());
                return Err(Failure::new(ExitStatus::Usage, message));
            }
        };
        let after = match self {
            Self::Codex => with_section(&before, skill),
            Self::Claude => skill.map(|skill| format!("{CLAUDE_HEAD}{skill}")),
            Self::Cursor => skill.map(|skill| format!("{CURSOR_HEAD}{skill}")),
        };
        let is_same = after.as_deref().unwrap_or_default() == before;
        Ok((!is_same).then_some(FileChange { path, name: self.name(), before, after }))
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

/// A file with the section in place of its former one, or at the end; `None` if nothing is left of the file.
fn with_section(text: &str, skill: Option<&str>) -> Option<String> {
    let found = text.find(BEGIN).and_then(|begin| {
        let end = begin + text[begin..].find(END)? + END.len();
        Some((&text[..begin], text[end..].trim_start_matches('\n')))
    });
    let (head, tail) = found.unwrap_or((text, ""));
    let head = head.trim_end();
    let section = skill.map(|skill| format!("{BEGIN}\n{}\n{END}", skill.trim_end()));
    let parts: Vec<_> = [Some(head), section.as_deref(), Some(tail.trim_end())]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n\n") + "\n")
}

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

    /// Writes the file, or removes it if nothing of it is left.
    pub(super) fn write(&self) -> io::Result<()> {
        match &self.after {
            None => fs::remove_file(&self.path),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_added_replaced_and_removed_without_a_trace() {
        let own = "# My rules\n\nBe brief.\n";
        let added = with_section(own, Some("one\n")).unwrap();
        assert_eq!(added, format!("{own}\n{BEGIN}\none\n{END}\n"));
        let longer = format!("{added}\n## More\n");
        let replaced = with_section(&longer, Some("two\n")).unwrap();
        assert_eq!(replaced, format!("{own}\n{BEGIN}\ntwo\n{END}\n\n## More\n"));
        assert_eq!(with_section(&replaced, Some("two\n")).unwrap(), replaced);
        assert_eq!(with_section(&replaced, None).unwrap(), format!("{own}\n## More\n"));
        assert_eq!(with_section(&added, None).unwrap(), own);
        assert_eq!(with_section(&with_section("", Some("one")).unwrap(), None), None);
    }
}
