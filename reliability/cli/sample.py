"""`sample`: write the sample organisation's exports at any size."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json
from reliability.errors import ReliabilityError


@cli.command("sample")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The folder to write; must be empty or new."
)
@click.option(
    "--scale",
    type=click.FloatRange(min=0.01),
    default=1.0,
    show_default=True,
    help="How many times the size.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="Same seed, same bytes.")
@common
def sample(data_dir: Path, as_json: bool, out: Path, scale: float, seed: int) -> int:
    """Write a fictional company's exports, in vendors' true formats."""
    from reliability.sample import write_sample

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ReliabilityError("the folder is not empty", str(out), "Name a new one with --out.")
    write_sample(out, scale=scale, seed=seed)
    files = sorted(p for p in out.rglob("*") if p.is_file())
    if as_json:
        emit_json(
            {"out": out, "files": [{"file": p.relative_to(out), "bytes": p.stat().st_size} for p in files]}
        )
    else:
        click.echo(f"{len(files)} files in {out}. Next: python -m reliability build --data {out}")
    return 0
