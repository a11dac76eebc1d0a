"""Quarters, weeks and windows: half-open, in the organisation's zone, right across clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.errors import SettingsError
from reliability.settings import Organisation, Settings, periods

BERLIN = Settings(Organisation(time_zone="Europe/Berlin"))
APRIL = Settings(Organisation(time_zone="America/New_York", fiscal_year_start_month=4))
NOW = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_quarter_is_cut_at_local_midnight_in_summer_and_winter_time():
    third = periods.quarter("2025-Q3", BERLIN, NOW)
    assert (third.start, third.end) == (utc(2025, 6, 30, 22), utc(2025, 9, 30, 22))
    fourth = periods.quarter("2025-Q4", BERLIN, NOW)
    assert (fourth.start, fourth.end) == (utc(2025, 9, 30, 22), utc(2025, 12, 31, 23))
    assert (third.id, third.label, third.days, third.partial) == ("2025-Q3", "2025 Q3", 92, False)
    assert third.elapsed_days == 92


def test_a_running_quarter_is_partial_and_counts_calendar_days():
    fourth = periods.quarter("2025-Q4", BERLIN, NOW)
    assert fourth.partial
    # 1 October 00:00 to 17 November 09:00 by the clock on the wall; the clocks went back in between.
    assert fourth.elapsed_days == 47 + 9 / 24


def test_a_quarter_that_has_not_begun_is_not_partial_and_has_no_days():
    coming = periods.quarter("2026-Q2", BERLIN, NOW)
    assert (coming.partial, coming.elapsed_days) == (False, 0)


def test_a_quarter_is_partial_from_its_first_instant_up_to_its_end():
    third = periods.quarter("2025-Q3", BERLIN, NOW)
    assert periods.quarter("2025-Q3", BERLIN, third.start).partial
    assert not periods.quarter("2025-Q3", BERLIN, third.end).partial
    assert not periods.quarter("2025-Q3", BERLIN, third.start - timedelta(microseconds=1)).partial


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends():
    first = periods.quarter("2026-Q1", APRIL, NOW)
    assert (first.label, first.id) == ("FY2026 Q1", "2026-Q1")
    assert (first.start, first.end) == (utc(2025, 4, 1, 4), utc(2025, 7, 1, 4))
    last = periods.quarter("2026-Q4", APRIL, NOW)
    assert (last.start, last.end) == (utc(2026, 1, 1, 5), utc(2026, 4, 1, 4))


@pytest.mark.parametrize(
    ("month", "instant", "expected"),
    [
        (1, utc(2025, 8, 18), "2025-Q3"),
        (4, utc(2025, 8, 18), "2026-Q2"),
        (4, utc(2025, 3, 15), "2025-Q4"),
        (10, utc(2025, 8, 18), "2025-Q4"),
        (10, utc(2025, 10, 18), "2026-Q1"),
        (2, utc(2025, 1, 18), "2025-Q4"),
        (12, utc(2025, 12, 18), "2026-Q1"),
    ],
)
def test_an_instant_falls_into_the_quarter_that_the_fiscal_year_says(month, instant, expected):
    settings = Settings(Organisation(fiscal_year_start_month=month))
    assert periods.quarter_of(instant, settings, NOW).id == expected


def test_the_last_second_of_a_local_year_belongs_to_the_old_quarter():
    assert periods.quarter_of(utc(2025, 12, 31, 22, 59, 59), BERLIN, NOW).id == "2025-Q4"
    assert periods.quarter_of(utc(2025, 12, 31, 23), BERLIN, NOW).id == "2026-Q1"


@given(
    instant=st.datetimes(datetime(1975, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)),
    month=st.integers(1, 12),
    zone=st.sampled_from(
        ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo"]
    ),
)
def test_every_instant_is_in_exactly_the_quarter_that_is_found_for_it(instant, month, zone):
    settings = Settings(Organisation(time_zone=zone, fiscal_year_start_month=month))
    found = periods.quarter_of(instant, settings, NOW)
    assert found.start <= instant < found.end
    assert found == periods.quarter(found.id, settings, NOW)
    before = periods.previous(found, settings)
    assert before.end == found.start
    assert periods.year_before(found, settings).id == f"{int(found.id[:4]) - 1}{found.id[4:]}"


@pytest.mark.parametrize("text", ["2025-Q3", "2025 Q3", "2025q3", " FY2025-Q3 "])
def test_a_quarter_is_understood_in_the_ways_people_write_it(text):
    assert periods.quarter(text, BERLIN, NOW).id == "2025-Q3"


@pytest.mark.parametrize("text", ["2025-Q5", "Q3", "2025", "", "2025-07", "0001-Q1", "2025-Q3; drop table x"])
def test_a_wrong_quarter_is_refused_with_an_example(text):
    with pytest.raises(SettingsError, match=r"not a quarter.*2025-Q3"):
        periods.quarter(text, BERLIN, NOW)


def test_a_quarter_without_data_is_refused_with_what_there_is():
    with pytest.raises(SettingsError, match="no data for 2020-Q1. Available: 2025-Q1, 2025-Q2"):
        periods.quarter("2020-Q1", BERLIN, NOW, known=("2025-Q1", "2025-Q2"))


def test_a_long_list_of_quarters_is_shown_as_a_range():
    known = [f"{y}-Q{q}" for y in range(2020, 2026) for q in range(1, 5)]
    with pytest.raises(SettingsError, match="Available: 2020-Q1 to 2025-Q4"):
        periods.quarter("nonsense", BERLIN, NOW, known=known)


def test_quarters_between_two_instants_include_both_ends():
    found = periods.quarters_between(utc(2024, 11, 20), utc(2025, 9, 30, 22), BERLIN, NOW)
    assert [q.id for q in found] == ["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]
    assert [q.id for q in periods.quarters_between(NOW, NOW, BERLIN, NOW)] == ["2025-Q4"]


def test_a_running_quarter_is_compared_with_the_same_days_of_the_one_before():
    running = periods.quarter("2025-Q4", BERLIN, NOW)
    cut = periods.same_length(periods.previous(running, BERLIN), running, BERLIN)
    assert cut.label == "2025 Q3, same 47 days"
    assert cut.start == utc(2025, 6, 30, 22)
    # 47 days and 9 hours by the clock after 1 July 00:00: 17 August 09:00 in Berlin.
    assert cut.end == utc(2025, 8, 17, 7)
    assert cut.days == cut.elapsed_days == running.elapsed_days
    assert not cut.partial


def test_a_finished_quarter_is_compared_with_the_whole_one_before():
    finished = periods.quarter("2025-Q3", BERLIN, NOW)
    before = periods.previous(finished, BERLIN)
    assert periods.same_length(before, finished, BERLIN) == before


def test_a_quarter_that_has_run_longer_than_the_one_before_is_compared_with_all_of_it():
    running = periods.quarter("2025-Q2", BERLIN, utc(2025, 6, 30, 21))
    before = periods.previous(running, BERLIN)  # 90 days against 90.96
    assert periods.same_length(before, running, BERLIN) == before


def test_a_quarter_on_its_first_day_is_compared_by_hours():
    running = periods.quarter("2025-Q4", BERLIN, utc(2025, 10, 1, 4))
    cut = periods.same_length(periods.previous(running, BERLIN), running, BERLIN)
    assert cut.label == "2025 Q3, same hours"
    assert cut.end - cut.start == timedelta(hours=6)


def test_a_window_of_dates_ends_before_its_end_day():
    found = periods.window_of_dates("2025-05-20", "2025-08-18", BERLIN, NOW)
    assert (found.start, found.end) == (utc(2025, 5, 19, 22), utc(2025, 8, 17, 22))
    assert (found.days, found.label) == (90, "20 May to 17 Aug 2025")
    before = periods.previous(found, BERLIN)
    assert before.id == "2025-02-19..2025-05-20"
    assert before.end == found.start
    assert periods.year_before(found, BERLIN).id == "2024-05-20..2024-08-18"


def test_a_window_over_new_year_shows_both_years():
    found = periods.window_of_dates("2024-12-30", "2025-01-06", BERLIN, NOW)
    assert found.label == "30 Dec 2024 to 5 Jan 2025"


def test_a_window_from_a_leap_day_has_a_year_before():
    found = periods.window_of_dates("2024-02-28", "2024-02-29", BERLIN, NOW)
    assert periods.year_before(found, BERLIN).id == "2023-02-28..2023-03-01"


@pytest.mark.parametrize(
    ("start", "end", "complaint"),
    [
        (None, "2025-08-18", "--start: is missing"),
        ("2025-08-18", None, "--end: is missing"),
        ("18/08/2025", "2025-09-01", "--start: '18/08/2025' is not a day"),
        ("2025-08-18", "2025-02-30", "--end: '2025-02-30' is not a day"),
        ("2025-08-18", "2025-08-18", "--end: 2025-08-18 is not after 2025-08-18"),
        ("0900-01-01", "2025-08-18", "--start: the year 900 is out of range"),
    ],
)
def test_wrong_dates_are_refused_by_the_option_that_gave_them(start, end, complaint):
    with pytest.raises(SettingsError) as caught:
        periods.window_of_dates(start, end, BERLIN, NOW)
    assert str(caught.value).startswith(complaint)


def test_weeks_begin_on_monday_and_leave_no_gap_over_a_clock_change():
    # 26 October 2025 is the Sunday on which Berlin's clocks go back.
    found = periods.weeks(utc(2025, 10, 22), utc(2025, 11, 5), BERLIN)
    assert [w.start.astimezone(ZoneInfo("Europe/Berlin")).isoformat() for w in found] == [
        "2025-10-20T00:00:00+02:00",
        "2025-10-27T00:00:00+01:00",
        "2025-11-03T00:00:00+01:00",
    ]
    assert [w.end for w in found[:-1]] == [w.start for w in found[1:]]
    assert found[0].end - found[0].start == timedelta(days=7, hours=1)


def test_months_cover_the_window_and_nothing_after_it():
    found = periods.months(utc(2025, 11, 15), utc(2025, 12, 31, 23), BERLIN)
    assert [w.start for w in found] == [utc(2025, 10, 31, 23), utc(2025, 11, 30, 23)]
    assert found[-1].end == utc(2025, 12, 31, 23)


def test_a_day_without_midnight_begins_when_the_clocks_have_jumped():
    # Cairo sprang from 24 April 2025 24:00 to 25 April 01:00.
    assert periods.midnight(date(2025, 4, 25), ZoneInfo("Africa/Cairo")) == utc(2025, 4, 24, 22)


def test_a_window_holds_its_start_and_not_its_end():
    window = periods.dated_window(date(2025, 8, 18), date(2025, 8, 19), BERLIN)
    assert utc(2025, 8, 17, 22) in window
    assert utc(2025, 8, 18, 22) not in window
