"""How many questions reach the database: a figure is read once for all its windows, and nothing is asked twice."""

from pathlib import Path

import pytest

from reliability.model import Filters
from reliability.queries import Store
from reliability.queries.figures import Family, figure
from reliability.review.compose import compose
from reliability.review.standing import standings
from reliability.settings import Settings, load_settings
from tests.conftest import ROOT


@pytest.fixture
def fresh(store: Store) -> Store:
    """The sample's warehouse, opened again: nothing is remembered yet."""
    return Store(Path(store.path), store.data_version)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT / "data")


def asked(
    store: Store,
    settings: Settings,
    quarter: str,
    comparison: str = "previous",
    filters: Filters | None = None,
) -> int:
    """Compose a review and return how many questions it took."""
    before = store.statements
    compose(store, settings, quarter, comparison, filters)
    return store.statements - before


def test_a_review_asks_at_most_twenty_questions_and_a_second_one_none(
    fresh: Store, settings: Settings
) -> None:
    fresh.run("lists/meta")
    assert asked(fresh, settings, "2025-Q4") <= 20
    assert asked(fresh, settings, "2025-Q4") == 0


def test_another_quarter_filter_or_comparison_asks_only_what_is_new(fresh: Store, settings: Settings) -> None:
    asked(fresh, settings, "2025-Q4")
    assert asked(fresh, settings, "2025-Q3") <= 18
    service = Filters(services=("identity",))
    # Promises, sources and what was left out do not depend on a filter.
    assert asked(fresh, settings, "2025-Q4", filters=service) <= 7
    assert asked(fresh, settings, "2025-Q4", filters=Filters(services=("identity",), severities=(1,))) <= 3
    assert asked(fresh, settings, "2025-Q4", "year_before") == 0


def test_every_promise_with_its_path_week_by_week_asks_each_figure_once(
    fresh: Store, settings: Settings
) -> None:
    as_of = fresh.run("lists/meta").one()["as_of"]
    before = fresh.statements
    found = standings(fresh, settings, as_of)
    asked = {(one.commitment.kpi, one.commitment.filters) for one in found}
    # Beside a count on some services stands how it changed per request of theirs.
    counts = [c for c in (one.commitment for one in found) if figure(c.kpi).family is Family.COUNT]
    asked |= {("availability", commitment.filters) for commitment in counts}
    # Samples of two medians, and three lists: what is covered, requests per day, what spent the budget.
    assert len(found) >= 10
    assert fresh.statements - before <= len(asked) + 5
