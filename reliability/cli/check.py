"""`check`: are settings, exports, queries, warehouse and journal sound? One line per problem."""

import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click
import duckdb

from reliability import formatting as fmt
from reliability.checks import answering, on_trial, path_of
from reliability.cli.main import BAD, cli, common
from reliability.cli.output import emit_json, file_problem
from reliability.errors import NothingYetError, QueryError, ReliabilityError, WarehouseError
from reliability.journal import Journal
from reliability.queries import FOLDER, Query, Store, read_query
from reliability.queries.gates import read_gate
from reliability.queries.page_charts import read_page_chart
from reliability.rollups import missing_logs
from reliability.settings import Settings, load_settings
from reliability.warehouse import current, open_store
from reliability.warehouse.doubts import all_doubts, unread_lines
from reliability.warehouse.first_look import columns_at_first
from reliability.warehouse.versions import check_settings_file, check_whole
from reliability.warehouse.workspace import known_until, open_workspace, outdated_since


def problems(data_dir: Path) -> list[str]:
    """Return one line per problem; an empty list means sound. Raises WarehouseError when there is no such folder."""
    return [*_of_journal(data_dir), *_of_the_rest(data_dir)]


def _of_journal(data_dir: Path) -> list[str]:
    """Return what is wrong with the journal: the first thing, in a line that names the entry."""
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    try:
        Journal(data_dir).verify()
    except ReliabilityError as error:
        return [str(error)]
    return []


def _of_the_rest(data_dir: Path) -> list[str]:
    found = _unread_queries()
    are_readable = not found
    try:
        check_settings_file(data_dir)
        settings = load_settings(data_dir)
        store = open_store(data_dir)
    except ReliabilityError as error:
        return [*found, str(error)]
    with closing(store):
        try:
            live = current(data_dir)
            if live is not None:
                check_whole(live, every_byte=True)
        except ReliabilityError as error:
            return [*found, str(error)]
        if said := outdated_since(data_dir, settings, live.inputs if live else None):
            found.append(f"{said}: rebuild with `python -m reliability build`.")
        found += _of_exports(data_dir, settings, store)
        try:
            as_of = known_until(store)
        except ReliabilityError as error:
            return [*found, str(error)]
        if are_readable:
            found += _of_queries(store, settings, as_of, answering())
    return found


def _unread_queries() -> list[str]:
    """Return why query files cannot be read."""
    found = []
    for path in sorted(FOLDER.rglob("*.sql")):
        try:
            asked = read_query(path)
            if asked.name.startswith("gates/"):
                read_gate(asked)
            elif asked.name.startswith("charts/"):
                read_page_chart(asked)
        except ReliabilityError as error:
            found.append(str(error))
    return found


def _of_exports(data_dir: Path, settings: Settings, store: Store) -> list[str]:
    """Return what is wrong with exports and logs."""
    found = []
    for file in store.run("lists/file_accounting"):
        if file["problem"]:
            found.append(file_problem(file))
        elif file["set_aside"]:
            found.append(
                f"exports/{file['file']}: {file['set_aside']} of {file['rows_read']} rows set aside. "
                "The Data page lists each with its line and reason."
            )
    found += [f"exports/{file}: {said}" for file, said in all_doubts(store)]
    found += [
        f"{log}: there is no log there. Put it there, or take [rollups] out of review.toml."
        for log in missing_logs(data_dir, settings.rollups)
    ]
    return found


def _of_queries(store: Store, settings: Settings, as_of: datetime, asked: Sequence[Query]) -> list[str]:
    """Return what is wrong with queries, tried on the published warehouse and on emptier ones."""
    found: list[str] = []
    with (
        on_trial(store, settings, as_of) as check_one,
        click.progressbar(
            asked, label="Checking queries", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar,
    ):
        for query in bar:
            found += map(str, check_one(query))
    return found


def problems_of(data_dir: Path, name: str) -> list[str]:
    """Return what is wrong with one query. Raises ReliabilityError for an unknown name, or without a warehouse."""
    path = path_of(name)
    try:
        asked = read_query(path)
    except QueryError as error:
        return [str(error)]
    workspace = open_workspace(data_dir)
    with closing(workspace.store):
        return _of_queries(workspace.store, workspace.settings, workspace.as_of, [asked])


def notes(data_dir: Path) -> list[str]:
    """Return one line per export with columns that nobody read and that look like something: no problem by itself.

    Before the first build the exports are looked at for it, and those without such columns are listed, too.
    """
    try:
        store = open_store(data_dir)
    except NothingYetError:
        return _notes_at_first(data_dir)
    except ReliabilityError:
        return []
    with closing(store):
        return [f"exports/{file}: {said}" for file, said in unread_lines(store.run("lists/file_columns"))]


def _notes_at_first(data_dir: Path) -> list[str]:
    try:
        columns = list(columns_at_first(data_dir, load_settings(data_dir)))
    except (ReliabilityError, duckdb.Error, OSError, MemoryError):
        return []  # the build says what is the matter
    said = dict(unread_lines(columns))
    for row in columns:
        if row["read"] and row["file"] not in said:
            read = [
                other["column_name"] for other in columns if other["file"] == row["file"] and other["read"]
            ]
            said[row["file"]] = f"read: {fmt.listed(read, 12)}."
    return [f"exports/{file}: {line}" for file, line in said.items()]


@cli.command("check")
@click.argument("name", required=False)
@common
def check(name: str | None, data_dir: Path, as_json: bool) -> int:
    """Say what is wrong with settings, exports, queries, warehouse or journal; exit 1 if anything is.

    Damage of the journal is exit 2.

    NAME: one query alone, such as kpis/p1_incidents or its file: header, columns, empty tables, missing values, one
    row a window, rows that add up, the example.
    """
    # The journal is what nothing but a backup brings back: its damage is not the plain "no" of other findings.
    of_journal = [] if name else _of_journal(data_dir)
    found = problems_of(data_dir, name) if name else [*of_journal, *_of_the_rest(data_dir)]
    if as_json:
        emit_json({"problems": found, "notes": [] if name else notes(data_dir)})
    else:
        for line in found:
            click.echo(line)
        for line in [] if name else notes(data_dir):
            click.echo(line)
        if not found:
            click.echo("no problems found")
    return BAD if of_journal else 1 if found else 0
