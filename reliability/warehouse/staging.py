"""Staging: one export source from the file to typed rows, each with its problem if it has one."""

from dataclasses import dataclass, field

import duckdb

from reliability.errors import ExportError, WarehouseError
from reliability.exports import ExportSource, RawTable
from reliability.formats import LINE, Format, named, output_columns, prepare, recognise, unrecognised
from reliability.instants import read_odd_dates
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.warehouse.columns import Typed, cleaned, dates_of, staged_types

NOT_RECOGNISED = "format not recognised"

# Faults of a query itself. Everything else that DuckDB refuses is a fault of the data it met.
_FAULTY_QUERY = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)


@dataclass
class Staged:
    """What became of a source before its rows were checked.

    rows: rows that reached the staged table. refusal: why none did although the file could be read, in words that
    count its rows ("" when they did). problem: what a person has to do something about.
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


def create_staged(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create the empty staged table of a canonical table."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in staged_types(TABLES[table]).items())
    con.execute(f'create table "staged_{table}_rows" ({columns})')
    con.execute(
        f'create view "staged_{table}" as select rowid as row_id, * from "staged_{table}_rows"'  # one row each
    )


def stage(
    con: duckdb.DuckDBPyConnection,
    number: int,
    source: ExportSource,
    settings: Settings,
    known: dict[str, Format],
) -> Staged:
    """Read a source and add its rows to the staged table of its format.

    Whatever is wrong with the file itself is told in the result. Raises WarehouseError for a faulty import query.
    """
    staged = Staged(number, source)
    try:
        staged.raw = source.load(con, "raw")
        staged.recognised = False
        staged.format = _format(staged.raw, source, settings, known)
        if staged.format is None:
            staged.refusal, staged.problem = NOT_RECOGNISED, unrecognised(staged.raw.columns, known)
            return staged
        prepare(con, "raw", staged.format)
        staged.recognised = True
        _map(con, staged, settings)
    except ExportError as error:
        staged.problem, staged.rows, staged.lost_lines = _line(error), 0, []
        if staged.raw is not None:
            staged.refusal = staged.problem if staged.recognised else NOT_RECOGNISED
    finally:
        con.execute("drop table if exists mapped")
        con.execute("drop view if exists mapping")
        con.execute("drop view if exists export")
        con.execute("drop table if exists raw")
    return staged


def _line(error: ExportError) -> str:
    """An error as one line that does not name the file again."""
    return f"{error.what.rstrip('.')}. {error.remedy}" if error.remedy else error.what


def _format(
    raw: RawTable, source: ExportSource, settings: Settings, known: dict[str, Format]
) -> Format | None:
    forced = settings.export_rule(source.name).format
    return named(forced, known) if forced else recognise(raw.columns, known)


def _map(con: duckdb.DuckDBPyConnection, staged: Staged, settings: Settings) -> None:
    """Run the import query and type its columns into the staged table."""
    assert staged.format is not None and staged.raw is not None
    chosen, name = staged.format, staged.source.name
    where = f"import query {chosen.name}.sql"
    table = TABLES[chosen.table]
    rule = settings.export_rule(name)
    zone = chosen.zone or rule.time_zone or settings.organisation.time_zone
    try:
        con.execute(f"create temporary view mapping as {chosen.sql}")
        given = [column[0] for column in con.execute("describe mapping").fetchall()]
        if stray := sorted(set(given) - output_columns(table.name)):
            remedy = "See docs/formats.md for the columns it may give."
            raise WarehouseError(f"gives '{stray[0]}', which {table.name} does not have", where, remedy)
        if LINE not in given:
            raise WarehouseError(f"does not give '{LINE}'", where, "Add it to the select.")
        given.remove(LINE)
        # A table, not a view: the macros below name their text many times over, and each mention of a view's column
        # may be computed anew.
        con.execute(
            "create temporary table mapped as "
            f"select {LINE}::bigint as {LINE}, {cleaned(given) or 'null as nothing'} from mapping"
        )
        _account(con, staged)
        odd = _odd_dates(con, [n for n in dates_of(table) if n in given], zone, rule.date_order, name)
        typed = Typed(table, given, odd, staged.number, chosen.source, zone)
        con.execute(f'insert into "staged_{table.name}_rows" {typed.sql}', typed.params)
    except _FAULTY_QUERY as error:
        raise WarehouseError(str(error).splitlines()[0], where, "Mend the query.") from error
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        what = f"the import query {chosen.name} stumbled over its contents ({str(error).splitlines()[0]})"
        raise ExportError(what, name, "Export it again, or mend the query.") from error


def _odd_dates(
    con: duckdb.DuckDBPyConnection, dates: list[str], zone: str, date_order: str | None, where: str
) -> list[str]:
    """Read the dates of unusual shape into `odd_dates`; return the columns that have any."""
    if not dates:
        return []
    counts = ", ".join(f'count(*) filter (where not is_usual_date("{name}"))' for name in dates)
    counted = con.execute(f"select {counts} from mapped").fetchone()
    assert counted is not None
    odd = [name for name, n in zip(dates, counted, strict=True) if n]
    if odd:
        con.execute("create or replace temporary table date_texts (column_name varchar, text varchar)")
        for name in odd:
            con.execute(
                f'insert into date_texts select distinct $name, "{name}" as text from mapped '
                f'where not is_usual_date("{name}")',
                {"name": name},
            )
        read_odd_dates(con, zone, date_order, where)
    return odd


def _account(con: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Hold the import query to one row per record; records that it drops are set aside.

    Raises ExportError when it gives more rows than there are records.
    """
    check = "count(*), coalesce(sum(hash(source_line)::hugeint), 0)"
    mapped = con.execute(f"select {check} from mapped").fetchone()
    raw = con.execute(f"select {check} from raw").fetchone()
    assert mapped is not None and raw is not None
    if mapped != raw:
        lost = "select source_line from raw anti join mapped using (source_line) order by source_line"
        staged.lost_lines = [line for (line,) in con.execute(lost).fetchall()]
        if mapped[0] + len(staged.lost_lines) != raw[0]:
            what = f"the import query gives {mapped[0]} rows for {raw[0]} records"
            raise ExportError(what, staged.source.name, "It must give one row per record: mend it.")
    staged.rows = mapped[0]
