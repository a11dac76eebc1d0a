"""Spreadsheets: text from exports and visitors that must stay text when a downloaded CSV is opened in one."""

import re

# Programs skip blanks and line breaks before a formula, and some take full-width signs for the plain ones.
_FORMULA = re.compile(r"[\s\ufeff\u200b\u2060\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def inert(text: str) -> str:
    """Return text as a cell of CSV; what a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if _FORMULA.match(text) else text
