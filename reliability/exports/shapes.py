"""What the records of one file look like: the shapes of the values in its regular columns.

`INC0010023` has the shape `a9`, `2025-03-17 06:04` the shape `9-9-9 9:9`. Columns of numbers, dates,
identifiers and levels know few shapes; free text knows many and shows nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from reliability.exports.csv_records import Likeness

_RUNS = re.compile(r"[^\W\d_]+|\d+|\s+")
_LONGEST = 40
_FEW = 3
_REGULAR_SHARE = 0.9
_LIKE_SHARE = 0.75
_RARE_SHARE = 0.02
_BLANK_SHARE = 0.25


def shape(value: str) -> str:
    """Return the value with letters as `a`, digits as `9`, blanks as one; only the start of a long one."""
    return _RUNS.sub(_kind_of_run, value[:_LONGEST])


def _kind_of_run(run: re.Match[str]) -> str:
    first = run[0][0]
    return "9" if first.isdigit() else " " if first.isspace() else "a"


class Shapes(Likeness):
    """Learns from whole records of `width` cells, then recognises others.

    A column is regular when its three commonest shapes cover nine values in ten, the commonest half of
    them, and digits or signs occur in them: a column of bare words could as well be a line of prose. The
    first regular column that is seldom blank is the anchor, which every record must match, in length too.
    """

    def __init__(self, records: Iterable[Sequence[str]], width: int) -> None:
        self.width = width
        sample = list(records)
        seen = [Counter(shape(record[i]) for record in sample) for i in range(width)]
        self._regular = {i: _usual(shapes) for i, shapes in enumerate(seen) if _is_regular(shapes)}
        anchors = (i for i in self._regular if seen[i][""] <= seen[i].total() * _BLANK_SHARE)
        self.anchor = next(anchors, -1)
        self.knows = self.anchor >= 0
        lengths = (
            [len(record[self.anchor]) for record in sample if record[self.anchor]] if self.knows else [0]
        )
        # Identifiers that count upwards grow longer.
        self._shortest, self._longest = min(lengths) - 1, max(lengths) * 2

    @property
    def anchor_shapes(self) -> set[str]:
        """Shapes of the anchor column; blank is none."""
        return self._regular.get(self.anchor, set()) - {""}

    def is_record(self, cells: Sequence[str]) -> bool:
        return self.knows and len(cells) == self.width and self._match(cells)

    def is_start(self, cells: Sequence[str]) -> bool:
        return self.knows and self.anchor < len(cells) <= self.width and self._match(cells)

    def _match(self, cells: Sequence[str]) -> bool:
        anchor = cells[self.anchor]
        if shape(anchor) not in self.anchor_shapes or not self._shortest <= len(anchor) <= self._longest:
            return False
        known = [i for i in self._regular if i < len(cells)]
        return sum(shape(cells[i]) in self._regular[i] for i in known) >= len(known) * _LIKE_SHARE


def _is_regular(shapes: Counter[str]) -> bool:
    filled = Counter({s: n for s, n in shapes.items() if s.strip()})
    total = filled.total()
    common = filled.most_common(_FEW)
    if total < 2 or sum(n for _, n in common) < total * _REGULAR_SHARE or common[0][1] * 2 < total:
        return False
    telling = sum(n for s, n in filled.items() if re.search(r"[^a ]", s))
    return telling * 2 >= total


def _usual(shapes: Counter[str]) -> set[str]:
    """Return the shapes that are not rare: the records this learns from may be damaged themselves."""
    return {s for s, n in shapes.items() if n >= shapes.total() * _RARE_SHARE}
