"""Restating: a new version of the live warehouse after people decided about repeats, without reading an export."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from reliability.errors import ReliabilityError, WarehouseError
from reliability.settings import Settings
from reliability.warehouse import versions
from reliability.warehouse.build import as_failure
from reliability.warehouse.facts import fact_files, make_facts
from reliability.warehouse.repeat_decisions import Decisions, RepeatDecision, stated_version, write_decisions

WAIT_SECONDS = 30.0
"""How long a restatement waits for a build: somebody looks at the page meanwhile."""


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
    path: Path, settings: Settings, as_of: datetime | None, said: Sequence[RepeatDecision], version: str
) -> None:
    """Make the facts of the warehouse at `path` again, in place: with these decisions, settings and instant.

    The canonical tables stay as they are, so the settings must read exports as those it was built with.
    """
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        for _, table in fact_files():
            if table:
                con.execute(f'drop table "{table}"')
        con.execute("delete from repeat_decisions")
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
    said = decisions()
    path = versions.new_path(folder)
    with duckdb.connect(str(live.path), read_only=True) as con:
        found = con.execute("select inputs_version, as_of from meta").fetchone()
    assert found is not None
    inputs_version, as_of = found
    version = stated_version(inputs_version, said)
    if version == live.data_version:
        return live
    shutil.copyfile(live.path, path)
    remake_facts(path, settings, as_of, said, version)
    return versions.publish(path, version, live.inputs)
