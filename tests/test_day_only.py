"""Stamps known to the day only stay days from the file to the figure: no minutes are made of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.formatting import NO_BREAK
from reliability.settings import Goal
from reliability.ui.drawer import moments
from tests.build_folder import build_folder, table
from tests.promises_by_hand import judged, promise
from tests.warehouse_by_hand import by_hand, figures, params

HEADER = "incident_id,opened_at,resolved_at,severity,service,status"
JULY = params("2025-07-01", "2025-08-01")
ZONE = '[organisation]\nname = "Days"\ntime_zone = "{zone}"\n'


def stamps(folder: Path, *lines: str, header: str = HEADER, zone: str = "UTC") -> dict[str, object]:
    """Build one export; per incident what of it is known to the day only."""
    built = build_folder(folder, {"log.csv": table(header, *lines)}, ZONE.format(zone=zone))
    return dict(built.rows("select incident_id, day_only from incidents order by incident_id"))


def test_a_stamp_without_a_time_of_day_is_a_day_whatever_the_others_are(tmp_path: Path) -> None:
    assert stamps(
        tmp_path,
        "both,2025-07-01,2025-07-02,P1,a,resolved",
        "end,2025-07-01T10:00:00Z,2 July 2025,P1,a,resolved",
        "neither,2025-07-01 10:00,2025-07-01T12:00:00+02:00,P1,a,resolved",
        "open,20250703,,P1,a,open",
        # Seconds since 1970 are an instant, and so is a midnight beside times of day.
        "unix,1751364000,2025-07-02 00:00:00,P1,a,resolved",
    ) == {
        "both": ["opened_at", "resolved_at"],
        "end": ["resolved_at"],
        "neither": None,
        "open": ["opened_at"],
        "unix": None,
    }


@pytest.mark.parametrize("midnight", ["00:00:00", "00:00", "0:00", "12:00 AM"])
def test_a_file_that_holds_nothing_but_midnights_without_a_zone_holds_days(
    tmp_path: Path, midnight: str
) -> None:
    lines = [f"{n},2025-07-0{n} {midnight},2025-07-1{n} {midnight},P1,a,resolved" for n in range(1, 4)]
    found = stamps(tmp_path, *lines, zone="Europe/Berlin")
    assert found == {str(n): ["opened_at", "resolved_at"] for n in range(1, 4)}


def test_one_time_of_day_in_a_file_or_a_zone_makes_its_midnights_instants(tmp_path: Path) -> None:
    lines = [f"{n},2025-07-0{n} 00:00:00,2025-07-1{n} 00:00:00,P1,a,resolved" for n in range(1, 4)]
    timed = "4,2025-07-04 00:00:00,2025-07-04 00:30:00,P1,a,resolved"
    assert set(stamps(tmp_path / "timed", *lines, timed).values()) == {None}
    zoned = [line.replace(" 00:00:00", "T00:00:00Z") for line in lines]
    assert set(stamps(tmp_path / "zoned", *zoned).values()) == {None}


def test_a_length_after_a_day_is_exact(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "2025.csv": table(
                "incident_id,opened_at,resolved_seconds,severity,status",
                "A,2025-07-01,5400,P1,resolved",
                "B,2025-07-02,86400,P1,resolved",
            )
        },
        ZONE.format(zone="UTC"),
    )
    assert built.rows("select recover_state, recover_minutes from fact_incidents order by incident_id") == [
        ("recovered", 90),
        ("recovered", 1440),
    ]


def test_days_and_no_length_make_no_median_and_are_counted_beside_it(tmp_path: Path) -> None:
    days = {"day_only": ["opened_at", "resolved_at"], "severity": 1}
    incidents = [
        {"incident_id": "1", "opened_at": "2025-07-02", "resolved_at": "2025-07-02", **days},
        {"incident_id": "2", "opened_at": "2025-07-03", "resolved_at": "2025-07-04", **days},
        # Resolved on the day it was opened, at an hour nobody knows: neither reversed nor 10 hours.
        {
            "incident_id": "3",
            "opened_at": "2025-07-05 10:00",
            "resolved_at": "2025-07-05",
            "day_only": ["resolved_at"],
            "severity": 1,
        },
        {"incident_id": "4", "opened_at": "2025-07-06", "resolved_at": "2025-07-04", **days},
        # Open: it would be the only one left, and the median above its age.
        {"incident_id": "5", "opened_at": "2025-07-07", "day_only": ["opened_at"], "severity": 1},
        {
            "incident_id": "6",
            "opened_at": "2025-07-08 10:00",
            "resolved_at": "2025-07-08 10:00",
            "severity": 1,
        },
        {
            "incident_id": "7",
            "opened_at": "2025-07-09 10:00",
            "resolved_at": "2025-07-09 10:20",
            "severity": 1,
        },
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        found = figures(store, "time_to_recover_median", JULY)
        counted = figures(store, "p1_incidents", JULY)
        hours = store.run("charts/incidents_by_hour", JULY).rows
        weekdays = store.run("charts/incidents_by_weekday", JULY).rows
    assert (found["value"], found["n"], found["open"]) == (20, 1, 0)
    assert (found["left_out_day_only"], found["left_out_zero_length"]) == (4, 1)
    assert found["left_out_reversed_times"] == 1
    assert counted["value"] == 7
    # Three of them have an hour of the day; a day of the week they all have.
    assert {row["hour"]: row["n"] for row in hours if row["n"]} == {10: 3}
    assert sum(row["n"] for row in weekdays) == 7


def test_engagement_and_detection_of_a_day_have_no_minutes(tmp_path: Path) -> None:
    incidents = [
        {
            "incident_id": "day",
            "severity": 1,
            "opened_at": "2025-07-02",
            "started_at": "2025-07-02",
            "detected_at": "2025-07-02",
            "engaged_at": "2025-07-02 11:00",
            "resolved_at": "2025-07-02 12:00",
            "day_only": ["opened_at", "started_at", "detected_at"],
        },
        {"incident_id": "waits", "severity": 1, "opened_at": "2025-07-03", "day_only": ["opened_at"]},
        {
            "incident_id": "timed",
            "severity": 1,
            "opened_at": "2025-07-04 10:00",
            "started_at": "2025-07-04 09:50",
            "detected_at": "2025-07-04 10:00",
            "engaged_at": "2025-07-04 10:07",
            "resolved_at": "2025-07-04 12:00",
        },
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        engage = figures(store, "time_to_engage_median", JULY)
        share = figures(store, "engaged_within_target_share", JULY)
        detect = figures(store, "time_to_detect_median", JULY)
    assert (engage["value"], engage["n"], engage["left_out_day_only"]) == (7, 1, 2)
    assert (share["value"], share["n"], share["open"], share["left_out_day_only"]) == (1, 1, 0, 2)
    assert (detect["value"], detect["n"], detect["left_out_day_only"]) == (10, 1, 1)


def test_a_postmortem_after_a_day_is_late_only_when_it_is_late_for_sure(tmp_path: Path) -> None:
    incidents = [
        {
            "incident_id": name,
            "severity": 1,
            "opened_at": "2025-07-01 10:00",
            "resolved_at": "2025-07-02",
            "day_only": ["resolved_at"],
        }
        for name in ("in time", "late")
    ]
    # Resolved by the end of 2 July, so due by the end of 5 July at the latest.
    postmortems = [
        {"incident_id": "in time", "published_at": "2025-07-05 23:00", "blameless": True},
        {"incident_id": "late", "published_at": "2025-07-06 00:01", "blameless": True},
    ]
    with by_hand(tmp_path, incidents=incidents, postmortems=postmortems) as store:
        found = figures(store, "postmortem_on_time_share", JULY)
        rows = {r["incident_id"]: r["outcome"] for r in store.run("rows/postmortems", JULY).rows}
    assert (found["numerator"], found["n"]) == (1, 2)
    assert rows == {"in time": "on time", "late": "late"}


def test_a_promise_on_times_that_are_days_says_that_nobody_can_tell(tmp_path: Path) -> None:
    rows = [
        {
            "incident_id": f"before {n}",
            "severity": 1,
            "opened_at": f"2025-0{1 + n // 5}-{1 + n % 5:02} 10:00",
            "resolved_at": f"2025-0{1 + n // 5}-{1 + n % 5:02} 12:00",
        }
        for n in range(20)
    ]
    rows += [
        {
            "incident_id": f"after {n}",
            "severity": 1,
            "opened_at": f"2025-07-{n:02}",
            "resolved_at": f"2025-07-{n:02}",
            "day_only": ["opened_at", "resolved_at"],
        }
        for n in range(1, 15)
    ]
    rows.append({"incident_id": "last", "severity": 4, "opened_at": "2025-11-30"})
    found = judged(tmp_path, promise("time_to_recover_median", Goal(change=-0.3)), incidents=rows)
    assert found.verdict == "cannot tell: not recorded"
    assert found.sentence == "How long they took: in the window it is unknown for 14 of 14 (14 day only)."
    assert found.value is None


def test_the_drawer_shows_a_day_and_no_time_between(tmp_path: Path) -> None:
    row = {
        "opened_at": datetime(2025, 7, 1, 22, tzinfo=UTC),
        "engaged_at": datetime(2025, 7, 2, 8, tzinfo=UTC),
        "resolved_at": datetime(2025, 7, 2, 9, 30, tzinfo=UTC),
        "day_only": ["opened_at"],
    }
    shown = moments(row, "Europe/Berlin").replace(NO_BREAK, " ")
    assert "2 Jul 2025, day only" in shown
    assert shown.count("+") == 1 and "+1 h 30 min" in shown
