"""Examples of what a column holds, fit for a page or a terminal: cut, masked, and none of columns that name people."""

import re
from collections.abc import Sequence

from reliability.guesses.looks import is_date_like
from reliability.masking import mask

_LONGEST = 40
_PERSONAL = re.compile(
    r"(?i)\b(e ?mail|phone|ip ?address|user|caller|owner|engineer|assignee|assigned to|reporter|author|by"
    r"|(first|last|full) ?name)\b|\bname$"
)


def example_words(column: str, examples: Sequence[str]) -> str:
    """A few values of a column, cut and masked, those of columns that name people hidden."""
    if not examples:
        return "every cell is blank"
    if names_people(column):
        return "values hidden: they may name people"
    one_line = [" ".join(value.split()) for value in examples]
    # The digits of a date would be taken for a telephone number.
    shown = [
        value if is_date_like(value) and len(value) <= _LONGEST else mask(value).text for value in one_line
    ]
    return " · ".join(v if len(v) <= _LONGEST else f"{v[: _LONGEST - 1]}…" for v in shown)


def names_people(column: str) -> bool:
    """Whether the name of a column says that its values may name people."""
    return _PERSONAL.search(column.replace("_", " ")) is not None
