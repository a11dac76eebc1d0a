"""The select that turns the mapped text of one file into typed columns.

Column names come from the schema; everything that is a value is bound. Beside every typed column "x" the select
carries "said x", the text it was read from, until the row's problem (if any) is told from the two.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from reliability.schema import (
    BOOLEAN,
    DATE,
    DUCKDB_TYPES,
    INSTANT,
    INTEGER,
    NUMBER,
    PROVENANCE,
    SEVERITY,
    TEXT,
    Table,
)
from reliability.warehouse.format import OFFSETS

_FREE_TEXT = ("title", "subject", "comment")

# Instants of rows that need not have happened yet: they say nothing about how new an export is.
_NOT_YET = {("changes", "planned_for"), ("roadmap", "released_at"), ("availability", "interval_end")}

LINE_BITS = 40
"""In a stack of files the bits of `source_line` above these are the place of the file among them, from 0."""

# Tables with stamps that are subtracted from each other, or compared to the minute.
_TO_THE_MINUTE = ("incidents", "tickets", "changes", "postmortems")

_READ = {
    INTEGER: "whole_number({})",
    NUMBER: "number({})",
    BOOLEAN: "yes_or_no({})",
}
_WRONG = {
    INSTANT: "cannot be read as a date",
    DATE: "cannot be read as a date",
    INTEGER: "is not a whole number",
    NUMBER: "is not a number",
    BOOLEAN: "is neither yes nor no",
}


def dates_of(table: Table) -> dict[str, str]:
    """The date columns an import query for `table` may give, `exported_at` included, with their types."""
    own = {name: kind for name, kind in table.columns.items() if kind in (INSTANT, DATE)}
    return {**own, "exported_at": INSTANT}


def events_of(table: Table) -> list[str]:
    """The instants of `table` that lie in the past when a row is exported."""
    return [n for n, kind in table.columns.items() if kind == INSTANT and (table.name, n) not in _NOT_YET]


def cleaned(names: Iterable[str], untouched: Collection[str] = ()) -> str:
    """Columns of an import query as a select list: text, NULL where it is blank; as it is in those `untouched`."""
    macros = {name: "free_text" if name in _FREE_TEXT else "plain_text" for name in names}
    macros |= {name: "" for name in macros if name in untouched}
    return ", ".join(f'{macro}("{name}"::varchar) as "{name}"' for name, macro in macros.items())


def kept_types(table: Table) -> dict[str, str]:
    """Columns of a canonical table in the warehouse, with their types."""
    return {name: DUCKDB_TYPES[kind] for name, kind in {**table.columns, **PROVENANCE}.items()}


def passing_types(table: Table) -> dict[str, str]:
    """Columns beside those that say what a row came from and what is wrong with it; they go when all is decided.

    severity_word: the word that gave the level, where it is not the one in severity_text.
    """
    word = {"severity_word": "varchar"} if "severity" in table.columns else {}
    return {
        "file_number": "bigint",
        **word,
        "excluded_reason": "varchar",
        "problem": "struct(reason varchar, detail varchar)",
    }


class Typed:
    """One such select: `sql`, and the values it binds, `params`.

    It reads the mapped text from `mapped` (a table or a select in brackets), the levels of severity words from
    `severity_levels`, and the dates of unusual shape from `odd_dates`.
    """

    def __init__(
        self,
        table: Table,
        given: Collection[str],
        odd: Collection[str] | None,
        mapped: str,
        told: dict[str, Any],
        zone: str,
        days: bool = False,
        stacked: bool = False,
        formats: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """given: columns of `mapped`. odd: its date columns with unusual shapes; None: all are instants like
        2025-07-01T08:00:00Z, and the select stops at any other.

        told: what is the same for all rows: file_number, source, source_file. zone: of naive times.
        days: whether every stamp is a day, whatever time of day is written behind it. stacked: whether the rows are of
        several files: file_number and source_file are lists then, by the place that `source_line` holds.
        formats: instants of which every text is read by strptime with the format of its column; the select stops at one
        that does not fit.
        """
        self.table = table
        kinds = {
            **table.columns,
            **dict.fromkeys(OFFSETS, NUMBER),
            "exported_at": INSTANT,
            "excluded_reason": TEXT,
        }
        self.kinds = {name: kind for name, kind in kinds.items() if name in given}
        self.stops = odd is None
        self.odd = [name for name in self.kinds if name in (odd or ())]
        self.days = days
        self.formats = formats
        self.stacked = stacked
        self.params: dict[str, Any] = dict(told)
        if INSTANT in self.kinds.values() and not self.stops:
            self.params["zone"] = zone
        self.sql = f"""
            with typed as (
                select {", ".join(["mapped.source_line", *self._typed()])}
                from {mapped} as mapped {" ".join(self._joins())}
            ),
            plausible_only as (select *{self._plausible()} from typed),
            completed as (select {", ".join(["*", *self._from_offsets()])} from plausible_only)
            select {", ".join(self._final())} from completed {" ".join(self._levels())}
            """
        if "$zone" not in self.sql:
            self.params.pop("zone", None)

    @property
    def words(self) -> str:
        """A select of the file's severity words (word), "" where it has no such column."""
        if not self._words():
            return ""
        columns = [n for n, kind in self.kinds.items() if kind == SEVERITY or n == "severity_text"]
        # What a word is without its blanks is asked once per word, not once per row.
        said = f"select {cleaned(columns)} from (select distinct {', '.join(columns)} from mapping)"
        return f"select unnest([{', '.join(self._words().values())}]) as word from ({said})"

    def _bound(self, value: str) -> str:
        """The parameter that holds a value; each value is bound once."""
        for name, known in self.params.items():
            if name.startswith("text_") and known == value:
                return f"${name}"
        name = f"text_{len(self.params)}"
        self.params[name] = value
        return f"${name}"

    def _joins(self) -> Iterator[str]:
        for name in self.odd:
            yield (
                f'left join odd_dates as "odd {name}" on "odd {name}".column_name = {self._bound(name)}'
                f' and "odd {name}".text = mapped."{name}"'
            )

    def _typed(self) -> Iterator[str]:
        for name, kind in self.kinds.items():
            text = f'mapped."{name}"'
            if kind in (TEXT, SEVERITY):
                yield f'{text} as "{name}"'
            else:
                yield f'{self._read(name, kind, text)} as "{name}"'
                yield f'{text} as "said {name}"'
            if kind == INSTANT and name in self.odd:
                yield f'"odd {name}".is_day as "day {name}"'

    def _read(self, name: str, kind: str, text: str) -> str:
        if kind not in (INSTANT, DATE):
            return f"answer_number({text})" if name == "score" else _READ[kind].format(text)
        if self.stops:
            return f"utc_instant_or_stop({text})"
        if name in self.formats:
            written = self.formats[name]
            local = f"try_strptime({text}, '{written}')"
            if "%b" in written:
                # Around words any blank would do, such as a tab, which hides another shape.
                local = f"case when regexp_full_match({text}, '[ -~]+') then {local} end"
            # For UTC the arithmetic of time zones is skipped: it costs as much as reading the text.
            is_utc = self.params["zone"] == "UTC"
            return f"make_timestamptz(epoch_us({local}))" if is_utc else f"timezone($zone, {local})"
        macro = "usual_instant" if name in self.odd else "instant_of_usual"
        usual, column = f"{macro}({text}, $zone)", "moment"
        if kind == DATE:
            usual, column = f"usual_day({text})", "day"
        return f'coalesce({usual}, "odd {name}".{column})' if name in self.odd else usual

    def _plausible(self) -> str:
        dates = [
            f'instant_or_stop("{n}", "said {n}") as "{n}"'
            if n in self.formats
            else f'plausible_instant("{n}") as "{n}"'
            for n, kind in self.kinds.items()
            if kind == INSTANT
        ]
        dates += [f'plausible("{n}")::date as "{n}"' for n, kind in self.kinds.items() if kind == DATE]
        return f" replace ({', '.join(dates)})" if dates else ""

    def _offsets(self) -> dict[str, str]:
        """Instant -> the column that gives it as seconds after opening."""
        return {
            n.removesuffix("_seconds") + "_at": n
            for n in OFFSETS
            if n in self.kinds and "opened_at" in self.kinds
        }

    def _from_offsets(self) -> Iterator[str]:
        for at, seconds in self._offsets().items():
            after = f'to_microseconds(try_cast("{seconds}" * 1000000 as bigint))'
            yield f'opened_at + {after} as "counted {at}"'

    def _words(self) -> dict[str, str]:
        """Severity column -> the tool's word for it."""
        given = [n for n in ("severity", "severity_text") if n in self.kinds]
        word = {"severity": _first_of(given)} if given and "severity" in self.table.columns else {}
        own = {n: f'"{n}"' for n, kind in self.kinds.items() if kind == SEVERITY and n != "severity"}
        return {**word, **own}

    def _levels(self) -> Iterator[str]:
        for name, word in self._words().items():
            yield f'left join severity_levels as "level {name}" on "level {name}".word = {word}'

    def _final(self) -> Iterator[str]:
        for name, kind in {**kept_types(self.table), **passing_types(self.table)}.items():
            yield f'({self._value(name)})::{kind} as "{name}"'

    def _value(self, name: str) -> str:
        if name in ("file_number", "source_file") and self.stacked:
            return f"${name}[(source_line >> {LINE_BITS}) + 1]"
        if name == "source_line" and self.stacked:
            return f"source_line & {(1 << LINE_BITS) - 1}"
        if name in ("file_number", "source", "source_file"):
            return f"${name}"
        if name == "problem":
            return self._problem()
        if name == "day_only":
            return self._day_only()
        if self.table.columns.get(name) == SEVERITY:
            return self._level(name)
        if name == "kind" and "severity" in self._words():
            return self._kind()
        # `severity_levels` has kinds of its own.
        own = 'completed."kind"' if name == "kind" else f'"{name}"'
        given = [own] if name in self.kinds or name == "source_line" else []
        # Import queries give the tool's word as `severity_text`, or a word or level as `severity`: one says both.
        if name == "severity_text" and "severity" in self.kinds:
            given.append('"severity"')
        if name == "severity_word":
            both = "severity" in self.kinds and "severity_text" in self.kinds
            return 'nullif("severity", coalesce("severity_text", "severity"))' if both else "null"
        if name in self._offsets():
            given.append(f'"counted {name}"')
        return _first_of(given)

    def _day_only(self) -> str:
        """The stamps of a row that are known to the day only; NULL where there are none."""
        if self.table.name not in _TO_THE_MINUTE:
            return "null"
        stamps = [n for n, kind in self.kinds.items() if kind == INSTANT and n != "exported_at"]
        days = {
            n: f'"{n}" is not null' if self.days else f'"day {n}"'
            for n in stamps
            if self.days or n in self.odd
        }
        if not days:
            return "null"
        found = [f"case when {is_day} then {self._bound(n)} end" for n, is_day in days.items()]
        for n in self._offsets() if "opened_at" in days else ():
            said = [f'"{n}" is null'] if n in self.kinds else []
            counted = " and ".join([days["opened_at"], *said, f'"counted {n}" is not null'])
            found += [f"case when {counted} then {self._bound(t)} end" for t in (n, f"{n} counted")]
        listed = f"list_filter([{', '.join(found)}], lambda name: name is not null)"
        return f"case when {' or '.join(days.values())} then {listed} end"

    def _level(self, name: str) -> str:
        words = self._words()
        level = f'"level {name}".level' if name in words else "null"
        if name == "severity_highest" and name in words and "severity" in words:
            return f'case when {level} is not null then least("level severity".level, {level}) end'
        return level

    def _kind(self) -> str:
        """The kind of a row; one that has none of its own may name it where others give a severity."""
        own = 'completed."kind"' if "kind" in self.kinds else "null"
        named = f'coalesce("level severity".kind, {own})'
        return f"case when coalesce({own}, 'incident') = 'incident' then {named} else {own} end"

    def _problem(self) -> str:
        """The first reason why a row cannot be used, or NULL. Reasons are only made for rows that have one."""
        fine, cells = [], []
        for name in self.table.required:
            is_there = f'"{name}" is not null' if name in self.kinds else "false"
            fine.append(is_there)
            if self.kinds.get(name) not in _WRONG:
                cells.append(self._cell(name, is_there))
        typed = [name for name, kind in self.kinds.items() if kind in _WRONG]
        for name in sorted(typed, key=lambda n: n not in self.table.required):
            is_there = f'"{name}" is not null'
            fine.append(f'({is_there} or "said {name}" is null)')
            wrong = (
                f'wrong_score("said {name}")' if name == "score" else self._bound(_WRONG[self.kinds[name]])
            )
            cells.append(self._cell(name, is_there, f'"said {name}"', wrong))
        if not cells:
            return "null"
        return f"case when not ({' and '.join(fine)}) then first_fault([{', '.join(cells)}]) end"

    def _cell(self, name: str, is_there: str, said: str = "null", wrong: str = "null") -> str:
        """A value as `first_fault` looks at it."""
        is_date = self.kinds.get(name) in (INSTANT, DATE)
        return (
            f"{{'name': {self._bound(name)}, 'said': {said}::varchar, 'wrong': {wrong}::varchar, "
            f"'is_there': {is_there}, 'is_needed': {name in self.table.required}, 'is_date': {is_date}}}"
        )


def _first_of(values: Sequence[str]) -> str:
    """The first of some values that is not NULL."""
    return f"coalesce({', '.join(values)})" if len(values) > 1 else "".join(values) or "null"
