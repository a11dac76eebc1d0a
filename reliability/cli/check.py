"""`check`: are settings, exports, queries, warehouse and journal sound? One line per problem."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, file_problem
from reliability.errors import ReliabilityError, WarehouseError
from reliability.journal import Journal
from reliability.queries import FOLDER, read_query
from reliability.queries.gates import read_gate
from reliability.queries.page_charts import read_page_chart
from reliability.rollups import missing_logs
from reliability.settings import load_settings
from reliability.warehouse import current, open_store
from reliability.warehouse.doubts import all_doubts, unread_lines
from reliability.warehouse.versions import check_settings_file, check_whole
from reliability.warehouse.workspace import known_until, outdated_since


def problems(data_dir: Path) -> list[str]:
    """Return one line per problem; an empty list means sound. Raises WarehouseError when there is no such folder."""
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    found: list[str] = []
    for path in sorted(FOLDER.rglob("*.sql")):
        try:
            asked = read_query(path)
            if asked.name.startswith("gates/"):
                read_gate(asked)
            elif asked.name.startswith("charts/"):
                read_page_chart(asked)
        except ReliabilityError as error:
            found.append(str(error))
    try:
        Journal(data_dir).verify()
    except ReliabilityError as error:
        found.append(str(error))
    try:
        check_settings_file(data_dir)
        settings = load_settings(data_dir)
        store = open_store(data_dir)
        live = current(data_dir)
        if live is not None:
            check_whole(live, every_byte=True)
    except ReliabilityError as error:
        return [*found, str(error)]
    if said := outdated_since(data_dir, settings, live.inputs if live else None):
        found.append(f"{said}: rebuild with `python -m reliability build`.")
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
    try:
        known_until(store)
    except ReliabilityError as error:
        found.append(str(error))
    return found


def notes(data_dir: Path) -> list[str]:
    """Return one line per export with columns that nobody read and that look like something: no problem by itself."""
    try:
        store = open_store(data_dir)
    except ReliabilityError:
        return []
    try:
        return [f"exports/{file}: {said}" for file, said in unread_lines(store)]
    finally:
        store.close()


@cli.command("check")
@common
def check(data_dir: Path, as_json: bool) -> int:
    """Say what is wrong with settings, exports, queries, warehouse or journal; exit 1 if anything is."""
    found = problems(data_dir)
    if as_json:
        emit_json({"problems": found})
    else:
        for line in found:
            click.echo(line)
        for line in notes(data_dir):
            click.echo(line)
        if not found:
            click.echo("no problems found")
    return 1 if found else 0
