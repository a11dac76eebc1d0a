"""Figures as text. Expected texts are written by hand; `_` stands for the no-break space."""

import math
from datetime import UTC, date, datetime

import pytest

from reliability import formatting as fmt


def spelled(text: str) -> str:
    return text.replace("_", fmt.NO_BREAK)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (0, "0_min"),
        (0.004, "1_s"),
        (0.75, "45_s"),
        (0.995, "1_min"),
        (1, "1_min"),
        (12.4, "12_min"),
        (59.4, "59_min"),
        (59.7, "1_h"),
        (60, "1_h"),
        (72.3333, "1_h_12_min"),
        (112, "1_h_52_min"),
        (1439.4, "23_h_59_min"),
        (1439.8, "1_d"),
        (1440, "1_d"),
        (4560, "3_d_4_h"),
        (2879, "2_d"),
        (-12, "−12_min"),
    ],
)
def test_durations_use_at_most_two_units_and_no_false_precision(minutes: float, text: str) -> None:
    assert fmt.duration(minutes) == spelled(text)


def test_a_duration_without_an_upper_bound_says_so() -> None:
    assert fmt.duration(math.inf) == "no upper bound"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0, "0_%"),
        (0.004, "<1_%"),
        (0.0051, "1_%"),
        (0.4286, "43_%"),
        (0.9949, "99_%"),
        (0.996, ">99_%"),
        (1, "100_%"),
        (-0.12, "−12_%"),
    ],
)
def test_shares_are_whole_percents_and_never_rounded_to_none_or_all(part: float, text: str) -> None:
    assert fmt.share(part) == spelled(text)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0.99962, "99.962_%"),
        (0.9995, "99.95_%"),
        (0.999, "99.9_%"),
        (0.988, "98.8_%"),
        (0.9, "90_%"),
        (0.5, "50_%"),
        (0.9999996, "99.99996_%"),
        (0.99999999, "99.99999_%"),
        (1.0, "100_%"),
        (0.999996, "99.9996_%"),
        (0.999602, "99.960_%"),
        (0.99959, "99.959_%"),
    ],
)
def test_an_availability_shows_the_digits_its_missing_part_needs(part: float, text: str) -> None:
    assert fmt.availability(part) == spelled(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (21, "21"), (1204, "1\u202f204"), (1_234_567, "1\u202f234\u202f567"), (-6, "−6")],
)
def test_counts_are_whole_and_grouped_by_thin_spaces(number: float, text: str) -> None:
    assert fmt.count(number) == text


@pytest.mark.parametrize(("number", "text"), [(31, "+31"), (-5.4, "−5"), (0, "0"), (-0.3, "0"), (0.4, "0")])
def test_net_promoter_scores_carry_their_sign(number: float, text: str) -> None:
    assert fmt.nps(number) == text


@pytest.mark.parametrize(
    ("now", "then", "unit", "text"),
    [
        (21, 27, "incidents", "−6 (−22_%)"),
        (27, 21, "incidents", "+6 (+29_%)"),
        (21, 21, "incidents", "0"),
        (4, 0, "incidents", "+4"),
        (0, 4, "incidents", "−4 (−100_%)"),
        (112, 168, "minutes", "−56_min (−33_%)"),
        (6, 48, "hours", "−1_d_18_h (−88_%)"),
        (0.48, 0.43, "share", "+5_points"),
        (0.42, 0.43, "share", "−1_point"),
        (31, 26, "points", "+5_points"),
        (0.99962, 0.99941, "availability", "+0.021_points"),
        (21, None, "incidents", "no figure then"),
        (None, 21, "incidents", "—"),
        (float("nan"), 21, "incidents", "—"),
    ],
)
def test_changes_carry_a_true_minus_sign_and_the_relative_change(now, then, unit, text) -> None:
    assert fmt.change(now, then, unit) == spelled(text)


@pytest.mark.parametrize(
    "function",
    [
        fmt.count,
        fmt.duration,
        fmt.hours,
        fmt.share,
        fmt.availability,
        fmt.signed,
        fmt.signed_share,
        fmt.nps,
        fmt.size,
    ],
)
@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_missing_figure_is_a_dash_never_zero(function, nothing) -> None:
    assert function(nothing) == "—"


@pytest.mark.parametrize("function", [fmt.day, fmt.short_day, fmt.instant])
def test_a_missing_instant_is_a_dash(function) -> None:
    assert function(None) == "—"


def test_instants_are_shown_in_the_organisations_zone() -> None:
    late = datetime(2025, 11, 16, 23, 30, tzinfo=UTC)
    assert fmt.instant(late, "Europe/Berlin") == "17 Nov 2025, 00:30"
    assert fmt.day(late, "Europe/Berlin") == "17 Nov 2025"
    assert fmt.day(late) == "16 Nov 2025"


def test_a_naive_instant_is_taken_as_utc() -> None:
    assert fmt.instant(datetime(2025, 7, 1, 12, 0), "Europe/Berlin") == "1 Jul 2025, 14:00"


def test_a_calendar_date_is_not_moved_between_zones() -> None:
    assert fmt.day(date(2025, 11, 16), "Pacific/Auckland") == "16 Nov 2025"
    assert fmt.short_day(date(2025, 11, 16)) == "16 Nov"


def test_the_last_day_of_a_half_open_window_is_the_day_before_its_end() -> None:
    midnight_in_berlin = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    assert fmt.last_day(midnight_in_berlin, "Europe/Berlin") == "31 Dec 2025"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (21, "incidents", "21"),
        (112, "minutes", "1_h_52_min"),
        (6.5, "hours", "6_h_30_min"),
        (0.63, "share", "63_%"),
        (0.99962, "availability", "99.962_%"),
        (31, "points", "+31"),
        (2, "days", "2_d"),
        (None, "days", "—"),
        (None, "anything", "—"),
    ],
)
def test_a_figure_is_formatted_by_its_unit(value, unit, text) -> None:
    assert fmt.figure(value, unit) == spelled(text)


def test_nouns_follow_their_number() -> None:
    assert fmt.plural(1, "incident") == spelled("1_incident")
    assert fmt.plural(3, "incident") == spelled("3_incidents")
    assert fmt.plural(2, "reply", "replies") == spelled("2_replies")


def test_long_lists_are_cut_with_a_count_of_the_rest() -> None:
    assert fmt.listed([]) == ""
    assert fmt.listed(["a"]) == "a"
    assert fmt.listed(["a", "b", "c"]) == "a, b and c"
    assert fmt.listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


@pytest.mark.parametrize(
    ("bytes_", "text"), [(0, "0_bytes"), (999, "999_bytes"), (2048, "2_kB"), (5_300_000, "5.3_MB")]
)
def test_file_sizes_are_short(bytes_, text) -> None:
    assert fmt.size(bytes_) == spelled(text)


def test_plain_text_has_no_special_spaces_or_signs() -> None:
    assert fmt.plain(f"{fmt.change(1021, 2027)} {fmt.duration(112)}") == "-1006 (-50 %) 1 h 52 min"
