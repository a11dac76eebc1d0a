"""The small arithmetic in SQL, macro by macro, on numbers that give its answer by hand or by another library."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest
from statsmodels.stats.proportion import proportion_confint

from reliability.queries import FOLDER


def answer(expression: str, *files: str) -> Any:
    """What an expression gives where only these files of facts have run."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set TimeZone = 'UTC'")
        for file in files:
            con.execute((FOLDER / "facts" / f"{file}.sql").read_text(encoding="utf-8"))
        return con.execute(f"select {expression}").fetchone()[0]


@pytest.mark.parametrize(("k", "n"), [(0, 1), (1, 1), (3, 8), (40, 41), (1, 200)])
def test_wilsons_limits_agree_with_statsmodels(k: int, n: int) -> None:
    low, high = proportion_confint(k, n, alpha=0.10, method="wilson")
    assert answer(f"wilson_low({k}, {n})", "02_wilson_low") == pytest.approx(low, abs=1e-7)
    assert answer(f"wilson_high({k}, {n})", "03_wilson_high") == pytest.approx(high, abs=1e-7)


def test_a_share_of_nothing_has_no_limits() -> None:
    assert answer("wilson_low(0, 0)", "02_wilson_low") is None
    assert answer("wilson_high(0, 0)", "03_wilson_high") is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # One promoter: 1.75 and 0.75 of 4, a score of 25; (2.5/4 - 0.25 squared) / 4 = 0.375 squared.
        ("-1, 1, 1, 0, 1, 0", 25 - 164.48536 * 0.375),
        ("1, 1, 1, 0, 1, 0", 25 + 164.48536 * 0.375),
        ("1, 1, 0, 1, 1, 0", -25 + 164.48536 * 0.375),
        # Two accounts of twenty answers: 2/1 times 40 / 400 is more than 21.5/23 / 23.
        ("1, 20, 10, 10, 2, 40", 164.48536 * 0.2**0.5),
        # Three of them that are alike: 3/2 times 4 / 400 is less.
        ("1, 20, 10, 10, 3, 4", 164.48536 * (21.5 / 23 / 23) ** 0.5),
        # One account alone, or one answer of each: nothing is known of accounts.
        ("1, 20, 10, 10, 1, 40", 164.48536 * (21.5 / 23 / 23) ** 0.5),
        ("1, 20, 10, 10, 20, 400", 164.48536 * (21.5 / 23 / 23) ** 0.5),
        ("1, 20, 10, 10, 19, 40", 164.48536 * (19 / 18 * 40 / 400) ** 0.5),
        # No end lies beyond the scale.
        ("1, 20, 10, 10, 2, 400", 100),
        ("-1, 20, 10, 10, 2, 400", -100),
        ("1, 0, 0, 0, 0, null", None),
    ],
)
def test_an_end_of_a_scores_interval(asked: str, expected: float | None) -> None:
    found = answer(f"nps_limit({asked})", "06_nps_limit")
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-6))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("(4, 5), (1, 5)", 4.5),  # a mean of 0.5: 4 - 2.5 and 1 - 2.5, squared
        ("(3, 3), (0, 1), (-2, 4)", 2.625**2 + 0.125**2 + 2.5**2),  # a mean of 1/8
        ("(2, 2), (2, 2)", 0),
        ("(0, 0)", None),
    ],
)
def test_how_far_accounts_lie_from_the_score(rows: str, expected: float | None) -> None:
    counted = f"(select account_spread(points, answers) from (values {rows}) as one(points, answers))"
    found = answer(counted, "07_account_spread")
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("chosen", "value", "passes"),
    [("null", "'a'", True), ("[]", "'a'", True), ("[]", "null", True), ("['a']", "'a'", True),
     ("['b']", "'a'", False), ("['a']", "null", False)],
)  # fmt: skip
def test_a_filter_lets_a_value_through(chosen: str, value: str, passes: bool) -> None:
    assert answer(f"accepts({chosen}, {value})", "00_accepts") is passes
    assert answer(f"accepts_any({chosen}, {value})", "05_accepts_any") is passes


@pytest.mark.parametrize(("listed", "passes"), [("'b, a'", True), ("'b;a'", True), ("'b, ab'", False)])
def test_a_filter_lets_any_of_several_through(listed: str, passes: bool) -> None:
    assert answer(f"accepts_any(['a'], {listed})", "05_accepts_any") is passes


@pytest.mark.parametrize(
    ("day_only", "by_day"),
    [
        ("null", False),
        ("[]", False),
        ("['closed_at']", False),
        ("['opened_at']", True),
        ("['resolved_at']", True),
        # Counted from an opening known to the day: the length is exact.
        ("['opened_at', 'resolved_at', 'resolved_at counted']", False),
    ],
)
def test_a_length_is_known_to_the_day_only(day_only: str, by_day: bool) -> None:
    asked = f"is_by_day({day_only}, 'opened_at', 'resolved_at')"
    assert answer(asked, "02_is_by_day") is by_day


@pytest.mark.parametrize(
    ("day_only", "by_day"),
    [
        # From another stamp the length is exact only where that one was counted, too.
        ("['started_at', 'resolved_at', 'resolved_at counted']", True),
        ("['started_at', 'started_at counted', 'resolved_at', 'resolved_at counted']", False),
        ("['started_at', 'started_at counted', 'resolved_at']", True),
    ],
)
def test_a_length_from_another_stamp_is_known_to_the_day_only(day_only: str, by_day: bool) -> None:
    asked = f"is_by_day({day_only}, 'started_at', 'resolved_at')"
    assert answer(asked, "02_is_by_day") is by_day


def test_minutes_between_two_instants() -> None:
    at = datetime(2025, 7, 1, tzinfo=UTC).isoformat()
    asked = f"minutes_between('{at}'::timestamptz, '{at}'::timestamptz + interval '90 seconds')"
    assert answer(asked, "01_minutes_between") == pytest.approx(1.5)
