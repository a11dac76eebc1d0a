"""Formats: which export a file is, told by its header, and the query that maps it to a canonical table.

A format is one `.sql` file in `queries/import/` (or in the data folder's `mappings/`): a comment header that
says what it recognises, then a `select ... from export`. `export` is a view that `prepare` lays over the
file's raw table: every column the format names is there, in its spelling, NULL where the file has none.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from zoneinfo import available_timezones

import duckdb
from duckdb import (
    CaseExpression,
    CoalesceOperator,
    ColumnExpression,
    ConstantExpression,
    Expression,
    FunctionExpression,
)

from reliability.errors import ExportError
from reliability.exports.object_cells import name_objects
from reliability.guesses import is_other_date
from reliability.queries import FOLDER, parse_header
from reliability.schema import PROVENANCE, TABLES
from reliability.warehouse.instants import DAY_FIRST, MONTH_FIRST
from reliability.warehouse.mapping_sql import check_select

BUILT_IN = FOLDER / "import"

# Cells that mean "nothing here", exactly as tools write them ("none" in lower case is a severity word).
BLANKS = ("", "?", "NA", "N/A", "null", "None", "--", "NS")

LINE = "source_line"
OFFSETS = ("acknowledged_seconds", "engaged_seconds", "mitigated_seconds", "resolved_seconds")

ONE_PER_RECORD, FOLD = "one per record", "fold"
REAL_FILE, DOCUMENTATION, UNVERIFIED = "real file", "documentation", "unverified"

_ALLOWED = {
    "rows": (ONE_PER_RECORD, FOLD),
    "verified": (REAL_FILE, DOCUMENTATION, UNVERIFIED),
    "table": tuple(TABLES),
    "date order": ("", DAY_FIRST, MONTH_FIRST),
}
_JSON_CALL = re.compile(r"\b\w*json\w*\s*\(", re.IGNORECASE)

_KEYS = (
    *("title", "definition", "source", "table", "requires", "optional", "any of", "excludes"),
    *("rows", "zone", "date order", "verified", "instead of", "form", "also", "date", "like", "holds"),
)


@dataclass(frozen=True)
class Format:
    """One export format.

    name: file name without `.sql`, used in review.toml to force the format. title, definition: for people.
    source: who produced the file ("pagerduty"). table: the canonical table its rows go to.
    requires: columns that must all be in the header. any_of: at least one of these must be. excludes: none of
    these may be. optional: columns that are used when they are there. rows: "one per record", or "fold" when
    several rows of one key are normal. zone: IANA zone of times without an offset, or "". date_order: "dmy", "mdy", or
    "" where the dates say it. verified: what the format was checked against. instead_of: the format whose files it
    reads when both fit: a mapping that corrects what a built-in one makes of a file.

    alternatives: required column -> other columns, one of which may be there in its place. also: column -> other names
    that exports give it; it is read by its own name whichever the file has. date: the column that the only column of
    dates in a file becomes, whatever it is called, when no name is known. like: a pattern that the name of some column
    must match. holds: (column, pattern) that some of its first cells must match, for headers that several tools share.
    """

    name: str
    title: str
    definition: str
    source: str
    table: str
    requires: tuple[str, ...]
    optional: tuple[str, ...]
    any_of: tuple[str, ...]
    excludes: tuple[str, ...]
    rows: str
    zone: str
    verified: str
    sql: str
    by_hand: bool = False
    date_order: str = ""
    instead_of: str = ""
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    date: str = ""
    like: str = ""
    holds: tuple[str, str] = ("", "")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the query may read, in the format's own spelling."""
        others = (name for names in self.alternatives.values() for name in names)
        return tuple(dict.fromkeys((*self.requires, *others, *self.any_of, *self.optional)))

    @property
    def rank(self) -> int:
        """How much it asks of a file: the columns it requires, and what they hold."""
        return len(self.requires) + bool(self.like) + bool(self.holds[0])

    def missing(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Required columns that `columns` lacks."""
        have = self._known(columns)
        return tuple(
            column
            for column in self.requires
            if not any(_folded(name) in have for name in (column, *self.alternatives.get(column, ())))
        )

    def _known(self, columns: Iterable[str]) -> set[str]:
        """The names of columns, folded, and the format's own names for those it knows by another."""
        have = {_folded(column) for column in columns}
        others = self.also.items()
        return have | {_folded(own) for own, names in others if any(_folded(name) in have for name in names)}

    def fits(self, columns: Sequence[str], cells: Mapping[str, Sequence[str]] | None = None) -> bool:
        """Is a file with these columns in this format?

        cells: the first values of its columns, by their names: what the format `holds` is looked for there.
        """
        have = self._known(columns)
        given = {_folded(column) for column in columns}
        return (
            not self.missing(columns)
            and (not self.any_of or any(_folded(column) in have for column in self.any_of))
            and not any(_folded(column) in given for column in self.excludes)
            and (not self.like or any(re.search(self.like, column) for column in columns))
            and self._holds(cells or {})
        )

    def _holds(self, cells: Mapping[str, Sequence[str]]) -> bool:
        column, pattern = self.holds
        if not column:
            return True
        names = {_folded(name) for name in (column, *self.also.get(column, ()))}
        values = [value for name, given in cells.items() if _folded(name) in names for value in given]
        return any(re.search(pattern, value) for value in values)

    def read_from(self, columns: Sequence[str]) -> dict[str, list[str]]:
        """Each column that the query reads, with the columns of a file it is read from: its own name, else others."""
        given = {_folded(column): column for column in reversed(columns)}
        own = {_folded(column) for column in self.columns}
        found = {}
        for column in self.columns:
            names = (column, *(name for name in self.also.get(column, ()) if _folded(name) not in own))
            found[column] = list(dict.fromkeys(given[_folded(n)] for n in names if _folded(n) in given))
        return found


def output_columns(table: str) -> frozenset[str]:
    """Names an import query for `table` may give; all are text but `source_line`."""
    offsets = OFFSETS if table == "incidents" else ()
    own = set(TABLES[table].columns) - set(PROVENANCE)
    return frozenset({*own, *offsets, LINE, "exported_at", "excluded_reason"})


def read_format(path: Path) -> Format:
    """Read one `.sql` file. Raises QueryError or ExportError naming the key that is missing or wrong.

    What is not the project's own must be one SELECT that reads nothing but the export.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ExportError("it is not UTF-8 text", where, "Save it as UTF-8.") from error
    except OSError as error:
        what = f"it cannot be read ({error.strerror or error})"
        raise ExportError(what, where, "Check its permissions.") from error
    header = parse_header(text, where)
    for key in header:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            raise ExportError(f"unknown header key '{key}'", where, f"Did you mean '{(near or _KEYS)[0]}'?")
    for key in ("title", "definition", "source", "table", "requires", "verified"):
        if not header.get(key):
            raise ExportError(f"the header has no '{key}'", where, f"Add '-- {key}: ...'.")
    header.setdefault("rows", ONE_PER_RECORD)
    header.setdefault("date order", "")
    for key, allowed in _ALLOWED.items():
        if header[key] not in allowed:
            raise ExportError(f"{key} is '{header[key]}'", where, f"Allowed: {', '.join(allowed)}.")
    if (zone := header.get("zone", "")) and zone not in available_timezones():
        raise ExportError(f"there is no time zone '{zone}'", where, "Write an IANA name: Europe/Berlin.")
    by_hand = path.parent != BUILT_IN
    if by_hand:
        check_select(text, where)
    requires = [tuple(n.strip() for n in item.split(" | ")) for item in _names(header["requires"])]
    return Format(
        name=path.stem,
        title=header["title"],
        definition=header["definition"],
        source=header["source"],
        table=header["table"],
        requires=tuple(names[0] for names in requires),
        alternatives={names[0]: names[1:] for names in requires if len(names) > 1},
        also=_other_names(header.get("also", "")),
        date=header.get("date", ""),
        like=header.get("like", ""),
        holds=_condition(header.get("holds", ""), where),
        optional=_names(header.get("optional", "")),
        any_of=_names(header.get("any of", "")),
        excludes=_names(header.get("excludes", "")),
        rows=header["rows"],
        zone=zone,
        verified=header["verified"],
        sql=text.rstrip().removesuffix(";"),
        by_hand=by_hand,
        date_order=header.get("date order", ""),
        instead_of=header.get("instead of", ""),
    )


def formats(folders: Iterable[Path] = (BUILT_IN,)) -> dict[str, Format]:
    """Every format in `folders` by name.

    A later folder replaces a format of the same name; a folder that does not exist is skipped.
    """
    found: dict[str, Format] = {}
    for folder in folders:
        found.update((path.stem, read_format(path)) for path in sorted(folder.glob("*.sql")))
    return found


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

    cells: the first values of the columns, which tell apart formats with one header (see `first_cells`).
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

    def shared(candidate: Format) -> float:
        return 1 - len(candidate.missing(columns)) / len(candidate.requires)

    near = max(known.values(), key=lambda f: (shared(f), len(f.requires)), default=None)
    if near is None or shared(near) < 0.5:
        return "no format has this header"
    have = {_folded(column) for column in columns}
    if lacking := near.missing(columns):
        why = f"the nearest is '{near.title}', which also needs {_listed(lacking)}"
    elif against := [column for column in near.excludes if _folded(column) in have]:
        why = f"it is not '{near.title}' because of {_listed(against)}"
    else:
        why = f"'{near.title}' also needs one of {_listed(near.any_of)}"
    return f"no format has this header; {why}"


def prepare(
    con: duckdb.DuckDBPyConnection,
    raw_table: str,
    chosen: Format,
    repeats: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Create the temporary view `export` over `raw_table` for the query of `chosen`.

    Columns get the format's spelling; blank cells (`BLANKS`) and columns the file lacks are NULL. A cell that holds an
    object is its name, unless the query reads the column as JSON itself. Of columns with one name (`repeats`) the
    first filled one of each row counts.
    Raises ExportError when a required column is missing, which only a forced format can cause.
    """
    raw = con.table(raw_table)
    if lacking := chosen.missing(raw.columns):
        raise ExportError(
            f"the file has no column {_listed(lacking)}, which '{chosen.title}' needs",
            remedy="Choose another format in review.toml, [[exports]], or leave it out.",
        )
    read = columns_read(con, raw_table, chosen)

    def given(name: str) -> list[str]:
        """The columns of the file that a column of the format is read from, repeated ones beside each."""
        return [same for column in read[name] for same in (column, *repeats.get(column, ()))]

    dug = {_folded(name) for name in _read_as_json(chosen)}
    as_json = [column for name in read if _folded(name) in dug for column in given(name)]
    name_objects(con, raw_table, list(dict.fromkeys(c for name in read for c in given(name))), as_json)
    cells: list[Expression] = []
    # In the order of the file: some queries look for the first question that has certain words.
    for column in raw.columns:
        if column == LINE:
            cells.append(ColumnExpression(column))
            continue
        wanted = [name for name, columns in read.items() if columns[:1] == [column]]
        cells += [_first_filled(given(name)).alias(name) for name in wanted]
        if not any(_folded(name) == _folded(column) for name in read):
            cells.append(_cell(column).alias(column))
    absent = [name for name, columns in read.items() if not columns]
    cells += [ConstantExpression(None).cast("VARCHAR").alias(name) for name in absent]
    # A temporary view, so that nothing of it stays in a warehouse file.
    con.execute("create or replace temporary view export as " + raw.select(*cells).sql_query())


def _read_as_json(chosen: Format) -> list[str]:
    """The columns that the query takes apart itself: what stands before an arrow, or inside a function of JSON."""
    calls = " ".join(_call(chosen.sql, found.end()) for found in _JSON_CALL.finditer(chosen.sql))
    return [
        column
        for column in chosen.columns
        if re.search(rf"{_mention(column)}\s*(->|::\s*json)", chosen.sql, re.IGNORECASE)
        or re.search(_mention(column), calls, re.IGNORECASE)
    ]


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


def _first_filled(columns: Sequence[str]) -> Expression:
    values = [_cell(column) for column in columns]
    return values[0] if len(values) == 1 else CoalesceOperator(*values)


_LOOKED_AT = 200


def first_cells(
    con: duckdb.DuckDBPyConnection, raw_table: str, names: Iterable[str] = ()
) -> dict[str, list[str]]:
    """The first values of the columns of a raw table, blanks left out; only of `names`, where any are given."""
    raw = con.table(raw_table)
    chosen = [name for name in raw.columns if name != LINE and (not names or name in names)]
    if not chosen:
        return {}
    rows = raw.select(*map(ColumnExpression, chosen)).limit(_LOOKED_AT).fetchall()
    return {
        name: [row[at] for row in rows if row[at] is not None and row[at].strip() not in BLANKS]
        for at, name in enumerate(chosen)
    }


_A_DATE = re.compile(
    r"\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}\.?[-/ ][^\W\d_]{3,9}\.?,?[-/ ](?:\d{4}|\d{2})|[^\W\d_]{3,9}\.? \d{1,2},? \d{4})(?:[T ,].*|Z)?\s*"
)


def columns_read(con: duckdb.DuckDBPyConnection, raw_table: str, chosen: Format) -> dict[str, list[str]]:
    """Each column of a format with the columns of the raw table it is read from, none where the file lacks it.

    A format whose header names a `date`, and that knows none of the file's names for it, takes the only column that
    holds dates, unless its name says that they are of something else: a plan is never what happened.
    """
    columns = con.table(raw_table).columns
    read = chosen.read_from(columns)
    if chosen.date and not read[chosen.date]:
        taken = {name for names in read.values() for name in names}
        free = [name for name in columns if name not in taken and name != LINE]
        values = first_cells(con, raw_table, free) if free else {}
        dated = [
            name
            for name in free
            if values[name]
            and all(map(_A_DATE.fullmatch, values[name]))
            and not is_other_date(name, of_answers=chosen.table == "nps_responses")
        ]
        if len(dated) == 1:
            read[chosen.date] = dated
    return read


# A blank may be padded. The pattern is dear, so it only sees cells that begin or end with a space. The words stand in
# one CASE each: DuckDB would join a table of them for a list.
_BLANK_CELL = f" *({'|'.join(map(re.escape, BLANKS))}) *"
_LONGEST_BLANK = max(map(len, BLANKS))


def _cell(column: str) -> Expression:
    value = ColumnExpression(column)
    nothing = ConstantExpression(None).cast("VARCHAR")
    padded = (value < ConstantExpression("!")) | FunctionExpression(
        "ends_with", value, ConstantExpression(" ")
    )
    padded_blank = FunctionExpression("regexp_full_match", value, ConstantExpression(_BLANK_CELL))
    # Nothing at all sorts before the blanks, so that one comparison spares most cells both.
    empty_or_padded = CaseExpression(value == ConstantExpression(""), nothing).when(padded_blank, nothing)
    cell = CaseExpression(padded, empty_or_padded.otherwise(value))
    cell = cell.when(FunctionExpression("strlen", value) > ConstantExpression(_LONGEST_BLANK), value)
    for word in BLANKS:
        cell = cell.when(value == ConstantExpression(word), nothing)
    return cell.otherwise(value)


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _other_names(text: str) -> dict[str, tuple[str, ...]]:
    """ "Summary = Résumé | Resumen ; Status = Estado": column -> its other names."""
    pairs = (item.split(" = ", 1) for item in _names(text))
    return {own.strip(): tuple(name.strip() for name in names.split(" | ")) for own, names in pairs}


def _condition(text: str, where: str) -> tuple[str, str]:
    """ "labels = pattern": the column and the pattern."""
    column, separator, pattern = text.partition(" = ")
    if text and not (separator and pattern.strip()):
        raise ExportError(f"holds is '{text}'", where, "Write a column, ' = ' and a pattern.")
    return column.strip(), pattern.strip()


def _folded(column: str) -> str:
    return " ".join(column.split()).casefold()


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"'{column}'" for column in columns)
