"""Formats: which export a file is, told by its header, and the query that maps it to a canonical table.

A format is one `.sql` file in `queries/import/` (or in the data folder's `mappings/`): a comment header that
says what it recognises, then a `select ... from export`. `export` is a view that `prepare` lays over the
file's raw table: every column the format names is there, in its spelling, NULL where the file has none.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

import duckdb
from duckdb import CaseExpression, ColumnExpression, ConstantExpression, Expression, FunctionExpression

from reliability.errors import ExportError
from reliability.queries import FOLDER, parse_header
from reliability.schema import PROVENANCE, TABLES

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
}
_KEYS = (
    *("title", "definition", "source", "table", "requires", "optional", "any of", "excludes"),
    *("rows", "zone", "verified"),
)


@dataclass(frozen=True)
class Format:
    """One export format.

    name: file name without `.sql`, used in review.toml to force the format. title, definition: for people.
    source: who produced the file ("pagerduty"). table: the canonical table its rows go to.
    requires: columns that must all be in the header. any_of: at least one of these must be. excludes: none of
    these may be. optional: columns that are used when they are there. rows: "one per record", or "fold" when
    several rows of one key are normal. zone: IANA zone of times without an offset, or "". verified: what the
    format was checked against.
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

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column the query may read, in the format's own spelling."""
        return tuple(dict.fromkeys((*self.requires, *self.any_of, *self.optional)))

    def missing(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Required columns that `columns` lacks."""
        have = {_folded(column) for column in columns}
        return tuple(column for column in self.requires if _folded(column) not in have)

    def fits(self, columns: Iterable[str]) -> bool:
        """Is a file with these columns in this format?"""
        have = {_folded(column) for column in columns}
        return (
            all(_folded(column) in have for column in self.requires)
            and (not self.any_of or any(_folded(column) in have for column in self.any_of))
            and not any(_folded(column) in have for column in self.excludes)
        )


def output_columns(table: str) -> frozenset[str]:
    """Names an import query for `table` may give; all are text but `source_line`."""
    offsets = OFFSETS if table == "incidents" else ()
    own = set(TABLES[table].columns) - set(PROVENANCE)
    return frozenset({*own, *offsets, LINE, "exported_at", "excluded_reason"})


def read_format(path: Path) -> Format:
    """Read one `.sql` file. Raises QueryError or ExportError naming the key that is missing or wrong."""
    where = f"{path.parent.name}/{path.name}"
    text = path.read_text(encoding="utf-8")
    header = parse_header(text, where)
    for key in header:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            raise ExportError(f"unknown header key '{key}'", where, f"Did you mean '{(near or _KEYS)[0]}'?")
    for key in ("title", "definition", "source", "table", "requires", "verified"):
        if not header.get(key):
            raise ExportError(f"the header has no '{key}'", where, f"Add '-- {key}: ...'.")
    header.setdefault("rows", ONE_PER_RECORD)
    for key, allowed in _ALLOWED.items():
        if header[key] not in allowed:
            raise ExportError(f"{key} is '{header[key]}'", where, f"Allowed: {', '.join(allowed)}.")
    if (zone := header.get("zone", "")) and zone not in available_timezones():
        raise ExportError(f"there is no time zone '{zone}'", where, "Write an IANA name: Europe/Berlin.")
    return Format(
        name=path.stem,
        title=header["title"],
        definition=header["definition"],
        source=header["source"],
        table=header["table"],
        requires=_names(header["requires"]),
        optional=_names(header.get("optional", "")),
        any_of=_names(header.get("any of", "")),
        excludes=_names(header.get("excludes", "")),
        rows=header["rows"],
        zone=zone,
        verified=header["verified"],
        sql=text.rstrip().removesuffix(";"),
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


def recognise(columns: Sequence[str], known: Mapping[str, Format]) -> Format | None:
    """The format whose header this is; None when no format fits.

    Of several that fit, the one that requires most columns wins. Raises ExportError when two tie.
    """
    fitting = sorted((f for f in known.values() if f.fits(columns)), key=lambda f: -len(f.requires))
    if not fitting:
        return None
    first, *others = fitting
    if others and len(others[0].requires) == len(first.requires):
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


def mapping(
    title: str, table: str, picked: Mapping[str, str], *, source: str = "mapped", zone: str = ""
) -> str:
    """Write the `.sql` text of a mapping made by hand, to be saved in the data folder's `mappings/`.

    picked: canonical column -> column of the export. The columns are renamed, then read like the project's own file
    of that table. Raises ExportError when a column is missing without which no row counts, or is not the table's.
    """
    where = f"mapping '{title}'"
    own = read_format(BUILT_IN / f"canonical_{table}.sql")
    if not picked or (lacking := [c for c in TABLES[table].required if c not in picked]):
        wanted = _listed(lacking) if picked else "anything"
        raise ExportError(f"no column is chosen for {wanted}", where, "Choose one: no row counts without it.")
    for column, given in picked.items():
        if column not in own.columns:
            raise ExportError(f"{table} has no column '{column}'", where, f"It has {_listed(own.columns)}.")
        if ";" in given:
            raise ExportError(f"the column name '{given}' has a ';'", where, "Rename it in the file.")
    shown = {column: " ".join(given.split()) for column, given in picked.items()}
    cells = [f"{_quoted(shown[c]) if c in shown else 'null::varchar'} as {_quoted(c)}" for c in own.columns]
    header = [
        f"-- title: {' '.join(title.split())}",
        f"-- definition: Mapped by hand: {', '.join(f'{c} from {given}' for c, given in shown.items())}.",
        f"-- source: {source}",
        f"-- table: {table}",
        f"-- requires: {' ; '.join(dict.fromkeys(shown.values()))}",
        f"-- zone: {zone}",
        f"-- verified: {REAL_FILE}",
    ]
    renamed = [
        "with renamed as (",
        "    select",
        *(f"        {cell}," for cell in cells),
        "        source_line",
    ]
    body = own.sql.split("\n\n", 1)[1].replace("from export", "from renamed")
    joint = "),\n\n" if body.startswith("with ") else ")\n\n"
    return "\n".join([*header, "", *renamed, "    from export", joint + body.removeprefix("with ")]) + "\n"


def prepare(con: duckdb.DuckDBPyConnection, raw_table: str, chosen: Format) -> None:
    """Create the temporary view `export` over `raw_table` for the query of `chosen`.

    Columns get the format's spelling; blank cells (`BLANKS`) and columns the file lacks are NULL.
    Raises ExportError when a required column is missing, which only a forced format can cause.
    """
    raw = con.table(raw_table)
    if lacking := chosen.missing(raw.columns):
        raise ExportError(
            f"the file has no column {_listed(lacking)}, which '{chosen.title}' needs",
            remedy="Choose another format in review.toml, [[exports]], or leave it out.",
        )
    spelling = {_folded(column): column for column in chosen.columns}
    cells: list[Expression] = []
    for column in raw.columns:
        if column == LINE:
            cells.append(ColumnExpression(column))
        else:
            cells.append(_cell(column).alias(spelling.pop(_folded(column), column)))
    cells += [ConstantExpression(None).cast("VARCHAR").alias(absent) for absent in spelling.values()]
    # A temporary view, so that nothing of it stays in a warehouse file.
    con.execute("create or replace temporary view export as " + raw.select(*cells).sql_query())


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


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _folded(column: str) -> str:
    return " ".join(column.split()).casefold()


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"'{column}'" for column in columns)
