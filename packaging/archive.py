#!/usr/bin/env python3
"""Writes the archive of a release for one platform: zoomhook-TARGET.tar.gz, or .zip for Windows.

usage: archive.py TARGET BINARY OUTPUT_FOLDER

The binary has to run on this machine, because it writes its own manual pages. The same input gives the same bytes.
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from time import gmtime

import third_party
from project import ROOT, target

DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE", "LICENSE-APACHE", "LICENSE-MIT"]


def main() -> None:
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    platform, binary, output = target(sys.argv[1]), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
    files = contents(platform, binary)
    output.mkdir(parents=True, exist_ok=True)
    path = output / platform.archive
    # The time of the commit, which a release sets. Zip cannot express an earlier time.
    time = int(os.environ.get("SOURCE_DATE_EPOCH", "315532800"))
    path.write_bytes(zip_of(files, time) if platform.windows else tar_of(files, time))
    print(path)


def contents(platform, binary: Path) -> dict:
    """Path in the archive -> (bytes, mode), in a fixed order."""
    files = {platform.binary: (binary.read_bytes(), 0o755)}
    for name in DOCUMENTS:
        files[name] = (ROOT / name).read_bytes(), 0o644
    files[third_party.NAME] = third_party.text().encode(), 0o644
    for script in sorted((ROOT / "completions").iterdir()):
        files[f"completions/{script.name}"] = script.read_bytes(), 0o644
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([binary, "man", "--dir", folder], check=True)
        for page in sorted(Path(folder).iterdir()):
            files[f"man/{page.name}"] = page.read_bytes(), 0o644
    return {f"{platform.folder}/{name}": file for name, file in files.items()}


def tar_of(files: dict, time: int) -> bytes:
    archive = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, archive, mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, (data, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(data), mode, time
            tar.addfile(entry, io.BytesIO(data))
    return archive.getvalue()


def zip_of(files: dict, time: int) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, (data, mode) in files.items():
            entry = zipfile.ZipInfo(name, gmtime(time)[:6])
            entry.external_attr = mode << 16
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return archive.getvalue()


if __name__ == "__main__":
    main()
