"""Salvage: what can still be read of a damaged journal."""

from contextlib import suppress
from itertools import groupby
from typing import NamedTuple

from reliability.journal.backend import View
from reliability.journal.chain import START, link
from reliability.journal.entries import Entry
from reliability.journal.rows import UNREADABLE, Row, damage, entry

_GIVE_UP_AFTER = 1000
"""So many entries in a row that are not there are no entries: the number of the newest is damaged."""


class Salvaged(NamedTuple):
    """entries: those that can be read, oldest first. problems: one line for each that cannot, or not as written."""

    entries: list[Entry]
    problems: list[str]


def salvage(view: View) -> Salvaged:
    """Read entry by entry, past what is damaged."""
    entries: list[Entry] = []
    problems: list[str] = []
    is_chained = view.is_chained
    gone: list[tuple[int, str]] = []
    before: str | None = START
    missing = 0
    for number in range(1, _newest(view) + 1):
        row, why = _row(view, number)
        if row is None:
            gone.append((number, why))
            before, missing = None, missing + 1
            if missing == _GIVE_UP_AFTER:
                break
            continue
        if why := damage(row):
            problems.append(f"entry {number} is damaged ({why})")
        else:
            entries.append(entry(row))
            # Behind one that is gone nobody can tell whether the next one fits.
            if is_chained and before is not None and link(before, row) != row.digest:
                problems.append(f"entry {number} is not as it was written (its digest does not fit)")
        before, missing = str(row.digest), 0
    return Salvaged(entries, problems + _spans(gone))


def _spans(gone: list[tuple[int, str]]) -> list[str]:
    """One line for each run of entries that are gone for the same reason."""
    lines = []
    # What follows each other keeps its distance to its place in the list.
    for (_, why), run in groupby(enumerate(gone), key=lambda pair: (pair[1][0] - pair[0], pair[1][1])):
        numbers = [number for _, (number, _) in run]
        if len(numbers) == 1:
            lines.append(f"entry {numbers[0]} {why}")
        else:
            are = why.replace("is missing", "are missing")
            lines.append(f"entries {numbers[0]} to {numbers[-1]} {are}")
    return lines


def _row(view: View, number: int) -> tuple[Row | None, str]:
    try:
        row = view.row(number)
    except UNREADABLE as error:
        return None, f"cannot be read ({' '.join(str(error).split())})"
    return row, "" if row is not None else "is missing"


def _newest(view: View) -> int:
    """The number of the newest entry, by the rows or else by what the storage remembers of it."""
    numbers = [0]
    for asked in (view.last_number, view.given):
        with suppress(*UNREADABLE):
            numbers.append(asked())
    return max(numbers)
