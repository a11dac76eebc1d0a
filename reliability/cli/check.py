"""`check`: are settings, exports and queries sound? One line per problem."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, file_problem
from reliability.errors import ReliabilityError, WarehouseError
from reliability.queries import FOLDER, read_query
from reliability.queries.gates import read_gate
from reliability.settings import load_settings
from reliability.warehouse import open_store
from reliability.warehouse.workspace import known_until


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
        except ReliabilityError as error:
            found.append(str(error))
    try:
        load_settings(data_dir)
        store = open_store(data_dir)
    except ReliabilityError as error:
        return [*found, str(error)]
    for file in store.run("lists/file_accounting"):
        if file["problem"]:
            found.append(file_problem(file))
        elif file["set_aside"]:
            found.append(
                f"exports/{file['file']}: {file['set_aside']} of {file['rows_read']} rows set aside. "
                "The Data page lists each with its line and reason."
            )
    try:
        known_until(store)
    except ReliabilityError as error:
        found.append(str(error))
    return found


@cli.command("check")
@common
def check(data_dir: Path, as_json: bool) -> int:
    """Say what is wrong with settings, exports and queries; exit 1 if anything is."""
    found = problems(data_dir)
    if as_json:
        emit_json({"problems": found})
    else:
        for line in found:
            click.echo(line)
        if not found:
            click.echo("no problems found")
    return 1 if found else 0
