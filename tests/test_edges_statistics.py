"""Statistics exactly at their limits: expected values by hand, so that a limit moved by one is noticed."""

import math

import numpy as np
import pytest

from reliability.statistics.control_charts import (
    CLUSTERED,
    count_chart,
    gap_chart,
    suits_counts,
)
from reliability.statistics.error_budget import availability, budget, burn_rate, enough_requests
from reliability.statistics.intervals import dispersion, rate_interval, rate_ratio, wilson
from reliability.statistics.pace import allowance, chance_within, expected_rest, quota
from reliability.statistics.survival import Durations, median_above


def test_windows_of_two_weeks_count_for_the_dispersion():
    # Each window of 0 and 4: mean 2, chi-square 8/2 = 4 with 1 degree of freedom; 8 windows give 8 degrees.
    assert dispersion(*[[0, 4]] * 8) == pytest.approx(4)
    assert dispersion(*[[0, 4]] * 7) == 1


def test_the_dispersion_needs_eight_degrees_of_freedom():
    weeks = [0, 12, 0, 12, 0, 12, 0, 12, 6]  # mean 6: eight times 36 / 6, over 8 degrees of freedom
    assert dispersion(weeks) == pytest.approx(6)
    assert dispersion(weeks[:8]) == 1
    assert dispersion(weeks, [0, 0, 0], [5]) == pytest.approx(6)  # no event, and one week, say nothing


def test_limits_stretch_only_above_a_dispersion_of_one_and_a_half():
    at = [6, 18, 6, 18, 12, 12, 12, 12, 12]  # 4 times 36 / 12 over 8 degrees of freedom
    assert dispersion(at) == CLUSTERED == 1.5
    # Poisson with mean 12: P(X <= 2) = .00052, P(X <= 3) = .00229; P(X <= 23) = .99853, P(X <= 24) = .99931.
    chart = count_chart(at, baseline=9)
    assert (chart.lower, chart.upper, chart.phi) == (3, 24, 1.5)
    above = count_chart([5, 19, *at[2:]], baseline=9)  # (2 times 49 + 2 times 36) / 12 / 8
    assert above.upper == pytest.approx(12 + 12 * math.sqrt(170 / 96))
    assert above.lower == pytest.approx(12 - 9 * math.sqrt(170 / 96))
    assert count_chart([4, 20, *at[2:]], baseline=9).lower is None  # 12 - 9 times 1.44


def charted(points, baseline):
    """A chart of gaps whose charted values, days to the power of 1/3.6, are these points; limits on that scale."""
    days = np.cumsum([0, *np.power(points, 3.6)])
    chart = gap_chart(days, baseline, as_of_day=days[-1])
    return chart, [None if at is None else at ** (1 / 3.6) for at in (chart.lower, chart.centre, chart.upper)]


@pytest.mark.parametrize(("jump", "mean_range"), [(4.3, 1.33), (4.4, 1.0)])
def test_moving_ranges_are_screened_at_3_267_times_their_mean(jump, mean_range):
    # Nine ranges of 1 and one of `jump`: it is screened from 3.267 (9 + jump) / 10 on, that is from 4.367.
    _, (lower, centre, upper) = charted([5, 6] * 5 + [6 + jump], baseline=11)
    assert centre == pytest.approx(5 + (6 + jump) / 11)
    assert upper == pytest.approx(centre + 2.66 * mean_range)
    assert lower == pytest.approx(centre - 2.66 * mean_range)


@pytest.mark.parametrize(("last", "direction"), [(3.2, 1), (3.1, 0), (-2.1, 0), (-2.2, -1)])
def test_a_gap_is_outside_beyond_2_66_mean_ranges_on_either_side(last, direction):
    chart, _ = charted([*[5, 6] * 6, 5 + last], baseline=12)  # 5.5 -+ 2.66
    found = [(s.at, s.kind, s.direction, s.better) for s in chart.signals if s.at >= 0]
    assert found == ([(12, "outside", direction, direction > 0)] if direction else [])


def test_limits_on_twelve_points_are_no_trial_whatever_the_chart():
    for baseline, trial in ((11, True), (12, False)):
        chart = gap_chart(np.arange(14) * 10, baseline, as_of_day=131)
        assert chart is not None and chart.trial is trial


def test_a_chart_of_gaps_needs_eight_of_them_in_the_baseline():
    assert gap_chart(range(9), baseline=8, as_of_day=9) is not None
    assert gap_chart(range(9), baseline=7, as_of_day=9) is None
    assert gap_chart(range(8), baseline=8, as_of_day=9) is None


def test_two_a_week_suit_a_chart_of_counts():
    assert suits_counts([2, 2, 2])
    assert not suits_counts([2, 2, 1])
    assert not suits_counts([])


def test_shares_and_rates_end_at_their_limits():
    assert wilson(0, 20).low == 0
    assert wilson(20, 20).high == 1
    assert rate_interval(0).low == 0
    # Barker's score interval of nothing ends at z squared.
    assert rate_interval(0).high == pytest.approx(1.6448536**2, rel=1e-6)
    assert rate_interval(0, phi=2).high == pytest.approx(2 * 1.6448536**2, rel=1e-6)
    with pytest.raises(ValueError, match="phi >= 1"):
        rate_interval(1, phi=0.99)


def test_a_rate_against_no_events_is_open_above():
    assert rate_ratio(3, 90, 0, 90).interval.high == math.inf
    assert rate_ratio(0, 90, 0, 90).interval == (0, math.inf)
    assert rate_ratio(6, 45, 6, 90).ratio == 2
    assert rate_ratio(0, 1, 1, 1).luck == 0.5  # one event in two equal windows


def test_whole_numbers_are_not_lost_to_binary_fractions():
    assert 0.7 * 90 < 63
    assert allowance(90, 90, 90, 0.7) == 63
    assert allowance(90, 90, 90, 0.69) == 62
    assert 1.1 * 50 > 55
    assert quota(50, 90, 90, 1.1) == 55
    assert quota(50, 90, 90, 1.11) == 56


def test_what_is_to_come_goes_on_as_so_far_with_half_an_event_more():
    assert expected_rest(4, 45, 90) == 4.5
    assert expected_rest(4, 45, 90, phi=2) == 5
    assert expected_rest(4, 30, 90) == 9


def test_the_chance_with_nothing_left_is_that_of_no_event_at_all():
    # Gamma-Poisson: the share of the window gone, to the power of events + 1/2.
    assert chance_within(4, 45, 90, allowed=4) == pytest.approx(0.5**4.5)
    assert chance_within(4, 45, 90, allowed=4, phi=2) == pytest.approx(0.5**2.5)
    assert chance_within(5, 45, 90, allowed=4) == 0
    assert chance_within(4, 90, 90, allowed=4) == 1
    assert chance_within(5, 90, 90, allowed=4) == 0
    assert chance_within(0, 0, 90, allowed=4) is None


def test_availability_at_the_ends_of_what_can_be():
    assert availability(10, 10, 60, 0).share == 1
    assert availability(0, 10, 60, 0).share == 0
    # 60 minutes measured, 60 not: as many requests again, all failed or none.
    doubtful = availability(9, 10, 60, 60)
    assert (doubtful.worst, doubtful.best, doubtful.bad) == (9 / 20, 19 / 20, 1)
    unmeasured = availability(9, 10, 0, 60)
    assert (unmeasured.worst, unmeasured.best) == (0, 1)
    for wrong in ((11, 10, 1, 1), (-1, 10, 1, 1), (1, 10, -1, 1), (1, 10, 1, -1)):
        with pytest.raises(ValueError, match="good <= valid"):
            availability(*wrong)


def test_a_budget_used_up_exactly_is_used_up():
    found = budget(10, 1000, 0.99, elapsed_days=90, days=90)
    assert found is not None
    assert (found.used, found.burn) == (pytest.approx(1), pytest.approx(1))
    assert found.minutes == pytest.approx(1296)  # a hundredth of 90 days
    assert found.minutes_left == pytest.approx(0, abs=1e-9)
    for elapsed in (0, 91):
        with pytest.raises(ValueError, match="elapsed days"):
            budget(10, 1000, 0.99, elapsed, 90)
    assert burn_rate(0, 0, 0.99) is None
    for objective in (0, 1):
        with pytest.raises(ValueError, match="between 0 and 1"):
            burn_rate(1, 10, objective)
        with pytest.raises(ValueError, match="between 0 and 1"):
            enough_requests(10, objective)


def test_the_only_request_may_be_the_bad_one():
    assert burn_rate(1, 1, 0.99) == pytest.approx(100)


def test_a_median_not_reached_lies_above_the_longest_while_more_than_half_are_open():
    # 9 of 20 have ended, which leaves 0.55: the median lies above 100, the age of the open ones, not above 9.
    lengths = Durations.of([*range(1, 10), *[100] * 11], [True] * 9 + [False] * 11)
    assert median_above(lengths) == 100
    half = Durations.of([*range(1, 11), *[100] * 10], [True] * 10 + [False] * 10)
    assert median_above(half) == 10
