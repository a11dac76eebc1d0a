"""The ledger: what a frozen review presented against today, figure by figure, each difference split by its causes.

The review is made again with one more cause in effect each time (`worlds`), so the parts of a figure lead from what was
presented to today and add up by construction.
"""

import math
import tempfile
from pathlib import Path

import duckdb

from reliability import __version__
from reliability.errors import ReliabilityError
from reliability.model import Review
from reliability.queries import FOLDER
from reliability.restatements.figures import PROMISES, ROWS, Shown, as_whole_as, shown
from reliability.restatements.model import (
    DEFINITION,
    ORDER,
    PROGRAM,
    Cause,
    Ledger,
    Part,
    Record,
    Restated,
    Row,
)
from reliability.restatements.rows import Kept, listings, moved
from reliability.restatements.worlds import Worlds
from reliability.review.frozen import Frozen
from reliability.warehouse.workspace import Workspace

_QUERIES = "queries/"
# What every figure is made with.
_COMMON = tuple(f"{_QUERIES}{name}/" for name in ("build", "checks", "facts", "import"))


def restatements(workspace: Workspace, frozen: Frozen) -> Ledger:
    """Compare a frozen review with today's, and say what moved each figure.

    Raises ReliabilityError while the warehouse is older than its exports or settings, for a review of a newer program,
    for contents that are missing or damaged, and when there is no room for the files in passing.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="restatements-", ignore_cleanup_errors=True) as folder:
            return _ledger(workspace, frozen, Path(folder))
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
        remedy = f"Make room in {tempfile.gettempdir()}, or set TMPDIR to a folder that has some."
        raise ReliabilityError(f"cannot be compared with today: {said}", frozen.id, remedy) from error


def _ledger(workspace: Workspace, frozen: Frozen, folder: Path) -> Ledger:
    worlds = Worlds(workspace, frozen, folder)
    first = shown(worlds.presented)
    defined = _Definitions(frozen, worlds.presented)
    parts: dict[str, list[Part]] = {}
    last, listed = first, dict[str, Kept]()
    for world in worlds.made():
        now, behind = shown(as_whole_as(world.review, worlds.presented)), listings(world)
        for name in {**last, **now}:
            before, after = last.get(name), now.get(name)
            if not _moved(before, after):
                continue
            told = world.cause != PROGRAM or worlds.apart
            cause = world.cause if told else defined.cause_of(name)
            # What the frozen review was made from is not looked at as the program was then.
            rows = () if world.cause == PROGRAM else moved(listed.get(name, {}), behind.get(name, {}))
            parts.setdefault(name, []).append(_part(cause, before, after, rows))
        last, listed = now, behind
    worlds.records |= defined.records(worlds.apart)
    restated = tuple(
        _restated(first.get(name), last.get(name), name, parts[name])
        for name in {**first, **last, **parts}
        if any(part.before != part.after for part in parts.get(name, ()))
    )
    met = {part.cause for one in restated for part in one.because}
    causes = tuple(Cause(name, tuple(worlds.records.get(name, ()))) for name in ORDER if name in met)
    return Ledger(frozen.id, frozen.quarter, frozen.at, frozen.as_of, restated, causes)


def _moved(before: Shown | None, after: Shown | None) -> bool:
    if before is None or after is None or before.text != after.text:
        return before != after
    if before.value is None or after.value is None:
        return before.value != after.value
    # Threads may add the same numbers in another order.
    return not math.isclose(before.value, after.value, rel_tol=1e-9, abs_tol=1e-12)


def _part(cause: str, before: Shown | None, after: Shown | None, rows: tuple[Row, ...]) -> Part:
    return Part(
        cause,
        before.text if before else None,
        after.text if after else None,
        _effect(before, after),
        rows,
    )


def _effect(before: Shown | None, after: Shown | None) -> float | None:
    """After less before. A count that has no line of its own counts nothing; any other figure then has no value."""
    values = [one.value if one else None for one in (before, after)]
    if None in values:
        found = before or after
        if found is None or found.unit not in (ROWS, PROMISES) or (before and after):
            return None
        values = [value or 0 for value in values]
    then, now = values
    assert then is not None and now is not None
    return now - then


def _restated(then: Shown | None, now: Shown | None, name: str, because: list[Part]) -> Restated:
    effects = [part.effect for part in because]
    whole = None if None in effects else sum(effect for effect in effects if effect is not None)
    unit = next((one.unit for one in (then, now) if one), "")
    return Restated(name, unit, then.text if then else None, now.text if now else None, whole, tuple(because))


class _Definitions:
    """Which queries are not those of then, and whose figures they are."""

    def __init__(self, frozen: Frozen, presented: Review) -> None:
        texts = {name: text for name, text in frozen.texts.items() if name.startswith(_QUERIES)}
        today = {
            f"{_QUERIES}{path.relative_to(FOLDER).as_posix()}": path.read_text(encoding="utf-8")
            for path in FOLDER.rglob("*.sql")
        }
        self._changed = {name for name in texts if texts[name] != today.get(name)}
        self._changed |= {name for name in today.keys() - texts.keys() if name.startswith(_COMMON)}
        self._query = {f"card/{card.id}": card.query for card in presented.cards}
        self._query |= {f"chart/{chart.id}": chart.query for chart in presented.charts}
        for one in presented.promises:
            self._query |= dict.fromkeys(
                (f"promise/{one.id}", *([f"chart/{one.chart.id}"] if one.chart else ())), f"kpis/{one.kpi}"
            )
        self._query |= {f"list/{one.id}": one.query for one in presented.listings if one.query}
        self._versions = frozen.made_by, __version__

    def records(self, apart: bool) -> dict[str, list[Record]]:
        """Return what both causes consist of. apart: whether the review was made by its own queries too; what makes the
        warehouse then goes with the program."""
        version = [Record("", "version", " -> ".join(self._versions))]
        made = [name for name in sorted(self._changed) if name.startswith(_COMMON)]
        asked = [name for name in sorted(self._changed) if name not in made]
        if apart:
            return {DEFINITION: _others(asked), PROGRAM: [*version, *_others(made)]}
        other_version = version if self._versions[0] != self._versions[1] else []
        return {DEFINITION: [*_others([*asked, *made]), *other_version], PROGRAM: version}

    def cause_of(self, name: str) -> str:
        """Say why a figure comes out otherwise from the very exports and settings of then: a query that it is made
        with is another one, or the program is."""
        own = self._query.get("/".join(name.split("/")[:2]))
        if own is None:
            return DEFINITION if self._changed else PROGRAM
        made_with = (f"{_QUERIES}{own}.sql", *_COMMON)
        return DEFINITION if any(name.startswith(made_with) for name in self._changed) else PROGRAM


def _others(queries: list[str]) -> list[Record]:
    return [Record("", name, "the query is another one") for name in queries]
