"""The typical duration against an earlier one: limits by another library's rank tests, and by hand."""

import math

import numpy as np
import pytest
from lifelines.statistics import logrank_test
from scipy import stats

from reliability.statistics.survival import Durations
from reliability.statistics.typical import standardised, typical_change

pytestmark = pytest.mark.filterwarnings("ignore:Starting with pandas")


def drawn(seed: int, n: int, scale: float = 1.0, open_around: float | None = None) -> Durations:
    """Lognormal durations around 55 minutes; open_around: log of the age at which they are looked at."""
    generator = np.random.default_rng(seed)
    ends = generator.lognormal(4, 1.1, n) * scale
    if open_around is None:
        return Durations.of(ends)
    looked = generator.lognormal(open_around, 1, n)
    return Durations.of(np.minimum(ends, looked), ends <= looked)


def test_three_against_four_by_hand():
    # All 12 ratios of {1, 2, 8} and {4, 16, 32, 64} in order are
    # 1/64 1/32 1/32 1/16 1/16 1/8 1/8 1/4 1/4 1/2 1/2 2. The rank sum has a mean of 6 and a variance of 3 * 4 * 8 / 12 = 8:
    # 6 - 1.6449 * 2.8284 = 1.35, so that the second of each end is the limit.
    found = typical_change(Durations.of([1, 2, 8]), Durations.of([4, 16, 32, 64]))
    assert found.interval == pytest.approx((1 / 32, 1 / 2))
    assert found.ratio == pytest.approx(1 / 8)


@pytest.mark.parametrize(("n", "m"), [(8, 8), (13, 124), (20, 35), (60, 60)])
def test_the_limits_are_where_another_librarys_rank_sum_turns(n, m):
    period, baseline = drawn(n, n, 0.7), drawn(m + 1, m)
    found = typical_change(period, baseline)
    for limit, inwards in ((found.interval.low, 1), (found.interval.high, -1)):
        for step, refused in ((inwards * 1e-6, False), (-inwards * 1e-6, True)):
            shifted = period.minutes / (limit * math.exp(step))
            test = stats.mannwhitneyu(
                shifted, baseline.minutes, method="asymptotic", use_continuity=False, alternative="two-sided"
            )
            assert bool(test.pvalue < 0.10) is refused, (limit, step)
    pairs = np.divide.outer(period.minutes, baseline.minutes)
    assert found.ratio == pytest.approx(math.exp(np.median(np.log(pairs))))


@pytest.mark.parametrize("step", [0.001, 30])
def test_luck_is_the_one_sided_rank_sum_ties_counted(step):
    period, baseline = (np.ceil(drawn(s, 25, f).minutes / step) * step for s, f in ((1, 0.6), (2, 1.0)))
    test = stats.mannwhitneyu(period, baseline, method="asymptotic", use_continuity=False, alternative="less")
    assert typical_change(Durations.of(period), Durations.of(baseline)).luck == pytest.approx(test.pvalue)


@pytest.mark.parametrize("seed", range(12))
def test_with_open_ones_the_statistic_is_peto_and_petos(seed):
    period, baseline = drawn(seed, 12 + seed, 0.6, 4.5), drawn(seed + 99, 30, 1.0, 5.5)
    test = logrank_test(
        period.minutes,
        baseline.minutes,
        period.ended,
        baseline.ended,
        weightings="fleming-harrington",
        p=1,
        q=0,
    )
    found = standardised(period, baseline)
    assert found**2 == pytest.approx(test.test_statistic)
    luck = test.p_value / 2 if found > 0 else 1 - test.p_value / 2
    assert typical_change(period, baseline).luck == pytest.approx(luck)


def test_with_open_ones_the_limits_are_where_the_statistic_turns():
    period, baseline = drawn(5, 15, 0.6, 4.5), drawn(6, 60, 1.0, 5.5)
    found = typical_change(period, baseline)
    for limit, sign in ((found.interval.low, -1), (found.interval.high, 1)):
        for step in (-1e-6, 1e-6):
            shifted = period.minutes / (limit * math.exp(step))
            test = logrank_test(
                shifted,
                baseline.minutes,
                period.ended,
                baseline.ended,
                weightings="fleming-harrington",
                p=1,
                q=0,
            )
            assert bool(test.p_value < 0.10) is (step * sign > 0)
    assert found.interval.low < found.ratio < found.interval.high


def test_an_open_one_that_outlasted_everything_changes_next_to_nothing():
    # The rank sum knows the longest only as the longest; with it open the other test has to agree.
    minutes = drawn(3, 40, 0.5).minutes
    marks = np.ones(40, dtype=bool)
    marks[-1] = False
    baseline = drawn(4, 60)
    closed, opened = (typical_change(Durations.of(minutes, m), baseline) for m in (None, marks))
    assert opened.ratio == pytest.approx(closed.ratio, rel=0.03)
    assert opened.interval == pytest.approx(closed.interval, rel=0.06)


def test_with_nothing_over_there_is_a_lower_bound_and_no_upper_one():
    found = typical_change(Durations.of([500] * 10, [False] * 10), drawn(1, 30))
    assert (found.ratio, found.interval.high) == (math.inf, math.inf)
    assert found.interval.low > 1


def test_swapping_the_windows_gives_the_reciprocal():
    for open_around in (None, 4.5):
        first, second = drawn(1, 20, 0.5, open_around), drawn(2, 45, 1.0, open_around)
        there, back = typical_change(first, second), typical_change(second, first)
        assert there.interval == pytest.approx((1 / back.interval.high, 1 / back.interval.low))
        assert there.luck == pytest.approx(1 - back.luck)


@pytest.mark.parametrize("open_around", [None, 5.0])
def test_large_windows_are_thinned_without_moving_the_interval(open_around):
    period, baseline = drawn(1, 1400, 0.8, open_around), drawn(2, 1500, 1.0, open_around)
    # Each duration three times over: the same distributions of three times the size.
    thrice = [Durations.of(np.repeat(d.minutes, 3), np.repeat(d.ended, 3)) for d in (period, baseline)]
    small, large = typical_change(period, baseline), typical_change(*thrice)
    assert large.ratio == pytest.approx(small.ratio, rel=0.005)
    widths = [math.log(f.interval.high / f.interval.low) for f in (small, large)]
    assert widths[0] / widths[1] == pytest.approx(math.sqrt(3), rel=0.02)


@pytest.mark.parametrize("open_around", [None, 4.5])
def test_the_interval_covers_the_truth_nine_times_in_ten(open_around):
    runs, held = 400, 0
    for seed in range(runs):
        found = typical_change(drawn(seed, 13, 0.6, open_around), drawn(seed + 5000, 60, 1.0, open_around))
        held += found.interval.low <= 0.6 <= found.interval.high
    # Three standard errors of 400 runs.
    assert held / runs == pytest.approx(0.90, abs=0.045)


def test_durations_of_nothing_count_as_a_second():
    found = typical_change(Durations.of([0, 0, 10]), Durations.of([0, 20, 30]))
    assert 0 < found.interval.low < found.interval.high < math.inf
    # All alike: no rank speaks for either.
    assert typical_change(Durations.of([0] * 9), Durations.of([0] * 9)).luck == 0.5


def test_nothing_cannot_be_compared():
    with pytest.raises(ValueError, match="nothing to compare"):
        typical_change(Durations.of([]), Durations.of([1]))
