"""`journal`: what people wrote in the app, as CSV; verified, backed up and restored by one command each."""

from pathlib import Path

import click

from reliability.cli.main import BAD, cli, common
from reliability.cli.output import emit_json, writer_name
from reliability.errors import ReliabilityError
from reliability.formatting import listed, plain, plural
from reliability.journal import Journal
from reliability.journal.entries import to_csv


@cli.group("journal")
def journal() -> None:
    """What people wrote: decisions, waivers, confirmations. It only grows."""


def _of(data_dir: Path) -> Journal:
    if not data_dir.is_dir():
        raise ReliabilityError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    return Journal(data_dir)


@journal.command("backup")
@click.option(
    "--to", "to", type=click.Path(path_type=Path), required=True, help="A file, or a folder for a dated one."
)
@common
def backup(data_dir: Path, as_json: bool, to: Path) -> int:
    """Copy the journal as it is now; the app may go on writing."""
    made = _of(data_dir).backup(to)
    if as_json:
        emit_json({"backup": made})
    else:
        click.echo(f"backed up to {made}")
    return 0


@journal.command("restore")
@click.option(
    "--from", "source", type=click.Path(path_type=Path), required=True, help="A file that backup made."
)
@common
def restore(data_dir: Path, as_json: bool, source: Path) -> int:
    """Put a backup in the journal's place; what was there is kept beside it."""
    kept = _of(data_dir).restore(source, writer_name())
    if as_json:
        emit_json({"restored": source, "kept": kept})
    else:
        click.echo(f"restored from {source}" + (f"; what was there is kept in {kept}" if kept else ""))
    return 0


@journal.command("verify")
@click.option(
    "--includes", default="", metavar="DIGEST", help="A digest noted earlier that must still be in it."
)
@common
def verify(data_dir: Path, as_json: bool, includes: str) -> int:
    """Check that every entry is as it was written, and print the digest of the newest to note elsewhere."""
    found = _of(data_dir).verify(includes.strip().lower())
    if as_json:
        emit_json(found)
        return 0
    entries = plain(plural(found.entries, "entry", "entries"))
    click.echo(f"{entries}, each as it was written; newest digest {found.head}")
    if found.clock_set_back:
        numbers = listed([str(number) for number in found.clock_set_back])
        click.echo(f"note: the clock had been set back at entry {numbers}; the order is that of writing")
    return 0


@journal.command("csv")
@common
def as_csv(data_dir: Path, as_json: bool) -> int:
    """Print every entry that can be read, undone ones and undos too, oldest first; exit 2 when one cannot."""
    kept = _of(data_dir)
    entries, problems = kept.salvage()
    if as_json:
        emit_json({"entries": entries, "problems": problems})
    else:
        click.echo(to_csv(entries), nl=False)
    for problem in problems:
        click.echo(f"error: {kept.where}: {problem}", err=True)
    return BAD if problems else 0
