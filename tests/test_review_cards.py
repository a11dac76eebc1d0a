"""The cards of the review: whose figure is large, which promise stands on it, what surrounds a figure."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.kpis.series import spread
from reliability.queries.figures import Family, figure, figures
from reliability.review.compose import compose
from reliability.settings import Settings, load_settings


@pytest.fixture
def settings(sample_dir: Path) -> Settings:
    return load_settings(sample_dir)


def only(settings: Settings, *kept: str) -> Settings:
    """The settings with these promises alone."""
    return replace(settings, commitments=tuple(c for c in settings.commitments if c.id in kept))


CENSUSES = [found.id for found in figures().values() if found.family is Family.CENSUS]


@pytest.mark.parametrize("name", CENSUSES)
def test_what_was_counted_in_full_has_no_interval_step_by_step(name: str) -> None:
    row = {"value": 0.8, "numerator": 8.0, "denominator": 10.0}
    assert spread(figure(name), row) == (None, None)


def test_a_share_that_could_have_been_another_has_one_step_by_step() -> None:
    # scipy.stats.binomtest(8, 10).proportion_ci(0.9, "wilson")
    low, high = spread(figure("repeat_share"), {"value": 0.8, "numerator": 8.0, "denominator": 10.0})
    assert (low, high) == pytest.approx((0.5408, 0.9314), abs=1e-3)


def test_a_chart_draws_no_promise_of_another_figure(store, settings: Settings) -> None:
    # What was promised is the median of all severities; the chart and the card are of P1.
    promised = replace(
        next(c for c in settings.commitments if c.id == "mttr"), kpi="time_to_recover_median_all"
    )
    review = compose(store, replace(settings, commitments=(promised,)), "2025-Q4")
    (chart,) = [c for c in review.charts if c.id == "time_to_recover_median_monthly"]
    assert chart.levels == ()
    assert "baseline" not in [band.role for band in chart.bands]
    (card,) = [c for c in review.cards if c.id == "time_to_recover_median"]
    assert card.commitment == "mttr"
    assert card.evidence.startswith(f"{figure('time_to_recover_median_all').title}, 18 Aug")
