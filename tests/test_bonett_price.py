"""The closed form that the benchmark of medians compares with: against its published example, and the bootstrap."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.bonett_price import bonett_price
from reliability.statistics.medians import median_change
from reliability.statistics.survival import Durations


def test_it_gives_the_example_of_statpsych():
    # ci.ratio.median2(.05, y1, y2) in the R package statpsych: 0.927667 to 1.455933
    y1 = [36, 44, 47, 42, 49, 39, 46, 31, 33, 48]
    y2 = [32, 39, 26, 35, 43, 27, 40, 37, 34, 29, 49, 42, 40]
    found = bonett_price(y1, y2, stats.norm.ppf(0.975))
    assert found == pytest.approx((0.927667, 1.455933), abs=1e-6)


def test_it_needs_two_durations_above_zero():
    assert bonett_price([0, 1, 2, 3], [1, 2, 3]) is None
    assert bonett_price([5], [1, 2, 3]) is None


def test_it_and_the_bootstrap_are_of_one_mind():
    period, baseline = (np.random.default_rng(seed).lognormal(4, 1, 80) for seed in (3, 4))
    closed = bonett_price(period, baseline)
    drawn = median_change(Durations.of(period), Durations.of(baseline)).medians_interval
    assert math.log(closed.high / closed.low) == pytest.approx(math.log(drawn.high / drawn.low), rel=0.3)
