"""A warehouse whose facts are supposed to have been made with other settings, for one reader."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from reliability.queries import Asks, Memory, Store
from reliability.settings import Settings
from reliability.settings.periods import Window
from reliability.warehouse.facts import fact_files, fact_values, make_fact

# What the settings below decide: first the repeats, then the incidents that carry them.
_REMADE = ("fact_repeats", "fact_incidents")
# Counts are also read over the years before a promise, which say how much they drift.
_HISTORY = timedelta(days=4 * 366)
_REMEMBERED_BYTES = 16 * 1024 * 1024


def made_with(settings: Settings) -> tuple[object, ...]:
    """Return what of the settings decides the facts of an incident: severity rule, clock, look-back, core services."""
    incidents = settings.incidents
    return (
        settings.severity.rule,
        incidents.recovery_clock,
        incidents.repeat_look_back_days,
        incidents.core_services,
    )


@contextmanager
def supposing(store: Asks, live: Settings, other: Settings, window: Window) -> Iterator[Asks]:
    """Give the store that the warehouse would be under other settings: itself where nothing would differ.

    The very files of queries/facts are run in temporary tables, for incidents opened in the window or in the four years
    before it. Words of severities and what is left out stay as the warehouse has them.
    """
    if made_with(live) == made_with(other):
        yield store
        return
    if not isinstance(store, Store):
        raise TypeError("only a published warehouse can be supposed otherwise")
    values = fact_values(other, None)
    files = {table: file for file, table in fact_files() if table}
    again = live.incidents.repeat_look_back_days != other.incidents.repeat_look_back_days
    with store.aside() as supposed:
        con = supposed.connection
        if again:
            make_fact(con, files[_REMADE[0]], _REMADE[0], values, temporary=True)
        con.execute(
            "create temp table incidents as select * from incidents where opened_at >= $start and opened_at < $end",
            {"start": window.start - _HISTORY, "end": window.end},
        )
        make_fact(con, files[_REMADE[1]], _REMADE[1], values, temporary=True)
        con.execute("drop table temp.incidents")  # what asks for the table itself finds all of it
        # Nothing else is supposed from here on, so what is read once need not be read again.
        supposed.memory = Memory(_REMEMBERED_BYTES)
        yield supposed
