"""How many SQL statements a visit costs: planning them is what a small warehouse's answers take their time for."""

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests import statements

# At most so many. Lower one where a change allows it; raising one needs a reason.
MOST = {
    # Beside the page: where a history is small the first visitor waits for it, else another process prepares it.
    # Two say which titles are generic: the history is read a batch at a time, and only the whole of it tells.
    "suggestions, once a version": 11,
    # One of them for the suggestions that wait, on the card of repeats; Chronic issues then does not ask it again.
    "first review": 23,
    "the same again": 0,
    "another quarter": 19,
    "another comparison": 0,
    "another filter": 8,
    "page commitments": 15,
    "page incidents": 11,
    "page incidents, another filter": 14,
    # 5 of these suppose the suggestion in focus confirmed.
    "page chronic_issues": 19,
    "page chronic_issues, another filter": 20,
    "page customers": 9,
    "page customers, another filter": 6,
    "page gates": 11,
    "page work": 13,
    "page work, another filter": 9,
    "page decisions": 0,
    "page data": 3,
    "page definitions": 0,
}


def test_every_statement_is_counted_by_its_title_and_settings_are_not() -> None:
    with statements.counted() as seen, duckdb.connect() as con:
        con.execute("set threads = 1")
        con.execute("-- title: One\nselect 1")
        con.cursor().execute("-- title: One\nselect 1")
        (parsed,) = duckdb.extract_statements("select 3")
        assert con.cursor().execute(parsed).fetchall() == [(3,)]
        con.sql("select 2")
        assert seen.take() == Counter({"One": 2, "select 3": 1, "select 2": 1})
        assert not seen.take()
    assert isinstance(duckdb.connect(), duckdb.DuckDBPyConnection)


@pytest.mark.slow
def test_no_step_of_a_visit_asks_more_than_it_may(own_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    found = {step: sum(asked.values()) for step, asked in statements.survey().items()}
    assert list(found) == list(MOST)
    assert {step: n for step, n in found.items() if n > MOST[step]} == {}
