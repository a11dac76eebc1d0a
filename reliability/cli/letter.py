"""`letter`: what a quarter was for one account, as a file to send."""

from hashlib import sha256
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
@click.argument("account", required=False)
@click.option("--account", "named", metavar="ID", help="The same as ACCOUNT.")
@click.option("--quarter", help="A quarter, for example 2025-Q3 [default: the newest].")
@click.option(
    "--html", "html_to", type=_PATH, metavar="FILE.html", help="One HTML file that needs no network."
)
@click.option("--pdf", "pdf_to", type=_PATH, metavar="FILE.pdf", help="That page on A4.")
@click.option(
    "--out", "out_to", type=_PATH, metavar="FILE", help="The same as --html or --pdf, by its ending."
)
@common
def write_letter(
    data_dir: Path,
    as_json: bool,
    account: str | None,
    named: str | None,
    quarter: str | None,
    html_to: Path | None,
    pdf_to: Path | None,
    out_to: Path | None,
) -> int:
    """Write the letter to an account: what hit it, for how long, what ended it, what is promised."""
    account = _only_one(account, named)
    if out_to is not None:
        html_to, pdf_to = _by_ending(out_to, html_to, pdf_to)
    if html_to is None and pdf_to is None:
        raise ReliabilityError("nothing is to be made", "letter", "Name a file: --html FILE or --pdf FILE.")
    found = letter(opened(data_dir), account, quarter)
    # All are made before the first is written: what cannot be made leaves nothing behind.
    made: list[tuple[Path, bytes]] = []
    if html_to is not None:
        made.append((html_to, letter_page(found).encode()))
    if pdf_to is not None:
        made.append((pdf_to, letter_pdf(found)))
    write_whole(made)
    if as_json:
        files = [{"file": to, "sha256": sha256(content).hexdigest()} for to, content in made]
        emit_json({"account": account, "letter": found, "files": files})
    else:
        click.echo(f"the letter to {account} is written to {', '.join(str(to) for to, _ in made)}")
    return 0


def _only_one(account: str | None, named: str | None) -> str:
    """Return the account that is asked for. Raises UsageError for none, and for two."""
    given = {one for one in (account, named) if one}
    if len(given) != 1:
        raise click.UsageError("Name one account: ACCOUNT or --account ID.")
    return given.pop()


def _by_ending(out: Path, html_to: Path | None, pdf_to: Path | None) -> tuple[Path | None, Path | None]:
    """Return where HTML and PDF go. Raises UsageError for another ending, and for a second file of one kind."""
    ending = out.suffix.lower()
    if ending not in (".html", ".pdf"):
        raise click.UsageError("--out takes a file that ends in .html or .pdf.")
    if (html_to if ending == ".html" else pdf_to) is not None:
        raise click.UsageError(f"--out and --{ending[1:]} name the same kind of file: choose one.")
    return (out, pdf_to) if ending == ".html" else (html_to, out)
