"""Reading the figures of a published file back, also after somebody edited and saved it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.publish.page import FIGURE, REVIEW

_EMPTY = frozenset(("br", "hr", "img", "input", "link", "meta", "wbr"))


@dataclass
class Published:
    """review_id: which frozen review the file was made from. figures: (id, text as the file shows it).

    places: id -> where in the file a figure stands ("Figures!D12"), for files that have words for it.
    """

    review_id: str = ""
    figures: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


def read_published(path: Path) -> Published:
    """Read a published HTML file. Raises ReliabilityError for a file that is none, or carries no figure."""
    reader = _Reader()
    reader.feed(text_of(path, "utf-8"))
    reader.close()
    if not reader.found.review_id or not reader.found.figures:
        raise not_published(path)
    return reader.found


def text_of(path: Path, encoding: str) -> str:
    """Return what a text file says. Raises ReliabilityError for one that cannot be read, or is no text."""
    try:
        return path.read_text(encoding=encoding)
    except UnicodeDecodeError as error:
        raise not_published(path) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ReliabilityError:
    """Return the error for a file that cannot be opened."""
    return ReliabilityError(f"cannot be read: {error.strerror or error}", str(path), "Name another file.")


def not_published(path: Path) -> ReliabilityError:
    """Return the error for a file that carries no figure."""
    remedy = "Name a file that `publish` made."
    return ReliabilityError("is not a published review", str(path), remedy)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Published()
        self._name = ""
        self._depth = 0
        self._texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "html":
            self.found.review_id = values.get(REVIEW) or ""
        if self._name:
            self._depth += tag not in _EMPTY
        elif name := values.get(FIGURE):
            self._name, self._depth, self._texts = name, 1, []

    def handle_endtag(self, tag: str) -> None:
        if self._name and tag not in _EMPTY:
            self._depth -= 1
            if not self._depth:
                self.found.figures.append((self._name, "".join(self._texts)))
                self._name = ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self._texts.append(data)
