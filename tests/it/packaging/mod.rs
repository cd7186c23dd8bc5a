//! What is published: the contents of the crate, the platforms, address and version in all files, `install.sh` against a
//! server on loopback, the launcher of the npm package, and the licenses of third parties.
//!
//! `packaging/test` builds and installs the packages themselves, which takes minutes.

#[cfg(unix)]
mod install_script;
#[cfg(unix)]
mod npm_launcher;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(path)).unwrap()
}

/// Runs a command in the repository; its stdout.
fn output(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).current_dir(ROOT).output();
    let Output { status, stdout, stderr } = done.unwrap();
    assert!(status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// The package in `Cargo.toml`.
fn package() -> Value {
    let metadata = output(env!("CARGO"), &["metadata", "--no-deps", "--offline", "--format-version=1"]);
    serde_json::from_str::<Value>(&metadata).unwrap()["packages"][0].clone()
}

/// The names of all platforms.
fn targets() -> Vec<String> {
    let targets: Vec<Value> = serde_json::from_str(&read("packaging/targets.json")).unwrap();
    targets.iter().map(|target| target["target"].as_str().unwrap().to_owned()).collect()
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// Every file that names the address of the project.
fn published_files() -> Vec<PathBuf> {
    let mut files = files_in(&Path::new(ROOT).join("packaging"));
    files.retain(|path| path.extension().is_none_or(|end| end != "pyc"));
    let others = [
        "Cargo.toml",
        "README.md",
        "RELEASING.md",
        "action.yml",
        "docs/ci.md",
        ".github/workflows/release.yml",
    ];
    files.extend(others.map(|name| Path::new(ROOT).join(name)));
    files
}

#[test]
fn the_crate_has_what_builds_and_documents_it_and_no_test() {
    let list = output(env!("CARGO"), &["package", "--list", "--offline", "--allow-dirty"]);
    let files: Vec<_> = list.lines().map(|line| line.replace('\\', "/")).collect();
    let belongs = |file: &str| {
        let own = [
            "Cargo.toml",
            "Cargo.toml.orig",
            "Cargo.lock",
            ".cargo_vcs_info.json",
            "README.md",
            "CHANGELOG.md",
        ];
        let folders = ["src/", "examples/", "completions/", "LICENSE"];
        own.contains(&file)
            || file == "docs/library.md"
            || folders.iter().any(|folder| file.starts_with(folder))
    };
    let foreign: Vec<_> =
        files.iter().filter(|file| !belongs(file) || file.contains("/snapshots/")).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    for needed in [
        "src/main.rs",
        "src/zoom/catalogue/events.tsv",
        "docs/library.md",
        "LICENSE-MIT",
        "completions/_zoomhook",
    ] {
        assert!(files.iter().any(|file| file == needed), "{needed}");
    }
    // 4.2 MB today. A larger crate has a file that nobody needs to build it.
    let sizes = files.iter().filter_map(|file| Some(Path::new(ROOT).join(file).metadata().ok()?.len()));
    let total: u64 = sizes.sum();
    assert!(total < 6_000_000, "{total} bytes");
}

#[test]
fn every_file_has_the_address_in_cargo_toml() {
    let package = package();
    let address = package["repository"].as_str().unwrap();
    for key in ["homepage", "documentation"] {
        assert_eq!(package[key], address, "{key}");
    }
    let url = Regex::new(r#"https://[^\s"'`<>)]*/zoomhook\b"#).unwrap();
    let (mut same, mut others) = (0, Vec::new());
    for path in published_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        for found in url.find_iter(&text).map(|found| found.as_str()) {
            match found == address {
                true => same += 1,
                false => others.push(format!("{}: {found}", path.display())),
            }
        }
    }
    assert!(others.is_empty(), "{others:#?}");
    assert!(same >= 5, "{same}");
}

#[test]
fn every_platform_is_known_to_the_installer_and_to_the_manifests() {
    let scripts = ["packaging/install.sh", "packaging/github-action.sh"];
    let (formula, winget) =
        ("packaging/homebrew/zoomhook.rb", "packaging/winget/Zoomhook.Zoomhook.installer.yaml");
    let known = targets();
    for target in &known {
        for script in scripts {
            assert!(read(script).contains(target), "{script}: {target}");
        }
        let manifest = if target.contains("windows") { winget } else { formula };
        assert!(read(manifest).contains(&format!("{{{{sha256 {target}}}}}")), "{manifest}: {target}");
    }
    let name = Regex::new(r"\b(?:x86_64|aarch64)-[a-z]+-[a-z]+(?:-[a-z]+)?\b").unwrap();
    for file in scripts.into_iter().chain([formula, winget, "Cargo.toml"]) {
        for named in name.find_iter(&read(file)).map(|found| found.as_str()) {
            assert!(known.iter().any(|target| target == named), "{file}: {named}");
        }
    }
}

#[test]
fn the_manifests_have_the_version_and_the_checksums_of_a_release() {
    let folder = tempfile::tempdir().unwrap();
    let archives = targets().into_iter().enumerate().map(|(number, target)| {
        let end = if target.contains("windows") { "zip" } else { "tar.gz" };
        format!("{number:064}  zoomhook-{target}.{end}\n")
    });
    let sums = folder.path().join("SHA256SUMS");
    std::fs::write(&sums, archives.collect::<String>()).unwrap();
    let written = folder.path().join("manifests");
    output("python3", &["-B", "packaging/manifests.py", sums.to_str().unwrap(), written.to_str().unwrap()]);

    let all: String = files_in(&written).iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(!all.contains("{{"), "{all}");
    let address = package()["repository"].as_str().unwrap().to_owned();
    let version = env!("CARGO_PKG_VERSION");
    for (number, target) in targets().iter().enumerate() {
        assert!(
            all.contains(&format!("{address}/releases/download/v{version}/zoomhook-{target}.")),
            "{target}"
        );
        assert!(all.contains(&format!("{number:064}\"")), "{target}");
    }
}

/// `packaging/test` finds the file in each package that it builds.
#[test]
fn the_licenses_of_everything_in_the_program_are_in_every_package() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("THIRD-PARTY.txt");
    output("python3", &["-B", "packaging/third_party.py", file.to_str().unwrap()]);
    let text = std::fs::read_to_string(file).unwrap();
    // A crate on every platform, one on Windows, one without a license file, sources in this repository, a part of a crate.
    for part in ["tokio 1.", "windows-sys 0.", "alloc-stdlib 0.", "preact", "SQLite"] {
        assert!(text.contains(part), "{part}");
    }
    // Only for tests, and a macro.
    for other in ["\nproptest ", "\nserde_derive "] {
        assert!(!text.contains(other), "{other}");
    }
    for (place, mention) in [
        ("packaging/archive.py", "third_party.NAME"),
        ("packaging/npm/build.py", "third_party.NAME"),
        ("packaging/pypi/pyproject.toml", "license-files = [\"LICENSE*\", \"THIRD-PARTY.txt\"]"),
        ("packaging/docker/Dockerfile", "THIRD-PARTY.txt"),
        ("Cargo.toml", "THIRD-PARTY.txt\", \"usr/share/doc/zoomhook/\""),
        ("Cargo.toml", "THIRD-PARTY.txt\", dest = \"/usr/share/licenses/zoomhook/\""),
    ] {
        assert!(read(place).contains(mention), "{place}");
    }
}

#[test]
fn no_package_has_a_version_of_its_own() {
    let version = env!("CARGO_PKG_VERSION");
    for path in published_files().iter().filter(|path| path.starts_with(Path::new(ROOT).join("packaging"))) {
        assert!(!std::fs::read_to_string(path).unwrap().contains(version), "{}", path.display());
    }
}
