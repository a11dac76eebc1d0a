"""The cards of the review: whose figure is large, which promise stands on it, what surrounds a figure."""

from dataclasses import replace
from pathlib import Path

import pytest

from reliability.queries.figures import figure
from reliability.review.compose import compose
from reliability.settings import Settings, load_settings


@pytest.fixture
def settings(sample_dir: Path) -> Settings:
    return load_settings(sample_dir)


def only(settings: Settings, *kept: str) -> Settings:
    """The settings with these promises alone."""
    return replace(settings, commitments=tuple(c for c in settings.commitments if c.id in kept))


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
