"""What every bad day needs: how often it is tried, what must never happen, and the means to make it happen."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from reliability.errors import ReliabilityError

ROOT = Path(__file__).resolve().parent.parent.parent
_MOUNTED = "no disk may be mounted here"

Outcome = Counter[str]
"""What became of it -> how often."""


class Violation(Exception):
    """What must never happen."""


class Rounds:
    """So many rounds at most, and no new one once the time, from the first round on, is up. done: how many were begun.

    An iterable of the number of each round, from 0.
    """

    def __init__(self, times: int, seconds: float) -> None:
        self.times = times
        self.seconds = seconds
        self.done = 0

    def __iter__(self) -> Iterator[int]:
        until = time.monotonic() + self.seconds
        while self.done < self.times and (not self.done or time.monotonic() < until):
            self.done += 1
            yield self.done - 1


Scenario = Callable[[Path, Random, Rounds], Outcome]
"""A bad day: in an empty folder, with its own chance. Raises Violation, or PermissionError where it cannot be tried."""


def one_line(error: ReliabilityError) -> None:
    """Check that an error is one clear line with a remedy."""
    if "\n" in str(error) or not error.remedy:
        raise Violation(f"an error of several lines, or that says nothing to do: {error}")


def damaged(content: bytes, chance: Random) -> bytes:
    """Flip some bits of one byte, or cut the content off; never return the same."""
    if chance.random() < 0.3:
        return content[: chance.randrange(len(content))]
    changed = bytearray(content)
    changed[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    return bytes(changed)


def killed(program: str, folder: Path, seconds: float) -> str:
    """Run a program and kill it so many seconds after it printed a first line; return what it printed after that.

    program: Python text; `folder` is the folder there. Raises Violation when it ended by an error of its own.
    """
    prelude = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
folder = Path({str(folder)!r})
"""
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said, errors = process.communicate()
    if process.returncode > 0:
        raise Violation(f"it ended by itself: {errors.strip().splitlines()[-1:]}")
    return said


@contextmanager
def disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """Mount a small disk at `folder`, which is made. Raises PermissionError where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        raise PermissionError(_MOUNTED)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def room_left(folder: Path, kilobytes: int) -> Iterator[None]:
    """Fill the disk of `folder` but for so many kilobytes, until the block ends."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            while (left := shutil.disk_usage(folder).free - kilobytes * 1024) > 0:
                try:
                    file.write(b"x" * min(left, 1 << 16))
                except OSError:
                    break
        yield
    finally:
        filler.unlink()
