"""`publish` and `verify`: a frozen review as a file, and whether a file still says what was frozen."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened, user_name
from reliability.deliver import Outcome, deliver, send_again
from reliability.errors import ReliabilityError
from reliability.formatting import plain
from reliability.journal import Journal
from reliability.publish.any_file import KINDS, deck_of, files_for, read_any
from reliability.publish.audience import AUDIENCES
from reliability.publish.csv_file import csv_file
from reliability.publish.page import page
from reliability.publish.pdf import pdf
from reliability.publish.verify import verify
from reliability.publish.workbook import workbook
from reliability.publish.writing import write_whole
from reliability.review.compose import compose_whole
from reliability.review.frozen import Frozen, frozen_review, newest_of

_PATH = click.Path(path_type=Path)
_FORMATS = tuple(suffix[1:] for suffix in KINDS)
_REVIEW = "{review}"  # in the name of a file: the id of a review that is frozen only now


@cli.command("publish")
@click.argument("review_id", metavar="[ID]", required=False)
@click.option(
    "--if-changed", is_flag=True, help="Freeze and publish today's review if it says something new."
)
@click.option("--review", "named", metavar="ID", help="The same as ID.")
@click.option(
    "--quarter",
    help="The newest frozen review of a quarter; with --if-changed: of which quarter [default: the newest].",
)
@click.option("--mail", is_flag=True, help="Send it, as [deliver] of review.toml says.")
@click.option(
    "--audience",
    type=click.Choice(list(map(str, AUDIENCES))),
    help="Write what this audience is sent, as files in --out; with --mail send it, and write it where --out is given.",
)
@click.option("--html", is_flag=True, help="One HTML file that needs no network.")
@click.option(
    "--out",
    "out_to",
    type=_PATH,
    help="The folder of --html, --formats, --audience [default: this one].",
)
@click.option(
    "--formats", default="", metavar="pptx,html,...", help=f"Files in --out: {', '.join(_FORMATS)}."
)
@click.option(
    "--workbook", "workbook_to", type=_PATH, metavar="FILE.xlsx", help="Figures, rows, definitions."
)
@click.option("--pdf", "pdf_to", type=_PATH, metavar="FILE.pdf", help="That page on A4.")
@click.option("--deck", "deck_to", type=_PATH, metavar="FILE.pptx", help="Slides whose charts can be edited.")
@click.option("--csv", "csv_to", type=_PATH, metavar="FILE.csv", help="All figures, a row each.")
@common
def publish_review(
    data_dir: Path,
    as_json: bool,
    review_id: str | None,
    named: str | None,
    if_changed: bool,
    quarter: str | None,
    mail: bool,
    audience: str | None,
    html: bool,
    out_to: Path | None,
    formats: str,
    workbook_to: Path | None,
    deck_to: Path | None,
    csv_to: Path | None,
    pdf_to: Path | None,
) -> int:
    """Write a frozen review to files, and send it."""
    review_id = _asked_for(review_id, named, quarter, if_changed, data_dir)
    out = out_to or Path(".")
    asked: list[tuple[Path | None, str, Callable[[Frozen], str | bytes]]] = [
        (out / f"review-{review_id or _REVIEW}.html" if html else None, ".html", page),
        (workbook_to, ".xlsx", lambda frozen: workbook(frozen, data_dir)),
        (deck_to, ".pptx", lambda frozen: deck_of(frozen, data_dir)),
        (csv_to, ".csv", csv_file),
        (pdf_to, ".pdf", pdf),
    ]
    wanted = [(to, make) for to, suffix, make in asked if to is not None and _named_so(to, suffix)]
    wanted += [
        (out / f"review-{review_id or _REVIEW}{suffix}", KINDS[suffix].make_in(data_dir))
        for suffix in _suffixes(formats)
    ]
    if audience and (out_to or not mail):
        stem = f"review-{review_id or _REVIEW}-{audience}"
        wanted += [(out / f"{stem}{suffix}", make) for suffix, make in files_for(audience, data_dir)]
    if not wanted and not mail:
        remedy = "Choose what to write: --formats, --html, --deck, --pdf, --workbook, --csv or --audience, or --mail."
        raise ReliabilityError("nothing is to be made", "publish", remedy)
    files: list[dict[str, Any]] = []

    def write(found: Frozen) -> None:
        # All are made before the first is written: what cannot be made leaves nothing behind.
        made = [
            (to.with_name(to.name.replace(_REVIEW, found.id)), _bytes(make(found))) for to, make in wanted
        ]
        write_whole(made)
        files.extend({"file": to, "sha256": sha256(content).hexdigest()} for to, content in made)

    if if_changed or review_id is None:
        now, writing = datetime.now(UTC), write if wanted else None
        done = deliver(opened(data_dir), _name(), now, quarter, mail, writing, audience or "")
        return _delivered(done, files, as_json)
    found = frozen_review(Journal(data_dir), review_id)
    write(found)
    if mail:
        done = send_again(opened(data_dir), review_id, _name(), datetime.now(UTC), audience or "")
        return _delivered(done, files, as_json)
    if as_json:
        emit_json({"review_id": found.id, "files": files, "changed": True})
    else:
        click.echo(f"{found.id} is published as {', '.join(str(one['file']) for one in files)}")
    return 0


def _asked_for(
    review_id: str | None, named: str | None, quarter: str | None, if_changed: bool, data_dir: Path
) -> str | None:
    """Return the frozen review that is asked for; None where one is frozen only now, if something changed."""
    given = [one for one in (review_id, named) if one]
    if if_changed:
        if given:
            raise click.UsageError("--if-changed freezes today's review: name no other.")
        return None
    if len(given) + bool(quarter) != 1:
        raise click.UsageError("Name a frozen review, or a quarter, or choose --if-changed.")
    return given[0] if given else newest_of(Journal(data_dir), quarter or "").id


def _suffixes(formats: str) -> list[str]:
    names = [name.strip().lower().removeprefix(".") for name in formats.split(",") if name.strip()]
    for name in names:
        if name not in _FORMATS:
            raise click.UsageError(f"nothing is published as '{name}': {', '.join(_FORMATS)}.")
    return [f".{name}" for name in dict.fromkeys(names)]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _name() -> str:
    name = user_name()
    if not name:
        raise ReliabilityError("your name is not known", "publish", "Set USER in the environment.")
    return name


def _delivered(done: Outcome, files: list[dict[str, Any]], as_json: bool) -> int:
    """Say what was sent, and return the exit code: 1 where the mail server refused some of the addresses."""
    for address, words in done.refused.items():
        click.echo(f"warning: {address} was refused; the others received it: {words}", err=True)
    if done.twice:
        click.echo("warning: a message tried before may arrive twice, with one Message-ID", err=True)
    if as_json:
        emit_json({"changed": bool(done.sent), "files": files, **vars(done)})
    elif not done.sent:
        last = next(filter(None, done.since.values()), "")
        click.echo(f"nothing changed since {last}; nothing was sent" if last else "nothing was sent")
    else:
        why = dict.fromkeys(reason for said in done.sent.values() for reason in said)
        click.echo(plain(f"{done.review_id} went out ({', '.join(done.sent)}): {' '.join(why)}"))
        for file in files:
            click.echo(f"written: {file['file']}")
    return 1 if done.refused else 0


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
