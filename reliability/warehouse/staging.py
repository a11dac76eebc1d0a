"""Staging: one export source from the file to typed rows, each with its problem if it has one.

The rows go straight into the new warehouse, in the order of the files: copying them there later would cost as much as
reading them. What is decided about them afterwards takes rows out and fills gaps.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from reliability.errors import ExportError, ReliabilityError, WarehouseError, nearest
from reliability.exports import ExportSource, RawTable
from reliability.exports.column_names import quoted
from reliability.schema import DATE, INSTANT, TABLES, Table
from reliability.settings import Settings
from reliability.warehouse import sandbox
from reliability.warehouse.columns import Typed, cleaned, dates_of, kept_types, passing_types
from reliability.warehouse.export_view import export_select
from reliability.warehouse.format import LINE, ONE_PER_RECORD, Format, output_columns
from reliability.warehouse.inputs import MAPPINGS
from reliability.warehouse.instants import OTHER_SHAPE, Shape, orders_of, read_odd_dates, shape_of
from reliability.warehouse.macros import define_for
from reliability.warehouse.recognition import first_rows, named, recognise, telling_cells, unrecognised
from reliability.warehouse.severities import learn_levels
from reliability.warehouse.unread import FileColumn, columns_of_file

NOT_RECOGNISED = "format not recognised"

# Faults of a query itself. Everything else that DuckDB refuses is a fault of the data it met.
_FAULTY_QUERY = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
)

# Faults of the machine, not of a file.
FAULTY_MACHINE = (
    duckdb.OutOfMemoryException,
    duckdb.IOException,
    duckdb.InterruptException,
    duckdb.FatalException,
    duckdb.InternalException,
)
_REPORT_IT = "Export it again, or report it with the file."

_LOG = logging.getLogger(__name__)

# Rows from which it is guessed what dates look like. A wrong guess costs time only.
_LOOKED_AT = 20
# Rows of a file up to which its planning takes longer than its reading.
_FEW_ROWS = 50_000
# Midnights in fewer rows are chance.
_FEWEST_DAYS = 3
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass
class Staged:
    """What became of a source before its rows were checked.

    rows: rows that reached the staged table. refusal: why none did although the file could be read, in words that
    count its rows ("" when they did). problem: what a person has to do something about. columns: those of the file,
    with what became of them.
    """

    number: int
    source: ExportSource
    raw: RawTable | None = None
    format: Format | None = None
    recognised: bool | None = None
    rows: int = 0
    refusal: str = ""
    problem: str = ""
    lost_lines: list[int] = field(default_factory=list)
    columns: list[FileColumn] = field(default_factory=list)


def create_staged(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Create the table of the warehouse that the rows of a canonical table go to, unless it is there."""
    types = {**kept_types(table), **passing_types(table)}
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    con.execute(f'create table if not exists warehouse."{table.name}" ({columns})')


def load(
    con: duckdb.DuckDBPyConnection,
    number: int,
    source: ExportSource,
    settings: Settings,
    known: dict[str, Format],
    scratch: Path | None = None,
) -> Staged:
    """Read a source into the table `raw` and recognise its format. scratch: where archives are unpacked.

    Whatever is wrong with the file itself is stated in the result; what has no problem yet is there to `bring`. Faults
    of the machine pass.
    """
    staged = Staged(number, source)
    with _one_file(con, staged):
        raw = _read(con, staged, settings, known, scratch)
        staged.columns = columns_of_file(con, raw.columns, staged.format, raw.repeats)
        if staged.format is None:
            staged.refusal, staged.problem = NOT_RECOGNISED, unrecognised(raw.columns, known)
    if staged.problem:
        con.execute("drop table if exists raw")
    return staged


def _read(
    con: duckdb.DuckDBPyConnection,
    staged: Staged,
    settings: Settings,
    known: dict[str, Format],
    scratch: Path | None,
) -> RawTable:
    """Read a source and recognise it, in the code page that the settings or the mapping for its header name."""
    page = settings.export_rule(staged.source.name).encoding or ""

    def read(page: str) -> RawTable:
        staged.raw = raw = staged.source.load(con, "raw", scratch, page)
        staged.recognised = False
        staged.format = _format(con, raw, staged.source, settings, known)
        return raw

    raw = read(page)
    if page or not raw.is_in_code_page or (staged.format is not None and not staged.format.encoding):
        return raw
    # Names beyond ASCII are what a mapping knows them by only when they are read as it reads them.
    for page in dict.fromkeys(f.encoding for f in known.values() if f.encoding):
        raw = read(page)
        if staged.format is not None and staged.format.encoding == page:
            return raw
    return read("")


def bring(con: duckdb.DuckDBPyConnection, staged: Staged, settings: Settings) -> None:
    """Add the rows of `raw` to the staged table of the source's format, and drop `raw`.

    Whatever is wrong with the file itself is stated in `staged`. Raises WarehouseError for a faulty import query;
    faults of the machine pass.
    """
    assert staged.raw is not None and staged.format is not None
    try:
        with _one_file(con, staged):
            export = export_select(con, "raw", staged.format, staged.raw.repeats)
            staged.recognised = True
            _map(con, staged, settings, export)
    finally:
        drop_mapping(con, staged.raw.records, "raw")


@contextmanager
def _one_file(con: duckdb.DuckDBPyConnection, staged: Staged) -> Iterator[None]:
    """What goes wrong with a file is written down: it must not stop the others."""
    try:
        yield
    except ExportError as error:
        staged.problem, staged.rows, staged.lost_lines = _line(error), 0, []
        if staged.raw is not None:
            staged.refusal = staged.problem if staged.recognised else NOT_RECOGNISED
    except (ReliabilityError, OSError, MemoryError, *FAULTY_MACHINE):
        raise
    except Exception as error:
        # Nobody knows all that a file may hold.
        _LOG.exception("cannot use %s", staged.source.name)
        first = (str(error).splitlines() or [""])[0]
        _forget(con, staged)
        staged.problem = f"its values cannot be used ({type(error).__name__}: {first[:200]}). {_REPORT_IT}"
        staged.rows, staged.lost_lines = 0, []
        if staged.raw is not None:
            staged.refusal = staged.problem if staged.recognised else NOT_RECOGNISED


def _forget(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Take back the rows of a source that came into the warehouse before it failed."""
    if staged.format is not None:
        create_staged(con, TABLES[staged.format.table])
        own = {"number": staged.number}
        con.execute(f'delete from warehouse."{staged.format.table}" where file_number = $number', own)


def _line(error: ExportError) -> str:
    """An error as one line that does not name the file again."""
    return f"{error.what.rstrip('.')}. {error.remedy}" if error.remedy else error.what


def _format(
    con: duckdb.DuckDBPyConnection,
    raw: RawTable,
    source: ExportSource,
    settings: Settings,
    known: dict[str, Format],
) -> Format | None:
    forced = settings.export_rule(source.name).format
    if forced:
        return named(forced, known)
    return recognise(raw.columns, known, telling_cells(con, "raw", raw.columns, known))


def _map(con: duckdb.DuckDBPyConnection, staged: Staged, settings: Settings, export: str) -> None:
    """Run the import query and type its columns into the warehouse. export: the select that it knows as `export`."""
    assert staged.format is not None
    chosen = staged.format
    if not chosen.by_hand:
        _run(con, staged, settings, export, f"import query {chosen.name}.sql")
        return
    where = f"{MAPPINGS}/{chosen.name}.sql, on {staged.source.name}"
    seconds = sandbox.SECONDS + sandbox.SECONDS_PER_MB * staged.source.size / 1_000_000
    with sandbox.time_limit(con, seconds, where, "Simplify the mapping, or remove it."):
        _run(con, staged, settings, export, where)


def _run(con: duckdb.DuckDBPyConnection, staged: Staged, settings: Settings, export: str, where: str) -> None:
    assert staged.format is not None
    chosen, name = staged.format, staged.source.name
    try:
        rows = staged.raw.records if staged.raw else 0
        create_mapping(con, chosen, rows, export)
        given, first = look(con, chosen)
        if stray := sorted(set(given) - output_columns(chosen.table)):
            remedy = nearest(stray[0], output_columns(chosen.table), "It may give")
            raise WarehouseError(f"gives '{stray[0]}', which {chosen.table} does not have", where, remedy)
        if LINE not in given:
            raise WarehouseError(f"does not give '{LINE}'", where, "Add it to the select.")
        _type(
            con,
            staged,
            telling(con, chosen, given, rows),
            seems_utc(TABLES[chosen.table], given, first),
            settings,
        )
    except _FAULTY_QUERY as error:
        raise WarehouseError(str(error).splitlines()[0], where, "Fix the query.") from error
    except FAULTY_MACHINE:
        raise
    except duckdb.Error as error:
        what = f"the import query {chosen.name} failed on its contents ({str(error).splitlines()[0]})"
        raise ExportError(what, name, "Export it again, or fix the query.") from error


def create_mapping(con: duckdb.DuckDBPyConnection, chosen: Format, rows: int, export: str) -> None:
    """Create `mapping`, the import query over `export`, of so many rows: a table of few, a view of many.

    Planning the query takes as long as reading thousands of rows, and what follows asks for it three times. A view of
    the export would be bound twice, when it is made and when it is read: for a few rows it stands in the statement.
    """
    define_for(con, chosen.sql)
    is_small = rows <= _FEW_ROWS
    if is_small and not chosen.by_hand:
        con.execute(
            f"create temporary table mapping as with export as ({export}) select * from (\n{chosen.sql}\n)"
        )
        return
    con.execute(f"create or replace temporary view export as {export}")
    con.execute(f"create temporary {'table' if is_small else 'view'} mapping as {chosen.sql}")


def drop_mapping(con: duckdb.DuckDBPyConnection, rows: int, *others: str) -> None:
    """Drop `mapping`, `mapped` and `export`, where they are there, and the tables `others`."""
    kind = "table" if rows <= _FEW_ROWS else "view"
    tables = "".join(f"drop table if exists {name};" for name in ("mapped", *others))
    con.execute(f"drop {kind} if exists mapping; drop view if exists export; {tables}")


def telling(con: duckdb.DuckDBPyConnection, chosen: Format, given: Sequence[str], rows: int) -> list[str]:
    """Those columns of the import query that say something; of many rows all, since looking takes longer than planning.

    A query names all columns that its tool may export, and most files have half of them.
    """
    names = [name for name in given if name != LINE]
    if rows > _FEW_ROWS or not names:
        return names
    filled = con.execute(
        f"select {', '.join(f'count({quoted(name)})' for name in names)} from mapping"
    ).fetchone()
    required = TABLES[chosen.table].required
    return [name for name, n in zip(names, filled or (), strict=True) if n or name in required]


def look(con: duckdb.DuckDBPyConnection, chosen: Format) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns of the import query and its first rows; no rows of a query that reads all to give one."""
    cursor = con.execute(
        "from mapping limit $rows", {"rows": _LOOKED_AT if chosen.rows == ONE_PER_RECORD else 0}
    )
    return [column[0] for column in cursor.description or ()], cursor.fetchall()


def seems_utc(table: Table, given: list[str], first: list[tuple[Any, ...]]) -> bool:
    """Are all dates of the first rows instants like 2025-07-01T08:00:00Z?"""
    dates = {given.index(name): kind for name, kind in dates_of(table).items() if name in given}
    return (
        bool(first)
        and DATE not in dates.values()
        and all(row[at] is None or _UTC.fullmatch(str(row[at])) for row in first for at in dates)
    )


def _type(
    con: duckdb.DuckDBPyConnection, staged: Staged, given: list[str], in_utc: bool, settings: Settings
) -> None:
    """Bring the mapped rows into the warehouse: in one pass where it can be, else with the dates read apart."""
    assert staged.format is not None
    table, name = TABLES[staged.format.table], staged.source.name
    rule, zone = settings.export_rule(name), zone_of(staged, settings)
    told = {"file_number": staged.number, "source": staged.format.source, "source_file": name}
    dates = [n for n in dates_of(table) if n in given]
    create_staged(con, table)
    define_for(con, cleaned(given))
    # A date with blanks around it has another shape: dates need no cleaning here.
    text = f"(select {LINE}::bigint as {LINE}, {cleaned(given, dates) or 'null as nothing'} from mapping)"
    if in_utc and insert_or_stop(con, Typed(table, given, None, text, told, zone), settings):
        own = {"number": staged.number}
        try:
            _account(con, staged, f'(from warehouse."{table.name}" where file_number = $number)', own)
        except ExportError:
            con.execute(f'delete from warehouse."{table.name}" where file_number = $number', own)
            raise
        return
    # A table, not a view: what follows reads it several times.
    text = f"{LINE}::bigint as {LINE}, {cleaned(given) or 'null as nothing'}"
    con.execute(f"create temporary table mapped as select {text} from mapping")
    _account(con, staged, "mapped", {})
    stamps = [n for n in dates if table.columns.get(n) == INSTANT]
    days = _are_days(con, stamps)
    order = staged.format.date_order or rule.date_order
    if shapes := _shapes(con, stamps):
        odd, formats = _odd_dates(con, dates, zone, order, name, shapes)
        typed = Typed(table, given, odd, "mapped", told, zone, days, formats=formats)
        if all(formats.values()) and insert_or_stop(con, typed, settings):
            return
    odd, _ = _odd_dates(con, dates, zone, order, name)
    insert(con, Typed(table, given, odd, "mapped", told, zone, days), settings)


def _shapes(con: duckdb.DuckDBPyConnection, stamps: list[str]) -> dict[str, Shape]:
    """The columns of `mapped` whose first dates have a shape that is read at once; a wrong guess costs time only."""
    if not stamps:
        return {}
    # Of a time that few rows have, such as when somebody noticed, the first rows may hold none.
    seen = first_rows(con, "mapped", stamps, _LOOKED_AT * _LOOKED_AT)
    found = {
        name: shape_of([text for row in seen if (text := row[at])][:_LOOKED_AT])
        for at, name in enumerate(stamps)
    }
    return {name: shape for name, shape in found.items() if shape}


def zone_of(staged: Staged, settings: Settings) -> str:
    """The IANA zone of times without an offset in a source whose format is known."""
    assert staged.format is not None
    rule = settings.export_rule(staged.source.name)
    return staged.format.zone or rule.time_zone or settings.organisation.time_zone


def insert_or_stop(con: duckdb.DuckDBPyConnection, typed: Typed, settings: Settings) -> bool:
    """Insert a file whose dates have the shapes that were guessed; the first other one ends it and leaves nothing."""
    try:
        insert(con, typed, settings)
    except duckdb.InvalidInputException as error:
        if OTHER_SHAPE not in str(error):
            raise
        return False
    return True


def insert(con: duckdb.DuckDBPyConnection, typed: Typed, settings: Settings) -> None:
    """Insert typed rows; the levels of severity words that are new are learnt from `mapping`."""
    define_for(con, typed.sql)
    if typed.words:
        learn_levels(con, typed.words, settings.severity)
    con.execute(f'insert into warehouse."{typed.table.name}" {typed.sql}', typed.params)


def unusual_dates(con: duckdb.DuckDBPyConnection, dates: list[str]) -> list[str]:
    """Those columns of `mapped` that have any date of an unusual shape."""
    if not dates:
        return []
    counts = ", ".join(f'count(*) filter (where not is_usual_date("{name}"))' for name in dates)
    define_for(con, counts)
    counted = con.execute(f"select {counts} from mapped").fetchone()
    assert counted is not None
    return [name for name, n in zip(dates, counted, strict=True) if n]


def _odd_dates(
    con: duckdb.DuckDBPyConnection,
    dates: list[str],
    zone: str,
    date_order: str | None,
    where: str,
    shapes: Mapping[str, Shape] = MappingProxyType({}),
) -> tuple[list[str], dict[str, str]]:
    """Read the dates of unusual shape into `odd_dates`; return the columns that have any.

    shapes: columns that are read by their shape instead; returns how, by column.
    """
    odd = unusual_dates(con, [name for name in dates if name not in shapes])
    if not odd and not shapes:
        return [], {}
    con.execute("create or replace temporary table date_texts (column_name varchar, text varchar)")
    for name in odd:
        con.execute(
            f'insert into date_texts select distinct $name, "{name}" as text from mapped '
            f'where not is_usual_date("{name}")',
            {"name": name},
        )
    for name in shapes:
        # A text of each day is enough to tell the order.
        con.execute(
            f'insert into date_texts select $name, min("{name}") from mapped where "{name}" is not null '
            f"group by split_part(\"{name}\", ' ', 1)",
            {"name": name},
        )
    if odd:
        read_odd_dates(con, zone, date_order, where)
    orders = orders_of(con, date_order, where) if shapes else {}
    return odd, {
        name: shape.day_first if orders.get(name, True) else shape.month_first
        for name, shape in shapes.items()
    }


def all_days(stamps: list[str]) -> str:
    """A condition: every stamp of a row of `mapped` is a midnight, has no time of day or is not there."""
    return " and ".join(f'coalesce(may_be_a_day("{name}"), true)' for name in stamps)


def _are_days(con: duckdb.DuckDBPyConnection, stamps: list[str]) -> bool:
    """Whether every stamp of `mapped` is a midnight or has no time of day, in some rows: spreadsheets write days so."""
    if not stamps:
        return False
    are_days = all_days(stamps)
    counted = "select count(*) filter (where not is_day), count(*) from"
    define_for(con, are_days)
    # The first rows answer for nearly every file.
    for rows in (f"(select * from mapped limit {_LOOKED_AT})", "mapped"):
        timed, seen = con.execute(f"{counted} (select {are_days} as is_day from {rows})").fetchone() or (1, 0)
        if timed or seen < _FEWEST_DAYS:
            return False
    return True


def _account(con: duckdb.DuckDBPyConnection, staged: Staged, mapped: str, params: dict[str, Any]) -> None:
    """Hold the import query to one row per record; records that it drops are set aside.

    mapped: what has its rows, with the values that names. Raises ExportError when there are more than records.
    """
    check = "select count(*), coalesce(sum(hash(source_line)::hugeint), 0) from"
    counted = con.execute(f"from ({check} {mapped}), ({check} raw)", params).fetchone()
    assert counted is not None
    rows, raw = counted[:2], counted[2:]
    if rows != raw:
        lost = f"select source_line from raw anti join {mapped} as mapped using (source_line) order by source_line"
        staged.lost_lines = [line for (line,) in con.execute(lost, params).fetchall()]
        if rows[0] + len(staged.lost_lines) != raw[0]:
            what = f"the import query gives {rows[0]} rows for {raw[0]} records"
            raise ExportError(what, staged.source.name, "It must give one row per record: fix it.")
    staged.rows = rows[0]
