"""Definitions of queries as a board reads them: no names of columns, no signs of SQL, and nothing else lost."""

import pytest

from reliability.publish.left_out import as_kept, in_words
from reliability.publish.plain_definitions import in_words as plain
from reliability.schema import TABLES


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Share within $engage_minutes minutes.", "Share within 15 minutes."),
        ("Late ones count; `open` are those that run.", "Late ones count; open are those that run."),
        ("A share. Late ones count; `open` are those that run; all.", "A share. Late ones count."),
        (
            "A share. `worst` is the lowest. NULL when none is known.",
            "A share. No figure when none is known.",
        ),
        ("Alerts. In groups: `c` says it (A. C. Cameron, 2011); never below 1.", "Alerts."),
        (
            'Issues by as_of. `state`: "ended" from then on (`held_from`; e_in).',
            'Issues by the day of the data. State: "ended" from then on.',
        ),
        ("P1s. Beside it: P2s (`p2`) and those below (`others`).", "P1s. Beside it: P2s and those below."),
    ],
)
def test_what_is_said_of_single_columns_is_left_out(written: str, read: str) -> None:
    assert plain(written, {"engage_minutes": 15}) == read


def test_reasons_are_read_with_words_and_kept_with_the_names_of_tables() -> None:
    assert (
        in_words("nps_responses: a csat survey, not customer NPS")
        == "NPS responses: a csat survey, not customer NPS"
    )
    assert in_words("incidents: a: b") == "incidents: a: b"
    for table in TABLES:
        assert as_kept(in_words(f"{table}: no score")) == f"{table}: no score"
    assert as_kept("nps_responses: older copy") == "nps_responses: older copy", "of an earlier version"
