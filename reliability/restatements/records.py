"""Records then and now: which came late, are gone, were changed or reclassified; and the exports in between.

Two warehouses are compared after typing, so a file that was exported anew in another order differs in nothing.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from reliability.queries import FOLDER, read_query
from reliability.restatements.model import CHANGED, LATE, REMOVED, SEVERITY, Record
from reliability.schema import PROVENANCE, TABLES, Table
from reliability.schema import SEVERITY as LEVEL
from reliability.warehouse.accounting import SUPERSEDED

_QUERIES = FOLDER / "restatements"
# What says where a record stands, not what it says.
_WHERE = ("source_file", "source_line", "exported_at")


@dataclass(frozen=True)
class _Step:
    """One stage on the way from the exports of then to those of now.

    classes: which records are there. of_now: whether those in both say what they say now, but for their severity.
    """

    classes: tuple[str, ...]
    of_now: bool = False


STEPS: Mapping[str, _Step] = {
    LATE: _Step(("both", "left out", "gone", "late")),
    REMOVED: _Step(("both", "left out", "late")),
    CHANGED: _Step(("both", "late", "taken up"), of_now=True),
}
"""Cause -> what the exports hold with it and those before it. With `SEVERITY` they are the exports of now."""


def differences(then: Path, now: Path, as_of: datetime) -> dict[str, list[Record]]:
    """Compare the records of two warehouses. Returns cause -> records, for the causes that there are.

    as_of: what happened later is left out of the lists (UTC).
    """
    found: dict[str, list[Record]] = {}
    with duckdb.connect() as con:
        _attach(con, then, now)
        for table in TABLES.values():
            with _compared(con, table):
                cursor = con.execute(read_query(_QUERIES / "differences.sql").sql, {"as_of": as_of})
                names = [column[0] for column in cursor.description or ()]
                for row in cursor.fetchall():
                    for cause, record in _records(table, dict(zip(names, row, strict=True))):
                        found.setdefault(cause, []).append(record)
    return found


def _records(table: Table, row: Mapping[str, Any]) -> Iterator[tuple[str, Record]]:
    key = row["row_key"] or "?"
    file = row["source_file"] or ""

    def record(what: str) -> Record:
        return Record(table.name, key, what, file, row["source_line"])

    match row["class"]:
        case "late":
            yield LATE, record("was in no export")
        case "gone":
            yield REMOVED, record("is in no export any more")
        case "taken up":
            yield CHANGED, record("was left out, counts now")
        case "left out":
            yield CHANGED, record("counted, is left out now")
    if row["is_changed"]:
        yield CHANGED, record(_said(row["said_then"], row["said_now"]))
    if row["is_reclassified"]:
        yield SEVERITY, record(_said(row["levels_then"], row["levels_now"]))


def _said(then: str, now: str) -> str:
    """Say which columns differ: "resolved_at: 2025-07-01 09:30:00+00 -> none"."""
    before, after = json.loads(then), json.loads(now)
    return ", ".join(
        f"{name}: {_value(before[name])} -> {_value(after[name])}"
        for name in before
        if before[name] != after[name]
    )


def _value(value: object) -> str:
    return "none" if value is None else str(value)


def merge(step: str, then: Path, now: Path, to: Path) -> None:
    """Write a warehouse whose exports are those of `then` with the causes up to `step`. Its facts are those of `then`.

    step: a key of `STEPS`. to: a new file.
    """
    chosen = STEPS[step]
    shutil.copyfile(then, to)
    with duckdb.connect() as con:
        _attach(con, then, now)
        con.execute("attach $path as made", {"path": str(to)})
        for table in TABLES.values():
            with _compared(con, table):
                _merge_table(con, table, chosen)
        _merge_files(con, step)
        con.execute("checkpoint made")
        con.execute("detach made")


def _attach(con: duckdb.DuckDBPyConnection, then: Path, now: Path) -> None:
    con.execute("set TimeZone = 'UTC'")
    con.execute("attach $path as before_it (read_only)", {"path": str(then)})
    con.execute("attach $path as after_it (read_only)", {"path": str(now)})


@contextmanager
def _compared(con: duckdb.DuckDBPyConnection, table: Table) -> Iterator[None]:
    """Give the queries `then_rows`, `now_rows`, `then_left`, `now_left` and `classes` of one table."""
    for name, database in (("then", "before_it"), ("now", "after_it")):
        con.execute(f"create or replace temp view {name}_rows as {_rows(table, database)}")
        con.execute(
            f"""
            create or replace temp view {name}_left as
            select left_out.row_key, {_tool(table, "files.source")} as source
            from {database}.left_out as left_out
            left join {database}.files as files
                on left_out.source_file = files.file and left_out.table_name = files.table_name
            where left_out.table_name = '{table.name}' and left_out.row_key is not null
            """
        )
    con.execute(f"create or replace temp table classes as {read_query(_QUERIES / 'classes.sql').sql}")
    yield
    con.execute("drop table temp.classes")


def _rows(table: Table, database: str) -> str:
    """Select a table's rows with their key, where they stand, and what they say as JSON, severities apart."""
    shown = ", ".join(f'"{key}"::varchar' for key in table.key if key != "source")
    levels = _levels(table)
    said = [name for name in (*table.columns, "day_only") if name not in levels]
    happened = f'"{table.happened_at}"' if table.happened_at else "null::timestamptz"
    return f"""
        select
            {_identity(table, "own")} as identity,
            concat_ws(' ', {shown}) as row_key,
            source, source_file, source_line,
            {_tool(table, "source")} as from_tool,
            {happened} as happened_at,
            {_json(said)} as said,
            {_json(levels) if levels else "null::varchar"} as levels
        from {database}."{table.name}" as own
        """


def _identity(table: Table, alias: str) -> str:
    """The key of a row as one text."""
    return f"concat_ws(chr(31), {', '.join(_text(alias, key) for key in table.key)})"


def _text(alias: str, column: str) -> str:
    return f"coalesce({alias}.\"{column}\"::varchar, '')"


def _tool(table: Table, column: str) -> str:
    """The tool of a row where it is part of the key: the same number may be another tool's."""
    return f"coalesce({column}, '')" if "source" in table.key else "''"


def _json(names: list[str]) -> str:
    pairs = ", ".join(f'"{name}" := "{name}"' for name in names)
    return f"to_json(struct_pack({pairs}))::varchar"


def _levels(table: Table) -> list[str]:
    """The columns that say how grave a record is."""
    levels = [name for name, kind in table.columns.items() if kind == LEVEL]
    return [*levels, "severity_text"] if levels else []


def _merge_table(con: duckdb.DuckDBPyConnection, table: Table, step: _Step) -> None:
    """Fill a table of `made`. What a record in both says comes from then or now; where it stands is always now's."""
    levels = _levels(table)
    columns = []
    for name in (*table.columns, *PROVENANCE):
        of_now = name in _WHERE or (step.of_now and name not in levels)
        columns.append(
            "case"
            f""" when classes.class = 'both' then {"now_one" if of_now else "then_one"}."{name}" """
            f"""when classes.class in ('late', 'taken up') then now_one."{name}" """
            f"""else then_one."{name}" end as "{name}" """
        )
    con.execute(f'delete from made."{table.name}"')
    con.execute(
        f"""
        insert into made."{table.name}" by name
        select {", ".join(columns)}
        from classes
        left join before_it."{table.name}" as then_one on classes.identity = {_identity(table, "then_one")}
        left join after_it."{table.name}" as now_one on classes.identity = {_identity(table, "now_one")}
        where list_contains($classes, classes.class)
        """,
        {"classes": list(step.classes)},
    )


def _merge_files(con: duckdb.DuckDBPyConnection, step: str) -> None:
    """Fill what a warehouse says of its files. How fresh a file is, which rows are older copies, and what was left out
    of a new file is news that came with the exports; any other row left out anew is a changed record."""
    for name in ("files", "file_columns", "severity_words"):
        con.execute(f"delete from made.{name}")
        con.execute(f"insert into made.{name} select * from after_it.{name}")
    if step == CHANGED:
        con.execute("delete from made.left_out")
        con.execute("insert into made.left_out select * from after_it.left_out")
    else:
        con.execute(f"delete from made.left_out where disposition = '{SUPERSEDED}'")
        con.execute(
            "insert into made.left_out select * from after_it.left_out "
            f"where disposition = '{SUPERSEDED}' or source_file not in (select file from before_it.files)"
        )
    if step == LATE:
        gone = "file not in (select file from after_it.files)"
        con.execute(f"insert into made.files select * from before_it.files where {gone}")
    elif step == REMOVED:
        con.execute("delete from made.left_out where source_file not in (select file from after_it.files)")
    con.execute(
        """
        insert into made.incident_versions
        select * from after_it.incident_versions as version
        where
            not exists (
                select 1 from before_it.incidents as known
                where known.source is not distinct from version.source and known.incident_id = version.incident_id
            )
        """
    )
