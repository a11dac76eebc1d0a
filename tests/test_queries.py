"""Every query file runs on any data, says what it returns, and its rows add up to its figure."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from lifelines import KaplanMeierFitter
from sqlfluff.core import FluffConfig, Linter

from reliability.errors import QueryError
from reliability.queries import FOLDER, Query, Store, catalogue, parse_header, query, read_query
from reliability.queries.figures import figure
from reliability.statistics import survival
from tests.organisation_by_hand import CORE, organisation
from tests.warehouse_by_hand import by_hand, columns_of, instant, params

ANSWERS = ("kpis", "samples", "rows", "charts", "lists", "repeats")
NAMES = sorted(name for name in catalogue() if name.split("/")[0] in ANSWERS)
KPIS = sorted(name for name in NAMES if name.startswith("kpis/"))
FACTS = sorted((FOLDER / "facts").glob("*.sql"))
TYPES = {"timestamp with time zone": "timestamptz", "timestamp with time zone[]": "timestamptz[]"}
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


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A warehouse without a single row."""
    with by_hand(tmp_path_factory.mktemp("empty")) as store:
        yield store


@pytest.fixture(scope="module")
def one_row(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One row in every table of the full organisation."""
    tables = {table: rows[:1] for table, rows in organisation().items()}
    with by_hand(tmp_path_factory.mktemp("one_row"), **tables) as store:
        yield store


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Three rows in every table that hold nothing but what a row cannot do without."""
    moment = datetime(2025, 5, 5, tzinfo=UTC)
    tables = {
        "incidents": [{"incident_id": f"I{n}", "opened_at": moment} for n in range(3)],
        "incident_versions": [{"incident_id": f"I{n}"} for n in range(3)],
        "incident_accounts": [{"incident_id": "I1", "account_id": None}],
        "tickets": [{"ticket_id": f"T{n}", "created_at": moment} for n in range(3)],
        "alerts": [{"alert_id": f"A{n}", "fired_at": moment} for n in range(3)],
        "postmortems": [{"incident_id": f"I{n}"} for n in range(3)],
        "nps_responses": [{"response_id": f"N{n}", "score": None} for n in range(3)],
        "accounts": [{"account_id": None}],
        "availability": [
            {"endpoint": "/", "interval_start": moment, "interval_end": moment} for _ in range(3)
        ],
        "changes": [{"change_id": f"PR{n}"} for n in range(3)],
        "sprint_work": [{"sprint": "S1", "work_type": None} for _ in range(3)],
        "runbooks": [{} for _ in range(3)],
        "roadmap": [{"item_id": "R1"}],
        "support_rotations": [{"engineer": "Ana", "date": moment.date()}],
        "files": [{"file": "x.csv"}],
        "left_out": [{"table_name": "incidents"}],
    }
    with by_hand(tmp_path_factory.mktemp("bare"), **tables) as store:
        yield store


def real_columns(store: Store, asked: Query, values: Mapping[str, Any]) -> dict[str, str]:
    """Column -> type as DuckDB has it."""
    cursor = store._connection.cursor()  # type: ignore[union-attr]
    window = {"id": 0, **{name: values[name] for name in ("start", "end", "as_of")}}
    given = {**values, "windows": [window]}
    cursor.execute(asked.sql, {name: given[name] for name in asked.parameters})
    return {
        name: TYPES.get(str(kind).lower(), str(kind).lower()) for name, kind, *_ in cursor.description or ()
    }


@pytest.mark.parametrize("kind", ["full", "empty", "one_row", "bare"])
@pytest.mark.parametrize("name", NAMES)
def test_a_query_runs_on_any_data_and_returns_the_columns_it_declares(
    name: str, kind: str, request: pytest.FixtureRequest
) -> None:
    store: Store = request.getfixturevalue(kind)
    asked = query(name)
    for values in WINDOWS.values() if kind == "full" else (WINDOWS["a quarter"], WINDOWS["filtered"]):
        assert real_columns(store, asked, values) == dict(asked.columns)
        if name.startswith("kpis/"):
            row = store.run(name, values).one()
            assert row["n"] is not None and row["open"] is not None
            assert all(count is not None for key, count in row.items() if key.startswith("left_out_"))


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("charts/", "kpis/"))])
def test_nothing_is_ever_shown_where_no_data_is(name: str, empty: Store) -> None:
    for row in empty.run(name, WINDOWS["a quarter"]):
        assert row["value"] is None


@pytest.mark.parametrize("name", NAMES)
def test_a_header_says_everything_a_reader_needs(name: str) -> None:
    asked = query(name)
    assert asked.title and asked.definition and asked.grain and asked.columns
    if name.startswith(("kpis/", "charts/")):
        assert asked.unit and asked.better in {"lower", "higher", "neither"}
        assert asked.tables
    if name.startswith("kpis/"):
        assert asked.leaves_out
        assert query(asked.rows).columns["contributes"] == "double"
        assert figure(asked.id).adds_up in {
            "sum",
            "count",
            "mean",
            "median",
            "share",
            "held",
            "ratio",
            "nps",
            "-",
        }
        assert list(asked.columns)[:5] == ["window_id", "value", "n", "open", "partial"]
    if name.startswith("rows/"):
        assert list(asked.columns)[-3:] == ["source", "source_file", "source_line"]
        assert asked.columns["left_out"] == "varchar"


@pytest.mark.parametrize("name", NAMES)
def test_tables_named_in_a_header_exist(name: str) -> None:
    for table in query(name).tables:
        assert columns_of(table)


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
    found = {name: TYPES.get(str(kind).lower(), str(kind).lower()) for name, kind, *_ in cursor.description}
    assert found == dict(fact.columns)


# A value for every parameter of a macro; what names a CTE gets one made by another macro.
MACRO_VALUES = {
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
    "incidents": "'recovery'",
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
ending as (select *, from declared_in('asked', null, null, null, 90) where left_out is null),
score as (select window_id as group_id, *, from answers_in('asked'))
"""
RECORDS = {
    "head_of": "incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, now(), null, null)",
    "source_of": "incidents",
    "score_columns": "(select 0.5 as mean, 4 as answers, 3 as promoters, 0 as passives, 1 as detractors, 4 as accounts, "
    "0.1 as account_spread)",
    "hold_of": "(select 'C' as change_id, 'fail' as state, 'why' as reason)",
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
    return {name: TYPES.get(str(kind).lower(), str(kind).lower()) for name, kind, *_ in rows}


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_has_the_columns_it_declares(name: str, full: Store) -> None:
    taken = re.search(rf"macro {name}\(([^)]*)\)", MACROS[name].read_text())
    assert taken is not None
    if name in RECORDS:
        sql = f"select unnest({name}(record)), from {RECORDS[name]} as record"
    else:
        names = [part.strip().strip('"') for part in taken[1].split(",")]
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


def reference(adds_up: str, rows: list[dict[str, Any]]) -> float | None:
    """Add rows up the way a KPI's header says."""
    counted = [row for row in rows if row["contributes"] is not None]
    values = [row["contributes"] for row in counted]
    if adds_up == "count":
        return len(values)
    if adds_up == "sum":
        return sum(values)
    if not values:
        return None
    if adds_up == "nps":
        return 100 * fmean(values)
    if adds_up in {"mean", "share"}:
        return fmean(values)
    if adds_up == "held":
        return share_held(values, [row["came_back"] for row in counted])
    if adds_up == "ratio":
        return sum(values) / sum(row["weight"] for row in counted)
    assert adds_up == "median"
    ended = [not row.get("still_open") for row in counted]
    median = survival.median(survival.Durations.of(values, ended))
    return None if median == float("inf") else median


def share_held(days: list[float], came_back: list[bool], agreed: float = 90) -> float | None:
    """Kaplan-Meier by lifelines: the share that held for at least the agreed days; None while none is that old."""
    share = float(KaplanMeierFitter().fit(days, came_back).predict(agreed - 1e-6))
    return share if max(days) >= agreed or share < 1e-9 else None


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("name", KPIS)
def test_the_rows_of_a_figure_add_up_to_it(name: str, window: str, full: Store) -> None:
    compare_with_rows(full, name, WINDOWS[window])


@pytest.mark.parametrize("name", KPIS)
def test_the_rows_of_a_figure_add_up_to_it_in_the_sample(name: str, store: Store) -> None:
    settings = {"time_zone": "Europe/Berlin", **OTHER_VALUES}
    compare_with_rows(store, name, params("2025-04-01", "2025-07-01", **settings))
    compare_with_rows(store, name, params("2025-07-01", "2026-01-01", as_of="2025-11-17 08:00", **settings))


def compare_with_rows(store: Store, name: str, values: Mapping[str, Any]) -> None:
    """Assert that value, n and what is left out of a KPI are those of its rows."""
    asked = query(name)
    adds_up = figure(asked.id).adds_up
    found = store.run(name, values).one()
    rows = store.run(asked.rows, values).rows
    reasons = Counter(row["left_out"] for row in rows if row["left_out"])
    said = {
        column.removeprefix("left_out_").replace("_", " "): count
        for column, count in found.items()
        if column.startswith("left_out_")
    }
    # Every reason of the rows is a column of the figure. What waits for its outcome is `open`, not left out.
    waiting = {"undecided", "still open", "not due"} if found["open"] else set()
    assert {reason: n for reason, n in reasons.items() if reason in said or reason not in waiting} == {
        reason: n for reason, n in said.items() if n
    }
    if adds_up == "-":
        return
    expected = reference(adds_up, rows)
    if found["value"] is None:
        # Nothing to add up, or nothing is known there.
        assert not expected or asked.id == "postmortem_on_time_share"
    else:
        assert found["value"] == pytest.approx(expected)
    if adds_up not in {"ratio"} and found["value"] is not None:
        counted = sum(row["contributes"] is not None for row in rows)
        assert counted == found["n"] or asked.id == "reclassified_incidents"
    if "numerator" in found and found["value"] is not None:
        assert found["value"] == pytest.approx(found["numerator"] / found["denominator"])


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
