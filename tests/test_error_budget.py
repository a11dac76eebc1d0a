"""Availability and error budgets: arithmetic by hand."""

import numpy as np
import pytest

from reliability.statistics.error_budget import (
    availability,
    budget,
    burn_rate,
    chance_to_keep,
    enough_requests,
)

OBJECTIVE = 0.9995


def test_availability_is_good_over_valid_requests():
    found = availability(999_600, 1_000_000, measured_minutes=1440)
    assert found.share == 0.9996
    assert found.worst == found.best == 0.9996
    assert found.bad == 400


def test_gaps_are_filled_with_the_measured_rate_of_requests():
    # 90 minutes measured, 10 not: 1000 requests seen, 1000 * 10 / 90 hidden.
    found = availability(990, 1000, measured_minutes=90, gap_minutes=10)
    hidden = 1000 / 9
    assert found.worst == pytest.approx(990 / (1000 + hidden))
    assert found.best == pytest.approx((990 + hidden) / (1000 + hidden))


def test_65_minutes_of_gaps_can_hide_the_whole_budget_of_90_days():
    minutes = 90 * 1440
    found = availability(10_000_000, 10_000_000, minutes - 65, 65)
    assert found.worst < OBJECTIVE <= found.best
    assert availability(10_000_000, 10_000_000, minutes - 64, 64).worst > OBJECTIVE


def test_nothing_measured_is_no_figure_rather_than_perfect():
    found = availability(0, 0, 0, 1440)
    assert (found.share, found.worst, found.best) == (None, None, None)


def test_requests_without_any_measured_time_bound_nothing():
    found = availability(10, 10, 0, 60)
    assert (found.worst, found.best) == (0, 1)


@pytest.mark.parametrize("wrong", [(11, 10, 1, 0), (-1, 10, 1, 0), (1, 10, -1, 0), (1, 10, 1, -5)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="needed"):
        availability(*wrong)


@pytest.mark.parametrize(("error_rate", "burn"), [(0.0072, 14.4), (0.003, 6), (0.0005, 1)])
def test_burn_rates_of_the_workbook(error_rate, burn):
    assert burn_rate(error_rate * 1e6, 1e6, OBJECTIVE) == pytest.approx(burn)


def test_no_requests_burn_nothing_known():
    assert burn_rate(0, 0, OBJECTIVE) is None
    assert budget(0, 0, OBJECTIVE, 1, 90) is None


@pytest.mark.parametrize("objective", [0, 1, 99.95])
def test_an_objective_is_a_share_below_one(objective):
    with pytest.raises(ValueError, match="between 0 and 1"):
        burn_rate(1, 10, objective)


@pytest.mark.parametrize(("days", "minutes"), [(90, 64.8), (30, 21.6)])
def test_the_budget_is_so_many_minutes_of_full_outage(days, minutes):
    assert budget(0, 1e6, OBJECTIVE, 1, days).minutes == pytest.approx(minutes)


def test_a_budget_half_way_at_burn_one_is_half_used():
    found = budget(500, 1_000_000, OBJECTIVE, 45, 90)
    assert (found.burn, found.used) == pytest.approx((1, 0.5))
    assert found.minutes_left == pytest.approx(32.4)


def test_an_overspent_budget_is_empty_now():
    found = budget(3000, 1_000_000, OBJECTIVE, 45, 90)
    assert found.used == pytest.approx(3)
    assert found.minutes_left == pytest.approx(-2 * 64.8)


@pytest.mark.parametrize("elapsed", [0, 91])
def test_elapsed_days_must_lie_in_the_window(elapsed):
    with pytest.raises(ValueError, match="elapsed days"):
        budget(0, 1000, OBJECTIVE, elapsed, 90)


def test_the_chance_to_keep_counts_the_draws_that_stay_within_the_budget():
    # One day in two is bad enough to break a single remaining day's budget.
    chance = chance_to_keep(0, 1000, [0, 10], [1000, 1000], days_left=1, objective=0.999)
    assert chance == pytest.approx(0.5, abs=0.03)


def test_the_chance_with_two_days_left_is_a_binomial():
    # Budget: 1 % of 4000 is 40; 15 so far; bad days cost 20. Kept with at most one of two bad days: 3 in 4.
    chance = chance_to_keep(15, 2000, [0, 20], [1000, 1000], days_left=2, objective=0.99)
    assert chance == pytest.approx(0.75, abs=0.03)


def test_every_endpoint_must_keep_the_objective_on_the_same_drawn_days():
    # Endpoint one breaks on day one only, endpoint two on day two only: one day left always breaks one of them.
    asked = [[1000, 1000], [1000, 1000]]
    in_turn, together = [[20, 0], [0, 20]], [[20, 20], [0, 0]]
    assert chance_to_keep([0, 0], [500, 500], in_turn, asked, days_left=1, objective=0.99) == 0
    assert chance_to_keep([0, 0], [500, 500], together, asked, 1, 0.99) == pytest.approx(0.5, abs=0.03)
    assert chance_to_keep([0, 6], [500, 500], together, asked, 0, 0.99) == 0


def test_the_chance_is_the_same_on_every_run():
    generator = np.random.default_rng(2)
    past = generator.poisson(4, 180)
    asked = np.full(180, 10_000)
    first, second = (chance_to_keep(150, 450_000, past, asked, 45, OBJECTIVE) for _ in range(2))
    assert first == second


def test_a_finished_window_is_kept_or_not():
    assert chance_to_keep(5, 10_000, [], [], 0, OBJECTIVE) == 1
    assert chance_to_keep(6, 10_000, [], [], 0, OBJECTIVE) == 0
    assert chance_to_keep(0, 0, [], [], 0, OBJECTIVE) is None


def test_without_past_days_there_is_no_chance_to_state():
    assert chance_to_keep(5, 10_000, [], [], 10, OBJECTIVE) is None
    assert chance_to_keep(5, 10_000, [0], [0], 10, OBJECTIVE) is None


def test_6000_requests_are_needed_to_show_99_95_percent():
    assert enough_requests(6000, OBJECTIVE)
    assert not enough_requests(5999, OBJECTIVE)
