"""Facts: the tables and macros of queries/facts, made inside the new warehouse."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import WarehouseError
from reliability.queries import FOLDER, read_query
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.warehouse.sql import run_file

_MAKES = "Write '-- makes: table NAME' or '-- makes: macro'."


def make_facts(
    path: Path, settings: Settings, as_of: datetime | None, folder: Path = FOLDER / "facts"
) -> None:
    """Run every facts file, in name order, in the warehouse at `path`. Raises WarehouseError naming a faulty one."""
    values = fact_values(settings, as_of)
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        for file in sorted(folder.glob("*.sql")):
            made, _, name = read_query(file, folder.parent).header.get("makes", "").partition(" ")
            where = f"queries/{folder.name}/{file.name}"
            if made == "table" and name.isidentifier() and name not in TABLES:
                run_file(con, file, f'create table "{name}" as ', **values)
            elif made == "macro" and not name:
                run_file(con, file, **values)
            else:
                raise WarehouseError("the header does not say what the file makes", where, _MAKES)


def fact_values(settings: Settings, as_of: datetime | None) -> dict[str, Any]:
    """What a facts file may ask for, by parameter name."""
    return {
        "as_of": as_of,
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
