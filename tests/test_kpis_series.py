"""Figures step by step: every week and month is there, in the organisation's zone, and a cut one says so."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.kpis import Asked
from reliability.model import Filters
from tests.warehouse_by_hand import by_hand, instant, params, scope, steps

# One record before and one after everything, so that the exports cover what lies between.
EDGES = [
    {"incident_id": "earliest", "opened_at": "2025-01-01", "severity": 4},
    {"incident_id": "latest", "opened_at": "2025-12-31", "severity": 4},
]


def p1(*moments: str, **others: Any) -> list[dict[str, Any]]:
    """P1 incidents opened at these moments."""
    return [{"incident_id": moment, "opened_at": moment, "severity": 1, **others} for moment in moments]


def berlin(start: str, end: str, as_of: str | None = None, **others: Any) -> dict[str, Any]:
    """Return parameters of an organisation in Berlin."""
    return params(start, end, as_of, time_zone="Europe/Berlin", **others)


def test_weeks_are_whole_in_the_organisations_zone_over_a_clock_change(tmp_path: Path) -> None:
    # Clocks go back on Sunday, 26 October 2025: that week has 169 hours, from 22:00 UTC to 23:00 UTC.
    incidents = p1("2025-10-19 21:59", "2025-10-19 22:00", "2025-10-26 22:59", "2025-10-26 23:00")
    with by_hand(tmp_path, {"time_zone": "Europe/Berlin"}, incidents=[*EDGES, *incidents]) as store:
        asked = scope(store, "2025-10-12 22:00", "2025-11-09 23:00", zone="Europe/Berlin")
        weeks = steps(asked, "p1_incidents", "week")
    assert [(w["at"], w["value"], w["partial"]) for w in weeks] == [
        (instant("2025-10-12 22:00"), 1, False),
        (instant("2025-10-19 22:00"), 2, False),
        (instant("2025-10-26 23:00"), 1, False),
        (instant("2025-11-02 23:00"), 0, False),
    ]


def test_weeks_begin_in_the_window_and_as_of_cuts_the_last_one(tmp_path: Path) -> None:
    incidents = p1("2025-07-01", "2025-07-02", "2025-07-08", "2025-07-20")
    # Wednesday 2 July to Wednesday 30 July, seen on Tuesday 15 July.
    with by_hand(tmp_path, incidents=[*EDGES, *incidents]) as store:
        weeks = steps(scope(store, "2025-07-02", "2025-07-30", "2025-07-15"), "p1_incidents", "week")
    assert [(w["at"], w["value"], w["partial"]) for w in weeks] == [
        (instant("2025-07-07"), 1, False),
        (instant("2025-07-14"), 0, True),
    ]


@pytest.mark.parametrize(
    ("start", "end", "first"),
    [
        # 2024 had a 29 February: 366 days back from New Year.
        ("2024-09-30 22:00", "2024-12-31 23:00", "2023-12-31 23:00"),
        ("2025-09-30 22:00", "2025-12-31 23:00", "2024-12-31 23:00"),
        # Seen on 29 February, the year began on the 28th.
        ("2023-12-31 23:00", "2024-02-29 11:00", "2023-02-28 23:00"),
    ],
)
def test_a_year_of_months_is_twelve_in_leap_years_too(
    tmp_path: Path, start: str, end: str, first: str
) -> None:
    with by_hand(tmp_path, incidents=EDGES) as store:
        asked = scope(store, start, end, zone="Europe/Berlin")
    months = asked.steps("month")
    assert (len(months), months[0].start) == (12, instant(first))


def test_a_past_quarter_does_not_grow_by_the_days_after_it(tmp_path: Path) -> None:
    # Monday, 29 September: the quarter ends on Tuesday, the week goes on.
    incidents = p1("2025-09-29", "2025-10-02")
    with by_hand(tmp_path, incidents=[*EDGES, *incidents]) as store:
        last = steps(scope(store, "2025-07-01", "2025-10-01", "2025-12-01"), "p1_incidents", "week")[-1]
    assert (last["at"], last["value"], last["partial"]) == (instant("2025-09-29"), 1, True)


def test_a_week_no_export_covers_is_empty_and_not_zero(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=p1("2025-07-09", "2025-07-22")) as store:
        weeks = steps(scope(store, "2025-06-30", "2025-08-04"), "p1_incidents", "week")
    assert [(w["value"], w["partial"]) for w in weeks] == [
        (None, True), (1, True), (0, False), (1, True), (None, True),
    ]  # fmt: skip


def test_months_of_all_incidents_obey_the_severity_filter(tmp_path: Path) -> None:
    incidents = [
        *EDGES,
        *p1("2025-06-30 22:00", "2025-07-31 21:59:59"),
        {"incident_id": "x", "opened_at": "2025-07-05"},
    ]
    window, zone = ("2025-06-30 22:00", "2025-08-31 22:00"), "Europe/Berlin"
    with by_hand(tmp_path, {"time_zone": zone}, incidents=incidents) as store:
        every = [m["value"] for m in steps(scope(store, *window, zone=zone), "incidents")]
        chosen = Filters(severities=(1,))
        grave = [m["value"] for m in steps(scope(store, *window, zone=zone, filters=chosen), "incidents")]
    assert every == [3, 0]
    assert grave == [2, 0]


def took(opened: str, *minutes: float | None) -> list[dict[str, Any]]:
    """P1 incidents opened then that took so many minutes to recover, and half of them to engage (None: open)."""
    begun = instant(opened)
    return [
        {
            "incident_id": f"{opened} {n}", "severity": 1, "opened_at": begun,
            "resolved_at": None if m is None else begun + timedelta(minutes=m),
            "engaged_at": None if m is None else begun + timedelta(minutes=m / 2),
        }
        for n, m in enumerate(minutes)
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "factor"), [("recover", 1), ("engage", 0.5)])
def test_a_month_has_its_own_median_quartiles_and_open_ones(tmp_path: Path, name: str, factor: float) -> None:
    incidents = [*EDGES, *took("2025-07-10", 10, 20, 40, 80), *took("2025-09-10", 30, None, None)]
    with by_hand(tmp_path, incidents=incidents) as store:
        july, august, september = steps(scope(store, "2025-07-01", "2025-10-01"), f"time_to_{name}_median")
    # S after 10, 20, 40, 80: 3/4, 1/2, 1/4, 0
    assert (july["value"], july["n"], july["open"]) == (30 * factor, 4, 0)
    assert (july["low"], july["high"], july["nine_tenths"]) == (10 * factor, 40 * factor, 80 * factor)
    assert (august["value"], august["n"], august["partial"]) == (None, 0, False)
    # one of three ended: S stays at 2/3
    assert (september["value"], september["n"], september["open"]) == (None, 3, 2)
    assert (september["low"], september["high"]) == (30 * factor, None)


@pytest.mark.parametrize(("name", "factor"), [("recover", 1), ("engage", 0.5)])
def test_the_median_since_the_start_is_what_was_known_each_week(
    tmp_path: Path, name: str, factor: float
) -> None:
    week = 7 * 1440
    incidents = [*EDGES, *took("2025-07-02", 10, 30, 2 * week), *took("2025-07-09", 50)]
    with by_hand(tmp_path, incidents=incidents) as store:
        readings = scope(store, "2025-07-01", "2025-09-29", "2025-07-20").readings
        ends = [instant(end) for end in ("2025-07-08", "2025-07-15", "2025-07-20")]
        asked = [Asked(instant("2025-07-01"), end, end) for end in ends]
        points = [readings.row(f"time_to_{name}_median", one, Filters()) for one in asked]
    assert [(p["n"], p["partial"]) for p in points] == [(3, False), (4, False), (4, False)]
    # 10, 30 and one that still runs: 30; then 50 is there too: halfway between 30 and 50
    assert points[0]["value"] == 30 * factor
    assert points[1]["value"] == 40 * factor
    # The long one is engaged on 9 July and over on 16 July, so only open in the first week or two.
    assert [p["open"] for p in points] == ([1, 1, 0] if factor == 1 else [1, 0, 0])


def test_detection_per_month_has_quartiles(tmp_path: Path) -> None:
    def detected(minutes: int) -> dict[str, Any]:
        return {
            "incident_id": str(minutes), "opened_at": "2025-07-10", "started_at": instant("2025-07-09"),
            "detected_at": instant("2025-07-09") + timedelta(minutes=minutes),
        }  # fmt: skip

    with by_hand(tmp_path, incidents=[*EDGES, *map(detected, (1, 2, 3, 4, 100))]) as store:
        july, august = steps(scope(store, "2025-07-01", "2025-09-01"), "time_to_detect_median")
    assert (july["value"], july["low"], july["high"], july["n"]) == (3, 2, 4, 5)
    assert august["value"] is None


def test_a_share_per_month_carries_its_wilson_interval(tmp_path: Path) -> None:
    quick = {"engaged_at": "2025-07-10 00:05", "resolved_at": "2025-07-11"}
    slow = {"engaged_at": "2025-07-10 01:00", "resolved_at": "2025-07-11"}
    incidents = [
        *({"incident_id": f"q{n}", "severity": 1, "opened_at": "2025-07-10", **quick} for n in range(11)),
        *({"incident_id": f"s{n}", "severity": 1, "opened_at": "2025-07-10", **slow} for n in range(7)),
    ]
    with by_hand(tmp_path, incidents=[*EDGES, *incidents]) as store:
        (july,) = steps(scope(store, "2025-07-01", "2025-08-01"), "engaged_within_target_share")
    assert july["value"] == pytest.approx(11 / 18)
    # scipy.stats.binomtest(11, 18).proportion_ci(0.9, "wilson")
    assert (july["low"], july["high"]) == (
        pytest.approx(0.419775, abs=1e-6),
        pytest.approx(0.773410, abs=1e-6),
    )


def test_repeats_per_month_come_with_all_incidents_and_their_share(tmp_path: Path) -> None:
    incidents = [
        *EDGES,
        {"incident_id": "A", "opened_at": "2025-06-30", "problem_id": "P"},
        {"incident_id": "B", "opened_at": "2025-07-01", "problem_id": "P"},
        {"incident_id": "C", "opened_at": "2025-07-02"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        june, july, august = steps(scope(store, "2025-06-01", "2025-09-01"), "repeat_incidents")
        shares = [month["value"] for month in steps(scope(store, "2025-06-01", "2025-09-01"), "repeat_share")]
    assert (june["value"], june["incidents"]) == (0, 1)
    assert (july["value"], july["incidents"]) == (1, 2)
    assert (august["value"], august["incidents"]) == (0, 0)
    assert shares == [0, 0.5, None]


def test_hours_and_weekdays_are_those_of_the_organisation(tmp_path: Path) -> None:
    # Sunday 23:30 UTC is Monday 01:30 in Berlin in summer; Friday 23:30 UTC is Saturday 00:30 in winter.
    incidents = [*p1("2025-07-06 23:30"), {"incident_id": "x", "opened_at": "2025-11-07 23:30"}]
    window = berlin("2025-01-01", "2025-12-31")
    with by_hand(tmp_path, {"time_zone": "Europe/Berlin"}, incidents=incidents) as store:
        hours = {h["hour"]: (h["value"], h["p1"]) for h in store.run("charts/incidents_by_hour", window)}
        weekdays = {
            d["weekday"]: (d["value"], d["p1"]) for d in store.run("charts/incidents_by_weekday", window)
        }
    assert len(hours) == 24 and len(weekdays) == 7
    assert {hour: count for hour, count in hours.items() if count[0]} == {0: (1, 0), 1: (1, 1)}
    assert {day: count for day, count in weekdays.items() if count[0]} == {1: (1, 1), 6: (1, 0)}


def test_a_zone_off_by_three_quarters_of_an_hour_is_placed_right(tmp_path: Path) -> None:
    # Kathmandu is 5:45 ahead: 1 July begins there at 18:15 UTC.
    incidents = p1("2025-06-30 18:14:59", "2025-06-30 18:15")
    with by_hand(tmp_path, incidents=[*EDGES, *incidents]) as store:
        asked = scope(store, "2025-05-31 18:15", "2025-07-31 18:15", zone="Asia/Kathmandu")
        assert [m["value"] for m in steps(asked, "incidents")] == [1, 1]
        assert [m["value"] for m in steps(asked, "p1_incidents")] == [1, 1]
