"""Power: exact enumeration against simulation, the table against the rule it was simulated with."""

import csv
import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from reliability.statistics.intervals import rate_ratio
from reliability.statistics.power import TABLE, count_power, difference_power, median_power, times_in_hundred


def test_with_12_a_quarter_a_true_40_percent_cut_is_confirmed_28_times_in_100():
    assert times_in_hundred(count_power(12, 90, 90, 0.6).met) == 28
    assert times_in_hundred(count_power(48, 360, 90, 0.6).met) == 35


@pytest.mark.slow
@pytest.mark.parametrize("mean", [5, 12, 30])
def test_enumeration_agrees_with_counting_every_pair(mean):
    met = shown = 0.0
    for b in range(1, 120):
        for k in range(90):
            found = rate_ratio(k, 90, b, 90)
            chance = stats.poisson.pmf(b, mean) * stats.poisson.pmf(k, 0.6 * mean)
            # With no event, or fewer than ten before, a fall this large must also be rare: one tail of the binomial.
            fall = stats.binom.cdf(k, k + b, 0.5)
            sure = found.interval.high < 1 and (fall <= 0.05 or (k > 0 and b >= 10))
            shown += chance * sure
            met += chance * (sure and found.ratio <= 0.6 + 1e-12)
    power = count_power(mean, 90, 90, 0.6)
    assert (power.met, power.any_improvement) == pytest.approx((met, shown), abs=1e-9)


@pytest.mark.parametrize(
    ("mean", "true_ratio", "quarter", "year"),
    [(5, 1, 2.5, 3.8), (5, 0.6, 8.9, 16.6), (5, 0.5, 12.1, 23.4), (10, 1, 4.7, 4.3), (10, 0.6, 23.5, 30.2), (10, 0.5, 32.5, 44.1)],
)  # fmt: skip
def test_few_incidents_are_confirmed_as_seldom_as_an_independent_calculation_says(
    mean, true_ratio, quarter, year
):
    for baseline_days, percent in ((90, quarter), (360, year)):
        found = count_power(mean * baseline_days / 90, baseline_days, 90, 0.6, true_ratio)
        assert 100 * found.met == pytest.approx(percent, abs=0.05)


def test_without_a_change_met_is_said_in_five_percent_at_most():
    for mean in (5, 10, 20, 60):
        assert count_power(mean, 90, 90, 0.6, true_ratio=1).met < 0.055


def test_a_larger_true_cut_and_more_incidents_are_confirmed_more_often():
    assert count_power(20, 90, 90, 0.6, 0.5).met > count_power(20, 90, 90, 0.6).met
    assert count_power(20, 90, 90, 0.6).any_improvement < count_power(40, 90, 90, 0.6).any_improvement


def test_clusters_cost_power():
    # Nearly: what is too few is counted in incidents, not in clusters.
    assert count_power(40, 90, 90, 0.6, phi=2).met == pytest.approx(
        count_power(20, 90, 90, 0.6).met, abs=1e-4
    )


def test_power_needs_something_to_expect():
    with pytest.raises(ValueError, match="positive"):
        count_power(0, 90, 90, 0.6)


def test_the_table_holds_every_combination_once():
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    keys = [(r["log_sd"], r["n"], r["ratio"]) for r in rows]
    sizes = [len({key[i] for key in keys}) for i in range(3)]
    assert len(keys) == len(set(keys)) == math.prod(sizes)


@pytest.mark.parametrize(
    ("n", "baseline_n", "log_sd", "target", "published"),
    # Another simulation of the same rule, windows as unequal as those of the case.
    [(13, 124, 1.13, 0.7, 0.25), (20, 124, 1.13, 0.7, 0.35), (100, 100, 1.0, 0.7, 0.50)],
)
def test_medians_are_confirmed_about_as_often_as_a_large_simulation_says(
    n, baseline_n, log_sd, target, published
):
    assert median_power(n, baseline_n, log_sd, target) == pytest.approx(published, abs=0.035)


def test_unequal_windows_count_as_their_harmonic_mean():
    assert median_power(200, 50, 1.0, 0.7) == median_power(80, 80, 1.0, 0.7)


def test_reading_between_the_points_lies_between_them():
    ends = sorted((median_power(50, 50, 1.0, 0.7), median_power(75, 75, 1.0, 0.7)))
    assert ends[0] <= median_power(60, 60, 1.0, 0.7) <= ends[1]


def test_beyond_the_table_its_edge_is_read():
    assert median_power(50_000, 50_000, 1.0, 0.7) == median_power(1000, 1000, 1.0, 0.7)
    assert median_power(30, 30, 9.0, 0.7) == median_power(30, 30, 2.5, 0.7)


def test_no_power_is_stated_where_no_verdict_is_given():
    assert median_power(7, 100, 1.0, 0.7) is None
    assert median_power(50, 50, 1.0, 1.2) is None


def test_a_difference_is_confirmed_half_the_time_at_best():
    power = difference_power(standard_error=2, change=8)
    assert power.met == 0.5
    assert power.any_improvement == pytest.approx(stats.norm.cdf(4 - stats.norm.ppf(0.95)))
    draws = np.random.default_rng(1).normal(8, 6, 200_000)
    shown = (draws - stats.norm.ppf(0.95) * 6 > 0).mean()
    assert difference_power(6, 8).any_improvement == pytest.approx(shown, abs=0.005)


@pytest.mark.parametrize(("chance", "times"), [(0.0001, 1), (0.294, 29), (0.9999, 99)])
def test_times_in_a_hundred_are_never_none_or_all(chance, times):
    assert times_in_hundred(chance) == times


def test_none_at_all_is_confirmed_as_often_as_the_baseline_is_large_enough_to_show_it():
    # Nothing happens any more: what varies is the baseline, a Poisson count with a mean of 12.
    # Where none are left luck has its say too: of b events in two windows as long, all in the first, has a chance of 0.5^b.
    enough = [b for b in range(1, 80) if rate_ratio(0, 90, b, 90).interval[1] < 1 and 0.5**b <= 0.05]
    assert count_power(12, 90, 90, 0.0).met == pytest.approx(
        sum(stats.poisson.pmf(b, 12) for b in enough), abs=1e-9
    )


@pytest.mark.parametrize("days", [90, 30])
def test_the_power_of_large_counts_is_that_of_all_pairs_one_by_one(days: float) -> None:
    was, now = stats.poisson(150), stats.poisson(150 * days / 90 * 0.7)
    met = any_improvement = 0.0
    for b in range(80, 230):
        for k in range(int(now.ppf(1e-9)), int(now.isf(1e-9)) + 1):
            # The interval of the ratio is Wilson's of k among k + b, as odds times the days.
            shown = proportion_confint(k, k + b, alpha=0.1, method="wilson")[1]
            if shown / (1 - shown) * 90 / days < 1:
                chance = was.pmf(b) * now.pmf(k)
                any_improvement += chance
                met += chance * (900 * k <= 7 * b * days)
    found = count_power(150, 90, days, 0.7)
    assert found.met == pytest.approx(met, abs=1e-6)
    assert found.any_improvement == pytest.approx(any_improvement, abs=1e-6)
