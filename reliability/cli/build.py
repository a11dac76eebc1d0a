"""`build`: exports to a new warehouse version."""

import sys
from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, file_problem
from reliability.repeats.decisions import rows_of
from reliability.review.documents import build_document
from reliability.settings import load_settings
from reliability.warehouse import build as build_warehouse


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

        report = build_warehouse(
            data_dir, settings, progress=progress, force=force, decisions=lambda: rows_of(data_dir)
        )
    document = build_document(report)
    for file in document["files"]:
        if file["problem"]:
            click.echo(f"warning: {file_problem(file)}", err=True)
    if not document["files"]:
        click.echo(
            f"warning: {data_dir / 'exports'}: there is no export. Put export files there and build again.",
            err=True,
        )
    if as_json:
        emit_json(document)
        return 0
    columns = ("rows_read", "kept", "superseded", "excluded", "set_aside")
    emit_table(
        ("file", "read as", "rows", "kept", "superseded", "excluded", "set aside"),
        [
            (f["file"], f["format"] or "not recognised", *(f"{f[c]}" for c in columns))
            for f in document["files"]
        ],
    )
    until = f"data to {document['as_of']}" if document["as_of"] else "no readable date in it"
    click.echo(f"warehouse {document['data_version']}, {until}")
    return 0
