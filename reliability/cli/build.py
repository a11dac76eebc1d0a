"""`build`: exports to a new warehouse version."""

import sys
from pathlib import Path
from typing import Any

import click

from reliability import formatting as fmt
from reliability.cli.main import BAD, cli, common
from reliability.cli.output import emit_json, emit_table, file_problem, writer_name
from reliability.repeats import prepare_large
from reliability.replicas import build as build_shared
from reliability.review.documents import build_document
from reliability.rollups import missing_logs
from reliability.settings import load_settings
from reliability.warehouse import open_store
from reliability.warehouse.doubts import all_doubts, left_out_lines, unread_lines
from reliability.warehouse.workspace import open_workspace


@cli.command("build")
@click.option("--force", is_flag=True, help="Build even when nothing changed.")
@common
def build(data_dir: Path, as_json: bool, force: bool) -> int:
    """Read the exports and publish a new warehouse version."""
    settings = load_settings(data_dir)
    quiet = not sys.stderr.isatty()
    with click.progressbar(range(100), label="Building", file=sys.stderr, hidden=quiet) as bar:
        done = 0.0

        def progress(_stage: str, share: float) -> None:
            nonlocal done
            step = max(0.0, min(share, 1.0) * 100 - done)
            done += step
            bar.update(int(done) - bar.pos)

        report = build_shared(data_dir, settings, progress=progress, force=force, who=writer_name())
    document = build_document(report)
    missing = [f"{log}: there is no log there" for log in missing_logs(data_dir, settings.rollups)]
    if document["as_of"]:
        prepare_large(open_workspace(data_dir))
    for file in document["files"]:
        if file["problem"]:
            click.echo(f"warning: {file_problem(file)}", err=True)
    usable = any(file["kept"] for file in document["files"])
    said, unread = _said_of_columns(data_dir, usable)
    for line in [*missing, *said] if usable else ():
        click.echo(f"warning: {line}", err=True)
    if as_json:
        emit_json(document)
        return 0 if usable else _unusable(document, data_dir)
    columns = ("rows_read", "kept", "superseded", "excluded", "set_aside")
    emit_table(
        ("file", "read as", "rows", "kept", "superseded", "excluded", "set aside"),
        [
            (f["file"], f["format"] or "not recognised", *(f"{f[c]}" for c in columns))
            for f in document["files"]
        ],
    )
    for line in unread:
        click.echo(line)
    until = f"data to {document['as_of']}" if document["as_of"] else "no readable date in it"
    click.echo(f"warehouse {document['data_version']}, {until}")
    return 0 if usable else _unusable(document, data_dir)


def _said_of_columns(data_dir: Path, usable: bool) -> tuple[list[str], list[str]]:
    """What may have been read wrongly; then what was not: columns, rows, and lengths of incidents. One line each."""
    store = open_store(data_dir)
    try:
        found = (
            all_doubts(store) if usable else [],
            [*unread_lines(store.run("lists/file_columns")), *left_out_lines(store)],
        )
        said, unread = ([f"exports/{file}: {said}" for file, said in lines] for lines in found)
        return said, unread
    finally:
        store.close()


def _unusable(document: dict[str, Any], data_dir: Path) -> int:
    """Say what to do when no row of any export counts."""
    unknown = [file["file"] for file in document["files"] if file["recognised"] is False]
    remedy = "Put export files there and build again."
    if unknown:
        remedy = (
            f"Start the app, open its Data page and map {fmt.listed(unknown)} there (or see docs/formats.md)."
        )
    elif document["files"]:
        remedy = "The Data page lists each row with its reason."
    what = "no export has a row that counts" if document["files"] else "there is no export"
    click.echo(f"error: {data_dir / 'exports'}: {what}. {remedy}", err=True)
    return BAD
