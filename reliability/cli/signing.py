"""`sign`: keep what a promise means in the journal, once."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, opened, user_name
from reliability.errors import ReliabilityError
from reliability.scrutiny.signing import promise_named, sign


@cli.command("sign")
@click.argument("promise_id", metavar="ID")
@click.option("--who", help="Who signs it [default: your user name].")
@common
def sign_promise(data_dir: Path, as_json: bool, promise_id: str, who: str | None) -> int:
    """Sign a promise of review.toml: what is changed in it later is shown, with both verdicts."""
    name = who or user_name()
    if not name:
        raise ReliabilityError("your name is not known", "--who", "Give it.")
    workspace = opened(data_dir)
    entry = sign(workspace, promise_named(workspace, promise_id), name)
    if as_json:
        emit_json({"id": promise_id, "at": entry.at, "by": entry.who, "signed": entry.body})
    else:
        click.echo(f"{promise_id} is signed by {entry.who}; what is changed in it from now on is shown")
    return 0
