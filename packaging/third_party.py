#!/usr/bin/env python3
"""Writes the licenses of everything that is in the program: THIRD-PARTY.txt, which every package has.

usage: third_party.py OUTPUT_FILE

It asks Cargo for the dependencies of all platforms in targets.json that are linked into the program, and reads the license
files in their sources. A dependency without any is an error, unless its license has one text for everyone.
"""

import json
import subprocess
import sys
from pathlib import Path

from project import ROOT, targets

NAME = "THIRD-PARTY.txt"

# The names of files with a license, without their ending.
LICENSE_FILES = ("license", "licence", "copying", "copyright", "notice", "unlicense")

# The texts of licenses for packages that have only their names.
KNOWN = {"Apache-2.0": ROOT / "LICENSE-APACHE", "BSD-3-Clause": ROOT / "packaging/licenses/BSD-3-Clause.txt"}

# Sources that are in this repository.
VENDORED = ROOT / "src/inspector/assets/vendor"

# Part of the crate libsqlite3-sys.
SQLITE = "SQLite is in the public domain: https://www.sqlite.org/copyright.html\n"


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    output = Path(sys.argv[1])
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text(), encoding="utf-8")


def text() -> str:
    """The whole file. The same sources give the same text."""
    crates = linked()
    found = [(f"{crate['name']} {crate['version']}", license_text) for crate in crates for license_text in texts(crate)]
    found += [(path.name.removeprefix("LICENSE-"), normal(path.read_bytes())) for path in sorted(VENDORED.glob("LICENSE-*"))]
    found.append(("SQLite", SQLITE))
    # Many copies of a license differ only in their line breaks.
    by_words: dict = {}
    for name, license_text in found:
        names, _ = by_words.setdefault(" ".join(license_text.split()), ([], license_text))
        names.append(name)

    parts = ["zoomhook contains the following software. Each part has the license below its name.\n"]
    parts += ["".join(f"{crate['name']} {crate['version']}: {crate['license']}\n" for crate in crates)]
    for names, license_text in sorted(by_words.values()):
        parts.append("-" * 80 + "\n" + ", ".join(names) + "\n\n" + license_text)
    return "\n".join(parts)


def linked() -> list:
    """The packages of all platforms whose code is in the program, by name."""
    found: dict = {}
    for platform in targets():
        command = ["cargo", "metadata", "--locked", "--format-version=1", "--filter-platform", platform.name]
        metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)
        packages = {package["id"]: package for package in metadata["packages"]}
        nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
        waiting, seen = [metadata["resolve"]["root"]], set()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for dependency in nodes[node]["deps"]:
                is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
                # A macro runs in the compiler.
                kinds = [kind for part in packages[dependency["pkg"]]["targets"] for kind in part["kind"]]
                if is_linked and "proc-macro" not in kinds:
                    waiting.append(dependency["pkg"])
        for package in seen - {metadata["resolve"]["root"]}:
            found[package] = packages[package]
    return sorted(found.values(), key=lambda package: (package["name"], package["version"]))


def texts(crate: dict) -> list:
    """The license texts of a package."""
    folder = Path(crate["manifest_path"]).parent
    named = crate.get("license_file")
    files = {folder / named} if named else set()
    files |= {path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(LICENSE_FILES)}
    files = [path for path in sorted(files) if path.suffix not in (".rs", ".toml", ".json")]
    if files:
        return [normal(path.read_bytes()) for path in files]
    license = crate["license"] or ""
    for name, path in KNOWN.items():
        if name in license:
            authors = ", ".join(crate["authors"]) or f"the authors of {crate['name']}"
            return [normal(path.read_bytes()).replace("{{authors}}", authors)]
    raise SystemExit(f"error: {crate['name']} {crate['version']} ({license}) has no license file")


def normal(data: bytes) -> str:
    """A text with the same line ends everywhere."""
    lines = data.decode("utf-8", "replace").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


if __name__ == "__main__":
    main()
