"""Prepared suggestions: what a page reads is what a computation from nothing gives, and only as much as it shows."""

import sys
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reliability.model import Filters
from reliability.queries import Store
from reliability.repeats import (
    Key,
    Suggestion,
    history,
    is_prepared,
    prepared,
    suggested,
    waiting,
    waiting_number,
)
from reliability.repeats.prepared import prepare
from reliability.settings.periods import quarter
from reliability.ui.view import View
from reliability.warehouse.workspace import Workspace, open_workspace
from tests.shown import pieces

EVERYTHING = 100_000


@pytest.fixture
def sample(own_sample: Path) -> Iterator[Workspace]:
    opened = open_workspace(own_sample)
    # The sample it was copied from may have been asked for suggestions by another test.
    for path in (own_sample / "warehouse").glob("*.repeats"):
        path.unlink()
    yield opened
    opened.store.close()


def files(sample: Workspace) -> list[str]:
    return sorted(path.name for path in (sample.data_dir / "warehouse").glob("*.repeats"))


def by_hand(
    sample: Workspace,
    asked: dict[str, Any],
    rejected: frozenset[tuple[Key, Key]] = frozenset(),
    settled: frozenset[Key] = frozenset(),
) -> list[Suggestion]:
    """The first close suggestion of every incident that is shown, no repeat and not settled, the gravest first."""
    shown = {
        (r["source"], r["incident_id"]): r for r in sample.store.run("lists/incidents/incident_rows", asked)
    }
    first: dict[Key, Suggestion] = {}
    for s in suggested(sample, rejected, only_close=True, start=asked["start"], end=asked["end"]):
        row = shown.get(s.key)
        if row is not None and not row["is_repeat"] and s.key not in settled:
            first.setdefault(s.key, s)
    return sorted(
        first.values(),
        key=lambda s: (shown[s.key]["severity"] or 9, -s.score, s.days_apart, s.incident_id),
    )


@pytest.mark.parametrize("filters", [Filters(), Filters(services=("checkout-api",), severities=(2, 3))])
def test_the_queue_is_the_first_close_suggestion_of_every_incident_that_is_no_repeat(
    sample: Workspace, filters: Filters
) -> None:
    asked = View(
        sample, quarter("2025-Q3", sample.settings, sample.as_of), "previous", filters
    ).scope.parameters()
    every = by_hand(sample, asked)
    assert len(every) > 10
    rejected = frozenset(s.pair for s in every[::4])
    settled = frozenset(s.key for s in every[1::5])
    left = by_hand(sample, asked, rejected, settled)
    found = waiting(sample, asked, rejected, settled, limit=EVERYTHING)
    assert [s for _, s in found.rows] == left
    grave = sum((row["severity"] or 9) <= 2 for row, _ in found.rows)
    assert (found.waiting, found.grave) == (len(left), grave)
    assert waiting_number(sample, asked, rejected, settled) == len(left)
    # What was skipped comes last, and only as much is read as is asked for.
    skipped = frozenset(s.key for s in left[:2])
    few = waiting(sample, asked, rejected, settled, skipped, limit=3)
    assert [s for _, s in few.rows] == left[2:5] and few.waiting == len(left)


def test_of_one_incident_only_its_own_are_read(sample: Workspace) -> None:
    every = suggested(sample)
    one = every[len(every) // 2].key
    assert suggested(sample, of=one) == tuple(s for s in every if s.key == one)
    assert suggested(sample, of=("no tool", "no incident")) == ()


def test_a_file_of_another_version_or_a_damaged_one_is_made_anew(sample: Workspace) -> None:
    found = suggested(sample)
    (name,) = files(sample)
    path = sample.data_dir / "warehouse" / name
    for spoil in (
        lambda: path.write_bytes(b"no database"),
        lambda: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda: duckdb.connect(str(path)).execute("update made set of_version = 'another'").close(),
    ):
        forget()
        spoil()
        assert suggested(sample) == found
    (sample.data_dir / "warehouse" / "gone.repeats").write_bytes(b"of a version that is gone")
    forget()
    path.unlink()
    assert suggested(sample) == found and files(sample) == [name]


def forget() -> None:
    """As a process that has just begun."""
    for _, held in prepared._opened.values():
        held.close()
    prepared._opened.clear()


# Which column says that a title is generic.
_GENERIC = 13


class _Row(dict[str, Any]):
    """A row that can be seen to be gone."""

    __hash__ = object.__hash__


def test_only_a_batch_of_incidents_is_held_while_all_are_read(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = everything(sample)
    assert {incident[_GENERIC] for incident in whole["incident"]} == {True, False}
    monkeypatch.setattr(prepared, "BATCH", 100)
    monkeypatch.setattr(history, "BATCH", 100)
    monkeypatch.setattr(prepared, "_PART", 700)
    monkeypatch.setattr(prepared, "_PAIRS", 1000)
    held: weakref.WeakSet[_Row] = weakref.WeakSet()
    most = batches = 0
    batched = Store.batches

    def watched(store: Store, *asked: Any) -> Iterator[list[_Row]]:
        nonlocal most, batches
        for given in batched(store, *asked):
            rows = [_Row(row) for row in given]
            held.update(rows)
            most, batches = max(most, len(held)), batches + 1
            yield rows

    monkeypatch.setattr(Store, "batches", watched)
    assert everything(sample) == whole
    # While one is made, the one before is still there.
    assert batches >= 2 * len(whole["incident"]) // 100 > 40 and most <= 200


def everything(sample: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Prepare from nothing, and read all that the file then holds, in its order."""
    forget()
    for path in (sample.data_dir / "warehouse").glob("*.repeats"):
        path.unlink()
    prepare(sample)
    (name,) = files(sample)
    forget()
    with duckdb.connect(str(sample.data_dir / "warehouse" / name), read_only=True) as con:
        return {
            table: con.sql(f"from {table} order by all").fetchall()
            for (table,) in con.sql("select table_name from duckdb_tables()").fetchall()
        }


def test_where_nothing_can_be_written_suggestions_are_held_in_memory(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = suggested(sample)
    forget()
    for path in (sample.data_dir / "warehouse").glob("*.repeats"):
        path.unlink()

    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(prepared.os, "replace", full)
    assert suggested(sample) == found and files(sample) == []
    forget()


def test_a_large_history_is_prepared_by_another_process_and_nobody_waits(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_prepared(sample), "the sample is small"
    begun: list[list[str]] = []

    class Process:
        def __init__(self, command: list[str], **_: object) -> None:
            begun.append(command)

        def poll(self) -> int | None:
            return None

    monkeypatch.setattr(prepared, "LARGE", 100)
    monkeypatch.setattr(prepared.subprocess, "Popen", Process)
    assert not is_prepared(sample) and not is_prepared(sample)
    assert begun == [
        [sys.executable, "-m", "reliability", "repeats", "--prepare", "--data", str(sample.data_dir)]
    ]
    prepare(sample)
    assert is_prepared(sample) and len(begun) == 1
    forget()
    assert is_prepared(sample), "by the file alone"


def test_the_page_says_that_suggestions_are_being_looked_for(
    own_sample: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reliability.ui.chronic.queue.is_prepared", lambda _: False)
    app = open_page("chronic_issues", data_dir=own_sample, quarter="2025-Q3")
    said = " ".join(pieces(app))
    assert "Incidents of 2025 Q3 that came back are being looked for" in said.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert not [button for button in app.button if button.key == "repeat-confirm"]


def test_nothing_after_the_instant_of_the_view_waits(sample: Workspace) -> None:
    asked = View(
        sample, quarter("2025-Q3", sample.settings, sample.as_of), "previous", Filters()
    ).scope.parameters()
    early = datetime(2025, 8, 1, tzinfo=UTC)
    found = waiting(sample, {**asked, "as_of": early}, limit=EVERYTHING)
    assert found.rows and all(row["opened_at"] <= early for row, _ in found.rows)
