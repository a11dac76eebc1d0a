"""Write an export and read it back, for the tests of the exports room."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from reliability.exports import RawTable, sources


@dataclass(frozen=True)
class Read:
    """A raw table with its rows: (line, cells by column name), in line order."""

    table: RawTable
    rows: list[tuple[int, dict[str, str | None]]]

    @property
    def lines(self) -> list[int]:
        return [line for line, _ in self.rows]

    @property
    def values(self) -> list[list[str | None]]:
        return [list(cells.values()) for _, cells in self.rows]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        return [(u.line, u.reason) for u in self.table.unreadable]


def read(folder: Path, data: bytes | str, name: str = "export.csv") -> Read:
    """Write `data` as the only export of `folder` and load it, checking that every record is accounted for."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return load(folder, name)


def load(folder: Path, name: str) -> Read:
    """Load the source called `name` below `folder`."""
    (source,) = [s for s in sources(folder) if s.name == name]
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        table = source.load(con, "raw")
        cursor = con.execute(
            "select source_line, * exclude (source_line) from raw order by source_line, rowid"
        )
        columns = [d[0] for d in cursor.description or ()][1:]
        rows = [(row[0], dict(zip(columns, row[1:], strict=True))) for row in cursor.fetchall()]
    assert columns == table.columns
    assert table.records == len(rows) + len(table.unreadable)
    return Read(table, rows)
