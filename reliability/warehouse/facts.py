"""Facts: the tables and macros of queries/facts, made inside the new warehouse."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import WarehouseError
from reliability.queries import FOLDER, read_query
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.settings.periods import midnight
from reliability.warehouse import working_memory
from reliability.warehouse.sql import run_file

_FACTS = FOLDER / "facts"
_MAKES = "Write '-- makes: table NAME' or '-- makes: macro'."


def make_facts(path: Path, settings: Settings, as_of: datetime | None, folder: Path = _FACTS) -> None:
    """Run every facts file, in name order, in the warehouse at `path`. Raises WarehouseError naming a faulty one."""
    values = fact_values(settings, as_of)
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        working_memory.bound(con, 2 * path.stat().st_size)
        for file, table in fact_files(folder):
            working_memory.enough(con, partial(make_fact, con, file, table, values))


def make_fact(
    con: duckdb.DuckDBPyConnection,
    file: Path,
    table: str,
    values: Mapping[str, Any],
    temporary: bool = False,
) -> None:
    """Run one facts file on an open connection. table: the one it makes, "" for a macro."""
    made = f"create {'temporary ' if temporary else ''}table {table} as "
    run_file(con, file, made if table else "", **values)


def make_fact_from(
    con: duckdb.DuckDBPyConnection,
    table: str,
    beneath: Sequence[str],
    values: Mapping[str, Any],
    opened_in: Mapping[str, datetime] | None = None,
) -> None:
    """Make a temporary fact with the facts beneath it made anew, all in one statement and none of those kept.

    beneath: tables that the fact is made from, each after those it is made from itself. opened_in: only rows that
    opened from `start` to `end`; what is beneath is made of all.
    """
    files = {made: file for file, made in fact_files() if made}
    parts = [f"{name} as (\n{read_query(files[name]).sql.rstrip()}\n)" for name in beneath]
    before = f"create temporary table {table} as with {', '.join(parts)} select * from (\n"
    within = "where opened_at >= $start and opened_at < $end" if opened_in else ""
    run_file(con, files[table], before, f"\n) {within}", **values, **(opened_in or {}))


def fact_files(folder: Path = _FACTS) -> Iterator[tuple[Path, str]]:
    """Every facts file in the order of running, with the table it makes, "" for a macro.

    Raises WarehouseError for one whose header does not say what it makes.
    """
    for file in sorted(folder.glob("*.sql")):
        made, _, name = read_query(file, folder.parent).header.get("makes", "").partition(" ")
        if made == "table" and name.isidentifier() and name not in TABLES:
            yield file, name
        elif made == "macro" and not name:
            yield file, ""
        else:
            where = f"queries/{folder.name}/{file.name}"
            raise WarehouseError("the header does not say what the file makes", where, _MAKES)


def fact_values(settings: Settings, as_of: datetime | None) -> dict[str, Any]:
    """What a facts file may ask for, by parameter name."""
    zone = settings.organisation.zone
    return {
        "as_of": as_of,
        "quiet_starts": [midnight(span.start, zone) for span in settings.quiet],
        "quiet_ends": [midnight(span.end, zone) if span.end else None for span in settings.quiet],
        "time_zone": settings.organisation.time_zone,
        "severity_rule": settings.severity.rule,
        "recovery_clock": settings.incidents.recovery_clock,
        "repeat_look_back_days": settings.incidents.repeat_look_back_days,
        "core_services": list(settings.incidents.core_services),
        "engage_minutes": settings.targets.engage_minutes,
        "postmortem_hours": settings.targets.postmortem_hours,
        "executive_hours": settings.targets.executive_hours,
        "availability": settings.targets.availability,
        "root_cause_capacity": settings.targets.root_cause_capacity,
    }
