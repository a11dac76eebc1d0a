"""Sentences with gaps: every part by its type or format, choices, what is left out, and what cannot be read."""

from datetime import UTC, datetime

import pytest

from reliability.formatting import plain
from reliability.phrases import Phrase

TYPES = {
    "service": "varchar",
    "ids": "varchar[]",
    "issues": "bigint",
    "part": "double",
    "at": "timestamptz",
    "is_out": "boolean",
}
PARTS = {
    "service": "api",
    "ids": ["S1", "S2"],
    "issues": 2,
    "part": 0.25,
    "at": datetime(2025, 10, 31, 23, 30, tzinfo=UTC),
    "is_out": True,
}


def said(template: str, zone: str = "UTC", **parts: object) -> str:
    return plain(Phrase(template, TYPES).say({**PARTS, **parts}, zone))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Nothing to fill.", "Nothing to fill."),
        ("{service} of {ids}: {issues} on {at}", "api of S1 and S2: 2 on 31 Oct 2025"),
        ("{part:share}, {part:minutes}, {issues:days}", "25 %, 15 s, 2 days"),
        ("{at:weekday} {at:time} in {at:month}", "Friday 23:30 in October 2025"),
        ("Issue #1", "Issue #1"),
    ],
)
def test_a_part_is_said_by_its_type_or_in_its_format(template, expected):
    assert said(template) == expected


def test_days_and_times_are_those_of_the_zone():
    # 23:30 UTC on the last of October is half past midnight in Berlin.
    assert said("{at:weekday} {at} {at:time} {at:month}", "Europe/Berlin") == (
        "Saturday 1 Nov 2025 00:30 November 2025"
    )
    midnight = datetime(2025, 11, 30, 23, 0, tzinfo=UTC)
    assert said("{at:last day}", "Europe/Berlin", at=midnight) == "30 Nov 2025"
    assert said("{at:last day}", "UTC", at=midnight) == "30 Nov 2025"
    assert said("{at:last day}", "UTC", at=datetime(2025, 12, 1, tzinfo=UTC)) == "30 Nov 2025"


@pytest.mark.parametrize(
    ("number", "two", "three"),
    [(0, "0 are", "None is"), (1, "One is", "1 is"), (2, "2 are", "2 are"), (1234, "1234 are", "1234 are")],
)
def test_a_number_chooses_the_form(number, two, three):
    assert said("{issues:One is|# are}", issues=number) == two
    assert said("{issues:None is|1 is|# are}", issues=number) == three


def test_a_truth_value_chooses_and_an_unknown_one_means_no():
    template = "It {is_out:went|would go} out."
    assert said(template) == "It went out."
    assert said(template, is_out=False) == said(template, is_out=None) == "It would go out."


def test_what_is_chosen_has_gaps_of_its_own():
    template = "{issues:The only one of {service}|{part:None|1|#} of the # of {service}}."
    assert said(template, issues=1) == "The only one of api."
    assert said(template, issues=3, part=0.0) == "None of the 3 of api."
    assert said(template, issues=3, part=2.0) == "2 of the 3 of api."


def test_brackets_leave_out_what_is_not_known_or_say_something_else():
    template = "Frozen[ until {at:last day}| with no end] [({service})]."
    assert said(template) == "Frozen until 31 Oct 2025 (api)."
    assert said(template, at=None, service="") == "Frozen with no end ."
    assert said("{service}[: {ids}]", ids=[]) == "api"


def test_what_is_unknown_outside_of_brackets_is_a_dash():
    unknown = dict.fromkeys(PARTS)
    assert (
        said("{service} {ids} {issues} {part:share} {at} {at:time} {at:last day}", **unknown)
        == "— — — — — — —"
    )


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("{servce}", "'servce' is not a part; there are service, ids, issues, part, at, is_out"),
        ("{part}", "'part' is double; write {part:share} or {part:minutes} or {part:days}"),
        ("{at:share}", "'at' is timestamptz and has no format 'share'; write {at:day}"),
        ("{service:has|have}", "'service' is varchar and chooses between 2"),
        ("{is_out:a|b|c}", "'is_out' is boolean and chooses between 3"),
        ("{issues:a|b|c|d}", "'issues' is bigint and chooses between 4"),
        ("{service", "'}' is missing"),
        ("{issues:has|have", "'}' is missing"),
        ("[until {at}", "']' is missing"),
        ("[a|b|c]", "more than two ways"),
        ("a}", "a '}' too many"),
        ("a]", "a ']' too many"),
    ],
)
def test_what_cannot_be_read_is_named(template, complaint):
    with pytest.raises(ValueError, match="^") as caught:
        Phrase(template, TYPES)
    assert complaint in str(caught.value)
