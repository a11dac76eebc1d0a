"""Two ways to stage a file: in one pass where all dates are alike, else with the dates read apart. Same rows by both."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.settings import load_settings
from reliability.warehouse import build, current, staging
from tests.build_folder import Built, build_folder, table, write_exports

HEADER = "incident_id,opened_at,severity,status"
MANY = [f"I{n},2025-07-01T08:00:{n:02}Z,P2,open" for n in range(30)]
"""More rows than are looked at before the way is chosen."""

DOUBLES = """-- title: Own
-- definition: Gives every record twice.
-- source: own
-- table: incidents
-- requires: nr ; at_
-- verified: unverified
select nr as incident_id, at_ as opened_at, source_line from export, range(2)
"""
DROPS = DOUBLES.replace("export, range(2)", "export where nr <> 'B'").replace("every record twice", "but one")
FOLDS = DOUBLES.replace("export, range(2)", "export").replace("-- verified", "-- rows: fold\n-- verified")
TWO_WORDS = """-- title: Own
-- definition: Two words for the severity.
-- source: own
-- table: incidents
-- requires: nr ; at_ ; own ; tools
-- verified: unverified
select nr as incident_id, at_ as opened_at, own as severity, tools as severity_text, source_line from export
"""


@pytest.fixture
def dates_apart(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files, in order, whose dates are read apart."""
    seen: list[str] = []
    real = staging._odd_dates

    def watched(con: Any, dates: Any, zone: str, order: str | None, where: str) -> list[str]:
        seen.append(where)
        return real(con, dates, zone, order, where)

    monkeypatch.setattr(staging, "_odd_dates", watched)
    return seen


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_file_whose_dates_are_all_utc_is_staged_in_one_pass(tmp_path: Path, dates_apart: list[str]) -> None:
    built = build_folder(tmp_path, {"a.csv": table(HEADER, *MANY)})
    assert dates_apart == []
    assert built.one("select count(*) from incidents") == 30
    assert built.rows("select opened_at, source_line, source_file, severity from incidents limit 1") == [
        (utc(2025, 7, 1, 8), 2, "a.csv", 2)
    ]


@pytest.mark.parametrize(
    ("text", "opened_at"),
    [
        ("2025-07-01 08:00:00", utc(2025, 7, 1, 8)),
        (" 2025-07-01T08:00:00Z", utc(2025, 7, 1, 8)),
        ("2025-07-01T10:00:00+02:00", utc(2025, 7, 1, 8)),
        ("25/Jul/25 8:00 AM", utc(2025, 7, 25, 8)),
    ],
)
def test_one_date_of_another_shape_has_the_file_read_again_and_no_row_twice(
    tmp_path: Path, dates_apart: list[str], text: str, opened_at: datetime
) -> None:
    built = build_folder(tmp_path, {"a.csv": table(HEADER, *MANY, f"last,{text},P1,open")})
    assert dates_apart == ["a.csv"]
    assert built.file("a.csv").kept == built.one("select count(*) from incidents") == 31
    assert built.one("select opened_at from incidents where incident_id = 'last'") == opened_at


def test_another_shape_in_the_first_rows_spares_the_try(
    tmp_path: Path, dates_apart: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []
    monkeypatch.setattr(staging, "insert_or_stop", lambda *_: tried.append(1))
    built = build_folder(tmp_path, {"a.csv": table(HEADER, "A,2025-07-01 08:00:00,P1,open")})
    assert (tried, dates_apart) == ([], ["a.csv"])
    assert built.one("select count(*) from incidents") == 1


def test_days_and_folding_queries_are_read_apart(tmp_path: Path, dates_apart: list[str]) -> None:
    write_exports(
        tmp_path,
        {
            "a.csv": table("engineer,date,hours", "E,2025-07-01,4"),
            "b.csv": table("nr,at_", "B,2025-07-01T08:00:00Z"),
        },
    )
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "own.sql").write_text(FOLDS)
    build(tmp_path, load_settings(tmp_path))
    assert dates_apart == ["a.csv", "b.csv"]


def own_query(folder: Path, query: str) -> Built:
    write_exports(
        folder,
        {
            "a.csv": table("nr,at_", *(f"{nr},2025-07-01T08:00:00Z" for nr in "ABC")),
            "z.csv": table(HEADER, *MANY),
        },
    )
    (folder / "mappings").mkdir()
    (folder / "mappings" / "own.sql").write_text(query)
    return Built(folder, build(folder, load_settings(folder)))


def test_a_query_that_doubles_rows_leaves_none_of_them(tmp_path: Path, dates_apart: list[str]) -> None:
    built = own_query(tmp_path, DOUBLES)
    assert dates_apart == []
    assert built.file("a.csv").problem.startswith("the import query gives 6 rows for 3 records")
    assert (built.file("a.csv").set_aside, built.file("z.csv").kept) == (3, 30)
    assert built.rows("select distinct source_file from incidents") == [("z.csv",)]


def test_a_query_that_drops_a_row_has_it_set_aside(tmp_path: Path, dates_apart: list[str]) -> None:
    built = own_query(tmp_path, DROPS)
    assert dates_apart == []
    assert built.file("a.csv").reasons == {"dropped by the import query": 1}
    assert built.rows("select source_line from left_out") == [(3,)]
    assert built.one("select count(*) from incidents where source_file = 'a.csv'") == 2


def test_a_word_for_the_severity_beside_that_of_the_tool_decides_and_is_counted(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "own.sql").write_text(TWO_WORDS)
    day = "2025-07-01T08:00:00Z"
    built = build_folder(
        tmp_path, {"a.csv": table("nr,at_,own,tools", f"A,{day},P1, low ", f"B,{day},,P3", f"C,{day},weird,")}
    )
    assert built.rows("select incident_id, severity, severity_text from incidents order by 1") == [
        ("A", 1, "low"),
        ("B", 3, "P3"),
        ("C", None, "weird"),
    ]
    assert built.rows("select word, level, rows from severity_words order by 1") == [
        ("P1", 1, 1),
        ("P3", 3, 1),
        ("weird", None, 1),
    ]


def test_nothing_of_the_way_there_stays_in_the_warehouse(tmp_path: Path) -> None:
    built = build_folder(tmp_path, {"a.csv": table(HEADER, *MANY)})
    columns = {
        c for (c,) in built.rows("select column_name from duckdb_columns() where table_name = 'incidents'")
    }
    assert columns.isdisjoint({"file_number", "severity_word", "excluded_reason", "problem"})
    assert built.rows("select table_name from duckdb_tables() where table_name like '%staged%'") == []


dates = st.sampled_from(
    [
        *["2025-07-01T08:00:00Z", "2025-07-02T09:30:59Z", "2025-13-01T08:00:00Z", "1969-07-01T08:00:00Z", ""],
        *["2025-07-01T08:00:60Z", "9999-12-31T00:00:00Z", "2025-07-01T24:00:00Z", "NA"],
        *[
            "2025-07-01 08:00:0 ",
            "2025/07/01T08:00:00Z",
            " 025-07-01T08:00:00Z",
            "2025-07-01T08:00:00.5Z",
            "soon",
        ],
    ]
)
words = st.sampled_from(["P1", " P2", "p3 ", "weird", "", "NA", " NA ", "\u00a0", "\u00a0P1\u00a0"])
rows = st.tuples(
    st.sampled_from("ABCDEF"), dates, dates, words, words, st.sampled_from(["open", "resolved", "merged", "cancelled"]),
    st.sampled_from(["", "A", "B", "C"]), st.sampled_from(["3", "-1", "4.0", "x", " 7 ", ""]),
)  # fmt: skip


def contents(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the live version but the moment of building."""
    live = current(folder)
    assert live is not None
    with duckdb.connect(str(live.path), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        names = [
            name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()
        ]
        return {
            name: con.execute(f'from "{name}" order by all').fetchall() for name in names if name != "meta"
        }


@given(st.lists(rows, min_size=1, max_size=25))
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_both_ways_make_the_same_warehouse(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[str, ...]]
) -> None:
    header = (
        "incident_id,opened_at,resolved_at,severity,severity_highest,status,merged_into,customers_affected"
    )
    files = {
        "a.csv": table(header, *map(",".join, found)),
        "b.csv": table(header, *map(",".join, found[::2])),
    }
    one, other = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "seems_utc", lambda *_: True)
        build_folder(one, files)
        patch.setattr(staging, "seems_utc", lambda *_: False)
        build_folder(other, files)
    assert contents(one) == contents(other)
