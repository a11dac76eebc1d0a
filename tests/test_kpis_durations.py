"""Medians of durations, worked out by hand: open ones stay in, awkward ones are left out and counted."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse_by_hand import by_hand, figures, instant, params

Q3 = params("2025-07-01", "2025-10-01")
AS_OF = "2025-10-01"


def recovered(*minutes: float, **others: Any) -> list[dict[str, Any]]:
    """P1 incidents of 1 August that took so many minutes."""
    opened = instant("2025-08-01")
    return [
        {
            "incident_id": f"R{n}",
            "severity": 1,
            "opened_at": opened,
            "resolved_at": opened + timedelta(minutes=m),
            **others,
        }
        for n, m in enumerate(minutes)
    ]


def still_open(*minutes: float, **others: Any) -> list[dict[str, Any]]:
    """P1 incidents that have been open for so many minutes at the end of the quarter."""
    return [
        {"incident_id": f"O{n}", "severity": 1, "opened_at": instant(AS_OF) - timedelta(minutes=m), **others}
        for n, m in enumerate(minutes)
    ]


@pytest.mark.parametrize(
    ("over", "running", "median", "above"),
    [
        ((10, 20, 90), (), 20, None),
        ((10, 20, 40, 90), (), 30, None),  # even: halfway between 20 and 40
        ((30,), (), 30, None),
        # S: 10 -> 3/4, 20 -> 2/4 exactly; the open one (30) leaves; next ending 90 -> halfway 20..90
        ((10, 20, 90), (30,), 55, None),
        # the open one is younger than all: it leaves first, 3 remain: 10 -> 2/3, 20 -> 1/3
        ((10, 20, 90), (5,), 20, None),
        # open 15: S(10) = 4/5, then 3 at risk: 20 -> 8/15, 40 -> 4/15
        ((10, 20, 40, 90), (15,), 40, None),
        # S rests at one half and nothing ends after it: above the first time it is reached
        ((10,), (50,), None, 10),
        ((60, 120, 180, 240, 300), (900, 900, 900, 900, 900), None, 300),
        # half are open beyond everything that ended
        ((10, 20), (100, 200, 300), None, 300),
        ((), (100,), None, 100),
        ((), (), None, None),
        # equal times: the open one has outlasted the finished one
        ((20,), (20,), None, 20),
    ],
)
def test_the_median_keeps_open_incidents_as_at_least_their_age(
    tmp_path: Path,
    over: tuple[float, ...],
    running: tuple[float, ...],
    median: float | None,
    above: float | None,
) -> None:
    incidents = [*recovered(*over), *still_open(*running)]
    with by_hand(tmp_path, incidents=incidents) as store:
        first = figures(store, "time_to_recover_median", Q3)
        every = figures(store, "time_to_recover_median_all", Q3)
    for figure in (first, every):
        assert figure["value"] == (None if median is None else pytest.approx(median))
        assert (figure["n"], figure["open"]) == (len(over) + len(running), len(running))
        assert figure["median_above"] == (None if above is None else pytest.approx(above))


def test_awkward_incidents_are_left_out_of_the_median_and_counted(tmp_path: Path) -> None:
    opened = "2025-08-01 10:00"
    incidents = [
        *recovered(10, 30, 50),
        {"incident_id": "closed", "severity": 1, "opened_at": opened, "status": "closed"},
        {"incident_id": "backwards", "severity": 1, "opened_at": opened, "resolved_at": "2025-08-01 09:00"},
        {"incident_id": "posted after the fact", "severity": 1, "opened_at": opened, "resolved_at": opened},
        {
            "incident_id": "of a day",
            "severity": 1,
            "opened_at": "2025-08-01",
            "resolved_at": "2025-08-02",
            "day_only": ["opened_at", "resolved_at"],
        },
        {"incident_id": "unknown", "opened_at": opened, "resolved_at": "2025-08-01 10:01"},
        {"incident_id": "P2", "severity": 2, "opened_at": opened, "resolved_at": "2025-08-01 10:02"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        first = figures(store, "time_to_recover_median", Q3)
        every = figures(store, "time_to_recover_median_all", Q3)
        second = figures(store, "time_to_recover_median_all", {**Q3, "severities": [2]})
    assert first == {
        "value": 30, "n": 3, "open": 0, "median_above": None, "quarter": 10, "three_quarters": 50, "nine_tenths": 50,
        "left_out_no_resolve_time": 1, "left_out_reversed_times": 1, "left_out_zero_length": 1,
        "left_out_day_only": 1, "left_out_severity_unknown": 1,
    }  # fmt: skip
    # 1, 2, 10, 30, 50
    assert (every["value"], every["n"]) == (10, 5)
    assert (every["left_out_no_resolve_time"], every["left_out_reversed_times"]) == (1, 1)
    assert (second["value"], second["n"], second["left_out_no_resolve_time"]) == (2, 1, 0)


def test_seen_from_inside_the_window_what_was_not_over_then_is_open(tmp_path: Path) -> None:
    # Two are over after 10 and 20 minutes; one began at 11:30 and took two hours.
    incidents = [
        *recovered(10, 20),
        {
            "incident_id": "long",
            "severity": 1,
            "opened_at": "2025-08-01 11:30",
            "resolved_at": "2025-08-01 13:30",
        },
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        noon = figures(
            store, "time_to_recover_median", params("2025-07-01", "2025-10-01", "2025-08-01 12:00")
        )
        at_ten = figures(
            store, "time_to_recover_median", params("2025-07-01", "2025-10-01", "2025-08-01 00:15")
        )
        night = figures(
            store, "time_to_recover_median", params("2025-07-01", "2025-10-01", "2025-08-01 13:30")
        )
    assert (noon["value"], noon["n"], noon["open"]) == (20, 3, 1)
    # 10 is over, the other is open at 15: S falls to one half at 10 and stays there
    assert (at_ten["value"], at_ten["median_above"], at_ten["n"], at_ten["open"]) == (None, 10, 2, 1)
    assert (night["value"], night["n"], night["open"]) == (20, 3, 0)


def test_the_recovery_clock_of_the_settings_runs_with_opening_in_place_of_a_missing_stamp(
    tmp_path: Path,
) -> None:
    incidents = [
        *recovered(10, 30, detected_at="2025-07-31 23:50"),
        {
            "incident_id": "no detection",
            "severity": 1,
            "opened_at": "2025-08-02",
            "resolved_at": "2025-08-02 00:25",
        },
    ]
    with by_hand(tmp_path, {"recovery_clock": "detected"}, incidents=incidents) as store:
        # 20, 40 from detection; 25 from opening
        assert figures(store, "time_to_recover_median", Q3)["value"] == 25


def test_the_median_is_the_same_for_many_incidents_whichever_way_it_is_found(tmp_path: Path) -> None:
    # 1..200 minutes ended; one open incident at half a minute forces the whole curve, one at 1000 does not.
    ended = recovered(*range(1, 201))
    with by_hand(tmp_path, incidents=[*ended, *still_open(0.5)]) as store:
        # The young one leaves before anything ends: the ordinary median of 1..200.
        assert figures(store, "time_to_recover_median_all", Q3)["value"] == pytest.approx(100.5)
    with by_hand(tmp_path, incidents=[*ended, *still_open(1000)]) as store:
        # The old one counts as longest: the middle of 201 is the 101st.
        assert figures(store, "time_to_recover_median_all", Q3)["value"] == pytest.approx(101)


def test_time_to_detect_is_the_median_of_those_that_record_both_stamps(tmp_path: Path) -> None:
    def detected(name: str, start: str | None, detection: str | None, severity: int = 1) -> dict[str, Any]:
        return {
            "incident_id": name, "severity": severity, "opened_at": "2025-08-01 10:00", "started_at": start,
            "detected_at": detection,
        }  # fmt: skip

    incidents = [
        detected("4 min", "2025-08-01 09:00", "2025-08-01 09:04"),
        detected("10 min", "2025-08-01 09:00", "2025-08-01 09:10", severity=3),
        detected("0 min", "2025-08-01 09:00", "2025-08-01 09:00"),
        detected("backwards", "2025-08-01 09:00", "2025-08-01 08:00"),
        detected("no start", None, "2025-08-01 09:00"),
        detected("no detection", "2025-08-01 09:00", None),
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert figures(store, "time_to_detect_median", Q3) == {
            "value": 4, "n": 3, "open": 0, "median_above": None, "quarter": 0, "three_quarters": 10, "nine_tenths": 10,
            "left_out_not_recorded": 2, "left_out_reversed_times": 1, "left_out_day_only": 0,
        }  # fmt: skip
        assert figures(store, "time_to_detect_median", {**Q3, "severities": [1]})["value"] == 2


def engaged(*minutes: float | None, status: str = "resolved") -> list[dict[str, Any]]:
    """P1 incidents of 1 August engaged after so many minutes (None: not recorded)."""
    opened = instant("2025-08-01 10:00")
    return [
        {
            "incident_id": f"E{n}", "severity": 1, "opened_at": opened, "status": status,
            "engaged_at": None if m is None else opened + timedelta(minutes=m), "resolved_at": opened + timedelta(days=1),
        }
        for n, m in enumerate(minutes)
    ]  # fmt: skip


def test_engagement_counts_those_still_waiting(tmp_path: Path) -> None:
    incidents = [
        *engaged(5, 10, 20, 40, None, -3),
        *still_open(14, 60, status="open"),
        {"incident_id": "unknown", "opened_at": "2025-08-01"},
        {"incident_id": "P2", "severity": 2, "opened_at": "2025-08-01", "engaged_at": "2025-08-01"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        median = figures(store, "time_to_engage_median", Q3)
        share = figures(store, "engaged_within_target_share", Q3)
        loose = figures(store, "engaged_within_target_share", {**Q3, "engage_minutes": 10.0})
    # At risk 6: 5 -> 5/6, 10 -> 4/6; the one waiting 14 leaves; 3 left: 20 -> 4/9, below one half.
    assert (median["value"], median["n"], median["open"]) == (20, 6, 2)
    assert (median["left_out_not_recorded"], median["left_out_reversed_times"]) == (1, 1)
    assert median["left_out_severity_unknown"] == 1
    # In time: 5, 10. Late: 20, 40, and the one waiting for an hour. Undecided: the one waiting for 14 minutes.
    assert share == {
        "value": pytest.approx(2 / 5), "n": 5, "open": 1, "numerator": 2, "denominator": 5,
        "left_out_not_recorded": 1, "left_out_reversed_times": 1, "left_out_day_only": 0,
        "left_out_severity_unknown": 1,
    }  # fmt: skip
    # With ten minutes, exactly ten is in time and fourteen is too late.
    assert (loose["numerator"], loose["denominator"], loose["open"]) == (2, 6, 0)


def test_engagement_has_no_figure_where_no_tool_records_it(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=still_open(60, 90)) as store:
        median = figures(store, "time_to_engage_median", Q3)
        share = figures(store, "engaged_within_target_share", Q3)
    assert (median["value"], median["n"], median["left_out_not_recorded"]) == (None, 0, 2)
    assert (share["value"], share["n"], share["left_out_not_recorded"]) == (None, 0, 2)


def test_samples_hold_every_duration_with_a_mark_for_the_open_ones(tmp_path: Path) -> None:
    incidents = [*recovered(10, 10, 30), *still_open(10)]
    with by_hand(tmp_path, incidents=incidents) as store:
        for name in ("samples/time_to_recover", "samples/time_to_recover_all"):
            rows = {(r["minutes"], r["is_over"], r["n"]) for r in store.run(name, Q3)}
            assert rows == {(10, True, 2), (10, False, 1), (30, True, 1)}
