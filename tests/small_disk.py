"""A disk of its own for one test, small enough to fill: a tmpfs where mounting is allowed, else the test is skipped."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk of so many kilobytes at `folder`, which is made."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave_kilobytes: int = 0) -> Path:
    """Fill the disk of `folder` but for so many kilobytes; remove the returned file to make room again."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file:
        while (left := free(folder) - leave_kilobytes * 1024) > 0:
            try:
                file.write(b"x" * min(left, 1 << 16))
            except OSError:
                break
    return path


def free(folder: Path) -> int:
    """Bytes that are left on the disk of `folder`."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a mounted disk refuse every write."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
