"""Intervals of KPIs: held against scipy, lifelines and figures worked out by hand, on hand-made incidents."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times
from scipy.stats import binomtest, sem, t

from reliability.kpis import Asked, Kpi
from reliability.kpis.intervals import interval_of
from reliability.model import Filters
from reliability.settings.loading import parse_settings
from reliability.statistics.intervals import Interval

START = datetime(2025, 1, 6, tzinfo=UTC)


class Prepared:
    """Readings that were prepared: rows of consecutive weeks from START, the row of any other window, samples."""

    def __init__(self, row=None, weeks=(), samples=(), settings=None):
        self.settings, _ = parse_settings(settings or {})
        self._row, self._weeks, self._samples = row or {}, weeks, samples

    def expect(self, *_):
        pass

    def row(self, _figure, asked, _filters):
        if asked.end - asked.start == timedelta(weeks=1):
            return self._weeks[(asked.start - START) // timedelta(weeks=1)]
        return self._row

    def samples(self, *_):
        return self._samples


def interval(readings, kpi: Kpi):
    """The interval of a figure of the weeks that were prepared."""
    end = START + timedelta(weeks=max(2, len(readings._weeks)))
    return interval_of(readings, kpi, Asked(START, end, end), Filters())


def figure(kpi_id: str, value: float | None, **more) -> Kpi:
    return Kpi(kpi_id, "", "", "lower", value, n=int(value or 0), open=0, status="ok", **more)


def weeks(*counts):
    return [{"value": c, "partial": False} for c in counts]


def test_a_count_of_independent_weeks_has_the_score_interval_of_a_poisson_mean():
    # (x + z²/2) ± z·sqrt(x + z²/4) with x = 16, z = 1.6449: 17.353 ± 6.717
    found = Prepared(weeks=weeks(1, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1))
    low, high = interval(found, figure("p1_incidents", 16.0))
    assert (low, high) == pytest.approx((10.636, 24.070), abs=2e-3)


def test_clustered_weeks_widen_the_interval_and_a_cut_week_does_not_count():
    calm = Prepared(weeks=weeks(*[1, 2] * 6))
    wild = Prepared(weeks=weeks(*[0, 0, 0, 6] * 3))
    cut = Prepared(weeks=[*weeks(*[1, 2] * 6), {"value": 40, "partial": True}])
    widths = [np.diff(interval(s, figure("p1_incidents", 18.0)))[0] for s in (calm, wild, cut)]
    assert widths[1] > 1.5 * widths[0]
    assert widths[2] == widths[0]


def test_a_sampled_share_has_the_wilson_interval():
    share = figure("engaged_within_target_share", 12 / 18, numerator=12.0, denominator=18.0)
    expected = binomtest(12, 18).proportion_ci(0.9, "wilson")
    assert interval(Prepared(), share) == pytest.approx((expected.low, expected.high))


def test_a_mean_has_students_interval():
    hours = [3.0, 5.5, 8.0, 2.5, 12.0]
    row = {"value": np.mean(hours), "n": 5, "deviation": np.std(hours, ddof=1)}
    expected = t.interval(0.9, 4, loc=np.mean(hours), scale=sem(hours))
    mean = figure("escalation_to_engineering_hours_mean", row["value"])
    assert interval(Prepared(row), mean) == pytest.approx(expected)
    alone = figure("escalation_to_engineering_hours_mean", 3.0)
    assert interval(Prepared({"value": 3.0, "n": 1, "deviation": None}), alone) is None


def test_what_was_counted_in_full_has_no_interval():
    census = figure("postmortem_on_time_share", 0.9, numerator=9.0, denominator=10.0)
    assert interval(Prepared(), census) is None
    assert interval(Prepared(), figure("availability", 0.9996)) is None


def test_no_figure_has_no_interval():
    assert interval(Prepared(), figure("p1_incidents", None)) is None


def test_a_median_has_the_interval_of_its_curve_with_open_ones_in_it():
    minutes = np.array([12, 25, 31, 40, 55, 70, 95, 130, 200, 400.0])
    ended = np.array([True] * 8 + [False, True])
    rows = [{"minutes": m, "is_over": e, "n": 1} for m, e in zip(minutes, ended, strict=True)]
    found = interval(Prepared(samples=rows), figure("time_to_recover_median", 62.5))
    fitted = KaplanMeierFitter(alpha=0.1).fit(minutes, ended)
    limits = median_survival_times(fitted.confidence_interval_).iloc[0]
    assert found == pytest.approx(tuple(limits))


@pytest.mark.parametrize("kpi", ["permanent_endings_share", "remediation_holding_share"])
def test_endings_have_the_interval_of_their_curve_at_the_agreed_days(kpi):
    days, back = [12, 25, 31, 40, 55, 70, 95, 130, 200, 400.0], [True] * 8 + [False, True]
    found = [
        {"days": d, "came_back": b, "issue_id": f"P{n}"}
        for n, (d, b) in enumerate(zip(days, back, strict=True))
    ]
    readings = Prepared(samples=found, settings={"incidents": {"ended_after_days": 60}})
    limits = KaplanMeierFitter(alpha=0.1).fit(days, back).confidence_interval_survival_function_
    expected = limits[limits.index < 60].iloc[-1]
    assert interval(readings, figure(kpi, 0.5)) == pytest.approx(tuple(expected))


def test_equal_durations_count_as_often_as_they_occur():
    once = [{"minutes": 10.0, "is_over": True, "n": 3}, {"minutes": 50.0, "is_over": True, "n": 5}]
    each = [{"minutes": m, "is_over": True, "n": 1} for m in (10.0,) * 3 + (50.0,) * 5]
    found = [
        interval(Prepared(samples=rows), figure("time_to_recover_median", 50.0)) for rows in (once, each)
    ]
    assert found[0] == found[1]


def test_a_score_is_centred_on_the_adjusted_one_and_clusters_widen_it():
    # 60 promoters, 20 passives, 20 detractors: p' = 60.75/103, d' = 20.75/103
    row = {
        "value": 40.0,
        "n": 100,
        "promoters": 60,
        "passives": 20,
        "detractors": 20,
        "accounts": 100,
        "account_spread": 0.0,
    }
    up, down = 60.75 / 103, 20.75 / 103
    reach = 100 * 1.6448536 * math.sqrt((up + down - (up - down) ** 2) / 103)
    alone = interval(Prepared(row), figure("nps", 40.0))
    assert alone == pytest.approx((4000 / 103 - reach, 4000 / 103 + reach), abs=1e-4)
    together = interval(Prepared({**row, "accounts": 10, "account_spread": 200.0}), figure("nps", 40.0))
    # 10/9 * 200 / 100² = 0.02222
    assert isinstance(together, Interval)
    assert together.high - together.low == pytest.approx(
        200 * 1.6448536 * math.sqrt(10 / 9 * 200 / 10_000), rel=1e-4
    )
