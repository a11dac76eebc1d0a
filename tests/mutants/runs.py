"""Running tests against changed copies: libraries are imported once, and each run is a fork with the project fresh."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.mutants.changes import Change
from tests.mutants.targets import ROOT, Target

# What takes seconds to import and is never changed.
LIBRARIES = (
    "duckdb", "pandas", "scipy.stats", "scipy.special", "statsmodels.api", "lifelines", "streamlit", "plotly.graph_objects", "hypothesis",
    "pytest", "openpyxl",
)  # fmt: skip
PASSED, FAILED = 0, 1


class Broken(Exception):
    """Tests fail, or there are none, before anything was changed."""


class Runs:
    """A copy of the project's tracked files in `folder`, in which one file at a time is changed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "tree"
        self.folder = folder
        self._seconds: dict[tuple[str, ...], float] = {}
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
        for library in LIBRARIES:
            __import__(library)

    def killed_by(self, target: Target, change: Change) -> str | None:
        """Return what noticed the change: the test that failed, or "time" for one that never ends; None: nothing.

        Raises Broken when the tests fail without it.
        """
        if target.tests not in self._seconds:
            begun = time.monotonic()
            code, said = self._run(target.tests, rebuilt=False, seconds=1800)
            if code != PASSED:
                raise Broken(f"{' '.join(target.tests)}: fail before anything is changed\n{said}")
            self._seconds[target.tests] = time.monotonic() - begun
        path = self.root / target.file
        text = path.read_text(encoding="utf-8")
        path.write_text(change.applied(text), encoding="utf-8")
        try:
            limit = 60 + 4 * self._seconds[target.tests]
            code, said = self._run(target.tests, target.rebuilt, limit)
        finally:
            path.write_text(text, encoding="utf-8")
        if code is None:
            return "time"
        if code == PASSED:
            return None
        failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return failed[0].split(" - ")[0] if failed else f"pytest's exit {code}"

    def _run(self, tests: tuple[str, ...], rebuilt: bool, seconds: float) -> tuple[int | None, str]:
        """Run tests in a fork that leads a process group of its own. Returns the exit code (None: too long), the output."""
        shared = self.folder / ("rebuilt" if rebuilt else "shared")
        if rebuilt:
            shutil.rmtree(shared, ignore_errors=True)
        shared.mkdir(exist_ok=True)
        output = shared / "output.txt"
        child = os.fork()
        if not child:
            self._be_a_test_process(tests, shared / "run", output)
        code = _waited_for(child, seconds)
        return code, output.read_text(encoding="utf-8", errors="replace")

    def _be_a_test_process(self, tests: tuple[str, ...], base: Path, output: Path) -> None:
        os.setsid()
        with open(output, "wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        code = 70
        try:
            os.chdir(self.root)
            sys.path[0] = str(self.root)
            sys.dont_write_bytecode = True
            os.environ.update(
                PYTHONDONTWRITEBYTECODE="1", PYTEST_XDIST_WORKER="gw0", PYTHONPATH=str(self.root)
            )
            for name in [n for n in sys.modules if n.split(".")[0] in ("tests", "reliability")]:
                del sys.modules[name]
            import pytest

            # A test process among several finds the sample that another has built in the folder above its own.
            options = [
                "-x",
                "-q",
                "--tb=line",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
                f"--basetemp={base}",
            ]
            code = int(pytest.main([*options, *tests]))
        finally:
            sys.stdout.flush()
            os._exit(code)


def _waited_for(child: int, seconds: float) -> int | None:
    """Wait for a fork; end it and what it started when the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
