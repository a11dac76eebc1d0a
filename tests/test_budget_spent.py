"""What spent an error budget, worked out by hand."""

from datetime import timedelta
from pathlib import Path

import pytest

from reliability.commitments.spending import Spender, blame, spent_by
from reliability.formatting import plain
from reliability.settings import Goal
from tests.promises_by_hand import ZERO, incident, judged, promise
from tests.test_commitments_others import requests
from tests.warehouse_by_hand import by_hand, instant, params

# Ten days of 1,000 requests, of which 1 % may fail: a budget of 100.
TEN_DAYS = {**params("2025-07-01", "2025-07-11"), "availability": 0.99}


def test_each_failure_is_put_down_to_one_cause_and_the_shares_add_up(tmp_path: Path) -> None:
    start = instant("2025-07-01")
    failed = (5, 60, 20, 30, 15, 12, 10, 0, 0, 0)
    measured = [
        {
            "endpoint": "/a", "service": "api", "interval_start": start + timedelta(days=n),
            "interval_end": start + timedelta(days=n + 1), "good": 1000 - bad, "total": 1000,
        }
        for n, bad in enumerate(failed)
    ]  # fmt: skip

    def going_on(name: str, severity: int, first: str, last: str | None, **more):
        over = {"resolved_at": last, "status": "resolved"} if last else {"status": "open"}
        return {
            "incident_id": name,
            "opened_at": first,
            "severity": severity,
            "service": "api",
            **over,
            **more,
        }

    incidents = [
        # Day 1: the gravest, although another covers all of the day.
        going_on("LONG", 2, "2025-07-02", "2025-07-03"),
        going_on("GRAVE", 1, "2025-07-02 10:00", "2025-07-02 11:00"),
        # Day 2: of two alike, the one that covers more of it.
        going_on("SHORTER", 2, "2025-07-03 01:00", "2025-07-03 03:00"),
        going_on("LONGER", 2, "2025-07-03 04:00", "2025-07-03 10:00"),
        # Day 4: another service's incident explains nothing. Day 5: over, and nobody knows when.
        going_on("ELSEWHERE", 1, "2025-07-05 04:00", "2025-07-05 10:00", service="blog"),
        going_on("UNKNOWN", 1, "2025-07-06 04:00", None, status="closed"),
    ]
    with by_hand(tmp_path, incidents=incidents, availability=measured) as store:
        rows = store.run("lists/budget_spent", TEN_DAYS).rows
    found = {row["incident_id"] or row["spender"]: (row["failed"], row["budget_share"]) for row in rows}
    # Everyday: days 0 and 6, which fail no more than 1 %. No incident: days 3, 4 and 5.
    assert found == {
        "GRAVE": (60, pytest.approx(0.60)),
        "no incident": (57, pytest.approx(0.57)),
        "LONGER": (20, pytest.approx(0.20)),
        "everyday": (15, pytest.approx(0.15)),
    }
    assert [row["used"] for row in rows] == [pytest.approx(1.52)] * 4
    assert next(row for row in rows if row["incident_id"] == "GRAVE")["peak_burn"] == pytest.approx(6)


def test_an_open_incident_spends_until_now_and_a_running_window_expects_its_whole_traffic(
    tmp_path: Path,
) -> None:
    start = instant("2025-07-01")
    measured = [
        {
            "endpoint": "/a", "service": "api", "interval_start": start + timedelta(days=n),
            "interval_end": start + timedelta(days=n + 1), "good": 950, "total": 1000,
        }
        for n in range(5)
    ]  # fmt: skip
    # Opened long before the window, and again after it had been closed.
    still = {
        "incident_id": "OPEN",
        "opened_at": "2025-06-20",
        "closed_at": "2025-06-21",
        "severity": 2,
        "service": "api",
        "status": "open",
    }
    halfway = {**params("2025-07-01", "2025-07-11", "2025-07-06"), "availability": 0.99}
    with by_hand(tmp_path, incidents=[still], availability=measured) as store:
        (row,) = store.run("lists/budget_spent", halfway).rows
    # 250 failed of the 100 that may in ten days
    assert (row["incident_id"], row["failed"], row["budget_share"]) == ("OPEN", 250, pytest.approx(2.5))


def test_a_missed_promise_names_the_incident_that_spent_the_budget_and_how_fast(tmp_path: Path) -> None:
    # 90 days of 10,000 requests: a budget of 450, spent twice over on one day.
    rows = [{**row, "service": "api"} for row in requests("/a", {200: 900}, range(170, 340))]
    outage = incident(7, ZERO + timedelta(days=200, hours=3), 120, service="api")
    found = judged(
        tmp_path, promise("availability", Goal(at_least=0.9995)), availability=rows, incidents=[outage]
    )
    assert plain(found.sentence).endswith("Below it: /a. I7 spent 200 % of the budget of /a.")
    (detail,) = found.details
    assert (
        plain(detail)
        == "/a: 99.9 %, 2 h 10 min of 1 h 5 min budget used, at 2.0 times the allowed rate; spent by I7 200 %"
    )


def test_less_than_an_interval_at_the_edge_is_not_a_gap(tmp_path: Path) -> None:
    # Days that begin six hours into the window leave six hours at its edge: nothing was missed.
    rows = requests("/a", {}, range(170, 340))
    shifted = [
        {**row, "interval_start": row["interval_start"] + timedelta(hours=6), "interval_end": row["interval_end"] + timedelta(hours=6)}
        for row in rows
    ]  # fmt: skip
    goal = promise("availability", Goal(at_least=0.9995))
    (tmp_path / "b").mkdir()
    assert not any(
        "not measured" in detail for detail in judged(tmp_path, goal, availability=shifted).details
    )
    holed = [row for i, row in enumerate(shifted) if i != 40]
    assert any(
        "not measured" in detail for detail in judged(tmp_path / "b", goal, availability=holed).details
    )


def test_only_what_matters_is_named() -> None:
    spenders = [
        Spender("/a", "everyday", None, 0.3),
        Spender("/a", "incident", "A", 0.5),
        Spender("/a", "incident", "B", 0.04),
        Spender("/b", "no incident", None, 0.9),
    ]
    assert plain(spent_by(spenders, "/a")) == "A 50 %, everyday failures 30 %"
    assert plain(spent_by(spenders, "/b")) == "with no incident on record 90 %"
    assert blame(spenders, ["/b"]) == ""
    assert plain(blame(spenders, ["/b", "/a"])) == "A spent 50 % of the budget of /a."
