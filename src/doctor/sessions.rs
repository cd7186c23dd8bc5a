//! `sessions`: which `listen`s run on this machine, and what killed ones have left.

use super::{Setup, SetupFinding};
use crate::instances;

pub(super) fn examine(setup: &Setup) -> SetupFinding {
    let Some(folder) = &setup.instances_folder else {
        return SetupFinding::skipped("not known: there is no home folder, so listens are not registered");
    };
    let found = match instances::survey(folder) {
        Ok(found) => found,
        Err(reason) => {
            return SetupFinding::untrusted(
                format!("The list of running listens is not used: {reason}"),
                &reason,
                "Name the endpoint of other commands with --to.",
            );
        }
    };
    let running: Vec<_> =
        found.running.iter().map(|entry| format!("{} (pid {})", entry.url, entry.pid)).collect();
    let detail = match running.as_slice() {
        [] => "no listen is running".to_owned(),
        running => format!("running: {}", running.join(", ")),
    };
    SetupFinding::pass(match found.left_behind {
        0 => detail,
        1 => format!("{detail}; removed the files of 1 killed listen"),
        count => format!("{detail}; removed the files of {count} killed listens"),
    })
}
