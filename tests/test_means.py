"""Means against scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from reliability.statistics.means import Sample, mean_change, mean_interval

HOURS = [3.0, 5.5, 8.0, 2.5, 12.0, 7.0, 6.0, 4.0, 9.5]


def change(period, baseline):
    return mean_change(Sample.of(period), Sample.of(baseline))


def test_a_means_interval_is_students():
    expected = stats.t.interval(0.9, 8, loc=np.mean(HOURS), scale=stats.sem(HOURS))
    assert mean_interval(Sample.of(HOURS)) == pytest.approx(expected)
    assert mean_interval(Sample.of([5])) is None


def test_the_ratio_of_means_lies_in_its_interval():
    found = change(HOURS, np.array(HOURS) * 2)
    assert found.ratio == pytest.approx(0.5)
    assert found.interval.low < 0.5 < found.interval.high


def test_the_ratio_of_means_covers_90_percent():
    generator = np.random.default_rng(3)
    held = sum(
        1 in change(generator.gamma(2, 6, 40), generator.gamma(2, 6, 60)).interval for _ in range(2000)
    )
    assert held / 2000 == pytest.approx(0.90, abs=0.02)


def test_swapping_the_windows_gives_the_reciprocal():
    there, back = change(HOURS, [10, 14, 9, 20]), change([10, 14, 9, 20], HOURS)
    assert there.interval == pytest.approx((1 / back.interval.high, 1 / back.interval.low))


def test_a_mean_of_zero_has_no_log_scale():
    assert change([0, 0], [1, 2]).interval == (0, math.inf)
    assert change([1, 2], [0, 0]).ratio is None
    assert change([1, 2], [5]) is None


def test_constant_values_have_no_margin():
    assert change([4, 4], [8, 8]).interval == (0.5, 0.5)
