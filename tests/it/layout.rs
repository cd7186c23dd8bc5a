//! Arrows point one way: holds the `use crate::` lines of the source against the picture in `src/lib.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What each part may import of ours. Siblings that do I/O never import one another.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("zoom", &[]),
    ("capture", &[]),
    ("delivery", &["zoom"]),
    ("record", &["zoom", "capture", "delivery"]),
    ("summary", &["zoom", "delivery"]),
    ("notice", &["zoom", "delivery", "summary"]),
    ("selection", &["zoom", "delivery"]),
    ("expectation", &["delivery", "selection"]),
    ("keys", &["delivery", "notice", "selection"]),
    ("diagnosis", &["zoom", "delivery"]),
    ("state_folder", &[]),
    ("system_words", &[]),
    ("probe", &["zoom"]),
    ("inspection", &["zoom", "delivery", "capture", "diagnosis"]),
    ("listener", &["zoom", "delivery", "notice", "probe"]),
    ("tunnel", &["notice", "probe"]),
    ("relay", &["delivery", "selection", "system_words"]),
    ("posting", &["zoom", "delivery", "record", "diagnosis"]),
    ("sender", &["zoom", "posting", "system_words"]),
    ("verification", &["capture", "inspection"]),
    ("watch", &[]),
    ("session_registry", &[]),
    ("history", &["zoom", "delivery", "notice", "selection", "record", "state_folder"]),
    ("keyboard", &["keys"]),
    (
        "report",
        &[
            "zoom",
            "delivery",
            "notice",
            "summary",
            "keys",
            "capture",
            "diagnosis",
            "inspection",
            "posting",
            "record",
            "system_words",
        ],
    ),
    (
        "settings",
        &[
            "zoom",
            "delivery",
            "record",
            "notice",
            "selection",
            "expectation",
            "capture",
            "diagnosis",
            "inspection",
            "listener",
            "tunnel",
            "relay",
            "sender",
            "verification",
            "history",
            "state_folder",
            "session_registry",
            "report",
        ],
    ),
    (
        "session",
        &[
            "record",
            "zoom",
            "delivery",
            "notice",
            "summary",
            "selection",
            "expectation",
            "keys",
            "diagnosis",
            "history",
            "session_registry",
            "keyboard",
            "probe",
            "listener",
            "tunnel",
            "relay",
            "report",
        ],
    ),
    (
        "commands",
        &[
            "zoom",
            "capture",
            "delivery",
            "notice",
            "record",
            "history",
            "listener",
            "tunnel",
            "relay",
            "watch",
            "diagnosis",
            "inspection",
            "verification",
            "report",
            "posting",
            "sender",
            "settings",
            "session",
            "selection",
            "expectation",
        ],
    ),
];

fn sources() -> BTreeMap<String, Vec<PathBuf>> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut parts = BTreeMap::<String, Vec<PathBuf>>::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&src).unwrap();
                let part = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
                parts.entry(part.to_owned()).or_default().push(path);
            }
        }
    }
    for root in ["lib", "main"] {
        parts.remove(root).expect("src/lib.rs and src/main.rs");
    }
    parts
}

/// The parts that a source names as `crate::part`, in code; links in docs are no imports.
fn imports(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn every_part_imports_only_what_stands_above_it() {
    for (part, files) in sources() {
        let (_, allowed) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == part)
            .unwrap_or_else(|| panic!("{part} is new: add it"));
        for file in files {
            for import in imports(&std::fs::read_to_string(&file).unwrap()) {
                assert!(
                    import == part || allowed.contains(&&*import),
                    "{} imports {import}, which {part} may not",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn every_part_says_what_it_uses_and_who_uses_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (part, _) in MAY_IMPORT.iter().filter(|(part, _)| src.join(part).is_dir()) {
        // The protocol uses nothing, and everything uses it.
        if *part == "zoom" {
            continue;
        }
        let docs = std::fs::read_to_string(src.join(part).join("mod.rs")).unwrap();
        assert!(docs.contains("//! Uses: ") && docs.contains("Used by: "), "src/{part}/mod.rs");
    }
}

#[test]
fn the_picture_has_no_circle() {
    let position = |name: &str| MAY_IMPORT.iter().position(|(part, _)| *part == name).unwrap();
    for (part, allowed) in MAY_IMPORT {
        for import in *allowed {
            assert!(position(import) < position(part), "{part} and {import}");
        }
    }
}
