"""Reading the figures of a published PDF back from the text on its pages, also after somebody edited it.

Text in a PDF has no ids. What the file said when it was made, in order, is attached to it; the pages are read beside
that list, and where they say something else, the text up to the next place where both agree is what they show.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from reliability.errors import ReliabilityError
from reliability.publish.pdf import ATTACHED, DRAWN, REVIEW_ID, SAID
from reliability.publish.reading import Published, not_published, unreadable

# So many characters, all alike on both sides, are no chance.
_SURE = 12
_FOOT = r"Page{0}of{1}"


def read_pdf(path: Path) -> Published:
    """Read a published PDF. Raises ReliabilityError for one that is none, or lost the list of its figures."""
    try:
        reader = PdfReader(path)
        pages = [_bare(page.extract_text()) for page in reader.pages]
        attached = reader.attachments.get(ATTACHED, [])
        listed = json.loads(attached[0]) if attached else None
    except OSError as error:
        raise unreadable(path, error) from error
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise not_published(path) from error
    if listed is None:
        remedy = "Name the file as `publish` made it: some programs that save a PDF drop what is attached."
        raise ReliabilityError(f"has no {ATTACHED} attached, by which figures are found", str(path), remedy)
    try:
        review_id, said = str(listed[REVIEW_ID]), [(str(name), str(text)) for name, text in listed[SAID]]
        drawn = [_bare(str(text)) for text in listed[DRAWN]]
    except (KeyError, TypeError, ValueError) as error:
        raise not_published(path) from error
    return _published(review_id, said, [_without(drawn, page) for page in pages])


def _published(review_id: str, said: Sequence[tuple[str, str]], pages: Sequence[str]) -> Published:
    stamp = next((_bare(text) for _, text in said if f"review {review_id}" in text), "")
    bodies = [_without_foot(page, stamp, n + 1, len(pages)) for n, page in enumerate(pages)]
    text, ends = "".join(bodies), [0]
    for body in bodies:
        ends.append(ends[-1] + len(body))
    found = Published(review_id)
    at = 0
    for place, (name, wanted) in enumerate(said):
        bare = _bare(wanted)
        if text.startswith(bare, at):
            shown, start = wanted, at
            at += len(bare)
        else:
            start = at
            at = _again(said[place + 1 :], text, at)
            shown = text[start:at]
        if name:
            found.figures.append((name, shown))
            found.places[name] = f"page {max(1, sum(end <= start for end in ends))}"
    return found


def _without(drawn: Sequence[str], page: str) -> str:
    for words in drawn:
        page = page.replace(words, "", 1)
    return page


def _without_foot(page: str, stamp: str, number: int, of: int) -> str:
    """Take the running foot off a page's text: the stamp once, and the page's number."""
    foot = _FOOT.format(number, of)
    before, found, after = page.rpartition(stamp) if stamp else ("", "", page)
    if found and (after.startswith(foot) or number > 1 or stamp in before):
        page = before + after
    before, found, after = page.rpartition(foot)
    return before + after if found else page


def _again(following: Sequence[tuple[str, str]], text: str, at: int) -> int:
    """Return where the pages and the list agree again; the same place for a text that is missing altogether."""
    ahead = ""
    for _, wanted in following:
        ahead += _bare(wanted)
        if len(ahead) >= _SURE:
            break
    place = text.find(ahead, at) if ahead else len(text)
    return place if place >= 0 else at


def _bare(text: str) -> str:
    """Lines break anywhere on paper: only what is written counts."""
    return re.sub(r"\s+", "", text)
