"""How wide the columns of a table are on paper."""

import re
from collections.abc import Sequence
from html import unescape

_TAG = re.compile(r"<[^>]*>")
_CHARACTERS, _LONG_CELL = 100, 90  # that a line of A4 holds, and beyond which a cell asks for no more room


def columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return widths for paper, where nothing measures cells: room for the longest word of each column, and the rest to
    those with more to say."""
    words, more = [], []
    for column in zip(*([header] if header else []), *rows, strict=True):
        texts = [unescape(_TAG.sub("", cell)) for cell in column]
        word = max((len(word) for text in texts for word in text.split(" ")), default=0) + 4
        words.append(word)
        more.append(max(0, min(max(map(len, texts)), _LONG_CELL) - word))
    rest = max(0, _CHARACTERS - sum(words))
    wanted = [word + rest * part / max(1, sum(more)) for word, part in zip(words, more, strict=True)]
    found = (f'<col style="--share:{100 * width / sum(wanted):.1f}%">' for width in wanted)
    return f"<colgroup>{''.join(found)}</colgroup>"
