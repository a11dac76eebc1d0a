"""Numberings: sheets and files of one source that each count their rows from 1, so that a number is no id outside them.

Works on one canonical table where it lies in the new warehouse, before older copies are looked for.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

import duckdb

from reliability.schema import Table
from reliability.warehouse.macros import define_for
from reliability.warehouse.sql import build_query

# What names another row of the same table, hence by a number of the same file.
_REFERRING = ("repeat_of", "merged_into")


def tell_apart(con: duckdb.DuckDBPyConnection, table: Table, files: dict[int, str]) -> dict[int, str]:
    """Put the name of its sheet or file before each number of files that count for themselves.

    files: file number -> name. Returns what to say of each such file, by its number. A later export of the same rows
    shares their names, so that it replaces them.
    """
    own = table.key[1] if len(table.key) == 2 and table.key[0] == "source" else ""
    if len(files) < 2 or not own.endswith("_id"):
        return {}
    asked = build_query("numberings")
    define_for(con, asked)
    pairs = con.execute(asked).fetchall()
    apart = [(a, b) for _, a, b, begins_anew in pairs if begins_anew]
    if not apart:
        return {}
    group = _groups(files, ((a, b) for _, a, b, begins_anew in pairs if not begins_anew))
    others: dict[int, set[int]] = {}
    for a, b in apart:
        if group[a] != group[b]:
            others.setdefault(group[a], set()).add(group[b])
            others.setdefault(group[b], set()).add(group[a])
    names = _names({first: files[first] for first in others})
    said = {}
    for number in sorted(files):
        if (first := group[number]) in others:
            _rename(con, table, own, number, names[first])
            elsewhere = ", ".join(sorted(names[other] for other in others[first])[:3])
            said[number] = (
                f"its numbers stand for other rows in {elsewhere}: each is read with its own sheet or file before it "
                f"('{names[first]} 1'), so none replaces another."
            )
    return said


def _groups(numbers: Iterable[int], same: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For each file the first of those that count the same rows."""
    group = {number: number for number in numbers}
    for a, b in same:
        low, high = sorted((group[a], group[b]))
        group = {number: low if first == high else first for number, first in group.items()}
    return group


def _names(files: dict[int, str]) -> dict[int, str]:
    """Names for numberings, of their first files: the sheet where that tells them apart, else the file, else both."""
    parts = {number: name.rpartition("!") for number, name in files.items()}
    sheets = {number: sheet if mark else "" for number, (_, mark, sheet) in parts.items()}
    stems = {
        number: PurePosixPath((book or sheet).split("!")[0]).stem
        for number, (book, _, sheet) in parts.items()
    }
    for names in (sheets, stems, {n: f"{stems[n]} {sheets[n]}".strip() for n in files}):
        if all(names.values()) and len(set(names.values())) == len(names):
            return names
    return files


def _rename(con: duckdb.DuckDBPyConnection, table: Table, own: str, number: int, name: str) -> None:
    columns = [own, *(column for column in _REFERRING if column in table.columns)]
    for column in columns:
        con.execute(
            f'update warehouse."{table.name}" set "{column}" = concat($name, \' \', "{column}") '
            f'where file_number = $number and running_number("{column}") is not null',
            {"name": name, "number": number},
        )
