"""Medians with open durations against lifelines and a published trial."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_waltons
from lifelines.utils import median_survival_times

from reliability.statistics.survival import Durations, kaplan_meier, median, median_above, median_interval

# Freireich et al. (1963), Blood 21, 699-716: weeks of remission, 6-MP (12 of 21 censored) and placebo.
SIX_MP = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
SIX_MP_ENDED = [True] * 9 + [False] * 12
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

minutes = st.lists(st.floats(0, 1e5), min_size=1, max_size=40)


def mixed(seed: int, n: int, step: float) -> Durations:
    generator = np.random.default_rng(seed)
    ends, looked = generator.lognormal(4, 1.2, n), generator.lognormal(4.5, 1.2, n)
    return Durations.of(np.ceil(np.minimum(ends, looked) / step) * step, ends <= looked)


def test_the_curve_of_the_published_trial_is_found_again():
    curve = kaplan_meier(Durations.of(SIX_MP, SIX_MP_ENDED))
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.survival == pytest.approx(published, abs=5e-4)


def test_the_medians_of_the_published_trial_are_found_again_with_their_log_log_intervals():
    six_mp, placebo = Durations.of(SIX_MP, SIX_MP_ENDED), Durations.of(PLACEBO)
    assert (median(six_mp), median(placebo)) == (23, 8)
    assert median_interval(six_mp, 1.96) == (13, math.inf)
    assert median_interval(placebo, 1.96) == (4, 11)


@pytest.mark.parametrize("step", [0.001, 5, 60])
def test_medians_and_intervals_agree_with_lifelines(step):
    for seed in range(60):
        durations = mixed(seed, n=3 + seed, step=step)
        fit = KaplanMeierFitter(alpha=0.1).fit(durations.minutes, durations.ended)
        expected = median_survival_times(fit.confidence_interval_).to_numpy()[0]
        assert tuple(median_interval(durations)) == tuple(expected)
        # Where survival rests at one half, lifelines takes one of the two times we take the middle of.
        if not np.isclose(fit.survival_function_.to_numpy(), 0.5).any():
            assert median(durations) == fit.median_survival_time_


def test_a_real_data_set_agrees_with_lifelines():
    data = load_waltons()
    for _, group in data.groupby("group"):
        fit = KaplanMeierFitter(alpha=0.1).fit(group["T"], group["E"])
        durations = Durations.of(group["T"], group["E"].astype(bool))
        assert median(durations) == fit.median_survival_time_
        expected = median_survival_times(fit.confidence_interval_).to_numpy()[0]
        assert tuple(median_interval(durations)) == tuple(expected)


@given(minutes)
def test_without_open_ones_it_is_the_ordinary_median(values):
    assert median(Durations.of(values)) == pytest.approx(float(np.median(values)))


def test_survival_resting_at_one_half_gives_the_midpoint_with_the_next_ending():
    # The curve falls to one half at 20 and from there at 40.
    assert median(Durations.of([10, 20, 25, 40], [True, True, False, True])) == 30


def test_exactly_half_open_lies_above_the_last_ending():
    # Two of four end, at 10 and 20; the other two are open, so the curve rests at one half for good: the ordinary
    # median lies between 20 and whatever the third will take.
    half = Durations.of([10, 20, 25, 40], [True, True, False, False])
    assert (median(half), median_above(half)) == (math.inf, 20)


def test_more_than_half_open_lies_above_the_longest_seen():
    most = Durations.of([10, 50, 60, 70, 80], [True, False, False, False, False])
    assert (median(most), median_above(most)) == (math.inf, 80)


def test_a_median_that_is_reached_lies_above_nothing():
    assert median_above(Durations.of([10, 20, 30])) is None
    assert median_above(Durations.of([])) is None


def test_nothing_has_no_median():
    assert math.isnan(median(Durations.of([])))
    assert all(math.isnan(end) for end in median_interval(Durations.of([])))
    assert kaplan_meier(Durations.of([])).times.size == 0


def test_dropping_open_incidents_would_flatter_the_median():
    durations = mixed(3, n=200, step=0.001)
    closed_only = Durations.of(durations.minutes[durations.ended])
    assert median(closed_only) < median(durations)


@given(minutes, st.floats(0.01, 100), st.data())
def test_the_unit_of_time_does_not_matter(values, unit, data):
    marks = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    plain = Durations.of(values, marks)
    scaled = Durations(plain.minutes * unit, plain.ended)
    assert median(scaled) == pytest.approx(median(plain) * unit)


def test_readings_of_the_open_ones_bracket_the_estimate():
    for seed in range(20):
        durations = mixed(seed, n=30, step=0.001)
        assert median(durations.all_ended()) <= median(durations) <= median(durations.never_ending())


def test_counts_and_spread_are_known():
    durations = Durations.of([30, 10, 0, 20], [True, True, True, False])
    assert (durations.n, durations.open) == (4, 1)
    assert durations.minutes.tolist() == [0, 10, 20, 30]
    assert durations.log_sd == pytest.approx(np.std(np.log([10, 30]), ddof=1))
    assert Durations.of([5]).log_sd is None


def test_an_open_one_of_equal_length_comes_after_the_ended_ones():
    assert Durations.of([5, 5, 5], [False, True, False]).ended.tolist() == [True, False, False]


@pytest.mark.parametrize("wrong", [[-1, 5], [float("nan"), 5]])
def test_negative_and_missing_durations_are_refused(wrong):
    with pytest.raises(ValueError, match="0 or more"):
        Durations.of(wrong)


def test_every_duration_needs_a_mark():
    with pytest.raises(ValueError, match="2 durations but 1 marks"):
        Durations.of([1, 2], [True])
