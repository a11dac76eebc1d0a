"""Reading ahead: what is expected is read several figures at a time, each in one statement, and nothing else is."""

from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest

from reliability.errors import QueryError
from reliability.kpis import Asked, Readings
from reliability.model import Filters
from reliability.queries.memory import Memory
from reliability.settings import load_settings
from reliability.settings.periods import quarter_of
from reliability.ui import turns
from reliability.ui.view import View
from reliability.warehouse.workspace import open_workspace

OCTOBER = Asked(*(datetime(2025, month, 1, tzinfo=UTC) for month in (10, 11, 11)))
SEPTEMBER = Asked(*(datetime(2025, month, 1, tzinfo=UTC) for month in (9, 10, 11)))
_BYTES = 100_000_000
FIGURES = ("p1_incidents", "nps")


@pytest.fixture
def readings(store: Any, sample_dir: Any) -> Readings:
    store.memory = Memory(_BYTES)
    store.at_once = 2
    return Readings(store, load_settings(sample_dir))


def row(readings: Readings, name: str, window: Asked) -> dict[str, Any]:
    """A figure's row without its place among the windows that were asked with it."""
    found = readings.row(name, window, Filters())
    return {column: value for column, value in found.items() if column != "window_id"}


def test_figures_are_asked_side_by_side_and_each_once(readings: Readings, monkeypatch) -> None:
    both, ask = Barrier(2, timeout=60), readings.store.ask

    def meeting(*args: Any) -> Any:
        both.wait()  # one after the other would wait in vain
        return ask(*args)

    for name in FIGURES:
        readings.expect(name, [OCTOBER, SEPTEMBER], Filters())
    monkeypatch.setattr(readings.store, "ask", meeting)
    begun = readings.store.statements
    readings.read_ahead()
    assert readings.store.statements - begun == 2
    alone = Readings(readings.store, readings.settings)
    said = {(name, w): row(readings, name, w) for name in FIGURES for w in (OCTOBER, SEPTEMBER)}
    assert readings.store.statements - begun == 2
    monkeypatch.undo()
    readings.store.memory = Memory(_BYTES)
    assert said == {(name, w): row(alone, name, w) for name, w in said}


def test_what_is_read_only_perhaps_waits_until_it_is(readings: Readings) -> None:
    for name in FIGURES:
        readings.expect(name, [OCTOBER], Filters())
    readings.expect("repeat_incidents", [OCTOBER, SEPTEMBER], Filters(), perhaps=True)
    begun = readings.store.statements
    readings.read_ahead()
    assert readings.store.statements - begun == 2
    readings.row("repeat_incidents", OCTOBER, Filters())
    readings.row("repeat_incidents", SEPTEMBER, Filters())
    assert readings.store.statements - begun == 3


def test_a_figure_that_cannot_be_read_says_so_to_who_reads_it(readings: Readings, monkeypatch) -> None:
    ask = readings.store.ask

    def faulty(of: Any, params: Any) -> Any:
        if of.name == "kpis/nps":
            raise QueryError("the query is at fault", "queries/kpis/nps.sql", "Fix it.")
        return ask(of, params)

    monkeypatch.setattr(readings.store, "ask", faulty)
    for name in FIGURES:
        readings.expect(name, [OCTOBER], Filters())
    readings.read_ahead()
    assert readings.row("p1_incidents", OCTOBER, Filters())["value"] is not None
    with pytest.raises(QueryError, match="at fault"):
        readings.row("nps", OCTOBER, Filters())


def test_a_store_with_something_supposed_is_asked_by_one_thread(store: Any, sample_dir: Any) -> None:
    with store.aside() as supposed:
        readings = Readings(supposed, load_settings(sample_dir))
        for name in FIGURES:
            readings.expect(name, [OCTOBER], Filters())
        begun = store.statements
        readings.read_ahead()
        assert store.statements == begun


def test_what_else_asks_is_asked_beside_the_figures_and_a_fault_of_it_stops_nothing(
    readings: Readings,
) -> None:
    for name in FIGURES:
        readings.expect(name, [OCTOBER], Filters())

    def faulty() -> None:
        raise QueryError("it is broken", "queries/lists/meta.sql")

    begun = readings.store.statements
    readings.read_ahead(lambda: readings.store.run("lists/meta"), faulty)
    assert readings.store.statements - begun == 3
    readings.store.run("lists/meta")
    readings.row("nps", OCTOBER, Filters())
    assert readings.store.statements - begun == 3


@pytest.mark.parametrize("others", [0, 1])
def test_a_review_reads_ahead_only_where_nobody_else_asks(sample_dir: Any, monkeypatch, others: int) -> None:
    """In a room full of people each core has its page to write: more at a time made everybody wait longer."""
    workspace = open_workspace(sample_dir)
    asked: list[int] = []
    monkeypatch.setattr(Readings, "read_ahead", lambda *_: asked.append(1))
    monkeypatch.setattr(turns, "pages", turns.Turns(2))
    period = quarter_of(workspace.as_of, workspace.settings, workspace.as_of)
    seen = View(workspace, period, "previous", Filters(services=(f"nobody-{others}",)))
    with ExitStack() as pages:
        for _ in range(1 + others):
            pages.enter_context(turns.pages.one())
        assert seen.review
    assert len(asked) == 1 - others
