"""Adaptations: a saved mapping for one more file, whose columns are called otherwise or which lacks some."""

from collections.abc import Mapping
from dataclasses import replace

from reliability.guesses.names import likeness
from reliability.mappings.columns import Columns
from reliability.mappings.spec import Spec
from reliability.mappings.suggestion import suggest
from reliability.schema import INSTANT, TABLES
from reliability.warehouse.format import folded_column

_LEAST_LIKE = 0.74
_MOST_FOREIGN = 0.5


def others(spec: Spec, columns: Columns) -> dict[str, str | None]:
    """The columns of a mapping that a file does not have, each with the file's column that is likely the same.

    What the mapping knows by another name already is that; else a guess, None where nothing is likely.
    """
    given = {folded_column(name): name for name in columns.header}
    absent = [column for column in spec.columns if folded_column(column) not in given]
    if not absent:
        return {}
    known = {
        column: next(
            (given[folded_column(n)] for n in spec.also.get(column, ()) if folded_column(n) in given), None
        )
        for column in absent
    }
    taken = {folded_column(column) for column in spec.columns}
    free = [name for name in columns.header if folded_column(name) not in taken]
    free = [name for name in free if name not in known.values()]
    likely = suggest(columns, spec.title, spec.table).cells
    for column in absent:
        if known[column] is not None or column in spec.lacking:
            continue
        wanted = [name for name, cell in spec.cells.items() if any(p.column == column for p in cell.places)]
        guessed = [likely[name].place.column for name in wanted if name in likely]
        alike = sorted(free, key=lambda name: -likeness(column, name))
        guessed += [name for name in alike[:1] if likeness(column, name) >= _LEAST_LIKE]
        known[column] = next((name for name in guessed if name in free), None)
        free = [name for name in free if name != known[column]]
    return known


def is_likely(spec: Spec, columns: Columns) -> bool:
    """Whether a file is likely one more of those that a mapping is for: half of its columns and more are there."""
    return len(others(spec, columns)) <= _MOST_FOREIGN * len(spec.columns)


def with_file(spec: Spec, said: Mapping[str, str | None], columns: Columns) -> Spec:
    """The mapping for the files it is for and one more.

    said: each column of the mapping that the file does not have, with the one that stands for it; None: it has none.
    """
    there = {folded_column(name) for name in columns.header}
    also = dict(spec.also)
    for column, name in said.items():
        # What was said of this file before.
        also[column] = tuple(n for n in also.get(column, ()) if folded_column(n) not in there)
        if name is not None:
            also[column] = (*also[column], name)
    lacking = dict.fromkeys([*spec.lacking, *(column for column, name in said.items() if name is None)])
    header = tuple(name for name in spec.header if folded_column(name) in there)
    also = {column: names for column, names in also.items() if names}
    return replace(spec, also=also, lacking=tuple(lacking), header=header)


def doubt(spec: Spec, said: Mapping[str, str | None], columns: Columns) -> str:
    """Why one mapping cannot read a file with the others, "" when it can: no date is there, or in another order."""
    if without := [column for column in spec.needed if column in said and said[column] is None]:
        return f"No row counts without {without[0]}: choose the column that stands for it."
    for name, cell in spec.cells.items():
        column = said.get(cell.place.column, cell.place.column)
        offered = columns.offered.get(replace(cell.place, column=column or "").label)
        if offered is None or TABLES[spec.table].columns[name] != INSTANT or cell.unit:
            continue
        order = offered.seen.date_order
        if order == "?" and not spec.date_order:
            return f"The dates in {column} do not say whether the day or the month comes first: map it separately."
        if order in ("dmy", "mdy") and spec.date_order not in ("", order):
            return f"The dates in {column} have the day and the month the other way round: map it separately."
    return ""
