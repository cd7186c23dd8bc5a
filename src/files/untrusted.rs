//! The rule for the owner and the mode of each part of a path, and what repairs a part that breaks it. Pure.

#[cfg(unix)]
use std::fmt;
use std::path::{Path, PathBuf};

#[cfg(unix)]
use super::Accounts;

/// Another user controls a part of a path: that user could replace what zoomhook reads or writes there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct UntrustedPath {
    what: String,
    repair: PathRepair,
}

/// What repairs a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathRepair {
    advice: String,
    command: String,
    path: PathBuf,
}

impl UntrustedPath {
    /// What repairs it.
    #[must_use]
    pub fn repair(&self) -> &PathRepair {
        &self.repair
    }
}

impl PathRepair {
    /// A sentence before the command, without the full stop.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }

    /// The command without its last argument, which is [`PathRepair::path`].
    #[must_use]
    pub fn command(&self) -> &str {
        &self.command
    }

    /// The path, to be quoted for a shell.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A part of a path.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathPart {
    /// A folder above the folder of the file.
    Above,
    /// The folder of the file.
    Last,
    /// A symbolic link. Its mode means nothing.
    Link,
    /// The file. Its mode is not checked: a file that others can write to gets a new mode.
    File,
}

#[cfg(unix)]
impl fmt::Display for PathPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Above | Self::Last => "folder",
            Self::Link => "link",
            Self::File => "file",
        })
    }
}

/// Owner, group and mode of a part.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathFacts {
    pub(super) owner: u32,
    pub(super) group: u32,
    /// The permissions, with the sticky bit.
    pub(super) mode: u32,
}

/// What is wrong with a part.
#[cfg(unix)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathFault {
    /// It belongs to another user.
    Owner,
    /// Any user can write to it.
    Others,
    /// Members of a group can write to it.
    Group,
    /// Others can create files in it, but not replace files: `/tmp`.
    Sticky,
}

/// The rule for a user.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct PathRule {
    /// The user of this process.
    pub(super) user: u32,
    /// The owner of `/`, who can replace every program. Root, except in a container that does not show root.
    pub(super) system: u32,
}

#[cfg(unix)]
impl PathRule {
    /// The users who may own a part.
    fn trusted(&self) -> [u32; 3] {
        [self.user, 0, self.system]
    }

    /// What is wrong with a part, if anything.
    pub(super) fn fault(
        &self,
        part: PathPart,
        facts: PathFacts,
        accounts: impl FnOnce() -> Accounts,
    ) -> Option<PathFault> {
        if !self.trusted().contains(&facts.owner) {
            return Some(PathFault::Owner);
        }
        let is_sticky = facts.mode & 0o1000 != 0;
        if matches!(part, PathPart::Link | PathPart::File) || (part == PathPart::Above && is_sticky) {
            return None;
        }
        let fault = if facts.mode & 0o002 != 0 {
            PathFault::Others
        } else if facts.mode & 0o020 != 0 && !accounts().is_private(facts.group, &self.trusted()) {
            PathFault::Group
        } else {
            return None;
        };
        Some(if is_sticky { PathFault::Sticky } else { fault })
    }

    /// The error for a fault.
    pub(super) fn untrusted(
        &self,
        part: PathPart,
        path: &Path,
        facts: PathFacts,
        fault: PathFault,
        accounts: &Accounts,
    ) -> UntrustedPath {
        let PathFacts { owner, group, mode } = facts;
        let (shown, by) = (path.display(), accounts.user(owner));
        let mode = format!("mode {:04o}", mode & 0o7777);
        let state = format!("(owner {by}, {mode})");
        let what = match fault {
            PathFault::Owner => {
                let user = accounts.user(self.user);
                format!("the {part} {shown} belongs to {by}, and zoomhook runs as {user} ({mode})")
            }
            PathFault::Others => format!("any user can write to the {part} {shown} {state}"),
            PathFault::Group => {
                format!("members of {} can write to the {part} {shown} {state}", accounts.group(group))
            }
            PathFault::Sticky => format!("other users can create files in the {part} {shown} {state}"),
        };
        let sudo =
            if self.user == 0 || (fault != PathFault::Owner && owner == self.user) { "" } else { "sudo " };
        let option = if part == PathPart::Link { "-h " } else { "" };
        let only_owner = "Let only the owner write to it".to_owned();
        let (advice, command, path) = match fault {
            PathFault::Owner => (
                format!(
                    "Run zoomhook as {by}. If the {part} is meant for {}, change its owner",
                    accounts.user(self.user)
                ),
                format!("{sudo}chown {option}{}", accounts.argument(self.user)),
                path.to_owned(),
            ),
            PathFault::Others => (only_owner, format!("{sudo}chmod go-w"), path.to_owned()),
            PathFault::Group => (only_owner, format!("{sudo}chmod g-w"), path.to_owned()),
            PathFault::Sticky => (
                "Create a folder of your own, and name a file in it".to_owned(),
                "mkdir -m 700".to_owned(),
                path.join("zoomhook"),
            ),
        };
        UntrustedPath { what, repair: PathRepair { advice, command, path } }
    }
}

#[cfg(all(test, unix, not(target_vendor = "apple")))]
mod tests {
    use super::*;

    const RULE: PathRule = PathRule { user: 1000, system: 0 };

    fn accounts() -> Accounts {
        Accounts::new(
            "root:x:0:0::/root:/bin/sh\njill:x:1000:1000::/:/bin/sh\njack:x:1001:1001::/:/bin/sh",
            "root:x:0:\njill:x:1000:\ndevs:x:2000:jill,jack",
        )
    }

    fn fault(part: PathPart, owner: u32, group: u32, mode: u32) -> Option<PathFault> {
        RULE.fault(part, PathFacts { owner, group, mode }, accounts)
    }

    #[test]
    fn accepts_ordinary_folders() {
        for (owner, group, mode) in [
            (0, 0, 0o755),
            (1000, 1000, 0o755),
            (1000, 1000, 0o700),
            // A user-private group, as Debian and Fedora create it.
            (1000, 1000, 0o775),
            (1000, 1000, 0o2775),
            (0, 1000, 0o775),
            (0, 0, 0o775),
        ] {
            for part in [PathPart::Above, PathPart::Last] {
                assert_eq!(fault(part, owner, group, mode), None, "{owner}:{group} {mode:o}");
            }
        }
        assert_eq!(fault(PathPart::Above, 0, 0, 0o1777), None);
        assert_eq!(fault(PathPart::Link, 0, 0, 0o777), None);
        assert_eq!(fault(PathPart::File, 1000, 2000, 0o666), None);
    }

    #[test]
    fn refuses_folders_that_others_control() {
        for (part, owner, group, mode, expected) in [
            (PathPart::Above, 1001, 0, 0o700, PathFault::Owner),
            (PathPart::Link, 1001, 0, 0o777, PathFault::Owner),
            (PathPart::File, 1001, 0, 0o600, PathFault::Owner),
            // The owner of a folder with the sticky bit can replace its entries.
            (PathPart::Above, 1001, 0, 0o1777, PathFault::Owner),
            (PathPart::Above, 1000, 1000, 0o777, PathFault::Others),
            (PathPart::Above, 1000, 1000, 0o702, PathFault::Others),
            (PathPart::Above, 1000, 2000, 0o775, PathFault::Group),
            (PathPart::Above, 0, 4711, 0o775, PathFault::Group),
            (PathPart::Last, 0, 0, 0o1777, PathFault::Sticky),
            (PathPart::Last, 1000, 2000, 0o1770, PathFault::Sticky),
        ] {
            assert_eq!(fault(part, owner, group, mode), Some(expected), "{owner}:{group} {mode:o}");
        }
    }

    #[test]
    fn each_fault_has_a_reason_and_a_command() {
        let shown = |rule: &PathRule, part, owner, mode, fault| {
            let facts = PathFacts { owner, group: 2000, mode };
            let error = rule.untrusted(part, Path::new("/x"), facts, fault, &accounts());
            let PathRepair { command, path, .. } = error.repair();
            format!("{error}: {command} {}", path.display())
        };
        let root = PathRule { user: 0, system: 0 };
        for (shown, expected) in [
            (
                shown(&RULE, PathPart::Above, 1001, 0o755, PathFault::Owner),
                "the folder /x belongs to jack, and zoomhook runs as jill (mode 0755): sudo chown jill /x",
            ),
            (
                shown(&RULE, PathPart::Link, 4711, 0o777, PathFault::Owner),
                "the link /x belongs to user 4711, and zoomhook runs as jill (mode 0777): \
                 sudo chown -h jill /x",
            ),
            (
                shown(&root, PathPart::Above, 1000, 0o755, PathFault::Owner),
                "the folder /x belongs to jill, and zoomhook runs as root (mode 0755): chown root /x",
            ),
            (
                shown(&RULE, PathPart::Above, 1000, 0o777, PathFault::Others),
                "any user can write to the folder /x (owner jill, mode 0777): chmod go-w /x",
            ),
            (
                shown(&RULE, PathPart::Above, 0, 0o775, PathFault::Group),
                "members of group devs can write to the folder /x (owner root, mode 0775): sudo chmod g-w /x",
            ),
            (
                shown(&RULE, PathPart::Last, 0, 0o1777, PathFault::Sticky),
                "other users can create files in the folder /x (owner root, mode 1777): mkdir -m 700 /x/zoomhook",
            ),
        ] {
            assert_eq!(shown, expected);
        }
    }
}
