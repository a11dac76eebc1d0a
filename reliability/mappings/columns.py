"""Columns: what an export offers to be mapped: its columns, and the places inside those that hold objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from reliability.exports import ExportSource
from reliability.exports.object_cells import as_said
from reliability.guesses import Profile, is_date_range, profile
from reliability.mappings.places import RANGE_ENDS, Place, places_inside
from reliability.warehouse.macros import define_for

_ROWS = 5_000
"""Rows that are looked at; guesses need no more."""


@dataclass(frozen=True)
class Offered:
    """A place of an export and how its values look."""

    place: Place
    seen: Profile


@dataclass(frozen=True)
class Columns:
    """What an export offers. header: its columns. offered: label -> place, in the order of the file.

    encoding: how its text was read. is_in_code_page: whether that may be said otherwise.
    """

    header: tuple[str, ...]
    offered: Mapping[str, Offered]
    encoding: str = ""
    is_in_code_page: bool = False

    @property
    def profiles(self) -> dict[str, Profile]:
        """The look of each by its label."""
        return {label: one.seen for label, one in self.offered.items()}


def columns_of(source: ExportSource, page: str = "") -> Columns:
    """Read an export, lines that are not UTF-8 in a code page, and return what it offers.

    Raises ExportError when it cannot be read.
    """
    with duckdb.connect() as con:
        raw = source.load(con, "raw", page=page)
        wanted = [duckdb.ColumnExpression(name) for name in raw.columns]
        rows = con.table("raw").select(*wanted).limit(_ROWS).fetchall()
        ranges = _ranges(con, raw.columns, rows)
    offered: dict[str, Offered] = {}
    for at, name in enumerate(raw.columns):
        if ends := ranges.get(name):
            # The whole is neither of the two dates.
            offered |= ends
            continue
        values = [row[at] for row in rows]
        named, inside = as_said(values)
        offered[name] = Offered(Place(name), profile(named))
        for place, said in places_inside(name, inside).items():
            # A column that is called like a place inside another one is the column.
            if place.label not in raw.columns:
                offered[place.label] = Offered(place, profile(said))
    return Columns(tuple(raw.columns), offered, raw.encoding, raw.is_in_code_page)


def _ranges(
    con: duckdb.DuckDBPyConnection, names: Sequence[str], rows: Sequence[tuple[str | None, ...]]
) -> dict[str, dict[str, Offered]]:
    """The columns whose cells say from when to when, each with its two dates by their labels."""
    found: dict[str, dict[str, Offered]] = {}
    for at, name in enumerate(names):
        if not any(is_date_range(value) for row in rows if (value := row[at])):
            continue
        places = [Place(name, (step,)) for step in RANGE_ENDS]
        if any(place.label in names for place in places):
            continue
        read = ", ".join(place.sql for place in places)
        define_for(con, read)
        starts_and_ends = con.execute(f"select {read} from raw limit {_ROWS}").fetchall()
        found[name] = {
            place.label: Offered(place, profile([pair[n] for pair in starts_and_ends]))
            for n, place in enumerate(places)
        }
    return found
