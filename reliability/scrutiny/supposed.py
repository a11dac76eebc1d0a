"""A warehouse whose facts are supposed to have been made with other settings, for one reader."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb

from reliability.queries import Asks, Memory, Store
from reliability.settings import Settings, Severity
from reliability.settings.periods import Window
from reliability.warehouse.decided import QuietSpan
from reliability.warehouse.facts import fact_files, fact_values, make_fact

# What the settings below decide: first the repeats, then the incidents that carry them.
_REMADE = ("fact_repeats", "fact_incidents")
# What is called quiet decides the gaps, and with them what a window is held against.
_GAPS = ("fact_silences", "fact_gaps", "fact_reach")
# Counts are also read over the years before a promise, which say how much they drift.
_HISTORY = timedelta(days=4 * 366)
_REMEMBERED_BYTES = 16 * 1024 * 1024


def made_with(settings: Settings) -> tuple[object, ...]:
    """Return what of the settings decides the facts: severities, clock, look-back, core services, what was quiet."""
    incidents = settings.incidents
    return (
        settings.severity.rule,
        incidents.recovery_clock,
        incidents.repeat_look_back_days,
        incidents.core_services,
        tuple(sorted(settings.severity.own.items())),
        tuple((span.start, span.end) for span in settings.quiet),
    )


@contextmanager
def supposing(
    store: Asks,
    live: Settings,
    other: Settings,
    window: Window,
    quiet_tools: Sequence[QuietSpan] | None = None,
) -> Iterator[Asks]:
    """Give the store that the warehouse would be under other settings: itself where nothing would differ.

    The very files of queries/facts are run in temporary tables, for incidents opened in the window or in the four years
    before it. quiet_tools: the silences of single tools that were called quiet, None: those of the warehouse. What is
    left out stays as the warehouse has it, and so does an earlier severity that a tool tells beside another word.
    """
    if made_with(live) == made_with(other) and quiet_tools is None:
        yield store
        return
    if not isinstance(store, Store):
        raise TypeError("only a published warehouse can be supposed otherwise")
    values = fact_values(other, None)
    files = {table: file for file, table in fact_files() if table}
    again = live.incidents.repeat_look_back_days != other.incidents.repeat_look_back_days
    with store.aside() as supposed:
        con = supposed.connection
        if quiet_tools is not None or live.quiet != other.quiet:
            _suppose_quiet(con, files, values, quiet_tools)
        if again:
            make_fact(con, files[_REMADE[0]], _REMADE[0], values, temporary=True)
        con.execute(
            "create temp table incidents as select * from incidents where opened_at >= $start and opened_at < $end",
            {"start": window.start - _HISTORY, "end": window.end},
        )
        _suppose_words(con, live.severity, other.severity)
        make_fact(con, files[_REMADE[1]], _REMADE[1], values, temporary=True)
        con.execute("drop table temp.incidents")  # what asks for the table itself finds all of it
        # Nothing else is supposed from here on, so what is read once need not be read again.
        supposed.memory = Memory(_REMEMBERED_BYTES)
        yield supposed


def _suppose_quiet(
    con: duckdb.DuckDBPyConnection,
    files: Mapping[str, Path],
    values: Mapping[str, Any],
    tools: Sequence[QuietSpan] | None,
) -> None:
    """Make the gaps again as they would be with other silences called quiet."""
    if tools is not None:
        con.execute("create temp table quiet_spans as select * from quiet_spans limit 0")
        if tools:
            con.executemany("insert into temp.quiet_spans values (?, ?, ?, ?, ?)", list(map(list, tools)))
    for table in _GAPS:
        make_fact(con, files[table], table, values, temporary=True)


def _suppose_words(con: duckdb.DuckDBPyConnection, live: Severity, other: Severity) -> None:
    """Give incidents, and their older copies, whose word means another level that level, wherever it was the word's."""
    if live.own == other.own:
        return
    con.execute("create temp table incident_versions as select * from incident_versions")
    words = "select severity_text from temp.incidents union select severity_text from temp.incident_versions"
    for (word,) in con.execute(words).fetchall():
        values = {"word": word, "was": live.level(word), "level": other.level(word)}
        if values["was"] == values["level"]:
            continue
        con.execute(
            "update temp.incidents set severity = $level, "
            "severity_first = if(severity_first is not distinct from $was, $level, severity_first), "
            "severity_highest = if(severity_highest is not distinct from $was, $level, severity_highest) "
            "where severity_text = $word and severity is not distinct from $was",
            values,
        )
        con.execute(
            "update temp.incident_versions set severity = $level "
            "where severity_text = $word and severity is not distinct from $was",
            values,
        )
