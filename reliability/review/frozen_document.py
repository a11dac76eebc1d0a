"""A review as JSON with a version, and back: a frozen one opens in every later version of this program."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from reliability.errors import ReliabilityError
from reliability.model import Review
from reliability.serialise import plain

if TYPE_CHECKING:
    from cattrs import Converter

VERSION = 2
"""Raise it when a field of `Review`, or of what it holds, is renamed, removed or means something else, and say in
`_UPGRADES` what becomes of older documents. New fields need a default, and no new version."""


def _with_short_words(review: dict[str, Any]) -> dict[str, Any]:
    """Cards of version 1 had no short words: they showed their goal, their evidence and a badge, "provisional"."""
    return {**review, "cards": [_card_with_short_words(card) for card in review["cards"]]}


def _card_with_short_words(card: dict[str, Any]) -> dict[str, Any]:
    verdict = dict(card["verdict"] or {})
    evidence = card["evidence"] or verdict.get("evidence", "")
    if verdict.pop("provisional", False):
        verdict["word"] = f"{verdict['word']}, provisional"
    # Beside a figure that is judged stood the whole goal, and below its word the whole evidence.
    words = {"beside": card["goal"], "clause": evidence} if card["judged"] else {"evidence": evidence}
    return {**card, **words, "verdict": verdict or None}


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _with_short_words}
"""Version -> what makes the document of the next one out of it."""


def document(review: Review) -> dict[str, Any]:
    """Return a review as plain JSON values."""
    written: dict[str, Any] = plain(review)
    return written


def review_of(version: int, written: Mapping[str, Any]) -> Review:
    """Return the review that was written in some version.

    Raises ReliabilityError for one of a newer program, and for a document that is none.
    """
    import cattrs  # a server shows the first page before anybody asks for one that was kept

    if version > VERSION:
        what = f"was frozen by a newer version of this program (document {version}, here {VERSION})"
        raise ReliabilityError(what, "frozen review", "Update this program.")
    read = dict(written)
    try:
        for step in range(version, VERSION):
            read = _UPGRADES[step](read)
        return _converter().structure(read, Review)
    except (cattrs.BaseValidationError, KeyError, TypeError, ValueError) as error:
        told = "; ".join(cattrs.transform_error(error))
        raise ReliabilityError(
            f"cannot be read: {told[:300]}", "frozen review", "Run `journal verify`."
        ) from error


@cache
def _converter() -> "Converter":
    import cattrs

    made = cattrs.Converter()
    made.register_structure_hook(datetime, lambda text, _type: datetime.fromisoformat(text))
    made.register_structure_hook(date, lambda text, _type: date.fromisoformat(text))
    made.register_structure_hook(dict, lambda row, _type: {name: _cell(name, row[name]) for name in row})
    return made


def _cell(name: str, value: Any) -> Any:
    """Rows of a list have no types of their own: their instants are known by their names."""
    return datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value
