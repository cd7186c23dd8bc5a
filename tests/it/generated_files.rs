//! `completions/` has exactly the scripts that the program prints.

use std::path::{Path, PathBuf};

use zoomhook::commands::{SHELLS, completions_file_name, completions_script};

/// The variable that makes the test write the files instead of comparing them.
const REGENERATE: &str = "ZOOMHOOK_REGENERATE";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("completions")
}

#[test]
fn completion_scripts_are_up_to_date() {
    for shell in SHELLS {
        let path = folder().join(completions_file_name(shell));
        let script = completions_script(shell);
        if std::env::var_os(REGENERATE).is_some() {
            std::fs::write(&path, &script).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(
            kept == script,
            "{} is stale. To write it again: {REGENERATE}=1 cargo test --test it generated_files",
            path.display()
        );
    }
    assert_eq!(std::fs::read_dir(folder()).unwrap().count(), SHELLS.len(), "completions/ has another file");
}
