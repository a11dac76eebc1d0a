"""Spreadsheets: text from exports and visitors that must stay text when a downloaded CSV is opened in one."""

import re
import unicodedata

_SIGNS = frozenset("=+-@")
# Controls, marks that only change how others look, signs without a meaning yet, and blanks of any kind.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
# Letters and signs that look like nothing.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# Where one that expects another separator of columns than the comma begins a cell in the middle of a text.
_CUTS = re.compile(r"([;\t\r\n])")


def inert(text: str) -> str:
    """Return text as a cell of CSV; what a spreadsheet would run as a formula gets an apostrophe in front.

    Programs skip blanks and what cannot be seen before a formula, and some take full-width and small signs for the
    plain ones. Where the semicolon separates columns, "a;=1" is two cells, and quotes do not hold them together.
    """
    first, *rest = _CUTS.split(text)
    cells = "".join(
        f"'{part}" if _begins_a_formula(part) and not _CUTS.match(part) else part for part in rest
    )
    return f"'{first}{cells}" if _begins_a_formula(text) else f"{first}{cells}"


def as_written(cell: str) -> str:
    """Return the text that `inert` made a cell of."""
    first, *rest = _CUTS.split(cell)
    tail = "".join(
        part[1:] if part.startswith("'") and _begins_a_formula(part[1:]) else part for part in rest
    )
    return first[first.startswith("'") and _begins_a_formula(first[1:] + tail) :] + tail


def _begins_a_formula(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for sign in text:
        if sign in _FILLERS or unicodedata.category(sign) in _UNSEEN:
            continue
        return unicodedata.normalize("NFKC", sign) in _SIGNS
    return False
