"""Two medians: the fast bootstrap against resampling one by one, closed forms against examples."""

import math
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reliability.statistics.intervals import Interval
from reliability.statistics.medians import (
    geometric_change,
    median_change,
    median_draws,
    percentiles,
)
from reliability.statistics.survival import Durations, median
from reliability.statistics.typical import typical_change

positive = st.lists(st.floats(1, 1e4), min_size=3, max_size=30)


def sample(seed: int, n: int, open_around: float | None = None, scale: float = 1.0) -> Durations:
    """Lognormal durations around 55 minutes, cut at lognormal ages around exp(open_around)."""
    generator = np.random.default_rng(seed)
    ends = generator.lognormal(4, 1, n) * scale
    if open_around is None:
        return Durations.of(ends)
    looked = generator.lognormal(open_around, 1, n) * scale
    return Durations.of(np.minimum(ends, looked), ends <= looked)


def one_by_one(durations: Durations, draws: int, seed: int) -> np.ndarray:
    """Resample incident by incident: the definition that the fast way must match."""
    generator = np.random.default_rng(seed)
    medians = np.empty(draws)
    for i in range(draws):
        pick = generator.integers(0, durations.n, durations.n)
        medians[i] = median(Durations.of(durations.minutes[pick], durations.ended[pick]))
    return medians


@pytest.mark.parametrize(
    ("n", "open_around"),
    [(5, None), (8, None), (9, 4.5), (12, 4.0), (21, 5.0), (40, 4.2), (150, 4.5), (300, 4.2)],
)
def test_the_fast_bootstrap_has_the_distribution_of_resampling_one_by_one(n, open_around):
    durations = sample(n, n, open_around)
    slow, fast = one_by_one(durations, 3000, 1), median_draws(durations, np.random.default_rng(2), 20_000)
    steps = np.unique(slow[np.isfinite(slow)])
    below_slow = np.searchsorted(np.sort(slow), steps, "right") / slow.size
    below_fast = np.searchsorted(np.sort(fast), steps, "right") / fast.size
    # Kolmogorov-Smirnov: 3000 and 20,000 draws of one distribution stay within 0.038 in 999 of 1000 cases.
    assert np.abs(below_slow - below_fast).max() < 0.038
    assert np.isinf(fast).mean() == pytest.approx(np.isinf(slow).mean(), abs=0.03)


def test_ties_and_open_ones_between_them_are_resampled_right():
    durations = Durations.of(
        [10, 10, 20, 20, 20, 30, 60, 60], [True, False, True, True, False, True, True, False]
    )
    slow, fast = one_by_one(durations, 6000, 1), median_draws(durations, np.random.default_rng(2), 30_000)
    for value in np.unique(slow):
        assert (fast == value).mean() == pytest.approx((slow == value).mean(), abs=0.02)
    assert set(np.unique(fast)) <= set(np.unique(slow)) | {math.inf}


def test_nothing_cannot_be_resampled():
    with pytest.raises(ValueError, match="nothing to resample"):
        median_draws(Durations.of([]), np.random.default_rng(1))


def test_the_figure_is_the_ratio_of_the_two_medians():
    found = median_change(Durations.of([10, 20, 30]), Durations.of([30, 40, 60, 80]))
    assert (found.median, found.baseline_median) == (20, 50)
    assert found.ratio == pytest.approx(0.4)
    assert found.difference == -30
    assert found.medians_interval.low <= 0.4 <= found.medians_interval.high


def test_the_same_data_give_the_same_interval_every_time():
    period, baseline = sample(1, 30, 4.5), sample(2, 60)
    once, again = median_change(period, baseline), median_change(period, baseline)
    assert once == again
    assert once.medians_interval == again.medians_interval


def test_the_order_of_the_rows_does_not_matter():
    period, baseline = sample(1, 30), sample(2, 60)
    shuffled = Durations.of(np.random.default_rng(0).permutation(period.minutes))
    found, same = median_change(shuffled, baseline), median_change(period, baseline)
    assert found == same
    assert found.medians_interval == same.medians_interval


@given(positive, positive)
def test_swapping_baseline_and_period_gives_the_reciprocal(first, second):
    if len(first) == len(second) and sum(first) == sum(second):
        return
    there = median_change(Durations.of(first), Durations.of(second), draws=400)
    back = median_change(Durations.of(second), Durations.of(first), draws=400)
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert there.interval == pytest.approx((1 / back.interval.high, 1 / back.interval.low))
    ends = back.medians_interval
    assert there.medians_interval == pytest.approx((1 / ends.high, 1 / ends.low))


@given(positive, positive, st.sampled_from([0.5, 2, 60, 1024]))
def test_the_unit_of_time_does_not_matter(first, second, unit):
    plain = median_change(Durations.of(first), Durations.of(second), draws=200)
    scaled = median_change(
        Durations.of(np.array(first) * unit), Durations.of(np.array(second) * unit), draws=200
    )
    assert scaled.interval == pytest.approx(plain.interval)
    assert scaled.medians_interval == pytest.approx(plain.medians_interval)
    assert scaled.difference == pytest.approx(plain.difference * unit)


def test_more_incidents_narrow_the_interval():
    widths = []
    for n in (10, 40, 160, 640):
        ends = [median_change(sample(s, n), sample(s + 999, n)).medians_interval for s in range(30)]
        widths.append(np.mean([math.log(high / low) for low, high in ends]))
    assert widths == sorted(widths, reverse=True)


def test_a_window_mostly_open_has_no_upper_bound():
    period = Durations.of([10, 20, 500, 600, 700], [True, True, False, False, False])
    found = median_change(period, Durations.of([30, 40, 50, 60]))
    assert found.ratio == math.inf
    assert found.medians_interval.high == math.inf
    assert found.difference is None


def test_a_baseline_without_a_median_or_with_zero_has_no_ratio():
    still_open = Durations.of([10, 500, 600], [True, False, False])
    assert median_change(Durations.of([10, 20]), still_open).ratio is None
    assert median_change(Durations.of([10, 20]), Durations.of([0, 0, 0])).ratio is None


def test_what_decides_is_how_far_a_typical_duration_moved():
    period, baseline = sample(1, 13, scale=0.6), sample(2, 124)
    found, typical = median_change(period, baseline), typical_change(period, baseline)
    assert (found.typical, found.interval, found.luck) == (typical.ratio, typical.interval, typical.luck)
    assert found.deciding == found.interval


def test_where_median_and_typical_duration_disagree_on_the_direction_nothing_is_sure():
    # Most got far shorter, yet the one in the middle is a little longer than before.
    before = [60] * 10 + [61] * 11
    after = [1] * 10 + [62] + [61.5] * 10
    found = median_change(Durations.of(after), Durations.of(before))
    assert found.ratio == pytest.approx(61.5 / 61)
    turned = replace(found, interval=Interval(0.2, 0.9))
    assert turned.deciding == Interval(0.2, 1.0)
    assert replace(found, ratio=0.9, interval=Interval(1.1, 2)).deciding == Interval(1.0, 2)
    assert replace(found, ratio=0.9, interval=Interval(0.2, 0.9)).deciding == Interval(0.2, 0.9)
    assert replace(found, ratio=1.5, interval=Interval(1.1, 2)).deciding == Interval(1.1, 2)
    # A median that did not move does not speak for either side.
    assert replace(found, ratio=1.0, interval=Interval(0.2, 0.9)).deciding == Interval(0.2, 1.0)
    assert replace(found, ratio=1.0, interval=Interval(1.1, 2)).deciding == Interval(1.0, 2)


def test_luck_is_about_a_half_when_nothing_changed_and_small_after_a_large_fall():
    assert median_change(sample(1, 60), sample(1, 60)).luck == pytest.approx(0.5, abs=0.05)
    assert median_change(sample(1, 60, scale=0.3), sample(1, 60)).luck < 0.001


def test_percentiles_are_real_draws_so_that_infinity_stays_infinity():
    draws = np.concatenate([np.arange(90.0), np.full(10, np.inf)])
    assert percentiles(draws) == (4, math.inf)


@pytest.mark.parametrize(
    ("sizes", "open_around", "seconds"), [((5_000, 20_000), None, 0.2), ((100_000, 100_000), 5, 1.0)]
)
def test_large_windows_are_quick(sizes, open_around, seconds):
    period, baseline = (sample(i, n, open_around) for i, n in enumerate(sizes))
    best = math.inf
    for _ in range(3):
        begun = time.process_time()  # of this process alone: others may run beside it
        assert median_change(period, baseline).medians_interval.low > 0
        best = min(best, time.process_time() - begun)
    assert best < seconds


def test_many_open_ones_in_a_large_window_do_not_shift_the_interval():
    durations = sample(5, 3000, 4.3)
    slow, fast = one_by_one(durations, 1500, 1), median_draws(durations, np.random.default_rng(2), 8000)
    assert np.median(fast) == pytest.approx(np.median(slow), rel=0.01)
    for level in (0.05, 0.95):
        assert np.quantile(fast, level) == pytest.approx(np.quantile(slow, level), rel=0.02)


def test_where_most_are_open_joined_runs_still_fall_as_the_data_do():
    # The middle of the draws of a large window is its Kaplan-Meier median; 7 of 10 are open here.
    durations = sample(5, 20_000, 3.2)
    middle = np.median(median_draws(durations, np.random.default_rng(2), 2000))
    assert middle == pytest.approx(median(durations), rel=0.005)


def test_geometric_means_are_compared_by_welch_on_the_logs():
    period, baseline = sample(3, 20, scale=0.5), sample(4, 35)
    found = geometric_change(period, baseline)
    welch = stats.ttest_ind(np.log(period.minutes), np.log(baseline.minutes), equal_var=False)
    low, high = welch.confidence_interval(0.9)
    assert found.interval == pytest.approx((math.exp(low), math.exp(high)))
    assert found.ratio == pytest.approx(stats.gmean(period.minutes) / stats.gmean(baseline.minutes))
    assert found.typical == pytest.approx(stats.gmean(period.minutes))


def test_geometric_means_leave_out_open_and_zero_durations():
    period = Durations.of([0, 10, 10, 900], [True, True, True, False])
    found = geometric_change(period, Durations.of([20, 20]))
    assert found.ratio == pytest.approx(0.5)
    assert found.interval == pytest.approx((0.5, 0.5))
    assert geometric_change(Durations.of([0, 10]), Durations.of([20, 20])) is None
