"""A disk of its own for one test, small enough to fill: a tmpfs, mounted by root or in a namespace of one's own.

Where neither is allowed the test is left out with a word, and fails in CI; tests/test_file_limits.py and those with
RLIMIT_FSIZE try the same of single files, whoever runs them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.debian import leave_out

_INSIDE = "RELIABILITY_TEST_NAMESPACE"
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount")
_TEST_SECONDS = 600


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a disk of so many kilobytes at `folder`, which is made."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        in_a_namespace()
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def in_a_namespace() -> None:
    """Run the very test where its user may mount; it is then skipped here with that word, or failed as it did there."""
    may = (
        shutil.which(_NAMESPACE[0])
        and not subprocess.run([*_NAMESPACE, "true"], capture_output=True).returncode
    )
    if os.environ.get(_INSIDE) or not may:
        leave_out(
            "no disk may be mounted here, by root or in a namespace: disks full as a whole were not tested"
        )
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    # Caches are those of the run outside: whoever is root in there could not write them.
    command = [*_NAMESPACE, sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", test]
    done = subprocess.run(
        command, env={**os.environ, _INSIDE: "1"}, capture_output=True, text=True, timeout=_TEST_SECONDS
    )
    if done.returncode or " passed" not in done.stdout:
        pytest.fail(f"in a namespace of its own:\n{done.stdout}\n{done.stderr}")
    pytest.skip("it passed, in a namespace of its own")


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
    # `bind`: what a namespace may, too.
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,bind,rw", str(folder)], check=True)
