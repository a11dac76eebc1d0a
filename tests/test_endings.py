"""How long endings hold: held against lifelines, hand-made examples, and what cannot be told yet."""

import math

import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from reliability.statistics.endings import Endings
from reliability.statistics.intervals import Z, wilson

DAYS = [3, 5, 5, 12, 20, 29, 31, 45, 45, 61, 75, 88, 90, 110, 140, 200]
BACK = [True, True, True, True, False, True, True, True, False, True, False, True, True, False, False, True]


def fitted() -> KaplanMeierFitter:
    return KaplanMeierFitter(alpha=0.1).fit(DAYS, BACK)


@pytest.mark.parametrize("day", [30, 60, 90])
def test_the_share_that_held_is_that_of_lifelines(day):
    # "Held for 90 days" includes one that came back on the 90th: read the curve just before.
    expected = float(fitted().predict(day - 1e-6))
    assert Endings.of(DAYS, BACK).held(day).share == pytest.approx(expected)


@pytest.mark.parametrize("day", [30, 60, 90])
def test_the_interval_of_different_issues_is_that_of_lifelines(day):
    limits = fitted().confidence_interval_survival_function_
    low, high = limits[limits.index < day].iloc[-1]
    assert tuple(Endings.of(DAYS, BACK).held(day).interval) == pytest.approx((low, high), abs=1e-6)


def test_the_share_by_hand():
    # Four endings: back after 10 and 40, holding for 20 and 100. 1 - 1/4 = 0.75 after 10 days; two are left at 40: 0.375.
    endings = Endings.of([10, 40, 20, 100], [True, True, False, False])
    assert [endings.held(day).share for day in (10, 30, 60)] == pytest.approx([1.0, 0.75, 0.375])
    assert (endings.n, endings.holding) == (4, 2)


def test_an_ending_that_came_back_on_the_very_day_has_held_so_long():
    endings = Endings.of([90, 90.001], [True, True])
    assert endings.held(90).share == 1.0
    assert endings.held(90.001).share == 0.5


def test_nothing_is_told_of_a_day_that_no_ending_was_followed_to():
    endings = Endings.of([10, 40, 20], [True, False, False])
    assert endings.held(30).share == pytest.approx(2 / 3)
    assert endings.held(41).share is None and endings.held(41).interval is None
    assert Endings.of([], []).held(30).share is None


def test_when_all_came_back_none_held_and_that_is_known():
    held = Endings.of([1, 2, 3], [True, True, True]).held(90)
    assert held.share == 0.0
    assert held.interval == (0.0, wilson(0, 3).high)


def test_when_none_came_back_the_interval_is_that_of_those_followed_so_long():
    held = Endings.of([10, 95, 120, 300], [False] * 4).held(90)
    assert held.share == 1.0
    assert held.interval == (wilson(3, 3).low, 1.0)


def test_endings_of_one_issue_tell_less_than_those_of_many():
    # Two issues: one always comes back after 5 days, one always holds. Eight endings are then worth two.
    days, back = [5] * 4 + [100] * 4, [True] * 4 + [False] * 4
    alone = Endings.of(days, back).held(30)
    alike = Endings.of(days, back, ["a"] * 4 + ["b"] * 4).held(30)
    assert alone.share == alike.share == 0.5
    # Greenwood: 4 / (8 * 4) = 1/8. Clustered: each "a" 1/(8·½) less what was expected, 1/8 -> 1/8; each "b" -1/8; two
    # clusters of ±1/2: 2/1 * (1/4 + 1/4) = 1.
    for held, variance in ((alone, 1 / 8), (alike, 1.0)):
        error = Z * math.sqrt(variance) / math.log(2)
        assert tuple(held.interval) == pytest.approx((0.5 ** math.exp(error), 0.5 ** math.exp(-error)))


def test_issues_that_differ_in_when_they_come_back_by_hand():
    # Back: a, a after 10 days, b after 20; b, c, c hold. 1/3 of 6 at day 10, 1/4 of 4 at day 20: 2/3 * 3/4 = 1/2 held.
    # Each return weighs 1/(6*2/3) = 1/4 at 10, 1/(4*3/4) = 1/3 at 20. Expected: 1/3 * 1/4 = 1/12 by 10, as much again by 20.
    # a: twice 1/4 - 1/12 = 1/3; b: 1/3 - 1/6, and -1/6: 0; c: twice -1/6. Three issues: 3/2 * (1/9 + 0 + 1/9) = 1/3, more
    # than Greenwood's 2/(6*4) + 1/(4*3) = 1/6.
    held = Endings.of([10, 10, 20, 90, 90, 90], [True] * 3 + [False] * 3, list("aabbcc")).held(30)
    error = Z * math.sqrt(1 / 3) / math.log(2)
    assert held.share == pytest.approx(0.5)
    assert tuple(held.interval) == pytest.approx((0.5 ** math.exp(error), 0.5 ** math.exp(-error)))


def test_clusters_never_narrow_the_interval():
    generator = np.random.default_rng(7)
    days, back = generator.exponential(40, 60), generator.random(60) < 0.8
    alone = Endings.of(days, back).held(30).interval
    alike = Endings.of(days, back, [str(n % 12) for n in range(60)]).held(30).interval
    assert alike.low <= alone.low and alike.high >= alone.high


def test_the_curve_steps_down_once_per_return_and_ends_where_the_last_was_followed_to():
    endings = Endings.of([10, 40, 20, 100], [True, True, False, False])
    assert endings.steps(200) == ([0.0, 10.0, 40.0, 100.0], pytest.approx([1.0, 0.75, 0.375, 0.375]))
    assert endings.steps(30) == ([0.0, 10.0, 30.0], pytest.approx([1.0, 0.75, 0.75]))


def test_fewer_than_eight_endings_are_too_few():
    assert not Endings.of([1] * 7, [True] * 7).enough
    assert Endings.of([1] * 8, [True] * 8).enough


@pytest.mark.parametrize(("days", "back"), [([-1], [True]), ([math.nan], [True]), ([1, 2], [True])])
def test_endings_that_cannot_be_are_refused(days, back):
    with pytest.raises(ValueError):
        Endings.of(days, back)
