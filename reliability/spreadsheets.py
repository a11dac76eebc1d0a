"""Spreadsheets: text from exports and visitors that must stay text when a downloaded CSV is opened in one."""

import unicodedata

_SIGNS = frozenset("=+-@")
# Controls, marks that only change how others look, signs without a meaning yet, and blanks of any kind.
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
# Letters and signs that look like nothing.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def inert(text: str) -> str:
    """Return text as a cell of CSV; what a spreadsheet would run as a formula gets an apostrophe in front.

    Programs skip blanks and what cannot be seen before a formula, and some take full-width and small signs for the
    plain ones.
    """
    return f"'{text}" if _begins_a_formula(text) else text


def _begins_a_formula(text: str) -> bool:
    if text[:1] in ("\t", "\r", "\n"):
        return True
    for sign in text:
        if sign in _FILLERS or unicodedata.category(sign) in _UNSEEN:
            continue
        return unicodedata.normalize("NFKC", sign) in _SIGNS
    return False
