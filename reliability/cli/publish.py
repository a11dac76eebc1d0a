"""`publish` and `verify`: a frozen review as a file, and whether a file still says what was frozen."""

from collections.abc import Callable
from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.publish.any_file import read_any
from reliability.publish.csv_file import csv_file
from reliability.publish.deck import deck
from reliability.publish.page import page
from reliability.publish.verify import verify
from reliability.publish.workbook import workbook
from reliability.publish.writing import write_whole
from reliability.review.compose import compose_whole
from reliability.review.frozen import Frozen, frozen_review
from reliability.settings import load_settings

_PATH = click.Path(path_type=Path)


@cli.command("publish")
@click.argument("review_id", metavar="ID")
@click.option("--html", is_flag=True, help="One HTML file that needs no network.")
@click.option("--out", type=_PATH, default=Path("."), help="The folder of --html [default: this one].")
@click.option(
    "--workbook", "workbook_to", type=_PATH, metavar="FILE.xlsx", help="Figures, rows, definitions."
)
@click.option("--deck", "deck_to", type=_PATH, metavar="FILE.pptx", help="Slides whose charts can be edited.")
@click.option("--csv", "csv_to", type=_PATH, metavar="FILE.csv", help="All figures, a row each.")
@common
def publish_review(
    data_dir: Path,
    as_json: bool,
    review_id: str,
    html: bool,
    out: Path,
    workbook_to: Path | None,
    deck_to: Path | None,
    csv_to: Path | None,
) -> int:
    """Write a frozen review to files that can be sent."""
    asked: list[tuple[Path | None, str, Callable[[Frozen], str | bytes]]] = [
        (out / f"review-{review_id}.html" if html else None, ".html", page),
        (workbook_to, ".xlsx", lambda frozen: workbook(frozen, data_dir)),
        (deck_to, ".pptx", lambda frozen: deck(frozen, _template(data_dir))),
        (csv_to, ".csv", csv_file),
    ]
    wanted = [(to, make) for to, suffix, make in asked if to is not None and _named_so(to, suffix)]
    if not wanted:
        raise ReliabilityError(
            "nothing is to be made", "publish", "Name what: --html, --deck, --workbook or --csv."
        )
    found = frozen_review(Journal(data_dir), review_id)
    # All are made before the first is written: what cannot be made leaves nothing behind.
    for to, content in [(to, make(found)) for to, make in wanted]:
        write_whole(content, to)
    files = [to for to, _ in wanted]
    if as_json:
        emit_json({"review_id": found.id, "files": files})
    else:
        click.echo(f"{found.id} is published as {', '.join(map(str, files))}")
    return 0


def _template(data_dir: Path) -> Path | None:
    named = load_settings(data_dir).publish.template
    return data_dir / named if named else None


def _named_so(to: Path, suffix: str) -> bool:
    """`verify` knows a file by its suffix."""
    if to.suffix.lower() != suffix:
        raise ReliabilityError(f"does not end in {suffix}", str(to), f"Name a file such as review{suffix}.")
    return True


@cli.command("verify")
@click.argument("file", type=_PATH)
@common
def verify_file(data_dir: Path, as_json: bool, file: Path) -> int:
    """Compare every figure of a published file with its frozen review (exit code 1) and with today's (listed)."""
    published = read_any(file)
    frozen = frozen_review(Journal(data_dir), published.review_id)
    presented = frozen.review
    workspace = opened(data_dir)
    today = compose_whole(workspace, presented.period.id, presented.comparison, presented.filters)
    found = verify(published, frozen, today, data_dir)
    wrong = [figure for figure in found if not figure.agrees]
    restated = [figure for figure in found if figure.restated]
    if as_json:
        where = published.places
        document = [
            {
                "id": f.id,
                "where": where.get(f.id, ""),
                "shown": f.shown,
                "then": f.then,
                "now": f.now,
                "agrees": f.agrees,
            }
            for f in found
            if not (f.of_row and f.agrees)
        ]
        emit_json({"review_id": published.review_id, "figures": document})
    else:
        where = published.places
        cells = sum(figure.of_row for figure in found)
        behind = f" and {cells} cells of the rows behind them" if cells else ""
        rows = [("differs", where.get(f.id, ""), f.id, f.shown, _said(f.then)) for f in wrong]
        rows += [("restated", where.get(f.id, ""), f.id, _said(f.then), _said(f.now)) for f in restated]
        if rows:
            emit_table(("", "where", "figure", "published", "frozen, or today's"), rows)
        click.echo(
            f"{len(found) - cells} figures{behind}: {len(wrong)} differ from {published.review_id}, "
            f"{len(restated)} restated since"
        )
    return 1 if wrong else 0


def _said(text: str | None) -> str:
    return "no such figure" if text is None else text or "nothing"
