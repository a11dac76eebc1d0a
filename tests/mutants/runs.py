"""Running tests against changed copies of the project: one collection of the tests, then a fork for each change.

Libraries are imported and tests collected once. Each change is tried in a fork of that process, by the tests that ran
the changed function or query before anything was changed, the quickest first, until one fails.
"""

import ctypes
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Change
from tests.mutants.targets import ROOT, Target

# A fork of a process without threads of its own is a clean copy: libraries of linear algebra start none.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


class Broken(Exception):
    """Tests fail, or there are none, before anything was changed."""


@dataclass(frozen=True)
class Tried:
    """A change, and what noticed it: the test that failed, or "time" for one that never ends; None: nothing.

    tests: how many were there to notice it.
    """

    change: Change
    killer: str | None
    tests: int
    seconds: float


class Runs:
    """A copy of the project's tracked files in `folder`, in which one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.folder = folder
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, names.stdout.split("\0")):
            if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.root / name)

    def tried(self, chosen: Sequence[tuple[Target, Change]]) -> Iterator[Tried]:
        """Try each change in turn. Raises Broken when tests fail with nothing changed."""
        ends = os.pipe()
        child = os.fork()
        if not child:
            end_with_parent()
            os.close(ends[0])
            _be_the_session(self.root, self.folder, chosen, ends[1])
        os.close(ends[1])
        with open(ends[0], "rb") as answers:
            try:
                for _, change in chosen:
                    try:
                        answer = pickle.load(answers)
                    except EOFError:
                        raise Broken("the process that runs the tests has ended") from None
                    if isinstance(answer, str):
                        raise Broken(answer)
                    yield Tried(change, *answer)
            finally:
                _end(child)


def _be_the_session(root: Path, folder: Path, chosen: Sequence[tuple[Target, Change]], pipe: int) -> None:
    os.setsid()
    code = 70
    try:
        os.chdir(root)
        sys.path[0] = str(root)
        sys.dont_write_bytecode = True
        # A test process among several finds the sample that another has built in the folder above its own.
        os.environ.update(
            _ONE_THREAD, PYTHONDONTWRITEBYTECODE="1", PYTEST_XDIST_WORKER="gw0", PYTHONPATH=str(root)
        )
        for name in [n for n in sys.modules if n.split(".")[0] in ("tests", "reliability")]:
            del sys.modules[name]
        import pytest

        from tests.mutants.session import Session

        with open(pipe, "wb") as answers:
            session = Session(root, folder, chosen, lambda answer: _send(answer, answers))
            tests = sorted({test for target, _ in chosen for test in target.tests})
            options = ["--capture=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal"]
            said = folder / "output.txt"
            with open(said, "wb") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            code = int(pytest.main([*options, *tests], plugins=[session]))
            if not session.finished:
                sys.stdout.flush()
                text = said.read_text(encoding="utf-8", errors="replace")[-3000:]
                _send(f"the tests cannot be collected (pytest's exit {code})\n{text}", answers)
    finally:
        os._exit(code)


def _send(answer: object, file: object) -> None:
    pickle.dump(answer, file)
    file.flush()


def _end(child: int) -> None:
    """End the process that runs the tests, and what it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)


def end_with_parent() -> None:
    """End this process when the one that started it ends, however that comes (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def waited_for(child: int, seconds: float) -> int | None:
    """Wait for a fork that leads a group; end it and what it started when the time is up. Returns its exit code."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
