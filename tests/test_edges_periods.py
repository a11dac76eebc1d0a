"""Periods at the very instants where they begin, end and are as long as others."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reliability.errors import SettingsError
from reliability.settings import Organisation, Settings, periods

BERLIN = Settings(Organisation(time_zone="Europe/Berlin"))
APRIL = Settings(Organisation(time_zone="UTC", fiscal_year_start_month=4))
FEBRUARY = Settings(Organisation(time_zone="UTC", fiscal_year_start_month=2))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_quarter_that_has_run_exactly_as_long_as_the_one_before_is_compared_with_all_of_it():
    running = periods.quarter("2025-Q2", BERLIN, utc(2025, 6, 29, 22))  # 30 June, midnight: 90 days
    before = periods.previous(running, BERLIN)
    assert running.elapsed_days == before.days == 90
    assert periods.same_length(before, running, BERLIN) == before


def test_one_whole_day_is_one_day():
    running = periods.quarter("2025-Q4", BERLIN, utc(2025, 10, 1, 22))
    cut = periods.same_length(periods.previous(running, BERLIN), running, BERLIN)
    assert (cut.label, cut.end - cut.start) == ("2025 Q3, same 1 day", timedelta(days=1))


def test_a_window_holds_its_start_and_not_its_end():
    window = periods.dated_window(date(2025, 7, 1), date(2025, 7, 2), APRIL)
    assert utc(2025, 7, 1) in window
    assert utc(2025, 7, 2) not in window
    assert utc(2025, 7, 2) - timedelta(microseconds=1) in window


def test_a_quarter_seen_at_its_start_runs_and_at_its_end_is_over():
    start = periods.quarter("2026-Q1", APRIL, utc(2025, 4, 1))
    assert (start.partial, start.elapsed_days, start.label) == (True, 0, "FY2026 Q1")
    over = periods.quarter("2026-Q1", APRIL, utc(2025, 7, 1))
    assert (over.partial, over.elapsed_days) == (False, 91)


@pytest.mark.parametrize(
    ("settings", "moment", "named"),
    [
        (APRIL, utc(2025, 3, 31), "2025-Q4"),
        (APRIL, utc(2025, 4, 1), "2026-Q1"),
        (APRIL, utc(2025, 6, 30), "2026-Q1"),
        (APRIL, utc(2025, 7, 1), "2026-Q2"),
        (APRIL, utc(2026, 1, 1), "2026-Q4"),
        (FEBRUARY, utc(2025, 1, 31), "2025-Q4"),
        (FEBRUARY, utc(2025, 2, 1), "2026-Q1"),
        (BERLIN, utc(2025, 12, 31, 22), "2025-Q4"),
        (BERLIN, utc(2025, 12, 31, 23), "2026-Q1"),
    ],
)
def test_the_quarter_of_a_moment(settings, moment, named):
    found = periods.quarter_of(moment, settings, utc(2026, 6, 1))
    assert found.id == named
    assert found.start <= moment < found.end
    assert periods.quarter(named, settings, utc(2026, 6, 1)) == found


def test_quarters_between_hold_the_one_that_begins_at_the_last_moment():
    ids = [q.id for q in periods.quarters_between(utc(2025, 4, 1), utc(2025, 7, 1), APRIL, utc(2026, 1, 1))]
    assert ids == ["2026-Q1", "2026-Q2"]
    ids = [q.id for q in periods.quarters_between(utc(2025, 4, 1), utc(2025, 6, 30), APRIL, utc(2026, 1, 1))]
    assert ids == ["2026-Q1"]


def test_weeks_and_months_that_only_end_or_begin_at_the_edges_are_not_among_them():
    found = periods.weeks(utc(2025, 6, 2), utc(2025, 6, 16), APRIL)  # Mondays
    assert [w.start.day for w in found] == [2, 9]
    assert found[-1].end == utc(2025, 6, 16)
    found = periods.months(utc(2025, 11, 1), utc(2026, 2, 1), APRIL)
    assert [w.start.month for w in found] == [11, 12, 1]
    assert found[-1].end == utc(2026, 2, 1)


def test_the_year_before_a_quarter_and_a_leap_day():
    first = periods.quarter("2025-Q1", BERLIN, utc(2025, 6, 1))
    assert periods.year_before(first, BERLIN).id == "2024-Q1"
    assert periods.previous(first, BERLIN).id == "2024-Q4"
    leap = periods.window_of_dates("2024-02-28", "2024-02-29", BERLIN, utc(2025, 1, 1))
    assert periods.year_before(leap, BERLIN).id == "2023-02-28..2023-03-01"
    leap = periods.window_of_dates("2024-02-29", "2024-03-01", BERLIN, utc(2025, 1, 1))
    assert periods.year_before(leap, BERLIN).id == "2023-02-28..2023-03-01"


@pytest.mark.parametrize(("year", "known"), [(1970, False), (1971, True), (2198, True), (2199, False)])
def test_years_have_limits(year, known):
    if known:
        assert periods.quarter(f"{year}-Q2", BERLIN, utc(2025, 1, 1)).id == f"{year}-Q2"
        assert periods.window_of_dates(f"{year}-05-01", f"{year}-05-02", BERLIN, utc(2025, 1, 1)).days == 1
        return
    with pytest.raises(SettingsError, match="is not a quarter"):
        periods.quarter(f"{year}-Q2", BERLIN, utc(2025, 1, 1))
    with pytest.raises(SettingsError, match=f"the year {year} is out of range"):
        periods.window_of_dates(f"{year}-05-01", f"{year}-05-02", BERLIN, utc(2025, 1, 1))


def test_twelve_quarters_are_listed_and_more_are_named_by_their_ends():
    known = [f"{2020 + n // 4}-Q{n % 4 + 1}" for n in range(13)]
    with pytest.raises(SettingsError, match="Available: 2020-Q1, 2020-Q2, .*, 2022-Q4"):
        periods.quarter("2030-Q1", BERLIN, utc(2025, 1, 1), known[:12])
    with pytest.raises(SettingsError, match="Available: 2020-Q1 to 2023-Q1"):
        periods.quarter("2030-Q1", BERLIN, utc(2025, 1, 1), known)
