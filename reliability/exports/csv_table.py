"""Delimited text (CSV and its kin) into a table."""

from pathlib import Path

import duckdb

from reliability.exports.csv_fast import load_fast
from reliability.exports.csv_layout import Layout, find_layout
from reliability.exports.encodings import HEAD, TextFile, as_utf8, read_head
from reliability.exports.raw_table import Loaded, RawTable


def load_csv(
    con: duckdb.DuckDBPyConnection, table: str, text: TextFile, where: str, scratch: Path
) -> RawTable:
    """Load a delimited text into `table`.

    where: what the file is called in messages. scratch: a folder for copies, which the caller removes.
    Raises ExportError when it is empty or has no header.
    """
    layout, loaded = _try_fast(con, table, text, where, scratch)
    if loaded is None and not text.checked:
        checked = as_utf8(text.path, scratch, thorough=True, page=text.page)
        changed, text = checked.path != text.path, checked
        if changed:
            layout, loaded = _try_fast(con, table, text, where, scratch)
    if loaded is None:
        from reliability.exports.csv_careful import load_careful

        loaded = load_careful(con, table, text.path, layout)
    return RawTable(
        columns=loaded.columns,
        records=loaded.rows + len(loaded.unreadable),
        unreadable=loaded.unreadable,
        kind="csv",
        encoding=text.encoding,
        perhaps=text.perhaps,
        delimiter=layout.dialect.delimiter,
        header_lines=layout.header_lines,
        repeats=layout.header.naming.repeats,
    )


def _try_fast(
    con: duckdb.DuckDBPyConnection, table: str, text: TextFile, where: str, scratch: Path
) -> tuple[Layout, Loaded | None]:
    layout = find_layout(_whole_lines(read_head(text.path)), where)
    return layout, load_fast(con, table, text.path, layout, scratch)


def _whole_lines(head: bytes) -> str:
    if len(head) == HEAD and b"\n" in head:
        head = head[: head.rindex(b"\n") + 1]
    return head.decode("utf-8", "replace")
