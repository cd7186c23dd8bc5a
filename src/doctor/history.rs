//! `history`: can the file be read and written, and is there room on its disk?

use super::{Setup, SetupCheck, SetupFinding, sentence};
use crate::history::{self, HistoryError, HistoryHealth};

/// With less free space, the history cannot grow to its usual size.
const LITTLE: u64 = 50 << 20;

const MIB: u64 = 1 << 20;

pub(super) fn examine(setup: &Setup) -> SetupFinding {
    let file = match &setup.history_file {
        Ok(file) => file,
        Err(problem) => return problem.found_by(SetupCheck::History),
    };
    let health = match history::examine(file) {
        Ok(health) => health,
        Err(HistoryError::Untrusted { ref path, ref reason }) => {
            return SetupFinding::untrusted(
                format!("The history {} is not used: {reason}", path.display()),
                reason,
                "Name another file with --history-file.",
            );
        }
        Err(error) => {
            return SetupFinding::fail(sentence(&error.to_string()), error.hint().unwrap_or_default());
        }
    };
    let HistoryHealth { count, free, network } = health;
    let shown = file.display();
    let room = free.map(|free| format!(", {} MiB free on its disk", free / MIB)).unwrap_or_default();
    if free == Some(0) {
        let remedy = "Free disk space, or name a file on another disk with --history-file.";
        return SetupFinding::fail(format!("The disk of {shown} is full."), remedy);
    }
    if let Some(kind) = network {
        return SetupFinding::warn(
            format!(
                "{shown} is on a network file system ({kind}). SQLite's locks do not work on all of them."
            ),
            "Name a file on a local disk with --history-file.",
        );
    }
    let stored = match count {
        None => format!("{shown} does not exist yet and can be created{room}"),
        Some(1) => format!("{shown}, 1 delivery{room}"),
        Some(count) => format!("{shown}, {count} deliveries{room}"),
    };
    match free.filter(|free| *free < LITTLE) {
        Some(_) => SetupFinding::warn(
            format!("{stored}."),
            "Free disk space, or start listen with a lower --history-max.",
        ),
        None => SetupFinding::pass(stored),
    }
}
