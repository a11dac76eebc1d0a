"""Availability where there is no error budget: a change, or no failure at all; told, not counted."""

import pytest

from reliability.commitments.endpoints import Endpoint, availability_status
from reliability.commitments.verdict import Judgement, Verdict
from reliability.settings import Organisation, Settings
from reliability.statistics.error_budget import availability
from tests.frames_by_hand import ALWAYS, framed
from tests.promises_by_hand import Goal, promise
from tests.test_commitments_shares import Told, kpi

COVERED = {"availability": ALWAYS}


@pytest.mark.parametrize(
    ("goal", "now", "before", "level", "word"),
    [
        (Goal(change=0.5), 0.6, 0.4, 0.6, Verdict.MET),  # 0.4 * 1.5 is 0.6000000000000001 in doubles
        (Goal(change=0.5), 0.59, 0.4, 0.6, Verdict.MISSED),
        (Goal(at_least=1.0), 1.0, None, 1.0, Verdict.MET),
        (Goal(at_least=1.0), 0.9999, None, 1.0, Verdict.MISSED),
    ],
)
def test_without_a_budget_the_figure_is_held_to_its_level(goal, now, before, level, word):
    of = promise("availability", goal)
    told = Told(
        Settings(Organisation(time_zone="UTC")),
        coverage=COVERED,
        now=kpi(None, None, value=now),
        before=kpi(None, None, value=before),
    )
    found = availability_status(framed(of, COVERED), told)
    assert found.verdict is word
    assert found.goal_value == pytest.approx(level, abs=1e-9)


def test_an_endpoint_is_below_its_objective_only_where_it_was_measured():
    def endpoint(good: int, valid: int) -> Endpoint:
        return Endpoint("/a", 0.99, availability(good, valid, 60.0, 0.0), Judgement(Verdict.MET))

    assert endpoint(98, 100).is_below
    assert not endpoint(99, 100).is_below
    assert not endpoint(0, 0).is_below
