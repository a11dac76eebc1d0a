"""`restatements`: what differs today from a frozen review, and why."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened
from reliability.formatting import day, plain, plural
from reliability.journal import Journal
from reliability.restatements import ORDER, Ledger, restatements
from reliability.restatements.words import IN_ORDER, NO_FIGURE, because, name_of, said_of, told
from reliability.review.frozen import frozen_review, newest_of


@cli.command("restatements")
@click.argument("review_id", metavar="[ID]", required=False)
@click.option("--quarter", help="The newest frozen review of a quarter.")
@common
def list_restatements(data_dir: Path, as_json: bool, review_id: str | None, quarter: str | None) -> int:
    """What differs today from what a frozen review presented, split by cause."""
    if bool(review_id) == bool(quarter):
        raise click.UsageError("Name a frozen review, or a quarter.")
    journal = Journal(data_dir)
    frozen = frozen_review(journal, review_id) if review_id else newest_of(journal, quarter or "")
    found = restatements(opened(data_dir), frozen)
    if as_json:
        emit_json({**vars(found), "order": ORDER})
    elif not found.restated:
        click.echo(f"nothing of {frozen.id} was restated")
    else:
        _print(found)
    return 0


def _print(found: Ledger) -> None:
    figures = told(found)
    points = sum(one.figure.startswith("chart/") for one in found.restated)
    rows = [
        (name_of(one.figure), one.then or NO_FIGURE, one.now or NO_FIGURE, because(one)) for one in figures
    ]
    click.echo(f"{found.review_id}, frozen on {day(found.frozen_at)}, seen as of {day(found.as_of)}\n")
    if rows:
        emit_table(("figure", "presented", "now", "because"), [tuple(map(plain, row)) for row in rows])
    words = len(found.restated) - len(figures) - points
    said = plural(words, "sentence or cell of a list", "sentences and cells of lists")
    others = f"{said} and {plural(points, 'point of a chart', 'points of charts')}"
    click.echo(plain(f"also other than presented, in --json: {others}\n"))
    click.echo(f"{IN_ORDER}:")
    for cause in found.causes:
        click.echo(plain(said_of(cause)))
