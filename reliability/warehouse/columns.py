"""The select that turns the mapped text of one file into typed columns.

Column names come from the schema; everything that is a value is bound. Beside every typed column "x" the select
carries "said x", the text it was read from, until the row's problem (if any) is told from the two.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from reliability.formats import OFFSETS
from reliability.schema import BOOLEAN, DATE, DUCKDB_TYPES, INSTANT, INTEGER, NUMBER, SEVERITY, TEXT, Table

_FREE_TEXT = ("title", "subject", "comment")

# Instants of rows that need not have happened yet: they say nothing about how new an export is.
_NOT_YET = {("changes", "planned_for"), ("roadmap", "released_at"), ("availability", "interval_end")}

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


def cleaned(names: Iterable[str]) -> str:
    """Columns of an import query as a select list: text, NULL where it is blank."""
    macros = {name: "free_text" if name in _FREE_TEXT else "plain_text" for name in names}
    return ", ".join(f'{macro}("{name}"::varchar) as "{name}"' for name, macro in macros.items())


def staged_types(table: Table) -> dict[str, str]:
    """Columns of the staged table with their types. Severities stay words until all files are read."""
    own = {n: "varchar" if kind == SEVERITY else DUCKDB_TYPES[kind] for n, kind in table.columns.items()}
    return {
        "file_number": "bigint",
        "source": "varchar",
        "source_line": "bigint",
        "exported_at": "timestamptz",
        **own,
        "excluded_reason": "varchar",
        "problem": "struct(reason varchar, detail varchar)",
    }


class Typed:
    """One such select: `sql` over the tables `mapped` and `odd_dates`, and the values it binds, `params`."""

    def __init__(
        self,
        table: Table,
        given: Collection[str],
        odd: Collection[str],
        file_number: int,
        source: str,
        zone: str,
    ) -> None:
        """given: columns of `mapped`. odd: its date columns that hold unusual shapes. zone: of naive times."""
        self.table = table
        kinds = {
            **table.columns,
            **dict.fromkeys(OFFSETS, NUMBER),
            "exported_at": INSTANT,
            "excluded_reason": TEXT,
        }
        self.kinds = {name: kind for name, kind in kinds.items() if name in given}
        self.odd = [name for name in self.kinds if name in odd]
        self.params: dict[str, Any] = {"file_number": file_number, "source": source}
        if INSTANT in self.kinds.values():
            self.params["zone"] = zone
        self.sql = f"""
            with typed as (
                select {", ".join(["mapped.source_line", *self._typed()])}
                from mapped {" ".join(self._joins())}
            ),
            plausible_only as (select *{self._plausible()} from typed),
            completed as (select {", ".join(["*", *self._from_offsets()])} from plausible_only)
            select {", ".join(self._final())} from completed
            """

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

    def _read(self, name: str, kind: str, text: str) -> str:
        if kind not in (INSTANT, DATE):
            return f"answer_number({text})" if name == "score" else _READ[kind].format(text)
        macro = "usual_instant" if name in self.odd else "instant_of_usual"
        usual, column = f"{macro}({text}, $zone)", "moment"
        if kind == DATE:
            usual, column = f"usual_day({text})", "day"
        return f'coalesce({usual}, "odd {name}".{column})' if name in self.odd else usual

    def _plausible(self) -> str:
        dates = [f'plausible_instant("{n}") as "{n}"' for n, kind in self.kinds.items() if kind == INSTANT]
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

    def _final(self) -> Iterator[str]:
        offsets = self._offsets()
        for name, kind in staged_types(self.table).items():
            # Import queries give the tool's word as `severity_text`, or a word or level as `severity`: one says both.
            same = {"severity": "severity_text", "severity_text": "severity"}.get(name, name)
            given = [f'"{n}"' for n in dict.fromkeys((name, same)) if n in self.kinds or n == "source_line"]
            given += [f'"counted {name}"'] if name in offsets else []
            value = f"coalesce({', '.join(given)})" if len(given) > 1 else "".join(given) or "null"
            if name in ("file_number", "source"):
                value = f"${name}"
            elif name == "problem":
                value = self._problem()
            yield f'({value})::{kind} as "{name}"'

    def _problem(self) -> str:
        """The first reason why a row cannot be used, or NULL. Reasons are only made for rows that have one."""
        fine, reasons = [], []
        for name in self.table.required:
            fine.append(f'"{name}" is not null' if name in self.kinds else "false")
            if name not in self.kinds:
                reasons.append(f"missing({self._bound(name)})")
            elif self.kinds[name] not in _WRONG:
                reasons.append(f'case when "{name}" is null then missing({self._bound(name)}) end')
        typed = [name for name, kind in self.kinds.items() if kind in _WRONG]
        for name in sorted(typed, key=lambda n: n not in self.table.required):
            kind = self.kinds[name]
            blank = f'"said {name}" is null'
            fine.append(f'("{name}" is not null or {blank})')
            if kind in (INSTANT, DATE):
                blank = f'({blank} or stands_for_no_date("said {name}"))'
            when_blank = f"missing({self._bound(name)})" if name in self.table.required else "null"
            unread = f'not_read({self._bound(name)}, {self._bound(_WRONG[kind])}, "said {name}")'
            reasons.append(
                f'case when "{name}" is not null then null when {blank} then {when_blank} else {unread} end'
            )
        if not reasons:
            return "null"
        return f"case when not ({' and '.join(fine)}) then coalesce({', '.join(reasons)}) end"
