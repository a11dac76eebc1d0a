"""A pytest session that has collected its tests, and instead of running them tries changes, each in a fork of its own."""

import json
import os
import re
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.changes import Change
from tests.mutants.dependents import dependents
from tests.mutants.patching import Place, forget, patch, place_of
from tests.mutants.runs import end_with_parent, waited_for
from tests.mutants.targets import Target

PASSED, FAILED, NOT_PATCHED = 0, 1, 3
# What fails after a change of a file is likely to fail after the next one.
_KILLERS_FIRST = 3


@cache
def _words(path: Path) -> set[str]:
    return set(re.findall(r"\w+", path.read_text(encoding="utf-8")))


class Session:
    """The plugin. send: what takes killer, tests and seconds of each change, or a text where tests fail unchanged."""

    def __init__(
        self, root: Path, folder: Path, chosen: Sequence[tuple[Target, Change]], send: Callable[[Any], None]
    ) -> None:
        self.root, self.folder, self.chosen, self.send = root, folder, chosen, send
        self.finished = False
        self._files = {str(root / target.file) for target, _ in chosen}
        self._ran: set[Place] = set()
        self._at_import: set[Place] = set()
        self._by_file: dict[str, list[pytest.Item]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self._places: dict[str, set[Place]] = {}
        self._measured: set[str] = set()
        self._killers: dict[str, list[str]] = defaultdict(list)
        self._failed: str | None = None
        self._said = ""
        self._now: dict[str, float] = {}
        sys.settrace(self._trace)

    def _trace(self, frame: Any, event: str, arg: Any) -> None:
        code = frame.f_code
        if code.co_filename in self._files:
            self._ran.add((code.co_filename, code.co_qualname))
        elif code.co_name == "_answer" and "asked" in frame.f_locals:
            self._ran.add((str(self.root / "queries" / f"{frame.f_locals['asked'].name}.sql"), ""))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try every change; runs no test in this process, so that every fork begins as clean as this one."""
        sys.settrace(None)
        self._at_import = self._ran
        for item in session.items:
            self._by_file[item.nodeid.split("::")[0]].append(item)
        for target, change in self.chosen:
            for file in target.tests:
                if file not in self._measured and (problem := self._measure(session, file)):
                    self.send(problem)
                    self.finished = True
                    return True
            self.send(self._try(session, target, change))
        self.finished = True
        return True

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the first failure, and how long each test took."""
        if report.failed and self._failed is None:
            self._failed, self._said = report.nodeid, str(report.longrepr)
        if report.when == "call":
            self._now[report.nodeid] = report.duration

    def _measure(self, session: pytest.Session, file: str) -> str | None:
        """Run a file of tests unchanged, note what each ran and for how long. Returns what is said when one fails."""
        found = self.folder / "measured.json"

        def measuring() -> int:
            sys.settrace(self._trace)
            threading.settrace(self._trace)
            places = {}
            items = self._by_file[file]
            for item, after in zip(items, [*items[1:], None], strict=True):
                self._ran = set()
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                places[item.nodeid] = sorted(self._ran)
            failed = (
                f"{self._failed}: fails before anything is changed\n{self._said}" if self._failed else None
            )
            found.write_text(json.dumps([failed, self._now, places]), encoding="utf-8")
            return PASSED

        if self._forked(session, "shared", 1800, measuring) != PASSED:
            return f"{file}: its tests do not end"
        failed, seconds, places = json.loads(found.read_text(encoding="utf-8"))
        self._measured.add(file)
        self._seconds |= seconds
        self._places |= {name: {tuple(place) for place in ran} for name, ran in places.items()}
        return failed

    def _able(self, target: Target, place: Place) -> list[pytest.Item]:
        """Return the tests that ran the changed place, the quickest first; all where that says nothing."""
        found = [
            sorted((i for i in self._by_file[file] if self._may_notice(i, target, place)), key=self._duration)
            for file in target.tests
        ]
        if not target.rebuilt:
            found.sort(key=lambda items: sum(map(self._duration, items)))
        items = [item for own in found for item in own]
        killers = self._killers[target.file][-_KILLERS_FIRST:]
        first = [item for name in reversed(killers) for item in items if item.nodeid == name]
        return first + [item for item in items if item not in first]

    def _duration(self, item: pytest.Item) -> float:
        return self._seconds.get(item.nodeid, 0)

    def _may_notice(self, item: pytest.Item, target: Target, place: Place) -> bool:
        ran = self._places[item.nodeid]
        if not target.file.endswith(".sql"):
            return place in ran or place in self._at_import
        files, names = dependents(self.root, target.file)
        asked = {name for name, _ in ran if name.endswith(".sql")}
        # A test that asks nothing by name may still build a warehouse, or ask what its own text says.
        return not asked or bool(asked & files) or bool(names & _words(item.path))

    def _try(self, session: pytest.Session, target: Target, change: Change) -> tuple[str | None, int, float]:
        begun = time.monotonic()
        path = self.root / target.file
        text = path.read_text(encoding="utf-8")
        place = place_of(path, text, change)
        items = self._able(target, place)
        answer = self.folder / "killer.txt"
        path.write_text(change.applied(text), encoding="utf-8")
        limit = 60 + 10 * sum(map(self._duration, items))

        def running() -> int:
            if path.suffix == ".py" and place not in self._at_import and not patch(path, text, change):
                return NOT_PATCHED
            if place in self._at_import:
                return self._anew(items, answer)
            forget()
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._failed:
                    answer.write_text(self._failed, encoding="utf-8")
                    session._setupstate.teardown_exact(None)
                    return FAILED
            return PASSED

        try:
            where = "rebuilt" if target.rebuilt else "shared"
            code = self._forked(session, where, limit, running)
            if code == NOT_PATCHED:
                code = self._forked(session, where, limit, lambda: self._anew(items, answer))
        finally:
            path.write_text(text, encoding="utf-8")
        killer: str | None = None
        if code is None:
            killer = "time"
        elif code != PASSED:
            killer = answer.read_text(encoding="utf-8") if code == FAILED else f"exit {code}"
        if killer and "::" in killer:
            killers = self._killers[target.file]
            if killer in killers:
                killers.remove(killer)
            killers.append(killer)
        return killer, len(items), time.monotonic() - begun

    def _anew(self, items: Sequence[pytest.Item], answer: Path) -> int:
        """Import the project again with the change, and run these tests: for what runs when a module is imported."""
        for name in [n for n in sys.modules if n.split(".")[0] in ("tests", "reliability")]:
            del sys.modules[name]

        class First:
            failed = None

            def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
                if report.failed and not self.failed:
                    self.failed = report.nodeid

            def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
                items.sort(key=lambda item: order.get(item.nodeid, len(order)))

        order = {item.nodeid: number for number, item in enumerate(items)}
        files = dict.fromkeys(item.nodeid.split("::")[0] for item in items)
        first = First()
        options = ["-x", "--capture=no", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal"]
        code = int(pytest.main([*options, f"--basetemp={self.run}", *files], plugins=[first]))
        if code == PASSED:
            return PASSED
        answer.write_text(first.failed or f"pytest's exit {code}", encoding="utf-8")
        return FAILED

    def _forked(
        self, session: pytest.Session, where: str, seconds: float, work: Callable[[], int]
    ) -> int | None:
        """Do work in a fork with a folder of its own for temporary files; returns its exit code, None: too long."""
        shared = self.folder / where
        if where == "rebuilt":
            shutil.rmtree(shared, ignore_errors=True)
        shared.mkdir(exist_ok=True)
        self.run = shared / "run"
        child = os.fork()
        if not child:
            code = 70
            try:
                end_with_parent()
                os.setsid()
                session.config._tmp_path_factory._given_basetemp = self.run
                code = work()
            except BaseException as error:
                print(repr(error), flush=True)
            finally:
                sys.stdout.flush()
                os._exit(code)
        code = waited_for(child, seconds)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what a test that failed has left running
        return code
