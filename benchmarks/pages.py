"""Every page and every action on it, on the server: what one costs in CPU time, and the statements behind it.

    python -m benchmarks pages [--sizes 10000 1000000] [--data DIR] [--only chronic_issues] [--detail]

A page is run by Streamlit's own test runner, with nothing remembered of its own, after another page has paid for the
imports. An action is one click, choice or search on the page as it then stands. "CPU" is the processor time of the
whole process, all its threads: other work on the machine does not count. --data: a data folder that is built, in
place of one made up; nothing is written to it but the journal, which is put back. --detail: the slowest statements.
"""

import argparse
import os
import resource
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.made_up import write_organisation
from benchmarks.measure import print_table, scratch, size_text, time_text
from reliability.queries import Query, Result, store
from reliability.settings import load_settings
from reliability.warehouse import build

SIZES = (10_000, 1_000_000)
ROOT = Path(__file__).resolve().parent.parent
_WHO = "Benchmark"
_SLOWEST = 4


@dataclass
class Cost:
    """What a run of a page cost. cpu, wall: seconds. statements: name, seconds and rows of each query."""

    page: str
    action: str
    cpu: float
    wall: float
    statements: list[tuple[str, float, int]] = field(default_factory=list)

    @property
    def fetched(self) -> int:
        """How many rows came out of the warehouse."""
        return sum(rows for _, _, rows in self.statements)

    def row(self) -> dict[str, str]:
        """The cost as a row of the table."""
        return {
            "page": self.page,
            "action": self.action,
            "CPU": time_text(self.cpu),
            "wall": time_text(self.wall),
            "statements": str(len(self.statements)),
            "rows fetched": str(self.fetched),
        }


@contextmanager
def statements() -> Iterator[list[tuple[str, float, int]]]:
    """Give a list that is told of every query that runs meanwhile, in any thread."""
    asked: list[tuple[str, float, int]] = []
    lock = threading.Lock()
    answer = store._answer

    def recording(cursor: Any, of: Query, params: Any, version: str) -> Result:
        result = answer(cursor, of, params, version)
        with lock:
            asked.append((of.name, result.elapsed_ms / 1000, len(result.rows)))
        return result

    store._answer = recording
    try:
        yield asked
    finally:
        store._answer = answer


def forget() -> None:
    """Forget all answers, as a process that has just opened the warehouse."""
    import streamlit as st

    from reliability.warehouse import workspace

    st.cache_data.clear()
    st.cache_resource.clear()
    workspace._opened.clear()


class Visit:
    """One visitor of one data folder, who opens pages and acts on them; what each run cost is kept in `costs`."""

    def __init__(self, data: Path) -> None:
        from streamlit.testing.v1 import AppTest

        os.environ["RELIABILITY_DATA"] = str(data)
        self._new = lambda: AppTest.from_file(
            str(ROOT / "reliability" / "serve" / "shell.py"), default_timeout=600
        )
        self.costs: list[Cost] = []
        self.page = ""
        self.app = self._new()
        # Imports, the workspace and the harness itself are paid for by a page that asks nothing.
        self.app.run()
        self.app.switch_page("../../pages/definitions.py").run()

    def open(self, page: str, action: str = "open", **query: str) -> Any:
        """Open a page with nothing remembered."""
        forget()
        self.page = page
        self.app = self._new()
        self.app.run()
        self.app.switch_page("../../pages/definitions.py").run()
        for name, value in query.items():
            self.app.query_params[name] = value
        self.app.switch_page(f"../../pages/{page}.py")
        return self._measure(action, self.app.run)

    def act(self, action: str, work: Callable[[Any], Any]) -> Any:
        """Act on the page as it stands. work: gets the app and returns what is to be run."""
        changed = work(self.app)
        if changed is None:
            self.costs.append(Cost(self.page, f"{action} (not offered)", 0.0, 0.0))
            return self.app
        return self._measure(action, changed.run)

    def _measure(self, action: str, run: Callable[[], Any]) -> Any:
        with statements() as asked:
            cpu, wall = time.process_time(), time.perf_counter()
            run()
            cost = Cost(self.page, action, time.process_time() - cpu, time.perf_counter() - wall, asked)
        assert not self.app.exception, [error.value for error in self.app.exception]
        self.costs.append(cost)
        return self.app


def _click(key: str) -> Callable[[Any], Any]:
    """Press the first enabled button whose key begins so."""

    def work(app: Any) -> Any:
        found = [button for button in app.button if str(button.key).startswith(key) and not button.disabled]
        return found[0].click() if found else None

    return work


def _choose(label: str) -> Callable[[Any], Any]:
    """Choose the last of what a select box offers."""

    def work(app: Any) -> Any:
        found = [box for box in app.selectbox if label in (box.label, box.key) and box.options]
        return found[0].select_index(len(found[0].options) - 1) if found else None

    return work


def _type(key: str, value: str) -> Callable[[Any], Any]:
    def work(app: Any) -> Any:
        found = [box for box in app.text_input if box.key == key]
        return found[0].set_value(value) if found else None

    return work


def _cards(visit: Visit) -> None:
    """Open the drawer of every card, and of every part that shows where it comes from."""
    keys = [str(button.key) for button in visit.app.button]
    for key in keys:
        if key.startswith(("open-", "source-")):
            # Whoever opens the next one has closed this one.
            visit.app.query_params.pop("promise", None)
            visit.act(f"drawer {key.removeprefix('open-')}", _click(key))


def chronic_issues(visit: Visit) -> None:
    """The list, a story and the queue."""
    visit.open("chronic_issues")
    visit.act("another order", _choose("order"))
    visit.act("more issues", _click("more-issues"))
    visit.act("search", _type("issue", "checkout"))
    visit.act("whole list again", _type("issue", ""))
    visit.act("open a story", _click("pick-"))
    visit.act("choose an issue to merge with", _choose("It is the same problem as"))
    visit.act("back to the list", _click("close-issue"))
    visit.act("say a name", _type("repeat-who", _WHO))
    for action, key in (
        ("confirm", "repeat-confirm"),
        ("undo", "repeat-undo"),
        ("reject", "repeat-reject"),
        ("undo again", "repeat-undo"),
        ("skip", "repeat-skip"),
        ("same as: ask", "repeat-same"),
        ("open an incident", "repeat-open-later"),
    ):
        visit.act(action, _click(key))
    visit.act("same as: choose", _choose("repeat-same-choice"))
    visit.act("bring them in", _click("repeat-bring"))
    visit.open("chronic_issues", "open again")
    _cards(visit)
    visit.act("another quarter", _choose("quarter"))


def incidents(visit: Visit) -> None:
    """The page, a search, an incident."""
    visit.open("incidents")
    visit.act("search", _type("q", "case 99"))
    _cards(visit)
    visit.act("another quarter", _choose("quarter"))
    known = _first_id("lists/worst_incidents", "incident_id")
    if known:
        visit.open("incidents", "open an incident", incident=known)


def customers(visit: Visit) -> None:
    """The page, a search, an account."""
    visit.open("customers")
    visit.act("find an account", _type("account-name", "1"))
    visit.act("search comments", _type("words", "slow"))
    _cards(visit)
    visit.act("another quarter", _choose("quarter"))
    known = _first_id("lists/accounts_hit", "account_id")
    if known:
        visit.open("customers", "open an account", account=known)


def plain(page: str) -> Callable[[Visit], None]:
    """A page with its drawers and another quarter."""

    def work(visit: Visit) -> None:
        visit.open(page)
        _cards(visit)
        visit.act("another quarter", _choose("quarter"))

    return work


def data_page(visit: Visit) -> None:
    """The page and the rows that were left out."""
    visit.open("data")

    def unfold(app: Any) -> Any:
        app.session_state["rows-left-out"] = True
        return app

    visit.act("the rows left out", unfold)
    visit.act("another quarter", _choose("quarter"))


PAGES: dict[str, Callable[[Visit], None]] = {
    "quarterly_review": plain("quarterly_review"),
    "chronic_issues": chronic_issues,
    "incidents": incidents,
    "customers": customers,
    "work": plain("work"),
    "commitments": plain("commitments"),
    "gates": plain("gates"),
    "data": data_page,
    "definitions": plain("definitions"),
}


def _first_id(name: str, column: str) -> str:
    """The first of a list of the whole history."""
    from reliability.model import Filters
    from reliability.settings.periods import quarter_of
    from reliability.ui.view import View
    from reliability.warehouse.workspace import open_current

    found = open_current()
    view = View(found, quarter_of(found.as_of, found.settings, found.as_of), "previous", Filters())
    rows = found.store.run(name, {**view.scope.parameters(), "limit": 1}).rows
    return str(rows[0][column]) if rows else ""


@contextmanager
def journal_put_back(data: Path) -> Iterator[None]:
    """Leave the journal of a data folder, and the version it shows, as they were."""
    kept = [path for path in data.glob("journal*") if path.is_file()]
    with scratch() as aside:
        for path in kept:
            shutil.copy2(path, aside / path.name)
        try:
            yield
        finally:
            for path in data.glob("journal*"):
                path.unlink()
            for path in kept:
                shutil.copy2(aside / path.name, path)


def measure(data: Path, only: str = "") -> list[Cost]:
    """Visit every page of a data folder that is built, or only one."""
    with journal_put_back(data):
        visit = Visit(data)
        for name, work in PAGES.items():
            if name.startswith(only):
                work(visit)
        return visit.costs


def _print(title: str, costs: list[Cost], detail: bool) -> None:
    print_table(title, [cost.row() for cost in costs])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    slowest = max(costs, key=lambda cost: cost.cpu)
    print(
        f"\nslowest: {slowest.page}, {slowest.action}: {time_text(slowest.cpu)}; memory at most {peak:.0f} MB"
    )
    if not detail:
        return
    for cost in costs:
        print(f"\n{cost.page}, {cost.action}: {time_text(cost.cpu)}")
        for name, taken, rows in sorted(cost.statements, key=lambda one: -one[1])[:_SLOWEST]:
            print(f"    {time_text(taken):>8}  {rows:>8}  {name}")


def main(
    sizes: tuple[int, ...] = SIZES, data: Path | None = None, only: str = "", detail: bool = False
) -> None:
    """Print a table for each size, or for one data folder."""
    if data is not None:
        _print(f"Pages of {data.name}", measure(data, only), detail)
        return
    for size in sizes:
        with scratch() as folder:
            made = folder / "data"
            write_organisation(made, size)
            build(made, load_settings(made))
            _print(f"Pages, {size_text(size)} incidents", measure(made, only), detail)


def from_command_line(arguments: Sequence[str] | None = None) -> None:
    """Read the options and print the tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--data", type=Path)
    options.add_argument("--only", default="", help="a page, by its beginning")
    options.add_argument("--detail", action="store_true", help="the slowest statements of each")
    chosen = options.parse_args(arguments)
    main(tuple(chosen.sizes), chosen.data, chosen.only, chosen.detail)


if __name__ == "__main__":
    from_command_line()
