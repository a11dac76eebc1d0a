"""Packages of npm that tests use, each kept in a folder of its own below tests/out."""

import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

from tests.browser.server import ROOT
from tests.debian import leave_out

_INSTALL_SECONDS = 300
_WHOLE = ".installed"
"""Written last: an installation that was killed begins again."""


def package(name: str, versions: str) -> Path:
    """Return the folder in which `node_modules` holds a package, installing it the first time.

    versions: a range of npm (`~9.13`). Where npm cannot bring it the test is left out with a word; in CI it fails.
    """
    folder = ROOT / "tests" / "out" / f"{name}-{versions.lstrip('~^')}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Test processes run side by side: one installs, the others wait until all of it is there.
    with FileLock(f"{folder}.lock"):
        if not (folder / _WHOLE).is_file():
            _install(folder, name, versions)
    return folder


def _install(folder: Path, name: str, versions: str) -> None:
    if not (shutil.which("npm") and shutil.which("node")):
        leave_out(f"there is no npm: what needs {name} was not tested")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"{name}@{versions}"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    if made.returncode:
        leave_out(f"npm cannot install {name}@{versions}: what needs it was not tested\n{made.stderr}")
    (folder / _WHOLE).touch()
