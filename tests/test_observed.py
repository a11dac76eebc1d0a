"""What was observed in a window, by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from reliability.commitments.observed import ClockReading, Counts, EndpointDays
from reliability.settings.periods import Window
from reliability.statistics.survival import Durations

AT = datetime(2025, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def clocks(n: int, **more: int) -> ClockReading:
    durations = Durations(np.arange(1.0, n + 1), np.ones(n, dtype=bool))
    return ClockReading(durations, **{"unrecorded": 0, "reversed": 0, "severity_unknown": 0, **more})


def test_a_count_that_nobody_can_tell_is_unknown_and_one_that_is_not_there_is_none():
    found = Counts({"value": 7.0, "p2": None, "repeats": 3}, ({"value": 4.0, "p2": 1}, {"value": None}))
    assert (found.total, found.unknown, found.weeks.tolist()) == (7, False, [4.0, 0.0])
    assert (found.of("repeats"), found.of("p2"), found.of("else")) == (3, 0, 0)
    assert found.weekly("p2").tolist() == [1.0, 0.0]
    assert (Counts({"value": None}, ()).total, Counts({"value": None}, ()).unknown) == (0, True)


def test_a_share_needs_its_part_and_something_to_divide():
    found = Counts({"value": 4, "repeats": 3, "incidents": 12, "escalations": 0}, ())
    assert found.share("repeats", "incidents") == 0.25
    assert found.share("linked", "incidents") is None
    assert found.share("repeats", "escalations") is None


def test_times_that_are_not_known_are_those_of_three_kinds():
    found = clocks(5, unrecorded=1, reversed=10, severity_unknown=100, zero_length=2, day_only=4)
    assert (found.unknown, found.needed) == (7, 22)
    assert found.unknown_in_words == "unknown for 7 of 22 (1 not recorded, 2 zero length, 4 day only)"
    assert list(found.left_out.values()) == [1, 10, 2, 4, 100]


def test_where_every_time_is_known_nothing_is_left_out():
    assert (clocks(5).unknown, clocks(5).needed, clocks(5).left_out) == (0, 5, {})


def endpoints(**more: np.ndarray) -> EndpointDays:
    """Two days of three endpoints: 100 requests a day, of the last one 300 on its second day."""
    valid = np.array([[100.0, 100.0, 100.0], [100.0, 100.0, 300.0]])
    made = {
        "good": valid - np.array([[0.0, 10.0, 0.0], [0.0, 10.0, 4.0]]),
        "allowed": 0.01 * valid,
        "measured_minutes": np.full((2, 3), 60.0),
        "interval_minutes": np.full(3, 10.0),
    }
    spans = tuple(Window(AT, AT + 2 * HOUR) for _ in range(3))
    return EndpointDays(("/a", "/b", "/c"), valid=valid, spans=spans, **{**made, **more})


def test_failed_requests_amount_to_minutes_of_outage():
    # 20 of 200 in 120 minutes are 12, 4 of 400 are 1.2.
    assert endpoints().lost_minutes == pytest.approx(13.2)


def test_an_objective_that_changed_is_weighted_by_requests():
    allowed = np.array([[1.0, 1.0, 1.0], [1.0, 3.0, 15.0]])
    assert endpoints().objectives.tolist() == [0.99, 0.99, 0.99]
    assert endpoints(allowed=allowed).objectives.tolist() == [0.99, 0.98, 0.96]


def test_minutes_that_nobody_measured_are_those_inside_and_whole_intervals_at_the_ends():
    found = endpoints(measured_minutes=np.array([[60.0, 50.0, 60.0], [60.0, 60.0, 60.0]]))
    assert found.unmeasured(Window(AT, AT + 2 * HOUR)).tolist() == [0.0, 10.0, 0.0]
    # 25 minutes before are two intervals; 9 after are less than one, 10 are one.
    minute = timedelta(minutes=1)
    assert found.unmeasured(Window(AT - 25 * minute, AT + 2 * HOUR + 9 * minute)).tolist() == [
        20.0,
        30.0,
        20.0,
    ]
    assert found.unmeasured(Window(AT, AT + 2 * HOUR + 10 * minute)).tolist() == [10.0, 20.0, 10.0]
