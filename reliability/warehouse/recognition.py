"""Recognition: which format an export is in, told by its header and, where several tools share one, its first cells."""

import difflib
from collections.abc import Iterable, Mapping, Sequence

import duckdb

from reliability.errors import ExportError
from reliability.exports.column_names import quoted
from reliability.warehouse.format import BLANKS, Format, folded_column, listed_columns

_LOOKED_AT = 200


def named(name: str, known: Mapping[str, Format]) -> Format:
    """The format that review.toml forces. Raises ExportError with the nearest name when there is none."""
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    remedy = f"Did you mean '{near[0]}'?" if near else "docs/formats.md lists the names."
    raise ExportError(f"there is no format '{name}'", "review.toml, [[exports]] format", remedy)


def recognise(
    columns: Sequence[str],
    known: Mapping[str, Format],
    cells: Mapping[str, Sequence[str]] | None = None,
) -> Format | None:
    """The format whose header this is; None when no format fits.

    cells: the first values of the columns, which tell apart formats with one header (see `telling_cells`).
    Of several that fit, the one that asks most of a file wins, or the one that says it comes instead of another.
    Raises ExportError when two tie.
    """
    fitting = sorted((f for f in known.values() if f.fits(columns, cells)), key=lambda f: -f.rank)
    corrected = {f.instead_of for f in fitting}
    fitting = [f for f in fitting if f.name not in corrected]
    if not fitting:
        return None
    first, *others = fitting
    if others and others[0].rank == first.rank:
        raise ExportError(
            f"the header fits both '{first.title}' and '{others[0].title}'",
            remedy=f'Set format = "{first.name}" or "{others[0].name}" in review.toml, [[exports]].',
        )
    return first


def unrecognised(columns: Sequence[str], known: Mapping[str, Format]) -> str:
    """Say in one sentence why no format fits, naming the nearest one that shares half its columns or more."""

    have = {folded_column(column) for column in columns}

    def shared(candidate: Format) -> float:
        lacking = candidate.missing(columns)
        # One column of two in common, an id mostly, makes no file alike.
        alike = not lacking or len(candidate.requires) - len(lacking) > 1
        # A format that the file is expressly not in is named only where no other comes as near.
        against = any(folded_column(column) in have for column in candidate.excludes)
        return (0.6 if against else 1.0) - len(lacking) / len(candidate.requires) if alike else 0.0

    near = max(known.values(), key=lambda f: (shared(f), len(f.requires)), default=None)
    if near is None or shared(near) < 0.5:
        return "no format has this header"
    if lacking := near.missing(columns):
        why = f"the nearest is '{near.title}', which also needs {listed_columns(lacking)}"
    elif against := [column for column in near.excludes if folded_column(column) in have]:
        why = f"it is not '{near.title}' because of {listed_columns(against)}"
    elif not near.has_any(columns):
        why = f"'{near.title}' also needs one of {listed_columns(near.any_of)}"
    elif not near.is_alike(columns):
        why = f"'{near.title}' also needs a column whose name fits the pattern {near.like}"
    else:
        column, pattern = near.holds
        why = f"'{near.title}' also needs cells in '{column}' that fit the pattern {pattern}"
    return f"no format has this header; {why}"


def first_cells(con: duckdb.DuckDBPyConnection, raw_table: str, names: Sequence[str]) -> dict[str, list[str]]:
    """The first values of columns of a raw table, by their names, blanks left out."""
    rows = first_rows(con, raw_table, names, _LOOKED_AT) if names else []
    return {
        name: [cell for row in rows if (cell := row[at]) is not None and cell.strip() not in BLANKS]
        for at, name in enumerate(names)
    }


def telling_cells(
    con: duckdb.DuckDBPyConnection, raw_table: str, columns: Iterable[str], known: Mapping[str, Format]
) -> dict[str, list[str]]:
    """The first values of the columns by which some format is told from others; a file may have many more."""
    held = [(f.holds[0], f) for f in known.values() if f.holds[0]]
    asked = {folded_column(name) for own, f in held for name in (own, *f.also.get(own, ()))}
    return first_cells(con, raw_table, [name for name in columns if folded_column(name) in asked])


def first_rows(
    con: duckdb.DuckDBPyConnection, raw_table: str, names: Sequence[str], limit: int
) -> list[tuple[str | None, ...]]:
    """The first rows of some columns of a raw table."""
    # A relation would compare each name with all columns of the file.
    return con.execute(
        f"select {', '.join(map(quoted, names))} from {quoted(raw_table)} limit $rows", {"rows": limit}
    ).fetchall()
