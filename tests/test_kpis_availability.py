"""Availability and its error budget, worked out by hand."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse_by_hand import by_hand, figures, instant, params

TEN_DAYS = params("2025-07-01", "2025-07-11")


def days(endpoint: str, *counts: tuple[int | None, int | None], service: str = "api") -> list[dict[str, Any]]:
    """One interval a day from 1 July: (good, total)."""
    start = instant("2025-07-01")
    return [
        {
            "endpoint": endpoint, "service": service, "interval_start": start + timedelta(days=n),
            "interval_end": start + timedelta(days=n + 1), "good": good, "total": total,
        }
        for n, (good, total) in enumerate(counts)
    ]  # fmt: skip


def test_requests_are_weighed_and_percentages_never_averaged(tmp_path: Path) -> None:
    rows = [*days("/big", *[(9_990, 10_000)] * 10), *days("/small", *[(5, 10)] * 10)]
    with by_hand(tmp_path, availability=rows) as store:
        figure = figures(store, "availability", TEN_DAYS)
    # (99,900 + 50) of (100,000 + 100)
    assert figure["value"] == pytest.approx(99_950 / 100_100)
    assert (figure["n"], figure["endpoints"], figure["worst"]) == (100_100, 2, 0.5)
    assert figure["gap_minutes"] == 0


def test_only_core_services_count_where_they_are_named(tmp_path: Path) -> None:
    rows = [*days("/api", (99, 100)), *days("/blog", (1, 100), service="blog")]
    with by_hand(tmp_path, availability=rows) as store:
        assert figures(store, "availability", {**TEN_DAYS, "core_services": ["api"]})["value"] == 0.99
        assert figures(store, "availability", TEN_DAYS)["value"] == 0.5
        assert figures(store, "availability", {**TEN_DAYS, "services": ["blog"]})["value"] == 0.01


def test_what_cannot_be_is_left_out_and_the_gap_is_told(tmp_path: Path) -> None:
    rows = days("/api", (90, 100), (101, 100), (0, 0), (None, 100), (None, None), (0, 100))
    with by_hand(tmp_path, availability=rows) as store:
        figure = figures(store, "availability", TEN_DAYS)
    # two days count: 90 of 100 and 0 of 100; the other eight were not measured
    assert (figure["value"], figure["n"]) == (0.45, 200)
    assert figure["left_out_no_requests"] == 3
    assert figure["left_out_more_good_than_valid"] == 1
    assert figure["gap_minutes"] == 8 * 1440


def test_what_cannot_be_is_no_budget_either(tmp_path: Path) -> None:
    rows = days("/api", (101, 100), (0, 0), (None, 100), (None, None), *[(1000, 1000)] * 6)
    with by_hand(tmp_path, availability=rows) as store:
        budget = figures(store, "error_budget_left", TEN_DAYS)
        nothing = figures(store, "availability", params("2024-07-01", "2024-07-11"))
    assert (budget["left_out_no_requests"], budget["left_out_more_good_than_valid"]) == (3, 1)
    assert (nothing["value"], nothing["n"], nothing["endpoints"]) == (None, 0, 0)


def test_an_interval_that_as_of_cuts_is_not_over(tmp_path: Path) -> None:
    with by_hand(tmp_path, availability=days("/api", (100, 100), (0, 100))) as store:
        figure = figures(store, "availability", params("2025-07-01", "2025-07-11", "2025-07-02 12:00"))
    assert (figure["value"], figure["gap_minutes"]) == (1, 720)


def test_the_budget_is_that_of_the_whole_window(tmp_path: Path) -> None:
    # Five of ten days: 5,000 requests, 2 failed. 10,000 are expected by the end; 0.05 % of them may fail: 5.
    rows = days("/api", *[(1000, 1000)] * 3, *[(999, 1000)] * 2)
    with by_hand(tmp_path, availability=rows) as store:
        running = figures(store, "error_budget_left", params("2025-07-01", "2025-07-11", "2025-07-06"))
        tight = {**params("2025-07-01", "2025-07-11", "2025-07-06"), "availability": 0.9999}
        overspent = figures(store, "error_budget_left", tight)
        impossible = figures(store, "error_budget_left", {**TEN_DAYS, "availability": 1.0})
    assert running["value"] == pytest.approx(0.6)
    assert (running["bad"], running["budget"]) == (2, pytest.approx(5))
    # 2 of 5,000 is 0.04 %, of the 0.05 % that may fail
    assert running["burn_rate"] == pytest.approx(0.8)
    assert overspent["value"] == pytest.approx(-1)
    assert impossible["value"] is None


def test_an_endpoint_with_an_objective_of_its_own_has_a_budget_of_its_own(tmp_path: Path) -> None:
    # Of 10,000 requests each, 5 may fail of /api by the organisation's 99.95 %, and 100 of /search by its own 99 %.
    rows = [*days("/api", *[(1000, 1000)] * 10), *days("/search", *[(997, 1000)] * 10)]
    rows = [{**row, "objective": 0.99} if row["endpoint"] == "/search" else row for row in rows]
    with by_hand(tmp_path, availability=rows) as store:
        both = figures(store, "error_budget_left", TEN_DAYS)
        spent = store.run("lists/budget_spent", TEN_DAYS).rows
    assert (both["bad"], both["budget"]) == (30, pytest.approx(105))
    assert both["value"] == pytest.approx(75 / 105)
    # 3 of 1,000 is within 1 %: nothing to explain, and three tenths of its own budget.
    assert [(row["endpoint"], row["spender"]) for row in spent] == [("/search", "everyday")]
    assert spent[0]["budget_share"] == pytest.approx(0.3)
