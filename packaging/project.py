"""What every package says about the project. The values come from Cargo.toml and targets.json, and from nowhere else."""

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Target:
    """A platform that a release has files for."""

    def __init__(self, entry: dict):
        self.name: str = entry["target"]
        self.npm: dict = entry["npm"]
        self.windows = "windows" in self.name
        self.binary = "zoomhook.exe" if self.windows else "zoomhook"
        # The folder in the archive, and the name of the archive without its ending.
        self.folder = f"zoomhook-{self.name}"
        self.archive = self.folder + (".zip" if self.windows else ".tar.gz")
        self.npm_package = f"@zoomhook/{self.npm['os']}-{self.npm['cpu']}"


class Project:
    """The package in Cargo.toml."""

    def __init__(self):
        command = ["cargo", "metadata", "--no-deps", "--offline", "--format-version=1"]
        found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        package = json.loads(found.stdout)["packages"][0]
        self.version: str = package["version"]
        self.address: str = package["repository"]
        self.description: str = package["description"]
        self.license: str = package["license"]
        self.keywords: list = package["keywords"]
        # Where the files of this version's release are.
        self.downloads = f"{self.address}/releases/download/v{self.version}"


def targets() -> list:
    """All platforms."""
    return [Target(entry) for entry in json.loads((ROOT / "packaging/targets.json").read_text())]


def target(name: str) -> Target:
    """The platform with this name."""
    for known in targets():
        if known.name == name:
            return known
    raise SystemExit(f"error: {name} is not in packaging/targets.json")
