"""Which of the first rows of a table are its header, and what its columns are called.

- Title rows above the header (one filled cell where the table has three or more) are skipped, and so is a row that only
  gathers columns under a word ("Timing" above "From" and "To").
- Two header rows, as survey tools write them: the second names the parts of the questions of the first. A
  column is then called `question / part`; a blank cell of the first row belongs to the question on its
  left. Where the second row is blank the first alone counts.
- Three header rows, as Qualtrics writes them: names, question texts, `{"ImportId": ...}`. The first row
  counts.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from reliability.errors import ExportError
from reliability.exports.column_names import ColumnNames, refuse_too_many

_IMPORT_ID = re.compile(r'\s*\{\s*"ImportId"')
_PARTS = {"response", "open-ended response"}
_MOST_TITLES = 20
_LONGEST_NAME = 60

MOST_EXTRA = 100
"""Cells beyond the header that a row may have, or as many as the header names: more is no row of this table."""

Row = Sequence[str]


@dataclass(frozen=True)
class Header:
    """The header of a table.

    names: unique column names. naming: the object that gave them. rows: the header rows as they stand, to
    find them repeated further down. first: index of the first one. count: how many.
    """

    names: list[str]
    naming: ColumnNames
    rows: list[list[str]]
    first: int
    _extra: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.rows)

    def columns(self, width: int) -> list[str]:
        """Return the names for rows of `width` cells: those beyond the header are extra_1, extra_2 ..."""
        beyond = width - len(self.names)
        while len(self._extra) < beyond:
            self._extra.append(self.naming.add(f"extra_{len(self._extra) + 1}", ""))
        return self.names + self._extra[: max(beyond, 0)]

    def is_repeated_by(self, cells: Sequence[str | None]) -> bool:
        """Tell whether a row says the same as one of the header rows: files were joined end to end."""
        return any(len(cells) >= len(row) and _same(row, cells) for row in self.rows)


def _same(row: Row, cells: Sequence[str | None]) -> bool:
    if (cells[0] or "").removeprefix("\ufeff") != row[0].removeprefix("\ufeff"):
        return False
    return list(cells[1 : len(row)]) == list(row[1:]) and not any(cells[len(row) :])


def is_blank(cell: str | None) -> bool:
    """Tell whether a cell holds nothing that can be seen."""
    return not cell or not cell.strip("\ufeff \t\r\n\xa0")


def first_header_row(rows: Sequence[Row]) -> int:
    """Return the index of the first row that is neither a title nor blank; -1 without one."""
    widths = Counter(len(row) for row in rows)
    usual = widths.most_common(1)[0][0] if widths else 0
    for index, row in enumerate(rows[:_MOST_TITLES]):
        filled = sum(not is_blank(cell) for cell in row)
        title = (filled == 1 and usual >= 3) or (filled == 2 and len(row) * 2 < usual)
        if filled and not title:
            return index
    return next((i for i, row in enumerate(rows) if not all(map(is_blank, row))), -1)


def find_header(rows: Sequence[Row], where: str) -> Header:
    """Find the header among the first rows of a table.

    Raises ExportError when there is no row with a name in it.
    """
    first = first_header_row(rows)
    if first < 0:
        raise ExportError("it contains no table", where, "Export it again with at least the header row.")
    if _gathers(*rows[first : first + 3]):
        first += 1
    top = rows[first]
    refuse_too_many(len(top), where)
    if not any(character.isalpha() for cell in top for character in cell):
        remedy = "Put the column names in the first line; the values alone do not say what they are."
        shown = "".join(filter(str.isprintable, ", ".join(top)))[:60]
        what = f"it has no header: the first row is '{shown}'" if shown else "it holds no readable text"
        raise ExportError(what, where, remedy if shown else "Export it again, or remove the file.")
    naming = ColumnNames()
    following = rows[first + 1 : first + 3]
    for count, row in enumerate(following, start=2):
        if _is_import_ids(row):
            return Header(naming.add_all(top), naming, [list(r) for r in rows[first : first + count]], first)
    if following and _is_second_row(top, following[0]):
        joined = _joined(top, following[0])
        return Header(naming.add_all(joined), naming, [list(top), list(following[0])], first)
    return Header(naming.add_all(top), naming, [list(top)], first)


def _gathers(top: Row, second: Row = (), third: Row = ()) -> bool:
    """Tell whether a row is merged cells above the names of the columns, each over a few of them.

    A quarter of the columns have no word of their own in it, the row below names every one, and it is below
    that one that numbers and dates begin.
    """
    named = [cell.strip() for cell in second]
    while named and not named[-1]:
        named.pop()
    if len(named) < 3 or len(set(named)) < len(named) or not all(named) or is_blank(top[0]):
        return False
    blank = sum(i >= len(top) or is_blank(top[i]) for i in range(len(named)))
    if 4 * blank < len(named) or any(name[0].isdigit() or len(name) > _LONGEST_NAME for name in named):
        return False
    return any(not is_blank(cell) and cell.strip()[0].isdigit() for cell in third[: len(named)])


def _is_import_ids(row: Row) -> bool:
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and sum(bool(_IMPORT_ID.match(c)) for c in filled) * 2 > len(filled)


def _is_second_row(top: Row, second: Row) -> bool:
    """Tell whether the row below the first header row only names parts of questions.

    It starts with blank cells below two named ones (a record starts with its id and date), holds words rather than
    numbers, and names at least one column the first row leaves blank, or nothing but "Response".
    """
    if len(second) > len(top) or any(map(is_blank, top[:2])) or not all(map(is_blank, second[:2])):
        return False
    filled = [i for i, cell in enumerate(second) if not is_blank(cell)]
    if not filled or sum(second[i].strip()[0].isdigit() for i in filled) * 2 > len(filled):
        return False
    names_blanks = any(is_blank(top[i]) for i in filled)
    return names_blanks or all(second[i].strip().casefold() in _PARTS for i in filled)


def _joined(top: Row, second: Row) -> list[str]:
    names: list[str] = []
    question = ""
    for i, cell in enumerate(top):
        part = "" if i >= len(second) or is_blank(second[i]) else second[i].strip()
        if not is_blank(cell):
            question = cell.strip()
            names.append(f"{question} / {part}" if part else question)
        else:
            names.append(f"{question} / {part}" if part and question else part)
    return names
