"""A frozen review on paper: the published page as PDF, with a list of its figures attached to check them by."""

import json
from html.parser import HTMLParser
from typing import Any

from reliability.errors import ReliabilityError
from reliability.publish.page import FIGURE, page_for_paper
from reliability.review.frozen import Frozen

ATTACHED = "figures.json"
REVIEW_ID, SAID, DRAWN = "review_id", "said", "drawn"
SYSTEM = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
"""Debian's packages that WeasyPrint loads, and a font: `docs/deploy.md` and the Dockerfile install them."""


def pdf(frozen: Frozen) -> bytes:
    """Return the review as PDF. Raises ReliabilityError where the system's libraries for it are missing."""
    text = page_for_paper(frozen)
    said = Said(text)
    listed = {REVIEW_ID: frozen.id, SAID: said.found, DRAWN: said.drawn}
    attached = json.dumps(listed, ensure_ascii=False)
    return pdf_of(text, attached)


def pdf_of(text: str, attached: str = "") -> bytes:
    """Return a page made for paper as PDF. attached: the list of its figures. Raises ReliabilityError without Pango."""
    printing = weasyprint()
    attachments = (
        [
            printing.Attachment(
                string=attached, name=ATTACHED, description="What each figure of this file is, for `verify`"
            )
        ]
        if attached
        else []
    )
    made: bytes = printing.HTML(string=text, url_fetcher=_nothing_else).write_pdf(attachments=attachments)
    return made


def weasyprint() -> Any:
    """Return the library that makes PDF. Raises ReliabilityError where it, or the system's it needs, is missing."""
    # Loaded when a PDF is asked for: it opens Pango and HarfBuzz, which everything else does without.
    try:
        import weasyprint as found
    except (ImportError, OSError) as error:
        missing = str(error).splitlines()[0] if str(error) else type(error).__name__
        remedy = (
            f"Install Pango (Debian: apt-get install {SYSTEM}), or publish --html and print it in a browser."
        )
        raise ReliabilityError(f"cannot be made: {missing}", "the PDF", remedy) from error
    return found


def _nothing_else(address: str, *_: object, **__: object) -> dict[str, Any]:
    raise ValueError(f"a published page needs no other file: {address}")


class Said(HTMLParser):
    """What a page writes on paper. found: in order, the figure's id, "" for a text that is none, and the text.

    drawn: the words of each chart, which are not in the page's order: drawings come last on a sheet.
    """

    _UNSEEN = ("title", "style")

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.drawn: list[str] = []
        self._figure = ""
        self._unseen = self._drawing = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen = tag in self._UNSEEN
        # On a page made here, a figure's element holds text alone.
        self._figure = dict(attrs).get(FIGURE) or ""
        if tag == "svg":
            self._drawing = True
            self.drawn.append("")

    def handle_endtag(self, tag: str) -> None:
        self._unseen, self._figure = False, ""
        self._drawing = self._drawing and tag != "svg"

    def handle_data(self, data: str) -> None:
        if not data.strip() or self._unseen:
            return
        if self._drawing:
            self.drawn[-1] += data
        else:
            self.found.append((self._figure, data))
