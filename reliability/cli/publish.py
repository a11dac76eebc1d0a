"""`publish` and `verify`: a frozen review as a file, and whether a file still says what was frozen."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.publish.page import page
from reliability.publish.reading import read_published
from reliability.publish.verify import verify
from reliability.publish.writing import write_whole
from reliability.review.compose import compose_whole
from reliability.review.frozen import frozen_review


@cli.command("publish")
@click.argument("review_id", metavar="ID")
@click.option("--html", is_flag=True, help="One HTML file that needs no network.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("."), help="The folder [default: this one]."
)
@common
def publish_review(data_dir: Path, as_json: bool, review_id: str, html: bool, out: Path) -> int:
    """Write a frozen review to a file that can be sent."""
    if not html:
        raise ReliabilityError("nothing is to be made", "publish", "Name what: --html.")
    found = frozen_review(Journal(data_dir), review_id)
    to = out / f"review-{found.id}.html"
    write_whole(page(found), to)
    if as_json:
        emit_json({"review_id": found.id, "files": [to]})
    else:
        click.echo(f"{found.id} is published as {to}")
    return 0


@cli.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@common
def verify_file(data_dir: Path, as_json: bool, file: Path) -> int:
    """Compare every figure of a published file with its frozen review (exit code 1) and with today's (listed)."""
    published = read_published(file)
    presented = frozen_review(Journal(data_dir), published.review_id).review
    workspace = opened(data_dir)
    today = compose_whole(workspace, presented.period.id, presented.comparison, presented.filters)
    found = verify(published, presented, today)
    wrong = [figure for figure in found if not figure.agrees]
    restated = [figure for figure in found if figure.restated]
    if as_json:
        document = [
            {"id": f.id, "shown": f.shown, "then": f.then, "now": f.now, "agrees": f.agrees} for f in found
        ]
        emit_json({"review_id": published.review_id, "figures": document})
    else:
        rows = [("differs", f.id, f.shown, f.then or "no such figure") for f in wrong]
        rows += [("restated", f.id, f.then or "no such figure", f.now or "no such figure") for f in restated]
        if rows:
            emit_table(("", "figure", "published", "frozen, or today's"), rows)
        click.echo(
            f"{len(found)} figures: {len(wrong)} differ from {published.review_id}, {len(restated)} restated since"
        )
    return 1 if wrong else 0
