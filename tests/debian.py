"""Programs that tests start: found on this machine, or installed where that is allowed (root on Debian)."""

import os
import shutil
import subprocess
import tempfile
from glob import glob
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

# Test processes run side by side, and apt-get refuses to run beside itself.
_LOCK = Path(tempfile.gettempdir()) / "reliability-tests-apt.lock"
_PATIENCE = "DPkg::Lock::Timeout=300"  # for an apt-get that others started


def install(*packages: str, recommended: bool = True) -> None:
    """Install packages quietly, with those they recommend or without; does nothing where it cannot."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        alone = () if recommended else ("--no-install-recommends",)
        with FileLock(_LOCK):
            for command in (["update", "-qq"], ["install", "-qq", "-y", *alone, *packages]):
                subprocess.run(
                    ["apt-get", "-o", _PATIENCE, *command],
                    env=quiet,
                    check=False,
                    stdout=subprocess.DEVNULL,
                )


def needed(command: str, *packages: str, beside: str = "") -> str:
    """Return the path of a program; without it the test is left out with a word, and fails in CI.

    beside: a pattern of folders where Debian puts it outside of PATH.
    """
    folders = os.pathsep.join([os.environ.get("PATH", os.defpath), *sorted(glob(beside))[::-1]])
    if shutil.which(command, path=folders) is None:
        install(*packages, recommended=False)
        folders = os.pathsep.join([folders, *sorted(glob(beside))[::-1]])
    path = shutil.which(command, path=folders)
    if path is None:
        leave_out(f"there is no {command} (Debian: {' '.join(packages)}): what needs it was not tested")
    return path


def leave_out(reason: str) -> NoReturn:
    """Leave the test out with a word; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
