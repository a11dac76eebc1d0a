"""NPS and what customers felt, worked out by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reliability.statistics.nps import panel_of
from tests.warehouse_by_hand import by_hand, figures, params, scope, steps

Q3 = params("2025-07-01", "2025-10-01")


def answers(scores: Sequence[int | None], **others: Any) -> list[dict[str, Any]]:
    """Answers of 1 August with these scores."""
    name = others.pop("name", "N")
    return [
        {"response_id": f"{name}{n}", "responded_at": "2025-08-01", "score": score, **others}
        for n, score in enumerate(scores)
    ]


def test_nps_is_promoters_minus_detractors(tmp_path: Path) -> None:
    with by_hand(tmp_path, nps_responses=answers([10, 9, 9, 8, 7, 6, 0, 10])) as store:
        figure = figures(store, "nps", Q3)
    # 4 promoters, 2 passives, 2 detractors of 8
    assert (figure["value"], figure["n"]) == (25, 8)
    assert (figure["promoters"], figure["passives"], figure["detractors"]) == (4, 2, 2)


def test_scores_outside_the_scale_and_answers_without_a_date_are_left_out(tmp_path: Path) -> None:
    rows = [*answers([10, 11, -1, None, 3]), *answers([9], name="undated", responded_at=None)]
    with by_hand(tmp_path, nps_responses=rows) as store:
        figure = figures(store, "nps", Q3)
        count = figures(store, "nps_responses", Q3)
    assert (figure["value"], figure["n"]) == (0, 2)
    assert (figure["left_out_outside_0_to_10"], figure["left_out_no_date"]) == (3, 1)
    assert count == {"value": 2, "n": 2, "open": 0, "left_out_outside_0_to_10": 3, "left_out_no_date": 1}


def test_answers_belong_to_the_window_they_were_given_in(tmp_path: Path) -> None:
    rows = [
        *answers([10], name="before", responded_at="2025-06-30 23:59:59"),
        *answers([0], name="first", responded_at="2025-07-01"),
        *answers([10], name="after as_of", responded_at="2025-08-15 00:00:01"),
        *answers([10], name="after", responded_at="2025-10-01"),
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        figure = figures(store, "nps", params("2025-07-01", "2025-10-01", "2025-08-15"))
    assert (figure["value"], figure["n"]) == (-100, 1)


def test_no_answers_are_zero_answers_only_inside_what_the_exports_cover(tmp_path: Path) -> None:
    rows = [
        *answers([10], name="a", responded_at="2025-01-01"),
        *answers([10], name="b", responded_at="2025-12-01"),
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        assert figures(store, "nps_responses", Q3)["value"] == 0
        assert figures(store, "nps", Q3)["value"] is None
        assert figures(store, "nps_responses", params("2026-01-01", "2026-04-01"))["value"] is None


def test_the_spread_over_accounts_adds_what_each_account_says_together(tmp_path: Path) -> None:
    # Points +1 +1 (one account), -1, 0, 0 (no account): mean 0.2.
    rows = [
        *answers([10, 9], name="a", account_id="C1"),
        *answers([0], name="b", account_id="C2"),
        *answers([7, 8]),
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        figure = figures(store, "nps", Q3)
    assert figure["value"] == pytest.approx(20)
    assert figure["accounts"] == 4
    # (0.8 + 0.8)^2 + (-1.2)^2 + (-0.2)^2 + (-0.2)^2
    assert figure["account_spread"] == pytest.approx(4.08)


def test_named_accounts_come_with_their_answers_and_points_in_windows_of_more_than_five_weeks(
    tmp_path: Path,
) -> None:
    rows = [
        *answers([10, 9, 3], name="a", account_id="C1"),
        *answers([0], name="b", account_id="C2"),
        *answers([7, 8]),
    ]
    with by_hand(tmp_path, nps_responses=rows) as store:
        quarter, five_weeks = (
            panel_of(figures(store, "nps", params("2025-07-01", end))) for end in ("2025-10-01", "2025-08-05")
        )
    assert sorted(quarter.values()) == [(1, -1), (3, 1)]
    assert five_weeks == {}


def test_a_month_of_nps_carries_its_margin(tmp_path: Path) -> None:
    rows = [*answers([10] * 5 + [8] * 2 + [0] * 3), *answers([10] * 30, name="s", responded_at="2025-09-15")]
    with by_hand(tmp_path, nps_responses=rows) as store:
        months = steps(scope(store, "2025-07-01", "2025-10-01"), "nps")
    july, august, september = months
    assert (july["value"], july["n"], july["low"]) == (None, 0, None)
    assert (august["value"], august["n"]) == (20, 10)
    # n' = 13, p' = 5.75/13, d' = 3.75/13: V = (9.5/13 - (2/13)^2) / 13, margin = 164.485 * sqrt(V)
    # around the adjusted score, 100 * 2/13 = 15.3846
    assert august["high"] == pytest.approx(15.3846 + 38.3616, abs=0.001)
    assert august["low"] == pytest.approx(15.3846 - 38.3616, abs=0.001)
    # 30 answers, all 10: V = (31.5/33 - (30/33)^2) / 33, so 100 * 30/33 + 10.248 = 101.157, past the end of the scale
    assert (september["value"], september["n"]) == (100, 30)
    assert september["high"] == 100, "the scale ends at 100"
    assert september["low"] == pytest.approx(90.9091 - 10.2481, abs=0.001)
