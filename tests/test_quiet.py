"""A silence called quiet on the Data page: kept in the journal, counted as zero, taken back; and how charts show a gap."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from reliability.charts import strips
from reliability.charts.palette import LIGHT
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.rulings import quiet, rows_of
from reliability.settings import load_settings
from reliability.warehouse import build, restate
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder
from tests.named import give_name
from tests.test_gaps import NEW, OLD, QUARTERS, SETTINGS
from tests.test_gates_page import read
from tests.warehouse_by_hand import figures, params

STARTS, ENDS = datetime(2024, 12, 27, 10, tzinfo=UTC), datetime(2026, 1, 3, 10, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, SETTINGS)
    return tmp_path


def value(folder: Path) -> Any:
    """The incidents of a quarter in which no export has any."""
    store = open_workspace(folder).store
    try:
        return figures(store, "incidents", params(*QUARTERS["2025-Q2"]))["value"]
    finally:
        store.close()


def silence(folder: Path) -> dict[str, Any]:
    store = open_workspace(folder).store
    try:
        return store.run("lists/data/silences").one()
    finally:
        store.close()


@pytest.mark.slow
def test_what_is_called_quiet_is_zero_until_it_is_taken_back(folder: Path) -> None:
    found, journal, settings = silence(folder), Journal(folder), load_settings(folder)
    assert (found["starts_at"], found["ends_at"], found["is_quiet"], value(folder)) == (
        STARTS,
        ENDS,
        False,
        None,
    )
    entry = quiet.say(journal, found["table_name"], found["source"], STARTS, ENDS, "Ana")
    restate(folder, settings, lambda: rows_of(folder))
    assert (value(folder), silence(folder)["is_quiet"]) == (0, True)
    # A build from nothing comes to the same.
    build(folder, settings, force=True, decisions=lambda: rows_of(folder))
    assert value(folder) == 0
    journal.undo(entry.id, "Ben")
    restate(folder, settings, lambda: rows_of(folder))
    assert (value(folder), silence(folder)["is_quiet"]) == (None, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("table", "source", "starts", "ends", "is_quiet"),
    [
        ("incidents", None, STARTS, ENDS, True),
        ("tickets", None, STARTS, ENDS, False),
        ("incidents", "another tool", STARTS, ENDS, False),
        # Since more is missing than what somebody spoke of, they are to be asked again.
        ("incidents", None, datetime(2025, 3, 1, tzinfo=UTC), ENDS, False),
        # A late record at one end leaves less of the same silence.
        ("incidents", None, datetime(2024, 12, 1, tzinfo=UTC), ENDS, True),
    ],
)
def test_only_the_silence_that_was_meant_is_quiet(
    folder: Path, table: str, source: str | None, starts: datetime, ends: datetime, is_quiet: bool
) -> None:
    own = silence(folder)["source"]
    quiet.say(Journal(folder), table, own if source is None else source, starts, ends, "Ana")
    restate(folder, load_settings(folder), lambda: rows_of(folder))
    assert silence(folder)["is_quiet"] is is_quiet


def test_nobody_without_a_name_and_no_silence_that_ends_before_it_begins(folder: Path) -> None:
    with pytest.raises(ReliabilityError, match="your name is missing"):
        quiet.say(Journal(folder), "incidents", "x", STARTS, ENDS, " ")
    with pytest.raises(ReliabilityError, match="ends before it begins"):
        quiet.say(Journal(folder), "incidents", "x", ENDS, STARTS, "Ana")
    assert Journal(folder).entries() == []


def test_the_data_page_says_it_for_a_visitor_and_takes_it_back(folder: Path, open_page: Any) -> None:
    app = open_page("data", folder)
    said = next(button for button in app.button if button.label == "This was quiet")
    assert said.disabled, "nobody has said who they are"
    next(box for box in app.text_input if box.key == "quiet-who").set_value("Ana").run()
    next(button for button in app.button if button.label == "This was quiet").click().run()
    assert not app.exception
    (entry,) = Journal(folder).entries(quiet.KIND)
    assert (entry.who, entry.body["starts_at"], entry.body["ends_at"]) == (
        "Ana",
        STARTS.isoformat(),
        ENDS.isoformat(),
    )
    assert value(folder) == 0
    assert not [button for button in app.button if button.label == "This was quiet"]
    next(button for button in app.button if button.key == f"quiet-undo-{entry.id}").click().run()
    assert not app.exception
    assert value(folder) is None


def test_an_undo_on_an_old_page_does_not_hit_the_silence_that_has_its_number_since_a_restore(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, open_page: Any
) -> None:
    journal = Journal(folder)
    journal.append("note", "x", {}, "ana")
    saved = journal.backup(tmp_path_factory.mktemp("saved") / "saved.sqlite")
    gap = silence(folder)
    table, source = gap["table_name"], gap["source"]
    made = quiet.say(journal, table, source, STARTS, ENDS, "Ana")
    app = open_page("data", folder)
    give_name(app)
    old = next(button for button in app.button if button.key == f"quiet-undo-{made.id}")
    journal.restore(saved)
    other = quiet.say(journal, table, source, STARTS, datetime(2025, 3, 1, tzinfo=UTC), "Ben")
    assert other.id == made.id
    old.click().run()
    assert not app.exception
    assert [one.digest for one in quiet.standing_in(journal)] == [other.digest]
    assert "is not the one that was shown" in read(app)
    next(button for button in app.button if button.key == f"quiet-undo-{other.id}").click().run()
    assert list(quiet.standing_in(journal)) == []


def test_the_strips_tell_records_from_zero_from_not_covered(folder: Path) -> None:
    store = open_workspace(folder).store
    rows = store.run("lists/data/source_strips").rows
    store.close()
    # Six records in the weeks from 3 November 2024: in weeks 0, 1, 2, 4, 5 and 7; then none up to 3 January 2026.
    found = [(row["state"], row["records"]) for row in rows]
    assert found[:6] == [
        ("records", 3),
        ("none", 0),
        ("records", 2),
        ("none", 0),
        ("records", 1),
        ("none", 0),
    ]
    assert sum(row["records"] for row in rows) == 11
    assert all(before["ends_at"] == after["starts_at"] for before, after in pairwise(rows))
    assert rows[-1]["ends_at"] == datetime(2026, 2, 14, 10, tzinfo=UTC)


def test_no_two_states_look_the_same() -> None:
    at = [datetime(2025, month, 1, tzinfo=UTC) for month in range(1, 8)]
    states = (strips.RECORDS, strips.NONE, strips.GAP, strips.QUIET, strips.SINCE, strips.ENDED)
    stretches = [strips.Stretch("a", s, at[n], at[n + 1], s) for n, s in enumerate(states)]
    spec = strips.figure(stretches, ["a"], "light", "UTC")
    looks = [repr(trace["marker"]) for trace in spec["data"]]
    assert len(set(looks)) == len(states)
    # Without any colour, too: the shape of the filling differs.
    shapes = [
        (
            trace["marker"].get("pattern", {}).get("shape"),
            trace["marker"]["line"]["width"],
            trace["marker"]["color"] == LIGHT.border,
        )
        for trace in spec["data"]
    ]
    assert len(set(shapes)) == len(states)
    # January has 31 days.
    assert next(t for t in spec["data"] if t["name"] == strips.RECORDS)["x"] == [31 * 86_400_000]


def test_charts_mark_what_no_export_covers_and_have_no_zero_there(folder: Path, open_page: Any) -> None:
    from reliability.model import Filters
    from reliability.review.scope import Scope
    from reliability.settings.periods import quarter_of

    workspace = open_workspace(folder)
    period = quarter_of(workspace.as_of, workspace.settings, workspace.as_of)
    scope = Scope(workspace.store, workspace.settings, period, Filters())
    (band,) = scope.gap_bands("incidents", datetime(2025, 2, 1, tzinfo=UTC))
    assert (band.start, band.end) == (datetime(2025, 2, 1, tzinfo=UTC), ENDS)
    assert (band.label, band.role) == ("not covered", "gap")
    inside = [p.value for p in scope.points("incidents") if p.at < datetime(2025, 12, 31, tzinfo=UTC)]
    assert inside and set(inside) == {None}
    workspace.store.close()
