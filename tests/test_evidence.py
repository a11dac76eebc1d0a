"""What promises read: which windows, the longest duration by name, how many records may still arrive."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from reliability.queries.figures import figure
from reliability.settings import Organisation, Settings
from tests.frames_by_hand import ALWAYS, Known, framed
from tests.promises_by_hand import Goal, promise

P1 = promise("p1_incidents", Goal(change=-0.4))
MTTR = promise("time_to_recover_median", Goal(change=-0.3))


@pytest.mark.parametrize(("within", "said"), [(50, 0.0), (49, None)])
def test_nothing_is_estimated_where_fewer_than_half_come_within_a_week(within, said):
    # Of 100 delays so many are of 7 days, the others of 8.
    delays = np.array([7.0] * within + [8.0] * (100 - within))
    covered = {"incidents": replace(ALWAYS, lag_days=delays)}
    long_after = datetime(2025, 12, 1, tzinfo=UTC)
    known = Known(Settings(Organisation(time_zone="UTC")), long_after, covered)
    assert known.still_missing(figure("p1_incidents"), framed(P1, covered).window, P1.filters) == said


class Reading(Known):
    """Evidence that is told the samples of a median, and notes what it was told to expect."""

    def __init__(self, *samples: dict[str, Any]) -> None:
        super().__init__(Settings(Organisation(time_zone="UTC")))
        self.expected: list[str] = []
        self.readings = SimpleNamespace(
            samples=lambda *_: list(samples),
            expect=lambda *_: self.expected.append("row"),
            expect_samples=lambda *_: self.expected.append("samples"),
        )

    def asked(self, window: Any) -> Any:
        return window


def sample(name: str, minutes: float | None, n: int = 1) -> dict[str, Any]:
    return {"incident_id": name, "minutes": minutes, "n": n, "state": "resolved", "is_over": True}


@pytest.mark.parametrize(
    ("samples", "longest"),
    [
        ([], None),
        ([sample("A", None)], None),
        ([sample("A", 60), sample("B", 90), sample("C", None)], ("B", 90)),
        ([sample("A", 60, 3), sample("B", 90, 2)], ("B and 1 more", 90)),
    ],
)
def test_the_longest_is_named_and_others_as_long_are_counted(samples, longest):
    known = Reading(*samples)
    assert known.durations(MTTR.kpi, framed(MTTR, {}).window, MTTR.filters).longest == longest


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (MTTR, ["samples"]),
        (promise("availability", Goal(at_least=0.999)), ["row"]),
        (promise("permanent_endings_share", Goal(at_least=0.6)), ["samples", "row"]),
    ],
)
def test_a_median_is_made_of_its_samples_alone_and_its_row_is_not_asked_for(of, expected):
    known, window = Reading(), framed(of, {}).window
    known.expect(figure(of.kpi), [window], of.filters, window.start)
    assert known.expected == expected
