"""`export`: a raw table as the query of a format wants to see it.

Every column the format names is there, in its spelling, NULL where the file has none.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

import duckdb

from reliability.errors import ExportError
from reliability.exports.column_names import quoted
from reliability.exports.object_cells import name_objects
from reliability.guesses import is_called, is_date, is_likely, is_other_date, profile
from reliability.queries.literals import literal
from reliability.warehouse.format import BLANKS, LINE, Format, folded_column, listed_columns
from reliability.warehouse.recognition import first_cells

# A query of the project that looks at columns its header does not name: any other is spared them, a file may have many.
_ASKS_FOR_ALL = re.compile(r"\bcolumns\s*\(|\(\s*export\s*\)", re.IGNORECASE)
_JSON_CALL = re.compile(r"\b\w*json\w*\s*\(", re.IGNORECASE)


def export_select(
    con: duckdb.DuckDBPyConnection,
    raw_table: str,
    chosen: Format,
    repeats: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> str:
    """Return the select over `raw_table` that the query of `chosen` knows as `export`.

    Columns get the format's spelling; blank cells (`BLANKS`) and columns the file lacks are NULL. A cell that holds an
    object is its name, unless the query reads the column as JSON itself. Of columns with one name (`repeats`) the
    first filled one of each row counts.
    Raises ExportError when a required column is missing, which only a forced format can cause.
    """
    raw = con.table(raw_table)
    if missing := chosen.missing(raw.columns):
        raise ExportError(
            f"the file has no column {listed_columns(missing)}, which '{chosen.title}' needs",
            remedy="Choose another format in review.toml, [[exports]], or leave it out.",
        )
    read = columns_read(con, raw_table, chosen)

    def given(name: str) -> list[str]:
        """The columns of the file that a column of the format is read from, repeated ones beside each."""
        return [same for column in read[name] for same in (column, *repeats.get(column, ()))]

    dug = {folded_column(name) for name in _read_as_json(chosen.sql, chosen.columns)}
    as_json = [column for name in read if folded_column(name) in dug for column in given(name)]
    name_objects(con, raw_table, list(dict.fromkeys(c for name in read for c in given(name))), as_json)
    wanted: dict[str, list[str]] = {}
    for name, columns in read.items():
        if columns:
            wanted.setdefault(columns[0], []).append(name)
    spelled = {folded_column(name) for name in read}
    rest = chosen.by_hand or _ASKS_FOR_ALL.search(chosen.sql) is not None
    cells: list[str] = []
    # In the order of the file: some queries look for the first question that has certain words.
    for column in raw.columns:
        if column == LINE:
            cells.append(quoted(column))
            continue
        cells += [f"{_first_filled(given(name))} as {quoted(name)}" for name in wanted.get(column, ())]
        if rest and folded_column(column) not in spelled:
            cells.append(f"{_cell(column)} as {quoted(column)}")
    cells += [f"null::varchar as {quoted(name)}" for name, columns in read.items() if not columns]
    return f"select {', '.join(cells)} from {quoted(raw_table)}"


@lru_cache(maxsize=256)
def _read_as_json(sql: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that a query takes apart itself: what stands before an arrow, or inside a function of JSON."""
    calls = " ".join(_call(sql, found.end()) for found in _JSON_CALL.finditer(sql))
    return tuple(
        column
        for column in columns
        if re.search(rf"{_mention(column)}\s*(->|::\s*json)", sql, re.IGNORECASE)
        or re.search(_mention(column), calls, re.IGNORECASE)
    )


def _mention(column: str) -> str:
    return rf'("{re.escape(column)}"|(?<![\w"$]){re.escape(column)}(?![\w"]))'


def _call(sql: str, start: int) -> str:
    """What stands between the bracket before `start` and the one that closes it."""
    depth = 1
    for end in range(start, len(sql)):
        depth += (sql[end] == "(") - (sql[end] == ")")
        if not depth:
            return sql[start:end]
    return sql[start:]


def _first_filled(columns: Sequence[str]) -> str:
    values = [_cell(column) for column in columns]
    return values[0] if len(values) == 1 else f"coalesce({', '.join(values)})"


def columns_read(con: duckdb.DuckDBPyConnection, raw_table: str, chosen: Format) -> dict[str, list[str]]:
    """Each column of a format with the columns of the raw table it is read from, none where the file lacks it.

    A format whose header names a `date`, and that knows none of the file's names for it, takes the only column that
    holds dates, unless its name says that they are of something else: a plan is never what happened. What it names as
    `likely` is the only column that looks like it and is called so in some language: "gravité" is a severity.
    """
    columns = con.table(raw_table).columns
    read = chosen.read_from(columns)
    taken = {name for names in read.values() for name in names}
    free = [name for name in columns if name not in taken and name != LINE]
    if absent := [name for name in chosen.likely if not read[name]]:
        called = [name for name in free if any(is_called(wanted, name) for wanted in absent)]
        seen = {name: profile(said) for name, said in first_cells(con, raw_table, called).items()}
        for wanted in absent:
            alike = [name for name in free if name in seen and is_likely(wanted, name, seen[name])]
            if len(alike) == 1:
                read[wanted] = alike
                free.remove(alike[0])
    if chosen.date and not read[chosen.date]:
        values = first_cells(con, raw_table, free)
        dated = [
            name
            for name in free
            if values[name]
            and all(map(is_date, values[name]))
            and not is_other_date(name, of_answers=chosen.table == "nps_responses")
        ]
        if len(dated) == 1:
            read[chosen.date] = dated
    return read


# A blank may be padded. The pattern is dear, so it only sees cells that begin or end with a space. The words are looked
# up in a list: a CASE for each takes longer to plan than a small file to read, and for IN DuckDB would join a table.
_BLANK_CELL = f" *({'|'.join(map(re.escape, BLANKS))}) *"
_LONGEST_BLANK = max(map(len, BLANKS))


def _cell(column: str) -> str:
    """A column's value, NULL where it is blank."""
    value = quoted(column)
    # Nothing at all sorts before the blanks, so that one comparison spares most cells both.
    padded_blank = f"regexp_full_match({value}, {literal(_BLANK_CELL)})"
    empty_or_padded = f"case when {value} = '' or {padded_blank} then null else {value} end"
    return (
        f"case when {value} < '!' or ends_with({value}, ' ') then {empty_or_padded} "
        f"when strlen({value}) > {_LONGEST_BLANK} then {value} "
        f"when list_contains([{', '.join(map(literal, BLANKS))}], {value}) then null else {value} end"
    )
