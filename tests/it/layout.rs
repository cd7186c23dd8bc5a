//! The layout of `src/`: every part imports only what its layer allows. `src/lib.rs` describes the layers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Pure parts, each with the pure parts that it may import.
const PURE: &[(&str, &[&str])] = &[
    ("json", &[]),
    ("zoom", &["json"]),
    ("capture", &["json"]),
    ("delivery", &["json", "zoom"]),
    ("diagnosis", &["json", "zoom", "capture", "delivery"]),
    ("probe", &["zoom"]),
    ("state_folder", &[]),
    ("system_words", &[]),
];

/// Parts with I/O that the other parts with I/O may import.
const BELOW_IO: &[&str] = &["child", "files", "http"];

/// The other parts with I/O. They may import the pure parts and [`BELOW_IO`], and not one another.
const WITH_IO: &[&str] = &[
    "listener",
    "tunnel",
    "forward",
    "send",
    "check",
    "verify",
    "history",
    "replay",
    "stream",
    "instances",
    "learned_file",
    "read_token",
    "keys",
    "watch",
];

/// The program, from bottom to top, and what the fuzz targets call. Each may import everything below it. `doctor` looks at
/// the other parts, so it is above those with I/O, and below `report`, which prints what it finds. `inspector` is a second
/// view: its JSON is that of `report`. `mcp` is a third one, over the API of `inspector`.
const PROGRAM: &[&str] =
    &["doctor", "report", "inspector", "follow_history", "session", "settings", "mcp", "commands", "fuzzing"];

/// Whether the rules let `part` import `import`; `None` for a part that has no rule yet.
fn is_allowed(part: &str, import: &str) -> Option<bool> {
    let is_pure = |name: &str| PURE.iter().any(|(pure, _)| *pure == name);
    if let Some((_, allowed)) = PURE.iter().find(|(pure, _)| *pure == part) {
        return Some(allowed.contains(&import));
    }
    if BELOW_IO.contains(&part) {
        return Some(is_pure(import));
    }
    if WITH_IO.contains(&part) {
        return Some(is_pure(import) || BELOW_IO.contains(&import));
    }
    let position = |name: &str| PROGRAM.iter().position(|program| *program == name);
    let own = position(part)?;
    Some(
        is_pure(import)
            || BELOW_IO.contains(&import)
            || WITH_IO.contains(&import)
            || position(import).is_some_and(|position| position < own),
    )
}

/// The source files of each part.
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

/// The parts that a source names as `crate::part` in code. Links in docs do not count.
fn imports(source: &str) -> Vec<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1).map(str::to_owned).collect::<Vec<_>>())
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn a_part_imports_only_what_its_layer_allows() {
    for (part, files) in sources() {
        for file in files {
            for import in imports(&std::fs::read_to_string(&file).unwrap()) {
                assert!(!import.is_empty(), "{}: write one `use crate::…` a line", file.display());
                let allowed = is_allowed(&part, &import);
                let allowed = allowed.unwrap_or_else(|| panic!("{part} is a new part: add it to this file"));
                assert!(import == part || allowed, "{} imports {import}, {part} may not", file.display());
            }
        }
    }
}

#[test]
fn pure_parts_do_not_import_in_circles() {
    let position = |name: &str| PURE.iter().position(|(part, _)| *part == name).unwrap();
    for (part, allowed) in PURE {
        for import in *allowed {
            assert!(position(import) < position(part), "{part} and {import}");
        }
    }
}

/// The types that a source declares for others, at the top level: `pub struct Name`, and with a narrower `pub(…)`.
fn public_types(source: &str) -> Vec<String> {
    let declared = |line: &str| {
        let rest = line.strip_prefix("pub")?;
        let rest = match rest.strip_prefix('(') {
            Some(narrow) => narrow.split_once(") ")?.1,
            None => rest.strip_prefix(' ')?,
        };
        let name = ["struct ", "enum ", "trait ", "type "].iter().find_map(|kind| rest.strip_prefix(kind))?;
        Some(name.chars().take_while(|c| c.is_alphanumeric()).collect())
    };
    source.lines().filter_map(declared).collect()
}

#[test]
fn public_type_names_are_unique() {
    let mut places = BTreeMap::<String, Vec<String>>::new();
    for file in sources().into_values().flatten() {
        for name in public_types(&std::fs::read_to_string(&file).unwrap()) {
            places.entry(name).or_default().push(file.display().to_string());
        }
    }
    // Two forms of one type, for two platforms.
    places.retain(|name, _| !["CheckedFolder", "FoundFile", "Guard", "Identity"].contains(&name.as_str()));
    let repeated: Vec<_> = places.into_iter().filter(|(_, places)| places.len() > 1).collect();
    assert!(repeated.is_empty(), "{repeated:#?}");
}

/// Files outside `report/` that write to a terminal: the hidden prompt, and the mode of the keys.
const WRITERS: &[&str] = &["settings/prompt.rs", "keys/keyboard/windows.rs"];

#[test]
fn only_the_report_writes_to_stdout_and_stderr() {
    for file in sources().into_iter().filter(|(part, _)| part != "report").flat_map(|(_, files)| files) {
        if WRITERS.iter().any(|writer| file.ends_with(writer)) {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let writes = |line: &&str| {
            let names_a_stream = ["stdout()", "stderr()"].iter().any(|stream| line.contains(stream));
            let asks_or_sets_up = ["is_terminal()", "use_stderr()", "to_stdout()"];
            (names_a_stream && !asks_or_sets_up.iter().any(|harmless| line.contains(harmless)))
                // How the parser of the command line prints its errors by itself.
                || line.contains("error.print()")
                || line.contains("error.exit()")
        };
        let written: Vec<_> = code.filter(writes).collect();
        assert!(written.is_empty(), "{}: {written:?}", file.display());
    }
}
