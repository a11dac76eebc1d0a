"""Restating: a new version of the live warehouse after people decided something, without reading an export."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from reliability.errors import ReliabilityError, WarehouseError
from reliability.settings import Settings
from reliability.warehouse import versions
from reliability.warehouse.building import as_failure
from reliability.warehouse.decided import OutageDecision
from reliability.warehouse.facts import fact_files, make_facts
from reliability.warehouse.repeat_decisions import (
    TABLES,
    Decided,
    Decisions,
    outages_of,
    stated_version,
    write_decisions,
)

WAIT_SECONDS = 30.0
"""How long a restatement waits for a build: somebody looks at the page meanwhile."""

SLOW_BYTES = 60_000_000
"""A warehouse larger than this takes seconds to restate: decisions are gathered and brought in together."""


def restate(
    data_dir: Path, settings: Settings, decisions: Decisions, *, wait_seconds: float = WAIT_SECONDS
) -> versions.Published:
    """Publish the live warehouse with the decisions as they stand now, its facts made again; nothing when it has them.

    It is a copy that takes the live one's place whole, like a build: killed at any moment, the last good one serves.
    Raises WarehouseError when there is none to restate, or when it cannot be done now; the next build makes up for it.
    """
    folder = data_dir / versions.FOLDER
    with versions.only_builder(folder, wait_seconds):
        try:
            return _restate(data_dir, settings, decisions)
        except (ReliabilityError, duckdb.Error, OSError, MemoryError) as error:
            raise as_failure(error, folder) from error
        finally:
            versions.tidy(folder, keep=versions.versions(folder))


def remake_facts(
    path: Path,
    settings: Settings,
    as_of: datetime | None,
    said: Sequence[Decided],
    version: str,
    replaced: Sequence[str] = ("repeat_decisions",),
) -> None:
    """Make the facts of the warehouse at `path` again, in place: with these decisions, settings and instant.

    The canonical tables stay as they are, so the settings must read exports as those it was built with. replaced: the
    tables of decisions that `said` is all of; what lies in the others stays.
    """
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        for _, table in fact_files():
            if table:
                con.execute(f'drop table "{table}"')
        for table in replaced:
            con.execute(f"delete from {table}")
        write_decisions(con, said)
        con.execute(
            "update meta set data_version = $version, as_of = $as_of, built_at = now()",
            {"version": version, "as_of": as_of},
        )
        # What was dropped makes room for what follows.
        con.execute("checkpoint")
    make_facts(path, settings, as_of)


def _restate(data_dir: Path, settings: Settings, decisions: Decisions) -> versions.Published:
    folder = data_dir / versions.FOLDER
    live = versions.current(data_dir)
    if live is None or live.layout != versions.LAYOUT:
        raise WarehouseError(
            "there is no warehouse to restate", str(folder), "Run `python -m reliability build`."
        )
    versions.check_settings_file(data_dir)
    versions.check_whole(live, every_byte=True)
    path = versions.new_path(folder)
    with duckdb.connect(str(live.path), read_only=True) as con:
        found = con.execute("select inputs_version, as_of from meta").fetchone()
        joined = outages_of(con)
    # Rows of two tools are joined while they are read: what was decided of that since waits for the next build.
    said = [row for row in decisions() if not isinstance(row, OutageDecision)] + joined
    assert found is not None
    inputs_version, as_of = found
    version = stated_version(inputs_version, said)
    if version == live.data_version:
        return live
    shutil.copyfile(live.path, path)
    remake_facts(path, settings, as_of, said, version, tuple(TABLES))
    return versions.publish(path, version, live.inputs, live.origin)
