"""Readings: figures read for many windows, one statement a figure, whoever needs them.

The parts of a review each say which windows they need (`expect`); the first one to read a figure has all of them
read at once. What any visitor has read before is remembered by the store, window by window, so that a filter does not
ask for promises again, nor another comparison for anything.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reliability.errors import ReliabilityError
from reliability.kpis.kpi import Kpi, from_row
from reliability.kpis.parameters import Asked, standing, windows
from reliability.model import Filters
from reliability.queries import Asks, Query, query
from reliability.queries.figures import figure
from reliability.settings import Settings

_BYTES_PER_VALUE = 40


@dataclass
class _Waiting:
    """Windows of a query that will be read. own: its other parameters. key: of them. is_sure: not only perhaps."""

    of: Query
    own: Mapping[str, Any]
    key: str
    windows: dict[Asked, None] = field(default_factory=dict)
    is_sure: bool = False


@dataclass
class Readings:
    """Reads figures and their samples from one store. For one thread; what it reads is for all.

    instead: by name, the queries to ask in place of today's: those that somebody agreed on.
    """

    store: Asks
    settings: Settings
    instead: Mapping[str, Query] = field(default_factory=dict)
    _expected: dict[tuple[str, str], _Waiting] = field(default_factory=dict)

    def expect(self, figure_id: str, asked: Iterable[Asked], filters: Filters, perhaps: bool = False) -> None:
        """Say that these windows of a figure will be read. perhaps: only where another figure says nothing."""
        self._wait_for(self._figure_of(figure_id), asked, filters, perhaps)

    def expect_samples(self, figure_id: str, asked: Iterable[Asked], filters: Filters) -> None:
        """Say that the samples behind these windows of a figure will be read."""
        self._wait_for(self._samples_of(figure_id), asked, filters)

    def read_ahead(self, *others: Callable[[], object]) -> None:
        """Read what is expected so far, several figures at a time where the store is worth asking so.

        others: what else asks the store, which remembers its answers. What cannot be read says so to who reads it.
        """
        sure = {name: waiting for name, waiting in self._expected.items() if waiting.is_sure}
        if self.store.at_once < 2 or len(sure) < 2:
            return

        def ask(question: Callable[[], object]) -> None:
            with suppress(ReliabilityError):
                question()

        figures = (partial(self._ask, w.of, w.own, w.key, w.windows) for w in sure.values())
        with ThreadPoolExecutor(self.store.at_once) as threads:
            list(threads.map(ask, (*others, *figures)))
        self._expected = {name: waiting for name, waiting in self._expected.items() if name not in sure}

    def row(self, figure_id: str, asked: Asked, filters: Filters) -> dict[str, Any]:
        """Return a figure's row of one window, also with the columns of its own."""
        (found,) = self._read(self._figure_of(figure_id), asked, filters)
        return found

    def kpi(self, figure_id: str, asked: Asked, filters: Filters) -> Kpi:
        """Return a figure of one window."""
        return from_row(figure(figure_id), self.row(figure_id, asked, filters), asked.as_of < asked.end)

    def samples(self, figure_id: str, asked: Asked, filters: Filters) -> list[dict[str, Any]]:
        """Return the samples behind a figure of one window: minutes with whether they are over, or endings."""
        return self._read(self._samples_of(figure_id), asked, filters)

    def _figure_of(self, figure_id: str) -> Query:
        own = figure(figure_id).query
        return self.instead.get(own.name, own)

    def _samples_of(self, figure_id: str) -> Query:
        name = figure(figure_id).samples
        return self.instead.get(name) or query(name)

    def _wait_for(self, of: Query, asked: Iterable[Asked], filters: Filters, perhaps: bool = False) -> None:
        own, key = self._own(of, filters)
        waiting = self._expected.setdefault((of.name, key), _Waiting(of, own, key))
        waiting.windows.update(dict.fromkeys(asked))
        waiting.is_sure |= not perhaps

    def _own(self, of: Query, filters: Filters) -> tuple[dict[str, Any], str]:
        """The parameters that the query takes beside its windows, and a key of them."""
        found = standing(self.settings, filters)
        own = {name: found[name] for name in of.parameters if name != "windows"}
        return own, repr(own)

    def _read(self, of: Query, asked: Asked, filters: Filters) -> list[dict[str, Any]]:
        own, key = self._own(of, filters)
        remembered = self.store.memory.get((of.sql, key, asked))
        if remembered is None:
            expected = self._expected.pop((of.name, key), None)
            wanted = dict.fromkeys([asked]) | (expected.windows if expected else {})
            remembered = self._ask(of, own, key, wanted)[asked]
        names = list(of.columns)
        width = len(names)
        return [
            dict(zip(names, remembered[at : at + width], strict=True))
            for at in range(0, len(remembered), width)
        ]

    def _ask(
        self, of: Query, own: Mapping[str, Any], key: str, asked: Iterable[Asked]
    ) -> dict[Asked, tuple[Any, ...]]:
        """Read those windows that nobody has read, if any; remember each as one flat tuple, and return them."""
        memory = self.store.memory
        wanted = [w for w in asked if memory.get((of.sql, key, w)) is None]
        if not wanted:
            return {}
        rows = self.store.ask(of, {"windows": windows(wanted), **own}).rows
        found: dict[int, list[Any]] = {i: [] for i in range(len(wanted))}
        for row in rows:
            found[row["window_id"]].extend(row.values())
        answers = {window: tuple(found[i]) for i, window in enumerate(wanted)}
        for window, values in answers.items():
            memory.keep((of.sql, key, window), values, _BYTES_PER_VALUE * (len(values) + 8))
        return answers
