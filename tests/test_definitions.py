"""A verdict is judged again under every definition that could be defended, and those that change it are named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.commitments import commitment_statuses
from reliability.queries import Aside, Query, Result, Store
from reliability.queries.figures import Choice, figures
from reliability.scrutiny.definitions import Survival, survivals
from reliability.scrutiny.supposed import supposing
from reliability.settings import Commitment, Goal, Organisation, Settings, Span, load_settings
from reliability.settings.periods import Window
from reliability.ui.promises import drawer
from tests.conftest import ROOT
from tests.promises_by_hand import counts, durations, late_record, promise, spread
from tests.test_ui import said
from tests.warehouse_by_hand import by_hand, params

NOW = datetime(2025, 12, 1, tzinfo=UTC)
FEWER = promise("p1_incidents", Goal(change=-0.4))


def survival(
    folder: Path, one: Commitment, rows: list[dict[str, Any]], incident_windows: tuple[Span, ...] = ()
) -> Survival | None:
    known = Settings(Organisation(time_zone="UTC"), commitments=(one,), incident_windows=incident_windows)
    with by_hand(folder, {"as_of": "2025-12-01"}, incidents=rows) as store:
        found = survivals(store, known, NOW, commitment_statuses(store, known, NOW))
    return found.get(one.id)


def test_a_count_that_only_the_last_severity_keeps(tmp_path: Path) -> None:
    # By the gravest severity 40 of 36 usual ones; 20 of them ended as P2, so that by the last it is 20.
    downgraded = spread(2000, 20, 180, 270, severity=2, severity_highest=1)
    found = survival(tmp_path, FEWER, [*counts(72, 20), *downgraded])
    assert found is not None
    # Two rules; the half year as written (180 days) and two quarters (182): the exports begin with 2025, so that three
    # and four quarters are cut to the half year and judged by it.
    assert (found.verdict, found.holds, found.of) == ("missed, depends on severity rule", 4, 8)
    assert {o.choice.split(",")[0] for o in found.otherwise} == {"the last severity"}
    assert {o.figure for o in found.otherwise} == {"20"}
    assert found.words == "The verdict holds in 4 of 8 definitions that can be defended."


def test_a_figure_is_read_in_one_statement_a_supposition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Aside, str]] = []
    answer = Aside._answer

    def counted(self: Aside, query: Query, values: dict[str, Any]) -> Result:
        asked.append((self, query.name))
        return answer(self, query, values)

    monkeypatch.setattr(Aside, "_answer", counted)
    found = survival(tmp_path, FEWER, counts(72, 20))
    assert found is not None and found.of == 8
    read = [one for one, name in asked if name == "kpis/p1_incidents"]
    # Two severity rules; one of them is that of the warehouse.
    assert 1 <= len(read) == len(set(map(id, read))) <= 2


def test_a_median_that_depends_on_the_clock(tmp_path: Path) -> None:
    # Detected 55 minutes after opening in the promise's window: 60 minutes from opening are 5 from detection.
    rows = durations([60] * 40, [60] * 40)
    for row in rows:
        late = row["opened_at"] >= datetime(2025, 6, 30, tzinfo=UTC)
        row["detected_at"] = row["opened_at"] + timedelta(minutes=55 if late else 0)
    found = survival(tmp_path, promise("time_to_recover_median", Goal(change=-0.3)), rows)
    assert found is not None
    assert found.of == 2 * 3 * 4
    # From detection 5 minutes instead of 60: met. From opening, and from a start that nobody recorded: no change.
    assert found.holds == 16
    assert all("recovery from detection" in o.choice and o.verdict.startswith("met") for o in found.otherwise)


def test_a_baseline_without_its_incident_window_is_a_choice(tmp_path: Path) -> None:
    # 20 a month in a bad second quarter, 8 a month before: 24 in the window are many fewer only with the bad time.
    rows = [*spread(0, 24, 0, 90), *spread(300, 60, 90, 180), *spread(600, 24, 180, 270), *late_record()]
    bad = (Span(date(2025, 4, 1), date(2025, 6, 30)),)
    found = survival(tmp_path, replace(FEWER, goal=Goal(change=-0.3)), rows, bad)
    assert found is not None
    named = {o.choice for o in found.otherwise}
    assert "the baseline without the incident windows" in named
    assert not any(name == "last severity" for name in named)


def test_what_can_be_defined_in_one_way_only_is_not_in_the_answer(tmp_path: Path) -> None:
    assert survival(tmp_path, promise("incidents", Goal(at_most=500), baseline=None), counts(72, 20)) is None


def test_the_headers_name_every_figure_that_another_choice_moves(store: Store) -> None:
    """The facts of the sample under each other choice: whatever figure moves must say so in its header."""
    known = load_settings(ROOT / "data")
    window = Window(datetime(2024, 8, 19, tzinfo=UTC), datetime(2025, 11, 17, tzinfo=UTC))
    asked = params("2024-08-19", "2025-11-17")
    others = {
        Choice.SEVERITY_RULE: replace(known, severity=replace(known.severity, rule="final")),
        Choice.RECOVERY_CLOCK: replace(known, incidents=replace(known.incidents, recovery_clock="started")),
        Choice.LOOK_BACK: replace(known, incidents=replace(known.incidents, repeat_look_back_days=90)),
    }
    live = {name: store.ask(f.query, asked).rows[0] for name, f in figures().items()}
    for choice, other in others.items():
        with supposing(store, known, other, window) as supposed:
            moved = {
                name
                for name, f in figures().items()
                if supposed.ask(f.query, asked).rows[0]["value"] != live[name]["value"]
            }
        named = {name for name, f in figures().items() if choice in f.choices}
        assert moved, choice
        assert moved <= named, choice


def test_only_an_open_drawer_asks_and_it_names_what_does_not_hold(open_page) -> None:
    app = open_page("commitments")
    assert "definitions that can be defended" not in said(app)
    app.button(key="open-promise-p1-incidents").click().run()
    assert not app.exception
    assert "The verdict holds in 11 of 12 definitions that can be defended." in said(app)
    assert "With the baseline without the incident windows: over so far" in said(app)


def test_over_a_long_history_only_whoever_asks_waits_for_what_is_judged_again(open_page, monkeypatch) -> None:
    monkeypatch.setattr(drawer, "is_large", lambda workspace: True)
    app = open_page("commitments", promise="p1-incidents")
    assert "definitions that can be defended" not in said(app)
    assert not any("end of each week" in part.label for part in app.expander)
    app.button(key="judge-again-p1-incidents").click().run()
    assert not app.exception
    assert "The verdict holds in 11 of 12 definitions that can be defended." in said(app)
    assert any("end of each week" in part.label for part in app.expander)
    assert not any(button.key == "judge-again-p1-incidents" for button in app.button)
