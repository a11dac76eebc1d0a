"""`rollup`: raw logs to an export, on DuckDB or Spark."""

import sys
from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, writer_name
from reliability.errors import RollupError
from reliability.formatting import plural
from reliability.journal import Journal
from reliability.rollups import BATCH_MB, NAMES, RollupReport, export_path, roll_up, rollup, state_folder
from reliability.rollups.configured import source_of
from reliability.rollups.engines import ENGINES, engine_named
from reliability.rollups.plain_text import text_for
from reliability.rollups.text import DIALECTS
from reliability.settings import load_settings

KIND = "export"


@cli.command("rollup")
@click.argument("name", type=click.Choice(NAMES))
@click.option(
    "--from", "source", help="The raw log: a file, folder, glob or URI [default: that of review.toml]."
)
@click.option(
    "--to", "to", type=click.Path(path_type=Path), help="The export to write: .csv, .csv.gz or .parquet."
)
@click.option(
    "--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="What reads the log."
)
@click.option(
    "--master", default="local[*]", show_default=True, help="Of Spark, for example spark://host:7077."
)
@click.option(
    "--memory", default="1GB", show_default=True, help="Memory for DuckDB; the rest is spilled to disk."
)
@click.option(
    "--batch-mb",
    type=click.FloatRange(min=0, min_open=True),
    default=BATCH_MB,
    show_default=True,
    help="How much is read between two commits.",
)
@click.option("--sql", "dialect", type=click.Choice(DIALECTS), help="Only print the statement in a dialect.")
@common
def rollup_command(
    data_dir: Path,
    as_json: bool,
    name: str,
    source: str | None,
    to: Path | None,
    engine: str,
    master: str,
    memory: str,
    batch_mb: float,
    dialect: str | None,
) -> int:
    """Turn raw logs into an export: requests to availability, events to alerts or tickets.

    Reads what is new since the last run; killed and repeated, it counts nothing twice.
    """
    settings = load_settings(data_dir)
    asked = rollup(name, settings.rollups)
    if dialect:
        click.echo(text_for(asked, dialect))
        return 0
    to = to or (export_path(data_dir, name) if not source and asked.log.source else None)
    source = source or source_of(data_dir, asked)
    if not source:
        remedy = f"Give --from, or set it in review.toml, [rollups.{name}] from."
        raise RollupError("no log is named", "rollup", remedy)
    if to is None:
        raise RollupError("no export is named", "rollup", "Give --to FILE.")
    if not to.name.lower().endswith((".csv", ".csv.gz", ".csv.zst", ".parquet")):
        raise RollupError("it is not an export format", str(to), "End its name in .csv, .csv.gz or .parquet.")
    quiet = not sys.stderr.isatty()
    with click.progressbar(length=100, label="Rolling up", file=sys.stderr, hidden=quiet) as bar:
        report = roll_up(
            asked,
            source,
            to,
            state_folder(data_dir, name, to),
            engine_named(engine, memory=memory, master=master),
            batch_mb=batch_mb,
            progress=lambda _what, share: bar.update(int(share * 100) - bar.pos),
            changing=lambda: _write_down(data_dir, name, to),
        )
    _warn(report)
    if as_json:
        emit_json(report)
    else:
        _print(report)
    return 0


def _write_down(data_dir: Path, name: str, to: Path) -> None:
    """Let the journal have who changes an export; a log's place may be a secret, so it is not named."""
    if data_dir.is_dir():
        Journal(data_dir).append(KIND, to.name, {"action": "rolled up", "rollup": name}, writer_name())


def _warn(report: RollupReport) -> None:
    if report.not_compared:
        click.echo(
            f"warning: {plural(report.not_compared, 'file')} could not be searched for duplicate rows: gone.",
            err=True,
        )
    if report.settings_outdated:
        click.echo(
            f"warning: {plural(report.settings_outdated, 'file')} were read under other settings and are gone; "
            "their counts stay as they were read.",
            err=True,
        )


def _print(report: RollupReport) -> None:
    rows = [("rows read", f"{report.rows_read}", f"{report.total_rows_read}")]
    rows.append(("counted", f"{report.counted}", f"{report.total_counted}"))
    rows += [
        (f"left out: {reason}", f"{report.left_out.get(reason, 0)}", f"{count}")
        for reason, count in report.total_left_out.items()
    ]
    emit_table(("", "this run", "in all"), rows)
    click.echo(f"{plural(report.rows_written, 'row')} in {report.to}, by {report.engine}")
