"""Pace: allowances, paths and chances by hand and by scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from reliability.statistics.pace import (
    allowance,
    brier,
    chance_with_more,
    chance_within,
    expected_rest,
    glide_ratio,
    quota,
    total_ratio,
)
from reliability.statistics.shapes import shape_named

TOTAL, BY_DEADLINE = "total", "rate by deadline"


def test_the_allowance_is_a_whole_number_and_never_lost_to_rounding():
    assert allowance(35, 90, 90, 0.6) == 21
    assert allowance(36, 90, 90, 0.6) == 21
    assert allowance(130, 365, 90, 0.6) == math.floor(0.6 * 130 * 90 / 365)


def test_a_rate_that_falls_by_the_deadline_allows_a_total_half_way():
    assert total_ratio(0.6, TOTAL) == 0.6
    assert total_ratio(0.6, BY_DEADLINE) == pytest.approx(0.8)
    assert allowance(35, 90, 90, 0.6, BY_DEADLINE) == 28


def test_the_path_of_a_total_is_straight():
    path = shape_named(TOTAL).part
    assert 18 * path(0.5, 0.6) == pytest.approx(9)
    assert 18 * path(1, 0.6) == pytest.approx(18)


@pytest.mark.parametrize("day", [0, 10, 45, 90])
def test_the_path_of_a_falling_rate_is_its_integral(day):
    rate = 30 / 90
    expected, _ = integrate.quad(lambda t: rate * (1 - 0.4 * t / 90), 0, day)
    # 30 in the baseline, of which the falling rate allows 0.8 in all: 24.
    assert 24 * shape_named(BY_DEADLINE).part(day / 90, 0.6) == pytest.approx(expected)


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="the shape is"):
        total_ratio(0.6, "line")


@pytest.mark.parametrize("baseline", [50, 90, 100])
def test_a_tenth_more_is_a_whole_number_and_never_one_too_many(baseline):
    # 1.1 times 50 is a hair above 55 in binary.
    assert quota(baseline, 90, 90, 1.1) == baseline * 11 // 10
    assert quota(33, 90, 90, 1.1) == 37


def test_a_median_glides_from_45_to_15_minutes_on_a_log_scale():
    assert 45 * glide_ratio(1 / 3, 0) == 45
    assert 45 * glide_ratio(1 / 3, 0.5) == pytest.approx(math.sqrt(45 * 15))
    assert 45 * glide_ratio(1 / 3, 1) == pytest.approx(15)


@pytest.mark.parametrize(
    ("count", "elapsed", "allowed"), [(17, 60, 21), (0, 30, 5), (10, 45, 21), (21, 80, 21)]
)
def test_the_chance_is_negative_binomial(count, elapsed, allowed):
    expected = stats.nbinom.cdf(allowed - count, count + 0.5, elapsed / 90)
    assert chance_within(count, elapsed, 90, allowed) == pytest.approx(expected)


def test_clusters_come_phi_at_a_time():
    expected = stats.nbinom.cdf(math.floor((21 - 10) / 2), 10 / 2 + 0.5, 0.5)
    assert chance_within(10, 45, 90, 21, phi=2) == pytest.approx(expected)


def test_the_chance_at_the_edges():
    assert chance_within(0, 0, 90, 21) is None
    assert chance_within(22, 45, 90, 21) == 0
    assert chance_within(21, 90, 90, 21) == 1


def test_the_rest_goes_on_as_so_far():
    assert expected_rest(10, 45, 90) == pytest.approx(10.5)
    assert expected_rest(10, 30, 90, phi=2) == pytest.approx((10 + 1) * 2)


@given(st.integers(0, 40), st.integers(0, 40), st.floats(1, 89))
def test_a_larger_allowance_is_never_harder_to_keep(count, allowed, elapsed):
    assert (
        chance_within(count, elapsed, 90, allowed) <= chance_within(count, elapsed, 90, allowed + 1) + 1e-12
    )


def test_one_more_a_week_takes_its_number_from_what_is_left():
    # 10 in 45 of 90 days, 21 allowed: 45 days are 6.4 weeks, so that of the 11 left 4 remain, or 17 with one fewer.
    assert chance_with_more(10, 45, 90, 21, 1) == pytest.approx(stats.nbinom.cdf(4, 10.5, 0.5))
    assert chance_with_more(10, 45, 90, 21, 0) == pytest.approx(stats.nbinom.cdf(11, 10.5, 0.5))
    assert chance_with_more(10, 45, 90, 21, -1) == pytest.approx(stats.nbinom.cdf(17, 10.5, 0.5))
    assert chance_with_more(20, 45, 90, 21, 1) == 0


def test_there_are_no_fewer_than_none():
    assert chance_with_more(2, 45, 90, 21, -1) is None
    assert chance_with_more(0, 0, 90, 21, 1) is None


def test_chances_are_scored_by_their_squared_error():
    assert brier([0.8, 0.3], [True, False]) == pytest.approx((0.04 + 0.09) / 2)
    assert brier([1.0, 0.0], [True, False]) == 0
    with pytest.raises(ValueError, match="no chances"):
        brier([], [])
