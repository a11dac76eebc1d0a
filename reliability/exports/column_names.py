"""Names for columns: unique for SQL (which ignores case), and as close to the header as possible."""

from collections.abc import Iterable

from reliability.errors import ExportError

SOURCE_LINE = "source_line"
"""The column every raw table has besides its own: where the record starts in the file."""

MOST_COLUMNS = 5_000
"""A table with more is no export of records, and every column costs time whether or not anything reads it."""


def refuse_too_many(columns: int, where: str) -> None:
    """Raise ExportError when a table has more than MOST_COLUMNS columns."""
    if columns > MOST_COLUMNS:
        what = f"it has {columns:,} columns, and at most {MOST_COLUMNS:,} are read"
        raise ExportError(what, where, "Export only the columns that are needed.")


class ColumnNames:
    """Names given so far. SQL does not distinguish `Due date` from `due date`, so neither does this."""

    def __init__(self) -> None:
        self._taken = {SOURCE_LINE}
        self._counts: dict[str, int] = {}
        self._first: dict[str, str] = {}
        self.repeats: dict[str, list[str]] = {}
        """The first of several columns with the very same name -> the others."""

    def add(self, name: str, otherwise: str) -> str:
        """Return `name` without byte order mark and outer blanks; `otherwise` when that leaves nothing.

        A name given before becomes name_2, name_3 ...
        """
        # JSON may spell half of a surrogate pair, which no UTF-8 text can hold.
        whole = name.encode("utf-8", "replace").decode()
        wanted = whole.replace("\ufeff", "").replace("\0", "").strip() or otherwise
        folded = wanted.casefold()
        given, count = wanted, self._counts.get(folded, 1)
        while given.casefold() in self._taken:
            count += 1
            given = f"{wanted}_{count}"
        self._counts[folded] = count
        self._taken.add(given.casefold())
        first = self._first.setdefault(wanted, given)
        if first != given:
            self.repeats.setdefault(first, []).append(given)
        return given

    def add_all(self, header: Iterable[str]) -> list[str]:
        """Name the cells of a header; a blank cell in place 7 becomes `column_7`."""
        return [self.add(cell, f"column_{place}") for place, cell in enumerate(header, start=1)]


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
