"""Intervals of counts and shares against published examples, scipy and statsmodels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import confint_proportions_2indep

from reliability.statistics.intervals import (
    Interval,
    Z,
    dispersion,
    long_run_dispersion,
    luck,
    rate_interval,
    rate_ratio,
    share_difference,
    share_ratio,
    wilson,
    wilson_limits,
)

Z95 = 1.959963984540054
counts = st.integers(0, 400)
days = st.floats(1, 400)


def test_the_interval_is_90_percent_two_sided():
    assert pytest.approx(1.6448536, abs=1e-6) == Z


@pytest.mark.parametrize(
    ("successes", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_published_by_newcombe_1998(successes, total, low, high):
    assert wilson(successes, total, Z95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("k", "n"), [(0, 8), (1, 8), (7, 8), (8, 8), (9, 12), (14, 20), (20, 30), (31, 50)])
def test_wilson_agrees_with_scipy(k, n):
    assert wilson(k, n) == pytest.approx(tuple(stats.binomtest(k, n).proportion_ci(0.9, "wilson")))


@pytest.mark.parametrize(("least", "n"), [(7, 8), (9, 12), (14, 20), (20, 30), (31, 50)])
def test_so_many_in_time_are_needed_to_show_more_than_half(least, n):
    assert wilson(least, n).low > 0.5 >= wilson(least - 1, n).low


@pytest.mark.parametrize(("successes", "total"), [(3, 0), (-1, 5), (6, 5)])
def test_a_share_of_nothing_or_of_more_than_all_is_refused(successes, total):
    with pytest.raises(ValueError, match="a share needs"):
        wilson(successes, total)


@pytest.mark.parametrize(
    ("case", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((5, 56, 0, 29), -0.0381, 0.1926)],
)
def test_differences_of_shares_give_the_values_published_by_newcombe_1998(case, low, high):
    assert share_difference(*case, z=Z95) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 40), st.integers(40, 60), st.integers(0, 30), st.integers(30, 50))
def test_differences_of_shares_agree_with_statsmodels(k, n, b, m):
    expected = confint_proportions_2indep(k, n, b, m, method="newcomb", compare="diff", alpha=0.1)
    assert share_difference(k, n, b, m) == pytest.approx(expected, abs=1e-9)


def test_ratios_of_shares_lie_close_to_the_score_interval_of_statsmodels():
    expected = confint_proportions_2indep(30, 100, 50, 100, method="score", compare="ratio", alpha=0.1)
    assert share_ratio(30, 100, 50, 100) == pytest.approx(expected, rel=0.02)


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_swapping_two_shares_gives_the_reciprocal_interval(k, n, b, m):
    k, b = min(k, n), min(b, m)
    there, back = share_ratio(k, n, b, m), share_ratio(b, m, k, n)
    assert there.low == pytest.approx(0 if math.isinf(back.high) else 1 / back.high, abs=1e-9)


def test_a_fall_from_12_to_7_can_be_luck_one_time_in_six():
    found = rate_ratio(7, 90, 12, 90)
    assert found.ratio == pytest.approx(7 / 12)
    assert found.interval == pytest.approx((0.2718, 1.2518), abs=1e-4)
    assert found.luck == pytest.approx(stats.binom.cdf(7, 19, 0.5))
    assert round(found.luck, 2) == 0.18


def test_no_incident_after_nine_is_a_sure_fall():
    found = rate_ratio(0, 90, 9, 90)
    low, high = stats.binomtest(0, 9).proportion_ci(0.9, "wilson")
    assert found.ratio == 0
    assert found.interval == pytest.approx((low / (1 - low), high / (1 - high)))
    assert found.interval.high < 1


def test_a_baseline_without_incidents_has_no_ratio_but_can_show_a_rise():
    found = rate_ratio(10, 90, 0, 360)
    assert found.ratio is None
    assert found.interval.high == math.inf
    assert found.interval.low > 1
    assert found.luck == 1


def test_nothing_in_either_window_says_nothing():
    found = rate_ratio(0, 90, 0, 90)
    assert found.ratio is None
    assert found.interval == (0, math.inf)
    assert found.luck is None


@pytest.mark.parametrize(
    "wrong", [(-1, 90, 5, 90, 1), (1, 0, 5, 90, 1), (1, 90, 5, -90, 1), (1, 90, 5, 90, 0.5)]
)
def test_impossible_rates_are_refused(wrong):
    with pytest.raises(ValueError, match="two rates need"):
        rate_ratio(*wrong)


@given(counts, counts, days, days, st.floats(1, 4))
def test_swapping_baseline_and_period_gives_the_reciprocal(k, b, t, s, phi):
    there, back = rate_ratio(k, t, b, s, phi), rate_ratio(b, s, k, t, phi)
    if there.ratio and back.ratio:
        assert there.ratio == pytest.approx(1 / back.ratio)
    for low, high in ((there.interval.low, back.interval.high), (back.interval.low, there.interval.high)):
        assert low == pytest.approx(0 if math.isinf(high) else 1 / high, rel=1e-6, abs=1e-9)


@given(counts, counts, days, days, st.floats(0.1, 10))
def test_measuring_time_in_other_units_changes_nothing(k, b, t, s, unit):
    assert rate_ratio(k, t * unit, b, s * unit).interval == pytest.approx(rate_ratio(k, t, b, s).interval)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(2, 5))
def test_more_incidents_at_the_same_rates_narrow_the_interval(k, b, times):
    few, many = (
        rate_ratio(k, 90, b, 90).interval,
        rate_ratio(k * times, 90 * times, b * times, 90 * times).interval,
    )
    assert few.low < many.low <= k / b <= many.high < few.high


@given(st.integers(1, 60), st.integers(1, 60), st.floats(1.01, 4))
def test_clusters_widen_the_interval_and_leave_the_ratio(k, b, phi):
    plain, clustered = rate_ratio(k, 90, b, 90), rate_ratio(k, 90, b, 90, phi)
    assert clustered.ratio == plain.ratio
    assert clustered.interval.low < plain.interval.low
    assert clustered.interval.high > plain.interval.high


@pytest.mark.parametrize(
    ("k", "b", "t", "s"), [(7, 12, 90, 90), (0, 3, 30, 360), (5, 5, 7, 90), (40, 35, 90, 365)]
)
def test_luck_is_the_binomial_tail(k, b, t, s):
    assert luck(k, t, b, s) == pytest.approx(stats.binom.cdf(k, k + b, t / (t + s)))


def test_luck_does_not_contradict_a_clustered_interval():
    assert luck(7, 90, 12, 90, phi=2) > luck(7, 90, 12, 90)


def test_dispersion_is_chi_square_over_degrees_with_each_windows_own_mean():
    # Window one: mean 2, squares 1+1+0+0+4+4 = 10, over the mean 5. Window two: mean 4, squares 16, over the
    # mean 4.
    one, two = [1, 3, 2, 2, 0, 4], [2, 6, 2, 6]
    assert dispersion(one, two) == pytest.approx((5 + 4) / (5 + 3))


def test_dispersion_needs_eight_degrees_of_freedom():
    assert dispersion([0, 9, 0, 9, 0, 9, 0, 9]) == 1
    assert dispersion([0, 9, 0, 9, 0, 9, 0, 9, 0]) > 1


def test_dispersion_is_never_below_one_and_ignores_empty_windows():
    assert dispersion([5] * 20) == 1
    assert dispersion([0] * 20) == 1
    assert dispersion([0] * 20, [0, 8] * 6) == dispersion([0, 8] * 6)


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_a_rates_ends_are_where_the_score_test_rejects(count):
    low, high = rate_interval(count)
    assert (high - count) / math.sqrt(high) == pytest.approx(Z)
    if count:
        assert (count - low) / math.sqrt(low) == pytest.approx(Z)


def test_a_rates_interval_grows_with_clusters():
    assert (
        rate_interval(20, 2).low
        < rate_interval(20).low
        < 20
        < rate_interval(20).high
        < rate_interval(20, 2).high
    )
    with pytest.raises(ValueError, match="a rate needs"):
        rate_interval(-1)


def test_limits_come_in_the_shape_of_their_input():
    low, high = wilson_limits(np.array([[0, 5], [10, 10]]), 10)
    assert low.shape == high.shape == (2, 2)
    assert low[0, 0] == 0
    assert high[1, 1] == 1


def test_an_interval_knows_what_it_holds():
    assert 1 in Interval(0.5, math.inf)
    assert 0.4 not in Interval(0.5, 2)
    assert 0.5 in Interval(0.5, 2) and 2 in Interval(0.5, 2)


def test_slow_drift_is_the_long_run_variance_that_statsmodels_gives():
    drifting = np.random.default_rng(3).poisson(4 * np.exp(0.6 * np.sin(np.arange(104) / 9)))
    fit = OLS(drifting, np.ones(104)).fit(cov_type="HAC", cov_kwds={"maxlags": 12, "use_correction": False})
    # The variance of the mean is the long-run variance over n.
    expected = float(fit.bse[0] ** 2) * 104 / drifting.mean() * 104 / (104 - 13)
    assert expected > 2
    assert long_run_dispersion(drifting) == pytest.approx(expected)
    assert dispersion(drifting) < expected


def test_slow_drift_is_believed_from_two_up_and_from_39_weeks_on():
    steady = np.random.default_rng(4).poisson(4, 104)
    assert long_run_dispersion(steady) == 1
    drifting = np.repeat([2, 8, 2, 8], 26)
    assert long_run_dispersion(drifting) > 2
    assert long_run_dispersion(np.repeat([2, 8], 19)) == 1
    assert long_run_dispersion(np.repeat([2, 8], 20)) > 2
    assert long_run_dispersion(np.zeros(104)) == 1


@pytest.mark.parametrize(
    ("count", "days", "before", "before_days", "sure"),
    [
        (0, 90, 3, 90, False),  # one in eight with no change
        (0, 90, 11, 364, False),  # 8.8 in 100
        (0, 90, 5, 90, True),  # one in 32
        (2, 90, 9, 90, True),  # 3.3 in 100
        (1, 90, 6, 90, False),  # 6.3 in 100
        (9, 90, 0, 180, True),
        (3, 90, 0, 90, False),  # three heads of three
        (20, 90, 80, 180, True),
        (40, 90, 80, 180, False),
    ],
)
def test_a_change_is_sure_only_where_luck_is_rare_too(count, days, before, before_days, sure):
    assert rate_ratio(count, days, before, before_days).is_sure is sure
