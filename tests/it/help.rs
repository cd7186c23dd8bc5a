//! `--help` of every command, and the manual page, as files in `snapshots/`. Width: 100 columns, as in a pipe.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::process::run;
use crate::support::snapshot::shown;

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    let list = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    lines.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

/// Compares the help of a command and of all commands below it; adds the names of the snapshots.
fn compare(path: &[&str], names: &mut BTreeSet<String>) {
    let finished = run(&[path, &["--help"]].concat());
    let name = ["zoomhook"].iter().chain(path).copied().collect::<Vec<_>>().join("_");
    insta::assert_snapshot!(name.clone(), shown(&finished));
    names.insert(format!("it__help__{name}.snap"));
    for command in commands(&finished.stdout) {
        compare(&[path, &[command]].concat(), names);
    }
}

#[test]
fn every_command_has_its_help_in_a_snapshot() {
    let mut names = BTreeSet::from(["it__help__manual_page.snap".to_owned()]);
    compare(&[], &mut names);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let files =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<_> =
        files.filter(|name| name.starts_with("it__help__") && name.ends_with(".snap")).collect();
    assert_eq!(files, names, "a snapshot of a command that does not exist any more");
}

#[test]
fn the_manual_page_is_as_its_snapshot() {
    insta::assert_snapshot!("manual_page", shown(&run(&["man"])));
}
