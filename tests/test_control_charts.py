"""Control charts: limits by hand and by scipy, one signal at a time."""

import math

import numpy as np
import pytest
from scipy import stats

from reliability.statistics.control_charts import (
    HIGHER,
    NEITHER,
    count_chart,
    gap_chart,
    poisson_quantile,
    suits_counts,
)

STEADY = [3, 5, 4, 4, 3, 5, 4, 4, 3, 5, 4, 4]


@pytest.mark.parametrize("mean", [0.1, 0.5, 1, 2, 2.4, 4, 6.9, 8, 60, 500])
@pytest.mark.parametrize("share", [0.00135, 0.5, 0.99865])
def test_poisson_quantiles_agree_with_scipy(mean, share):
    assert poisson_quantile(share, mean) == stats.poisson.ppf(share, mean)


def test_no_events_have_quantile_zero():
    assert poisson_quantile(0.99865, 0) == 0


def test_count_limits_are_locked_on_the_baseline():
    chart = count_chart([*STEADY, 4, 3], baseline=12)
    assert chart.centre == 4
    assert chart.upper == stats.poisson.ppf(0.99865, 4)
    assert chart.lower is None
    assert (chart.kind, chart.trial, chart.signals) == ("c", False, ())


def test_a_high_mean_has_a_lower_limit():
    chart = count_chart([20] * 12, baseline=12)
    assert chart.lower == stats.poisson.ppf(0.00135, 20)


def test_only_a_point_strictly_outside_is_a_signal():
    upper = int(stats.poisson.ppf(0.99865, 4))
    assert count_chart([*STEADY, upper], baseline=12).signals == ()
    (signal,) = count_chart([*STEADY, upper + 1], baseline=12).signals
    assert (signal.at, signal.kind, signal.direction, signal.better) == (12, "outside", 1, False)
    assert signal.words == "above the upper limit"


def test_eight_in_a_row_below_the_mean_is_an_improvement():
    chart = count_chart([*STEADY[:11], 5, *[3] * 8], baseline=12)
    (signal,) = chart.signals
    assert (signal.at, signal.first, signal.kind, signal.direction, signal.better) == (
        19,
        12,
        "run",
        -1,
        True,
    )
    assert signal.words == "8 in a row below the earlier mean (a week)"


def test_seven_in_a_row_are_not_enough():
    assert count_chart([*STEADY[:11], 5, *[3] * 7], baseline=12).signals == ()


def test_a_point_on_the_mean_ends_a_run():
    assert count_chart([*STEADY, 3, 3, 3, 3, 4, 3, 3, 3, 3], baseline=12).signals == ()


def test_a_run_may_begin_inside_the_baseline_but_is_told_after_it():
    calm_end = [8, 8, 8, 8, 4, 8, 1, 1, 1, 0, 0, 1]
    chart = count_chart([*calm_end, 1, 2], baseline=12)
    (signal,) = chart.signals
    assert (signal.at, signal.first) == (13, 6)
    assert count_chart(calm_end, baseline=11).signals == ()


def test_a_run_complete_within_the_baseline_that_goes_on_is_told_once():
    chart = count_chart([9, 9, 9, 9, *[2] * 8, 2, 2, 2], baseline=12)
    runs = [s for s in chart.signals if s.kind == "run"]
    assert [(s.at, s.first) for s in runs] == [(12, 4)]
    assert runs[0].words.startswith("9 in a row")


def test_direction_is_said_not_guessed():
    values = [*STEADY, 15]
    assert count_chart(values, 12, HIGHER).signals[0].better is True
    assert count_chart(values, 12, NEITHER).signals[0].better is None


def test_clustered_counts_widen_the_limits_by_the_root_of_the_dispersion():
    clustered = [0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8]
    chart = count_chart(clustered, baseline=12)
    # Mean 4, squares 12 x 16 over the mean 4 is 48, over 11 degrees of freedom.
    assert chart.phi == pytest.approx(48 / 11)
    assert chart.upper == pytest.approx(4 + (stats.poisson.ppf(0.99865, 4) - 4) * math.sqrt(48 / 11))


def test_fewer_than_twelve_points_are_trial_limits():
    assert count_chart(STEADY, baseline=11).trial
    assert not count_chart(STEADY, baseline=12).trial


def test_a_baseline_may_be_one_week():
    assert count_chart(STEADY, baseline=1).centre == STEADY[0]


@pytest.mark.parametrize("baseline", [0, 13])
def test_the_baseline_must_lie_within_the_points(baseline):
    with pytest.raises(ValueError, match="the baseline must be 1..12"):
        count_chart(STEADY, baseline)


def test_rare_events_do_not_suit_a_count_chart():
    assert suits_counts([2, 2, 2])
    assert not suits_counts([2, 2, 1])
    assert not suits_counts([])


def test_gaps_are_charted_as_days_to_the_power_of_1_over_3_6():
    days = np.cumsum([0, 7, 9, 8, 10, 6, 8, 9, 7, 8, 9, 8, 7])
    chart = gap_chart(days, baseline=12, as_of_day=days[-1] + 3)
    powers = np.array([7, 9, 8, 10, 6, 8, 9, 7, 8, 9, 8, 7]) ** (1 / 3.6)
    reach = 2.66 * np.abs(np.diff(powers)).mean()
    assert chart.centre == pytest.approx(powers.mean() ** 3.6)
    assert chart.upper == pytest.approx((powers.mean() + reach) ** 3.6)
    assert chart.lower == pytest.approx((powers.mean() - reach) ** 3.6)
    assert chart.open_gap == 3
    assert chart.signals == ()


def test_the_running_gap_counts_once_it_passes_the_limit():
    days = np.cumsum([0, 7, 9, 8, 10, 6, 8, 9, 7])
    chart = gap_chart(days, baseline=8, as_of_day=days[-1] + 41)
    (signal,) = chart.signals
    assert (signal.at, signal.kind, signal.better) == (-1, "gap", True)
    assert signal.words == "41 days without one: unusual"


def test_ever_shorter_gaps_are_worse_when_fewer_events_are_better():
    days = np.cumsum([0, 17, 19, 18, 20, 16, 18, 19, 17, *[3] * 8])
    chart = gap_chart(days, baseline=8, as_of_day=days[-1])
    assert {s.better for s in chart.signals} == {False}
    assert any(s.kind == "run" for s in chart.signals)
    assert {s.better for s in gap_chart(days, 8, days[-1], NEITHER).signals} == {None}


def test_fewer_than_eight_gaps_make_no_chart():
    assert gap_chart(range(0, 80, 10), baseline=7, as_of_day=90) is None
    assert gap_chart(range(0, 200, 10), baseline=7, as_of_day=200) is None
    assert gap_chart([], baseline=0, as_of_day=10) is None
