"""`freeze` and `thaw`: keep a quarter's review as it is presented; get back what it was made from."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened, user_name
from reliability.errors import ReliabilityError
from reliability.formatting import day
from reliability.journal import Journal
from reliability.model import Filters
from reliability.review.documents import check_filters
from reliability.review.frozen import Frozen, freeze, frozen_review, frozen_reviews
from reliability.review.thawing import thaw


@cli.command("freeze")
@click.option("--quarter", help="A quarter, for example 2025-Q3 [default: the newest].")
@click.option("--note", default="", help="For which meeting, or why.")
@click.option("--who", help="Who freezes it [default: your user name].")
@click.option("--service", "services", multiple=True, help="Only this service (repeatable).")
@click.option("--team", "teams", multiple=True, help="Only this team (repeatable).")
@click.option(
    "--list", "listing", is_flag=True, help="Show the frozen reviews instead; of one quarter with --quarter."
)
@common
def freeze_review(
    data_dir: Path,
    as_json: bool,
    quarter: str | None,
    note: str,
    who: str | None,
    services: tuple[str, ...],
    teams: tuple[str, ...],
    listing: bool,
) -> int:
    """Keep a quarter's review as it is presented: what it said, and all it was made from."""
    if listing:
        return _list(frozen_reviews(Journal(data_dir), quarter), as_json)
    name = who or user_name()
    if not name:
        raise ReliabilityError("your name is not known", "--who", "Give it.")
    workspace = opened(data_dir)
    filters = Filters(services=services, teams=teams)
    check_filters(workspace, filters)
    made = freeze(workspace, quarter, name, note, filters=filters)
    if as_json:
        emit_json(_document(made))
    else:
        click.echo(f"frozen as {made.id}; it opens at /?review={made.id}")
    return 0


def _list(found: list[Frozen], as_json: bool) -> int:
    if as_json:
        emit_json({"frozen": [_document(frozen) for frozen in found]})
    elif not found:
        click.echo("no review is frozen")
    else:
        rows = [(f.id, f.quarter, day(f.at, "UTC"), f.who, f.note) for f in found]
        emit_table(("review", "quarter", "frozen on", "by", "note"), rows)
    return 0


def _document(frozen: Frozen) -> dict[str, object]:
    return {
        "quarter": frozen.quarter,
        "review_id": frozen.id,
        "frozen_at": frozen.at,
        "by": frozen.who,
        "note": frozen.note,
        "as_of": frozen.as_of,
        "data_version": frozen.data_version,
        "made_by": frozen.made_by,
        "exports": frozen.exports,
    }


@cli.command("thaw")
@click.argument("review_id", metavar="ID")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="A new folder.")
@common
def thaw_review(data_dir: Path, as_json: bool, review_id: str, to: Path) -> int:
    """Write the data folder that a frozen review was made from, to build it again."""
    found = frozen_review(Journal(data_dir), review_id)
    thaw(found, data_dir, to)
    if as_json:
        emit_json({"review_id": found.id, "data": to, "files": list(found.exports)})
    else:
        click.echo(f"{found.id} is written to {to}; build it with `python -m reliability build --data {to}`")
    return 0
