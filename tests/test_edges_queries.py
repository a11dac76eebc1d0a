"""Figures exactly at their limits: a wait, a due time, an instant at the end of what is seen."""

from pathlib import Path
from typing import Any

import pytest

from reliability.queries.figures import figures as every_figure
from tests.warehouse_by_hand import by_hand, figures, params

DAY = params("2025-08-01", "2025-08-02", as_of="2025-08-01 12:00")


def p1(**others: Any) -> dict[str, Any]:
    """A P1 of 1 August, 11:45."""
    return {"incident_id": "A", "severity": 1, "status": "open", "opened_at": "2025-08-01 11:45", **others}


@pytest.mark.parametrize(
    ("engaged_at", "as_of", "in_time", "decided", "undecided"),
    [
        ("2025-08-01 12:00", "2025-08-01 13:00", 1, 1, 0),  # after exactly 15 minutes
        ("2025-08-01 12:00:01", "2025-08-01 13:00", 0, 1, 0),
        ("2025-08-01 12:00", "2025-08-01 12:00", 1, 1, 0),  # an engagement at the very moment is seen
        (None, "2025-08-01 12:00", 0, 0, 1),  # has waited exactly 15 minutes
        (None, "2025-08-01 12:00:01", 0, 1, 0),
        ("2025-08-01 12:10", "2025-08-01 11:59", 0, 0, 1),  # engaged later than as_of: still waits
    ],
)
def test_an_engagement_and_a_wait_of_exactly_the_target(
    tmp_path: Path, engaged_at: str | None, as_of: str, in_time: int, decided: int, undecided: int
) -> None:
    # Another incident, of another day, shows that engagements are recorded at all.
    other = p1(incident_id="B", opened_at="2025-07-01", engaged_at="2025-07-01", resolved_at="2025-07-02")
    with by_hand(tmp_path, incidents=[p1(engaged_at=engaged_at), other]) as store:
        found = figures(store, "engaged_within_target_share", params("2025-08-01", "2025-08-02", as_of))
    assert (found["numerator"], found["n"], found["open"]) == (in_time, decided, undecided)


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [("2025-08-05 10:00", "not_due"), ("2025-08-05 10:00:01", "missing")],
)
def test_a_postmortem_due_exactly_now_is_not_missing_yet(tmp_path: Path, as_of: str, outcome: str) -> None:
    sev1 = p1(
        status="resolved", opened_at="2025-08-02 09:00", resolved_at="2025-08-02 10:00"
    )  # 72 h: the 5th
    wrote = {"incident_id": "other", "published_at": "2025-07-01"}
    with by_hand(tmp_path, incidents=[sev1], postmortems=[wrote]) as store:
        found = figures(store, "postmortem_on_time_share", params("2025-08-01", "2025-09-01", as_of))
    assert {name: found[name] for name in ("not_due", "missing", "late")} == {
        "not_due": 0,
        "missing": 0,
        "late": 0,
        outcome: 1,
    }


@pytest.mark.parametrize(
    ("published_at", "on_time", "late"), [("2025-08-05 10:00", 1, 0), ("2025-08-05 10:00:01", 0, 1)]
)
def test_a_postmortem_published_exactly_when_due_is_on_time(
    tmp_path: Path, published_at: str, on_time: int, late: int
) -> None:
    sev1 = p1(status="resolved", opened_at="2025-08-02 09:00", resolved_at="2025-08-02 10:00")
    wrote = {"incident_id": "A", "published_at": published_at}
    with by_hand(tmp_path, incidents=[sev1], postmortems=[wrote]) as store:
        found = figures(store, "postmortem_on_time_share", params("2025-08-01", "2025-09-01"))
        at = params("2025-08-01", "2025-09-01", as_of=published_at)
        seen_at_once = figures(store, "postmortem_on_time_share", at)
    assert (found["numerator"], found["late"]) == (on_time, late)
    assert (seen_at_once["numerator"], seen_at_once["late"]) == (on_time, late)


@pytest.mark.parametrize(("as_of", "value"), [("2025-08-01 11:59:59", None), ("2025-08-01 12:00", 20)])
def test_a_detection_after_as_of_is_not_seen(tmp_path: Path, as_of: str, value: float | None) -> None:
    one = p1(started_at="2025-08-01 11:40", detected_at="2025-08-01 12:00")
    with by_hand(tmp_path, incidents=[one]) as store:
        found = figures(store, "time_to_detect_median", params("2025-08-01", "2025-08-02", as_of))
    assert found["value"] == value
    assert found["n"] == (0 if value is None else 1)


@pytest.mark.parametrize(
    ("opened_at", "counted"),
    [("2025-07-31 23:59:59", 0), ("2025-08-01", 1), ("2025-08-01 12:00", 1), ("2025-08-01 12:00:01", 0)],
)
def test_incidents_count_from_the_start_of_a_window_to_as_of(
    tmp_path: Path, opened_at: str, counted: int
) -> None:
    around = [p1(incident_id=name, opened_at=at) for name, at in (("X", "2025-07-01"), ("Y", "2025-09-01"))]
    with by_hand(tmp_path, incidents=[p1(opened_at=opened_at), *around]) as store:
        for kpi in ("incidents", "p1_incidents"):
            assert figures(store, kpi, DAY)["value"] == counted
        whole = params("2025-08-01", "2025-08-02", as_of="2025-10-01")
        moved = {**whole, "end": DAY["as_of"]}
        # What happens at the end of a window belongs to the next one.
        expected = counted if opened_at != "2025-08-01 12:00" else 0
        assert figures(store, "incidents", moved)["value"] == expected


def test_where_there_is_nothing_every_count_is_zero_and_every_value_missing(tmp_path: Path) -> None:
    asked = params("2025-07-01", "2025-10-01")
    with by_hand(tmp_path) as store:
        found = {name: figures(store, name, asked) for name in every_figure()}
    counted = {
        f"{name} {column}": row[column]
        for name, row in found.items()
        for column, kind in every_figure()[name].query.columns.items()
        if kind == "bigint" and column in row
    }
    assert len(counted) > 60
    assert {name: count for name, count in counted.items() if count != 0} == {}
    assert {name: row["value"] for name, row in found.items() if row["value"] is not None} == {}
