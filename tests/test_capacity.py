"""Sprints: shares of root-cause work, which ones were promised, what unlabelled work could still mean."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reliability.review import capacity

PROMISE = (datetime(2025, 8, 18, tzinfo=UTC), datetime(2025, 9, 15, tzinfo=UTC))


def row(
    day: datetime, root: float | None, feature: float, unlabelled: float = 0, **more: Any
) -> dict[str, Any]:
    return {
        "sprint": f"S{day:%m%d}",
        "at": day,
        "ends_at": day + timedelta(days=12),
        "partial": False,
        "planned_points": 100.0,
        "done_points": 90.0,
        "planned_share": 0.6,
        "root_cause": root,
        "feature": feature,
        "other": 0.0,
        "unlabelled": unlabelled,
        **more,
    }


def of(*days: int) -> list[datetime]:
    """Days after the promise began."""
    return [PROMISE[0] + timedelta(days=day) for day in days]


def test_the_promised_sprints_are_those_that_begin_inside_its_days() -> None:
    found = capacity.sprints([row(day, 60, 40) for day in of(-14, 0, 14, 28)], PROMISE)
    assert [sprint.promised for sprint in found] == [False, True, True, False]
    assert [s.name for s in capacity.since(found)] == ["S0915"]
    assert not any(sprint.promised for sprint in capacity.sprints([row(of(0)[0], 1, 1)], None))


def test_shares_of_several_sprints_weigh_their_points() -> None:
    found = capacity.sprints([row(of(0)[0], 60, 40), row(of(14)[0], 10, 190)], PROMISE)
    assert [sprint.share for sprint in found] == [0.6, 0.05]
    assert capacity.share(found) == pytest.approx(70 / 300)


def test_unlabelled_work_counts_against_the_goal_but_may_be_what_is_missing() -> None:
    (sprint,) = capacity.sprints([row(of(0)[0], 55, 35, unlabelled=10)], PROMISE)
    assert sprint.share == pytest.approx(0.55)
    assert sprint.highest_share == pytest.approx(0.65)


def test_a_goal_hit_exactly_is_reached() -> None:
    assert capacity.reaches(0.1 * 6, 0.6)
    assert capacity.reaches(0.3 * 3, 0.9)
    assert capacity.reaches(0.599, 0.6) is False
    assert capacity.reaches(None, 0.6) is None


def test_a_sprint_without_points_has_no_share_and_a_running_one_has_not_ended() -> None:
    rows = [row(of(0)[0], None, 0), row(of(14)[0], 60, 40, partial=True)]
    nothing, running = capacity.sprints(rows, PROMISE)
    assert nothing.share is None and nothing.highest_share is None
    assert capacity.share([nothing]) is None
    assert capacity.ended((nothing, running)) == (nothing,)
