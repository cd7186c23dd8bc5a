#!/usr/bin/env python3
"""Builds the npm packages: one for each binary that is given, and `zoomhook`, which starts the right one.

usage: build.py OUTPUT_FOLDER TARGET=BINARY...
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import third_party  # noqa: E402
from project import ROOT, Project, Target, target, targets  # noqa: E402

LICENSES = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]


def main() -> None:
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    output, project = Path(sys.argv[1]).resolve(), Project()
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        licenses = Path(folder) / third_party.NAME
        licenses.write_text(third_party.text(), encoding="utf-8")
        for given in sys.argv[2:]:
            name, _, binary = given.partition("=")
            pack(output, *platform_package(project, target(name), Path(binary), licenses))
    pack(output, *main_package(project))


def main_package(project: Project) -> tuple:
    """`zoomhook`: the launcher. Its optional dependencies are all platforms, and npm installs the one that fits."""
    manifest = common(project) | {
        "name": "zoomhook",
        "description": project.description,
        "keywords": project.keywords,
        "bin": {"zoomhook": "zoomhook.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {known.npm_package: project.version for known in targets()},
    }
    readme = (HERE / "README.md").read_text().replace("{{address}}", project.address)
    return manifest, readme, {"zoomhook.js": HERE / "zoomhook.js"}


def platform_package(project: Project, platform: Target, binary: Path, licenses: Path) -> tuple:
    """The program for one platform, with the licenses of what is in it."""
    manifest = common(project) | {
        "name": platform.npm_package,
        "description": f"The program of the package zoomhook for {platform.name}",
        **{field: [value] for field, value in platform.npm.items()},
        # Yarn would keep it in a zip file, from which it cannot be started.
        "preferUnplugged": True,
    }
    readme = f"# {platform.npm_package}\n\nThe program for {platform.name}. Install the package `zoomhook`.\n"
    return manifest, readme, {f"bin/{platform.binary}": binary, licenses.name: licenses}


def common(project: Project) -> dict:
    return {
        "version": project.version,
        "license": project.license,
        "homepage": project.address,
        "repository": {"type": "git", "url": f"git+{project.address}.git"},
    }


def pack(output: Path, manifest: dict, readme: str, files: dict) -> None:
    """Writes the package's .tgz."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
        (folder / "README.md").write_text(readme)
        for text in LICENSES:
            shutil.copy(ROOT / text, folder)
        for path, source in files.items():
            (folder / path).parent.mkdir(exist_ok=True)
            shutil.copy(source, folder / path)
            (folder / path).chmod(0o644 if source.suffix == ".txt" else 0o755)
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "pack", "--silent", "--pack-destination", output], cwd=folder, check=True)


if __name__ == "__main__":
    main()
