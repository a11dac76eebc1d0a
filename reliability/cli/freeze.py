"""`freeze` and `thaw`: keep a quarter's review as it is presented; get back what it was made from."""

from pathlib import Path

import click

from reliability.cli.figures import instant
from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, opened, user_name
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.model import Filters
from reliability.review.compose import compose
from reliability.review.documents import check_filters, period_for
from reliability.review.frozen import find
from reliability.review.frozen import freeze as keep
from reliability.review.frozen import thaw as write_folder


@cli.command("freeze")
@click.option("--quarter", help="A quarter, for example 2025-Q3 [default: that of the newest data].")
@click.option("--note", default="", help="What whoever opens it later should know.")
@click.option("--who", help="Who freezes it [default: your user name].")
@click.option("--as-of", "as_of", help="Look from this instant (ISO 8601) instead of the newest data.")
@click.option("--service", "services", multiple=True, help="Only this service (repeatable).")
@click.option("--team", "teams", multiple=True, help="Only this team (repeatable).")
@common
def freeze(
    data_dir: Path,
    as_json: bool,
    quarter: str | None,
    note: str,
    who: str | None,
    as_of: str | None,
    services: tuple[str, ...],
    teams: tuple[str, ...],
) -> int:
    """Keep a quarter as presented: the review, its queries and settings, the contents of the exports."""
    name = who or user_name()
    if not name:
        raise ReliabilityError("your name is not known", "--who", "Give it.")
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    filters = Filters(services=services, teams=teams)
    check_filters(workspace, filters)
    period = period_for(workspace, quarter)
    review = compose(workspace.store, workspace.settings, period.id, filters=filters, as_of=workspace.as_of)
    kept = keep(workspace, review, name, note)
    if as_json:
        emit_json({"quarter": kept.quarter, "review_id": kept.id, "frozen_at": kept.frozen_at, "by": kept.by})
    else:
        click.echo(f"frozen as {kept.id}; it opens at /?review={kept.id}")
    return 0


@cli.command("thaw")
@click.argument("review_id", metavar="ID")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="A new folder.")
@common
def thaw(data_dir: Path, as_json: bool, review_id: str, to: Path) -> int:
    """Write the data folder that a frozen review was made from, to build it again."""
    frozen = find(Journal(data_dir), review_id)
    write_folder(frozen, data_dir, to)
    if as_json:
        emit_json({"review_id": frozen.id, "data": to, "files": [kept.file for kept in frozen.files]})
    else:
        click.echo(f"{frozen.id} is written to {to}; build it with `python -m reliability build --data {to}`")
    return 0
