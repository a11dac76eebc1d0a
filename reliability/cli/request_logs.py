"""`request-logs`: write request logs of any size, to try roll-ups on."""

import sys
from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json


@cli.command("request-logs")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The folder to write; empty or new."
)
@click.option("--rows", type=click.IntRange(min=1), required=True, help="How many requests.")
@click.option("--files", "files_count", type=click.IntRange(min=1), default=24, show_default=True)
@click.option("--days", type=click.FloatRange(min=0, min_open=True), default=1.0, show_default=True)
@click.option(
    "--format", "kind", default="parquet", show_default=True, help="parquet, csv, csv.gz, jsonl, jsonl.gz"
)
@click.option("--dirty", is_flag=True, help="Late, doubled and torn rows, wrong clocks, unknown endpoints.")
@click.option("--zone", default="", help="Write local times of this zone, without an offset (text formats).")
@click.option("--seed", type=int, default=7, show_default=True, help="Same seed, same rows.")
@common
def request_logs(
    data_dir: Path,
    as_json: bool,
    out: Path,
    rows: int,
    files_count: int,
    days: float,
    kind: str,
    dirty: bool,
    zone: str,
    seed: int,
) -> int:
    """Write request logs of any size, clean or dirty."""
    from reliability.sample.request_logs import write_request_logs

    with click.progressbar(
        length=100, label="Writing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        written = write_request_logs(
            out, rows, files_count=files_count, days=days, kind=kind, dirty=dirty, zone=zone, seed=seed,
            progress=lambda _what, share: bar.update(int(share * 100) - bar.pos),
        )  # fmt: skip
    if as_json:
        emit_json({"out": out, "files": [{"file": p.name, "bytes": p.stat().st_size} for p in written]})
    else:
        click.echo(f"{len(written)} files in {out}")
    return 0
