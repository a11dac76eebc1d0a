"""Every query file runs on any data, says what it returns, and its rows add up to its figure."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlfluff.core import FluffConfig, Linter

from reliability.checks.adding_up import check_adding_up
from reliability.checks.answer import ask, check_answer, spelt
from reliability.checks.trial import PUBLISHED, Trial
from reliability.errors import QueryError
from reliability.queries import FOLDER, Store, catalogue, parse_header, query, read_query
from reliability.queries.figures import figure
from tests.organisation_by_hand import CORE, organisation
from tests.warehouse_by_hand import by_hand, instant, params

ANSWERS = ("kpis", "samples", "rows", "charts", "lists", "repeats")
NAMES = sorted(name for name in catalogue() if name.split("/")[0] in ANSWERS)
KPIS = sorted(name for name in NAMES if name.startswith("kpis/"))
FACTS = sorted((FOLDER / "facts").glob("*.sql"))
OTHER_VALUES = {
    "account_id": "C1",
    "alert": "A1",
    "kind": None,
    "window_starts": [instant("2025-01-01"), instant("2025-04-01")],
    "window_ends": [instant("2025-04-01"), instant("2025-07-01")],
    "incident_id": "INC1",
    "issue_id": "PRB1",
    "names": ["INC1", "INC2", "INC3"],
    "search": "time",
    "file": None,
    "reason": None,
    "hit_start": instant("2025-01-01"),
    "hit_end": instant("2025-04-01"),
    "freeze_starts": [instant("2025-04-15")],
    "freeze_ends": [None],
    "freeze_notes": ["After the bad quarter"],
}
WINDOWS = {
    "a quarter": params("2025-04-01", "2025-07-01", **OTHER_VALUES),
    "a running quarter": params("2025-07-01", "2025-10-01", as_of="2025-08-15 12:00", **OTHER_VALUES),
    "filtered": params(
        "2025-01-01", "2025-10-01", services=["api", "mail"], teams=["blue"], severities=[1, 2],
        core_services=CORE, time_zone="Europe/Berlin", **OTHER_VALUES,
    ),
    "no data there": params("2019-01-01", "2019-04-01", as_of="2025-10-01", **OTHER_VALUES),
}  # fmt: skip


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A warehouse with something in every table."""
    settings = {"core_services": CORE}
    with by_hand(tmp_path_factory.mktemp("full"), settings, **organisation()) as store:
        yield store


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_sound_in_windows_that_differ(name: str, window: str, full: Store) -> None:
    """What `python -m reliability check` holds every query to, here also seen from before the data end."""
    asked, values = query(name), WINDOWS[window]
    with full.aside() as aside:
        trial = Trial(PUBLISHED, aside)
        answer = ask(asked, trial, window, values)
        found = list(check_answer(asked, answer))
        if name in KPIS:
            found += check_adding_up(asked, answer, trial, values)
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize("name", [name for name in KPIS if figure(query(name).id).adds_up == "sum"])
def test_a_count_is_based_on_what_it_counts(name: str, full: Store) -> None:
    for values in WINDOWS.values():
        found = full.run(name, values).one()
        # Of the incidents with a history, n, so many were reclassified.
        assert found["value"] in (found["n"], None) or name == "kpis/reclassified_incidents"


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_a_fact_says_what_it_makes(path: Path) -> None:
    fact = read_query(path)
    kind, _, name = fact.header["makes"].partition(" ")
    assert kind == "macro" or (kind == "table" and name)
    if kind == "macro":
        assert fact.parameters == {}, "a statement that creates a macro cannot take parameters"


@pytest.mark.parametrize(
    "path", [path for path in FACTS if "-- makes: table" in path.read_text()], ids=lambda p: p.stem
)
def test_a_fact_table_has_the_columns_it_declares(path: Path, full: Store) -> None:
    fact = read_query(path)
    table = fact.header["makes"].removeprefix("table ")
    cursor = full._connection.cursor()  # type: ignore[union-attr]
    cursor.execute(f"select * from {table} limit 0")
    found = {name: spelt(kind) for name, kind, *_ in cursor.description}
    assert found == dict(fact.columns)


# A value for every parameter of a macro; what names a CTE gets one made by another macro.
MACRO_VALUES = {
    "issue": "'PRB-1'",
    "start": "'2025-04-01'::timestamptz",
    "end": "'2025-07-01'::timestamptz",
    "as_of": "'2025-08-01'::timestamptz",
    "seen_at": "'2025-08-01'::timestamptz",
    "step": "'month'",
    "needed": "'incidents'",
    "time_zone": "'UTC'",
    "ended_after_days": "90",
    "postmortem_hours": "72",
    "moments": "'asked'",
    "samples": "'recovery'",
    "incidents": "'incident'",
    "endings": "'ending'",
    "scored": "'score'",
    **dict.fromkeys(("services", "teams", "severities", "core_services", "change_ids"), "null"),
}
ONE_WINDOW = (
    "[{'id': 1, 'start': '2025-04-01'::timestamptz, 'end': '2025-07-01'::timestamptz, 'as_of': now()}]"
)
CTES = f"""
with asked as (select *, from windows_of({ONE_WINDOW}, ['incidents'])),
recovery as (select *, from recoveries_in('asked', null, null)),
incident as (select *, 'one.csv' as source_file, 1 as n, from recovery),
ending as (select *, from declared_in('asked', null, null, null) where left_out is null),
score as (select window_id as group_id, *, from answers_in('asked'))
"""
RECORDS = {
    "head_of": "incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, now(), null, null)",
    "source_of": "incidents",
    "score_columns": "(select 50 as score, 4 as answers, 3 as promoters, 0 as passives, 1 as detractors, 4 as accounts, "
    "0.1 as account_spread)",
    "verdict_of": "(select 'C' as change_id, 'late' as verdict, 'api' as service)",
}
MACROS = {
    path.stem.split("_", 1)[1]: path
    for path in FACTS
    if re.search(r"as table\b|as \{$", path.read_text(), re.MULTILINE)
    and "-- makes: macro" in path.read_text()
}


def declared_columns(name: str, store: Store) -> dict[str, str]:
    """The columns that a macro's header declares, with those of what it says it is like ("as changes_at")."""
    text = " ".join(read_query(MACROS[name]).header["columns"].split())
    like, _, own = text.removeprefix("as ").partition(", ") if text.startswith("as ") else ("", "", text)
    inherited = (
        {}
        if not like
        else declared_columns(like, store)
        if like in MACROS
        else described(store, f"from {like}")
    )
    pairs = (part.split(" ", 1) for part in own.split(", ") if part)
    return inherited | dict(pairs)


def described(store: Store, sql: str) -> dict[str, str]:
    with store._cursor() as cursor:
        rows = cursor.execute(f"describe {sql}").fetchall()
    return {name: spelt(kind) for name, kind, *_ in rows}


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_has_the_columns_it_declares(name: str, full: Store) -> None:
    taken = re.search(rf"macro {name}\(([^)]*)\)", MACROS[name].read_text())
    assert taken is not None
    if name in RECORDS:
        sql = f"select unnest({name}(record)), from {RECORDS[name]} as record"
    else:
        names = [part.strip().strip('"') for part in taken[1].split(",") if part.strip()]
        own = (
            {"windows": ONE_WINDOW, "needed": "['incidents']"}
            if name == "windows_of"
            else {"windows": "'asked'"}
        )
        values = ", ".join((MACRO_VALUES | own)[each] for each in names)
        sql = f"{CTES} select *, from {name}({values})"
    found, said = described(full, sql), declared_columns(name, full)
    assert set(found) == set(said)
    assert found == said


@pytest.mark.slow
def test_every_query_is_written_in_sql_the_linter_can_read() -> None:
    linter = Linter(config=FluffConfig.from_path(str(FOLDER)))
    for name in NAMES:
        parsed = linter.parse_string(query(name).sql)
        assert not parsed.violations, f"{name}: {parsed.violations}"


@pytest.mark.parametrize("name", [name for name in NAMES if "limit" in query(name).parameters])
def test_a_limit_cuts_the_list_and_none_means_all(name: str, full: Store) -> None:
    window = {**WINDOWS["a quarter"], "start": instant("2025-01-01")}
    everything = full.run(name, {**window, "limit": None}).rows
    few = full.run(name, {**window, "limit": 2}).rows
    # Two kinds of worst, or so many of each reason: up to twice as many.
    if name not in ("lists/worst_incidents", "lists/left_out_examples"):
        assert few == everything[:2]
    assert len(few) <= 4 < len(everything) or len(everything) <= 4


def test_a_repeated_header_key_is_refused_with_its_line() -> None:
    with pytest.raises(QueryError, match=r"kpis/x\.sql, line 2: the header says 'title' twice\. Keep one\."):
        parse_header("-- title: one\n-- title: two\nselect 1", "kpis/x.sql")


def test_a_file_without_a_header_is_refused() -> None:
    with pytest.raises(QueryError, match="no header"):
        parse_header("select 1", "kpis/x.sql")


def test_a_parameter_that_the_header_does_not_declare_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("-- title: x\nselect $start")
    with pytest.raises(QueryError, match=r"uses \$start, which the header does not declare"):
        read_query(tmp_path / "x.sql", tmp_path)


def test_a_parameter_that_the_sql_does_not_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.sql").write_text("-- title: x\n-- params: start timestamptz\nselect '$start' -- $start")
    with pytest.raises(QueryError, match=r"declares \$start, which the SQL does not use"):
        read_query(tmp_path / "x.sql", tmp_path)


def test_a_missing_value_is_named_before_anything_runs(full: Store) -> None:
    with pytest.raises(QueryError, match=r"needs a value for \$windows"):
        full.run("kpis/p1_incidents", {})


def test_an_unknown_query_is_refused(full: Store) -> None:
    with pytest.raises(QueryError, match="there is no query 'kpis/p2'"):
        full.run("kpis/p2")


def test_the_documentation_names_every_kpi_and_every_fact() -> None:
    text = (FOLDER.parent / "docs" / "queries.md").read_text(encoding="utf-8")
    for name in KPIS:
        assert f"`{query(name).id}`" in text, name
    for path in FACTS:
        fact = read_query(path)
        made = (
            fact.header["makes"].removeprefix("table ")
            if fact.header["makes"] != "macro"
            else path.stem.split("_", 1)[1]
        )
        assert f"`{made}`" in text or f"`{made}(" in text, made
