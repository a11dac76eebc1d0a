"""Any published file: its suffix says which kind it is, how it is made and how it is read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reliability.publish.audience import AUDIENCES, narrowed
from reliability.publish.csv_file import csv_file, read_csv
from reliability.publish.deck import deck
from reliability.publish.deck_reading import read_deck
from reliability.publish.page import page
from reliability.publish.pdf import pdf, weasyprint
from reliability.publish.powerpoint import opened_template
from reliability.publish.reading import Published, read_published
from reliability.publish.workbook import workbook
from reliability.publish.workbook_reading import read_workbook
from reliability.review.frozen import Frozen
from reliability.settings import load_settings


def _read_pdf(path: Path) -> Published:
    # What reads a PDF is loaded by who reads one: nothing that is published needs it.
    from reliability.publish.pdf_reading import read_pdf

    return read_pdf(path)


_READERS: dict[str, Callable[[Path], Published]] = {
    ".xlsx": read_workbook,
    ".csv": read_csv,
    ".pdf": _read_pdf,
    ".pptx": read_deck,
}


def deck_of(frozen: Frozen, data_dir: Path) -> bytes:
    """Return a frozen review as slides, in the organisation's own look where its settings name one."""
    return deck(frozen, _template(data_dir))


def _template(data_dir: Path) -> Path | None:
    named = load_settings(data_dir).publish.template
    return data_dir / named if named else None


def _nothing(_frozen: Frozen, _data_dir: Path) -> None:
    """A kind that needs the frozen review alone can always be made."""


@dataclass(frozen=True)
class Kind:
    """One kind of published file. make: from a frozen review and its data folder. mime: its media type.

    title: its name for people. check: raises the ReliabilityError that can be known before it is made.
    """

    make: Callable[[Frozen, Path], str | bytes]
    mime: str
    title: str
    check: Callable[[Frozen, Path], object] = _nothing

    def make_in(self, data_dir: Path) -> Callable[[Frozen], str | bytes]:
        """Return what makes it of a frozen review of one data folder."""
        return lambda frozen: self.make(frozen, data_dir)


KINDS: dict[str, Kind] = {
    ".html": Kind(lambda frozen, _: page(frozen), "text/html", "HTML page"),
    ".xlsx": Kind(
        workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Workbook",
        lambda frozen, data_dir: frozen.rows(data_dir),
    ),
    ".csv": Kind(lambda frozen, _: csv_file(frozen), "text/csv", "CSV of all figures"),
    ".pptx": Kind(
        deck_of,
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "Slides",
        lambda _, data_dir: opened_template(_template(data_dir)),
    ),
    ".pdf": Kind(lambda frozen, _: pdf(frozen), "application/pdf", "PDF", lambda *_: weasyprint()),
}
"""Suffix -> kind, of every kind there is: what is sent is chosen from these."""


def files_for(audience: str, data_dir: Path) -> list[tuple[str, Callable[[Frozen], str | bytes]]]:
    """Return the suffix of each file that an audience is sent, with what makes it of a frozen review."""

    def making(suffix: str) -> Callable[[Frozen], str | bytes]:
        return lambda frozen: KINDS[suffix].make(narrowed(frozen, audience, suffix), data_dir)

    return [(suffix, making(suffix)) for suffix in AUDIENCES[audience].kinds if suffix in KINDS]


def read_any(path: Path) -> Published:
    """Read a published file. Raises ReliabilityError for one that is none, or carries no figure."""
    return _READERS.get(path.suffix.lower(), read_published)(path)
