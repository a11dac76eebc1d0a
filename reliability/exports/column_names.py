"""Names for columns: unique for SQL (which ignores case), and as close to the header as possible."""

from collections.abc import Iterable

SOURCE_LINE = "source_line"
"""The column every raw table has besides its own: where the record starts in the file."""


class ColumnNames:
    """Names given so far. SQL does not tell `Due date` from `due date`, so neither does this."""

    def __init__(self) -> None:
        self._taken = {SOURCE_LINE}

    def add(self, name: str, otherwise: str) -> str:
        """Return `name` without byte order mark and outer blanks; `otherwise` when that leaves nothing.

        A name given before becomes name_2, name_3 ...
        """
        wanted = name.replace("\ufeff", "").strip() or otherwise
        given, count = wanted, 1
        while given.casefold() in self._taken:
            count += 1
            given = f"{wanted}_{count}"
        self._taken.add(given.casefold())
        return given

    def add_all(self, header: Iterable[str]) -> list[str]:
        """Name the cells of a header; a blank cell in place 7 becomes `column_7`."""
        return [self.add(cell, f"column_{place}") for place, cell in enumerate(header, start=1)]


def quoted(name: str) -> str:
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
