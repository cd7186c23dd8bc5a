#!/usr/bin/env python3
"""Writes the Homebrew formula and the winget manifests of a release.

usage: manifests.py SHA256SUMS OUTPUT_FOLDER

SHA256SUMS is the file of the release, with a line for every archive.
"""

import re
import sys
from pathlib import Path

from project import ROOT, Project, target

TEMPLATES = ["homebrew/zoomhook.rb", "winget/*.yaml"]


def main() -> None:
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    sums, output = read_sums(Path(sys.argv[1])), Path(sys.argv[2])
    project = Project()
    for pattern in TEMPLATES:
        for template in sorted((ROOT / "packaging").glob(pattern)):
            path = output / template.relative_to(ROOT / "packaging")
            path.parent.mkdir(parents=True, exist_ok=True)
            # Without the first line, which is about the template.
            text = template.read_text().split("\n", 1)[1]
            path.write_text(re.sub(r"\{\{(.+?)\}\}", lambda found: value(found[1], project, sums), text))
            print(path)


def read_sums(path: Path) -> dict:
    """File name -> checksum."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {name.lstrip("*"): checksum for checksum, name in lines}


def value(field: str, project: Project, sums: dict) -> str:
    """What a field of a template stands for."""
    kind, _, platform = field.partition(" ")
    if kind == "url":
        return f"{project.downloads}/{target(platform).archive}"
    if kind == "sha256":
        archive = target(platform).archive
        if archive not in sums:
            raise SystemExit(f"error: {sys.argv[1]} has no line for {archive}")
        return sums[archive]
    return getattr(project, field)


if __name__ == "__main__":
    main()
