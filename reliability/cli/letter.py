"""`letter`: what a quarter was for one account, as a file to send."""

from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, opened
from reliability.errors import ReliabilityError
from reliability.publish.letter_page import letter_page, letter_pdf
from reliability.publish.writing import write_whole
from reliability.review.letter import letter

_PATH = click.Path(path_type=Path)


@cli.command("letter")
@click.argument("account")
@click.option("--quarter", help="A quarter, for example 2025-Q3 [default: the newest].")
@click.option(
    "--html", "html_to", type=_PATH, metavar="FILE.html", help="One HTML file that needs no network."
)
@click.option("--pdf", "pdf_to", type=_PATH, metavar="FILE.pdf", help="That page on A4.")
@common
def write_letter(
    data_dir: Path,
    as_json: bool,
    account: str,
    quarter: str | None,
    html_to: Path | None,
    pdf_to: Path | None,
) -> int:
    """Write the letter to an account: what hit it, for how long, what ended it, what is promised."""
    if html_to is None and pdf_to is None:
        raise ReliabilityError("nothing is to be made", "letter", "Name a file: --html FILE or --pdf FILE.")
    found = letter(opened(data_dir), account, quarter)
    # All are made before the first is written: what cannot be made leaves nothing behind.
    made: list[tuple[Path, str | bytes]] = []
    if html_to is not None:
        made.append((html_to, letter_page(found)))
    if pdf_to is not None:
        made.append((pdf_to, letter_pdf(found)))
    write_whole(made)
    files = [to for to, _ in made]
    if as_json:
        emit_json({"account": account, "letter": found, "files": files})
    else:
        click.echo(f"the letter to {account} is written to {', '.join(map(str, files))}")
    return 0
