"""Programs that tests start: found on this machine, or installed where that is allowed (root on Debian)."""

import os
import shutil
import subprocess
from typing import NoReturn

import pytest


def install(*packages: str, recommended: bool = True) -> None:
    """Install packages quietly, with those they recommend or without; does nothing where it cannot."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        alone = () if recommended else ("--no-install-recommends",)
        for command in (["update", "-qq"], ["install", "-qq", "-y", *alone, *packages]):
            subprocess.run(["apt-get", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)


def needed(command: str, *packages: str) -> str:
    """Return the path of a program; without it the test is left out with a word, and fails in CI."""
    if shutil.which(command) is None:
        install(*packages, recommended=False)
    path = shutil.which(command)
    if path is None:
        leave_out(f"there is no {command} (Debian: {' '.join(packages)}): what needs it was not tested")
    return path


def leave_out(reason: str) -> NoReturn:
    """Leave the test out with a word; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
