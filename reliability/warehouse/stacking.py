"""Small exports of one shape, brought into the warehouse together.

Typing the rows of a file costs tens of milliseconds before the first row: a folder with a file a day would take
minutes. Files that follow each other and that one import query reads in the same way are typed as one; each
row still knows its file and line. Whatever makes one of them special is found out: then each is brought in by itself.
"""

import re

import duckdb

from reliability.errors import ExportError, ReliabilityError
from reliability.exports.column_names import quoted
from reliability.schema import INSTANT, TABLES
from reliability.settings import Settings
from reliability.warehouse.columns import LINE_BITS, Typed, cleaned, dates_of
from reliability.warehouse.export_view import export_select
from reliability.warehouse.format import LINE, ONE_PER_RECORD, Format, output_columns
from reliability.warehouse.macros import define_for
from reliability.warehouse.staging import (
    FAULTY_MACHINE,
    Staged,
    all_days,
    bring,
    create_mapping,
    create_staged,
    drop_mapping,
    insert,
    insert_or_stop,
    look,
    seems_utc,
    telling,
    unusual_dates,
    zone_of,
)

_MOST_ROWS_OF_FILE = 2_000
_MOST_ROWS = 100_000
_MOST_FILES = 200

# A query that looks at more than the row it writes may not see the rows of other files.
_LOOKS_AROUND = re.compile(r"\bover\b|\bexport\b.*\bexport\b", re.IGNORECASE | re.DOTALL)


class Stack:
    """The files that wait, their rows in table `stack`: lines there hold the file's place as well."""

    def __init__(self, con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        self._con = con
        self._settings = settings
        self._files: list[Staged] = []
        self._rows: list[int] = []
        self._shape: tuple[object, ...] = ()

    def add(self, staged: Staged) -> bool:
        """Take the file in `raw`, and its table, unless it has to be brought in by itself.

        Files of another shape that wait are brought in first: rows stay in the order of their files.
        """
        shape = self._shape_of(staged)
        is_full = len(self._files) == _MOST_FILES or sum(self._rows) > _MOST_ROWS
        if self._files and (not shape or shape != self._shape or is_full):
            self._con.execute("alter table raw rename to next_raw")
            self.close()
            self._con.execute("alter table next_raw rename to raw")
        if not shape:
            return False
        lines = f"select * replace (({LINE} + ({len(self._files)}::bigint << {LINE_BITS}))::bigint as {LINE}) from raw"
        if self._files:
            self._con.execute(f"insert into stack {lines}")
        else:
            # Most files wait alone: the first, whose place is 0, is not copied there and back.
            self._con.execute("alter table raw rename to stack")
        self._shape = shape
        self._files.append(staged)
        assert staged.raw is not None
        self._rows.append(staged.raw.records - len(staged.raw.unreadable))
        return True

    def close(self) -> None:
        """Bring the files that wait into the warehouse. Raises as `bring` does."""
        files, rows = self._files, self._rows
        self._files, self._rows, self._shape = [], [], ()
        if not files:
            return
        try:
            together = len(files) > 1 and self._bring_together(files, rows)
            if together:
                for staged, count in zip(files, rows, strict=True):
                    staged.recognised, staged.rows = True, count
                return
            if len(files) == 1:
                self._con.execute("alter table stack rename to raw")
                bring(self._con, files[0], self._settings)
                return
            for place, staged in enumerate(files):
                line = f"({LINE} & {(1 << LINE_BITS) - 1})::bigint as {LINE}"
                own = f"select * replace ({line}) from stack where {LINE} >> {LINE_BITS} = {place}"
                self._con.execute(f"create or replace table raw as {own}")
                bring(self._con, staged, self._settings)
        finally:
            self._con.execute("drop table if exists stack")

    def _shape_of(self, staged: Staged) -> tuple[object, ...]:
        """What files must have in common to be read together; nothing for one that cannot be."""
        chosen, raw = staged.format, staged.raw
        if chosen is None or raw is None or not _reads_row_by_row(chosen):
            return ()
        special = raw.repeats or chosen.missing(raw.columns)
        # A column of dates that is known by its values is looked for in each file.
        guessed = chosen.date and not chosen.read_from(raw.columns)[chosen.date]
        if special or guessed or raw.records > _MOST_ROWS_OF_FILE:
            return ()
        rule = self._settings.export_rule(staged.source.name)
        return (chosen.name, *raw.columns, zone_of(staged, self._settings), rule.date_order)

    def _bring_together(self, files: list[Staged], rows: list[int]) -> bool:
        """Type all rows of `stack` into the warehouse; False, and nothing is there, when some file is special."""
        con = self._con
        try:
            done = self._type(files, sum(rows))
        except ExportError:
            done = False
        except (ReliabilityError, OSError, MemoryError, *FAULTY_MACHINE):
            raise
        except Exception:
            # Whatever it is, it is one file's: they are brought in one by one, where it is told.
            done = False
        finally:
            drop_mapping(con, sum(rows))
        if not done:
            own = {"numbers": [staged.number for staged in files]}
            table = _format_of(files).table
            con.execute(
                f"delete from warehouse.{quoted(table)} where list_contains($numbers, file_number)", own
            )
        return done

    def _type(self, files: list[Staged], rows: int) -> bool:
        con, chosen = self._con, _format_of(files)
        table, zone = TABLES[chosen.table], zone_of(files[0], self._settings)
        create_staged(con, table)
        create_mapping(con, chosen, rows, export_select(con, "stack", chosen))
        given, first = look(con, chosen)
        if LINE not in given or not set(given) <= output_columns(chosen.table):
            return False
        told = {
            "file_number": [staged.number for staged in files],
            "source": chosen.source,
            "source_file": [staged.source.name for staged in files],
        }
        columns = telling(con, chosen, given, rows)
        define_for(con, cleaned(columns))
        dates = [name for name in dates_of(table) if name in columns]
        if seems_utc(table, given, first):
            text = f"(select {LINE}::bigint as {LINE}, {cleaned(columns, dates) or 'null as nothing'} from mapping)"
            typed = Typed(table, columns, None, text, told, zone, stacked=True)
            if insert_or_stop(con, typed, self._settings):
                return self._has_all(f"{text} as mapped")
        text = f"{LINE}::bigint as {LINE}, {cleaned(columns) or 'null as nothing'}"
        con.execute(f"create temporary table mapped as select {text} from mapping")
        stamps = [name for name in dates if table.columns.get(name) == INSTANT]
        if not self._has_all("mapped") or unusual_dates(con, dates) or self._some_file_has_days(stamps):
            return False
        insert(con, Typed(table, columns, [], "mapped", told, zone, stacked=True), self._settings)
        return True

    def _has_all(self, mapped: str) -> bool:
        """Whether the import query gives each record once."""
        check = f"select count(*), sum(hash({LINE})::hugeint) from"
        counted = self._con.execute(f"from ({check} {mapped}), ({check} stack)").fetchone() or ()
        return counted[:2] == counted[2:]

    def _some_file_has_days(self, stamps: list[str]) -> bool:
        """Whether all stamps of one of the files are midnights: it would be taken for a file that knows days only."""
        if not stamps:
            return False
        are_days = all_days(stamps)
        define_for(self._con, are_days)
        found = self._con.execute(
            f"select bool_or(are_days) from (select bool_and({are_days}) as are_days from mapped "
            f"group by {LINE} >> {LINE_BITS})"
        ).fetchone()
        return bool(found and found[0])


def _format_of(files: list[Staged]) -> Format:
    chosen = files[0].format
    assert chosen is not None
    return chosen


def _reads_row_by_row(chosen: Format) -> bool:
    return (
        not chosen.by_hand and chosen.rows == ONE_PER_RECORD and not _LOOKS_AROUND.search(_code(chosen.sql))
    )


def _code(sql: str) -> str:
    """A query without its comments."""
    return re.sub(r"--[^\n]*", "", sql)
