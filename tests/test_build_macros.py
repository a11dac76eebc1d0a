"""Macros of the build's queries are there for whoever calls them, and only then: defining them all is slow."""

from pathlib import Path

import duckdb
import pytest

from reliability.warehouse.formats import formats
from reliability.warehouse.macros import called, define_for, definitions
from tests.build_folder import build_folder, table
from tests.statements import counted


def defined(con: duckdb.DuckDBPyConnection) -> set[str]:
    found = con.execute("select function_name from duckdb_functions() where not internal").fetchall()
    return {name for (name,) in found}


def test_what_a_text_calls_is_defined_with_what_that_calls_and_nothing_else() -> None:
    with duckdb.connect() as con:
        define_for(con, "select range_end(said) from export")
        assert con.execute("select range_end('3 July 2025 9:30 to 10:10')").fetchone() == (
            "3 July 2025 10:10",
        )
        assert "range_end" in defined(con) and "plain_text" not in defined(con)


@pytest.mark.parametrize(
    "text",
    [
        'select "whole_number"(x)',
        "select WHOLE_NUMBER (x)",
        "select whole_number -- of customers\n (x)",
        "select whole_number /* of\ncustomers */ (x)",
        "select x.whole_number()",
        "select case when y = '--' then whole_number(x) end",
    ],
)
def test_a_mapping_may_write_a_call_in_any_way(text: str) -> None:
    with duckdb.connect() as con:
        define_for(con, text)
        con.execute(f"with export as (select '12' as x, '' as y) {text} from export")


def test_every_macro_comes_after_those_that_it_calls() -> None:
    for name in definitions():
        order = called(f"select {name}(x)")
        assert order[-1] == name
        for place, other in enumerate(order):
            assert set(called(definitions()[other].partition("(")[2])) <= set(order[:place])


def test_all_of_them_are_what_the_files_hold() -> None:
    with duckdb.connect() as con:
        define_for(con, *(f"{name}(" for name in definitions()))
        assert defined(con) == set(definitions())
        assert len(definitions()) > 40


def test_every_built_in_query_finds_its_macros() -> None:
    unknown = []
    with duckdb.connect() as con:
        for name, one in formats().items():
            with duckdb.connect() as fresh:
                define_for(fresh, one.sql)
                known = defined(fresh)
            define_for(con, one.sql)
            unknown += [
                (name, other) for other in definitions() if f" {other}(" in one.sql and other not in known
            ]
    assert not unknown


def test_an_import_defines_what_it_calls_once(tmp_path: Path) -> None:
    files = {
        f"{name}.csv": table(
            "incident_id,opened_at,severity,customers_affected",
            f"{name},{opened},P1,12",
            f"{name}2,{opened},P1,",
        )
        for name, opened in (("a", "2025-07-01T08:00:00Z"), ("b", "17/03/2025 06:04"), ("c", "03.17.25"))
    }
    with counted() as statements:
        built = build_folder(tmp_path, files)
        made = [text for text in statements.asked if text.startswith("create or replace macro")]
    assert built.one("select count(opened_at) from incidents") == 6
    assert len(made) == len(set(made))
    # Blanks, numbers, three ways of dates, faults and addresses; ranges and trackers have no part in it.
    assert len(made) <= 20
